"""Numbers of the indicators, from counts already grouped: rates, medians, parts. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from app.domain.activity import SIZE_BANDS
from app.domain.indicator_specs import LEVELS
from app.domain.indicators import NOT_SAID, ActionStates, Axis, Part
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


def rate(numerator: int, denominator: int, parts: tuple[Part, ...] = ()) -> Figures:
    """A percentage to one decimal; no value over nothing."""
    value = None
    if denominator:
        value = (Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Figures(value=value, numerator=numerator, denominator=denominator, parts=parts)


def themes_figures(found: Sequence[tuple[int, int]]) -> Figures:
    """Establishments by how many themes they submitted."""
    words = {"1": "Un thème", "2": "Deux thèmes", "3+": "Trois thèmes ou plus"}
    counts = dict.fromkeys(words, 0)
    for number, units in found:
        counts[str(number) if number < 3 else "3+"] += units
    parts = tuple(Part(code=code, words=words[code], value=count) for code, count in counts.items())
    return Figures(value=Decimal(sum(counts.values())), parts=parts)


def median_figures(found: Sequence[tuple[int, int]]) -> Figures:
    """The median of delays told with how many there are of each."""
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


def action_figures(aggregate: ActionStates, found: Sequence[tuple[str, str, int]]) -> Figures:
    """Actions by state and prevention level."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LastFacts:
    """Units that are alike at their last picked fact."""

    section: str
    band: str
    sector: str
    units: int
    headcount: int


def workforce_figures(found: Sequence[LastFacts]) -> Figures:
    """Head counts added up."""
    known = sum(each.units for each in found if each.band)
    unknown = sum(each.units for each in found if not each.band)
    parts = (
        Part(code="connu", words="Établissements dont l'effectif est connu", value=known),
        Part(code=NOT_SAID, words="Établissements dont l'effectif n'est pas renseigné", value=unknown),
    )
    return Figures(value=Decimal(sum(each.headcount for each in found)), denominator=known, parts=parts)


def small_figures(found: Sequence[LastFacts]) -> Figures:
    """The share under ten."""
    known = sum(each.units for each in found if each.band)
    small = sum(each.units for each in found if each.band in _SMALL)
    return rate(small, known, spread_parts("band", found))


def spread_parts(group: str, found: Sequence[LastFacts]) -> tuple[Part, ...]:
    """Parts by what the last fact of each establishment carries."""
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


def coded_parts(group: str, counts: Mapping[str, int], words: Mapping[str, str]) -> tuple[Part, ...]:
    """Parts by code, the known ones in the order of their list."""
    codes = [code for code in words if counts.get(code)] + sorted(set(counts) - set(words))
    return tuple(
        Part(group=group, code=code or NOT_SAID, words=words.get(code, code) or UNSAID_WORDS, value=counts[code])
        for code in codes
    )
