"""The main job without a browser: one answers file in, documents out, through the same services as the portal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.domain.action_drafts import UnknownMeasure, draft_of
from app.domain.dossier_builder import assess_firm
from app.domain.inputs import FirmAssessment
from app.domain.lawful import lawful_overrides
from app.domain.library import Library
from app.domain.obligations import ValidationRefused, check_validation
from app.domain.register import RegisterLine
from app.models.engine import Database
from app.models.service import Service
from app.services.assessments import record_assessment
from app.services.clock import local_day
from app.services.documents import project_documents, validate_document
from app.services.prevention_services import ensure_service
from app.services.registers import register_of, seal_service
from app.services.version_rows import Documents
from questionnaires.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Produced:
    """What an answers file gave."""

    documents: Documents
    register: tuple[RegisterLine, ...]
    """The establishment's register; empty for a project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where an answers file is recorded: the SPSTI it belongs to, and the key of its seals."""

    slug: str
    name: str
    seal_key: bytes | None
    """None: no seal is made (a database that is thrown away)."""


def refusals(firm: FirmAssessment, catalogue: Catalogue) -> tuple[str, ...]:
    """Everything the engine would refuse of a firm, in French, before anything is written."""
    return tuple(_refusals(firm, catalogue))


def assess_firm_file(
    database: Database, firm: FirmAssessment, *, home: Home, catalogue: Catalogue, at: datetime
) -> Produced:
    """Records the firm, then makes its version when it carries a validation, its project otherwise."""
    with database.unit_of_work(service_id=None) as uow:
        service = ensure_service(uow, slug=home.slug, name=home.name, at=at)
    establishment_id = _record(database, service, firm, catalogue=catalogue, at=at)
    if firm.validation is None:
        documents = project_documents(
            database, service, establishment_id, catalogue=catalogue, assessed_on=firm.assessed_on
        )
        return Produced(documents=documents, register=())
    issued = validate_document(
        database,
        service,
        establishment_id,
        validation=firm.validation,
        catalogue=catalogue,
        assessed_on=firm.assessed_on,
        at=at,
    )
    if home.seal_key is not None:
        with database.unit_of_work(service_id=service.id) as uow:
            seal_service(uow, service, key=home.seal_key, on=local_day(at, service.zone), at=at)
    with database.read(service_id=service.id) as session:
        register = register_of(session, establishment_id, service)
    return Produced(documents=issued.documents, register=register)


def _record(database: Database, service: Service, firm: FirmAssessment, *, catalogue: Catalogue, at: datetime) -> UUID:
    themes = [catalogue.theme(book.theme) for book in firm.books]
    content = {theme.theme: (theme.version, theme.sha256, theme.source) for theme in themes}
    with database.unit_of_work(service_id=service.id) as uow:
        return record_assessment(uow, firm, service=service, content=content, at=at)


def _refusals(firm: FirmAssessment, catalogue: Catalogue) -> Iterator[str]:
    themes = {book.theme: catalogue.theme(book.theme) for book in firm.books}
    library = Library(themes=themes, laws=catalogue.laws, helps=catalogue.helps)
    lawful = lawful_overrides(firm, themes)
    for refused in lawful.refused:
        override = refused.override
        yield f"themes.{override.theme}.overrides, {override.situation}, {override.unit} : {refused.words}"
    assessments = assess_firm(replace(firm, overrides=lawful.kept), library)
    for action in firm.actions:
        try:
            draft_of(action, assessments, ())
        except UnknownMeasure as unknown:
            yield f"actions : {unknown}"
    if firm.validation is not None:
        try:
            check_validation(firm.establishment, firm.validation, as_of=firm.assessed_on)
        except ValidationRefused as found:
            yield f"validation : {found} Clés : reason, validated_on, cse_on, cse_words."
