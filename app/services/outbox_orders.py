"""What an administrator sees and decides of the mails that wait, were refused, or may have left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.engine import Conflict, Database
from app.models.mail import OutboxMail
from app.services.mail_fates import settle_fact
from app.services.mail_layout import without_code

STATE_WORDS: Final = {
    "a_envoyer": "à envoyer",
    "en_cours": "en cours d'envoi",
    "envoye": "envoyé",
    "incertain": "peut-être parti",
    "refuse": "refusé",
}
KEPT_SENT: Final = timedelta(days=30)
"""How long the trace of a mail that left is kept: it holds an address."""
_AT_ONCE: Final = 500


class OrderRefused(Exception):
    """The mail cannot be given that order; the message says why, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxLine:
    """One mail as an administrator sees it: its subject is without the code."""

    mail_id: UUID
    state: str
    recipient: str
    subject: str
    attempts: int
    created_at: datetime
    next_try_at: datetime
    failure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """The mails that have not left, oldest first, and how many there are in each state."""

    lines: tuple[OutboxLine, ...]
    counts: Counter[str]


def outbox_state(database: Database, *, limit: int) -> OutboxState:
    """The mails of the whole installation: the first `limit` that have not left, and the numbers of all."""
    with database.across_services("the administrator of the installation looks at its mails") as session:
        return _state(session, limit=limit)


def service_outbox(session: Session, *, limit: int) -> OutboxState:
    """The mails of the session's service: the first `limit` that have not left, and the numbers of all."""
    return _state(session, limit=limit)


def _state(session: Session, *, limit: int) -> OutboxState:
    waiting = (
        select(OutboxMail)
        .where(OutboxMail.state != "envoye")
        .order_by(OutboxMail.created_at, OutboxMail.id)
        .limit(limit)
    )
    numbers = select(OutboxMail.state, func.count().label("mails")).group_by(OutboxMail.state)
    lines = tuple(_line(row) for row in session.scalars(waiting))
    return OutboxState(lines=lines, counts=Counter({row.state: row.mails for row in session.execute(numbers)}))


def retry_mail(database: Database, mail_id: UUID, *, at: datetime, service_id: UUID | None = None) -> None:
    """Lets a mail be sent again, with all its attempts; raises OrderRefused, LookupError when there is none.

    The order may send twice a mail whose fate is not known: only a person may give it. With `service_id` the mail must
    be of that service.
    """
    with database.unit_of_work(service_id=service_id or _service_of(database, mail_id)) as uow:
        row = _known(uow, mail_id)
        if row.state not in {"incertain", "refuse", "a_envoyer"}:
            raise OrderRefused(f"cet e-mail est {STATE_WORDS[row.state]} : il n'y a rien à relancer.")
        row.state, row.attempts, row.next_try_at, row.claimed_at, row.failure = "a_envoyer", 0, at, None, ""


def forget_mail(database: Database, mail_id: UUID, *, at: datetime, service_id: UUID | None = None) -> None:
    """Deletes a mail for good, sent or not; raises OrderRefused while it is being sent, LookupError without one.

    With `service_id` the mail must be of that service.
    """
    with database.unit_of_work(service_id=service_id or _service_of(database, mail_id)) as uow:
        row = _known(uow, mail_id)
        if row.state == "en_cours":
            raise OrderRefused("cet e-mail est en cours d'envoi : recommencez dans dix minutes.")
        if row.state == "a_envoyer":
            row.state = "refuse"  # it will never leave: an invitation it stood for was not sent
            settle_fact(uow, row, at=at)
        uow.delete(row)


def purge_sent(database: Database, *, at: datetime) -> int:
    """Deletes the mails that left long ago; returns how many went."""
    old = (
        select(OutboxMail.service_id, OutboxMail.id)
        .where(OutboxMail.state == "envoye", OutboxMail.sent_at < at - KEPT_SENT)
        .limit(_AT_ONCE)
    )
    with database.across_services("mails that left long ago, whoever they spoke for") as session:
        found = [(row.service_id, row.id) for row in session.execute(old)]
    return sum(_purge(database, service_id, mail_id) for service_id, mail_id in found)


def _purge(database: Database, service_id: UUID, mail_id: UUID) -> bool:
    try:
        with database.unit_of_work(service_id=service_id) as uow:
            row = uow.get(OutboxMail, mail_id)
            if row is None:
                return False
            uow.delete(row)
            return True
    except Conflict:
        return False  # another process deletes it


def _known(uow: Session, mail_id: UUID) -> OutboxMail:
    row = uow.get(OutboxMail, mail_id)
    if row is None:
        raise LookupError(f"no mail {mail_id}")
    return row


def _service_of(database: Database, mail_id: UUID) -> UUID:
    with database.across_services("the administrator names a mail by its number alone") as session:
        found = session.scalar(select(OutboxMail.service_id).where(OutboxMail.id == mail_id))
    if found is None:
        raise LookupError(f"no mail {mail_id}")
    return found


def _line(row: OutboxMail) -> OutboxLine:
    return OutboxLine(
        mail_id=row.id,
        state=row.state,
        recipient=row.recipient,
        subject=without_code(row.subject),
        attempts=row.attempts,
        created_at=row.created_at,
        next_try_at=row.next_try_at,
        failure=row.failure,
    )
