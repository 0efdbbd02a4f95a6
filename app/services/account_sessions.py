"""Browsers signed in: opened, known again by their token, kept alive, ended. The token itself is stored nowhere."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.account import Account, AccountSession
from app.models.engine import Database
from app.services.members import token_hash

IDLE = timedelta(hours=12)
"""How long an employer's browser may stay idle."""
STAFF_IDLE = timedelta(minutes=30)
"""How long a browser that gave the second factor may stay idle: it opens the answers of many firms."""
LONGEST = timedelta(days=30)
"""No session lives longer, however busy."""
TOUCH_EVERY = timedelta(minutes=5)
"""How often the last act is noted: not at each page, which would make every reading a write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A session that holds, and whose it is."""

    session_id: UUID
    account_id: UUID
    email: str
    staff: bool
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One browser signed in, as its owner sees it in a list."""

    session_id: UUID
    device: str
    staff: bool
    created_at: datetime
    last_seen_at: datetime


def open_session(uow: Session, account_id: UUID, *, device: str, staff: bool, at: datetime) -> str:
    """Opens a session and returns its token, to be put in the cookie and nowhere else."""
    token = secrets.token_urlsafe(32)
    uow.add(
        AccountSession(
            account_id=account_id,
            token_sha256=token_hash(token),
            device=device,
            staff=staff,
            created_at=at,
            last_seen_at=at,
            revoked_at=None,
        )
    )
    return token


def session_of(session: Session, token: str, *, at: datetime) -> OpenSession | None:
    """The session of that token; None when it is unknown, ended, idle for too long, or of a closed account."""
    query = (
        select(AccountSession, Account.email)
        .join(Account, Account.id == AccountSession.account_id)
        .where(
            AccountSession.token_sha256 == token_hash(token),
            AccountSession.revoked_at.is_(None),
            Account.closed_at.is_(None),
        )
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, email = found
    return holding(row, email, at=at)


def holding(row: AccountSession, email: str, *, at: datetime) -> OpenSession | None:
    """The session of a row, None when it has been idle for too long or has lived its time."""
    if not _holds(row, at):
        return None
    return OpenSession(
        session_id=row.id,
        account_id=row.account_id,
        email=email,
        staff=row.staff,
        last_seen_at=row.last_seen_at,
    )


def keep_alive(database: Database, session_id: UUID, *, at: datetime) -> None:
    """Notes that the session is used; a session ended meanwhile stays ended."""
    with database.unit_of_work(service_id=None) as uow:
        row = uow.get(AccountSession, session_id)
        if row is not None and row.revoked_at is None:
            row.last_seen_at = at


def sessions_of(session: Session, account_id: UUID, *, at: datetime) -> tuple[SessionLine, ...]:
    """The browsers an account is signed in on, last used first."""
    query = (
        select(AccountSession)
        .where(AccountSession.account_id == account_id, AccountSession.revoked_at.is_(None))
        .order_by(AccountSession.last_seen_at.desc(), AccountSession.id)
    )
    return tuple(
        SessionLine(
            session_id=row.id,
            device=row.device,
            staff=row.staff,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
        )
        for row in session.scalars(query)
        if _holds(row, at)
    )


def replace_session(
    uow: Session, account_id: UUID, *, device: str, at: datetime, old: UUID | None, staff: bool = False
) -> str:
    """Opens a session in the place of the one of this browser, if any, and returns its token.

    The second factor stays given when the same account proves again who it is. Sessions too old to hold are removed.
    """
    row = uow.get(AccountSession, old) if old else None
    if row is not None and row.revoked_at is None:
        staff = staff or (row.staff and row.account_id == account_id)
        row.revoked_at = at
    too_old = AccountSession.created_at < at - LONGEST
    for gone in uow.scalars(select(AccountSession).where(AccountSession.account_id == account_id, too_old)):
        uow.delete(gone)
    return open_session(uow, account_id, device=device, staff=staff, at=at)


def end_own_session(database: Database, account_id: UUID, session_id: UUID, *, at: datetime) -> None:
    """Ends a session of that account; nothing when it is somebody else's."""
    with database.unit_of_work(service_id=None) as uow:
        row = uow.get(AccountSession, session_id)
        if row is not None and row.account_id == account_id and row.revoked_at is None:
            row.revoked_at = at


def end_other_sessions(database: Database, account_id: UUID, *, at: datetime, but: UUID) -> int:
    """Ends every session of an account but the present one; returns how many."""
    with database.unit_of_work(service_id=None) as uow:
        return end_all_sessions(uow, account_id, at=at, but=but)


def end_session(uow: Session, session_id: UUID, *, at: datetime) -> None:
    """Ends one session; nothing when it was already."""
    row = uow.get(AccountSession, session_id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = at


def end_all_sessions(uow: Session, account_id: UUID, *, at: datetime, but: UUID | None = None) -> int:
    """Ends every session of an account, the present one apart when given; returns how many."""
    query = select(AccountSession).where(AccountSession.account_id == account_id, AccountSession.revoked_at.is_(None))
    rows = [row for row in uow.scalars(query) if row.id != but]
    for row in rows:
        row.revoked_at = at
    return len(rows)


def _holds(row: AccountSession, at: datetime) -> bool:
    idle = STAFF_IDLE if row.staff else IDLE
    return at - row.last_seen_at <= idle and at - row.created_at <= LONGEST
