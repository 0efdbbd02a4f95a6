"""The members of a service as its administrator sees them: who they are, and whether the portal reached them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.roles import Role
from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.membership import Membership
from app.services.establishments import known_establishment, states_on
from app.services.facts import FactKind
from app.services.mailings import MOST_AT_ONCE, REST, Way, last_invitations
from app.services.staff_views import PAGE_SIZE, alphabetical, matching


class Reach(StrEnum):
    """How far the portal is with a member."""

    NEVER = "jamais"
    INVITED = "invites"
    OPEN = "ouverts"
    ENDED = "radies"


TO_INVITE: Final = (Reach.NEVER, Reach.INVITED)
"""Members a letter may still bring in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberSearch:
    """What the list is asked for; empty for every present member."""

    words: str = ""
    sector: str = ""
    reach: Reach | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLine:
    """One member of the list."""

    establishment_id: UUID
    name: str
    siret: str
    postal_code: str
    sector: str
    email: str
    member_number: str
    headcount: int
    naf_label: str
    reach: Reach
    invited_at: datetime | None
    """When the service last invited it; None when it never did."""
    until: date | None
    """Last day it is a member, when one is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """One page of the list."""

    members: tuple[MemberLine, ...]
    total: int
    number: int
    pages: int
    sectors: tuple[str, ...]
    """Sectors of the service, in alphabetical order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """How many members of a search may be invited, and how."""

    with_email: int
    without_email: int
    recent: int
    """With an address, and written to less than REST ago: left in peace."""


def members_of(session: Session, search: MemberSearch, *, page: int, on: date) -> MemberPage:
    """The members of the session's service that answer to the search, by name; the nearest page that exists."""
    wanted = _wanted(search, on)
    total = session.scalar(select(func.count(EstablishmentRow.id)).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    query = _lines(on).where(*wanted).order_by(*alphabetical(), EstablishmentRow.id).limit(PAGE_SIZE)
    rows = session.execute(query.offset((number - 1) * PAGE_SIZE)).all()
    sectors = session.scalars(select(EstablishmentRow.sector).where(*_MEMBER, EstablishmentRow.sector != "").distinct())
    return MemberPage(
        members=_told(session, rows, on=on),
        total=total,
        number=number,
        pages=pages,
        sectors=tuple(sorted(sectors, key=str.casefold)),
    )


def member_line(session: Session, establishment_id: UUID, *, on: date) -> MemberLine | None:
    """One member, None when the session's service has no such member."""
    rows = session.execute(_lines(on).where(*_MEMBER, EstablishmentRow.id == establishment_id)).all()
    lines = _told(session, rows, on=on)
    return lines[0] if lines else None


def any_member(session: Session) -> bool:
    """Whether the session's service has a member at all."""
    return session.scalar(select(EstablishmentRow.id).where(*_MEMBER).limit(1)) is not None


def reachable(session: Session, search: MemberSearch, *, on: date, at: datetime) -> Reachable:
    """How many members of the search may be invited by mail, and how many only by letter."""
    silent = EstablishmentRow.contact_email == ""
    recent = _invited_since(at)
    counted = select(
        func.count(case((silent, 1))).label("without_email"),
        func.count(case((~silent & recent, 1))).label("recent"),
        func.count(case((~silent & ~recent, 1))).label("with_email"),
    )
    row = session.execute(counted.select_from(EstablishmentRow).where(*_wanted(search, on))).one()
    return Reachable(with_email=row.with_email, without_email=row.without_email, recent=row.recent)


def targets(
    session: Session, search: MemberSearch, *, way: Way, on: date, at: datetime, limit: int = MOST_AT_ONCE
) -> tuple[UUID, ...]:
    """The first members of the search to invite, by name: those with an address by mail, those without by letter."""
    silent = EstablishmentRow.contact_email == ""
    reached = silent if way is Way.PRINTED else ~silent & ~_invited_since(at)
    query = select(EstablishmentRow.id).where(*_wanted(search, on), reached)
    return tuple(session.scalars(query.order_by(*alphabetical(), EstablishmentRow.id).limit(limit)))


def keep_contact(database: Database, establishment_id: UUID, email: str, *, service_id: UUID) -> None:
    """Keeps where the service writes to a member; raises UnknownEstablishment."""
    with database.unit_of_work(service_id=service_id) as uow:
        row = known_establishment(uow, establishment_id, lock=True)
        if row.contact_email != email:
            row.contact_email = email


_MEMBER: Final = (EstablishmentRow.attachment == "rattache", EstablishmentRow.claim_state == "")
_later = aliased(Affiliation)
_void = aliased(Fact)

_LAST: Final = (
    Affiliation.establishment_id == EstablishmentRow.id,
    ~exists().where(_later.establishment_id == EstablishmentRow.id, _later.seq > Affiliation.seq),
)
"""The affiliation that stands."""
_OPEN: Final = exists().where(
    Membership.establishment_id == EstablishmentRow.id,
    Membership.role == Role.EMPLOYER.value,
    Membership.to_on.is_(None),
)


def _invited(*more: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Fact.establishment_id == EstablishmentRow.id,
        Fact.kind == FactKind.INVITED.value,
        ~exists().where(_void.voids_id == Fact.id),
        *more,
    )


def _invited_since(at: datetime) -> ColumnElement[bool]:
    return _invited(Fact.recorded_at > at - REST)


def _ended(on: date) -> ColumnElement[bool]:
    return exists().where(*_LAST, Affiliation.until < on)


def _wanted(search: MemberSearch, on: date) -> list[ColumnElement[bool]]:
    wanted = [*_MEMBER, *matching(search.words)]
    if search.sector:
        wanted.append(EstablishmentRow.sector == search.sector)
    match search.reach:
        case Reach.ENDED:
            return [*wanted, _ended(on)]
        case Reach.OPEN:
            wanted.append(_OPEN)
        case Reach.INVITED:
            wanted += [~_OPEN, _invited()]
        case Reach.NEVER:
            wanted += [~_OPEN, ~_invited()]
    return [*wanted, ~_ended(on)]


def _lines(on: date) -> Select[*tuple[Any, ...]]:
    return select(
        EstablishmentRow.id,
        EstablishmentRow.name,
        EstablishmentRow.siret,
        EstablishmentRow.postal_code,
        EstablishmentRow.sector,
        EstablishmentRow.contact_email,
        _OPEN.label("open"),
        _ended(on).label("ended"),
    )


def _told(session: Session, rows: Any, *, on: date) -> tuple[MemberLine, ...]:
    ids = [row.id for row in rows]
    if not ids:
        return ()
    states = states_on(session, ids, on)
    invited = last_invitations(session, ids)
    standing = (
        select(Affiliation.establishment_id, Affiliation.member_number, Affiliation.until)
        .where(Affiliation.establishment_id.in_(ids))
        .order_by(Affiliation.seq)
    )
    affiliations = {row.establishment_id: row for row in session.execute(standing)}
    lines = []
    for row in rows:
        told = affiliations.get(row.id)
        state = states.get(row.id)
        reached = Reach.OPEN if row.open else Reach.INVITED if row.id in invited else Reach.NEVER
        lines.append(
            MemberLine(
                establishment_id=row.id,
                name=row.name,
                siret=row.siret or "",
                postal_code=row.postal_code,
                sector=row.sector,
                email=row.contact_email,
                member_number=told.member_number if told else "",
                headcount=state.headcount if state else 0,
                naf_label=state.naf_label if state else "",
                reach=Reach.ENDED if row.ended else reached,
                invited_at=invited.get(row.id),
                until=told.until if told else None,
            )
        )
    return tuple(lines)
