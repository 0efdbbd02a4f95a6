"""Slows guessing down: every try is counted in the database, under a keyed hash, and kept for a day.

A try is counted before it is judged, so that tries made at the same time count each other. A refused try is not
counted: waiting always ends, and nobody keeps somebody else out by insisting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.account import LoginAttempt
from app.models.engine import Database
from app.services.keyed_hash import keyed_hash

KEPT = timedelta(days=1)
"""How long a try is kept: longer than any limit looks back."""
PURGED_AT_ONCE = 200
"""Old tries removed when a new one comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many tries within so long."""

    kind: str
    tries: int
    within: timedelta


CODES_TO_AN_ADDRESS = Limit(kind="code_adresse", tries=5, within=timedelta(hours=1))
CODES_FROM_A_NETWORK = Limit(kind="code_reseau", tries=20, within=timedelta(hours=1))
PASSWORDS_OF_AN_ADDRESS = Limit(kind="mot_de_passe_adresse", tries=10, within=timedelta(minutes=15))
PASSWORDS_FROM_A_NETWORK = Limit(kind="mot_de_passe_reseau", tries=50, within=timedelta(minutes=15))
SECOND_FACTORS = Limit(kind="second_facteur", tries=5, within=timedelta(minutes=15))
INVITATIONS_OF_AN_ACCOUNT = Limit(kind="invitation_compte", tries=20, within=timedelta(hours=12))
"""Whoever opens an account may open firms and invite to them: the portal is not to write to a list of strangers."""
TRIALS_FROM_A_NETWORK = Limit(kind="essai_reseau", tries=50, within=timedelta(hours=23))
"""A class that tries together, well under what a service takes in a day: one robot does not close it to everybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """Something tried, on something: an address, a network, an account."""

    limit: Limit
    subject: str
    """Empty when it is not known (the network behind a proxy that is not declared): nothing is counted then."""


class TooManyTries(Exception):
    """A limit is reached: nothing was tried, and nothing will be before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"too many tries, until {until:%H:%M:%S}")
        self.until = until


def count_tries(uow: Session, secret: str, tries: tuple[Try, ...], *, at: datetime) -> None:
    """Counts a try under each of its limits; raises TooManyTries, counting nothing, when one is reached."""
    known = [(each.limit, _hash(secret, each)) for each in tries if each.subject]
    for limit, subject in known:
        until = _reached(uow, limit, subject, at=at)
        if until is not None:
            raise TooManyTries(until)
    for limit, subject in known:
        uow.add(LoginAttempt(kind=limit.kind, subject_sha256=subject, tried_at=at))
    _purge(uow, at=at)


def count_try(database: Database, secret: str, tried: Try, *, at: datetime) -> None:
    """Counts one try in a unit of work of its own; raises TooManyTries."""
    with database.unit_of_work(service_id=None) as uow:
        count_tries(uow, secret, (tried,), at=at)


def forget_tries(uow: Session, secret: str, done: Try) -> None:
    """Forgets the tries of somebody who proved to be who he says."""
    query = select(LoginAttempt).where(
        LoginAttempt.kind == done.limit.kind, LoginAttempt.subject_sha256 == _hash(secret, done)
    )
    for row in uow.scalars(query.with_for_update(skip_locked=True)):
        uow.delete(row)


def _reached(uow: Session, limit: Limit, subject: str, *, at: datetime) -> datetime | None:
    """When the limit lets a try through again; None when it does now."""
    query = (
        select(LoginAttempt.tried_at)
        .where(
            LoginAttempt.kind == limit.kind,
            LoginAttempt.subject_sha256 == subject,
            LoginAttempt.tried_at > at - limit.within,
        )
        .order_by(LoginAttempt.tried_at.desc())
        .limit(limit.tries)
    )
    found = list(uow.scalars(query))
    return found[-1] + limit.within if len(found) == limit.tries else None


def _purge(uow: Session, *, at: datetime) -> None:
    old = select(LoginAttempt).where(LoginAttempt.tried_at < at - KEPT).limit(PURGED_AT_ONCE)
    for row in uow.scalars(old.with_for_update(skip_locked=True)):
        uow.delete(row)


def _hash(secret: str, tried: Try) -> str:
    return keyed_hash(secret, f"essai:{tried.limit.kind}", tried.subject)
