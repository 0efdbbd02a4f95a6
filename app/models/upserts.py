"""The only writes outside the ORM: rows that two processes may create at once, and many rows changed in one go.

A write on a tenant's table takes `service_id` from a loaded row and repeats it in its WHERE.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Table, Update, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, class_mapper

from app.models.columns import TenantRow, VersionedTenantRow
from app.models.content import ContentVersion
from app.models.engine import Conflict
from app.models.tenancy import OUTSIDE_ORM, service_of


def keep_content(session: Session, *, theme: str, version: str, sha256: str, source: str, at: datetime) -> UUID:
    """Keeps the text of a theme, once for all, and returns its identity; two processes may do it at once."""
    same = select(ContentVersion.id).where(ContentVersion.theme == theme, ContentVersion.sha256 == sha256)
    known = session.scalar(same)
    if known is not None:
        return known
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "id": uuid4(),
        "theme": theme,
        "version": version,
        "sha256": sha256,
        "source": source,
        "first_used_at": at,
    }
    statement = make(ContentVersion).values(values).on_conflict_do_nothing(index_elements=["theme", "sha256"])
    session.execute(statement, execution_options={OUTSIDE_ORM: True})
    return session.scalars(same).one()


def insert_rows(session: Session, row_class: type[TenantRow], rows: Iterable[Mapping[str, Any]]) -> None:
    """Inserts many rows of the session's service in one statement, where the ORM keeps an object of each.

    For the thousands of rows of a file: SQLite lets nobody else write meanwhile. A row may say its own `id`.
    """
    service_id = service_of(session)
    first = {"row_version": 1} if issubclass(row_class, VersionedTenantRow) else {}
    values = [{"id": uuid4(), **first, **fields, "service_id": service_id} for fields in rows]
    if values:
        table = cast(Table, class_mapper(row_class).local_table)
        session.execute(insert(table), values, execution_options={OUTSIDE_ORM: True})


def change_rows(session: Session, changes: Iterable[tuple[VersionedTenantRow, Mapping[str, Any]]]) -> None:
    """Gives loaded rows new values: one statement per table and set of columns, where the ORM sends one per row.

    Row versions hold as they do in the ORM: raises Conflict when one of the rows changed or went meanwhile.
    """
    groups: dict[tuple[type[VersionedTenantRow], frozenset[str]], list[tuple[VersionedTenantRow, Mapping[str, Any]]]]
    groups = defaultdict(list)
    for row, fields in changes:
        groups[type(row), frozenset(fields)].append((row, fields))
    for (row_class, names), group in groups.items():
        _change_group(session, row_class, names, group)


def _change_group(
    session: Session,
    row_class: type[VersionedTenantRow],
    names: frozenset[str],
    group: list[tuple[VersionedTenantRow, Mapping[str, Any]]],
) -> None:
    statement = _change(row_class, names)  # type: ignore[arg-type]  # mypy looks at the instances of the class
    values = [
        {
            "known_id": row.id,
            "known_service": row.service_id,
            "known_version": row.row_version,
            **{f"new_{name}": value for name, value in fields.items()},
        }
        for row, fields in group
    ]
    result = session.execute(statement, values, execution_options={OUTSIDE_ORM: True})
    if not isinstance(result, CursorResult) or result.rowcount != len(values):
        raise Conflict(f"a row of {statement.table} was changed or removed by somebody else")
    for row, _fields in group:
        session.expire(row)


@lru_cache(maxsize=64)
def _change(row_class: type[VersionedTenantRow], names: frozenset[str]) -> Update:
    """The statement that changes these columns of one row; built once, autosaves send the same one all day."""
    table = cast(Table, class_mapper(row_class).local_table)
    return (
        update(table)
        .where(
            table.c.id == bindparam("known_id"),
            table.c.service_id == bindparam("known_service"),
            table.c.row_version == bindparam("known_version"),
        )
        .values({"row_version": table.c.row_version + 1, **{name: bindparam(f"new_{name}") for name in names}})
    )
