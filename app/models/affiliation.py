"""What the service knows of an establishment as its member, and the files its members are imported from."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import (
    Instant,
    Prose,
    TenantRow,
    VersionedTenantRow,
    child_of,
    is_sha256,
    one_of,
    tenant_args,
)
from app.models.types import UtcDateTime

AFFILIATION_SOURCES = ("import", "saisie", "demo")
"""Where an affiliation was told: a file of members, a page, the demonstration."""

IMPORT_STATES = ("propose", "applique", "abandonne")
"""Read and shown, applied, given up."""


class Affiliation(TenantRow, Base):
    """What was true of the membership of an establishment from one day on; a change is a new row, never an update."""

    __tablename__ = "affiliation"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id", "seq"),
        one_of("source", AFFILIATION_SOURCES),
    )

    establishment_id: Mapped[UUID]
    seq: Mapped[int]
    """1, 2, 3... in the order of recording."""
    stated_on: Mapped[date]
    member_number: Mapped[Prose]
    """Number of the member in the service's own software."""
    sector: Mapped[Prose]
    """Centre or sector of the service, in its own words."""
    team: Mapped[Prose]
    """Care team that follows it, a label of the service's own."""
    since: Mapped[date | None]
    until: Mapped[date | None]
    """Last day it is a member; None while it is."""
    record_on: Mapped[date | None]
    """Day of the last company record (fiche d'entreprise, R4624-46)."""
    duerp_on: Mapped[date | None]
    """Day of the last DUERP the service knows of."""
    idcc: Mapped[str]
    """Collective agreement, 4 digits; empty when not said."""
    risk_code: Mapped[str]
    """Risk code of the accident branch; empty when not said."""
    source: Mapped[str]
    recorded_at: Mapped[Instant]


_ENDS, _BEGINS = Affiliation.until.is_not(None), Affiliation.since.is_not(None)
Index(
    "ix_affiliation_until",
    Affiliation.service_id,
    Affiliation.until,
    Affiliation.establishment_id,
    Affiliation.seq,
    sqlite_where=_ENDS,
    postgresql_where=_ENDS,
)
Index(
    "ix_affiliation_since",
    Affiliation.service_id,
    Affiliation.since,
    Affiliation.establishment_id,
    Affiliation.seq,
    sqlite_where=_BEGINS,
    postgresql_where=_BEGINS,
)


class MemberImport(VersionedTenantRow, Base):
    """One file of members: kept as it came until it is applied or given up, then emptied."""

    __tablename__ = "member_import"
    __table_args__ = tenant_args(one_of("state", IMPORT_STATES), is_sha256("content_sha256"))

    file_name: Mapped[Prose]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
    """The file itself; None once it is applied or given up: it holds addresses."""
    content_sha256: Mapped[str]
    state: Mapped[str]
    report: Mapped[str]
    """What it would do, then what it did, as canonical JSON: numbers, and the rejected rows with their reasons."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    """Who sent it; None for the command line."""
    created_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
