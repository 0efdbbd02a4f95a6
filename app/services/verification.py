"""Checks every register of a database against what is stored, and says what that cannot show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import LargeBinary, cast, select
from sqlalchemy.orm import Session

from app.domain.register import RegisterLine, Seal
from app.domain.register_check import Finding, FindingKind, StoredFile, StoredPayload, check_register, limits
from app.domain.words import counted
from app.models.document import DocumentFile, DocumentVersion
from app.models.document import RegisterLine as RegisterRow
from app.models.document import Seal as SealRow
from app.models.engine import Database
from app.services.registers import line_of, register_key, seal_of

UNREADABLE = (
    "Une valeur de la base ne peut pas être lue : elle a été écrite hors de Jalon. La vérification s'est arrêtée là ; "
    "comparez la base à sa dernière sauvegarde."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a check of the whole database found."""

    lines: int
    seals: int
    findings: tuple[Finding, ...]
    limits: tuple[str, ...]


def verify_database(database: Database, *, key: bytes | None, anchors: Sequence[str] = ()) -> Verification:
    """Recomputes every chain, every content hash and every file hash; bodies are read one at a time."""
    try:
        return _verified(database, key=key, anchors=anchors)
    except (ValueError, TypeError, AttributeError):  # a column no longer holds what Jalon writes: a date that is a word
        finding = Finding(kind=FindingKind.LINE_ALTERED, establishment="", seq=0, words=UNREADABLE)
        return Verification(lines=0, seals=0, findings=(finding,), limits=())


def verification_words(result: Verification) -> str:
    """What a check found and what it cannot show, in French lines."""
    counts = f"{counted(result.lines, 'ligne')} de registre, {counted(result.seals, 'scellé')}"
    if result.findings:
        head = f"{counted(len(result.findings), 'anomalie')} ({counts}) :"
        said = [head, *(f"- {finding.words}" for finding in result.findings)]
    else:
        said = [f"Aucune anomalie : {counts}."]
    if result.limits:
        said += ["Ce que cette vérification ne peut pas montrer :", *(f"- {each}" for each in result.limits)]
    return "\n".join(said)


def _verified(database: Database, *, key: bytes | None, anchors: Sequence[str]) -> Verification:
    with database.across_services("verify every register of the installation") as session:
        lines = tuple(_lines(session))
        seals = tuple(_seals(session))
        seqs = {(row.establishment_id, row.version_number): row.seq for row in session.scalars(select(RegisterRow))}
        findings = check_register(
            lines,
            payloads=_payloads(session, seqs),
            files=_files(session, seqs),
            seals=seals,
            key=key,
            anchors=anchors,
        )
        said = limits(lines, seals=seals, key=key, anchors=anchors)
    return Verification(lines=len(lines), seals=len(seals), findings=findings, limits=said)


def _lines(session: Session) -> Iterator[RegisterLine]:
    query = select(RegisterRow).order_by(RegisterRow.establishment_id, RegisterRow.seq)
    for row in session.scalars(query):
        yield line_of(row, register_key(row.service_id))


def _seals(session: Session) -> Iterator[Seal]:
    for row in session.scalars(select(SealRow).order_by(SealRow.service_id, SealRow.seq)):
        yield seal_of(row, register_key(row.service_id))


_Seqs = dict[tuple[UUID, int], int]


def _payloads(session: Session, seqs: _Seqs) -> Iterator[StoredPayload]:
    query = select(DocumentVersion.establishment_id, DocumentVersion.number, DocumentVersion.payload).where(
        DocumentVersion.kind == "version"
    )
    for place, number, payload in session.execute(query.execution_options(yield_per=20)):
        seq = seqs.get((place, number or 0), number or 0)
        yield StoredPayload(establishment=register_key(place), seq=seq, body=payload.encode("utf-8"))


def _files(session: Session, seqs: _Seqs) -> Iterator[StoredFile]:
    # Cast: SQLite hands out a tampered column as the text it was made, and may fail to decode it.
    body_of = cast(DocumentFile.content, LargeBinary)
    query = select(DocumentVersion.establishment_id, DocumentVersion.number, DocumentFile.kind, body_of).join(
        DocumentVersion, DocumentVersion.id == DocumentFile.document_version_id
    )
    for place, number, kind, body in session.execute(query.execution_options(yield_per=20)):
        seq = seqs.get((place, number or 0), number or 0)
        yield StoredFile(establishment=register_key(place), seq=seq, name=kind, body=body)
