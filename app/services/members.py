"""Who somebody is in a service: the memberships that hold today, and the try-out a browser carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models.membership import Membership, Trial
from app.models.stored_values import read_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One membership that holds."""

    membership_id: UUID
    establishment_id: UUID | None
    """None for the staff of the service."""
    role: Role
    function: str
    profession: str = ""
    """Code of the trade, for the staff (app.domain.activity)."""
    sectors: tuple[str, ...] = ()
    """Sectors of the service that a member of the staff follows; none for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPass:
    """A try-out that its browser may go on with."""

    establishment_id: UUID
    theme: str
    expires_on: date


_HELD = (
    select(Membership)
    .where(
        Membership.account_id == bindparam("account_id"),
        Membership.from_on <= bindparam("on"),
        or_(Membership.to_on.is_(None), Membership.to_on >= bindparam("on")),
    )
    .order_by(Membership.created_at, Membership.id)
)
_TRIAL = select(Trial).where(
    Trial.token_sha256 == bindparam("token_sha256"), Trial.kept_at.is_(None), Trial.expires_on >= bindparam("on")
)
"""Built once: every page of an establishment sends one of them."""


def memberships_of(session: Session, account_id: UUID, *, on: date) -> tuple[Member, ...]:
    """Every membership of an account in the session's service that holds on a day, oldest first."""
    return tuple(
        Member(
            membership_id=row.id,
            establishment_id=row.establishment_id,
            role=Role(row.role),
            function=row.function,
            profession=row.profession,
            sectors=read_list(row.sectors),
        )
        for row in session.scalars(_HELD, {"account_id": account_id, "on": on})
    )


def token_hash(token: str) -> str:
    """What is stored of a token that opens something: its SHA-256, in hexadecimal."""
    return sha256(token.encode("utf-8", errors="replace")).hexdigest()


def trial_of(session: Session, token: str, *, on: date) -> TrialPass | None:
    """The try-out of that token, None when it is unknown, over, or kept by an account."""
    row = session.scalar(_TRIAL, {"token_sha256": token_hash(token), "on": on})
    if row is None:
        return None
    return TrialPass(establishment_id=row.establishment_id, theme=row.theme, expires_on=row.expires_on)
