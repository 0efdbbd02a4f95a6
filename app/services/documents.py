"""Makes documents: a project at any moment, a version when the employer decides.

A version is one transaction: the dossier, the bytes handed out, the register line, the ratings and the fact. The slow
part (rating, Word) runs before it; inside, what was decided upon is read again, and a change meanwhile is a Conflict.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.canonical import sha256_hex
from app.domain.dossier import Dossier
from app.domain.dossier_builder import Edition
from app.domain.dossier_json import clean_dossier, from_json, to_json
from app.domain.inputs import FirmAssessment, Validation
from app.domain.lawful import build_lawful
from app.domain.library import Library
from app.domain.mending import mend
from app.domain.obligations import check_day, check_validation
from app.domain.register import RegisterLine, next_line
from app.models.content import ContentVersion
from app.models.document import DocumentVersion
from app.models.draft import ThemeDraft
from app.models.engine import Conflict, Database
from app.models.service import Service
from app.services.assessments import load_assessment
from app.services.clock import local_day
from app.services.establishments import known_establishment
from app.services.facts import Act, FactKind
from app.services.once import mark_done, refuse_twice
from app.services.registers import last_line, register_key, seal_service
from app.services.version_rows import DOCX, XLSX, Documents, Issued, write_facts, write_ratings, write_version
from exports.plan_xlsx import write_plan
from exports.section_docx import write_section
from questionnaires.catalogue import Catalogue
from questionnaires.reader import read_theme

PURPOSE = "version"
"""Purpose of the one-use key of the form that makes a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The employer's decision to make a version, and what comes with it."""

    validation: Validation
    assessed_on: date
    at: datetime
    key: str = ""
    """One-use key of the form; empty on the command line."""
    actor_role: str = ""
    """Function of who decides; the employer's as it was declared when empty."""
    latest: date | None = None
    """Last day the decision may bear; None where dates come from elsewhere (an answers file)."""


class UnknownTheme(LookupError):
    """The establishment has no draft of that theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Basis:
    """What a version was decided upon; read again before it is written."""

    firm: FirmAssessment
    number: int
    previous: Dossier | None
    head: RegisterLine | None
    content: dict[str, UUID]


def library_of(session: Session, establishment_id: UUID, catalogue: Catalogue) -> Library:
    """The content an establishment's drafts were answered with: packaged, or kept in the database once gone."""
    query = (
        select(ThemeDraft.theme, ContentVersion)
        .join(ContentVersion, ContentVersion.id == ThemeDraft.content_version_id)
        .where(ThemeDraft.establishment_id == establishment_id)
    )
    themes = {}
    for code, kept in session.execute(query):
        packaged = catalogue.theme(code) if code in catalogue.codes else None
        if packaged is None or packaged.sha256 != kept.sha256:
            packaged = read_theme(kept.source.encode("utf-8"), file=f"{code} {kept.version}")
        themes[code] = packaged
    return Library(themes=themes, laws=catalogue.laws, helps=catalogue.helps)


def built(firm: FirmAssessment, library: Library, *, edition: Edition) -> Dossier:
    """The dossier of a firm as it stands: what no longer holds is set aside in words, and stops nothing."""
    actions = mend(firm, library).firm.actions
    dossier, _ = build_lawful(replace(firm, actions=actions), library, edition=edition)
    return dossier


def make_documents(dossier: Dossier, *, register_head: str = "") -> Documents:
    """The files of a dossier; nothing is stored."""
    cleaned = clean_dossier(dossier)
    payload = to_json(cleaned)
    docx, xlsx = BytesIO(), BytesIO()
    write_section(cleaned, docx, content_hash=sha256_hex(payload), register_head=register_head)
    write_plan(cleaned, xlsx)
    return Documents(dossier=cleaned, payload=payload, docx=docx.getvalue(), xlsx=xlsx.getvalue())


def project_documents(
    database: Database,
    service: Service,
    establishment_id: UUID,
    *,
    catalogue: Catalogue,
    assessed_on: date,
    theme: str = "",
) -> Documents:
    """The documents as they stand, marked « PROJET » on every page, of one theme when it is named; nothing is written.

    Raises UnknownTheme when the establishment has nothing on that theme.
    """
    with database.read(service_id=service.id) as session:
        firm = load_assessment(session, establishment_id, assessed_on=assessed_on)
        library = library_of(session, establishment_id, catalogue)
        previous = last_dossier(session, establishment_id)
    if theme:
        firm = one_theme(firm, library, theme)
    dossier = built(firm, library, edition=Edition(previous=previous))
    return make_documents(only_theme(dossier, theme) if theme else dossier)


def validate_document(
    database: Database,
    service: Service,
    establishment_id: UUID,
    *,
    validation: Validation,
    catalogue: Catalogue,
    assessed_on: date,
    at: datetime,
) -> Issued:
    """Freezes everything the establishment has as its next version, as an answers file says it was decided.

    Raises ValidationRefused when a version may not be made, Conflict when something changed while it was prepared.
    """
    decision = Decision(validation=validation, assessed_on=assessed_on, at=at)
    return decide_version(database, service, establishment_id, decision, catalogue=catalogue)


def decide_version(
    database: Database, service: Service, establishment_id: UUID, decision: Decision, *, catalogue: Catalogue
) -> Issued:
    """Freezes everything the establishment has as its next version.

    Raises ValidationRefused when a version may not be made, AlreadyDone with its number when the form was already
    sent, Conflict when something changed while it was prepared.
    """
    validation, assessed_on, at = decision.validation, decision.assessed_on, decision.at
    with database.read(service_id=service.id) as session:
        basis = _basis(session, service, establishment_id, assessed_on=assessed_on)
        library = library_of(session, establishment_id, catalogue)
    drafted_on = validation.validated_on or assessed_on
    check_validation(basis.firm.establishment, validation, as_of=assessed_on)
    if decision.latest is not None:
        last = basis.previous.version if basis.previous else None
        check_day(drafted_on, latest=decision.latest, previous=last.validated_on if last else None)
    edition = Edition(number=basis.number, validation=validation, previous=basis.previous)
    head = basis.head.line_sha256 if basis.head else ""
    documents = make_documents(built(basis.firm, library, edition=edition), register_head=head)
    with database.unit_of_work(service_id=service.id) as uow:
        # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
        known_establishment(uow, establishment_id, lock=True)
        refuse_twice(uow, decision.key, purpose=PURPOSE)
        if _basis(uow, service, establishment_id, assessed_on=assessed_on) != basis:
            raise Conflict("the draft changed while its version was prepared")
        line = next_line(
            basis.head,
            service=register_key(service.id),
            establishment=register_key(establishment_id),
            version=basis.number,
            drafted_on=drafted_on,
            content_sha256=documents.content_sha256,
            files=((DOCX, sha256_hex(documents.docx)), (XLSX, sha256_hex(documents.xlsx))),
        )
        issued = Issued(number=basis.number, documents=documents, line=line)
        write_version(uow, issued, establishment_id, validation=validation, drafted_on=drafted_on, at=at)
        write_ratings(uow, documents.dossier, basis.content, establishment_id, at=at)
        actor = decision.actor_role or basis.firm.establishment.employer_role
        write_facts(uow, issued, basis.content, Act(kind=FactKind.VERSION_MADE, on=drafted_on, at=at, actor_role=actor))
        mark_done(uow, decision.key, purpose=PURPOSE, outcome=str(basis.number), at=at)
    return issued


def seal_now(database: Database, service: Service, *, key: bytes, at: datetime) -> None:
    """Seals the registers of the service; left to the next seal when another one is being made."""
    with suppress(Conflict), database.unit_of_work(service_id=service.id) as uow:
        seal_service(uow, service, key=key, on=local_day(at, service.zone), at=at)


def service_of_id(session: Session, service_id: UUID) -> Service:
    """The service of that identity; raises LookupError when there is none."""
    found = session.get(Service, service_id)
    if found is None:
        raise LookupError(str(service_id))
    return found


def one_theme(firm: FirmAssessment, library: Library, theme: str) -> FirmAssessment:
    """The firm with one theme alone: its answers, its actions; raises UnknownTheme when it has nothing on it."""
    books = tuple(book for book in firm.books if book.theme == theme)
    if not books:
        raise UnknownTheme(theme)
    measures = {measure.id for measure in library.themes[theme].measures}
    mine = tuple(each for each in firm.actions if each.theme == theme or (not each.theme and each.measure in measures))
    return replace(firm, books=books, actions=mine)


def only_theme(dossier: Dossier, theme: str) -> Dossier:
    """A dossier built of one theme, without what the earlier versions said of the others."""
    return replace(dossier, former_rows=tuple(row for row in dossier.former_rows if row.theme == theme))


def last_dossier(session: Session, establishment_id: UUID) -> Dossier | None:
    """The dossier of the last version, None before the first."""
    query = select(DocumentVersion.payload).where(
        DocumentVersion.establishment_id == establishment_id, DocumentVersion.kind == "version"
    )
    payload = session.scalars(query.order_by(DocumentVersion.number.desc()).limit(1)).first()
    return None if payload is None else from_json(payload.encode("utf-8"))


def _basis(session: Session, service: Service, establishment_id: UUID, *, assessed_on: date) -> _Basis:
    firm = load_assessment(session, establishment_id, assessed_on=assessed_on)
    drafts = select(ThemeDraft.theme, ThemeDraft.content_version_id).where(
        ThemeDraft.establishment_id == establishment_id
    )
    content = dict(session.execute(drafts).all())
    previous = last_dossier(session, establishment_id)
    number = (previous.version.number if previous and previous.version else 0) + 1
    head = last_line(session, establishment_id, service)
    return _Basis(firm=firm, number=number, previous=previous, head=head, content=content)
