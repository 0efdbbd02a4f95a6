"""What passes between an establishment and its service: questions and answers, requests for help, transmissions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.workflow import Actor
from app.extensions import Base
from app.models.columns import Instant, Prose, TenantRow, VersionedTenantRow, child_of, is_sha256, one_of, tenant_args
from app.models.types import UtcDateTime

OUTCOMES = ("", "acceptee", "declinee")
"""A proposed measure that waits or is no proposal, one the employer took into his plan, one he declined."""

EXCHANGE_KINDS = ("demande", "question", "conseil", "proposition", "note", "reponse")
"""A request for a change, a question, a remark, a proposed measure, an internal note, an answer to one of them."""

ASKING = ("demande", "question")
"""Kinds that wait for an answer."""


class Exchange(VersionedTenantRow, Base):
    """One message of the thread of an establishment; an internal note (`note`) never leaves the service."""

    __tablename__ = "exchange"
    __table_args__ = tenant_args(
        child_of("establishment"),
        child_of("document_version"),
        child_of("exchange", "answers_id"),
        one_of("kind", EXCHANGE_KINDS),
        one_of("actor", Actor),
        one_of("outcome", OUTCOMES),
        Index(None, "service_id", "establishment_id", "created_at"),
    )

    establishment_id: Mapped[UUID]
    document_version_id: Mapped[UUID | None]
    """The frozen dossier it speaks of, so that one always sees what was commented."""
    answers_id: Mapped[UUID | None]
    """The message it answers."""
    kind: Mapped[str]
    theme: Mapped[str]
    question: Mapped[str]
    """Question it points at; empty for the whole theme."""
    unit: Mapped[str]
    words: Mapped[Prose]
    due_on: Mapped[date | None]
    actor: Mapped[str]
    author_role: Mapped[Prose]
    """Function of the author, as it was that day."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a request or a question was answered or said to be done, or a proposed measure decided."""
    measure: Mapped[str] = mapped_column(server_default=literal(""))
    """Id of the measure that is proposed; empty when the adviser wrote his own, or proposes none."""
    outcome: Mapped[str] = mapped_column(server_default=literal(""))


class HelpRequest(VersionedTenantRow, Base):
    """« Demander de l'aide sur ce thème »: opens the answers of one theme to the service, until it is closed."""

    __tablename__ = "help_request"
    __table_args__ = tenant_args(child_of("establishment"), Index(None, "service_id", "establishment_id"))

    establishment_id: Mapped[UUID]
    theme: Mapped[str]
    words: Mapped[Prose]
    author_role: Mapped[Prose]
    opened_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Transmission(TenantRow, Base):
    """A version handed to the service through the portal (L4121-3-1 VI): when, which hash, under which receipt."""

    __tablename__ = "transmission"
    __table_args__ = tenant_args(
        child_of("establishment"),
        child_of("document_version"),
        UniqueConstraint("service_id", "document_version_id"),
        UniqueConstraint("service_id", "receipt"),
        is_sha256("content_sha256"),
    )

    establishment_id: Mapped[UUID]
    document_version_id: Mapped[UUID]
    version_number: Mapped[int]
    content_sha256: Mapped[str]
    receipt: Mapped[str]
    """Number of the receipt, `2026-1124-0001`: the day, then the rank of that day in the service."""
    sent_on: Mapped[date]
    author_role: Mapped[Prose]
    recorded_at: Mapped[Instant]
