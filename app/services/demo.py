"""The demonstration: one service, twelve firms and their people, made once; the shipped examples on the door page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.dossier_json import from_json
from app.domain.inputs import FirmAssessment
from app.intake.answers_toml import read_answers
from app.intake.images import read_picture
from app.models.account import Account
from app.models.document import DocumentFile, DocumentVersion
from app.models.draft import ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.membership import Membership
from app.models.service import Service
from app.models.stored_values import store_set
from app.services.cases import rebuild_cases
from app.services.clock import local_day
from app.services.demo_campaign import CAMPAIGN, play_campaign
from app.services.demo_cast import Stage, account_of
from app.services.demo_firms import DEMO_FIRMS, SHIPPED, DemoFirm
from app.services.demo_log import LOG, play_log
from app.services.demo_people import PASSWORD, PROFESSIONS_OF, SECTORS_OF, STAFF, seed_of
from app.services.demo_story import Story
from app.services.demo_transaction import loaded_firms, one_firm
from app.services.documents import project_documents, seal_now
from app.services.example_cards import ExampleCard, FileKind, card_from_dossier, slug_of
from app.services.passwords import hash_password
from app.services.prevention_services import ServiceFacts, create_service, find_service
from app.services.version_rows import DOCX, XLSX
from questionnaires.catalogue import Catalogue

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
"""Folder of the shipped examples; absent where only the packages were installed."""

DEMO_SERVICE = "garrigues"
"""Slug of the service of the demonstration."""

LOGO = "logo.png"

_FACTS = ServiceFacts(
    name="Santé Travail des Garrigues",
    phone="04 65 71 20 30",
    phone_hours="du lundi au vendredi, 8\u00a0h\u00a030 –\u00a017\u00a0h",
    address="12 rue des Micocouliers, 34999 Sauveclaire",
    legal_words=(
        "Santé Travail des Garrigues est un service inventé pour la démonstration de Jalon : ni lui, ni ses "
        "entreprises, ni les personnes qui y travaillent n'existent. Le numéro de téléphone ne mène nulle part. "
        "La démonstration ne s'ouvre que sur l'ordinateur qui la fait tourner."
    ),
    colour="#0b4f6c",
    reception=True,
)

_Files = Mapping[FileKind, bytes]


@dataclass(frozen=True, slots=True)
class _Kept:
    card: ExampleCard
    files: _Files


def demo_files(folder: Path = EXAMPLES) -> dict[str, bytes]:
    """The answers files and the logo of the demonstration, by name; empty where they were not installed."""
    found = (*folder.glob("*.toml"), *(folder / "demo").glob("*.toml"), folder / "demo" / LOGO)
    return {path.name: path.read_bytes() for path in sorted(found) if path.exists()}


def load_demo(
    database: Database, files: Mapping[str, bytes], *, catalogue: Catalogue, seal_key: bytes, at: datetime
) -> int:
    """Make what the demonstration lacks: its service, its staff, its firms; returns how many firms were added.

    `files` holds answers files and the logo by name; a firm whose file is not among them is left out. Raises
    AnswersFaults when one is wrong. Running it again changes nothing, and goes on where a run was interrupted.
    """
    firms = {name: read_answers(text, catalogue=catalogue, file=name) for name, text in _answers(files)}
    service = _service(database, files, at=at)
    with database.read(service_id=service.id) as session:
        loaded = loaded_firms(session)
        staffed = session.scalar(select(Membership.id).where(Membership.establishment_id.is_(None)).limit(1))
    missing = [firm for firm in DEMO_FIRMS if firm.code not in loaded and set(firm.files) <= set(firms)]
    if not missing and staffed is not None and {LOG, CAMPAIGN} <= loaded:
        return 0
    password_hash = hash_password(PASSWORD)
    if staffed is None:
        _hire(database, service, password_hash=password_hash, at=at)
    for firm in missing:
        _play(database, service, firm, firms=firms, catalogue=catalogue, password_hash=password_hash)
    if LOG not in loaded:
        play_log(database, service)
    if CAMPAIGN not in loaded:
        play_campaign(database, service)
    rebuild_cases(database, service.id, local_day(at, service.zone))
    seal_now(database, service, key=seal_key, at=at)
    return len(missing)


def _answers(files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    return sorted((name, text) for name, text in files.items() if name.endswith(".toml"))


def _service(database: Database, files: Mapping[str, bytes], *, at: datetime) -> Service:
    with database.read() as session:
        known = find_service(session, DEMO_SERVICE)
    if known is not None:
        return known
    logo = read_picture(files[LOGO]) if LOGO in files else None
    return create_service(database, DEMO_SERVICE, replace(_FACTS, logo=logo), at=at)


def _hire(database: Database, service: Service, *, password_hash: str, at: datetime) -> None:
    """The staff: they sign in with the password and a code of an authenticator whose seed is public."""
    with database.unit_of_work(service_id=service.id) as uow:
        for email, role, function in STAFF:
            account = uow.get_one(Account, account_of(uow, email, password_hash=password_hash, at=at))
            account.totp_secret = seed_of(email)
            uow.add(
                Membership(
                    account_id=account.id,
                    establishment_id=None,
                    role=role.value,
                    function=function,
                    from_on=local_day(at, service.zone),
                    to_on=None,
                    created_at=at,
                    profession=PROFESSIONS_OF.get(email, ""),
                    sectors=store_set(SECTORS_OF.get(email, ())),
                )
            )


def _play(
    database: Database,
    service: Service,
    firm: DemoFirm,
    *,
    firms: Mapping[str, FirmAssessment],
    catalogue: Catalogue,
    password_hash: str,
) -> None:
    with one_firm(database, service.id, firm.code) as joined:
        stage = Stage(database=joined, service=service, catalogue=catalogue, firms=firms, password_hash=password_hash)
        firm.play(Story(stage), stage)


class DatabaseShelf:
    """The shipped examples as the demonstration has them; what was read of them is kept as long as the process."""

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
            shipped = select(EstablishmentRow.id).where(EstablishmentRow.siret.in_(SHIPPED))
            loaded = session.scalars(shipped.order_by(EstablishmentRow.created_at, EstablishmentRow.name)).all()
        for establishment_id in loaded:
            if establishment_id not in self._kept:
                files = self._read(service, establishment_id)
                if files:
                    self._kept[establishment_id] = _Kept(card=_card(files), files=files)
        return tuple(self._kept[establishment_id] for establishment_id in loaded if establishment_id in self._kept)

    def _read(self, service: Service, establishment_id: UUID) -> _Files:
        """The stored files of its first version; those of its project, made now, when it has none; else nothing."""
        with self._database.read(service_id=service.id) as session:
            version = _first_version(session, establishment_id)
            if version is not None:
                return {FileKind.DOSSIER: version.payload.encode("utf-8"), **_stored(session, version)}
            drafts = select(ThemeDraft.assessed_on).where(ThemeDraft.establishment_id == establishment_id)
            assessed_on = max(session.scalars(drafts), default=None)
        if assessed_on is None:
            return {}
        made = project_documents(
            self._database, service, establishment_id, catalogue=self._catalogue, assessed_on=assessed_on
        )
        return {FileKind.SECTION: made.docx, FileKind.PLAN: made.xlsx, FileKind.DOSSIER: made.payload}


def _first_version(session: Session, establishment_id: UUID) -> DocumentVersion | None:
    """Its first version: whoever visits the demonstration may make others, and the example stays what it is."""
    versions = select(DocumentVersion).where(
        DocumentVersion.establishment_id == establishment_id, DocumentVersion.kind == "version"
    )
    return session.scalars(versions.order_by(DocumentVersion.number)).first()


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
