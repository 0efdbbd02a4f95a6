"""A database of the first released schema, filled: committed rows, put in and read back without our models."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Date, DateTime, LargeBinary, MetaData, Table, Uuid

Rows = dict[str, list[dict[str, Any]]]


def filled_rows() -> Rows:
    rows: Rows = json.loads(Path(__file__).with_name("filled_0001.json").read_text(encoding="utf-8"))
    return rows


def put_rows(connection: Connection, rows: Rows) -> None:
    tables = _tables(connection)
    for table in tables.sorted_tables:
        for row in rows.get(table.name, []):  # one by one: a fact may void a fact put before it
            connection.execute(table.insert(), {name: _in(table.c[name], value) for name, value in row.items()})


def read_rows(connection: Connection, like: Rows) -> Rows:
    """The rows of the tables of `like`, with its columns and in its order."""
    tables = _tables(connection).tables
    return {name: _read(connection, tables[name], rows) for name, rows in like.items()}


def _read(connection: Connection, table: Table, like: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = {_out(row["id"]): row for row in connection.execute(table.select()).mappings()}
    assert len(found) == len(like), f"{table.name} has {len(found)} rows, expected {len(like)}"
    return [{name: _out(found[row["id"]][name]) for name in row} for row in like]


def _tables(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata


def _in(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, Uuid):
        return UUID(value)
    if isinstance(kind, DateTime):
        instant = datetime.fromisoformat(value)
        return instant if kind.timezone else instant.replace(tzinfo=None)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return bytes.fromhex(value) if isinstance(kind, LargeBinary) else value


def _out(value: Any) -> Any:
    match value:
        case UUID():
            return value.hex
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
        case date():
            return value.isoformat()
        case bytes():
            return value.hex()
    return value
