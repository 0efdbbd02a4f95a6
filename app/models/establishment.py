"""Company, establishment, what the establishment declared day by day, and its work units."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, and_, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.establishment import Cse
from app.extensions import Base
from app.models.columns import Instant, Prose, TenantRow, VersionedTenantRow, child_of, one_of, tenant_args
from app.models.types import Words

ATTACHMENTS = ("rattache", "a_rattacher", "essai")
"""Known to the service (invitation, administrator), claimed by its author alone, or a try-out without an account."""

CLAIM_STATES = ("", "refusee", "double")
"""Nothing decided, a claim the administrator refused, a member's row that a claim took the place of."""

SIRET_STATES = ("connu", "inconnu", "en_cours", "ferme")
"""Known, not at hand, being registered, closed: each has a way on."""


class Company(TenantRow, Base):
    """A legal unit (SIREN) as one service knows it."""

    __tablename__ = "company"
    __table_args__ = tenant_args(Index(None, "service_id", "siren"))

    siren: Mapped[str | None]
    """9 digits; None while it is not known."""
    name: Mapped[Prose]
    created_at: Mapped[Instant]


class EstablishmentRow(VersionedTenantRow, Base):
    """An establishment: the thing that has a DUERP.

    The SIRET is not unique: two claims on one SIRET meet only on the administrator's page.
    """

    __tablename__ = "establishment"
    __table_args__ = tenant_args(
        child_of("company"),
        Index(None, "service_id", "siret"),
        one_of("attachment", ATTACHMENTS),
        one_of("siret_state", SIRET_STATES),
        one_of("claim_state", CLAIM_STATES),
    )

    company_id: Mapped[UUID]
    siret: Mapped[str | None]
    """14 digits, checked by their key before they come here."""
    name: Mapped[Prose]
    address: Mapped[Prose]
    created_at: Mapped[Instant]
    postal_code: Mapped[str] = mapped_column(server_default=literal(""))
    """5 digits, the territory an act is counted in; empty when not said."""
    attachment: Mapped[str] = mapped_column(server_default="rattache")
    siret_state: Mapped[str] = mapped_column(server_default="inconnu")
    siret_words: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """What was said of a SIRET that is missing or closed."""
    claim_state: Mapped[str] = mapped_column(server_default=literal(""))
    """What became of a claim; only rows at `rattache` and empty here are members."""
    claim_words: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """Why a claim was refused, as its author was told; empty otherwise."""
    claim_settled_on: Mapped[date | None]
    """Day a claim was attached or refused; None for what was never claimed, or is not decided."""
    sector: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """Sector of the service it is in today, as its last affiliation says."""
    contact_email: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """Where the service writes to the firm; empty when not known."""


_REFUSED = EstablishmentRow.claim_state == "refusee"
_MEMBER = and_(EstablishmentRow.attachment == "rattache", EstablishmentRow.claim_state == "")
Index(
    "ix_establishment_refused",
    EstablishmentRow.service_id,
    EstablishmentRow.id,
    sqlite_where=_REFUSED,
    postgresql_where=_REFUSED,
)
Index(
    "ix_establishment_member",
    EstablishmentRow.service_id,
    EstablishmentRow.siret,
    EstablishmentRow.id,
    EstablishmentRow.attachment,
    EstablishmentRow.claim_state,
    EstablishmentRow.sector,
    sqlite_where=_MEMBER,
    postgresql_where=_MEMBER,
)
"""What the indicators ask first: who is no firm of the service, and who is a member.

SQLite counts from the index alone only when it also holds the two columns of its condition.
"""


class EstablishmentState(TenantRow, Base):
    """What the establishment declared on one day; a change is a new row, never an update."""

    __tablename__ = "establishment_state"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id", "seq"),
        one_of("cse", Cse),
        CheckConstraint("headcount >= 0", name="headcount_positive"),
    )

    establishment_id: Mapped[UUID]
    seq: Mapped[int]
    """1, 2, 3... in the order of recording."""
    stated_on: Mapped[date]
    naf: Mapped[str]
    naf_label: Mapped[Prose]
    naf_nomenclature: Mapped[str]
    """`rev2`, or `naf2025` from 2027-01-01."""
    sectors: Mapped[str]
    """Sector ids as a sorted JSON list."""
    headcount: Mapped[int]
    """Persons."""
    headcount_on: Mapped[date]
    cse: Mapped[str]
    employer_role: Mapped[Prose]
    """A function, never a name."""
    service_name: Mapped[Prose]
    """The SPSTI as the establishment names it; empty when not said."""
    recorded_at: Mapped[Instant]


class WorkUnitRow(VersionedTenantRow, Base):
    """A work unit; one that disappears is archived, so that its key is never given to another."""

    __tablename__ = "work_unit"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id", "key"),
        CheckConstraint("total >= 0 AND temps >= 0 AND apprentices >= 0", name="people_positive"),
    )

    establishment_id: Mapped[UUID]
    key: Mapped[str]
    position: Mapped[int]
    name: Mapped[Prose]
    activities: Mapped[Prose]
    places: Mapped[Prose]
    total: Mapped[int]
    """Persons; women, men, temps and apprentices are part of it."""
    women: Mapped[int | None]
    men: Mapped[int | None]
    temps: Mapped[int]
    apprentices: Mapped[int]
    flags: Mapped[str]
    """Flags as a sorted JSON list."""
    women_men: Mapped[str] = mapped_column(Words)
    archived_on: Mapped[date | None]
