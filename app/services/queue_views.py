"""The queue of the advisers: cases by need, with what the calendar adds on the day it is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.domain.need import LONG_AGO, LONG_AGO_YEARS, OVERDUE, Reason
from app.models.advice import AdviceCase
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.services.establishments import states_on
from app.services.staff_views import matching

PAGE_SIZE = 50
MINE, NOBODY, EVERYBODY = "moi", "personne", "tous"
TO_LOOK_AT, AWAITED, EVERY = "a_regarder", "attendue", "tout"
NEVER, OLD = "jamais", "ancienne"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """What of the queue is asked for."""

    on: date
    account_id: UUID
    """Who looks at it."""
    search: str = ""
    theme: str = ""
    motive: str = ""
    """A motive or the code of an alert (app.domain.need, app.domain.alerts)."""
    visit: str = ""
    """NEVER, OLD or any."""
    who: str = EVERYBODY
    state: str = TO_LOOK_AT
    sectors: tuple[str, ...] = ()
    """Sectors of the service to keep; none for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One case as the queue shows it."""

    establishment_id: UUID
    name: str
    postal_code: str
    sector: str
    naf: str
    headcount: int | None
    state: str
    points: int
    """With those of the calendar."""
    reasons: tuple[Reason, ...]
    priorities: Mapping[str, int]
    visited_on: date | None
    long_ago: bool
    waiting_since: datetime | None
    awaited_on: date | None
    overdue: bool
    assigned_to: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """One page of the queue."""

    lines: tuple[QueueLine, ...]
    total: int
    number: int
    """Of the page, from 1."""
    pages: int

    @property
    def first(self) -> int:
        """Rank of its first line."""
        return (self.number - 1) * PAGE_SIZE + 1


def queue_of(session: Session, asked: QueueFilter, *, page: int) -> QueuePage:
    """The cases that are asked for, the greatest need first, in three statements; the nearest page that exists."""
    wanted = _conditions(asked)
    counted = select(func.count(AdviceCase.id)).join(
        EstablishmentRow, EstablishmentRow.id == AdviceCase.establishment_id
    )
    total = session.scalar(counted.where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    points = _points(asked.on)
    rows = session.execute(
        select(AdviceCase, EstablishmentRow, points)
        .join(EstablishmentRow, EstablishmentRow.id == AdviceCase.establishment_id)
        .where(*wanted)
        .order_by(points.desc(), AdviceCase.waiting_since.is_(None), AdviceCase.waiting_since, EstablishmentRow.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    states = states_on(session, [place.id for _, place, _ in rows], asked.on)
    return QueuePage(
        lines=tuple(_line(row, place, states.get(place.id), points=need, on=asked.on) for row, place, need in rows),
        total=total,
        number=number,
        pages=pages,
    )


def _points(on: date) -> ColumnElement[int]:
    """The need with what the calendar adds: worked out on reading, so that the stored row never goes stale."""
    overdue = case((AdviceCase.awaited_on < on, OVERDUE), else_=0)
    long_ago = case((AdviceCase.visited_on < years_before(on), LONG_AGO), else_=0)
    return AdviceCase.need + overdue + long_ago


def years_before(on: date, years: int = LONG_AGO_YEARS) -> date:
    """The same day that many years before; 28 February for a 29 that the year does not have."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def _conditions(asked: QueueFilter) -> list[ColumnElement[bool]]:
    found = [EstablishmentRow.attachment != "essai", EstablishmentRow.claim_state == "", *matching(asked.search)]
    if asked.theme:
        found.append(AdviceCase.themes.contains(f" {asked.theme} ", autoescape=True))
    if asked.motive:
        found.append(AdviceCase.reasons.contains(f'"code":"{asked.motive}"', autoescape=True))
    if asked.sectors:
        found.append(EstablishmentRow.sector.in_(asked.sectors))
    return [*found, *_of_visit(asked), *_of_person(asked), *_of_state(asked)]


def _of_visit(asked: QueueFilter) -> Iterable[ColumnElement[bool]]:
    if asked.visit == NEVER:
        yield AdviceCase.visited_on.is_(None)
    if asked.visit == OLD:
        yield AdviceCase.visited_on < years_before(asked.on)


def _of_person(asked: QueueFilter) -> Iterable[ColumnElement[bool]]:
    if asked.who == MINE:
        yield AdviceCase.assigned_to == asked.account_id
    if asked.who == NOBODY:
        yield AdviceCase.assigned_to.is_(None)


def _of_state(asked: QueueFilter) -> Iterable[ColumnElement[bool]]:
    if asked.state == TO_LOOK_AT:
        overdue = and_(AdviceCase.state == "en_attente", AdviceCase.awaited_on < asked.on)
        yield or_(AdviceCase.state == "a_lire", overdue)
    if asked.state == AWAITED:
        yield AdviceCase.state == "en_attente"


def _line(
    row: AdviceCase, place: EstablishmentRow, state: EstablishmentState | None, *, points: int, on: date
) -> QueueLine:
    return QueueLine(
        establishment_id=place.id,
        name=place.name,
        postal_code=place.postal_code,
        sector=place.sector,
        naf=state.naf if state else "",
        headcount=state.headcount if state else None,
        state=row.state,
        points=points,
        reasons=read_reasons(row.reasons),
        priorities=json.loads(row.priorities),
        visited_on=row.visited_on,
        long_ago=row.visited_on is not None and row.visited_on < years_before(on),
        waiting_since=row.waiting_since,
        awaited_on=row.awaited_on,
        overdue=row.awaited_on is not None and row.awaited_on < on,
        assigned_to=row.assigned_to,
    )


def read_reasons(stored: str) -> tuple[Reason, ...]:
    """The reasons of a case back from its row."""
    return tuple(Reason(**{**each, "names": tuple(each["names"])}) for each in json.loads(stored))
