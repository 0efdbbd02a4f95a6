"""Values that hold for every unit, with exceptions.

Three ways of writing one: `4`, `{ UT1 = 4, UT2 = 2 }` or `{ value = 4, except = { UT2 = 2 } }`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from app.domain.establishment import EVERY_UNIT, WorkUnit
from app.intake.table_reader import TableReader

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitKeys:
    """The keys of the declared units, in order."""

    keys: tuple[str, ...]

    @classmethod
    def of(cls, units: Iterable[WorkUnit]) -> UnitKeys:
        """The readable keys of the units, each once."""
        return cls(keys=tuple(dict.fromkeys(unit.key for unit in units if unit.key)))

    def check(self, table: TableReader, key: str) -> bool:
        """Whether the unit is declared; the fault is noted when it is not."""
        if key in self.keys:
            return True
        table.fault(key, "cette unité n'est pas déclarée", f"{', '.join(self.keys)}, ou une [[work_units]] de plus")
        return False


def read_per_unit(table: TableReader, key: str, *, units: UnitKeys, read: Callable[[object], _T]) -> dict[str, _T]:
    """Unit key, or `*` for every unit, to its value; empty when the key is not written."""
    raw = table.raw.get(key)
    if not isinstance(raw, dict):
        value = table.optional(key, read)
        return {} if value is None else {EVERY_UNIT: value}
    inner = table.table(key)
    if not {"value", "except"}.intersection(raw):
        return _by_unit(inner, units=units, read=read)
    found: dict[str, _T] = {}
    value = inner.optional("value", read)
    if value is not None:
        found[EVERY_UNIT] = value
    found.update(_by_unit(inner.table("except"), units=units, read=read))
    inner.close()
    return found


def _by_unit(table: TableReader, *, units: UnitKeys, read: Callable[[object], _T]) -> dict[str, _T]:
    found: dict[str, _T] = {}
    for key in table.raw:
        value = table.optional(key, read) if units.check(table, key) else None
        if value is not None:
            found[key] = value
    return found


def spread(found: dict[str, _T], units: UnitKeys) -> dict[str, _T]:
    """The same values with `*` written out for each unit that has no value of its own."""
    if EVERY_UNIT not in found:
        return found
    return {key: found.get(key, found[EVERY_UNIT]) for key in units.keys}
