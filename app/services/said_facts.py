"""What was said of one situation in one unit, as plain values: read from a row, and gathered as the engine takes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from app.domain.answers import SituationFacts
from app.models.draft import SituationFactRow
from app.services.row_changes import Fields

FREQUENCY = "frequency"
ACCIDENT = "accident"
"""What somebody may say not to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidFacts:
    """One row of the draft; None is « nobody said »."""

    concerned: bool = False
    frequency: int | None = None
    people: int | None = None
    words: str | None = None
    in_place: str | None = None
    checked_on: str | None = None
    accident: bool | None = None
    unknowns: frozenset[str] = frozenset()
    """What was said not to be known, among FREQUENCY and ACCIDENT."""

    def fields(self) -> Fields:
        """As columns."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**plain, "unknowns": " ".join(sorted(self.unknowns))}


def read_said(row: SituationFactRow) -> SaidFacts:
    """What a row says."""
    return SaidFacts(
        concerned=row.concerned,
        frequency=row.frequency,
        people=row.people,
        words=row.words,
        in_place=row.in_place,
        checked_on=row.checked_on,
        accident=row.accident,
        unknowns=frozenset(row.unknowns.split()),
    )


def situations_of(said: Mapping[tuple[str, str], SaidFacts]) -> dict[str, SituationFacts]:
    """The facts by situation, as the engine takes them."""
    names = sorted({situation for situation, _ in said})
    return {
        name: _facts({unit: each for (known, unit), each in sorted(said.items()) if known == name}) for name in names
    }


def _facts(by_unit: Mapping[str, SaidFacts]) -> SituationFacts:
    return SituationFacts(
        frequency={unit: each.frequency for unit, each in by_unit.items() if each.concerned},
        people={unit: each.people for unit, each in by_unit.items() if each.people is not None},
        words={unit: each.words for unit, each in by_unit.items() if each.words is not None},
        in_place={unit: each.in_place for unit, each in by_unit.items() if each.in_place is not None},
        checked_on={unit: each.checked_on for unit, each in by_unit.items() if each.checked_on is not None},
        accident={unit: each.accident for unit, each in by_unit.items() if each.accident is not None},
    )
