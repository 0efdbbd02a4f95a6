"""What the worker does beside the pages: sends mails often, deletes what has had its time now and then."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event
from typing import Final
from uuid import UUID

from app.models.engine import Database
from app.services.clock import Clock
from app.services.mail_sending import Outcome, ReadOnSpot, Transport, doubt_lost_claims, send_due
from app.services.outbox_orders import purge_sent
from app.services.smtp_transport import SmtpTransport
from app.services.trials import purge_trials
from app.settings import Settings

TIDY_EVERY: Final = timedelta(hours=1)
_LAST_ZONE: Final = timedelta(hours=12)
"""How late the last place on Earth is: a day counts as over once it is over there too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn of the worker did."""

    mails: tuple[tuple[UUID, Outcome], ...]
    doubted: int
    """Mails left half sent by a process that stopped."""
    forgotten_mails: int
    trials: int
    """Try-outs that nobody kept, deleted."""


def transport_of(settings: Settings) -> Transport | None:
    """The way out for mails; None without a mail server: they wait in the database. A demonstration sends nothing."""
    if settings.demo:
        return ReadOnSpot()
    if settings.smtp is None or settings.mail_from is None:
        return None
    return SmtpTransport(settings.smtp, settings.mail_from)


@dataclass(kw_only=True)
class Worker:
    """One worker; several may run at once on the same database."""

    database: Database
    transport: Transport | None
    clock: Clock
    stop: Event = field(default_factory=Event)
    """Set from outside: the mail being sent is ended first."""
    _tidied_at: datetime | None = None

    def turn(self) -> Turn:
        """Does once what is due."""
        at = self.clock()
        doubted = doubt_lost_claims(self.database, at=at)
        mails = send_due(self.database, self.transport, self.clock, stop=self.stop.is_set) if self.transport else ()
        forgotten = trials = 0
        if not self.stop.is_set() and (self._tidied_at is None or at - self._tidied_at >= TIDY_EVERY):
            forgotten = purge_sent(self.database, at=at)
            trials = purge_trials(self.database, on=over_everywhere(at))
            self._tidied_at = at
        return Turn(mails=mails, doubted=doubted, forgotten_mails=forgotten, trials=trials)


def over_everywhere(at: datetime) -> date:
    """The day it still is where the day ends last: what ended before it is over for every service."""
    return (at - _LAST_ZONE).date()
