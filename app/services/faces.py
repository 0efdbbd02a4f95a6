"""The face of a service: what every page under its entrance shows of the SPSTI that speaks there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.models.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A service as people see it."""

    service_id: UUID
    slug: str
    name: str
    zone: str
    """Time zone of its days and hours."""
    phone: str
    phone_hours: str
    address: str
    legal_words: str
    colour: str
    logo_version: str
    """Start of the hash of its logo, for its address; empty without a logo."""
    reception: bool
    """The portal is its declared channel to receive the DUERP."""


FACE_COLUMNS = (
    Service.id,
    Service.slug,
    Service.name,
    Service.zone,
    Service.phone,
    Service.phone_hours,
    Service.address,
    Service.legal_words,
    Service.colour,
    Service.logo_sha256,
    Service.reception,
)
"""What a page needs of its service; the logo's bytes are not among it."""


def face_of(row: Row[*tuple[Any, ...]]) -> Face:
    """The face in a row that holds FACE_COLUMNS."""
    return Face(
        service_id=row.id,
        slug=row.slug,
        name=row.name,
        zone=row.zone,
        phone=row.phone,
        phone_hours=row.phone_hours,
        address=row.address,
        legal_words=row.legal_words,
        colour=row.colour,
        logo_version=(row.logo_sha256 or "")[:12],
        reception=row.reception,
    )


def slugs(session: Session) -> tuple[tuple[str, str], ...]:
    """(slug, name) of every service, by name: an installation with one sends its home page there."""
    rows = session.execute(select(Service.slug, Service.name).order_by(Service.name, Service.slug))
    return tuple((row.slug, row.name) for row in rows)
