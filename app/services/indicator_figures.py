"""Numbers of the indicators, for each value of an axis: the answers of the statements put back together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.activity import ATTENDEES, CATEGORIES, FORMATS
from app.domain.indicator_figures import (
    Figures,
    LastFacts,
    action_figures,
    coded_parts,
    median_figures,
    rate,
    small_figures,
    spread_parts,
    themes_figures,
    workforce_figures,
)
from app.domain.indicators import (
    ActionStates,
    Attendance,
    Axis,
    Coverage,
    DoneByDue,
    Events,
    IndicatorQuery,
    MedianDelay,
    Pairs,
    PairShare,
    Part,
    Picks,
    SmallShare,
    Spec,
    Spread,
    ThemesPerUnit,
    Units,
    UnitShare,
    Workforce,
    base_of,
)
from app.models import indicator_statements as statements
from app.models.indicator_members import coverage
from app.models.indicator_sql import Masks, masks_of, parameters, shape_of, takes
from app.models.indicator_statements import Measure

ByAxis = dict[str, Figures]
"""Value of the axis (empty: what was not said, or no axis) -> its figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """Who is behind a number: how many establishments, and what the largest of them brings."""

    units: int
    largest: int


@dataclass(kw_only=True)
class Reader:
    """Executes the statements of one query, each once."""

    session: Session
    query: IndicatorQuery
    specs: Sequence[Spec]
    axis: Axis | None = None
    _read: dict[int, Sequence[Any]] = field(default_factory=dict)

    def figures(self, spec: Spec) -> ByAxis:
        """The figures of an indicator; empty when it does not apply, or counted nothing."""
        if not self.applies(spec):
            return {}
        found = _FIGURES[type(spec.aggregate)](self, spec.aggregate)
        return found if self.axis is not None else {"": found.get("") or empty_figures(spec)}

    def weights(self, spec: Spec) -> dict[str, Weight]:
        """Who is behind the number, for each value of the axis."""
        match spec.aggregate:
            case Workforce(of=of):
                found: dict[str, Weight] = {}
                for axis, _, _, _, units, _, largest in self.rows(statements.last_facts, of):
                    so_far = found.get(axis, Weight(units=0, largest=0))
                    found[axis] = Weight(units=so_far.units + units, largest=max(so_far.largest, int(largest)))
                return found
            case Coverage(of=of):
                return {axis: Weight(units=members, largest=1) for axis, members, _ in self.rows(coverage, of)}
        measure = _MEASURES.get(type(spec.aggregate))
        if measure is None:
            measured = self.rows(statements.weights, base_of(spec.aggregate), Measure.FACTS)
            return {axis: Weight(units=units, largest=1) for axis, units, _ in measured}
        measured = self.rows(statements.weights, base_of(spec.aggregate), measure)
        return {axis: Weight(units=units, largest=int(largest)) for axis, units, largest in measured}

    def applies(self, spec: Spec) -> bool:
        """Whether the indicator makes sense under these filters."""
        if self.query.theme and not spec.themed:
            return False
        return not (self.query.campaign and isinstance(spec.aggregate, Coverage))

    def rows(self, build: Any, *args: Any) -> Sequence[Any]:
        """The answer of a statement."""
        statement: statements.Statement = build(shape_of(self.query, self.axis), *args)
        if id(statement) not in self._read:
            self._read[id(statement)] = self.session.execute(statement, parameters(self.query)).all()
        return self._read[id(statement)]

    def unit_masks(self) -> tuple[Masks, Mapping[str, list[tuple[int, int]]]]:
        """Combinations of facts of the units, for every indicator that counts units."""
        sets: dict[Picks, None] = {}
        for spec in filter(self.applies, self.specs):
            match spec.aggregate:
                case Units(of=of, subjects=1):
                    sets[of] = None
                case UnitShare(of=of, among=among):
                    sets |= {of: None, among: None}
        masks = masks_of(tuple(sets))
        return masks, _by_axis(self.rows(statements.unit_masks, masks))

    def pair_masks(self) -> tuple[Masks, Mapping[str, list[tuple[int, int]]]]:
        """Combinations of facts of the questionnaires."""
        sets: dict[Picks, None] = {}
        for spec in filter(self.applies, self.specs):
            match spec.aggregate:
                case Pairs(states=states):
                    sets |= {of: None for _, _, of in states}
                case PairShare(of=of, among=among):
                    sets |= {of: None, among: None}
        masks = masks_of(tuple(sets))
        return masks, _by_axis(self.rows(statements.pair_masks, masks))

    def events(self) -> Sequence[Any]:
        """Facts of every indicator that counts acts, by kind, category, format and unit."""
        picks: dict[Any, None] = {}
        for spec in filter(self.applies, self.specs):
            if isinstance(spec.aggregate, Events | Attendance):
                picks |= dict.fromkeys(spec.aggregate.of)
        return self.rows(statements.events, tuple(picks))


def _by_axis(rows: Iterable[Any]) -> Mapping[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for axis, key, number in rows:
        found[axis].append((int(key), number))
    return found


def empty_figures(spec: Spec) -> Figures:
    """What is found when no fact is picked: 0 for a count, no value for a rate or a median."""
    match spec.aggregate:
        case MedianDelay():
            return Figures(value=None, denominator=0)
        case Workforce():
            return workforce_figures([])
        case Pairs(states=states):
            return _pairs(states, [], None, "")
        case ThemesPerUnit():
            return themes_figures([])
        case ActionStates():
            return action_figures(spec.aggregate, [])
    return rate(0, 0) if spec.is_rate else Figures(value=Decimal(0))


def _units(reader: Reader, aggregate: Units) -> ByAxis:
    if aggregate.subjects > 1:
        rows = reader.rows(statements.many_subjects, aggregate.of, aggregate.subjects)
        return {axis: Figures(value=Decimal(number)) for axis, number in rows}
    masks, found = reader.unit_masks()
    return {axis: Figures(value=Decimal(_held(masks, each, aggregate.of))) for axis, each in found.items()}


def _held(masks: Masks, found: Iterable[tuple[int, int]], *all_of: Picks) -> int:
    return sum(number for mask, number in found if all(masks.holds(mask, picks) for picks in all_of))


def _unit_share(reader: Reader, aggregate: UnitShare) -> ByAxis:
    masks, found = reader.unit_masks()
    return {axis: _share(masks, each, aggregate) for axis, each in found.items()}


def _pair_share(reader: Reader, aggregate: PairShare) -> ByAxis:
    masks, found = reader.pair_masks()
    return {axis: _share(masks, each, aggregate) for axis, each in found.items()}


def _share(masks: Masks, found: Sequence[tuple[int, int]], aggregate: UnitShare | PairShare) -> Figures:
    return rate(_held(masks, found, aggregate.of, aggregate.among), _held(masks, found, aggregate.among))


def _all_pairs(reader: Reader, aggregate: Pairs) -> ByAxis:
    masks, found = reader.pair_masks()
    return {axis: _pairs(aggregate.states, each, masks, aggregate.value) for axis, each in found.items()}


def _pairs(
    states: Sequence[tuple[str, str, Picks]], found: Sequence[tuple[int, int]], masks: Masks | None, main: str
) -> Figures:
    parts = tuple(
        Part(code=code, words=words, value=_held(masks, found, of) if masks else 0) for code, words, of in states
    )
    value = next((part.value for part in parts if part.code == main), 0)
    return Figures(value=Decimal(value), parts=parts if len(parts) > 1 else ())


def _themes_per_unit(reader: Reader, aggregate: ThemesPerUnit) -> ByAxis:
    found = _by_axis(reader.rows(statements.themes_per_unit, aggregate.of))
    return {axis: themes_figures(each) for axis, each in found.items()}


def _median_delay(reader: Reader, aggregate: MedianDelay) -> ByAxis:
    found = _by_axis(reader.rows(statements.delays, aggregate.start, aggregate.end))
    return {axis: median_figures(each) for axis, each in found.items()}


def _action_states(reader: Reader, aggregate: ActionStates) -> ByAxis:
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for axis, kind, rank, number in reader.rows(
        statements.action_states, tuple(kind for _, _, kind in aggregate.states)
    ):
        found[axis].append((kind, rank, number))
    return {axis: action_figures(aggregate, each) for axis, each in found.items()}


def _done_by_due(reader: Reader, aggregate: DoneByDue) -> ByAxis:
    rows = reader.rows(statements.done_by_due, aggregate.planned, aggregate.done)
    return {axis: rate(int(done), due) for axis, due, done in rows}


def _last_facts(reader: Reader, of: Picks) -> Mapping[str, list[LastFacts]]:
    found: dict[str, list[LastFacts]] = defaultdict(list)
    for axis, section, band, sector, units, headcount, _ in reader.rows(statements.last_facts, of):
        found[axis].append(LastFacts(section=section, band=band, sector=sector, units=units, headcount=int(headcount)))
    return found


def _all_workforce(reader: Reader, aggregate: Workforce) -> ByAxis:
    return {axis: workforce_figures(each) for axis, each in _last_facts(reader, aggregate.of).items()}


def _small_share(reader: Reader, aggregate: SmallShare) -> ByAxis:
    found = _last_facts(reader, aggregate.of)
    return {axis: small_figures(each) for axis, each in found.items()}


def _spread(reader: Reader, aggregate: Spread) -> ByAxis:
    return {
        axis: Figures(
            value=Decimal(sum(one.units for one in each)),
            parts=tuple(part for group in ("section", "band", "sector") for part in spread_parts(group, each)),
        )
        for axis, each in _last_facts(reader, aggregate.of).items()
    }


def _coverage(reader: Reader, aggregate: Coverage) -> ByAxis:
    return {axis: rate(int(engaged), members) for axis, members, engaged in reader.rows(coverage, aggregate.of)}


def _all_events(reader: Reader, aggregate: Events) -> ByAxis:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in reader.events():
        if any(takes(pick, row.kind, row.category) for pick in aggregate.of):
            found[row.axis].append(row)
    return {axis: _acts(aggregate, each) for axis, each in found.items()}


def _acts(aggregate: Events, rows: Sequence[Any]) -> Figures:
    categories: dict[str, int] = defaultdict(int)
    formats: dict[str, int] = defaultdict(int)
    for row in rows:
        categories[row.category] += row.facts
        formats[row.format] += row.facts
    parts = coded_parts("category", categories, CATEGORIES)
    if aggregate.by_format:
        parts += coded_parts("format", formats, FORMATS)
    return Figures(value=Decimal(sum(categories.values())), parts=parts)


def _attendance(reader: Reader, aggregate: Attendance) -> ByAxis:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in reader.events():
        if any(takes(pick, row.kind, row.category) for pick in aggregate.of):
            found[row.axis][row.unit] += int(row.quantity)
    return {
        axis: Figures(
            value=Decimal(sum(counts.values())),
            parts=coded_parts("unit", {unit: count for unit, count in counts.items() if count}, ATTENDEES),
        )
        for axis, counts in found.items()
    }


_MEASURES: Final[Mapping[type, Measure]] = {
    Pairs: Measure.THEMES,
    PairShare: Measure.THEMES,
    MedianDelay: Measure.FACTS,
    ActionStates: Measure.SUBJECTS,
    DoneByDue: Measure.SUBJECTS,
    Events: Measure.FACTS,
    Attendance: Measure.QUANTITY,
}
"""What one establishment brings; in the others it brings one."""

_FIGURES: Final[Mapping[type, Any]] = {
    Units: _units,
    UnitShare: _unit_share,
    Pairs: _all_pairs,
    PairShare: _pair_share,
    ThemesPerUnit: _themes_per_unit,
    MedianDelay: _median_delay,
    ActionStates: _action_states,
    DoneByDue: _done_by_due,
    Workforce: _all_workforce,
    Coverage: _coverage,
    SmallShare: _small_share,
    Spread: _spread,
    Events: _all_events,
    Attendance: _attendance,
}
