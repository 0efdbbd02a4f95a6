"""The file of a backup: a zip that anybody can open without Jalon. docs/backup.md describes it.

`manifest.json` says what it is and holds the SHA-256 and the number of rows of each table; `tables/<name>.jsonl` has
one JSON object per row; `LISEZMOI.txt` says so in words.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from app.models.dumps import ColumnShape, Kind, Row, TableShape, Value

FORMAT = "jalon-backup"
FORMAT_NUMBER = 1
MANIFEST = "manifest.json"
READ_ME = "LISEZMOI.txt"
LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of one row: a stored file is 5 MB at most, a third more in base 64."""

READ_ME_WORDS = """\
Sauvegarde d'un portail Jalon (evaluation des risques professionnels).

manifest.json        ce que contient la sauvegarde : numero de format, schema, date (UTC), et pour chaque table
                     ses colonnes, son nombre de lignes et l'empreinte SHA-256 de son fichier
tables/<nom>.jsonl   une ligne de texte par ligne de la table, chacune un objet JSON (UTF-8, fins de ligne LF)

Types : uuid (8-4-4-4-12) ; instant (ISO 8601, UTC) ; day (AAAA-MM-JJ) ; bytes (base 64) ; integer ; boolean ; text.
Les documents Word et les tableurs sont dans tables/document_file.jsonl, colonne content, en base 64.
Les dossiers valides sont dans tables/document_version.jsonl, colonne payload.
Les cles de l'installation (seal_key, secret_key) ne sont pas ici : elles se gardent a part.

Pour remettre en place, dans une base vide : jalon restore <ce fichier>
"""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


_Said = TypeVar("_Said", bool, int, str)


class BackupFault(Exception):
    """A file cannot be used as a backup; the message is in French."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRecord:
    """What the manifest says of one table."""

    shape: TableShape
    rows: int
    sha256: str
    """Of the bytes of its file."""

    @property
    def file(self) -> str:
        """Its name in the zip."""
        return f"tables/{self.shape.name}.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds."""

    revision: str
    """Schema of the database it was taken from."""
    made_at: datetime
    engine: str
    tables: tuple[TableRecord, ...]
    """Parents before children: the order to put them back in."""

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.rows for table in self.tables)


def write_row(shape: TableShape, row: Row) -> bytes:
    """One line of a table's file, its end of line included."""
    said = {column.name: _said(value) for column, value in zip(shape.columns, row, strict=True)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"


def read_row(shape: TableShape, line: bytes) -> Row:
    """The row of a line; raises BackupFault when it is not one of that table."""
    try:
        said = json.loads(line)
        if not isinstance(said, dict) or set(said) != {column.name for column in shape.columns}:
            raise ValueError("not the columns of the table")
        return tuple(_read(column, said[column.name]) for column in shape.columns)
    except (ValueError, TypeError, RecursionError) as error:
        raise BackupFault(f"une ligne de la table {shape.name} ne se lit pas") from error


def _said(value: Value) -> object:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")
    return value


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without zone")
    return instant


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base 64") from error


_FROM_TEXT: dict[Kind, Callable[[str], Value]] = {
    Kind.IDENTITY: UUID,
    Kind.INSTANT: _instant,
    Kind.DAY: date.fromisoformat,
    Kind.BYTES: _bytes,
    Kind.TEXT: str,
}


def _read(column: ColumnShape, said: object) -> Value:
    if said is None:
        return None
    if column.kind is Kind.FLAG:
        return _exactly(said, bool)
    if column.kind is Kind.NUMBER:
        return _exactly(said, int)
    return _FROM_TEXT[column.kind](_exactly(said, str))


def _exactly(said: object, wanted: type[_Said]) -> _Said:
    if type(said) is not wanted:  # True is no number here
        raise TypeError(f"{type(said).__name__} instead of {wanted.__name__}")
    return said


def write_manifest(manifest: Manifest) -> bytes:
    """The manifest as indented JSON."""
    said = {
        "format": FORMAT,
        "format_number": FORMAT_NUMBER,
        "schema": manifest.revision,
        "made_at": _said(manifest.made_at),
        "engine": manifest.engine,
        "tables": [_table_said(table) for table in manifest.tables],
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _table_said(table: TableRecord) -> dict[str, object]:
    return {
        "name": table.shape.name,
        "file": table.file,
        "rows": table.rows,
        "sha256": table.sha256,
        "columns": [{"name": column.name, "kind": column.kind.value} for column in table.shape.columns],
    }


def read_manifest(data: bytes) -> Manifest:
    """The manifest of a backup; raises BackupFault when it is none, or of a format this program does not know."""
    try:
        said = json.loads(data)
        if said["format"] != FORMAT:
            raise ValueError("another format")
        number = _exactly(said["format_number"], int)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BackupFault("ce n'est pas une sauvegarde de Jalon (manifest.json)") from error
    if number > FORMAT_NUMBER:
        raise BackupFault(
            f"le format {number} est plus récent que ce programme (format {FORMAT_NUMBER}) : mettez Jalon à jour"
        )
    try:
        return Manifest(
            revision=_matching(said["schema"], _NAME_OR_NUMBER),
            made_at=_instant(said["made_at"]),
            engine=_exactly(said["engine"], str),
            tables=_tables(said["tables"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise BackupFault("sa description (manifest.json) ne se lit pas") from error


_NAME_OR_NUMBER = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


def _tables(said: Iterable[Any]) -> tuple[TableRecord, ...]:
    tables = tuple(_table(each) for each in said)
    if len({table.shape.name for table in tables}) != len(tables):
        raise ValueError("a table twice")
    return tables


def _table(said: Any) -> TableRecord:
    columns = tuple(
        ColumnShape(name=_matching(each["name"], _NAME), kind=Kind(each["kind"])) for each in said["columns"]
    )
    return TableRecord(
        shape=TableShape(name=_matching(said["name"], _NAME), columns=columns),
        rows=_exactly(said["rows"], int),
        sha256=_matching(said["sha256"], _SHA256),
    )


def _matching(said: Any, pattern: re.Pattern[str]) -> str:
    if not isinstance(said, str) or not pattern.fullmatch(said):
        raise ValueError("unexpected words")
    return said
