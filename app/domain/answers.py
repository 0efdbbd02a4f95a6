"""Answers by id: what was said, by unit when a unit differs, and what nobody has said yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.establishment import EVERY_UNIT

TableRow = tuple[tuple[str, str], ...]
"""One row of a table answer: (column id, text or option code) pairs in the column order of the theme."""

Value = str | tuple[str, ...] | Decimal | date | tuple[TableRow, ...]
"""An answer: an option code or words, several codes, a number, a day, or the rows of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer; `reason` is asked for « sans objet »."""

    value: Value
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationFacts:
    """What the employer says of one retained situation.

    The mappings go from unit key, or `*` for every unit, to a value. A unit that is absent from `frequency` while
    `frequency` is not empty is not concerned; an empty `frequency` means that nobody said who is concerned: every
    unit is, with an unknown frequency.
    """

    frequency: Mapping[str, int | None] = field(default_factory=dict)
    """Unit -> 1 to 4, or None when the unit is concerned and nobody said how often."""
    people: Mapping[str, int] = field(default_factory=dict)
    """Unit -> persons exposed, when it is not the whole unit."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Unit or `*` -> the real situation in the employer's words (D04)."""
    in_place: Mapping[str, str] = field(default_factory=dict)
    """Unit or `*` -> what is in place today, in the employer's words."""
    checked_on: Mapping[str, str] = field(default_factory=dict)
    """Unit or `*` -> month of the check on site (`2026-06`), or `non`; absent means unknown."""
    accident: Mapping[str, bool] = field(default_factory=dict)
    """Unit or `*` -> an accident or nearly, in 3 years; absent means unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBook:
    """Everything answered on one theme: answers by (question, unit), facts by situation."""

    theme: str
    answers: Mapping[tuple[str, str], Answer]
    """(question id, unit key or `*`) -> answer; a unit's own answer prevails over `*`."""
    situations: Mapping[str, SituationFacts] = field(default_factory=dict)

    def answer(self, question: str, unit: str = EVERY_UNIT) -> Answer | None:
        """The answer that holds in a unit: its own, else the one for every unit, else None."""
        return self.answers.get((question, unit)) or self.answers.get((question, EVERY_UNIT))

    def facts_of(self, situation: str) -> SituationFacts:
        """What was said of a situation; an empty `SituationFacts` when nothing was."""
        return self.situations.get(situation) or SituationFacts()
