"""Establishments that somebody claims for his firm: what they declare, and who else has the same SIRET."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models.account import Account
from app.models.document import DocumentVersion
from app.models.draft import ThemeDraft
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.exchange import Exchange, HelpRequest
from app.models.fact import Fact
from app.models.membership import Membership
from app.services.establishments import states_on
from app.services.facts import FactKind

MOST_SHOWN = 50
"""Claims on the page, oldest first: the others come when these are decided."""
RECENT = 20
"""Decisions that stay on the page."""
USED_BY = (Membership, ThemeDraft, Exchange, HelpRequest, DocumentVersion)
"""Rows that somebody's work on an establishment leaves: one of them, and it is no empty row of an import."""
SERVICE_ACTS = (FactKind.LOGGED, FactKind.ATTENDED, FactKind.THEME_REVIEWED, FactKind.ADVISED)
"""What the service did with a firm: a decision is not undone over it."""


class Way(StrEnum):
    """What may be decided of a claim."""

    ATTACH = "rattacher"
    MERGE = "fiche"
    """Attach it in the place of the member's row, which nobody uses."""
    REFUSE = "refuser"


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """Another establishment of the service with the same SIRET."""

    establishment_id: UUID
    name: str
    address: str
    sector: str
    headcount: int | None
    """None when it declared nothing."""
    member: bool
    """A member of the service; else another claim."""
    used: bool
    """Somebody has access to it, or worked on it."""
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim, with what decides it."""

    establishment_id: UUID
    name: str
    siret: str
    address: str
    naf: str
    naf_label: str
    headcount: int | None
    headcount_on: date | None
    emails: tuple[str, ...]
    """Addresses of the accounts that decide there: who claims."""
    claimed_at: datetime
    twins: tuple[Twin, ...]

    @property
    def ways(self) -> tuple[Way, ...]:
        """What may be decided: a member's row that somebody uses leaves nothing but to refuse."""
        members = [twin for twin in self.twins if twin.member]
        if not members:
            return (Way.ATTACH, Way.REFUSE)
        return (Way.REFUSE,) if any(twin.used for twin in members) else (Way.MERGE, Way.REFUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A claim that was decided."""

    establishment_id: UUID
    name: str
    siret: str
    attached: bool
    words: str
    """Why it was refused."""
    on: date
    safe: bool
    """Going back on it loses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Claims that wait, and the last decisions."""

    waiting: tuple[Claim, ...]
    total: int
    """Claims that wait, those that are not shown too."""
    decided: tuple[Decision, ...]


def claims_waiting(session: Session) -> int:
    """How many claims of the session's service wait for a decision."""
    return session.scalar(select(func.count(EstablishmentRow.id)).where(*_WAITING)) or 0


def claims_of(session: Session, *, on: date) -> Claims:
    """The claims of the session's service, oldest first, and the last decisions."""
    rows = list(
        session.scalars(
            select(EstablishmentRow)
            .where(*_WAITING)
            .order_by(EstablishmentRow.created_at, EstablishmentRow.id)
            .limit(MOST_SHOWN)
        )
    )
    decided = list(
        session.scalars(
            select(EstablishmentRow)
            .where(EstablishmentRow.claim_settled_on.is_not(None))
            .order_by(EstablishmentRow.claim_settled_on.desc(), EstablishmentRow.name, EstablishmentRow.id)
            .limit(RECENT)
        )
    )
    acted = acted_upon(session, [row.id for row in decided if row.claim_state == ""])
    return Claims(
        waiting=tuple(_claims(session, rows, on)),
        total=len(rows) if len(rows) < MOST_SHOWN else claims_waiting(session),
        decided=tuple(
            _decision(row, row.claim_settled_on, acted=row.id in acted) for row in decided if row.claim_settled_on
        ),
    )


def claim_of(session: Session, establishment_id: UUID, *, on: date) -> Claim | None:
    """The claim on that establishment, None when it waits for no decision."""
    row = session.scalar(select(EstablishmentRow).where(EstablishmentRow.id == establishment_id, *_WAITING))
    return next(iter(_claims(session, [row], on)), None) if row is not None else None


def acted_upon(session: Session, ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of the establishments for which the service has done something, or written."""
    wanted = list(ids)
    if not wanted:
        return frozenset()
    facts = exists().where(
        Fact.establishment_id == EstablishmentRow.id, Fact.kind.in_([kind.value for kind in SERVICE_ACTS])
    )
    written = exists().where(Exchange.establishment_id == EstablishmentRow.id, Exchange.actor == "preventeur")
    found = select(EstablishmentRow.id).where(EstablishmentRow.id.in_(wanted), or_(facts, written))
    return frozenset(session.scalars(found))


_WAITING = (EstablishmentRow.attachment == "a_rattacher", EstablishmentRow.claim_state == "")


def _claims(session: Session, rows: list[EstablishmentRow], on: date) -> list[Claim]:
    twins = _twins(session, rows)
    others = [twin for each in twins.values() for twin in each]
    ids = [row.id for row in (*rows, *others)]
    states = states_on(session, ids, on)
    emails = _emails(session, ids)
    used = _used(session, [twin.id for twin in others])
    return [_claim(row, twins[row.id], states, emails, used) for row in rows]


def _twins(session: Session, rows: list[EstablishmentRow]) -> dict[UUID, list[EstablishmentRow]]:
    """The establishments with the SIRET of each claim: members and other claims, never a try-out nor a settled row."""
    sirets = {row.siret for row in rows if row.siret}
    same = session.scalars(
        select(EstablishmentRow)
        .where(
            EstablishmentRow.siret.in_(sirets),
            EstablishmentRow.attachment != "essai",
            EstablishmentRow.claim_state == "",
        )
        .order_by(EstablishmentRow.attachment.desc(), EstablishmentRow.created_at, EstablishmentRow.id)
    ).all()
    found: dict[UUID, list[EstablishmentRow]] = defaultdict(list)
    for row in rows:
        found[row.id] = [other for other in same if other.siret == row.siret and other.id != row.id]
    return found


def _emails(session: Session, ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    held = session.execute(
        select(Membership.establishment_id, Account.email)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.establishment_id.in_(ids),
            Membership.role == Role.EMPLOYER.value,
            Membership.to_on.is_(None),
            Account.closed_at.is_(None),
        )
        .order_by(Membership.created_at, Membership.id)
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    for row in held:
        found[row.establishment_id].append(row.email)
    return {each: tuple(addresses) for each, addresses in found.items()}


def _used(session: Session, ids: list[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    work = [exists().where(table.establishment_id == EstablishmentRow.id) for table in USED_BY]
    return frozenset(session.scalars(select(EstablishmentRow.id).where(EstablishmentRow.id.in_(ids), or_(*work))))


def _claim(
    row: EstablishmentRow,
    twins: list[EstablishmentRow],
    states: dict[UUID, EstablishmentState],
    emails: dict[UUID, tuple[str, ...]],
    used: frozenset[UUID],
) -> Claim:
    state = states.get(row.id)
    return Claim(
        establishment_id=row.id,
        name=row.name,
        siret=row.siret or "",
        address=row.address,
        naf=state.naf if state else "",
        naf_label=state.naf_label if state else "",
        headcount=state.headcount if state else None,
        headcount_on=state.headcount_on if state else None,
        emails=emails.get(row.id, ()),
        claimed_at=row.created_at,
        twins=tuple(
            Twin(
                establishment_id=twin.id,
                name=twin.name,
                address=twin.address,
                sector=twin.sector,
                headcount=states[twin.id].headcount if twin.id in states else None,
                member=twin.attachment == "rattache",
                used=twin.id in used,
                emails=emails.get(twin.id, ()),
            )
            for twin in twins
        ),
    )


def _decision(row: EstablishmentRow, on: date, *, acted: bool) -> Decision:
    return Decision(
        establishment_id=row.id,
        name=row.name,
        siret=row.siret or "",
        attached=row.claim_state == "",
        words=row.claim_words,
        on=on,
        safe=row.claim_state == "refusee" or not acted,
    )
