"""Everybody who has access to an establishment, who is awaited there, and the end of an access."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models.account import Account
from app.models.engine import Database
from app.models.membership import Invitation, Membership
from app.services.establishments import known_establishment


class LastEmployer(Exception):
    """The membership is the last one that may decide for the establishment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A member of an establishment, as its employer sees him or her."""

    membership_id: UUID
    account_id: UUID
    email: str
    role: Role
    function: str
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingLine:
    """An invitation that nobody has accepted."""

    invitation_id: UUID
    email: str
    role: Role
    function: str
    expires_on: date
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody of an establishment, and who is awaited."""

    members: tuple[PersonLine, ...]
    pending: tuple[PendingLine, ...]

    @property
    def employers(self) -> int:
        """How many may decide."""
        return sum(member.role is Role.EMPLOYER for member in self.members)


def people_of(session: Session, establishment_id: UUID, *, on: date) -> People:
    """Members of an establishment that day, oldest first, and the invitations nobody has accepted."""
    members = session.execute(
        select(Membership, Account.email)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.establishment_id == establishment_id,
            Membership.from_on <= on,
            or_(Membership.to_on.is_(None), Membership.to_on >= on),
        )
        .order_by(Membership.created_at, Account.email_key, Membership.id)
    )
    pending = session.scalars(
        select(Invitation)
        .where(
            Invitation.establishment_id == establishment_id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.created_at, Invitation.id)
    )
    return People(
        members=tuple(
            PersonLine(
                membership_id=row.id,
                account_id=row.account_id,
                email=email,
                role=Role(row.role),
                function=row.function,
                from_on=row.from_on,
            )
            for row, email in members
        ),
        pending=tuple(
            PendingLine(
                invitation_id=row.id,
                email=row.email,
                role=Role(row.role),
                function=row.function,
                expires_on=row.expires_on,
                expired=row.expires_on < on,
            )
            for row in pending
        ),
    )


def end_membership(
    database: Database, membership_id: UUID, *, service_id: UUID, establishment_id: UUID, on: date
) -> str:
    """Ends a membership of that establishment at once, and returns whose it was.

    Raises LookupError when the establishment has none of that identity, LastEmployer when nobody could decide any more.
    """
    with database.unit_of_work(service_id=service_id) as uow:
        known_establishment(uow, establishment_id, lock=True)  # two employers who end each other follow one another
        people = people_of(uow, establishment_id, on=on)
        person = next((each for each in people.members if each.membership_id == membership_id), None)
        if person is None:
            raise LookupError(str(membership_id))
        if person.role is Role.EMPLOYER and people.employers == 1:
            raise LastEmployer
        row = uow.get(Membership, membership_id)
        if row is not None:
            row.to_on = on - timedelta(days=1)  # the last day it holds: ended today, it opens nothing today
        return person.email
