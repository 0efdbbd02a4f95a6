"""Six digits sent by e-mail: good once, for ten minutes, for the browser that asked, and for five tries."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.email_addresses import email_key
from app.models.account import SignInCode
from app.services.keyed_hash import keyed_hash

LIFETIME = timedelta(minutes=10)
TRIES = 5
"""Tries at one code, the right one included."""
KEPT = timedelta(days=1)
_PURGED_AT_ONCE = 200


class Purpose(StrEnum):
    """What a code opens."""

    SIGN_IN = "connexion"
    SIGN_UP = "inscription"
    PASSWORD = "mot_de_passe"  # noqa: S105 (the name of a purpose)
    ADDRESS = "adresse"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFor:
    """Who a code is for, and what."""

    purpose: Purpose
    email: str
    account_id: UUID | None
    """The account that asks; None when no account has that address."""


class CodeRefused(Exception):
    """The code opens nothing. The try is counted: raise it after the unit of work."""


class WrongCode(CodeRefused):
    """Not the code that was sent; `left` tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__(f"wrong code, {left} tries left")
        self.left = left


class SpentCode(CodeRefused):
    """The code served, is too old, or was tried too often: another one is needed."""


def make_code(uow: Session, secret: str, wanted: CodeFor, *, at: datetime) -> tuple[UUID, str]:
    """A fresh code: the identity of its request, for the browser that asked, and its digits, for the mail."""
    _purge(uow, at=at)
    row_id, code = uuid4(), f"{secrets.randbelow(10**6):06}"
    uow.add(
        SignInCode(
            id=row_id,
            purpose=wanted.purpose.value,
            email_key=email_key(wanted.email),
            account_id=wanted.account_id,
            code_sha256=_hash(secret, row_id, code),
            detail=wanted.email,
            attempts=0,
            created_at=at,
            expires_at=at + LIFETIME,
            used_at=None,
        )
    )
    return row_id, code


def try_code(
    uow: Session, secret: str, request_id: UUID, code: str, *, purposes: frozenset[Purpose], at: datetime
) -> CodeFor | CodeRefused:
    """What the code opens, once; else the refusal, for the caller to raise once the try is committed."""
    row = uow.scalar(select(SignInCode).where(SignInCode.id == request_id).with_for_update())
    if row is None or row.purpose not in purposes:
        return SpentCode()
    if row.used_at is not None or at >= row.expires_at or row.attempts >= TRIES:
        return SpentCode()
    row.attempts += 1
    if not hmac.compare_digest(row.code_sha256, _hash(secret, row.id, code)):
        return WrongCode(TRIES - row.attempts) if row.attempts < TRIES else SpentCode()
    row.used_at = at
    return CodeFor(purpose=Purpose(row.purpose), email=row.detail, account_id=row.account_id)


def forget_codes(uow: Session, account_id: UUID, key: str) -> None:
    """Removes every code of an account that closes, with the addresses they hold."""
    query = select(SignInCode).where((SignInCode.account_id == account_id) | (SignInCode.email_key == key))
    for row in uow.scalars(query.with_for_update()):
        uow.delete(row)


def _purge(uow: Session, *, at: datetime) -> None:
    old = select(SignInCode).where(SignInCode.created_at < at - KEPT).limit(_PURGED_AT_ONCE)
    for row in uow.scalars(old.with_for_update(skip_locked=True)):
        uow.delete(row)


def _hash(secret: str, request_id: UUID, code: str) -> str:
    return keyed_hash(secret, "code", str(request_id), code)
