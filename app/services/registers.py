"""The register as rows and as pure lines: written in one place, read back whole for a check."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.canonical import encode
from app.domain.register import FileHash, Head, RegisterLine, Seal, heads_of, make_seal
from app.models.document import RegisterLine as RegisterRow
from app.models.document import Seal as SealRow
from app.models.service import Service
from app.models.tenancy import service_of


def register_key(identity: UUID) -> str:
    """How a service or an establishment is named in the register: by its identity, since slugs and names change."""
    return str(identity)


def register_of(session: Session, establishment_id: UUID, service: Service) -> tuple[RegisterLine, ...]:
    """The register of one establishment, first line first."""
    query = select(RegisterRow).where(RegisterRow.establishment_id == establishment_id).order_by(RegisterRow.seq)
    return tuple(line_of(row, register_key(service.id)) for row in session.scalars(query))


def last_line(session: Session, establishment_id: UUID, service: Service) -> RegisterLine | None:
    """The last line of one establishment, None before its first version."""
    query = select(RegisterRow).where(RegisterRow.establishment_id == establishment_id)
    row = session.scalars(query.order_by(RegisterRow.seq.desc()).limit(1)).first()
    return None if row is None else line_of(row, register_key(service.id))


def line_of(row: RegisterRow, service: str) -> RegisterLine:
    """The pure line of a row; what was tampered with comes out as it is stored, for the check to find."""
    return RegisterLine(
        service=service,
        establishment=register_key(row.establishment_id),
        seq=row.seq,
        version=row.version_number,
        drafted_on=row.drafted_on,
        content_sha256=row.content_sha256,
        files=read_files(row.files),
        previous=row.previous_sha256,
        line_sha256=row.line_sha256,
    )


def add_line(uow: Session, line: RegisterLine, *, establishment_id: UUID, version: int, at: datetime) -> None:
    """Writes a line; the database refuses two lines of one rank."""
    uow.add(
        RegisterRow(
            establishment_id=establishment_id,
            seq=line.seq,
            version_number=version,
            drafted_on=line.drafted_on,
            content_sha256=line.content_sha256,
            files=encode([[name, digest] for name, digest in line.files]).decode("utf-8"),
            previous_sha256=line.previous,
            line_sha256=line.line_sha256,
            recorded_at=at,
        )
    )


def seals_of(session: Session, service: Service) -> tuple[Seal, ...]:
    """The seals of a service in the order they were made."""
    query = select(SealRow).where(SealRow.service_id == service.id).order_by(SealRow.seq)
    return tuple(seal_of(row, register_key(service.id)) for row in session.scalars(query))


def seal_service(uow: Session, service: Service, *, key: bytes, on: date, at: datetime) -> Seal | None:
    """Seals every head that changed since the last seal; None when nothing did.

    Made once a day by the worker, and after every version made from the command line.
    """
    if service.id != service_of(uow):
        raise ValueError("this session works for another service")
    known = seals_of(uow, service)
    rows = uow.scalars(select(RegisterRow))
    heads = heads_of((line_of(row, register_key(service.id)) for row in rows), sealed=known)
    if not heads:
        return None
    previous = known[-1] if known else None
    seal = make_seal(heads, service=register_key(service.id), sealed_on=on, previous=previous, key=key)
    uow.add(
        SealRow(
            seq=len(known) + 1,
            sealed_on=seal.sealed_on,
            sealed_at=at,
            heads=encode([list(head) for head in seal.heads]).decode("utf-8"),
            hmac=seal.hmac,
            previous_hmac=seal.previous_hmac,
        )
    )
    uow.flush()
    return seal


def read_files(text: str) -> tuple[FileHash, ...]:
    """The files of a stored line; empty when the text was tampered with beyond reading."""
    return tuple(FileHash(str(name), str(digest)) for name, digest in _pairs(text, 2))


def seal_of(row: SealRow, service: str) -> Seal:
    """The pure seal of a row; what was tampered with comes out as it is stored."""
    heads = tuple(
        Head(str(place), seq if isinstance(seq, int) else 0, str(digest)) for place, seq, digest in _pairs(row.heads, 3)
    )
    return Seal(
        service=service,
        sealed_on=row.sealed_on,
        heads=heads,
        previous_hmac=row.previous_hmac,
        hmac=row.hmac,
    )


def _pairs(text: str, width: int) -> Iterable[list[object]]:
    try:
        read = json.loads(text)
    except ValueError:
        return []
    if not isinstance(read, list) or not all(isinstance(item, list) and len(item) == width for item in read):
        return []
    return read
