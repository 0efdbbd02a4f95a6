"""The shipped examples as the door page shows them: one card each, and the files it offers.

They live in the database like the documents of any firm, under a service of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.dossier import ActionLine, Dossier, RiskRow
from app.domain.dossier_json import from_json
from app.domain.words import PRIORITY_NAMES, TO_ASSESS
from app.models.document import DocumentFile, DocumentVersion
from app.models.engine import Database
from app.models.service import Service

DEMO_SERVICE = "exemples"
"""Slug of the service the shipped examples belong to."""

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

_KIND_OF_STORED = {"docx": FileKind.SECTION, "xlsx": FileKind.PLAN}

FILE_WORDS: dict[FileKind, tuple[str, str]] = {
    FileKind.SECTION: ("Section du DUERP", "Word"),
    FileKind.PLAN: ("Plan d'action", "Excel"),
    FileKind.DOSSIER: ("Dossier figé", "JSON"),
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
    actions: int
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


class DatabaseShelf:
    """The examples loaded in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def cards(self) -> tuple[ExampleCard, ...]:
        """The examples in the order they were loaded; empty when none is."""
        service = self._service()
        if service is None:
            return ()
        with self._database.read(service_id=service.id) as session:
            return examples(session)

    def file(self, slug: str, kind: FileKind) -> bytes | None:
        """The bytes of one file, None when there is no such example or file."""
        service = self._service()
        if service is None:
            return None
        with self._database.read(service_id=service.id) as session:
            return demo_file(session, slug, kind)

    def _service(self) -> Service | None:
        with self._database.read() as session:
            return session.scalar(select(Service).where(Service.slug == DEMO_SERVICE))


def examples(session: Session) -> tuple[ExampleCard, ...]:
    """One card per establishment with a version, in the order they were loaded; the session works for the examples."""
    cards = []
    for version in _last_versions(session):
        sizes = {FileKind.DOSSIER: len(version.payload.encode("utf-8"))}
        for stored in _files(session, version):
            sizes[_KIND_OF_STORED[stored.kind]] = len(stored.content)
        cards.append(_card(version.payload, tuple(sorted(sizes.items()))))
    return tuple(cards)


def demo_file(session: Session, slug: str, kind: FileKind) -> bytes | None:
    """The bytes of an example's file as they were stored, None when there is no such example or file."""
    for version in _last_versions(session):
        if slug_of(from_json(version.payload.encode("utf-8")).establishment.name) == slug:
            if kind is FileKind.DOSSIER:
                return version.payload.encode("utf-8")
            return next((f.content for f in _files(session, version) if _KIND_OF_STORED[f.kind] is kind), None)
    return None


def slug_of(name: str) -> str:
    """The name as it reads in an address: « Boulangerie d'exemple » gives `boulangerie-d-exemple`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _last_versions(session: Session) -> tuple[DocumentVersion, ...]:
    """The highest version of each establishment, in the order the first ones were recorded."""
    last: dict[object, DocumentVersion] = {}
    rows = select(DocumentVersion).where(DocumentVersion.kind == "version")
    for version in session.scalars(rows.order_by(DocumentVersion.recorded_at, DocumentVersion.number)):
        last[version.establishment_id] = version
    return tuple(last.values())


def _files(session: Session, version: DocumentVersion) -> tuple[DocumentFile, ...]:
    return tuple(session.scalars(select(DocumentFile).where(DocumentFile.document_version_id == version.id)))


@lru_cache(maxsize=16)
def _card(payload: str, sizes: tuple[tuple[FileKind, int], ...]) -> ExampleCard:
    """A frozen payload always gives the same card: reading it again for each visitor would be waste."""
    dossier = from_json(payload.encode("utf-8"))
    return card_from_dossier(slug=slug_of(dossier.establishment.name), dossier=dossier, sizes=dict(sizes))


def card_from_dossier(*, slug: str, dossier: Dossier, sizes: Mapping[FileKind, int]) -> ExampleCard:
    """The card of an example, read from its frozen dossier; `sizes` in bytes, one per file it offers."""
    found = Counter(row.priority for row in dossier.rows)
    names = {**{priority.name: words for priority, words in PRIORITY_NAMES.items()}, TO_ASSESS: "À évaluer"}
    return ExampleCard(
        slug=slug,
        name=dossier.establishment.name,
        trade=dossier.establishment.naf_label,
        headcount=dossier.establishment.headcount,
        units=len(dossier.units),
        theme=", ".join(theme.short_title for theme in dossier.themes),
        sheet_title=dossier.themes[0].title if dossier.themes else dossier.title,
        state=f"Version {dossier.version.number}" if dossier.version else "Projet",
        risks=len(dossier.rows),
        counts=tuple(
            PriorityCount(code=code, words=words, count=found[code]) for code, words in names.items() if found[code]
        ),
        actions=len(dossier.actions),
        sheet_rows=tuple(_sheet_row(row, names) for row in dossier.rows[:ROWS_SHOWN]),
        sheet_actions=tuple(_sheet_action(action) for action in dossier.actions[:ROWS_SHOWN]),
        files=tuple(ExampleFile(kind=kind, size=sizes[kind]) for kind in FileKind if kind in sizes),
    )


def _sheet_row(row: RiskRow, names: Mapping[str, str]) -> SheetRow:
    in_place = row.in_place_words or " ; ".join(item.text for item in row.in_place)
    return SheetRow(
        label=row.words or row.label, in_place=in_place or "Rien", code=row.priority, words=names[row.priority]
    )


def _sheet_action(action: ActionLine) -> SheetAction:
    return SheetAction(text=action.text, owner=action.owner or "À désigner", due=action.due or action.proposed_due)
