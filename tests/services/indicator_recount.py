"""The Specs run row by row over plain facts: slow, without SQL, for the tests that compare both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

from app.domain.activity import size_band
from app.domain.acts import FactKind
from app.domain.indicator_specs import LEVELS
from app.domain.indicators import (
    ANY_CATEGORY,
    NOT_SAID,
    ActionStates,
    Attendance,
    Coverage,
    DoneByDue,
    Events,
    IndicatorQuery,
    MedianDelay,
    Pairs,
    PairShare,
    Pick,
    Picks,
    SmallShare,
    Spec,
    Spread,
    ThemesPerUnit,
    Units,
    UnitShare,
    Workforce,
)
from app.models.affiliation import Affiliation
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from questionnaires.naf import section_of

Number = tuple[Decimal | None, int | None, int | None]
"""Value, numerator, denominator."""


@dataclass(kw_only=True)
class Tables:
    """Every row of a service."""

    facts: Sequence[Fact]
    establishments: Sequence[EstablishmentRow]
    states: Sequence[EstablishmentState]
    affiliations: Sequence[Affiliation]


@dataclass(kw_only=True)
class Recount:
    """One query over those rows."""

    tables: Tables
    query: IndicatorQuery

    def __post_init__(self) -> None:
        tables, last = self.tables, self.query.last
        voided = {fact.voids_id for fact in tables.facts}
        refused = {row.id for row in tables.establishments if row.claim_state == "refusee"}
        back = {
            fact.subject
            for fact in tables.facts
            if fact.kind == FactKind.THEME_WITHDRAWN and fact.id not in voided and fact.happened_on <= last
        }
        self.valid = [
            fact
            for fact in tables.facts
            if fact.id not in voided
            and fact.establishment_id not in refused
            and not (fact.kind == FactKind.THEME_SUBMITTED and fact.subject in back)
        ]
        self.targets = {
            unit(fact)
            for fact in self.valid
            if fact.kind == FactKind.TARGETED and fact.campaign == self.query.campaign and fact.happened_on <= last
        }

    def picked(self, picks: Picks, *, themed: bool = True, only_theme: bool = False) -> list[Fact]:
        """Picked facts of the period, through the filters."""
        return [
            fact
            for fact in self.valid
            if self.query.first <= fact.happened_on <= self.query.last
            and any(self._takes(pick, fact) for pick in picks)
            and self._passes(fact, picks, only_theme=only_theme)
        ]

    def _takes(self, pick: Pick, fact: Fact) -> bool:
        if fact.kind not in pick.kinds:
            return False
        return not pick.category or (
            fact.category != "" if pick.category == ANY_CATEGORY else fact.category == pick.category
        )

    def _passes(self, fact: Fact, picks: Picks, *, only_theme: bool = False) -> bool:
        query = self.query
        free = any(fact.kind in pick.kinds and not pick.themed for pick in picks)
        if query.theme and not free and not _same(fact.theme, query.theme):
            return False
        if only_theme:
            return True
        return (
            (not query.section or _same(fact.section, query.section))
            and (not query.band or _same(size_band(fact.headcount), query.band))
            and (not query.sector or _same(fact.sector, query.sector))
            and (
                not query.campaign
                or fact.campaign == query.campaign
                or (fact.campaign == "" and unit(fact) in self.targets)
            )
        )

    def units(self, picks: Picks, *, only_theme: bool = False) -> set[str]:
        """Distinct establishments."""
        return {key for fact in self.picked(picks, only_theme=only_theme) if (key := unit(fact))}

    def pairs(self, picks: Picks) -> set[tuple[str, str]]:
        """Distinct questionnaires."""
        return {(key, fact.theme) for fact in self.picked(picks) if (key := unit(fact))}

    def number(self, spec: Spec) -> tuple[Number, Counter[tuple[str, str]]]:
        """The number of an indicator, and its parts that are not 0."""
        if (self.query.theme and not spec.themed) or (self.query.campaign and isinstance(spec.aggregate, Coverage)):
            return (None, None, None), Counter()
        return COUNTERS[type(spec.aggregate)](self, spec.aggregate)

    def last_of(self, picks: Picks) -> list[Fact]:
        """Each unit at its last picked fact."""
        found: dict[str, Fact] = {}
        for fact in sorted(self.picked(picks), key=lambda one: (one.happened_on, one.recorded_at, one.id.hex)):
            if key := unit(fact):
                found[key] = fact
        return list(found.values())


def unit(fact: Fact) -> str:
    """The establishment as it is counted; empty for a collective act."""
    return fact.siret or (fact.establishment_id.hex if fact.establishment_id else "")


def _same(value: str | None, wanted: str) -> bool:
    return not value if wanted == NOT_SAID else value == wanted


Answer = tuple[Number, Counter[tuple[str, str]]]


def count(number: int, parts: Iterable[tuple[tuple[str, str], int]] = ()) -> Answer:
    """A count."""
    return (Decimal(number), None, None), Counter({key: value for key, value in parts if value})


def rate(numerator: int, denominator: int) -> Number:
    """A percentage, rounded half up to one decimal."""
    if not denominator:
        return None, numerator, denominator
    tenths = Fraction(1000 * numerator, denominator) + Fraction(1, 2)
    return Decimal(tenths.numerator // tenths.denominator) / 10, numerator, denominator


def _units(world: Recount, one: Units) -> Answer:
    subjects: dict[str, set[str]] = {}
    for fact in world.picked(one.of):
        if key := unit(fact):
            subjects.setdefault(key, set()).add(fact.subject)
    return count(sum(len(each) >= one.subjects for each in subjects.values()))


def _unit_share(world: Recount, one: UnitShare) -> Answer:
    among = world.units(one.among)
    return rate(len(among & world.units(one.of)), len(among)), Counter()


def _pair_share(world: Recount, one: PairShare) -> Answer:
    among = world.pairs(one.among)
    return rate(len(among & world.pairs(one.of)), len(among)), Counter()


def _pairs(world: Recount, one: Pairs) -> Answer:
    found = {code: len(world.pairs(of)) for code, _, of in one.states}
    parts = [(("", code), number) for code, number in found.items()] if len(found) > 1 else []
    return count(found[one.value], parts)


def _themes(world: Recount, one: ThemesPerUnit) -> Answer:
    themes = Counter(key for key, _ in world.pairs(one.of))
    parts = Counter(("", str(number) if number < 3 else "3+") for number in themes.values())
    return count(len(themes), parts.items())


def _delay(world: Recount, one: MedianDelay) -> Answer:
    days = []
    for fact in world.picked((Pick(kinds=(one.end,)),)):
        starts = [s.happened_on for s in world.valid if s.kind == one.start and s.subject == fact.subject]
        if fact.subject and starts:
            days.append((fact.happened_on - min(starts)).days)
    return (Decimal(str(median(days))) if days else None, None, len(days)), Counter()


def _actions(world: Recount, one: ActionStates) -> Answer:
    levels = {rank: code for code, _, ranks in LEVELS for rank in ranks}
    parts: Counter[tuple[str, str]] = Counter()
    for state, _, kind in one.states:
        ranks: dict[str, set[str]] = {}
        for fact in world.picked((Pick(kinds=(kind,)),)):
            chosen = {c.format for c in world.valid if c.kind == FactKind.ACTION_CHOSEN and c.subject == fact.subject}
            said = chosen or {""} if kind == FactKind.ACTION_DROPPED else {fact.format}
            ranks.setdefault(fact.subject, set()).update(said)
        parts["total", state] = len(ranks)
        for each in ranks.values():
            parts[state, levels.get(min(each), "autre")] += 1
    return count(parts["total", "realisees"], parts.items())


def _due(world: Recount, one: DoneByDue) -> Answer:
    query = world.query
    due = {
        fact.subject
        for fact in world.valid
        if fact.kind == one.planned
        and fact.due_on is not None
        and query.first <= fact.due_on <= query.last
        and fact.happened_on <= query.last
        and world._passes(fact, (Pick(kinds=(one.planned,)),))
    }
    done = {fact.subject for fact in world.valid if fact.kind == one.done and fact.happened_on <= query.last}
    return rate(len(due & done), len(due)), Counter()


def _workforce(world: Recount, one: Workforce) -> Answer:
    found = world.last_of(one.of)
    known = [fact.headcount for fact in found if fact.headcount is not None]
    parts = Counter({("", "connu"): len(known), ("", NOT_SAID): len(found) - len(known)})
    return (Decimal(sum(known)), None, len(known)), Counter({key: value for key, value in parts.items() if value})


def _coverage(world: Recount, one: Coverage) -> Answer:
    members = {row.siret or row.id.hex for row in world.tables.establishments if is_member(row, world)}
    return rate(len(members & world.units(one.of, only_theme=True)), len(members)), Counter()


def is_member(row: EstablishmentRow, world: Recount) -> bool:
    """Whether an establishment is a member on the last day, through the filters."""
    query, tables = world.query, world.tables
    told = max((a for a in tables.affiliations if a.establishment_id == row.id), key=lambda a: a.seq, default=None)
    state = max((s for s in tables.states if s.establishment_id == row.id), key=lambda s: s.seq, default=None)
    if row.attachment != "rattache" or row.claim_state or (told and not _lasts(told, query.last)):
        return False
    section = section_of(f"{state.naf[:2]}.00A") if state else None
    band = size_band(state.headcount) if state else ""
    return (
        (not query.section or _same(section, query.section))
        and (not query.band or _same(band, query.band))
        and (not query.sector or _same(row.sector, query.sector))
    )


def _lasts(told: Affiliation, day: date) -> bool:
    return (told.until is None or told.until >= day) and (told.since is None or told.since <= day)


def _small(world: Recount, one: SmallShare) -> Answer:
    found = world.last_of(one.of)
    known = [fact for fact in found if fact.headcount is not None]
    small = [fact for fact in known if (fact.headcount or 0) < 10]
    return rate(len(small), len(known)), Counter(("band", size_band(fact.headcount) or NOT_SAID) for fact in found)


def _spread(world: Recount, one: Spread) -> Answer:
    found = world.last_of(one.of)
    parts = Counter(("section", fact.section or NOT_SAID) for fact in found)
    parts += Counter(("band", size_band(fact.headcount) or NOT_SAID) for fact in found)
    parts += Counter(("sector", fact.sector or NOT_SAID) for fact in found)
    return count(len(found), parts.items())


def _events(world: Recount, one: Events) -> Answer:
    found = world.picked(one.of)
    parts = Counter(("category", fact.category or NOT_SAID) for fact in found)
    if one.by_format:
        parts += Counter(("format", fact.format or NOT_SAID) for fact in found)
    return count(len(found), parts.items())


def _attendance(world: Recount, one: Attendance) -> Answer:
    parts: Counter[tuple[str, str]] = Counter()
    for fact in world.picked(one.of):
        parts["unit", fact.unit or NOT_SAID] += int(fact.quantity or 0)
    return count(parts.total(), parts.items())


COUNTERS: dict[type, Callable[..., Answer]] = {
    Units: _units,
    UnitShare: _unit_share,
    Pairs: _pairs,
    PairShare: _pair_share,
    ThemesPerUnit: _themes,
    MedianDelay: _delay,
    ActionStates: _actions,
    DoneByDue: _due,
    Workforce: _workforce,
    Coverage: _coverage,
    SmallShare: _small,
    Spread: _spread,
    Events: _events,
    Attendance: _attendance,
}
