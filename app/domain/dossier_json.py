"""A dossier as canonical bytes and back, led by the type hints of `dossier.py`: no field is listed here.

Reading is strict: an unknown or missing key, a wrong type or a format number that is not known is a fault, and all
faults come at once, each with its path. Writing reads back what it wrote, so that nothing unreadable is ever stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from app.domain.canonical import Json, NotCanonicalError, clean_text, decimal_text, decode, encode
from app.domain.dossier import FORMAT, Dossier

MAX_BYTES = 32 * 2**20
"""Largest dossier that is written or read, in bytes; one of 1,500 rows takes about a tenth of it."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_Reader = Callable[[Json, str, list[str]], Any]
_Value = TypeVar("_Value")


class DossierFault(ValueError):
    """Bytes that are not a dossier; `faults` holds one French line per fault, each beginning with its path."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def to_json(dossier: Dossier) -> bytes:
    """The canonical bytes of a dossier; their SHA-256 is its content hash.

    Raises TypeError or NotCanonicalError for a value without canonical form, DossierFault for one that its field
    does not take.
    """
    raw = encode(_plain(dossier))
    from_json(raw)
    return raw


def from_json(raw: bytes) -> Dossier:
    """The dossier of canonical bytes; raises DossierFault with every fault."""
    if len(raw) > MAX_BYTES:
        raise DossierFault((f"fichier : plus de {MAX_BYTES // 2**20} Mo",))
    try:
        value = decode(raw)
    except NotCanonicalError as error:
        raise DossierFault((str(error),)) from error
    _check_format(value)
    faults: list[str] = []
    dossier: Dossier | None = _reader(Dossier)(value, "", faults)
    if faults or dossier is None:
        raise DossierFault(tuple(faults))
    return dossier


def clean_dossier(dossier: _Value) -> _Value:
    """The same dossier with every text passed through `clean_text`, so that it has a canonical form."""
    cleaned: _Value = _cleaned(dossier)
    return cleaned


def _check_format(value: Json) -> None:
    # A number that is not known is told alone: the other fields follow rules this reader has not learnt.
    number = value.get("format") if isinstance(value, dict) else None
    if isinstance(number, int) and not isinstance(number, bool) and number != FORMAT:
        raise DossierFault((f"format : numéro {number} inconnu, cette version de Jalon lit le format {FORMAT}",))


def _plain(value: object) -> object:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _cleaned(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return clean_text(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return value


@cache
def _reader(hint: Any) -> _Reader:
    """The function that reads one JSON value as a type; raises TypeError for a type the format does not have."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if get_origin(hint) in (Union, UnionType):
        return _optional_reader(hint)
    if get_origin(hint) is tuple:
        return _tuple_reader(get_args(hint))
    if is_dataclass(hint):
        return _record_reader(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _code_reader(hint)
    raise TypeError(f"{hint} : type without a place in the dossier format")


def _found(value: Json) -> str:
    words = {NoneType: "null", bool: "vrai ou faux", int: "un entier", str: "un texte", list: "une liste"}
    return words.get(type(value), "un objet")


def _wrong(wanted: str, value: Json, path: str, faults: list[str]) -> None:
    faults.append(f"{path or '(racine)'} : il faut {wanted}, on lit {_found(value)}")


def _scalar_reader(kind: type, wanted: str) -> _Reader:
    def read(value: Json, path: str, faults: list[str]) -> Any:
        if type(value) is kind:  # exactly: a bool would pass for an int
            return value
        _wrong(wanted, value, path, faults)
        return None

    return read


def _read_day(value: Json, path: str, faults: list[str]) -> date | None:
    if not isinstance(value, str):
        _wrong("un jour", value, path, faults)
        return None
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # falls through to the same fault as a text that has not the shape of a day
    faults.append(f"{path} : « {value[:40]} » n'est pas un jour (AAAA-MM-JJ)")
    return None


def _read_decimal(value: Json, path: str, faults: list[str]) -> Decimal | None:
    if not isinstance(value, str):
        _wrong("un nombre écrit comme un texte", value, path, faults)
        return None
    try:
        number = Decimal(value)
        if number.is_finite() and decimal_text(number) == value:
            return number
    except InvalidOperation:
        pass  # falls through to the same fault as a number in another writing
    faults.append(f"{path} : « {value[:40]} » n'est pas un nombre dans son écriture unique")
    return None


_SCALARS: dict[Any, _Reader] = {
    str: _scalar_reader(str, "un texte"),
    int: _scalar_reader(int, "un entier"),
    bool: _scalar_reader(bool, "vrai ou faux"),
    date: _read_day,
    Decimal: _read_decimal,
}


def _optional_reader(hint: Any) -> _Reader:
    inner = [kind for kind in get_args(hint) if kind is not NoneType]
    if len(inner) != 1:
        raise TypeError(f"{hint} : one type or None is all a field may be")
    read_inner = _reader(inner[0])

    def read(value: Json, path: str, faults: list[str]) -> Any:
        return None if value is None else read_inner(value, path, faults)

    return read


def _tuple_reader(kinds: tuple[Any, ...]) -> _Reader:
    repeated = len(kinds) == 2 and kinds[1] is Ellipsis
    readers = [_reader(kind) for kind in kinds if kind is not Ellipsis]

    def read(value: Json, path: str, faults: list[str]) -> Any:
        if not isinstance(value, list):
            _wrong("une liste", value, path, faults)
            return None
        each = readers * len(value) if repeated else readers
        if len(each) != len(value):
            faults.append(f"{path} : il faut {len(each)} éléments, on en lit {len(value)}")
            return None
        pairs = enumerate(zip(each, value, strict=True))
        return tuple(read_one(item, f"{path}[{index}]", faults) for index, (read_one, item) in pairs)

    return read


def _code_reader(codes: type[StrEnum]) -> _Reader:
    def read(value: Json, path: str, faults: list[str]) -> Any:
        if value in list(codes):
            return codes(str(value))
        faults.append(f"{path} : il faut un code parmi {', '.join(codes)}")
        return None

    return read


def _record_reader(record: Any) -> _Reader:
    hints = get_type_hints(record)
    readers = {field.name: _reader(hints[field.name]) for field in fields(record)}

    def read(value: Json, path: str, faults: list[str]) -> Any:
        if not isinstance(value, dict):
            _wrong("un objet", value, path, faults)
            return None
        before = len(faults)
        dot = f"{path}." if path else ""
        faults.extend(f"{dot}{key} : clé inconnue" for key in value if key not in readers)
        done = {}
        for key, read_one in readers.items():
            if key in value:
                done[key] = read_one(value[key], f"{dot}{key}", faults)
            else:
                faults.append(f"{dot}{key} : clé absente")
        return record(**done) if len(faults) == before else None

    return read
