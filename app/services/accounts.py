"""Coming in: a code sent by e-mail, or a password. Nothing done here differs, for who has no proof yet, whether an
account exists: the same rows are counted, one mail leaves, argon2 runs once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.email_addresses import email_key
from app.models.account import Account
from app.models.engine import Conflict, Database
from app.services.account_mails import Recipient, code_mail
from app.services.account_sessions import replace_session
from app.services.faces import Face
from app.services.outbox import post_mail
from app.services.passwords import hash_password, matches, outdated
from app.services.sign_in_codes import CodeFor, CodeRefused, Purpose, make_code, try_code
from app.services.throttle import (
    CODES_FROM_A_NETWORK,
    CODES_TO_AN_ADDRESS,
    PASSWORDS_FROM_A_NETWORK,
    PASSWORDS_OF_AN_ADDRESS,
    Try,
    count_tries,
    forget_tries,
)

COMING_IN = frozenset({Purpose.SIGN_IN, Purpose.SIGN_UP, Purpose.PASSWORD})
"""Purposes of the codes that open a session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Where accounts are asked for: the database, the installation's key, and the service whose entrance it is."""

    database: Database
    key: str
    face: Face

    def recipient(self, email: str) -> Recipient:
        """Somebody the service writes to."""
        return Recipient(email=email, service_name=self.face.name, phone=self.face.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """What somebody comes in with."""

    device: str
    """« Firefox sur Android »."""
    network: str
    """Where it calls from; empty when that cannot be known."""
    session_id: UUID | None
    """The session it holds already, which the new one replaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Somebody came in: the token goes in the cookie and nowhere else."""

    token: str
    account_id: UUID
    created: bool
    """The account was made by this code."""
    purpose: Purpose | None
    """What the code was asked for; None for a password."""


def send_code(
    gate: Gate, email: str, purpose: Purpose, *, network: str, at: datetime, account_id: UUID | None = None
) -> UUID:
    """Sends a code to an address; returns the request that the browser keeps. Raises TooManyTries.

    `account_id` is the account that asks, for the code of a new address.
    """
    tries = (
        Try(limit=CODES_TO_AN_ADDRESS, subject=email_key(email)),
        Try(limit=CODES_FROM_A_NETWORK, subject=network),
    )
    with gate.database.unit_of_work(service_id=gate.face.service_id) as uow:
        count_tries(uow, gate.key, tries, at=at)
        known = find_account(uow, email)
        holder = account_id or (known.id if known else None)
        wanted = CodeFor(purpose=purpose, email=email, account_id=holder)
        request_id, code = make_code(uow, gate.key, wanted, at=at)
        post_mail(uow, code_mail(gate.recipient(email), purpose, code, known=known is not None), at=at)
    return request_id


def enter_by_code(gate: Gate, request_id: UUID, code: str, *, browser: Browser, at: datetime) -> Entered:
    """Opens a session for who holds the code, and an account when the address has none; raises CodeRefused."""
    try:
        return _enter_by_code(gate, request_id, code, browser=browser, at=at)
    except Conflict:  # two codes of one new address at the same time: the other one made the account
        return _enter_by_code(gate, request_id, code, browser=browser, at=at)


def _enter_by_code(gate: Gate, request_id: UUID, code: str, *, browser: Browser, at: datetime) -> Entered:
    with gate.database.unit_of_work(service_id=None) as uow:
        found = try_code(uow, gate.key, request_id, code, purposes=COMING_IN, at=at)
        if not isinstance(found, CodeRefused):
            forget_tries(uow, gate.key, Try(limit=CODES_TO_AN_ADDRESS, subject=email_key(found.email)))
            account, created = _proved(uow, found.email, at=at)
            token = replace_session(uow, account.id, device=browser.device, at=at, old=browser.session_id)
            entered = Entered(token=token, account_id=account.id, created=created, purpose=found.purpose)
    if isinstance(found, CodeRefused):  # out of the unit of work: the try stays counted
        raise found
    return entered


def enter_by_password(gate: Gate, email: str, password: str, *, browser: Browser, at: datetime) -> Entered | None:
    """Opens a session for who knows the password; None otherwise, whatever the reason. Raises TooManyTries."""
    stored = _count_and_find(gate, email, network=browser.network, at=at)
    if not matches(stored, password) or stored is None:
        return None
    renewed = hash_password(password) if outdated(stored) else stored
    with gate.database.unit_of_work(service_id=None) as uow:
        account = find_account(uow, email)
        if account is None or account.password_hash != stored:  # changed or closed while argon2 ran
            return None
        account.password_hash = renewed
        forget_tries(uow, gate.key, Try(limit=PASSWORDS_OF_AN_ADDRESS, subject=email_key(email)))
        token = replace_session(uow, account.id, device=browser.device, at=at, old=browser.session_id)
        return Entered(token=token, account_id=account.id, created=False, purpose=None)


def is_password_of(gate: Gate, email: str, password: str, *, network: str, at: datetime) -> bool:
    """Whether the password is right, for who is signed in already; counted like a sign-in. Raises TooManyTries."""
    return matches(_count_and_find(gate, email, network=network, at=at), password)


def find_account(session: Session, email: str) -> Account | None:
    """The open account of an address."""
    return session.scalar(select(Account).where(Account.email_key == email_key(email), Account.closed_at.is_(None)))


def _count_and_find(gate: Gate, email: str, *, network: str, at: datetime) -> str | None:
    """Counts a try at the password of an address, then gives what is stored of it, if anything is."""
    tries = (
        Try(limit=PASSWORDS_OF_AN_ADDRESS, subject=email_key(email)),
        Try(limit=PASSWORDS_FROM_A_NETWORK, subject=network),
    )
    with gate.database.unit_of_work(service_id=None) as uow:
        count_tries(uow, gate.key, tries, at=at)
        account = find_account(uow, email)
        return account.password_hash if account else None


def _proved(uow: Session, email: str, *, at: datetime) -> tuple[Account, bool]:
    """The account of an address that was just proved, and whether it is new."""
    account = find_account(uow, email)
    if account is not None:
        account.confirmed_at = account.confirmed_at or at
        return account, False
    account = Account(
        email=email,
        email_key=email_key(email),
        password_hash=None,
        totp_secret=None,
        totp_step=0,
        created_at=at,
        confirmed_at=at,
        closed_at=None,
    )
    uow.add(account)
    uow.flush()
    return account, True
