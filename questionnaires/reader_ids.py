"""Ids of a theme file: their spelling, and that none is given twice in its table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from questionnaires.reader_faults import FaultList
from questionnaires.schema import Theme

HEAD = "tête du fichier"
"""Place of a fault about a key of the file itself."""

_LONG_ID = re.compile(r"[a-z]{2,4}_[a-z0-9_]+")
_CODE = re.compile(r"[a-z0-9][a-z0-9_]*")
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_THEME = re.compile(r"[a-z][a-z0-9_]*")
_PREFIX = re.compile(r"[a-z]{2,4}")

_CODE_WORDS = "Petites lettres sans accent, chiffres et _ : toiture_fragile"
_REFERENCE_WORDS = "Lettres sans accent, chiffres, tiret et _ : CH-O1"


def place_of(table: str, number: int, item_id: str) -> str:
    """Where an item stands: its id, else its rank in its table (from 1)."""
    return item_id or f"{table}, n° {number}"


def check_ids(theme: Theme, faults: FaultList) -> None:
    """Note every id that is badly spelt or given twice."""
    _spelling(HEAD, "theme", theme.theme, (_THEME, _CODE_WORDS), faults)
    _spelling(HEAD, "prefix", theme.prefix, (_PREFIX, "Deux à quatre petites lettres : ch"), faults)
    for table, ids in _tables(theme):
        _check_table(table, ids, theme.prefix, faults)
    for place, key, ids in _inner_tables(theme):
        for number, code in enumerate(ids, start=1):
            inner = f"{place}, {key} n° {number}"
            name = "code" if key == "options" else "id"
            _spelling(inner, name, code, (_CODE, _CODE_WORDS), faults)
        for twice in _repeated(ids):
            faults.add(place, f"« {twice} » est deux fois dans « {key} »", "Donnez un code à chacun")


def _check_table(table: str, ids: tuple[str, ...], prefix: str, faults: FaultList) -> None:
    for number, item_id in enumerate(ids, start=1):
        place = place_of(table, number, item_id)
        if table in {"questions", "measures"}:
            _spelling(place, "id", item_id, (_LONG_ID, f"Écrivez {prefix or 'xx'}_ puis des petites lettres"), faults)
            if item_id and _PREFIX.fullmatch(prefix) and not item_id.startswith(f"{prefix}_"):
                faults.add(place, f"l'id ne commence pas par {prefix}_", "Gardez le préfixe du thème")
        elif table in {"obligations", "figures", "references", "block.rows", "block.notes"}:
            _spelling(place, "id", item_id, (_REFERENCE, _REFERENCE_WORDS), faults)
        else:
            _spelling(place, "id", item_id, (_CODE, _CODE_WORDS), faults)
    for twice in _repeated(ids):
        faults.add(twice, f"cet id est deux fois dans « {table} »", "Un id ne sert qu'une fois")


def _spelling(place: str, key: str, value: str, rule: tuple[re.Pattern[str], str], faults: FaultList) -> None:
    pattern, remedy = rule
    if value and not pattern.fullmatch(value):
        faults.doubt(place, key, f"ne peut pas être « {value} »", remedy)


def _tables(theme: Theme) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "situations", tuple(item.id for item in theme.situations)
    yield "facts", tuple(item.id for item in theme.facts)
    yield "sections", tuple(item.id for item in theme.sections)
    yield "questions", tuple(item.id for item in theme.questions)
    yield "measures", tuple(item.id for item in theme.measures)
    yield "obligations", tuple(item.id for item in theme.obligations)
    yield "figures", tuple(item.id for item in theme.figures)
    yield "references", tuple(item.id for item in theme.references)
    if theme.block:
        yield "block.rows", tuple(item.id for item in theme.block.rows)
        yield "block.notes", tuple(item.id for item in theme.block.notes)


def _inner_tables(theme: Theme) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for number, question in enumerate(theme.questions, start=1):
        place = place_of("questions", number, question.id)
        yield place, "options", tuple(option.code for option in question.options)
        yield place, "columns", tuple(column.id for column in question.columns)
        for rank, column in enumerate(question.columns, start=1):
            yield f"{place}, columns n° {rank}", "options", tuple(option.code for option in column.options)


def _repeated(ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item_id for item_id, times in Counter(ids).items() if item_id and times > 1)
