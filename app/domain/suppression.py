"""Small numbers in what leaves the service: what is hidden, so that no firm can be told from a table.

A cell is hidden when it stands on too few establishments or when one of them makes nearly all of it; then others are
hidden with it until the margin no longer gives it away. Pure: docs/decisions/indicators.md says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

HIDDEN: Final = "s"
NOT_APPLICABLE: Final = "so"

DEFAULT_UNITS: Final = 5
FLOOR_UNITS: Final = 3
"""Fewest establishments a service may choose to show."""
SENSITIVE: Final = frozenset({"rps", "pdp"})
"""Themes that never go below the default."""
DOMINANCE: Final = 85
"""Greatest share of a cell, in percent, that one establishment may make."""
EXTREME_UNITS: Final = 10
"""Under this many, 0 % or 100 % tells the answer of each of them."""

Shown = Decimal | int | str
"""What is printed: a number, `s` or `so`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How many establishments a printed number stands on at least."""

    units: int = DEFAULT_UNITS

    def __post_init__(self) -> None:
        if self.units < FLOOR_UNITS:
            raise ValueError(f"{FLOOR_UNITS} établissements au moins : moins que cela en désigne un")

    def on(self, theme: str) -> Rule:
        """The rule for a table on one theme."""
        return Rule(units=max(self.units, DEFAULT_UNITS)) if theme in SENSITIVE else self


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A number with who is behind it; of a rate, `value` is its denominator."""

    value: int
    units: int
    largest: int
    extreme: bool = False
    """A rate of 0 % or 100 %."""

    def unsafe(self, rule: Rule) -> bool:
        """Whether it would tell something of a firm by itself; 0 tells nothing, and what no firm is behind neither."""
        if self.value == 0 or self.units == 0:
            return False
        return (
            self.units < rule.units
            or 100 * self.largest > DOMINANCE * self.value
            or (self.extreme and self.value < EXTREME_UNITS)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """What of a table is not printed."""

    cells: tuple[bool, ...]
    total: bool


def hide(cells: Sequence[Weighed], total: Weighed, rule: Rule) -> Hidden:
    """Cells to hide in a table whose total is printed; the total goes too when nothing else can keep the secret."""
    gone = {rank for rank, cell in enumerate(cells) if cell.unsafe(rule)}
    if total.unsafe(rule):
        gone |= {rank for rank, cell in enumerate(cells) if cell.value}
        return Hidden(cells=tuple(rank in gone for rank in range(len(cells))), total=True)
    others = sorted((cell.value, rank) for rank, cell in enumerate(cells) if cell.value and rank not in gone)
    for _, rank in others:
        if not gone or _keeps(cells, gone, rule):
            break
        gone.add(rank)
    return Hidden(
        cells=tuple(rank in gone for rank in range(len(cells))), total=bool(gone) and not _keeps(cells, gone, rule)
    )


def _keeps(cells: Sequence[Weighed], gone: set[int], rule: Rule) -> bool:
    """Whether the sum of the hidden cells, which the margin tells, tells none of them.

    There are two of them at least, more in all than one each, and together they would be safe to print.
    """
    hidden = [cells[rank] for rank in gone]
    value = sum(cell.value for cell in hidden)
    whole = Weighed(value=value, units=sum(cell.units for cell in hidden), largest=max(cell.largest for cell in hidden))
    return len(hidden) > 1 and value > len(hidden) and not whole.unsafe(rule)


def show_count(cell: Weighed, rule: Rule) -> Shown:
    """A number by itself."""
    return HIDDEN if cell.unsafe(rule) else cell.value


def show_rate(value: Decimal | None, denominator: int, rule: Rule) -> Shown:
    """A rate by itself: its denominator counts."""
    if value is None:
        return NOT_APPLICABLE
    weighed = Weighed(value=denominator, units=denominator, largest=1, extreme=is_extreme(value))
    return HIDDEN if denominator < rule.units or weighed.unsafe(rule) else value


def is_extreme(value: Decimal | None) -> bool:
    """Whether a rate tells the answer of everybody."""
    return value in {Decimal(0), Decimal(100)}
