"""Facts: the acts that indicators count, with what they need copied at the moment of the act."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import Instant, Prose, Quantity, TenantRow, child_of, one_of, tenant_args
from app.models.types import Thousandths, Words

COUNTED = (
    *("service_id", "kind", "happened_on", "siret", "establishment_id", "id", "theme", "category", "subject"),
    *("section", "headcount", "sector", "recorded_at", "format", "unit", "quantity"),
)
"""All that an indicator looks at: a year is counted from the index alone (docs/decisions/indicators.md)."""

SOURCES = ("portail", "saisie", "import", "reprise", "demo")


class Fact(TenantRow, Base):
    """One act. Never updated: a correction is a new fact that voids this one.

    Empty strings and NULL mean « does not apply »; what is copied is what was true on `happened_on`.
    """

    __tablename__ = "fact"
    __table_args__ = tenant_args(
        child_of("establishment"),
        child_of("fact", "voids_id"),
        UniqueConstraint("service_id", "voids_id"),
        UniqueConstraint("service_id", "source", "external_id"),
        one_of("source", SOURCES),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_positive"),
        CheckConstraint("voids_id IS NULL OR voids_id <> id", name="voids_another"),
        Index("ix_fact_counted", *COUNTED),
        Index("ix_fact_subject", "service_id", "subject", "kind", "happened_on", "id", "establishment_id", "format"),
        Index(None, "service_id", "establishment_id"),
    )

    establishment_id: Mapped[UUID | None]
    """NULL when the act is collective."""
    kind: Mapped[str]
    subject: Mapped[Prose]
    happened_on: Mapped[date]
    """Local day in the service's zone."""
    recorded_at: Mapped[Instant]
    actor_role: Mapped[str]
    profession: Mapped[str]
    theme: Mapped[str]
    campaign: Mapped[str]
    contract_action: Mapped[str]
    pathway_step: Mapped[str]
    minutes: Mapped[int | None]
    quantity: Mapped[Quantity | None] = mapped_column(Thousandths)
    unit: Mapped[str]
    """Unit of `quantity`."""
    format: Mapped[str]
    source: Mapped[str]
    external_id: Mapped[str | None]
    """Identity in the system it comes from: importing the same file twice adds nothing."""
    content_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("content_version.id"))
    siret: Mapped[str | None]
    naf: Mapped[str | None]
    naf_nomenclature: Mapped[str | None]
    section: Mapped[str | None]
    """Letter of the NAF section."""
    headcount: Mapped[int | None]
    headcount_on: Mapped[date | None]
    territory: Mapped[str | None] = mapped_column(Words)
    voids_id: Mapped[UUID | None]
    voids_kind: Mapped[str] = mapped_column(server_default=literal(""))
    """Kind of the fact it voids, so that what voids one kind is not looked for among the others; empty: any kind."""
    category: Mapped[str] = mapped_column(server_default=literal(""))
    """Category of an act of the service (app.domain.activity); empty for what is no act in the workplace."""
    words: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """Comment of a logged act: no person, no health datum."""
    origin: Mapped[str] = mapped_column(server_default=literal(""))
    """Who asked for a logged act: `demande`, `spsti`, `campagne`; empty when not said."""
    partner: Mapped[str] = mapped_column(server_default=literal(""))
    """Who it was done with: `carsat`, `dreets`, `oppbtp`, `autre_spsti`; empty for nobody."""
    sector: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """Sector of the service the establishment was in that day."""
    due_on: Mapped[date | None]
    """Day an action of the plan is due, for the fact that plans it."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who of the service did it; None for the acts of employers."""


_DUE = Fact.due_on.is_not(None)
Index(
    "ix_fact_due",
    Fact.service_id,
    Fact.due_on,
    Fact.kind,
    Fact.happened_on,
    Fact.subject,
    Fact.id,
    Fact.establishment_id,
    sqlite_where=_DUE,
    postgresql_where=_DUE,
)
_VOIDS = Fact.voids_id.is_not(None)
Index(
    "ix_fact_voids",
    Fact.service_id,
    Fact.voids_kind,
    Fact.voids_id,
    sqlite_where=_VOIDS,
    postgresql_where=_VOIDS,
)
