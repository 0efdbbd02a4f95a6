"""What a save gives back: when, the marks of what is stored, what clashes, what is to correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from app.services.theme_drafts import Workbook
from forms.base import FieldFault
from forms.words import Said, say

_Form = TypeVar("_Form")


def named(about: str, words: str) -> Said:
    """What is wrong, with what it is about in front: « Eau fraîche, Bureau : … »."""
    return say("{about} : {words}", about=f"{about[:1].upper()}{about[1:]}", words=words)


def unnamed(words: str) -> str:
    """The same without what it is about, for the field itself."""
    own = words.values.get("words") if isinstance(words, Said) else None
    return own if isinstance(own, str) else words


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One field that two people filled otherwise; what is stored was kept."""

    name: str
    """Name of the field."""
    stored: str
    """In words."""
    role: str
    """Function of who gave it; empty when nobody knows."""
    at: datetime | None
    mine: str
    mark: str
    """Mark of the stored value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved(Generic[_Form]):
    """A save, whole or not: what could be read is stored."""

    at: datetime
    form: _Form
    workbook: Workbook
    """The draft afterwards."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Field -> mark of what is stored, where it is what the page shows."""
    clashes: tuple[Clash, ...] = ()
    faults: tuple[FieldFault, ...] = ()
    opened: int = 0
    """Questions that these answers opened on the same page."""

    @property
    def whole(self) -> bool:
        """Whether nothing is left to correct or to choose."""
        return not self.clashes and not self.faults
