"""Campaigns: the establishments a service means to reach with one theme; their targets are facts, frozen at opening."""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.extensions import Base
from app.models.columns import Instant, Prose, VersionedTenantRow, tenant_args


class Campaign(VersionedTenantRow, Base):
    """One campaign. Its targets are the facts `etablissement_cible` that carry its code."""

    __tablename__ = "campaign"
    __table_args__ = tenant_args(UniqueConstraint("service_id", "code"))

    code: Mapped[str]
    """What facts carry: ASCII, `chaleur-btp-2026`; never changes."""
    name: Mapped[Prose]
    theme: Mapped[str]
    contract_action: Mapped[Prose]
    """Action of the CPOM it serves, in the contract's words; empty when none."""
    chosen_by: Mapped[Prose]
    """How the targets were chosen, in French words."""
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    created_at: Mapped[Instant]
