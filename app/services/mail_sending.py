"""Sends the mails that wait: each one is claimed, sent outside any transaction, and its outcome noted.

A mail is never sent twice by itself. When nobody can say whether the server took it (the process stopped, the
connection fell after the text had begun to leave), it becomes « incertain » and waits for somebody's order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.engine import Conflict, Database
from app.models.mail import OutboxMail
from app.services.clock import Clock
from app.services.mail_fates import settle_fact
from app.services.mail_layout import without_code

DELAYS: Final = (1, 5, 30, 120, 120)
"""Minutes to wait after each attempt that did not pass; there is one attempt more than delays."""
LONGEST_CLAIM: Final = timedelta(minutes=10)
"""A mail being sent for longer was left by a process that stopped: sending takes five minutes at the very most."""
AT_ONCE: Final = 100
"""Mails looked for in one go."""

_CLAIM_LOST: Final = "L'envoi s'est arrêté en route : l'e-mail est peut-être arrivé."
_NOTED_TRIES: Final = 3

_log = logging.getLogger(__name__)


class Fate(StrEnum):
    """What became of a mail handed to a transport."""

    SENT = "envoye"
    LATER = "a_envoyer"
    """Not taken this time, and not taken elsewhere: it may be tried again."""
    REFUSED = "refuse"
    UNSURE = "incertain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a transport says of a mail, with a French sentence when it did not pass."""

    fate: Fate
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail claimed by this process, as its row was."""

    mail_id: UUID
    service_id: UUID
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    created_at: datetime
    claimed_at: datetime


class Transport(Protocol):
    """A way out for mails."""

    keeps_bodies: bool
    """True where sent mails stay readable: the demonstration."""

    def deliver(self, mail: Outgoing) -> Outcome:
        """Hand the mail over; never raises for what a server or a network does."""


class ReadOnSpot:
    """The transport of the demonstration: nothing leaves, mails are read in a page."""

    keeps_bodies = True

    def deliver(self, mail: Outgoing) -> Outcome:  # noqa: ARG002 (the mail stays where it is)
        """Say that it is sent."""
        return Outcome(fate=Fate.SENT)


def send_due(
    database: Database, transport: Transport, clock: Clock, *, stop: Callable[[], bool] = lambda: False
) -> tuple[tuple[UUID, Outcome], ...]:
    """Sends the mails whose time has come, oldest first; returns what became of each.

    `stop` is asked between two mails.
    """
    done = []
    for service_id, mail_id in _due(database, clock()):
        if stop():
            break
        mail = _claim(database, service_id, mail_id, at=clock())
        if mail is not None:
            outcome = transport.deliver(mail)
            done.append((mail_id, _note(database, mail, outcome, keep=transport.keeps_bodies, at=clock())))
    return tuple(done)


def doubt_lost_claims(database: Database, *, at: datetime) -> int:
    """Marks « incertain » the mails whose sending never ended; returns how many."""
    lost = select(OutboxMail.service_id, OutboxMail.id).where(
        OutboxMail.state == "en_cours", OutboxMail.claimed_at < at - LONGEST_CLAIM
    )
    with database.across_services("mails left half sent, whoever they speak for") as session:
        found = [(row.service_id, row.id) for row in session.execute(lost)]
    return sum(_doubt(database, service_id, mail_id, at) for service_id, mail_id in found)


def _due(database: Database, at: datetime) -> list[tuple[UUID, UUID]]:
    waiting = (
        select(OutboxMail.service_id, OutboxMail.id)
        .where(OutboxMail.state == "a_envoyer", OutboxMail.next_try_at <= at)
        .order_by(OutboxMail.next_try_at, OutboxMail.id)
        .limit(AT_ONCE)
    )
    with database.across_services("mails to send, whoever they speak for") as session:
        return [(row.service_id, row.id) for row in session.execute(waiting)]


def _claim(database: Database, service_id: UUID, mail_id: UUID, *, at: datetime) -> Outgoing | None:
    """The mail, now this process's own; None when another one has it, or it no longer waits."""
    try:
        with database.unit_of_work(service_id=service_id) as uow:
            row = _locked(uow, mail_id)
            if row is None or row.state != "a_envoyer" or row.next_try_at > at:
                return None
            row.state, row.claimed_at = "en_cours", at
            row.attempts += 1
            return Outgoing(
                mail_id=row.id,
                service_id=service_id,
                recipient=row.recipient,
                subject=row.subject,
                text=row.text,
                html=row.html,
                message_id=row.message_id,
                created_at=row.created_at,
                claimed_at=at,
            )
    except Conflict:
        return None  # it stays to be sent, by this process or another


def _note(database: Database, mail: Outgoing, outcome: Outcome, *, keep: bool, at: datetime) -> Outcome:
    """Writes what became of the mail, and returns it: a mail tried too often is refused.

    When it cannot be written, the claim stays and is doubted later: the mail is not sent again.
    """
    for _ in range(_NOTED_TRIES):
        try:
            with database.unit_of_work(service_id=mail.service_id) as uow:
                row = uow.get(OutboxMail, mail.mail_id)
                if row is None or row.claimed_at != mail.claimed_at:
                    return outcome  # somebody decided otherwise meanwhile
                told = _written(row, outcome, keep=keep, at=at)
                settle_fact(uow, row, at=at)
                return told
        except Conflict:
            continue
    _log.warning("the outcome of a mail could not be written: it will be told uncertain")
    return Outcome(fate=Fate.UNSURE, words=_CLAIM_LOST)


def _written(row: OutboxMail, outcome: Outcome, *, keep: bool, at: datetime) -> Outcome:
    if outcome.fate is Fate.LATER and row.attempts > len(DELAYS):
        outcome = Outcome(fate=Fate.REFUSED, words=f"Abandonné après {row.attempts} essais. {outcome.words}")
    row.state, row.failure = outcome.fate.value, outcome.words
    if outcome.fate is Fate.LATER:
        row.claimed_at = None
        row.next_try_at = at + timedelta(minutes=DELAYS[row.attempts - 1])
    if outcome.fate is Fate.SENT:
        row.sent_at = at
        if row.sensitive and not keep:
            row.text, row.html, row.subject = "", "", without_code(row.subject)
    return outcome


def _doubt(database: Database, service_id: UUID, mail_id: UUID, at: datetime) -> bool:
    try:
        with database.unit_of_work(service_id=service_id) as uow:
            row = _locked(uow, mail_id)
            if row is None or row.state != "en_cours" or row.claimed_at is None:
                return False
            if row.claimed_at >= at - LONGEST_CLAIM:
                return False
            row.state, row.failure = "incertain", _CLAIM_LOST
            return True
    except Conflict:
        return False


def _locked(uow: Session, mail_id: UUID) -> OutboxMail | None:
    return uow.scalar(select(OutboxMail).where(OutboxMail.id == mail_id).with_for_update(skip_locked=True))
