"""Mails posted for tests, and what their rows say afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.models.engine import Database
from app.models.mail import OutboxMail
from app.models.service import Service
from app.services.mail import Mail
from app.services.outbox import post_mail
from tests.engines import NOON


def code_mail(recipient: str = "gerante@exemple.fr", *, code: str = "482913") -> Mail:
    return Mail(
        kind="code_connexion",
        recipient=recipient,
        subject="Votre code pour vous connecter",
        paragraphs=("Voici le code qui vous connecte à Jalon.", "Vous n'avez rien demandé ? Ignorez ce message."),
        code=code,
        sensitive=True,
    )


def plain_mail(recipient: str = "gerante@exemple.fr") -> Mail:
    return Mail(
        kind="recu_transmission",
        recipient=recipient,
        subject="Votre document est transmis",
        paragraphs=("Votre service a reçu la version 3.", "Vous pouvez la relire."),
        button=("Relire la version", "https://jalon.exemple.fr/spsti45/e/1?a=b&c=d"),
    )


def posted(database: Database, service: Service, mail: Mail | None = None, *, at: datetime = NOON) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        row = post_mail(uow, mail or code_mail(), at=at)
        uow.flush()
        return row.id


def stored(database: Database, service: Service, mail_id: UUID) -> OutboxMail:
    with database.read(service_id=service.id) as session:
        return session.scalars(select(OutboxMail).where(OutboxMail.id == mail_id)).one()
