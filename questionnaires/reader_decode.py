"""TOML tables into the dataclasses of the schema, driven by their field types; every fault is noted, none stops."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import TypeVar, get_args, get_origin, get_type_hints

from questionnaires import reader_values
from questionnaires.reader_faults import FaultList
from questionnaires.reader_grammar import COMPUTED, DEFAULTS, IDENTIFIERS, REQUIRED
from questionnaires.reader_values import RefusedError
from questionnaires.schema import Role

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a value stands, and who gathers the faults."""

    place: str
    key: str
    faults: FaultList
    at_top: bool


_Reader = Callable[[object, _Spot], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    read: _Reader
    required: bool
    absent: object
    """Value of an absent optional key; also what stands in for a value that was refused."""


_SIMPLE: dict[object, tuple[Callable[[object], object], object]] = {
    str: (reader_values.words, ""),
    int: (reader_values.whole, 0),
    bool: (reader_values.yes_no, False),
    Decimal: (reader_values.number, Decimal(0)),
    date: (reader_values.day, date.min),
    tuple[int, int]: (reader_values.month_day, (1, 1)),
    tuple[tuple[str, Role], ...]: (reader_values.roles, ()),
}


def decode(kind: type[_Item], table: dict[str, object], *, place: str, faults: FaultList, top: bool = False) -> _Item:
    """An item of that class out of its table.

    A value that is missing or wrong is noted in `faults` and replaced by an empty one, so the item must not be used
    once `faults` holds anything. `top` says that the table is the file itself.
    """
    shape: type = kind
    keys = _keys(shape)
    for name in table:
        if name not in keys:
            faults.add(place, f"clé inconnue « {name} »", f"Clés acceptées : {', '.join(keys)}")
    values: dict[str, object] = dict.fromkeys(COMPUTED.get(shape, ()), "")
    for name, key in keys.items():
        values[name] = _field(key, table, _Spot(place=place, key=name, faults=faults, at_top=top))
    build: Callable[..., _Item] = kind
    return build(**values)


def _field(key: _Key, table: dict[str, object], spot: _Spot) -> object:
    if spot.key not in table:
        if key.required:
            spot.faults.spoil(spot.place, spot.key, "manque", "Ajoutez cette clé")
        return key.absent
    try:
        value = key.read(table[spot.key], spot)
    except RefusedError as refusal:
        spot.faults.spoil(spot.place, spot.key, refusal.what, refusal.remedy)
        return key.absent
    if key.required and value in ("", ()):
        spot.faults.spoil(spot.place, spot.key, "est vide", "Remplissez cette clé")
    return value


@cache
def _keys(kind: type) -> dict[str, _Key]:
    hints = get_type_hints(kind)
    computed = COMPUTED.get(kind, frozenset())
    return {
        field.name: _key(kind, field.name, hints[field.name]) for field in fields(kind) if field.name not in computed
    }


def _key(kind: type, name: str, hint: object) -> _Key:
    optional = get_origin(hint) is UnionType
    if optional:
        hint = next(part for part in get_args(hint) if part is not NoneType)
    read, blank = _reader(hint)
    absent = DEFAULTS.get((kind, name), None if optional else blank)
    return _Key(read=read, required=name in REQUIRED[kind], absent=absent)


def _reader(hint: object) -> tuple[_Reader, object]:
    """Reader of a field type, with the value that stands in for it when it cannot be read."""
    if hint in _SIMPLE:
        read, blank = _SIMPLE[hint]
        return (lambda raw, _spot: read(raw)), blank
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return (_items(inner) if isinstance(inner, type) and is_dataclass(inner) else _list(inner)), ()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        read_code = reader_values.code_of(hint)
        return (lambda raw, _spot: read_code(raw)), next(iter(hint))
    if isinstance(hint, type) and is_dataclass(hint):
        return _table(hint), None
    raise TypeError(f"no reader for {hint}")


def _list(inner: object) -> _Reader:
    read, _blank = _reader(inner)

    def read_list(raw: object, spot: _Spot) -> object:
        if not isinstance(raw, list):
            raise RefusedError("n'est pas une liste", "Écrivez une liste entre crochets : [...]")
        return tuple(read(value, spot) for value in raw)

    return read_list


def _items(inner: type) -> _Reader:
    def read_items(raw: object, spot: _Spot) -> object:
        if not isinstance(raw, list) or not all(isinstance(table, dict) for table in raw):
            raise RefusedError("n'est pas une liste de tables", f"Écrivez [[{spot.key}]] avant chaque table")
        return tuple(
            decode(inner, table, place=_place(table, number, spot), faults=spot.faults)
            for number, table in enumerate(raw, start=1)
        )

    return read_items


def _table(inner: type) -> _Reader:
    def read_table(raw: object, spot: _Spot) -> object:
        if not isinstance(raw, dict):
            raise RefusedError("n'est pas une table", f"Écrivez [{spot.key}] puis ses clés")
        return decode(inner, raw, place=spot.key, faults=spot.faults)

    return read_table


def _place(table: dict[str, object], number: int, spot: _Spot) -> str:
    name = next((table[key] for key in IDENTIFIERS if isinstance(table.get(key), str) and table[key]), None)
    if not spot.at_top:
        return f"{spot.place}, {spot.key} n° {number}"
    return str(name) if name else f"{spot.key}, n° {number}"
