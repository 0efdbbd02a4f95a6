"""Specs compiled to SQL: a few grouped statements for every indicator at once, the same on SQLite and PostgreSQL.

A statement depends on which filters are set, not on their values: it is built once and kept (`_Shape`). Distinct units
are told by masks: each fact has one bit, for the set of picks it belongs to; the distinct bits of a unit are added up,
and the database returns how many units have each sum. Every intersection is read from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, cast, exists, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.domain.activity import SIZE_BANDS
from app.domain.acts import FactKind
from app.domain.indicators import ANY_CATEGORY, NOT_SAID, Axis, IndicatorQuery, Pick, Picks
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact

NO_END: Final = 2**31 - 1

Condition = ColumnElement[bool]
Column = ColumnElement[Any]


class days_between(FunctionElement[int]):  # noqa: N801 - named as SQL names its functions
    """Whole days from the first day to the second."""

    name = "days_between"
    inherit_cache = True


@compiles(days_between, "sqlite")
def _days_sqlite(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, second = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _days_postgresql(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:
    first, second = (compiler.process(each, **kw) for each in element.clauses)
    return f"({second} - {first})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Which filters are set, and what the answer is broken down by."""

    theme: str = ""
    """Empty, `=` for a value, `nr` for what was not said; likewise below."""
    section: str = ""
    band: str = ""
    sector: str = ""
    campaign: bool = False
    axis: Axis | None = None


def shape_of(query: IndicatorQuery, axis: Axis | None = None) -> Shape:
    """The shape of a query."""

    def filled(value: str) -> str:
        return value if value in {"", NOT_SAID} else "="

    return Shape(
        theme=filled(query.theme),
        section=filled(query.section),
        band=filled(query.band),
        sector=filled(query.sector),
        campaign=bool(query.campaign),
        axis=axis,
    )


def parameters(query: IndicatorQuery) -> dict[str, Any]:
    """What the statements are executed with."""
    low, high = next(
        ((first, last) for code, first, last, _ in SIZE_BANDS if code == query.band),
        (NO_END, 0),  # a band nobody knows holds nobody
    )
    return {
        "first": query.first,
        "last": query.last,
        "theme": query.theme,
        "section": query.section,
        "band_low": low,
        "band_high": NO_END if high is None else high,
        "sector": query.sector,
        "campaign": query.campaign,
    }


FIRST: Final[Column] = bindparam("first")
LAST: Final[Column] = bindparam("last")


def inline(value: str | int) -> Column:
    """A constant written in the statement: PostgreSQL must see that two expressions are the same to group by one."""
    return literal(value, literal_execute=True)


def unit_of(fact: type[Fact] = Fact) -> Column:
    """The establishment as it is counted: the SIRET of that day, or the row itself."""
    return func.coalesce(fact.siret, cast(fact.establishment_id, String))


def axis_of(axis: Axis, fact: type[Fact] = Fact) -> Column:
    """What facts are broken down by; empty for what was not said."""
    match axis:
        case Axis.THEME:
            return fact.theme.expression
        case Axis.SECTION:
            return func.coalesce(fact.section, inline(""))
        case Axis.BAND:
            return band_of(fact.headcount.expression)
        case Axis.SECTOR:
            return fact.sector.expression


def band_of(headcount: Column) -> Column:
    """Code of the size band of a head count; empty when it is not known."""
    steps = [(headcount <= inline(last), inline(code)) for code, _, last, _ in SIZE_BANDS if last is not None]
    return case((headcount.is_(None), inline("")), *steps, else_=inline(SIZE_BANDS[-1][0]))


def _not_voided(fact: type[Fact], kinds: Sequence[FactKind]) -> Condition:
    """No other fact voids it. A fact is only looked for when its kind is voided somewhere, or may be: few kinds are."""
    later, other, unsaid = aliased(Fact), aliased(Fact), aliased(Fact)
    said = [*(kind.value for kind in kinds), ""]
    found = select(later.voids_id).where(later.voids_id.is_not(None), later.voids_kind.in_(said))
    if len(kinds) == 1:
        return fact.id.not_in(found)
    any_kind = exists(unsaid.id).where(unsaid.voids_id.is_not(None), unsaid.voids_kind == "")
    voided_kinds = select(other.voids_kind).where(other.voids_id.is_not(None)).distinct()
    return or_(and_(~any_kind, fact.kind.not_in(voided_kinds)), fact.id.not_in(found))


def _taken_back() -> Select[Any]:
    back = aliased(Fact)
    later = aliased(Fact)
    return select(back.subject).where(
        back.kind == FactKind.THEME_WITHDRAWN.value,
        back.happened_on <= LAST,
        ~exists().where(later.voids_id == back.id),
    )


def _refused() -> Select[Any]:
    claim = aliased(EstablishmentRow)
    return select(claim.id).where(claim.claim_state == inline("refusee"))


def stands(fact: type[Fact], kinds: Sequence[FactKind]) -> list[Condition]:
    """A fact of these kinds that still counts, whatever its day."""
    found: list[Condition] = [
        fact.kind.in_([kind.value for kind in kinds]),
        _not_voided(fact, kinds),
        # Asked once: as long as nobody was refused, no row is looked up.
        or_(~_refused().exists(), fact.establishment_id.is_(None), fact.establishment_id.not_in(_refused())),
    ]
    if FactKind.THEME_SUBMITTED in kinds:
        found.append(or_(fact.kind != FactKind.THEME_SUBMITTED.value, fact.subject.not_in(_taken_back())))
    return found


def passes(shape: Shape, *, unthemed: Sequence[FactKind] = (), fact: type[Fact] = Fact) -> list[Condition]:
    """The filters of a query."""
    found: list[Condition] = []
    if shape.theme:
        theme = fact.theme == (bindparam("theme") if shape.theme == "=" else "")
        found.append(or_(theme, fact.kind.in_([kind.value for kind in unthemed])) if unthemed else theme)
    if shape.section == "=":
        found.append(fact.section == bindparam("section"))
    elif shape.section:
        found.append(func.coalesce(fact.section, "") == "")
    if shape.band == "=":
        found.append(fact.headcount.between(bindparam("band_low"), bindparam("band_high")))
    elif shape.band:
        found.append(fact.headcount.is_(None))
    if shape.sector:
        found.append(fact.sector == (bindparam("sector") if shape.sector == "=" else ""))
    if shape.campaign:
        found.append(_of_campaign(fact))
    return found


def _of_campaign(fact: type[Fact]) -> Condition:
    target = aliased(Fact)
    targets = select(unit_of(target)).where(
        *stands(target, (FactKind.TARGETED,)),
        target.campaign == bindparam("campaign"),
        target.happened_on <= LAST,
        target.establishment_id.is_not(None),
    )
    return or_(fact.campaign == bindparam("campaign"), and_(fact.campaign == "", unit_of(fact).in_(targets)))


def picked(
    shape: Shape, picks: Picks, *, in_period: bool = True, any_category: bool = False, fact: type[Fact] = Fact
) -> list[Condition]:
    """Facts that one of the picks takes, valid, in the period, through the filters."""
    kinds = tuple(dict.fromkeys(kind for pick in picks for kind in pick.kinds))
    unthemed = [kind for pick in picks if not pick.themed for kind in pick.kinds]
    found = stands(fact, kinds)
    if in_period:
        found.append(fact.happened_on.between(FIRST, LAST))
    categories = None if any_category else _categories(picks, fact)
    if categories is not None:
        found.append(categories)
    return [*found, *passes(shape, unthemed=unthemed, fact=fact)]


def _categories(picks: Picks, fact: type[Fact]) -> Condition | None:
    if not any(pick.category for pick in picks):
        return None
    return or_(*(and_(fact.kind.in_([kind.value for kind in pick.kinds]), *_of_category(pick, fact)) for pick in picks))


def _of_category(pick: Pick, fact: type[Fact]) -> list[Condition]:
    if not pick.category:
        return []
    return [fact.category != "" if pick.category == ANY_CATEGORY else fact.category == pick.category]


def takes(pick: Pick, kind: str, category: str) -> bool:
    """Whether a pick takes a fact of that kind and category."""
    wanted = pick.category
    return kind in pick.kinds and (not wanted or (bool(category) if wanted == ANY_CATEGORY else category == wanted))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Masks:
    """Sets of picks told apart by bits: `sets[i]` holds for a unit when its mask has one of the bits of `bits[i]`."""

    sets: tuple[Picks, ...]
    bits: tuple[int, ...]
    bit: ColumnElement[int]
    """The bit of a fact."""
    picks: Picks
    """All the picks."""

    def holds(self, mask: int, picks: Picks) -> bool:
        """Whether a unit of that mask has a fact of that set of picks."""
        return bool(mask & self.bits[self.sets.index(picks)])


@lru_cache(maxsize=64)
def masks_of(sets: tuple[Picks, ...]) -> Masks:
    """One bit for each group of facts that belong to the same sets."""
    everything = tuple(pick for picks in sets for pick in picks)
    kinds = dict.fromkeys(kind for pick in everything for kind in pick.kinds)
    codes = sorted({pick.category for pick in everything} - {"", ANY_CATEGORY})
    groups: dict[frozenset[int], list[tuple[FactKind, str]]] = {}
    for kind in kinds:
        for category in ("", ANY_CATEGORY, *codes):  # nothing, any other one, each one that a pick names
            member = frozenset(n for n, picks in enumerate(sets) if any(takes(p, kind, category) for p in picks))
            if member:
                groups.setdefault(member, []).append((kind, category))
    ranked = list(groups.items())
    return Masks(
        sets=sets,
        bits=tuple(sum(1 << rank for rank, (member, _) in enumerate(ranked) if n in member) for n in range(len(sets))),
        bit=case(*_whens(ranked, codes), else_=0),
        picks=everything,
    )


def _whens(
    ranked: Sequence[tuple[frozenset[int], list[tuple[FactKind, str]]]], codes: Sequence[str]
) -> list[tuple[Condition, int]]:
    """For each group, the condition of its facts: by kind alone when every category of the kind is in it."""
    every = {"", ANY_CATEGORY, *codes}
    found: list[tuple[Condition, int]] = []
    for rank, (_, held) in enumerate(ranked):
        by_kind: dict[FactKind, set[str]] = {}
        for kind, category in held:
            by_kind.setdefault(kind, set()).add(category)
        whole = [kind.value for kind, categories in by_kind.items() if categories == every]
        if whole:
            found.append((Fact.kind.in_(whole) if len(whole) > 1 else Fact.kind == whole[0], 1 << rank))
        for kind, categories in by_kind.items():
            if categories != every:
                found.append((and_(Fact.kind == kind.value, _among(categories, codes)), 1 << rank))
    return found


def _among(categories: set[str], codes: Sequence[str]) -> Condition:
    named = [code for code in categories if code != ANY_CATEGORY]
    if ANY_CATEGORY not in categories:
        return Fact.category.in_(named)
    left = [code for code in ("", *codes) if code not in categories]
    return Fact.category.not_in(left)
