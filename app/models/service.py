"""The SPSTI that runs an entrance of the portal; the root of all tenancy, itself a global table."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.extensions import Base
from app.models.columns import Instant, Key, Prose


class Service(Base):
    """One SPSTI."""

    __tablename__ = "service"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[Key]
    slug: Mapped[str]
    """Its name in addresses: `/<slug>/`."""
    name: Mapped[Prose]
    zone: Mapped[str]
    """Time zone that fixes legal and counted days: `Europe/Paris`, `Indian/Reunion`..."""
    created_at: Mapped[Instant]
