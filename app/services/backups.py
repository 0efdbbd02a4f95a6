"""A backup of the whole installation: read in one snapshot while the portal runs, written whole or not at all.

The keys of the installation are not in it: who holds the file alone can forge no seal and open no session.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select

from app.models.access_record import AccessRecord
from app.models.dumps import Snapshot, TableShape, revision_of, snapshot
from app.models.engine import Database
from app.models.migrate import head_revision
from app.models.service import Service
from app.services.backup_format import (
    MANIFEST,
    READ_ME,
    READ_ME_WORDS,
    BackupFault,
    Manifest,
    TableRecord,
    write_manifest,
    write_row,
)

EXISTS = "ce fichier existe déjà : donnez un autre nom, ou ajoutez --replace"
COMMAND = "ligne de commande"
"""Who takes a backup, as the record of openings says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A backup that was written."""

    manifest: Manifest
    fingerprint: str
    """SHA-256 of the manifest, which holds those of all tables."""
    size: int
    """Bytes of the file."""


def make_backup(database: Database, path: Path, *, replace: bool, at: datetime) -> Backup:
    """Writes a backup there, readable by its owner alone, and notes in each service that it was taken.

    It is written beside its place, then put there in one go. Raises BackupFault when a file is there already and
    `replace` is not asked, or when a value of the database cannot be read; OSError when the disk refuses.
    """
    if not replace and path.exists():
        raise BackupFault(EXISTS)
    _note(database, path.name, at=at)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as stream:
            manifest = _write(database, stream, at=at)
            stream.flush()
            os.fsync(stream.fileno())
            size = stream.seek(0, os.SEEK_END)
        if not replace and path.exists():  # somebody was faster
            raise BackupFault(EXISTS)
        part.replace(path)
        _settle(path.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
    return Backup(manifest=manifest, fingerprint=fingerprint(write_manifest(manifest)), size=size)


def fingerprint(manifest: bytes) -> str:
    """What stands for a whole backup: the hash of its manifest, which holds the hash of each table."""
    return hashlib.sha256(manifest).hexdigest()


def _note(database: Database, name: str, *, at: datetime) -> None:
    """One opening in the record of each service; an older schema has no such record."""
    if revision_of(database.engine) != head_revision():
        return
    with database.read() as session:
        services = tuple(session.scalars(select(Service.id)))
    for service_id in services:
        with database.unit_of_work(service_id=service_id) as uow:
            uow.add(
                AccessRecord(
                    establishment_id=None,
                    what="sauvegarde",
                    subject=name.encode("utf-8", "replace").decode("utf-8"),
                    account_id=None,
                    author_role=COMMAND,
                    recorded_at=at,
                )
            )


def _write(database: Database, stream: IO[bytes], *, at: datetime) -> Manifest:
    with snapshot(database.engine) as taken, zipfile.ZipFile(stream, "w") as archive:
        if taken.revision is None:
            raise BackupFault("la base est vide : il n'y a rien à sauvegarder")
        archive.writestr(_entry(READ_ME, at), READ_ME_WORDS)
        manifest = Manifest(
            revision=taken.revision,
            made_at=at,
            engine=database.engine.dialect.name,
            tables=tuple(_write_table(archive, taken, shape, at=at) for shape in taken.tables),
        )
        archive.writestr(_entry(MANIFEST, at), write_manifest(manifest))
    return manifest


def _write_table(archive: zipfile.ZipFile, taken: Snapshot, shape: TableShape, *, at: datetime) -> TableRecord:
    digest, count = hashlib.sha256(), 0
    with archive.open(_entry(f"tables/{shape.name}.jsonl", at), "w", force_zip64=True) as entry:
        try:
            for row in taken.rows(shape.name):
                line = write_row(shape, row)
                digest.update(line)
                entry.write(line)
                count += 1
        except (ValueError, TypeError, AttributeError) as error:  # a day that is a word: not written by Jalon
            raise BackupFault(f"une valeur de la table {shape.name} ne se lit pas : lancez « jalon verify »") from error
    return TableRecord(shape=shape, rows=count, sha256=digest.hexdigest())


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    at = at.astimezone(UTC)
    entry = zipfile.ZipInfo(name, date_time=(at.year, at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _settle(folder: Path) -> None:
    """Makes the name itself last through a power cut, where the system allows it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
