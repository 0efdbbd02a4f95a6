"""The demonstration: loads the shipped examples once, and shows them from the database like any firm's documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.dossier_json import from_json
from app.domain.inputs import FirmAssessment
from app.intake.answers_toml import read_answers
from app.models.document import DocumentFile, DocumentVersion
from app.models.draft import ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.service import Service
from app.services.documents import project_documents
from app.services.example_cards import ExampleCard, FileKind, card_from_dossier, slug_of
from app.services.headless import Home, assess_firm_file
from app.services.prevention_services import find_service
from app.services.version_rows import DOCX, XLSX
from questionnaires.catalogue import Catalogue

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
"""Folder of the shipped examples; absent where only the packages were installed."""

DEMO_SERVICE = "exemples"
"""Slug of the service the shipped examples belong to."""
DEMO_NAME = "Exemples de Jalon"

_Files = Mapping[FileKind, bytes]


@dataclass(frozen=True, slots=True)
class _Kept:
    card: ExampleCard
    files: _Files


def load_examples(
    database: Database, texts: Mapping[str, bytes], *, catalogue: Catalogue, seal_key: bytes, at: datetime
) -> int:
    """Record the answers files that are not in the database yet; returns how many were.

    `texts` holds their bytes by file name. Raises AnswersFaults when one is wrong. Running it again changes nothing.
    """
    known = _known(database)
    home = Home(slug=DEMO_SERVICE, name=DEMO_NAME, seal_key=seal_key)
    firms = [read_answers(text, catalogue=catalogue, file=name) for name, text in sorted(texts.items())]
    missing = [firm for firm in firms if not _is_loaded(firm, known)]
    for firm in missing:
        assess_firm_file(database, firm, home=home, catalogue=catalogue, at=at)
    return len(missing)


class DatabaseShelf:
    """The examples of a database; nobody edits them, so what was read of them is kept as long as the process."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue
        self._kept: dict[UUID, _Kept] = {}

    def cards(self) -> tuple[ExampleCard, ...]:
        """The examples, the least prepared first; empty when none is loaded."""
        return tuple(sorted((kept.card for kept in self._all()), key=_urgency, reverse=True))

    def file(self, slug: str, kind: FileKind) -> bytes | None:
        """The bytes of one file, None when there is no such example or file."""
        return next((kept.files.get(kind) for kept in self._all() if kept.card.slug == slug), None)

    def _all(self) -> tuple[_Kept, ...]:
        with self._database.read() as session:
            service = find_service(session, DEMO_SERVICE)
        if service is None:
            return ()
        with self._database.read(service_id=service.id) as session:
            loaded = session.scalars(select(EstablishmentRow.id).order_by(EstablishmentRow.name)).all()
        for establishment_id in loaded:
            if establishment_id not in self._kept:
                files = self._read(service, establishment_id)
                self._kept[establishment_id] = _Kept(card=_card(files), files=files)
        return tuple(self._kept[establishment_id] for establishment_id in loaded)

    def _read(self, service: Service, establishment_id: UUID) -> _Files:
        """The stored files of its last version; those of its project, made now, when it has none."""
        with self._database.read(service_id=service.id) as session:
            version = _last_version(session, establishment_id)
            if version is not None:
                return {FileKind.DOSSIER: version.payload.encode("utf-8"), **_stored(session, version)}
            drafts = select(ThemeDraft.assessed_on).where(ThemeDraft.establishment_id == establishment_id)
            assessed_on = max(session.scalars(drafts))
        made = project_documents(
            self._database, service, establishment_id, catalogue=self._catalogue, assessed_on=assessed_on
        )
        return {FileKind.SECTION: made.docx, FileKind.PLAN: made.xlsx, FileKind.DOSSIER: made.payload}


def _known(database: Database) -> dict[str, bool]:
    """Names of the examples already recorded, and whether each has a version."""
    with database.read() as session:
        service = find_service(session, DEMO_SERVICE)
    if service is None:
        return {}
    with database.read(service_id=service.id) as session:
        rows = session.scalars(select(EstablishmentRow)).all()
        return {row.name: _last_version(session, row.id) is not None for row in rows}


def _is_loaded(firm: FirmAssessment, known: Mapping[str, bool]) -> bool:
    """True when a run has recorded it to the end: a first start may have been interrupted in between."""
    has_version = known.get(firm.establishment.name)
    return has_version is not None and (has_version or firm.validation is None)


def _last_version(session: Session, establishment_id: UUID) -> DocumentVersion | None:
    versions = select(DocumentVersion).where(
        DocumentVersion.establishment_id == establishment_id, DocumentVersion.kind == "version"
    )
    return session.scalars(versions.order_by(DocumentVersion.number.desc())).first()


def _stored(session: Session, version: DocumentVersion) -> _Files:
    kinds = {DOCX: FileKind.SECTION, XLSX: FileKind.PLAN}
    rows = session.scalars(select(DocumentFile).where(DocumentFile.document_version_id == version.id))
    return {kinds[row.kind]: row.content for row in rows}


def _card(files: _Files) -> ExampleCard:
    dossier = from_json(files[FileKind.DOSSIER])
    sizes = {kind: len(content) for kind, content in files.items()}
    return card_from_dossier(slug=slug_of(dossier.establishment.name), dossier=dossier, sizes=sizes)


def _urgency(card: ExampleCard) -> tuple[float, ...]:
    """Share of its situations at P1, then at P1 or P2."""
    at = {found.code: found.count for found in card.counts}
    return tuple(sum(at.get(code, 0) for code in codes) / max(1, card.risks) for codes in (("P1",), ("P1", "P2")))
