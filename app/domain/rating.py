"""How a row is rated: look-up tables, mastery by roles, unknowns as an interval.

Nothing here multiplies: gravity and frequency give a gross level by table, the gross level and the mastery give a
priority by table. Unknown answers are filled twice, as if everything unknown were in order and as if nothing were;
the two results are the exact bounds of every completion (docs/decisions/rating.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from questionnaires.schema import Level


class Gross(IntEnum):
    """Gross level of a row, before looking at what protects."""

    LOW = 1
    MODERATE = 2
    HIGH = 3
    VERY_HIGH = 4


class Priority(IntEnum):
    """Priority of a row or an action; a smaller number is more urgent."""

    P1 = 1
    P2 = 2
    P3 = 3
    P4 = 4


GrossTable = tuple[tuple[Gross, Gross, Gross, Gross], ...]
PriorityTable = tuple[tuple[Priority, Priority, Priority, Priority], ...]

_L, _M, _H, _V = Gross.LOW, Gross.MODERATE, Gross.HIGH, Gross.VERY_HIGH

GROSS_TABLE: GrossTable = (
    (_L, _L, _L, _M),
    (_L, _M, _M, _H),
    (_M, _M, _H, _V),
    (_H, _H, _V, _V),
)
"""Rows: gravity 1 to 4; columns: frequency 1 to 4. A situation that can kill is never below « élevé »."""

_P1, _P2, _P3, _P4 = Priority.P1, Priority.P2, Priority.P3, Priority.P4

PRIORITY_TABLE: PriorityTable = (
    (_P4, _P4, _P3, _P3),
    (_P4, _P3, _P2, _P2),
    (_P3, _P2, _P1, _P1),
    (_P3, _P2, _P1, _P1),
)
"""Rows: gross level; columns: mastery 1 to 4. « Très élevé » with mastery 2 is P2: P1 means something is missing."""

DEADLY = 4
"""Gravity from which two essentials half done count as one missing: « en partie » everywhere must not read as P2."""

HALF_DONE_LIMIT = 2

ACCIDENT_FLOOR = Priority.P2
"""An accident or nearly, in 3 years, in this row: never less urgent (rule R5)."""

DUTY_FLOOR = Priority.P2
"""A precise legal duty answered « non »: never less urgent; P1 is kept for danger (rule R6')."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The answer of one control in one row: known, or `Level.UNKNOWN`; « sans objet » controls are left out."""

    question: str
    level: Level
    precise_duty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """All that rating needs to know of a row."""

    gravity: int
    frequency: int | None
    essentials: tuple[Control, ...]
    supports: tuple[Control, ...]
    checked: bool | None
    """Protections seen on site in the last 12 months; None when nobody knows."""
    accident: bool | None
    mastery_by_hand: int | None = None
    """Mastery set by the employer inside the limits of `overrides.py`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One complete reading of a row."""

    gross: Gross
    mastery: int
    priority: Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """The two bounds of a row: everything unknown in order, everything unknown missing."""

    best: Outcome
    worst: Outcome

    @property
    def firm(self) -> bool:
        """Whether the unknowns cannot change the priority."""
        return self.best.priority == self.worst.priority

    @property
    def priority(self) -> Priority | None:
        """The priority of a firm row, None when it is to be assessed."""
        return self.worst.priority if self.firm else None


def gross_level(gravity: int, frequency: int, *, table: GrossTable = GROSS_TABLE) -> Gross:
    """Gross level of a gravity (1-4) and a frequency (1-4); ValueError outside these bounds."""
    _require(gravity, "gravity")
    _require(frequency, "frequency")
    return table[gravity - 1][frequency - 1]


def priority_of(gross: Gross, mastery: int, *, table: PriorityTable = PRIORITY_TABLE) -> Priority:
    """Priority of a gross level and a mastery (1-4); ValueError outside these bounds."""
    _require(mastery, "mastery")
    return table[gross - 1][mastery - 1]


def mastery(essentials: Sequence[Level], supports: Sequence[Level], *, checked: bool, gravity: int) -> int:
    """Mastery 1-4 by the weakest essential, then the supports and the check; every level is known.

    Personal equipment, instructions and training can never be essential (content check), so they never give 1 or 2
    alone: article L4121-2, 8° holds by construction.
    """
    if not essentials:
        return 3  # cannot happen with checked content; the safe side if it does
    if Level.NO in essentials:
        something = any(level in (Level.YES, Level.PARTLY) for level in (*essentials, *supports))
        return 3 if something else 4
    halves = sum(level is Level.PARTLY for level in essentials)
    if gravity >= DEADLY and halves >= HALF_DONE_LIMIT:
        return 3
    if halves or not checked or Level.NO in supports:
        return 2
    return 1


def rate(
    facts: RowFacts,
    *,
    gross_table: GrossTable = GROSS_TABLE,
    priority_table: PriorityTable = PRIORITY_TABLE,
) -> Rated:
    """The two bounds of a row's rating."""
    best = _once(facts, fill=Level.YES, gross_table=gross_table, priority_table=priority_table)
    worst = _once(facts, fill=Level.NO, gross_table=gross_table, priority_table=priority_table)
    return Rated(best=best, worst=worst)


def _once(facts: RowFacts, *, fill: Level, gross_table: GrossTable, priority_table: PriorityTable) -> Outcome:
    good = fill is Level.YES
    essentials = _filled(facts.essentials, fill)
    supports = _filled(facts.supports, fill)
    frequency = facts.frequency if facts.frequency is not None else (1 if good else 4)
    checked = facts.checked if facts.checked is not None else good
    accident = facts.accident if facts.accident is not None else not good
    computed = mastery(
        [control.level for control in essentials],
        [control.level for control in supports],
        checked=checked,
        gravity=facts.gravity,
    )
    held = facts.mastery_by_hand or computed
    gross = gross_level(facts.gravity, frequency, table=gross_table)
    priority = priority_of(gross, held, table=priority_table)
    if accident:
        priority = min(priority, ACCIDENT_FLOOR)
    if any(control.precise_duty and control.level is Level.NO for control in (*essentials, *supports)):
        priority = min(priority, DUTY_FLOOR)
    return Outcome(gross=gross, mastery=held, priority=priority)


def _filled(controls: Iterable[Control], fill: Level) -> tuple[Control, ...]:
    return tuple(
        Control(question=control.question, level=fill, precise_duty=control.precise_duty)
        if control.level is Level.UNKNOWN
        else control
        for control in controls
    )


def _require(value: int, name: str) -> None:
    if not 1 <= value <= 4:
        message = f"{name} must be between 1 and 4, not {value}"
        raise ValueError(message)
