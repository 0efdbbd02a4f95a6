"""What the log shows: acts by day with their corrections, totals, and what a person logs most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.domain.calendar import add_months
from app.models.campaign import Campaign
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.services.facts import FactKind
from app.services.firm_choices import FirmChoice, choice_of
from app.services.staff_views import matching

PAGE_SIZE = 60
_LATELY = timedelta(days=180)
_LOOKED_AT = 40
"""Acts of a person that say what he or she logs most."""
MOST_USUAL = 4
USUAL = ("visite_entreprise", "conseil", "etude_poste", "aide_duerp")
"""What is offered first to who has logged nothing yet."""
MOST_FIRMS = 3

_voider = aliased(Fact)
_Statement = TypeVar("_Statement", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which acts of the service are asked for; what is empty filters nothing."""

    month: str = ""
    """« 2026-11 »."""
    account_id: UUID | None = None
    category: str = ""
    search: str = ""
    """Name or SIRET of the firm."""
    establishment_id: UUID | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One act as the log shows it."""

    fact_id: UUID
    kind: FactKind
    on: date
    recorded_at: datetime
    category: str
    minutes: int
    theme: str
    format: str
    origin: str
    partner: str
    campaign: str
    words: str
    role: str
    """Function of who did it."""
    profession: str
    account_id: UUID | None
    establishment_id: UUID | None
    firm: str
    """Name of the firm; empty for a collective act."""
    voided_at: datetime | None
    """When it was corrected or taken back."""
    replaced: bool
    """Whether another act stands in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogDay:
    """The acts of one day, the last noted first."""

    on: date
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """One page of the log."""

    days: tuple[LogDay, ...]
    count: int
    """Acts that stand, on every page."""
    minutes: int
    """Their total."""
    corrected: int
    """Acts that were corrected or taken back, on every page."""
    number: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What somebody logs most, to offer it first."""

    categories: tuple[str, ...]
    profession: str
    """The trade of the last act; empty when none was said."""
    firms: tuple[FirmChoice, ...]
    """The last firms, latest first."""


def log_page(session: Session, asked: LogFilter) -> LogPage:
    """The acts that answer to a filter, latest day first. A page that does not exist gives the nearest one."""
    conditions = _conditions(asked)
    stands = case((_voider.id.is_(None), 1), else_=0)
    count, minutes, everything = session.execute(
        _joined(
            select(
                func.coalesce(func.sum(stands), 0),
                func.coalesce(func.sum(stands * func.coalesce(Fact.minutes, 0)), 0),
                func.count(Fact.id),
            )
        ).where(*conditions)
    ).one()
    pages = max(1, -(-everything // PAGE_SIZE))
    number = min(max(1, asked.page), pages)
    rows = session.execute(
        _joined(select(Fact, _voider, EstablishmentRow.name))
        .where(*conditions)
        .order_by(Fact.happened_on.desc(), Fact.recorded_at.desc(), Fact.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    return LogPage(
        days=_by_day([line_of(*row) for row in rows]),
        count=int(count),
        minutes=int(minutes),
        corrected=everything - int(count),
        number=number,
        pages=pages,
    )


def act_line(session: Session, fact_id: UUID) -> LogLine | None:
    """One act of the log; None when there is none of that identity."""
    row = session.execute(_joined(select(Fact, _voider, EstablishmentRow.name)).where(Fact.id == fact_id, _IN_LOG))
    found = row.first()
    return line_of(*found) if found else None


def habits_of(session: Session, account_id: UUID, *, on: date) -> Habits:
    """What an account logged most in the last months, completed with what is usual."""
    rows = session.execute(
        _joined(select(Fact, EstablishmentRow))
        .where(
            Fact.kind == FactKind.LOGGED.value,
            Fact.account_id == account_id,
            Fact.happened_on >= on - _LATELY,
            _voider.id.is_(None),
        )
        .order_by(Fact.recorded_at.desc(), Fact.id)
        .limit(_LOOKED_AT)
    ).all()
    used = Counter(fact.category for fact, _ in rows)  # of two as frequent, the one used last comes first
    most = [category for category, _ in used.most_common(MOST_USUAL)]
    most += [category for category in USUAL if category not in most]
    firms = {firm.id: choice_of(firm) for _, firm in rows if _offered(firm)}
    return Habits(
        categories=tuple(most[:MOST_USUAL]),
        profession=next((fact.profession for fact, _ in rows if fact.profession), ""),
        firms=tuple(firms.values())[:MOST_FIRMS],
    )


def open_campaigns(session: Session, *, on: date) -> tuple[tuple[str, str], ...]:
    """Code and name of the campaigns an act may be of that day."""
    query = select(Campaign.code, Campaign.name).where(
        Campaign.opened_on <= on, or_(Campaign.closed_on.is_(None), Campaign.closed_on >= on)
    )
    return tuple((code, name) for code, name in session.execute(query.order_by(Campaign.name, Campaign.code)))


_IN_LOG = and_(
    Fact.kind.in_((FactKind.LOGGED.value, FactKind.SESSION_HELD.value, FactKind.THEME_REVIEWED.value)),
    Fact.category != "",
)
"""Acts in the workplace: a reading counts when the employer was spoken to."""


def _joined(statement: _Statement) -> _Statement:
    """With the fact that voids each fact, and the firm it bears on."""
    return (
        statement.select_from(Fact)
        .outerjoin(_voider, _voider.voids_id == Fact.id)
        .outerjoin(EstablishmentRow, EstablishmentRow.id == Fact.establishment_id)
    )


def _conditions(asked: LogFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [_IN_LOG]
    if asked.month:
        first = date.fromisoformat(f"{asked.month}-01")
        conditions += [Fact.happened_on >= first, Fact.happened_on < add_months(first, 1)]
    if asked.account_id is not None:
        conditions.append(Fact.account_id == asked.account_id)
    if asked.category:
        conditions.append(Fact.category == asked.category)
    if asked.establishment_id is not None:
        conditions.append(Fact.establishment_id == asked.establishment_id)
    return [*conditions, *matching(asked.search)]


def _by_day(lines: Sequence[LogLine]) -> tuple[LogDay, ...]:
    days = dict.fromkeys(line.on for line in lines)
    return tuple(LogDay(on=on, lines=tuple(line for line in lines if line.on == on)) for on in days)


def line_of(fact: Fact, voider: Fact | None = None, firm: str | None = None) -> LogLine:
    """A fact as the log shows it."""
    return LogLine(
        fact_id=fact.id,
        kind=FactKind(fact.kind),
        on=fact.happened_on,
        recorded_at=fact.recorded_at,
        category=fact.category,
        minutes=fact.minutes or 0,
        theme=fact.theme,
        format=fact.format,
        origin=fact.origin,
        partner=fact.partner,
        campaign=fact.campaign,
        words=fact.words,
        role=fact.actor_role,
        profession=fact.profession,
        account_id=fact.account_id,
        establishment_id=fact.establishment_id,
        firm=firm or "",
        voided_at=voider.recorded_at if voider else None,
        replaced=bool(voider and voider.subject),
    )


def _offered(firm: EstablishmentRow | None) -> bool:
    return firm is not None and firm.attachment in {"rattache", "a_rattacher"} and firm.claim_state == ""
