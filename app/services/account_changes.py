"""What a person changes of an account once in: its password, its address, its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.email_addresses import email_key
from app.domain.roles import Role
from app.models.account import Account
from app.models.engine import Conflict
from app.models.establishment import EstablishmentRow
from app.models.membership import Membership
from app.services.account_mails import address_changed_mail, closed_mail, password_changed_mail
from app.services.account_sessions import end_all_sessions
from app.services.accounts import Gate, find_account
from app.services.outbox import post_mail
from app.services.passwords import hash_password
from app.services.sign_in_codes import CodeRefused, Purpose, SpentCode, forget_codes, try_code


class AddressTaken(Exception):
    """Another account has that address; told only to who proved to read its mails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What « Mon compte » shows."""

    email: str
    has_password: bool
    totp_seed: str | None
    """What the authenticator is derived from; None before it is enrolled."""
    totp_step: int
    created_at: datetime


def account_facts(session: Session, account_id: UUID) -> AccountFacts:
    """What is known of an account."""
    row = session.get_one(Account, account_id)
    return AccountFacts(
        email=row.email,
        has_password=row.password_hash is not None,
        totp_seed=row.totp_secret,
        totp_step=row.totp_step,
        created_at=row.created_at,
    )


def choose_password(gate: Gate, account_id: UUID, password: str, *, session_id: UUID, at: datetime) -> None:
    """Gives an account its password, ends its other sessions and writes to its owner.

    The password is one that `fault_of` accepts; raises ValueError otherwise.
    """
    hashed = hash_password(password)
    with gate.database.unit_of_work(service_id=gate.face.service_id) as uow:
        account = uow.get_one(Account, account_id)
        account.password_hash = hashed
        end_all_sessions(uow, account_id, at=at, but=session_id)
        post_mail(uow, password_changed_mail(gate.recipient(account.email)), at=at)


def change_address(gate: Gate, account_id: UUID, request_id: UUID, code: str, *, session_id: UUID, at: datetime) -> str:
    """Gives an account the address its code was sent to, and returns it; the old address is told.

    Raises CodeRefused, and AddressTaken when another account has it.
    """
    try:
        with gate.database.unit_of_work(service_id=gate.face.service_id) as uow:
            found = try_code(uow, gate.key, request_id, code, purposes=frozenset({Purpose.ADDRESS}), at=at)
            if not isinstance(found, CodeRefused):
                if found.account_id != account_id:
                    raise SpentCode
                _move(uow, gate, account_id, found.email, at=at)
                end_all_sessions(uow, account_id, at=at, but=session_id)
    except Conflict as conflict:
        raise AddressTaken from conflict
    if isinstance(found, CodeRefused):
        raise found
    return found.email


def _move(uow: Session, gate: Gate, account_id: UUID, email: str, *, at: datetime) -> None:
    holder = find_account(uow, email)
    if holder is not None and holder.id != account_id:
        raise AddressTaken
    account = uow.get_one(Account, account_id)
    forget_codes(uow, account_id, account.email_key)  # what the old address received opens nothing any more
    post_mail(uow, address_changed_mail(gate.recipient(account.email)), at=at)
    account.email, account.email_key, account.confirmed_at = email, email_key(email), at


def alone_in(gate: Gate, account_id: UUID, *, on: date) -> tuple[str, ...]:
    """Names of the establishments, of every service, whose only employer is that account."""
    with gate.database.across_services("an account closes: what it leaves without an employer") as session:
        mine = _held(session, Membership.account_id == account_id, on=on)
        firms = {row.establishment_id for row in mine if row.role == Role.EMPLOYER}
        others = _held(
            session,
            Membership.establishment_id.in_(firms),
            Membership.role == Role.EMPLOYER.value,
            Membership.account_id != account_id,
            on=on,
        )
        alone = firms - {row.establishment_id for row in others}
        names = session.scalars(
            select(EstablishmentRow.name).where(EstablishmentRow.id.in_(alone)).order_by(EstablishmentRow.name)
        )
        return tuple(names)


def close_account(gate: Gate, account_id: UUID, *, at: datetime, on: date) -> None:
    """Ends an account: its memberships everywhere, its sessions, its codes, its password and its address.

    Memberships first, one service after another: should the machine stop half-way, the person can still come back and
    end it.
    """
    with gate.database.across_services("an account closes: its memberships end in every service") as session:
        services = {row.service_id for row in _held(session, Membership.account_id == account_id, on=on)}
    for service_id in sorted(services):
        with gate.database.unit_of_work(service_id=service_id) as uow:
            for row in _held(uow, Membership.account_id == account_id, on=on):
                row.to_on = on - timedelta(days=1)  # the last day it holds: nobody is left on the list of a firm
    with gate.database.unit_of_work(service_id=gate.face.service_id) as uow:
        account = uow.get_one(Account, account_id)
        if account.closed_at is not None:
            return
        post_mail(uow, closed_mail(gate.recipient(account.email)), at=at)
        end_all_sessions(uow, account_id, at=at)
        forget_codes(uow, account_id, account.email_key)
        account.email, account.email_key, account.closed_at = "", f"clos:{account_id}", at
        account.password_hash, account.totp_secret = None, None


def _held(session: Session, *conditions: ColumnElement[bool], on: date) -> list[Membership]:
    query = select(Membership).where(*conditions, or_(Membership.to_on.is_(None), Membership.to_on >= on))
    return list(session.scalars(query))
