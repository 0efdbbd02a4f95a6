"""What is wrong in an answers file, said to the person who wrote it; all of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.intake.toml_lines import LineIndex

FAULT_LIMIT = 500
"""Faults told for one file; a file with more is not an answers file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersFault:
    """One fault: where it is, what is wrong, what is accepted (words in French)."""

    file: str
    key: str
    """Path of the key (`themes.chaleur.answers.ch_eau_fraiche`); empty when the file itself cannot be read."""
    line: int | None
    column: int | None = None
    words: str
    accepted: str = ""

    def __str__(self) -> str:
        """The fault on one line, as in `firme.toml, ligne 12, work_units[1].key : … Accepté : …`."""
        where = [self.file]
        if self.line is not None:
            where.append(f"ligne {self.line}")
        if self.column is not None:
            where.append(f"colonne {self.column}")
        if self.key:
            where.append(self.key)
        accepted = f" Accepté : {self.accepted}." if self.accepted else ""
        return f"{', '.join(where)} : {self.words}.{accepted}"


class AnswersFaults(Exception):
    """An answers file cannot be used; carries every fault found, in the order of the file."""

    def __init__(self, faults: Iterable[AnswersFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(slots=True, kw_only=True)
class FaultBook:
    """Faults being gathered for one file, up to `FAULT_LIMIT`."""

    file: str
    lines: LineIndex
    found: dict[AnswersFault, None] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether so much is wrong that looking further helps nobody."""
        return len(self.found) >= FAULT_LIMIT

    def add(self, key: str, words: str, accepted: str = "") -> None:
        """Note a fault on a key; the same fault is noted once."""
        if not self.full:
            line = self.lines.line_of(key)
            self.found[AnswersFault(file=self.file, key=key, line=line, words=words, accepted=accepted)] = None

    def raise_if_any(self) -> None:
        """Raise `AnswersFaults` with everything found, in the order of the lines, if anything was."""
        if self.found:
            raise AnswersFaults(sorted(self.found, key=lambda fault: fault.line or 0))
