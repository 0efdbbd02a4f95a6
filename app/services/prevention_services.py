"""The SPSTI of an installation: finding one by its slug, making one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.service import Service


def find_service(session: Session, slug: str) -> Service | None:
    """The service of that slug, None when there is none."""
    return session.scalar(select(Service).where(Service.slug == slug))


def ensure_service(uow: Session, *, slug: str, name: str, at: datetime, zone: str = "Europe/Paris") -> Service:
    """The service of that slug, made when there is none; to call in a unit of work that has no service yet."""
    service = find_service(uow, slug)
    if service is None:
        service = Service(slug=slug, name=name, zone=zone, created_at=at)
        uow.add(service)
        uow.flush()
    return service
