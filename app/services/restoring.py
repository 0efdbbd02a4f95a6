"""A backup put back into an empty database: checked whole before anything is written, then written in one transaction.

The database is first brought to the schema of the backup, filled, then brought to the present schema: what a release
of five years ago saved comes back today.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.models.dumps import Filling, Row, RowRefused, TableShape, filling
from app.models.engine import Database, open_database, read_url
from app.models.migrate import known_revisions, revision_at, upgrade
from app.services.backup_format import (
    LONGEST_LINE,
    MANIFEST,
    BackupFault,
    Manifest,
    TableRecord,
    read_manifest,
    read_row,
)
from app.services.backups import fingerprint

_MANIFEST_LIMIT = 4 * 1024 * 1024

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError)
"""What the zip reader says of a file that is cut, altered, encrypted, or packed in a way we never use."""

NOT_EMPTY = (
    "La base n'est pas vide : une sauvegarde ne se remet que dans une base neuve. Donnez l'adresse d'une base vide "
    "(JALON_DATABASE_URL ou --db), ou déplacez d'abord l'ancien fichier."
)


class NotEmpty(Exception):
    """The database holds something already; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedBackup:
    """A backup whose every byte was checked against its manifest."""

    path: Path
    manifest: Manifest
    fingerprint: str


def open_backup(path: Path) -> OpenedBackup:
    """Reads a backup through and checks it: names, counts, hashes, every row; raises BackupFault, or OSError."""
    with _archive(path) as archive:
        data = _manifest_bytes(archive)
        manifest = read_manifest(data)
        expected = {MANIFEST, *(table.file for table in manifest.tables)}
        names = [name for name in archive.namelist() if name.startswith("tables/") or name == MANIFEST]
        if sorted(names) != sorted(expected):
            raise BackupFault("ses fichiers ne sont pas ceux que sa description annonce")
        for table in manifest.tables:
            _check_table(archive, table)
    if manifest.revision not in known_revisions():
        raise BackupFault(
            f"elle vient d'une version plus récente de Jalon (schéma {manifest.revision}) : mettez ce programme à jour"
        )
    return OpenedBackup(path=path, manifest=manifest, fingerprint=fingerprint(data))


def restore_backup(backup: OpenedBackup, address: str) -> None:
    """Fills an empty database with a backup, and brings it to the present schema.

    Raises NotEmpty, or BackupFault when a row is refused; the tables are then there, without any row.
    """
    there, wanted = revision_at(address), backup.manifest.revision
    with closing(open_database(address)) as database, filling(database.engine) as target:
        if target.filled() or (there is None and target.tables):  # tables of another program
            raise NotEmpty
    if there not in {None, wanted}:
        raise BackupFault(f"elle est au schéma {wanted} et la base au schéma {there} : donnez une base sans table")
    upgrade(address, backup.manifest.revision)
    with closing(open_database(address)) as database, _archive(backup.path) as archive:
        _fill(database, archive, backup.manifest)
    upgrade(address)
    _drop_copy(address, backup.manifest.revision)


def _fill(database: Database, archive: zipfile.ZipFile, manifest: Manifest) -> None:
    with filling(database.engine) as target:
        if target.filled():  # somebody began to use it meanwhile
            raise NotEmpty
        _refuse_other_tables(target, manifest)
        try:
            for table in manifest.tables:
                put = target.put(table.shape, _rows(archive, table))
                if put != table.rows:
                    raise _altered(table)
        except RowRefused as refused:
            raise BackupFault(
                f"une ligne de la table {refused.table} n'est pas acceptée par la base ; elle a été écrite ou modifiée "
                "hors de Jalon"
            ) from refused


def _refuse_other_tables(target: Filling, manifest: Manifest) -> None:
    """Both sides describe the same tables, whatever the order of their columns."""

    def described(shapes: Iterator[TableShape]) -> dict[str, set[tuple[str, str]]]:
        return {shape.name: {(column.name, column.kind.value) for column in shape.columns} for shape in shapes}

    if described(iter(target.tables)) != described(table.shape for table in manifest.tables):
        raise BackupFault(f"ses tables ne sont pas celles du schéma {manifest.revision}")


def _drop_copy(address: str, revision: str) -> None:
    """The upgrade of a SQLite file leaves a copy of it: here the backup itself is that copy."""
    url = read_url(address)
    if url.get_backend_name() == "sqlite":
        Path(f"{url.database}.before-{revision}").unlink(missing_ok=True)


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGED as error:
        raise BackupFault("le fichier est abîmé ou incomplet, ou n'est pas une sauvegarde de Jalon") from error


def _manifest_bytes(archive: zipfile.ZipFile) -> bytes:
    try:
        with archive.open(MANIFEST) as entry:
            data = entry.read(_MANIFEST_LIMIT + 1)
    except KeyError as error:
        raise BackupFault("ce n'est pas une sauvegarde de Jalon : elle n'a pas de manifest.json") from error
    if len(data) > _MANIFEST_LIMIT:
        raise BackupFault("sa description (manifest.json) est démesurée")
    return data


def _check_table(archive: zipfile.ZipFile, table: TableRecord) -> None:
    digest = hashlib.sha256()
    count = sum(1 for _row in _rows(archive, table, digest.update))
    if (count, digest.hexdigest()) != (table.rows, table.sha256):
        raise _altered(table)


def _altered(table: TableRecord) -> BackupFault:
    return BackupFault(f"la table {table.shape.name} a été modifiée ou tronquée depuis la sauvegarde")


def _rows(
    archive: zipfile.ZipFile, table: TableRecord, seen: Callable[[bytes], object] = lambda _line: None
) -> Iterator[Row]:
    with archive.open(table.file) as entry:
        while line := entry.readline(LONGEST_LINE):
            seen(line)
            if not line.endswith(b"\n"):
                raise _altered(table)
            yield read_row(table.shape, line)
