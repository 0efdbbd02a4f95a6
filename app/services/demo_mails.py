"""The mails of a demonstration, read in a page in place of a mail program."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from app.models.mail import OutboxMail

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMail:
    """A mail as its reader would see it in a list."""

    mail_id: UUID
    recipient: str
    subject: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedMail:
    """A mail with its two bodies."""

    mail: DemoMail
    text: str
    html: str


def newest_mails(session: Session) -> tuple[DemoMail, ...]:
    """The last mails of the service of the session, newest first."""
    query = (
        select(OutboxMail)
        .options(defer(OutboxMail.text), defer(OutboxMail.html))
        .order_by(OutboxMail.created_at.desc(), OutboxMail.id)
        .limit(MOST_SHOWN)
    )
    return tuple(_mail(row) for row in session.scalars(query))


def opened_mail(session: Session, mail_id: UUID) -> OpenedMail | None:
    """One mail of the service of the session; None when it has none of that identity."""
    row = session.get(OutboxMail, mail_id)
    return None if row is None else OpenedMail(mail=_mail(row), text=row.text, html=row.html)


def _mail(row: OutboxMail) -> DemoMail:
    return DemoMail(mail_id=row.id, recipient=row.recipient, subject=row.subject, written_at=row.created_at)
