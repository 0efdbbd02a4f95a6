"""The authenticator of the staff of a service: RFC 6238 codes, each used once.

The shared secret is stored nowhere: `account.totp_secret` holds a random seed, and the secret is what the key of the
installation makes of it. Who reads the database alone learns nothing; who loses the key enrols everybody again.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp

from app.models.account import Account
from app.models.engine import Conflict, Database
from app.services.keyed_hash import keyed_bytes
from app.services.throttle import SECOND_FACTORS, Try, count_tries, forget_tries

STEP = 30
"""Seconds a code lasts."""
DRIFT = 1
"""Steps before and after the present one that are accepted: the clocks of phones are not exact."""


def new_seed() -> str:
    """What is stored for an authenticator, before anything is derived from it: 128 random bits."""
    return secrets.token_hex(16)


def shared_secret(key: str, seed: str) -> str:
    """The secret the authenticator is given, in base 32."""
    return base64.b32encode(keyed_bytes(key, "second facteur", seed)[:20]).decode("ascii")


def enrolment_address(key: str, seed: str, *, email: str, issuer: str) -> str:
    """The `otpauth:` address that the QR code holds."""
    return pyotp.TOTP(shared_secret(key, seed), interval=STEP).provisioning_uri(name=email, issuer_name=issuer)


def code_at(key: str, seed: str, *, at: datetime, after: int = 0) -> str:
    """The code an authenticator shows at an instant, or the next one when that step already served."""
    step = max(_step(at), after + 1)
    return _codes(key, seed).generate_otp(step)


def accept_first_code(database: Database, key: str, account_id: UUID, seed: str, code: str, *, at: datetime) -> bool:
    """Enrols the authenticator when its first code is right; False when it is not, or one is enrolled already.

    Raises TooManyTries.
    """
    return _accept(database, key, account_id, code, seed=seed, at=at)


def accept_code(database: Database, key: str, account_id: UUID, code: str, *, at: datetime) -> bool:
    """Whether the code is right and serves for the first time; raises TooManyTries."""
    return _accept(database, key, account_id, code, seed=None, at=at)


def forget_second_factor(database: Database, account_id: UUID) -> None:
    """Lets the holder of an account enrol another authenticator, once an administrator has checked who asks."""
    with database.unit_of_work(service_id=None) as uow:
        account = uow.get_one(Account, account_id)
        account.totp_secret, account.totp_step = None, 0


def _accept(database: Database, key: str, account_id: UUID, code: str, *, seed: str | None, at: datetime) -> bool:
    tried = Try(limit=SECOND_FACTORS, subject=str(account_id))
    with database.unit_of_work(service_id=None) as uow:
        count_tries(uow, key, (tried,), at=at)
    try:
        with database.unit_of_work(service_id=None) as uow:
            account = uow.get_one(Account, account_id)
            if (seed is None) == (account.totp_secret is None):
                return False
            step = _step_of(key, seed or account.totp_secret or "", code, at=at)
            if step is None or step <= account.totp_step:
                return False
            account.totp_secret, account.totp_step = seed or account.totp_secret, step
            forget_tries(uow, key, tried)
    except Conflict:  # the same code, on another browser, at the same time: it served there
        return False
    return True


def _step_of(key: str, seed: str, code: str, *, at: datetime) -> int | None:
    """The step a code belongs to, among those near the present."""
    digits = "".join(code.split())
    codes, now, found = _codes(key, seed), _step(at), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(codes.generate_otp(step).encode(), digits.encode("utf-8", errors="replace")):
            found = step
    return found


def _codes(key: str, seed: str) -> pyotp.TOTP:
    return pyotp.TOTP(shared_secret(key, seed), interval=STEP)


def _step(at: datetime) -> int:
    return int(at.timestamp()) // STEP
