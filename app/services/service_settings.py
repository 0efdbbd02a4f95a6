"""What an administrator changes of the service in the browser; two administrators at once are told of each other."""

from __future__ import annotations

from dataclasses import dataclass, fields
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.intake.images import Picture
from app.models.engine import Database
from app.models.service import Service
from app.models.stored_values import canonical
from app.services.prevention_services import ServiceFacts, ServiceRefused, facts_refusal, write_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """What the form of settings shows and changes."""

    phone: str
    phone_hours: str
    address: str
    colour: str
    zone: str
    reception: bool
    invitation_words: str
    letter_words: str
    legal_words: str

    @property
    def mark(self) -> str:
        """Names these very settings: a form carries it, so that a change made meanwhile is seen."""
        said = [getattr(self, each.name) for each in fields(self)]
        return sha256(canonical(said).encode("utf-8")).hexdigest()[:32]


class SettingsChanged(Exception):
    """Somebody changed the settings since the page was drawn; `now` is what they are."""

    def __init__(self, now: ServiceSettings) -> None:
        super().__init__(now.mark)
        self.now = now


def settings_of(session: Session, service_id: UUID) -> ServiceSettings:
    """The settings of a service as they are."""
    return _settings(session.scalars(select(Service).where(Service.id == service_id)).one())


def change_settings(database: Database, wanted: ServiceSettings, *, service_id: UUID, mark: str) -> None:
    """Gives a service these settings; raises ServiceRefused, or SettingsChanged when they are not those of `mark`.

    Settings that somebody else has just given alike are no conflict.
    """
    facts = ServiceFacts(**{each.name: getattr(wanted, each.name) for each in fields(wanted)})
    said = facts_refusal(facts)
    if said:
        raise ServiceRefused(said)
    with database.unit_of_work(service_id=None) as uow:
        service = _locked(uow, service_id)
        now = _settings(service)
        if now.mark not in {mark, wanted.mark}:
            raise SettingsChanged(now)
        write_facts(service, facts)


def change_logo(database: Database, picture: Picture | None, *, service_id: UUID) -> None:
    """Gives a service another logo, or none."""
    with database.unit_of_work(service_id=None) as uow:
        service = _locked(uow, service_id)
        if picture is not None:
            write_facts(service, ServiceFacts(logo=picture))
        else:
            service.logo, service.logo_type, service.logo_sha256 = None, None, None


def _locked(uow: Session, service_id: UUID) -> Service:
    """The service, which other changes of it wait for: its row carries no version."""
    return uow.scalars(select(Service).where(Service.id == service_id).with_for_update()).one()


def _settings(service: Service) -> ServiceSettings:
    return ServiceSettings(**{each.name: getattr(service, each.name) for each in fields(ServiceSettings)})
