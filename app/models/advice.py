"""What the advisers of a service work with: the case of an establishment, and their library of remarks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import Instant, Prose, VersionedTenantRow, child_of, one_of, tenant_args
from app.models.types import UtcDateTime, Words

CASE_STATES = ("a_lire", "en_attente", "calme")
"""Something waits for the service, the service waits for the employer, nothing waits."""


class AdviceCase(VersionedTenantRow, Base):
    """One establishment as the queue shows it: a projection of what the service may read, remade by every act.

    Nothing here is a source: `app.services.cases` works it out anew from the rows it comes from, in the transaction
    of the act that changes them. Who took the case is the one thing that is only here.
    """

    __tablename__ = "advice_case"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id"),
        one_of("state", CASE_STATES),
        Index(None, "service_id", "state", "need", "waiting_since"),
        Index(None, "service_id", "assigned_to"),
    )

    establishment_id: Mapped[UUID]
    state: Mapped[str]
    need: Mapped[int]
    """Points of need without those that the calendar adds (app.domain.need)."""
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when something waits for the service; None when nothing does."""
    awaited_on: Mapped[date | None]
    """Day the service asked an answer for; None when it waits for none."""
    reasons: Mapped[str]
    """Reasons of the need as canonical JSON, weightiest first."""
    priorities: Mapped[str]
    """How many situations there are at each priority in what the service may read, as canonical JSON."""
    themes: Mapped[str]
    """Themes concerned, each between spaces: ` chaleur routier `."""
    visited_on: Mapped[date | None]
    """Last day somebody of the service logged a visit of it; None when never."""
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who took the case; None while nobody has."""
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Remark(VersionedTenantRow, Base):
    """A remark of the service's own library, beside those the portal ships."""

    __tablename__ = "remark"
    __table_args__ = tenant_args()

    theme: Mapped[str] = mapped_column(server_default=literal(""))
    """Theme it serves; empty for any."""
    title: Mapped[Prose]
    words: Mapped[str] = mapped_column(Words)
    """Text with its variables between double braces: `{{entreprise}}`."""
    created_at: Mapped[Instant]
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
