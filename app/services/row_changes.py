"""Making the rows of a table say what is wanted, by difference: insert what is new, change what differs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.models.columns import TenantRow
from app.models.draft import ChosenActionRow
from app.models.establishment import WorkUnitRow

Fields = Mapping[str, Any]
"""Column -> value of one row."""

_Key = TypeVar("_Key", bound=Hashable)
_Row = TypeVar("_Row", bound=TenantRow)


def differs(row: TenantRow, fields: Fields) -> bool:
    """Whether a row says something else than these fields."""
    return any(getattr(row, name) != value for name, value in fields.items())


def change(row: TenantRow, fields: Fields, stamps: Fields | None = None) -> None:
    """Gives a row these fields when one of them differs, and then its stamps too.

    All fields are marked as changed together: rows whose updates name the same columns travel in one statement.
    """
    if not differs(row, fields):
        return
    for name, value in {**fields, **(stamps or {})}.items():
        setattr(row, name, value)
        flag_modified(row, name)


def replace_rows(
    session: Session,
    row_class: type[_Row],
    *,
    known: Mapping[_Key, _Row],
    wanted: Mapping[_Key, Fields],
    shared: Fields,
    stamps: Fields,
) -> list[_Row]:
    """Inserts and changes rows until `wanted` is said, and returns the known rows that nobody wants any more.

    `shared` goes on every new row; `stamps` (author, instant) on the new and on the changed ones.
    """
    for key, fields in wanted.items():
        row = known.get(key)
        if row is None:
            session.add(row_class(**shared, **fields, **stamps))
        else:
            change(row, fields, stamps)
    return [row for key, row in known.items() if key not in wanted]


def archive(row: WorkUnitRow | ChosenActionRow, day: date) -> None:
    """Puts a unit or an action aside; once archived it keeps its first day."""
    if row.archived_on is None:
        row.archived_on = day


def remove(session: Session, gone: Iterable[TenantRow]) -> None:
    """Deletes rows of a draft; frozen rows refuse by themselves."""
    for row in gone:
        session.delete(row)
