"""The shipped examples as the door page shows them: one card each, and the files it offers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from app.domain.dossier import ActionLine, Dossier, RiskRow
from app.domain.words import PRIORITY_NAMES, TO_ASSESS
from forms.words import say

ROWS_SHOWN = 2
"""Rows and actions drawn on the sheet beside the title: enough to see what a document looks like."""


class FileKind(StrEnum):
    """The files `jalon assess` writes; the value is the name of the file it writes."""

    SECTION = "section-chaleur.docx"
    PLAN = "plan.xlsx"
    DOSSIER = "dossier.json"


MEDIA_TYPES: dict[FileKind, str] = {
    FileKind.SECTION: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.PLAN: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.DOSSIER: "application/json",
}

FILE_WORDS: dict[FileKind, tuple[str, str]] = {
    FileKind.SECTION: (say("Section du DUERP"), "Word"),
    FileKind.PLAN: (say("Plan d'action"), "Excel"),
    FileKind.DOSSIER: (say("Dossier figé"), "JSON"),
}
"""What each file is and what opens it, as printed on its link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFile:
    """One file to download."""

    kind: FileKind
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorityCount:
    """How many risks stand at one priority."""

    code: str
    """`P1` to `P4`, or `a_evaluer`."""
    words: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A row of the inventory as drawn on the sample sheet."""

    label: str
    in_place: str
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetAction:
    """An action as drawn on the sample sheet."""

    text: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCard:
    """One shipped example: an invented firm, its state in numbers, its files."""

    slug: str
    name: str
    trade: str
    headcount: int
    units: int
    theme: str
    """Short name of the themes assessed: « chaleur »."""
    sheet_title: str
    state: str
    """« Projet » or « Version 1 »."""
    risks: int
    counts: tuple[PriorityCount, ...]
    """Only the priorities that have at least one risk, most urgent first."""
    chosen: int
    """Actions the employer took on."""
    proposed: int
    """Actions proposed and not taken on."""
    sheet_rows: tuple[SheetRow, ...]
    sheet_actions: tuple[SheetAction, ...]
    files: tuple[ExampleFile, ...]


class ExampleShelf(Protocol):
    """Where the door page finds the examples."""

    def cards(self) -> tuple[ExampleCard, ...]:
        """The examples in the order of the page; empty when none is loaded."""
        ...

    def file(self, slug: str, kind: FileKind) -> bytes | None:
        """The bytes of one file, None when there is no such example or file."""
        ...


class EmptyShelf:
    """An installation without examples."""

    def cards(self) -> tuple[ExampleCard, ...]:
        """No card."""
        return ()

    def file(self, slug: str, kind: FileKind) -> bytes | None:  # noqa: ARG002 (the protocol's parameters)
        """No file."""
        return None


def card_from_dossier(*, slug: str, dossier: Dossier, sizes: Mapping[FileKind, int]) -> ExampleCard:
    """The card of an example, read from its frozen dossier; `sizes` in bytes, one per file it offers."""
    found = Counter(row.priority for row in dossier.rows)
    names = {**{priority.name: words for priority, words in PRIORITY_NAMES.items()}, TO_ASSESS: say("À évaluer")}
    return ExampleCard(
        slug=slug,
        name=dossier.establishment.name,
        trade=dossier.establishment.naf_label,
        headcount=dossier.establishment.headcount,
        units=len(dossier.units),
        theme=", ".join(theme.short_title for theme in dossier.themes),
        sheet_title=dossier.themes[0].title if dossier.themes else dossier.title,
        state=say("Version {number}", number=dossier.version.number) if dossier.version else say("Projet"),
        risks=len(dossier.rows),
        counts=tuple(
            PriorityCount(code=code, words=words, count=found[code]) for code, words in names.items() if found[code]
        ),
        chosen=sum(action.chosen for action in dossier.actions),
        proposed=sum(not action.chosen for action in dossier.actions),
        sheet_rows=tuple(_sheet_row(row, names) for row in dossier.rows[:ROWS_SHOWN]),
        sheet_actions=tuple(_sheet_action(action) for action in dossier.actions[:ROWS_SHOWN]),
        files=tuple(ExampleFile(kind=kind, size=sizes[kind]) for kind in FileKind if kind in sizes),
    )


def slug_of(name: str) -> str:
    """The name as it reads in an address: « Boulangerie d'exemple » gives `boulangerie-d-exemple`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _sheet_row(row: RiskRow, names: Mapping[str, str]) -> SheetRow:
    in_place = row.in_place_words or " ; ".join(item.text for item in row.in_place)
    return SheetRow(
        label=row.words or row.label, in_place=in_place or say("Rien"), code=row.priority, words=names[row.priority]
    )


def _sheet_action(action: ActionLine) -> SheetAction:
    return SheetAction(text=action.text, owner=action.owner or "À désigner", due=action.due or action.proposed_due)
