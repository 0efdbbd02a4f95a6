"""The SPSTI that runs an entrance of the portal; the root of all tenancy, itself a global table."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint, false, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import Instant, Key, Prose
from app.models.types import Words

DEFAULT_COLOUR = "#0b4f6c"
"""The petrol of the portal, until a service chooses its own."""


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
    colour: Mapped[str] = mapped_column(server_default=DEFAULT_COLOUR)
    """`#rrggbb`, checked for contrast before it is kept."""
    phone: Mapped[str] = mapped_column(Words, server_default=literal(""))
    phone_hours: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """« du lundi au vendredi, 8 h 30 – 17 h »."""
    address: Mapped[str] = mapped_column(Words, server_default=literal(""))
    legal_words: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """Who publishes the site and who hosts it, for the page « Mentions légales »."""
    invitation_words: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """What the service adds to the mails that invite its members; empty for the portal's own words alone."""
    letter_words: Mapped[str] = mapped_column(Words, server_default=literal(""))
    """What it adds to printed invitations."""
    reception: Mapped[bool] = mapped_column(server_default=false())
    """The service declares the portal its channel to receive the DUERP (L4121-3-1 VI)."""
    logo: Mapped[bytes | None] = mapped_column(deferred=True)
    """Read only by the page that serves it."""
    logo_type: Mapped[str | None]
    logo_sha256: Mapped[str | None]
