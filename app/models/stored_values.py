"""Answers as stored: canonical JSON with a tag that says what it is, exact to the last digit; no floats."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.domain.answers import Value


def store_value(value: Value) -> str:
    """The text of an answer: `["words","non"]`, `["codes",["a","b"]]`, `["number","12.50"]`, `["day","2026-11-21"]`...

    Raises ValueError on a number that is not finite.
    """
    return canonical(_tagged(value))


def _tagged(value: Value) -> list[Any]:
    match value:
        case str():
            return ["words", value]
        case Decimal():
            if not value.is_finite():
                raise ValueError(f"an answer must be a finite number: {value}")
            return ["number", str(value)]
        case date():
            return ["day", value.isoformat()]
        case _ if value and not isinstance(value[0], str):
            return ["rows", [[list(cell) for cell in row] for row in value]]
        case _:
            return ["codes", list(value)]


_KEPT_LENGTH = 200
"""Characters: a ticked answer, a number or a day, which every page of every firm reads again."""


def read_value(text: str) -> Value:
    """The answer back from its text; raises ValueError on a tag that is not known."""
    return _short(text) if len(text) <= _KEPT_LENGTH else _read(text)


def _read(text: str) -> Value:
    tag, content = json.loads(text)
    match tag:
        case "words":
            return str(content)
        case "number":
            return Decimal(content)
        case "day":
            return date.fromisoformat(content)
        case "codes":
            return tuple(content)
        case "rows":
            return tuple(tuple((column, said) for column, said in row) for row in content)
    raise ValueError(f"unknown kind of stored answer: {tag!r}")


_short = lru_cache(maxsize=4096)(_read)


def store_set(codes: Iterable[str]) -> str:
    """A set of codes as a sorted JSON list."""
    return canonical(sorted(codes))


def store_list(codes: Iterable[str]) -> str:
    """Codes as a JSON list, in their order."""
    return canonical(list(codes))


def read_list(text: str) -> tuple[str, ...]:
    """The codes of a stored list or set, in stored order."""
    return tuple(json.loads(text))


def canonical(value: object) -> str:
    """JSON without spaces, keys sorted, letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
