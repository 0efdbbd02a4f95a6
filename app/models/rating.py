"""Computed ratings, dated: a new reading of the same risk is a new row."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.rating import Priority
from app.domain.words import TO_ASSESS
from app.extensions import Base
from app.models.columns import Instant, TenantRow, child_of, one_of, tenant_args

_PRIORITIES = tuple(each.name for each in Priority)


class Rating(TenantRow, Base):
    """What the engine computed for one situation in one unit on one day; never updated."""

    __tablename__ = "rating"
    __table_args__ = tenant_args(
        child_of("establishment"),
        one_of("priority", (*_PRIORITIES, TO_ASSESS)),
        one_of("at_best", _PRIORITIES),
        one_of("at_worst", _PRIORITIES),
        CheckConstraint("gravity BETWEEN 1 AND 4", name="gravity_scale"),
        CheckConstraint("frequency IS NULL OR frequency BETWEEN 1 AND 4", name="frequency_scale"),
        CheckConstraint("mastery IS NULL OR mastery BETWEEN 1 AND 4", name="mastery_scale"),
        Index("ix_rating_place", "service_id", "establishment_id", "theme", "situation", "unit", "rated_on"),
    )

    establishment_id: Mapped[UUID]
    theme: Mapped[str]
    situation: Mapped[str]
    unit: Mapped[str]
    priority: Mapped[str]
    """`P1` to `P4`, or `a_evaluer` when unknowns leave it open."""
    at_best: Mapped[str]
    at_worst: Mapped[str]
    gravity: Mapped[int]
    frequency: Mapped[int | None]
    mastery: Mapped[int | None]
    rated_on: Mapped[date]
    recorded_at: Mapped[Instant]
    content_version_id: Mapped[UUID] = mapped_column(ForeignKey("content_version.id"))
