"""The library of remarks of a service: those the portal ships, and its own, which it writes, changes and puts aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.advice import Remark
from app.models.engine import Conflict, Database
from app.services.once import key_of, mark_done, refuse_twice
from app.services.row_changes import change
from questionnaires.catalogue import Catalogue
from questionnaires.schema import RemarkKind

NEW = "remarque"
"""Purpose of the one-use key of the form that adds a remark."""


class UnknownRemark(LookupError):
    """The service has no such remark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkLine:
    """One remark of the library."""

    key: str
    """What names it in addresses: its code when it is shipped, its identity otherwise."""
    title: str
    words: str
    theme: str
    question: str
    kind: str
    """What it is meant to be sent as."""
    remark_id: UUID | None
    """None for a shipped one."""
    archived: bool = False
    row_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkWords:
    """What is written of a remark."""

    title: str
    words: str
    theme: str


def library_of_remarks(session: Session, catalogue: Catalogue, *, archived: bool = False) -> tuple[RemarkLine, ...]:
    """Every remark in use, the service's own first; with `archived`, those it put aside instead."""
    rows = select(Remark).where(Remark.archived_at.is_not(None) if archived else Remark.archived_at.is_(None))
    own = [_own(row) for row in session.scalars(rows.order_by(Remark.created_at, Remark.id))]
    return tuple(own if archived else [*own, *shipped_remarks(catalogue)])


def shipped_remarks(catalogue: Catalogue) -> tuple[RemarkLine, ...]:
    """The remarks the portal ships."""
    return tuple(
        RemarkLine(
            key=each.id,
            title=each.title,
            words=each.words,
            theme=each.theme,
            question=each.question,
            kind=each.kind.value,
            remark_id=None,
        )
        for each in catalogue.remarks
    )


def remark_of(session: Session, key: str, catalogue: Catalogue) -> RemarkLine | None:
    """The remark of that key, one that was put aside included; None when there is none."""
    found = next((each for each in shipped_remarks(catalogue) if each.key == key), None)
    if found is not None:
        return found
    try:
        identity = UUID(key)
    except ValueError:
        return None
    row = session.get(Remark, identity)
    return None if row is None else _own(row)


def add_remark(database: Database, said: RemarkWords, *, service_id: UUID, key: str, at: datetime) -> UUID:
    """Adds a remark to the library of the service; raises AlreadyDone at the second tap."""
    key = key_of(key, said)
    with database.unit_of_work(service_id=service_id) as uow:
        refuse_twice(uow, key, purpose=NEW)
        row = Remark(theme=said.theme, title=said.title, words=said.words, created_at=at, archived_at=None)
        uow.add(row)
        uow.flush()
        mark_done(uow, key, purpose=NEW, outcome=str(row.id), at=at)
        return row.id


def change_remark(database: Database, remark_id: UUID, said: RemarkWords, *, service_id: UUID, version: int) -> None:
    """Writes a remark anew; raises UnknownRemark, Conflict when it is no longer the version that was shown."""
    with database.unit_of_work(service_id=service_id) as uow:
        row = _row(uow, remark_id)
        if row.row_version != version:
            raise Conflict("the remark was changed by somebody else")
        change(row, {"theme": said.theme, "title": said.title, "words": said.words})


def archive_remark(database: Database, remark_id: UUID, *, service_id: UUID, at: datetime | None) -> None:
    """Puts a remark aside, or brings it back when `at` is None; nothing when it is so already."""
    with database.unit_of_work(service_id=service_id) as uow:
        row = _row(uow, remark_id)
        if (row.archived_at is None) != (at is None):
            change(row, {"archived_at": at})


def _row(uow: Session, remark_id: UUID) -> Remark:
    row = uow.get(Remark, remark_id)
    if row is None:
        raise UnknownRemark(str(remark_id))
    return row


def _own(row: Remark) -> RemarkLine:
    return RemarkLine(
        key=str(row.id),
        title=row.title,
        words=row.words,
        theme=row.theme,
        question="",
        kind=RemarkKind.ADVICE.value,
        remark_id=row.id,
        archived=row.archived_at is not None,
        row_version=row.row_version,
    )
