"""Who arrives at which entrance, in one statement: every page asks it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from app.domain.entrances import has_entrance
from app.models.account import Account, AccountSession
from app.models.service import Service
from app.services.account_sessions import OpenSession, holding
from app.services.faces import FACE_COLUMNS, Face, face_of
from app.services.members import token_hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """An entrance, and the session that holds on the browser that asked for it."""

    face: Face
    signed_in: OpenSession | None


_ARRIVAL = (
    select(*FACE_COLUMNS, AccountSession, Account.email)
    .select_from(Service)
    .outerjoin(
        AccountSession,
        and_(AccountSession.token_sha256 == bindparam("token_sha256"), AccountSession.revoked_at.is_(None)),
    )
    .outerjoin(Account, and_(Account.id == AccountSession.account_id, Account.closed_at.is_(None)))
    .where(Service.slug == bindparam("slug"))
)
"""The face of the entrance, and the session of the token with the address of its account."""


def arrive(session: Session, slug: str, token: str, *, at: datetime) -> Arrival | None:
    """The entrance of that slug and the session of that token (empty: nobody); None when there is no such entrance."""
    if not has_entrance(slug):
        return None
    row = session.execute(_ARRIVAL, {"slug": slug, "token_sha256": token_hash(token)}).first()
    if row is None:
        return None
    known, email = row.AccountSession, row.email
    held = holding(known, email, at=at) if known is not None and email is not None else None
    return Arrival(face=face_of(row), signed_in=held)
