"""Making the rows of a table say what is wanted, by difference: insert what is new, change what differs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.models.columns import TenantRow, VersionedTenantRow
from app.models.draft import ChosenActionRow
from app.models.establishment import WorkUnitRow
from app.models.upserts import change_rows

Fields = Mapping[str, Any]
"""Column -> value of one row."""

_Key = TypeVar("_Key", bound=Hashable)
_Row = TypeVar("_Row", bound=VersionedTenantRow)


def differs(row: TenantRow, fields: Fields) -> bool:
    """Whether a row says something else than these fields."""
    return any(getattr(row, name) != value for name, value in fields.items())


def change(row: TenantRow, fields: Fields) -> None:
    """Gives one row the fields that differ."""
    for name, value in fields.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


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
    new = [row_class(**shared, **fields, **stamps) for key, fields in wanted.items() if key not in known]
    session.add_all(new)
    changed = [(known[key], {**fields, **stamps}) for key, fields in wanted.items() if _changes(known.get(key), fields)]
    change_rows(session, changed)
    return [row for key, row in known.items() if key not in wanted]


def _changes(row: TenantRow | None, fields: Fields) -> bool:
    return row is not None and differs(row, fields)


def archive(session: Session, gone: Iterable[WorkUnitRow | ChosenActionRow], day: date) -> None:
    """Puts units or actions aside; those that were already keep their first day."""
    change_rows(session, [(row, {"archived_on": day}) for row in gone if row.archived_on is None])


def remove(session: Session, gone: Iterable[TenantRow]) -> None:
    """Deletes rows of a draft; frozen rows refuse by themselves."""
    for row in gone:
        session.delete(row)
