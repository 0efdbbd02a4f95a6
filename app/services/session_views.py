"""What is shown of collective sessions: their list with totals, and one session with who came, in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.services.activity_views import LogLine, act_line, line_of
from app.services.facts import FactKind
from app.services.session_log import Attendance, attended

PAGE_SIZE = 50
_voider = aliased(Fact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many came: participations, not distinct persons."""

    employers: int = 0
    workers: int = 0
    firms: int = 0
    """Distinct firms the service knows."""
    unplaced: int = 0
    """Participations of firms that nobody knows."""

    @property
    def participations(self) -> int:
        """Of both roles."""
        return self.employers + self.workers


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One session of the list."""

    line: LogLine
    totals: Totals


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPage:
    """One page of the list of sessions."""

    sessions: tuple[SessionLine, ...]
    count: int
    """Sessions that stand, on every page."""
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceLine:
    """Who came from one firm; without name when nobody knows the firm."""

    establishment_id: UUID | None
    firm: str
    siret: str
    employers: int
    workers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A session and who came."""

    line: LogLine
    totals: Totals
    attendance: tuple[AttendanceLine, ...]
    instead: UUID | None
    """The session that stands in its place since it was corrected."""

    @property
    def said(self) -> tuple[Attendance, ...]:
        """The attendance as the form says it."""
        return tuple(
            Attendance(establishment_id=each.establishment_id, employers=each.employers, workers=each.workers)
            for each in self.attendance
        )


def session_page(session: Session, *, page: int, account_id: UUID | None = None) -> SessionPage:
    """The sessions of the service that stand, latest first; those of one account when it is said."""
    wanted = [Fact.kind == FactKind.SESSION_HELD.value, _voider.id.is_(None)]
    if account_id is not None:
        wanted.append(Fact.account_id == account_id)
    counted = select(func.count(Fact.id)).select_from(Fact).outerjoin(_voider, _voider.voids_id == Fact.id)
    count = session.scalar(counted.where(*wanted)) or 0
    pages = max(1, -(-count // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = session.scalars(
        select(Fact)
        .outerjoin(_voider, _voider.voids_id == Fact.id)
        .where(*wanted)
        .order_by(Fact.happened_on.desc(), Fact.recorded_at.desc(), Fact.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    totals = _totals(session, {row.id: row.happened_on for row in rows})
    return SessionPage(
        sessions=tuple(SessionLine(line=line_of(row), totals=totals.get(row.id, Totals())) for row in rows),
        count=count,
        number=number,
        pages=pages,
    )


def session_view(session: Session, fact_id: UUID) -> SessionView | None:
    """One session, those that were corrected included; None when there is none of that identity."""
    line = act_line(session, fact_id)
    if line is None or line.kind is not FactKind.SESSION_HELD:
        return None
    attendance = _attendance(session, line)
    return SessionView(
        line=line,
        totals=_sum(attendance),
        attendance=attendance,
        instead=_instead(session, fact_id) if line.replaced else None,
    )


def _instead(session: Session, fact_id: UUID) -> UUID | None:
    subject = session.scalar(select(Fact.subject).where(Fact.voids_id == fact_id))
    return UUID(subject) if subject else None


def _attendance(session: Session, line: LogLine) -> tuple[AttendanceLine, ...]:
    """The presences that stand; for a session that was corrected, those it had."""
    query = (
        select(Fact, EstablishmentRow.name, EstablishmentRow.siret)
        .outerjoin(_voider, _voider.voids_id == Fact.id)
        .outerjoin(EstablishmentRow, EstablishmentRow.id == Fact.establishment_id)
        .where(*attended(line.on), Fact.subject == str(line.fact_id))
        .order_by(EstablishmentRow.name, Fact.recorded_at, Fact.id)
    )
    if line.voided_at is None:
        query = query.where(_voider.id.is_(None))
    else:
        query = query.where(_voider.recorded_at == line.voided_at)
    found: dict[UUID | None, AttendanceLine] = {}
    for fact, name, siret in session.execute(query):
        known = found.get(fact.establishment_id)
        number = int(fact.quantity or 0)
        found[fact.establishment_id] = AttendanceLine(
            establishment_id=fact.establishment_id,
            firm=name or "",
            siret=siret or "",
            employers=(known.employers if known else 0) + (number if fact.unit == "employeurs" else 0),
            workers=(known.workers if known else 0) + (number if fact.unit == "salaries" else 0),
        )
    return tuple(sorted(found.values(), key=lambda each: each.establishment_id is None))


def _sum(lines: tuple[AttendanceLine, ...]) -> Totals:
    return Totals(
        employers=sum(each.employers for each in lines),
        workers=sum(each.workers for each in lines),
        firms=sum(1 for each in lines if each.establishment_id is not None),
        unplaced=sum(each.employers + each.workers for each in lines if each.establishment_id is None),
    )


def _totals(session: Session, days: Mapping[UUID, date]) -> dict[UUID, Totals]:
    query = (
        select(Fact.subject, Fact.establishment_id, Fact.unit, func.sum(Fact.quantity))
        .outerjoin(_voider, _voider.voids_id == Fact.id)
        .where(
            *attended(*days.values()),
            Fact.subject.in_([str(each) for each in days]),
            _voider.id.is_(None),
        )
        .group_by(Fact.subject, Fact.establishment_id, Fact.unit)
    )
    lines: dict[UUID, list[AttendanceLine]] = defaultdict(list)
    firms: dict[UUID, set[UUID]] = defaultdict(set)
    for subject, establishment_id, unit, number in session.execute(query):
        people = int(Decimal(number or 0))
        lines[UUID(subject)].append(
            AttendanceLine(
                establishment_id=establishment_id,
                firm="",
                siret="",
                employers=people if unit == "employeurs" else 0,
                workers=people if unit == "salaries" else 0,
            )
        )
        if establishment_id is not None:
            firms[UUID(subject)].add(establishment_id)
    return {key: _with_firms(_sum(tuple(each)), len(firms[key])) for key, each in lines.items()}


def _with_firms(totals: Totals, firms: int) -> Totals:
    return Totals(employers=totals.employers, workers=totals.workers, firms=firms, unplaced=totals.unplaced)
