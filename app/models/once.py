"""Keys of forms that may act once: a double tap on « Valider » makes one version."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.extensions import Base
from app.models.columns import Instant, Prose, TenantRow, tenant_args


class UsedKey(TenantRow, Base):
    """A one-use key that served, and what came of it, so that the second tap gets the same answer."""

    __tablename__ = "used_key"
    __table_args__ = tenant_args(UniqueConstraint("service_id", "key"))

    key: Mapped[str]
    purpose: Mapped[str]
    outcome: Mapped[Prose]
    """What the first use made (an identity, a number); given back to the next ones."""
    used_at: Mapped[Instant]
