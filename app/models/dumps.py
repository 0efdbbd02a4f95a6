"""Every table of a database read in one consistent snapshot, and put back into an empty one; with app.models.migrate,
the only place that handles whole tables of all services.

The tables are those the database has, not those of the models: a database of an older schema is read and filled the
same way. Values cross this border as plain Python (UUID, aware instants, days, bytes), whatever the engine keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import islice
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CHAR,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Uuid,
    select,
)
from sqlalchemy.exc import DataError, IntegrityError

from app.models.migrate import current_revision

_ITS_OWN = "alembic_version"
_ROWS_AT_ONCE = 500
_BODIES_AT_ONCE = 1
"""Rows held in memory where a column keeps files: one may weigh megabytes."""

Value = UUID | datetime | date | bytes | bool | int | str | None
Row = tuple[Value, ...]


class Kind(StrEnum):
    """What a column holds."""

    IDENTITY = "uuid"
    INSTANT = "instant"
    DAY = "day"
    BYTES = "bytes"
    FLAG = "boolean"
    NUMBER = "integer"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnShape:
    """One column: its name and what it holds."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """One table: its columns in their order."""

    name: str
    columns: tuple[ColumnShape, ...]


class RowRefused(Exception):
    """The database does not accept a row: a value out of its bounds, or a reference to nothing."""

    def __init__(self, table: str) -> None:
        self.table = table
        super().__init__(f"a row of {table} was refused")


class Snapshot:
    """A database as it was at one instant; others go on writing meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = _reflected(connection)
        self.revision = current_revision(connection)

    @property
    def tables(self) -> tuple[TableShape, ...]:
        """The tables, parents before children."""
        return tuple(_shape(table) for table in self._tables.values())

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table by identity, a few in memory at a time."""
        table = self._tables[name]
        kinds = tuple(_kind(column) for column in table.columns)
        query = select(table).order_by(*table.primary_key.columns)
        options = {"stream_results": True, "yield_per": _at_once(kinds)}
        with self._connection.execute(query, execution_options=options) as result:
            for row in result:
                yield tuple(_out(kind, value) for kind, value in zip(kinds, row, strict=True))


def revision_of(engine: Engine) -> str | None:
    """The revision of an open database; None when it has no table of Jalon."""
    with engine.connect() as connection:
        return current_revision(connection)


@contextmanager
def snapshot(engine: Engine) -> Iterator[Snapshot]:
    """Reads a database in one read-only transaction: a read of SQLite, REPEATABLE READ on PostgreSQL."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield Snapshot(connection)
        connection.rollback()


class Filling:
    """An empty database being filled; nothing of it stays when the block does not end well."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = _reflected(connection)

    @property
    def tables(self) -> tuple[TableShape, ...]:
        """The tables, parents before children."""
        return tuple(_shape(table) for table in self._tables.values())

    def filled(self) -> tuple[str, ...]:
        """The tables that hold a row already."""
        return tuple(
            name
            for name, table in self._tables.items()
            if self._connection.execute(select(1).select_from(table)).first()
        )

    def put(self, shape: TableShape, rows: Iterable[Row]) -> int:
        """Adds rows and returns how many; a row that refers to another one of its table waits for it.

        Raises RowRefused.
        """
        table = self._tables[shape.name]
        names = tuple(column.name for column in shape.columns)
        own = tuple(names.index(name) for name in _own_references(table))
        identity, waiting, count = names.index("id"), list[Row](), 0
        straight = (row for row in rows if not _put_off(row, own, waiting))
        for batch in _batches(straight, _at_once(tuple(column.kind for column in shape.columns))):
            count += self._insert(table, shape, batch)
        while waiting:
            awaited = {row[identity] for row in waiting}
            ready = [row for row in waiting if not awaited.intersection(row[place] for place in own)]
            if not ready:  # they refer to one another in a circle: no order suits them
                raise RowRefused(shape.name)
            waiting = [row for row in waiting if awaited.intersection(row[place] for place in own)]
            count += self._insert(table, shape, ready)
        return count

    def _insert(self, table: Table, shape: TableShape, rows: Sequence[Row]) -> int:
        naive = self._connection.dialect.name == "sqlite"
        values = [
            {
                column.name: _in(table.columns[column.name], value, naive=naive)
                for column, value in zip(shape.columns, row, strict=True)
            }
            for row in rows
        ]
        try:
            self._connection.execute(table.insert(), values)
        except (DataError, IntegrityError) as error:
            raise RowRefused(table.name) from error
        return len(rows)


@contextmanager
def filling(engine: Engine) -> Iterator[Filling]:
    """Opens a database that has its tables, to be filled in one transaction."""
    with engine.begin() as connection:
        yield Filling(connection)


def _reflected(connection: Connection) -> dict[str, Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return {table.name: table for table in metadata.sorted_tables if table.name != _ITS_OWN}


def _shape(table: Table) -> TableShape:
    columns = tuple(ColumnShape(name=column.name, kind=_kind(column)) for column in table.columns)
    return TableShape(name=table.name, columns=columns)


_KINDS: tuple[tuple[type, Kind], ...] = (
    (Uuid, Kind.IDENTITY),
    (CHAR, Kind.IDENTITY),  # 32 digits, where the engine has no type for identities
    (DateTime, Kind.INSTANT),
    (Date, Kind.DAY),
    (LargeBinary, Kind.BYTES),
    (Boolean, Kind.FLAG),
    (Integer, Kind.NUMBER),
)


def _kind(column: Column[Any]) -> Kind:
    return next((kind for known, kind in _KINDS if isinstance(column.type, known)), Kind.TEXT)


def _own_references(table: Table) -> tuple[str, ...]:
    """Columns that refer to another row of the same table, the service they share apart."""
    return tuple(
        sorted(key.parent.name for key in table.foreign_keys if key.column.table is table and key.column.name == "id")
    )


def _put_off(row: Row, own: tuple[int, ...], waiting: list[Row]) -> bool:
    if all(row[place] is None for place in own):
        return False
    waiting.append(row)
    return True


def _at_once(kinds: Sequence[Kind]) -> int:
    return _BODIES_AT_ONCE if Kind.BYTES in kinds else _ROWS_AT_ONCE


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


def _out(kind: Kind, value: Any) -> Value:
    """The value as every engine means it; raises ValueError or TypeError on what Jalon cannot have written."""
    if value is None:
        return None
    if kind is Kind.IDENTITY and isinstance(value, str):
        return UUID(hex=value)
    if not isinstance(value, _HELD[kind]):
        raise TypeError(f"{type(value).__name__} instead of {kind}")
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return cast(Value, value)


_HELD: dict[Kind, type] = {
    Kind.IDENTITY: UUID,
    Kind.INSTANT: datetime,
    Kind.DAY: date,
    Kind.BYTES: bytes,
    Kind.FLAG: bool,
    Kind.NUMBER: int,
    Kind.TEXT: str,
}


def _in(column: Column[Any], value: Value, *, naive: bool) -> Any:
    """The value as this engine keeps it."""
    if isinstance(value, UUID) and not isinstance(column.type, Uuid):
        return value.hex
    if isinstance(value, datetime) and naive:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
