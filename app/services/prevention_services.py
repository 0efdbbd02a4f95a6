"""The SPSTI of an installation: finding one by its slug, making one, changing what people see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.colours import refusal
from app.domain.entrances import slug_refusal
from app.intake.images import Picture
from app.models.engine import Conflict, Database
from app.models.service import DEFAULT_COLOUR, Service


class ServiceRefused(ValueError):
    """What was asked of a service cannot be done; the message says why and what to do, in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What is said of a service; None leaves what it has."""

    name: str | None = None
    zone: str | None = None
    phone: str | None = None
    phone_hours: str | None = None
    address: str | None = None
    legal_words: str | None = None
    colour: str | None = None
    reception: bool | None = None
    logo: Picture | None = None
    invitation_words: str | None = None
    letter_words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """The logo of a service as it is served."""

    media_type: str
    content: bytes


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


def create_service(database: Database, slug: str, facts: ServiceFacts, *, at: datetime) -> Service:
    """Makes the entrance of a service; raises ServiceRefused, and writes nothing then."""
    said = slug_refusal(slug) or ("" if facts.name else "Il manque le nom du service : --name.") or facts_refusal(facts)
    if said:
        raise ServiceRefused(said)
    taken = f"Le service « {slug} » existe déjà : changez-le avec « jalon service update {slug} »."
    try:
        with database.unit_of_work(service_id=None) as uow:
            if find_service(uow, slug) is not None:
                raise ServiceRefused(taken)
            service = Service(
                slug=slug, name=facts.name or "", zone="Europe/Paris", created_at=at, colour=DEFAULT_COLOUR
            )
            write_facts(service, facts)
            uow.add(service)
    except Conflict as conflict:
        raise ServiceRefused(taken) from conflict
    return service


def update_service(database: Database, slug: str, facts: ServiceFacts) -> Service:
    """Changes what is said of a service; raises ServiceRefused, and writes nothing then."""
    said = facts_refusal(facts)
    if said:
        raise ServiceRefused(said)
    with database.unit_of_work(service_id=None) as uow:
        service = known_service(uow, slug)
        write_facts(service, facts)
    return service


def known_service(session: Session, slug: str) -> Service:
    """The service of that slug; raises ServiceRefused with the ones there are."""
    service = find_service(session, slug)
    if service is None:
        known = session.scalars(select(Service.slug).order_by(Service.slug)).all()
        there = f"Services de cette base : {', '.join(known)}." if known else "Cette base n'en a aucun."
        raise ServiceRefused(f"Aucun service ne porte le code « {slug} ». {there}")
    return service


def services_of(session: Session) -> tuple[Service, ...]:
    """Every service of the installation, by slug."""
    return tuple(session.scalars(select(Service).order_by(Service.slug)))


def logo_of(session: Session, slug: str) -> Logo | None:
    """The logo of a service, None when it has none."""
    row = session.execute(select(Service.logo, Service.logo_type).where(Service.slug == slug)).first()
    if row is None or row.logo is None:
        return None
    return Logo(media_type=row.logo_type, content=row.logo)


def facts_refusal(facts: ServiceFacts) -> str:
    """Why a service cannot be given these facts, in French; empty when it can."""
    if facts.zone is not None and facts.zone not in available_timezones():
        return (
            f"Le fuseau horaire « {facts.zone} » est inconnu. En métropole : Europe/Paris ; outre-mer par exemple "
            "Indian/Reunion, America/Martinique, Pacific/Noumea."
        )
    return refusal(facts.colour) if facts.colour is not None else ""


def write_facts(service: Service, facts: ServiceFacts) -> None:
    """Gives a service what is said of it; what is None stays. To call in a unit of work."""
    given = {
        "name": facts.name,
        "zone": facts.zone,
        "phone": facts.phone,
        "phone_hours": facts.phone_hours,
        "address": facts.address,
        "legal_words": facts.legal_words,
        "colour": facts.colour.lower() if facts.colour is not None else None,
        "reception": facts.reception,
        "invitation_words": facts.invitation_words,
        "letter_words": facts.letter_words,
    }
    for name, value in given.items():
        if value is not None:
            setattr(service, name, value)
    if facts.logo is not None:
        service.logo = facts.logo.content
        service.logo_type = facts.logo.media_type
        service.logo_sha256 = sha256(facts.logo.content).hexdigest()
