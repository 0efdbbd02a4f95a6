"""Readers of the dated catalogues: cited articles of law, helps and subsidies, sectors of activity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TypeVar

from questionnaires.reader_decode import decode
from questionnaires.reader_faults import FaultList
from questionnaires.reader_toml import WHOLE_FILE, toml_tables
from questionnaires.schema import Help, Law, Sector, ShippedRemark

_Item = TypeVar("_Item", Law, Help, Sector, ShippedRemark)


def read_laws(text: bytes, *, file: str) -> tuple[Law, ...]:
    """The `[[laws]]` of a file, in order; raises `ContentFaults` with every fault at once."""
    return read_table(Law, "laws", text, file=file)


def read_helps(text: bytes, *, file: str) -> tuple[Help, ...]:
    """The `[[helps]]` of a file, in order; raises `ContentFaults` with every fault at once."""
    return read_table(Help, "helps", text, file=file)


def read_sectors(text: bytes, *, file: str) -> tuple[Sector, ...]:
    """The `[[sectors]]` of a file, in order; raises `ContentFaults` with every fault at once."""
    return read_table(Sector, "sectors", text, file=file)


def read_table(
    kind: type[_Item],
    table: str,
    text: bytes,
    *,
    file: str,
    check: Callable[[_Item, FaultList], None] | None = None,
) -> tuple[_Item, ...]:
    """The tables of that name of a file that holds nothing else, each once; `check` adds faults of one of them."""
    tables, _words = toml_tables(text, file=file)
    faults = FaultList(file=file)
    for name in tables:
        if name != table:
            faults.add(WHOLE_FILE, f"table inconnue « {name} »", f"Ce fichier ne contient que des [[{table}]]")
    raw = tables.get(table)
    if not isinstance(raw, list) or not raw or not all(isinstance(entry, dict) for entry in raw):
        faults.add(WHOLE_FILE, f"aucune table [[{table}]]", f"Écrivez [[{table}]] avant chaque entrée")
        raw = []
    key = fields(kind)[0].name
    items: list[_Item] = []
    for number, entry in enumerate(raw, start=1):
        name = entry.get(key)
        place = name if isinstance(name, str) and name else f"{table}, n° {number}"
        items.append(decode(kind, entry, place=place, faults=faults))
        if isinstance(name, str) and name in {getattr(item, key) for item in items[:-1]}:
            faults.add(place, "est deux fois dans le fichier", "Gardez une seule entrée")
        if check is not None:
            check(items[-1], faults)
    faults.raise_if_any()
    return tuple(items)
