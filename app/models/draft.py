"""The living side: one draft per establishment and theme, with its answers, facts, overrides and actions."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.inputs import ActionStatus, OverrideField
from app.domain.workflow import State
from app.extensions import Base
from app.models.columns import Instant, Prose, VersionedTenantRow, child_of, one_of, tenant_args
from app.models.types import UtcDateTime, Words

RISK_CHANGES = ("baisse", "inchange", "hausse")
"""What closing an action did to the risk: lower, the same, higher."""


class ThemeDraft(VersionedTenantRow, Base):
    """The draft of one theme; it stays on its version of the content until the employer accepts the next one."""

    __tablename__ = "theme_draft"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id", "theme"),
        one_of("state", State),
    )

    establishment_id: Mapped[UUID]
    theme: Mapped[str]
    position: Mapped[int]
    content_version_id: Mapped[UUID] = mapped_column(ForeignKey("content_version.id"))
    state: Mapped[str] = mapped_column(default=State.IN_PROGRESS.value)
    """Code of `app.domain.workflow`: a draft is made by its first answers, so it begins « en cours »."""
    assessed_on: Mapped[date]
    finished_on: Mapped[date | None]
    """Day the theme was last said to be finished, or set aside."""


class AnswerRow(VersionedTenantRow, Base):
    """One answer. `unit` and `row` are `*` and never NULL: PostgreSQL takes two NULLs for two different keys."""

    __tablename__ = "answer"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id", "theme", "question", "unit", "row", name="uq_answer_place"),
    )

    establishment_id: Mapped[UUID]
    theme: Mapped[str]
    question: Mapped[str]
    unit: Mapped[str] = mapped_column(server_default="*")
    row: Mapped[str] = mapped_column(server_default="*")
    """Row of a table question; a table recorded whole is one answer at `*`."""
    value: Mapped[str]
    """Tagged canonical JSON (app.models.stored_values)."""
    reason: Mapped[Prose]
    author_role: Mapped[Prose]
    answered_at: Mapped[Instant]


class SituationFactRow(VersionedTenantRow, Base):
    """What was said of one situation in one unit, or in all (`*`); NULL means that nobody said."""

    __tablename__ = "situation_fact"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint(
            "service_id", "establishment_id", "theme", "situation", "unit", name="uq_situation_fact_place"
        ),
        CheckConstraint("frequency IS NULL OR (concerned AND frequency BETWEEN 1 AND 4)", name="frequency_scale"),
    )

    establishment_id: Mapped[UUID]
    theme: Mapped[str]
    situation: Mapped[str]
    unit: Mapped[str] = mapped_column(server_default="*")
    concerned: Mapped[bool]
    """The unit was named as concerned; with no `frequency`, nobody said how often."""
    frequency: Mapped[int | None]
    people: Mapped[int | None]
    words: Mapped[str | None] = mapped_column(Words)
    in_place: Mapped[str | None] = mapped_column(Words)
    checked_on: Mapped[str | None]
    """Month of the check on site, `2026-06`, or `non`."""
    accident: Mapped[bool | None]
    unknowns: Mapped[str] = mapped_column(default="", server_default=literal(""))
    """What somebody said not to know, of `frequency` and `accident`, space between: NULL alone is « nobody said »."""
    author_role: Mapped[str] = mapped_column(Words, server_default=literal(""))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RatingOverride(VersionedTenantRow, Base):
    """A value set by hand beside the computed one, with its reason."""

    __tablename__ = "rating_override"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint(
            "service_id", "establishment_id", "theme", "situation", "unit", "field", name="uq_rating_override_place"
        ),
        one_of("field", OverrideField),
    )

    establishment_id: Mapped[UUID]
    position: Mapped[int]
    theme: Mapped[str]
    situation: Mapped[str]
    unit: Mapped[str]
    field: Mapped[str]
    value: Mapped[int]
    reason: Mapped[Prose]
    measure: Mapped[str]
    checked_on: Mapped[str]
    author_role: Mapped[Prose]
    made_on: Mapped[date | None]


class ChosenActionRow(VersionedTenantRow, Base):
    """An action of the plan: a measure of the content, or words of the employer; dropped ones are archived."""

    __tablename__ = "chosen_action"
    __table_args__ = tenant_args(
        child_of("establishment"),
        one_of("status", ActionStatus),
        CheckConstraint("(measure IS NULL) <> (words IS NULL)", name="measure_or_words"),
        one_of("risk_change", RISK_CHANGES, nullable=True),
        Index(None, "service_id", "establishment_id"),
    )

    establishment_id: Mapped[UUID]
    position: Mapped[int]
    measure: Mapped[str | None]
    words: Mapped[str | None] = mapped_column(Words)
    theme: Mapped[str]
    situations: Mapped[str]
    """Situation ids as a JSON list, in the order given."""
    rank: Mapped[str | None]
    owner: Mapped[Prose]
    start: Mapped[date | None]
    due: Mapped[date | None]
    cost: Mapped[Prose]
    indicator: Mapped[Prose]
    conditions: Mapped[Prose]
    resources: Mapped[Prose]
    collective_sought: Mapped[Prose]
    status: Mapped[str]
    done_on: Mapped[date | None]
    archived_on: Mapped[date | None]
    risk_change: Mapped[str | None]
    """What was said when it was closed of the risk it acts on; NULL while nobody has said."""
    closing_words: Mapped[str] = mapped_column(Words, server_default=literal(""))
