"""Mails are written here, in the transaction of the act that causes them; a worker sends them afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from app.models.mail import OutboxMail
from app.models.service import Service
from app.models.tenancy import service_of
from app.services.mail import Mail
from app.services.mail_layout import Sender, compose, subject_of

__all__ = ["Mail", "post_mail"]


def post_mail(uow: Session, mail: Mail, *, at: datetime) -> OutboxMail:
    """Leaves a mail to be sent, in the unit of work of the service it speaks for."""
    text, html = compose(mail, _sender(uow))
    row = OutboxMail(
        kind=mail.kind,
        recipient=mail.recipient,
        subject=subject_of(mail),
        text=text,
        html=html,
        sensitive=mail.sensitive,
        message_id=f"<{uuid4()}@jalon>",
        state="a_envoyer",
        attempts=0,
        created_at=at,
        next_try_at=at,
        claimed_at=None,
        sent_at=None,
        failure="",
    )
    uow.add(row)
    return row


def _sender(uow: Session) -> Sender:
    service = uow.get_one(Service, service_of(uow))
    return Sender(name=service.name, phone=service.phone, phone_hours=service.phone_hours, colour=service.colour)
