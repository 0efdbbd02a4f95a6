"""Numbers of the indicators, for each value of an axis: the answers of the statements put back together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from app.domain.activity import ATTENDEES, CATEGORIES, FORMATS, SIZE_BANDS
from app.domain.indicator_specs import LEVELS
from app.domain.indicators import (
    NOT_SAID,
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
from questionnaires.naf import section_words

UNSAID_WORDS: Final = "Non renseigné"
_BANDS: Final = {code: words for code, _, _, words in SIZE_BANDS}
_SMALL: Final = frozenset({"0", "1-9"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The number of one indicator for one value of the axis."""

    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    parts: tuple[Part, ...] = ()


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


def rate(numerator: int, denominator: int, parts: tuple[Part, ...] = ()) -> Figures:
    """A percentage to one decimal; no value over nothing."""
    value = None
    if denominator:
        value = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Figures(value=value, numerator=numerator, denominator=denominator, parts=parts)


def empty_figures(spec: Spec) -> Figures:
    """What is found when no fact is picked: 0 for a count, no value for a rate or a median."""
    match spec.aggregate:
        case MedianDelay():
            return Figures(value=None, denominator=0)
        case Workforce():
            return _workforce([])
        case Pairs(states=states):
            return _pairs(states, [], None, "")
        case ThemesPerUnit():
            return _themes([])
        case ActionStates():
            return _actions(spec.aggregate, [])
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
    return {axis: _themes(each) for axis, each in found.items()}


def _themes(found: Sequence[tuple[int, int]]) -> Figures:
    words = {"1": "Un thème", "2": "Deux thèmes", "3+": "Trois thèmes ou plus"}
    counts = dict.fromkeys(words, 0)
    for number, units in found:
        counts[str(number) if number < 3 else "3+"] += units
    parts = tuple(Part(code=code, words=words[code], value=count) for code, count in counts.items())
    return Figures(value=Decimal(sum(counts.values())), parts=parts)


def _median_delay(reader: Reader, aggregate: MedianDelay) -> ByAxis:
    found = _by_axis(reader.rows(statements.delays, aggregate.start, aggregate.end))
    return {axis: _median(each) for axis, each in found.items()}


def _median(found: Sequence[tuple[int, int]]) -> Figures:
    count = sum(number for _, number in found)
    middle = [_nth(found, (count - 1) // 2), _nth(found, count // 2)]
    return Figures(value=Decimal(sum(middle)) / 2, denominator=count)


def _nth(found: Sequence[tuple[int, int]], rank: int) -> int:
    """The value of that rank, from 0, of values told with how many there are of each."""
    seen = 0
    for days, number in sorted(found):
        seen += number
        if rank < seen:
            return days
    raise IndexError(rank)


def _action_states(reader: Reader, aggregate: ActionStates) -> ByAxis:
    found: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for axis, kind, rank, number in reader.rows(
        statements.action_states, tuple(kind for _, _, kind in aggregate.states)
    ):
        found[axis].append((kind, rank, number))
    return {axis: _actions(aggregate, each) for axis, each in found.items()}


def _actions(aggregate: ActionStates, found: Sequence[tuple[str, str, int]]) -> Figures:
    known = {rank: code for code, _, ranks in LEVELS for rank in ranks}
    last = LEVELS[-1][0]
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for kind, rank, number in found:
        counts[kind, known.get(rank, last)] += number
    totals = [
        Part(
            group="total", code=code, words=words, value=sum(counts.get((kind.value, level[0]), 0) for level in LEVELS)
        )
        for code, words, kind in aggregate.states
    ]
    levels = [
        Part(group=code, code=level, words=words, value=counts[kind.value, level])
        for code, _, kind in aggregate.states
        for level, words, _ in LEVELS
        if counts.get((kind.value, level))
    ]
    value = next(part.value for part in totals if part.code == "realisees")
    return Figures(value=Decimal(value), parts=(*totals, *levels))


def _done_by_due(reader: Reader, aggregate: DoneByDue) -> ByAxis:
    rows = reader.rows(statements.done_by_due, aggregate.planned, aggregate.done)
    return {axis: rate(int(done), due) for axis, due, done in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """Units that are alike at their last picked fact."""

    section: str
    band: str
    sector: str
    units: int
    headcount: int


def _last_facts(reader: Reader, of: Picks) -> Mapping[str, list[_Last]]:
    found: dict[str, list[_Last]] = defaultdict(list)
    for axis, section, band, sector, units, headcount, _ in reader.rows(statements.last_facts, of):
        found[axis].append(_Last(section=section, band=band, sector=sector, units=units, headcount=int(headcount)))
    return found


def _all_workforce(reader: Reader, aggregate: Workforce) -> ByAxis:
    return {axis: _workforce(each) for axis, each in _last_facts(reader, aggregate.of).items()}


def _workforce(found: Sequence[_Last]) -> Figures:
    known = sum(each.units for each in found if each.band)
    unknown = sum(each.units for each in found if not each.band)
    parts = (
        Part(code="connu", words="Établissements dont l'effectif est connu", value=known),
        Part(code=NOT_SAID, words="Établissements dont l'effectif n'est pas renseigné", value=unknown),
    )
    return Figures(value=Decimal(sum(each.headcount for each in found)), denominator=known, parts=parts)


def _small_share(reader: Reader, aggregate: SmallShare) -> ByAxis:
    found = _last_facts(reader, aggregate.of)
    return {axis: _small(each) for axis, each in found.items()}


def _small(found: Sequence[_Last]) -> Figures:
    known = sum(each.units for each in found if each.band)
    small = sum(each.units for each in found if each.band in _SMALL)
    return rate(small, known, _spread_parts("band", found))


def _spread(reader: Reader, aggregate: Spread) -> ByAxis:
    return {
        axis: Figures(
            value=Decimal(sum(one.units for one in each)),
            parts=tuple(part for group in ("section", "band", "sector") for part in _spread_parts(group, each)),
        )
        for axis, each in _last_facts(reader, aggregate.of).items()
    }


def _spread_parts(group: str, found: Sequence[_Last]) -> tuple[Part, ...]:
    counts: dict[str, int] = defaultdict(int)
    for each in found:
        counts[getattr(each, group)] += each.units
    order = {code: rank for rank, code in enumerate(_BANDS)}
    codes = sorted(counts, key=lambda code: (code == "", order.get(code, 0) if group == "band" else 0, code))
    return tuple(
        Part(group=group, code=code or NOT_SAID, words=axis_words(Axis(group), code), value=counts[code])
        for code in codes
    )


def axis_words(axis: Axis, code: str) -> str:
    """French words of a value of an axis; a theme keeps its code, whose name is in the content."""
    if not code:
        return UNSAID_WORDS
    match axis:
        case Axis.SECTION:
            return section_words(code)
        case Axis.BAND:
            return _BANDS.get(code, code)
        case _:
            return code


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
    parts = _coded("category", categories, CATEGORIES)
    if aggregate.by_format:
        parts += _coded("format", formats, FORMATS)
    return Figures(value=Decimal(sum(categories.values())), parts=parts)


def _coded(group: str, counts: Mapping[str, int], words: Mapping[str, str]) -> tuple[Part, ...]:
    codes = [code for code in words if counts.get(code)] + sorted(set(counts) - set(words))
    return tuple(
        Part(group=group, code=code or NOT_SAID, words=words.get(code, code) or UNSAID_WORDS, value=counts[code])
        for code in codes
    )


def _attendance(reader: Reader, aggregate: Attendance) -> ByAxis:
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in reader.events():
        if any(takes(pick, row.kind, row.category) for pick in aggregate.of):
            found[row.axis][row.unit] += int(row.quantity)
    return {
        axis: Figures(
            value=Decimal(sum(counts.values())),
            parts=_coded("unit", {unit: count for unit, count in counts.items() if count}, ATTENDEES),
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
