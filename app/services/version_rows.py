"""The rows a version leaves: the frozen dossier and its files, the register line, the ratings, the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.canonical import sha256_hex
from app.domain.dossier import Dossier
from app.domain.inputs import Validation
from app.domain.register import RegisterLine
from app.models.document import DocumentFile, DocumentVersion, keep_until
from app.services.facts import Act, FactKind, note_fact
from app.services.rating_rows import rating_of
from app.services.registers import add_line

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


def write_version(
    uow: Session, issued: Issued, establishment_id: UUID, *, validation: Validation, drafted_on: date, at: datetime
) -> None:
    """The version, the bytes handed out for it, and its line in the register."""
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


def write_ratings(
    uow: Session, dossier: Dossier, content: Mapping[str, UUID], establishment_id: UUID, *, at: datetime
) -> None:
    """What the engine computed, dated by the assessment."""
    uow.add_all(
        rating_of(row, establishment_id, content_id=content[row.theme], on=dossier.assessed_on, at=at)
        for row in dossier.rows
    )


def write_facts(uow: Session, issued: Issued, content: Mapping[str, UUID], act: Act) -> None:
    """The version as an act to count, then one section for each theme it concludes on; `act` says when and by whom."""
    dossier, place = issued.documents.dossier, UUID(issued.line.establishment)
    subject = f"version {issued.number}"
    note_fact(uow, place, replace(act, kind=FactKind.VERSION_MADE, subject=subject, theme=" ".join(sorted(content))))
    still_open = {theme.theme for theme in dossier.open_themes}
    for theme in sorted(set(content) - still_open):
        section = replace(
            act,
            kind=FactKind.SECTION_MADE,
            subject=subject,
            theme=theme,
            format=DOCX,
            content_version_id=content[theme],
        )
        note_fact(uow, place, section)
