"""Mails to send: written in the transaction of the act that causes them, sent by a worker afterwards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import Instant, Prose, VersionedTenantRow, one_of, tenant_args
from app.models.types import UtcDateTime

MAIL_STATES = ("a_envoyer", "en_cours", "envoye", "incertain", "refuse")
"""`incertain`: the process stopped between the server's acceptance and our note of it; never sent again by itself."""


class OutboxMail(VersionedTenantRow, Base):
    """One mail, as text and HTML, with where it stands."""

    __tablename__ = "outbox_mail"
    __table_args__ = tenant_args(
        one_of("state", MAIL_STATES),
        UniqueConstraint("service_id", "message_id"),
        CheckConstraint("attempts >= 0", name="attempts_positive"),
        Index(None, "state", "next_try_at"),
    )

    kind: Mapped[str]
    """What it is about (`code_connexion`, `invitation`, `recu_transmission`...)."""
    recipient: Mapped[Prose]
    subject: Mapped[Prose]
    text: Mapped[Prose]
    """Plain text; emptied once sent when `sensitive`."""
    html: Mapped[Prose]
    sensitive: Mapped[bool]
    """It carries a code or a personal link: its body is removed once it is sent."""
    message_id: Mapped[str]
    """Message-ID header, the same at every attempt."""
    state: Mapped[str]
    attempts: Mapped[int]
    created_at: Mapped[Instant]
    next_try_at: Mapped[Instant]
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[Prose]
    """Why the last attempt failed, in French; empty when none did."""
    fact_id: Mapped[UUID | None]
    """The fact that is taken back when the mail is refused for good; no reference: mails go, facts stay."""
