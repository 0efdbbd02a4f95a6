"""The staff of a service: who belongs to it, with which roles, and who is awaited."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.domain.roles import STAFF_ROLES, Role
from app.models.account import Account
from app.models.advice import AdviceCase
from app.models.establishment import EstablishmentRow
from app.models.membership import Invitation, Membership
from app.models.stored_values import read_list
from app.services.people import PendingLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the staff, with everything held in the service."""

    account_id: UUID
    email: str
    function: str
    profession: str
    """Code of the trade; empty when not said."""
    sectors: tuple[str, ...]
    """Sectors followed; none for all."""
    roles: tuple[Role, ...]
    """In the order of STAFF_ROLES."""
    from_on: date
    """First day of the oldest role."""
    second_factor: bool
    """An authenticator is enrolled."""
    cases: int
    """Cases taken."""
    mark: str
    """Names these very roles: a form carries it, so that a change made meanwhile is seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Everybody of the service."""

    colleagues: tuple[Colleague, ...]
    pending: tuple[PendingLine, ...]

    def colleague(self, account_id: UUID) -> Colleague | None:
        """Who holds that account, None when he or she is not of the service."""
        return next((each for each in self.colleagues if each.account_id == account_id), None)

    def is_last_admin(self, account_id: UUID) -> bool:
        """Whether nobody would run the service without that person."""
        admins = {each.account_id for each in self.colleagues if Role.ADMIN in each.roles}
        return admins == {account_id}

    def others_who_advise(self, account_id: UUID) -> tuple[Colleague, ...]:
        """Who may take over the cases of that person."""
        return tuple(each for each in self.colleagues if Role.ADVISER in each.roles and each.account_id != account_id)


def team_of(session: Session, *, on: date) -> Team:
    """The staff of the session's service that day, oldest first, and the invitations nobody has accepted."""
    rows = session.execute(
        select(Membership, Account.email, Account.totp_secret)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.establishment_id.is_(None),
            Membership.from_on <= on,
            or_(Membership.to_on.is_(None), Membership.to_on >= on),
        )
        .order_by(Membership.created_at, Membership.id)
    )
    held: dict[UUID, list[Membership]] = defaultdict(list)
    known: dict[UUID, tuple[str, bool]] = {}
    for row, email, seed in rows:
        held[row.account_id].append(row)
        known[row.account_id] = (email, seed is not None)
    cases = _cases(session)
    return Team(
        colleagues=tuple(_colleague(mine, *known[each], cases[each]) for each, mine in held.items()),
        pending=_pending(session, on=on),
    )


def sectors_of(session: Session) -> tuple[str, ...]:
    """The sectors that members of the session's service are in, in order."""
    known = (
        select(EstablishmentRow.sector)
        .where(EstablishmentRow.sector != "", EstablishmentRow.claim_state == "")
        .distinct()
        .order_by(EstablishmentRow.sector)
    )
    return tuple(session.scalars(known))


def _colleague(held: list[Membership], email: str, second_factor: bool, cases: int) -> Colleague:
    roles = {Role(row.role) for row in held}
    said = ",".join(f"{row.id}:{row.row_version}" for row in sorted(held, key=lambda row: row.id))
    return Colleague(
        account_id=held[0].account_id,
        email=email,
        function=held[0].function,
        profession=next((row.profession for row in held if row.profession), ""),
        sectors=read_list(held[0].sectors),
        roles=tuple(role for role in STAFF_ROLES if role in roles),
        from_on=min(row.from_on for row in held),
        second_factor=second_factor,
        cases=cases,
        mark=sha256(said.encode("ascii")).hexdigest()[:32],
    )


def _cases(session: Session) -> Counter[UUID]:
    taken = (
        select(AdviceCase.assigned_to, func.count().label("cases"))
        .where(AdviceCase.assigned_to.is_not(None))
        .group_by(AdviceCase.assigned_to)
    )
    return Counter({row.assigned_to: row.cases for row in session.execute(taken)})


def _pending(session: Session, *, on: date) -> tuple[PendingLine, ...]:
    waiting = (
        select(Invitation)
        .where(Invitation.establishment_id.is_(None), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .order_by(Invitation.created_at, Invitation.id)
    )
    return tuple(
        PendingLine(
            invitation_id=row.id,
            email=row.email,
            role=Role(row.role),
            function=row.function,
            expires_on=row.expires_on,
            expired=row.expires_on < on,
        )
        for row in session.scalars(waiting)
    )
