"""Makes documents: a project at any moment, a version when the employer decides.

A version is one transaction: the dossier, the bytes handed out, the register line, the ratings and the fact. The slow
part (rating, Word) runs before it; inside, what was decided upon is read again, and a change meanwhile is a Conflict.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.canonical import sha256_hex
from app.domain.dossier import Dossier
from app.domain.dossier_builder import Edition, build_dossier
from app.domain.dossier_json import clean_dossier, from_json, to_json
from app.domain.inputs import FirmAssessment, Validation
from app.domain.library import Library
from app.domain.obligations import check_validation
from app.domain.register import RegisterLine, next_line
from app.models.content import ContentVersion
from app.models.document import DocumentFile, DocumentVersion, keep_until
from app.models.draft import ThemeDraft
from app.models.engine import Conflict, Database
from app.models.fact import Fact
from app.models.rating import Rating
from app.models.service import Service
from app.services.assessments import load_assessment
from app.services.establishments import known_establishment
from app.services.registers import add_line, last_line, register_key
from exports.plan_xlsx import write_plan
from exports.section_docx import write_section
from questionnaires.catalogue import Catalogue
from questionnaires.reader import read_theme

VERSION_MADE = "document_valide"
"""Kind of the fact that a version leaves."""

DOCX = "docx"
XLSX = "xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """A dossier and the files made of it."""

    dossier: Dossier
    payload: bytes
    """The canonical bytes; their SHA-256 is the content hash."""
    docx: bytes
    xlsx: bytes

    @property
    def content_sha256(self) -> str:
        """Hash of the payload, printed in the footer of the Word file."""
        return sha256_hex(self.payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A version as it was frozen."""

    number: int
    documents: Documents
    line: RegisterLine


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


def make_documents(dossier: Dossier, *, register_head: str = "") -> Documents:
    """The files of a dossier; nothing is stored."""
    cleaned = clean_dossier(dossier)
    payload = to_json(cleaned)
    docx, xlsx = BytesIO(), BytesIO()
    write_section(cleaned, docx, content_hash=sha256_hex(payload), register_head=register_head)
    write_plan(cleaned, xlsx)
    return Documents(dossier=cleaned, payload=payload, docx=docx.getvalue(), xlsx=xlsx.getvalue())


def project_documents(
    database: Database, service: Service, establishment_id: UUID, *, catalogue: Catalogue, assessed_on: date
) -> Documents:
    """The documents as they stand, marked « PROJET » on every page; nothing is written."""
    with database.read(service_id=service.id) as session:
        firm = load_assessment(session, establishment_id, assessed_on=assessed_on)
        library = library_of(session, establishment_id, catalogue)
        previous = last_dossier(session, establishment_id)
    return make_documents(build_dossier(firm, library, edition=Edition(previous=previous)))


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
    """Freezes everything the establishment has as its next version.

    Raises ValidationRefused when a version may not be made, Conflict when something changed while it was prepared.
    """
    with database.read(service_id=service.id) as session:
        basis = _basis(session, service, establishment_id, assessed_on=assessed_on)
        library = library_of(session, establishment_id, catalogue)
    check_validation(basis.firm.establishment, validation, as_of=assessed_on)
    edition = Edition(number=basis.number, validation=validation, previous=basis.previous)
    head = basis.head.line_sha256 if basis.head else ""
    documents = make_documents(build_dossier(basis.firm, library, edition=edition), register_head=head)
    with database.unit_of_work(service_id=service.id) as uow:
        known_establishment(uow, establishment_id, lock=True)
        if _basis(uow, service, establishment_id, assessed_on=assessed_on) != basis:
            raise Conflict("the draft changed while its version was prepared")
        drafted_on = validation.validated_on or assessed_on
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
        _write_version(uow, issued, establishment_id, validation=validation, drafted_on=drafted_on, at=at)
        _write_ratings(uow, basis, documents.dossier, establishment_id, at=at)
        _write_fact(uow, basis, establishment_id, on=drafted_on, at=at)
    return issued


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


def _write_version(
    uow: Session, issued: Issued, establishment_id: UUID, *, validation: Validation, drafted_on: date, at: datetime
) -> None:
    documents = issued.documents
    version = DocumentVersion(
        establishment_id=establishment_id,
        number=issued.number,
        kind="version",
        trigger=validation.trigger.value,
        reason=validation.reason,
        author_role=documents.dossier.establishment.employer_role,
        validated_on=drafted_on,
        payload=documents.payload.decode("utf-8"),
        content_sha256=documents.content_sha256,
        format=documents.dossier.format,
        drafted_on=drafted_on,
        keep_until=keep_until(drafted_on),
        recorded_at=at,
    )
    uow.add(version)
    uow.flush()
    for kind, body in ((DOCX, documents.docx), (XLSX, documents.xlsx)):
        uow.add(
            DocumentFile(
                document_version_id=version.id, kind=kind, content=body, sha256=sha256_hex(body), recorded_at=at
            )
        )
    add_line(uow, issued.line, establishment_id=establishment_id, version=issued.number, at=at)


def _write_ratings(uow: Session, basis: _Basis, dossier: Dossier, establishment_id: UUID, *, at: datetime) -> None:
    uow.add_all(
        Rating(
            establishment_id=establishment_id,
            theme=row.theme,
            situation=row.situation,
            unit=row.unit,
            priority=row.priority,
            at_best=row.at_best,
            at_worst=row.at_worst,
            gravity=row.gravity,
            frequency=row.frequency,
            mastery=row.mastery,
            rated_on=dossier.assessed_on,
            recorded_at=at,
            content_version_id=basis.content[row.theme],
        )
        for row in dossier.rows
    )


def _write_fact(uow: Session, basis: _Basis, establishment_id: UUID, *, on: date, at: datetime) -> None:
    place = basis.firm.establishment
    uow.add(
        Fact(
            establishment_id=establishment_id,
            kind=VERSION_MADE,
            subject=f"version {basis.number}",
            happened_on=on,
            recorded_at=at,
            actor_role=place.employer_role,
            profession="",
            campaign="",
            contract_action="",
            pathway_step="",
            unit="",
            format="",
            theme=" ".join(sorted(basis.content)),
            source="portail",
            siret=place.siret,
            naf=place.naf,
            naf_nomenclature=place.naf_nomenclature,
            headcount=place.headcount,
            headcount_on=place.headcount_on,
        )
    )
