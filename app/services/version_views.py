"""The versions of a document as a page shows them, and the bytes handed out for them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from app.models.document import DocumentFile, DocumentVersion
from app.models.exchange import Transmission
from app.services.version_rows import DOCX, XLSX

DOSSIER = "dossier"
"""Name of the frozen dossier among the files of a version."""
FILE_KINDS = (DOCX, XLSX, DOSSIER)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version of the document, and what became of it."""

    version_id: UUID
    number: int
    validated_on: date
    trigger: str
    reason: str
    author_role: str
    content_sha256: str
    keep_until: date
    receipt: str
    """Number of the receipt; empty while it was not handed over."""
    sent_on: date | None
    sent_at: datetime | None
    cse_line: str
    """What was done with the CSE, in words; only read of the version a page is about."""

    @property
    def fingerprint(self) -> str:
        """The first twelve characters of its hash, by four: what the foot of the Word file shows."""
        return " ".join(self.content_sha256[at : at + 4] for at in (0, 4, 8))


def versions_of(session: Session, establishment_id: UUID) -> tuple[VersionLine, ...]:
    """Every version, the last one first; the words of the CSE are read of the last one alone."""
    query = _lines(DocumentVersion.number == last_number(establishment_id)).where(
        DocumentVersion.establishment_id == establishment_id, DocumentVersion.kind == "version"
    )
    found = session.execute(query.order_by(DocumentVersion.number.desc()))
    return tuple(_version_line(row) for row in found)


def version_of(session: Session, establishment_id: UUID, number: int) -> VersionLine | None:
    """One version, None when there is none of that number."""
    query = _lines(DocumentVersion.number.is_not(None)).where(
        DocumentVersion.establishment_id == establishment_id, DocumentVersion.number == number
    )
    row = session.execute(query).first()
    return None if row is None else _version_line(row)


def version_file(session: Session, establishment_id: UUID, number: int, kind: str) -> bytes | None:
    """The bytes handed out for a version, as they were frozen; None when there is no such file."""
    of_it = and_(DocumentVersion.establishment_id == establishment_id, DocumentVersion.number == number)
    if kind == DOSSIER:
        payload = session.scalar(select(DocumentVersion.payload).where(of_it))
        return None if payload is None else payload.encode("utf-8")
    query = (
        select(DocumentFile.content)
        .join(DocumentVersion, DocumentVersion.id == DocumentFile.document_version_id)
        .where(of_it, DocumentFile.kind == kind)
    )
    return session.scalar(query)


def last_number(establishment_id: UUID) -> ScalarSelect[int | None]:
    """The number of the last version of an establishment, inside another statement."""
    other = aliased(DocumentVersion)
    return select(func.max(other.number)).where(other.establishment_id == establishment_id).scalar_subquery()


def _lines(with_payload: ColumnElement[bool]) -> Select[Any]:
    version = DocumentVersion
    columns = (
        version.id,
        version.number,
        version.validated_on,
        version.trigger,
        version.reason,
        version.author_role,
        version.content_sha256,
        version.keep_until,
        case((with_payload, version.payload), else_=None).label("payload"),
        Transmission.receipt,
        Transmission.sent_on,
        Transmission.recorded_at,
    )
    return select(*columns).outerjoin(Transmission, Transmission.document_version_id == version.id)


def _version_line(row: Any) -> VersionLine:
    return VersionLine(
        version_id=row.id,
        number=row.number,
        validated_on=row.validated_on,
        trigger=row.trigger,
        reason=row.reason,
        author_role=row.author_role,
        content_sha256=row.content_sha256,
        keep_until=row.keep_until,
        receipt=row.receipt or "",
        sent_on=row.sent_on,
        sent_at=row.recorded_at,
        cse_line=_cse_line(row.payload),
    )


def _cse_line(payload: str | None) -> str:
    card = (json.loads(payload).get("version") if payload else None) or {}
    # On a page there is no table to send the reader to.
    return str(card.get("cse_line", "")).replace(" (voir le tableau)", "")
