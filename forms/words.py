"""Sentences the lower layers say to people: French where they are made, another language where they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from app.domain.typography import NARROW, french_date

SMALLEST_GROUPED = 10_000

_NOTHING: Mapping[str, object] = MappingProxyType({})


class Said(str):
    """A French sentence that still knows what it was made of.

    It is a `str`, so it goes wherever words go, and reads in French there; only the page looks inside.
    """

    __slots__ = ("msgid", "number", "several", "values")

    msgid: str
    """French model of the sentence, with its values as `{name}`; names its entry in `translations/`."""
    several: str
    """The model beyond one thing; empty when the sentence counts nothing."""
    number: int
    values: Mapping[str, object]

    def __new__(cls, msgid: str, *, values: Mapping[str, object] = _NOTHING, several: str = "", count: int = 0) -> Said:
        """The sentence in French."""
        model = several if several and count > 1 else msgid
        said = super().__new__(cls, filled(model, {name: in_french(value) for name, value in values.items()}))
        said.msgid, said.several, said.number, said.values = msgid, several, count, values
        return said

    def __reduce__(self) -> Any:
        """How to copy it: the plain `str` way would take the French sentence for its model."""
        return _again, (self.msgid, dict(self.values), self.several, self.number)


def say(msgid: str, /, **values: object) -> Said:
    """A sentence to translate when it is printed: `say("Écrivez au plus {limit} caractères.", limit=500)`."""
    return Said(msgid, values=values)


def say_many(count: int, one: str, several: str, /, **values: object) -> Said:
    """A sentence that agrees with a number, called `{n}` in it; 0 and 1 are singular in French."""
    return Said(one, several=several, count=count, values={"n": count, **values})


def filled(model: str, values: Mapping[str, object]) -> str:
    """The model with its values; one that takes none may hold braces of its own."""
    return model.format_map(values) if values else model


def in_french(value: object) -> object:
    """How a value reads inside a French sentence: a day in full, a large number by thousands, or as it is."""
    if isinstance(value, date):
        return french_date(value)
    return f"{value:,}".replace(",", NARROW) if grouped(value) else value


def grouped(value: object) -> bool:
    """Whether a value is a number whose thousands are set apart; a year is not."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) >= SMALLEST_GROUPED


def _again(msgid: str, values: Mapping[str, object], several: str, count: int) -> Said:
    return Said(msgid, values=values, several=several, count=count)
