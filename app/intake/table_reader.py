"""Reads one TOML table key by key; whatever is wrong goes to the fault book and the reading goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from app.domain.plain_values import ValueFault, read_line, read_text, shown_raw, suggestion
from app.intake.answers_faults import FaultBook

_T = TypeVar("_T")

KEY_SHOWN = 60
"""Characters of a key quoted in a message."""


@dataclass(slots=True)
class TableReader:
    """One table of the file, with the path of its key; `close` tells the keys nobody asked for."""

    raw: Mapping[str, object]
    path: str
    faults: FaultBook
    asked: set[str] = field(default_factory=set)

    def under(self, key: str) -> str:
        """Path of a key of this table."""
        shown = "".join(character if character.isprintable() else "?" for character in key[:KEY_SHOWN])
        return f"{self.path}.{shown}" if self.path else shown

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        self.asked.add(key)
        return key in self.raw

    def fault(self, key: str, words: str, accepted: str = "") -> None:
        """Note a fault on a key of this table, or on the table itself when the key is empty."""
        self.faults.add(self.under(key) if key else self.path, words, accepted)

    def optional(self, key: str, read: Callable[[object], _T]) -> _T | None:
        """The value of a key; None when it is not written, or when it is wrong (the fault is noted)."""
        if not self.has(key):
            return None
        try:
            return read(self.raw[key])
        except ValueFault as fault:
            self.fault(key, fault.words, fault.accepted)
            return None

    def required(self, key: str, read: Callable[[object], _T], *, accepted: str) -> _T | None:
        """The value of a key that must be written; None when it is missing or wrong (the fault is noted)."""
        if not self.has(key):
            self.faults.add(self.under(key), f"« {key} » manque", accepted)
            return None
        return self.optional(key, read)

    def line(self, key: str) -> str:
        """Words on one line, or empty."""
        return self.optional(key, read_line) or ""

    def text(self, key: str) -> str:
        """Words, possibly over several lines, or empty."""
        return self.optional(key, read_text) or ""

    def required_line(self, key: str, *, accepted: str) -> str:
        """Words on one line; empty when missing (the fault is noted)."""
        return self.required(key, read_line, accepted=accepted) or ""

    def table(self, key: str) -> TableReader:
        """The table of a key; an empty one when it is not written or is not a table (the fault is noted)."""
        raw = self.raw.get(key) if self.has(key) else {}
        if not isinstance(raw, dict):
            self.fault(key, f"{shown_raw(raw)} n'est pas une table", f"une table [{self.under(key)}]")
            raw = {}
        return TableReader(raw, self.under(key), self.faults)

    def tables(self, key: str) -> list[TableReader]:
        """The repeated tables of a key, in order; empty when it is not written."""
        raw = self.raw.get(key) if self.has(key) else []
        if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
            self.fault(key, f"« {key} » n'est pas une suite de tables", f"des tables [[{self.under(key)}]]")
            return []
        return [
            TableReader(item, f"{self.under(key)}[{rank}]", self.faults)
            for rank, item in enumerate(raw, start=1)
            if isinstance(item, dict)
        ]

    def close(self) -> None:
        """Tell every key that was written and never asked for."""
        for key in self.raw:
            if self.faults.full:
                return
            if key not in self.asked:
                self.fault(key, f"clé inconnue{suggestion(key, self.asked)}", listed(self.asked))


def read_bool(raw: object) -> bool:
    """True or false; `"oui"` and `"non"` are understood too; raises `ValueFault`."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.strip() in {"oui", "non"}:
        return raw.strip() == "oui"
    raise ValueFault(f"{shown_raw(raw)} n'est ni vrai ni faux", "true ou false")


def one_of(codes: Iterable[str]) -> Callable[[object], str]:
    """A reader of one code among those given."""
    known = tuple(codes)

    def read(raw: object) -> str:
        if isinstance(raw, str) and raw.strip() in known:
            return raw.strip()
        meant = suggestion(raw, known) if isinstance(raw, str) else ""
        raise ValueFault(f"{shown_raw(raw)} n'est pas un code connu{meant}", ", ".join(known))

    return read


def several(read: Callable[[object], _T]) -> Callable[[object], tuple[_T, ...]]:
    """A reader of a list, each item read by `read`."""

    def read_all(raw: object) -> tuple[_T, ...]:
        if not isinstance(raw, list):
            raise ValueFault(f"{shown_raw(raw)} n'est pas une liste", "une liste entre crochets")
        return tuple(read(item) for item in raw)

    return read_all


def listed(keys: Iterable[str]) -> str:
    """Keys in alphabetical order, for « Accepté : … »."""
    return ", ".join(sorted(keys))
