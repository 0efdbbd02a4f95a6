"""Who of the service opened what: the log of openings as an administrator reads it, latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.access_record import AccessRecord
from app.models.account import Account
from app.models.establishment import EstablishmentRow
from app.services.staff_views import matching

PAGE_SIZE = 50
_FIRM = (EstablishmentRow, EstablishmentRow.id == AccessRecord.establishment_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFilter:
    """What is looked for; everything is empty for the whole log."""

    what: str = ""
    account_id: UUID | None = None
    firm: str = ""
    """Name, SIRET or SIREN."""
    since: datetime | None = None
    before: datetime | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening."""

    what: str
    subject: str
    firm: str
    """Empty when it bears on many."""
    email: str
    """Address of the account; empty for a command, or once the account is closed."""
    author_role: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningPage:
    """One page of the log, and who may be chosen among."""

    lines: tuple[Opening, ...]
    total: int
    number: int
    pages: int
    people: tuple[tuple[UUID, str], ...]
    """Account and address of everybody who ever opened something."""


def openings(session: Session, asked: OpeningFilter) -> OpeningPage:
    """The openings that answer to a filter; a page that does not exist gives the nearest one."""
    wanted = _wanted(asked)
    counted = select(func.count(AccessRecord.id)).select_from(AccessRecord).outerjoin(*_FIRM).where(*wanted)
    total = session.scalar(counted) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, asked.page), pages)
    rows = session.execute(
        select(AccessRecord, EstablishmentRow.name, Account.email)
        .outerjoin(*_FIRM)
        .outerjoin(Account, Account.id == AccessRecord.account_id)
        .where(*wanted)
        .order_by(AccessRecord.recorded_at.desc(), AccessRecord.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    lines = tuple(
        Opening(
            what=record.what,
            subject=record.subject,
            firm=name or "",
            email=email or "",
            author_role=record.author_role,
            opened_at=record.recorded_at,
        )
        for record, name, email in rows
    )
    return OpeningPage(lines=lines, total=total, number=number, pages=pages, people=_people(session))


def _wanted(asked: OpeningFilter) -> list[ColumnElement[bool]]:
    wanted = matching(asked.firm)
    if asked.what:
        wanted.append(AccessRecord.what == asked.what)
    if asked.account_id is not None:
        wanted.append(AccessRecord.account_id == asked.account_id)
    if asked.since is not None:
        wanted.append(AccessRecord.recorded_at >= asked.since)
    if asked.before is not None:
        wanted.append(AccessRecord.recorded_at < asked.before)
    return wanted


def _people(session: Session) -> tuple[tuple[UUID, str], ...]:
    known = (
        select(Account.id, Account.email)
        .join(AccessRecord, AccessRecord.account_id == Account.id)
        .where(Account.email != "")
        .distinct()
        .order_by(Account.email)
    )
    return tuple((row.id, row.email) for row in session.execute(known))
