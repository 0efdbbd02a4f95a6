"""What a save gives back: when, the marks of what is stored, what clashes, what is to correct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from app.models.draft import AnswerRow, SituationFactRow
from app.services.said_facts import SaidFacts
from app.services.theme_drafts import Workbook
from forms.base import FieldFault
from forms.words import Said, say

_Form = TypeVar("_Form")

Place = tuple[str, str]
"""Situation and unit."""


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


def clash_of(name: str, stored: str, mine: str, *, mark: str, row: AnswerRow | SituationFactRow | None) -> Clash:
    """The two values of a field, with who gave the one that is stored, as its row says."""
    return Clash(
        name=name,
        stored=stored,
        role=row.author_role if row is not None else "",
        at=row.answered_at if row is not None else None,
        mine=mine,
        mark=mark,
    )


@dataclass(slots=True)
class SettledFacts:
    """What became of the fields that speak of situations in units, as they are settled one by one."""

    written: dict[Place, SaidFacts] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)
    faults: list[FieldFault] = field(default_factory=list)


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
