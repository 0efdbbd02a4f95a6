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
    idle = STAFF_IDLE if row.staff else IDLE
    if at - row.last_seen_at > idle or at - row.created_at > LONGEST:
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
