"""A form that acts once: its key is kept in the transaction of the act, and the second tap gets the first answer."""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.once import UsedKey

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


class AlreadyDone(Exception):
    """The form was already sent: `outcome` is what the first time made."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def key_of(key: str, *said: object) -> str:
    """The key of a form with what was written in it: who goes back to the form and writes something else acts again.

    `said` must read the same in every process: no set.
    """
    return sha256(f"{key} {said!r}".encode(errors="replace")).hexdigest() if _KEY.fullmatch(key) else key


def refuse_twice(uow: Session, key: str, *, purpose: str) -> None:
    """Raises AlreadyDone when the key served; to call first in the unit of work of the act.

    A form sent without its key, or with one that is not ours, is not refused: two taps are then two acts.
    """
    name = _name(key, purpose)
    if name:
        done = uow.scalar(select(UsedKey.outcome).where(UsedKey.key == name))
        if done is not None:
            raise AlreadyDone(done)


def mark_done(uow: Session, key: str, *, purpose: str, outcome: str, at: datetime) -> None:
    """Keeps the key with what was made; of two processes at once, the unique key lets one through (Conflict)."""
    name = _name(key, purpose)
    if name:
        uow.add(UsedKey(key=name, purpose=purpose, outcome=outcome, used_at=at))


def _name(key: str, purpose: str) -> str:
    """The key under its purpose, so that a key of one form never answers for another; empty when it is no key."""
    return f"{purpose}:{key}" if _KEY.fullmatch(key) else ""
