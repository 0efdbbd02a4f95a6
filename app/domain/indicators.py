"""What an indicator is: which facts, which grain, which sum. docs/indicators.md says the same in words.

A Spec is data. `app.models.indicator_sql` compiles it to SQL, `tests/services/indicator_recount.py` runs it row by row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from app.domain.acts import FactKind

NOT_SAID: Final = "nr"
"""Filter and part « non renseigné »: the fact carries no section, no head count, no sector or no theme."""
ANY_CATEGORY: Final = "*"
"""A category, whichever it is."""


class Grain(StrEnum):
    """What one unit of the number is; figures of two grains are never added."""

    EVENT = "evenement"
    UNIT = "etablissement"
    WORKER = "travailleur"
    ATTENDANCE = "participation"


class Axis(StrEnum):
    """What a number is broken down by."""

    THEME = "theme"
    SECTION = "section"
    BAND = "band"
    SECTOR = "sector"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Facts of some kinds."""

    kinds: tuple[FactKind, ...]
    category: str = ""
    """`ANY_CATEGORY` or one code; empty: no condition."""
    themed: bool = True
    """False when these facts carry no theme: a filter on the theme leaves them."""


Picks = tuple[Pick, ...]
"""A fact is picked when one of them picks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Distinct establishments with a picked fact, or with facts on `subjects` different subjects at least."""

    of: Picks
    subjects: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitShare:
    """Among the establishments of `among`, the share that `of` picks too."""

    of: Picks
    among: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Questionnaires (establishment and theme, once each): one part for each name; the value is that of `value`."""

    states: tuple[tuple[str, str, Picks], ...]
    """Code, French words, facts."""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairShare:
    """Among the questionnaires of `among`, the share that `of` picks too."""

    of: Picks
    among: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesPerUnit:
    """Distinct establishments with a picked fact, in parts: on one theme, on two, on three or more."""

    of: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class MedianDelay:
    """Median number of days between the facts of one kind and those of another, on the same subject."""

    start: FactKind
    end: FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionStates:
    """Distinct actions that reached each state in the period, by prevention level."""

    states: tuple[tuple[str, str, FactKind], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneByDue:
    """Among the actions whose planned day falls in the period, the share done by its last day."""

    planned: FactKind
    done: FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Workforce:
    """Head counts of the picked establishments, each once, at its last picked fact of the period."""

    of: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Among the members on the last day of the period, the share that `of` picks."""

    of: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallShare:
    """Among the picked establishments whose head count is known, the share under ten; one part for each size band."""

    of: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Picked establishments by section, size band and sector, each at its last picked fact of the period."""

    of: Picks


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Picked facts, each once, in parts by category and by format."""

    of: Picks
    by_format: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Sum of the quantities of the picked facts, in parts by their unit."""

    of: Picks


Aggregate = (
    Units
    | UnitShare
    | Pairs
    | PairShare
    | ThemesPerUnit
    | MedianDelay
    | ActionStates
    | DoneByDue
    | Workforce
    | Coverage
    | SmallShare
    | Spread
    | Events
    | Attendance
)


def picks_of(aggregate: Aggregate) -> Picks:
    """Every fact a number is made of, numerator and denominator."""
    match aggregate:
        case UnitShare(of=of, among=among) | PairShare(of=of, among=among):
            return (*among, *of)
        case Pairs(states=states):
            return tuple(pick for _, _, picks in states for pick in picks)
        case _:
            return base_of(aggregate)


def base_of(aggregate: Aggregate) -> Picks:
    """The facts that a number, or the denominator of a rate, is made of."""
    match aggregate:
        case UnitShare(among=among) | PairShare(among=among):
            return among
        case Pairs(states=states, value=value):
            return next(picks for code, _, picks in states if code == value)
        case MedianDelay(end=end):
            return (Pick(kinds=(end,)),)
        case ActionStates(states=states):
            return (Pick(kinds=tuple(kind for _, _, kind in states)),)
        case DoneByDue(planned=planned):
            return (Pick(kinds=(planned,)),)
        case _:
            return aggregate.of


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One indicator. Changing what it counts is a new `version`."""

    code: str
    label: str
    """French."""
    unit: str
    """French: what the value is a number of."""
    grain: Grain
    aggregate: Aggregate
    definition: str
    """French, in one or two sentences: what is printed under the number and in the dictionary."""
    formula: str
    """French."""
    source: str
    """« portail » or « journal d'activité »."""
    version: int = 1
    themed: bool = True
    """False: a filter on a theme makes no sense, and the answer is « sans objet »."""

    @property
    def is_rate(self) -> bool:
        """Whether the value is a percentage of a numerator and a denominator."""
        return isinstance(self.aggregate, UnitShare | PairShare | DoneByDue | Coverage | SmallShare)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorQuery:
    """Which facts count: both days included; an empty filter filters nothing, `NOT_SAID` keeps what was not said."""

    first: date
    last: date
    theme: str = ""
    section: str = ""
    """Letter of the NAF section."""
    band: str = ""
    """Code of app.domain.activity.SIZE_BANDS."""
    sector: str = ""
    campaign: str = ""
    """Code of a campaign: its own facts, and those without campaign of the establishments it targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a number that is told in parts."""

    code: str
    words: str
    """French."""
    value: int
    group: str = ""
    """Parts of one group add up, those of two groups do not: « section », « band », « sector », a state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """An indicator and its number."""

    spec: Spec
    value: Decimal | None
    """A whole number, a percentage to one decimal, or days; None when it does not apply (« sans objet »)."""
    numerator: int | None = None
    denominator: int | None = None
    """Of a rate; of a median, the number of delays; of a workforce, the establishments whose head count is known."""
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """An indicator for one value of an axis: the same count with that filter."""

    code: str
    """Value of the filter; `NOT_SAID` for « non renseigné »."""
    words: str
    """French."""
    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    units: int = 0
    """Distinct establishments behind it: what suppression looks at."""
    largest: int = 0
    """What the largest of them brings to it."""
