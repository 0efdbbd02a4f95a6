"""The figures of a period made ready to leave the service: hidden where they must be, without any name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.domain.activity import CATEGORIES, FORMATS
from app.domain.acts import FactKind
from app.domain.indicator_figures import UNSAID_WORDS
from app.domain.indicator_report import EVERYTHING, ActLine, Check, InternalRow, Line, PartLine, Report
from app.domain.indicator_specs import ATTENDED, SPECS, WORKPLACE
from app.domain.indicators import (
    ActionStates,
    Axis,
    Cell,
    Counted,
    IndicatorQuery,
    MedianDelay,
    Pairs,
    Part,
    Pick,
    Picks,
    Spec,
)
from app.domain.suppression import HIDDEN, NOT_APPLICABLE, Hidden, Rule, Shown, Weighed, hide, is_extreme, show_count
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.indicator_sql import parameters, picked, shape_of
from app.models.indicator_statements import Measure, weights
from app.services.indicator_figures import Reader, Weight
from app.services.indicators import breakdown, count_indicators, every_row_behind

BROKEN_DOWN = (
    *("POR-01", "POR-02", "POR-04", "POR-06", "POR-08", "POR-10", "POR-14", "POR-16", "POR-17", "POR-21", "POR-22"),
    *("JOU-01", "JOU-02", "JOU-07", "JOU-13"),
)
"""Indicators printed by section, size band and sector."""
_NOBODY = Weight(units=0, largest=0)


@dataclass(kw_only=True)
class _Maker:
    """A report being made."""

    session: Session
    query: IndicatorQuery
    rule: Rule
    gone: set[str] = field(default_factory=set)
    """Indicators whose total must be hidden, because a table would give a cell away."""

    def table(self, axis: Axis, counted: dict[str, Counted]) -> tuple[PartLine, ...]:
        """The one-way table of an axis."""
        found: list[PartLine] = []
        for code in BROKEN_DOWN:
            one = counted[code]
            cells = breakdown(self.session, code, self.query, axis)
            hidden = hide([_weighed(one.spec, cell) for cell in cells], self.total(one), self.rule)
            if hidden.total:
                self.gone.add(code)
            found += [_part_line(one.spec, cell, gone) for cell, gone in zip(cells, hidden.cells, strict=True)]
        return tuple(found)

    def total(self, counted: Counted) -> Weighed:
        """The total of an indicator with who is behind it."""
        spec = counted.spec
        if spec.is_rate:
            base = counted.denominator or 0
            return Weighed(value=base, units=base, largest=min(base, 1), extreme=is_extreme(counted.value))
        reader = Reader(session=self.session, query=self.query, specs=(spec,))
        weight = reader.weights(spec).get("", _NOBODY) if reader.applies(spec) else _NOBODY
        value = counted.denominator if isinstance(spec.aggregate, MedianDelay) else counted.value
        return Weighed(value=int(value or 0), units=weight.units, largest=weight.largest)

    def line(self, counted: Counted) -> Line:
        """An indicator of the summary."""
        secret = counted.spec.code in self.gone or self.total(counted).unsafe(self.rule)
        value: Shown = NOT_APPLICABLE if counted.value is None else HIDDEN if secret else counted.value

        def told(number: int | None) -> Shown:
            return NOT_APPLICABLE if number is None else HIDDEN if secret and number else number

        return Line(
            spec=counted.spec, value=value, numerator=told(counted.numerator), denominator=told(counted.denominator)
        )

    def parts(self, counted: Counted) -> Iterator[PartLine]:
        """The parts of an indicator, where it is known who is behind them."""
        for part in counted.parts:
            weighed = self._part(counted.spec, part)
            if weighed is None:
                continue
            shown = HIDDEN if counted.spec.code in self.gone and part.value else show_count(weighed, self.rule)
            units: Shown = HIDDEN if shown == HIDDEN else weighed.units
            yield PartLine(
                code=counted.spec.code,
                label=counted.spec.label,
                words=part.words,
                value=shown,
                establishments=units,
            )

    def _part(self, spec: Spec, part: Part) -> Weighed | None:
        match spec.aggregate:
            case Pairs(states=states):
                picks = next(of for code, _, of in states if code == part.code)
                return self._behind(picks, Measure.THEMES, part)
            case ActionStates(states=states) if part.group == "total":
                kind = next(kind for code, _, kind in states if code == part.code)
                return self._behind((Pick(kinds=(kind,)),), Measure.SUBJECTS, part)
        return None

    def _behind(self, picks: Picks, measure: Measure, part: Part) -> Weighed:
        statement = weights(shape_of(self.query), picks, measure)
        found = self.session.execute(statement, parameters(self.query)).all()
        units, largest = (found[0][1], int(found[0][2])) if found else (0, 0)
        return Weighed(value=part.value, units=units, largest=largest)

    def acts(self) -> tuple[ActLine, ...]:
        """Acts of the log by month, category, theme and format."""
        groups: dict[tuple[str, str, str, str], _Group] = defaultdict(_Group)
        columns = (Fact.kind, Fact.happened_on, Fact.category, Fact.theme, Fact.format)
        query = select(*columns, Fact.siret, Fact.establishment_id, Fact.quantity).where(
            *picked(shape_of(self.query), (*WORKPLACE, *ATTENDED))
        )
        for row in self.session.execute(query, parameters(self.query)):
            group = groups[f"{row.happened_on:%Y-%m}", row.category, row.theme, row.format]
            unit = row.siret or row.establishment_id
            if row.kind == FactKind.ATTENDED.value:
                group.participants += int(row.quantity or 0)
            else:
                group.acts += 1
            if unit is not None:
                group.units[unit] += 1
        keys = sorted(groups)
        hidden = self._hidden_acts([groups[key] for key in keys])
        return tuple(_act_line(key, groups[key], gone) for key, gone in zip(keys, hidden.cells, strict=True))

    def _hidden_acts(self, groups: Sequence[_Group]) -> Hidden:
        everyone: dict[object, int] = defaultdict(int)
        for group in groups:
            for unit, number in group.units.items():
                everyone[unit] += number
        total = Weighed(value=sum(everyone.values()), units=len(everyone), largest=max(everyone.values(), default=0))
        hidden = hide([group.weighed for group in groups], total, self.rule)
        if hidden.total:
            self.gone |= {"JOU-01", "JOU-02", "JOU-12", "JOU-13"}
        return hidden


@dataclass(kw_only=True)
class _Group:
    """Acts that are alike."""

    acts: int = 0
    participants: int = 0
    units: dict[object, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def weighed(self) -> Weighed:
        """Who is behind them."""
        numbers = self.units.values()
        return Weighed(value=sum(numbers), units=len(numbers), largest=max(numbers, default=0))


def make_report(
    session: Session, query: IndicatorQuery, *, service: str, rule: Rule, made_on: date, perimeter: str = EVERYTHING
) -> Report:
    """The figures of a period; the rule is tightened by itself on psychosocial risks and loss of employment."""
    maker = _Maker(session=session, query=query, rule=rule.on(query.theme))
    counted = {one.spec.code: one for one in count_indicators(session, query)}
    tables = {axis: maker.table(axis, counted) for axis in (Axis.SECTION, Axis.BAND, Axis.SECTOR)}
    acts = maker.acts()
    return Report(
        service=service,
        first=query.first,
        last=query.last,
        made_on=made_on,
        software=f"Jalon {_software()}",
        units=maker.rule.units,
        lines=tuple(maker.line(one) for one in counted.values()),
        parts=tuple(part for one in counted.values() for part in maker.parts(one)),
        by_section=tables[Axis.SECTION],
        by_band=tables[Axis.BAND],
        by_sector=tables[Axis.SECTOR],
        acts=acts,
        checks=tuple(_checks(session, query)),
        perimeter=perimeter,
    )


def internal_rows(session: Session, query: IndicatorQuery, *, specs: Sequence[Spec] = SPECS) -> tuple[InternalRow, ...]:
    """Every fact behind every number, with its establishment: stays inside the service."""
    return tuple(
        InternalRow(
            code=spec.code,
            label=spec.label,
            establishment=row.name,
            siret=row.siret,
            day=row.day,
            theme=row.theme,
            act=row.kind_words,
            minutes=row.minutes,
            quantity=None if row.quantity is None else int(row.quantity),
            unit=row.unit,
        )
        for spec in specs
        for row in every_row_behind(session, spec.code, query)
    )


def _weighed(spec: Spec, cell: Cell) -> Weighed:
    if spec.is_rate:
        base = cell.denominator or 0
        return Weighed(value=base, units=base, largest=min(base, 1), extreme=is_extreme(cell.value))
    return Weighed(value=int(cell.value or 0), units=cell.units, largest=cell.largest)


def _part_line(spec: Spec, cell: Cell, gone: bool) -> PartLine:
    value: Shown = NOT_APPLICABLE if cell.value is None else HIDDEN if gone else cell.value
    units = cell.denominator or 0 if spec.is_rate else cell.units
    return PartLine(
        code=spec.code, label=spec.label, words=cell.words, value=value, establishments=HIDDEN if gone else units
    )


def _act_line(key: tuple[str, str, str, str], group: _Group, gone: bool) -> ActLine:
    month, category, theme, format_ = key
    return ActLine(
        month=month,
        category=CATEGORIES.get(category, category) or UNSAID_WORDS,
        theme=theme or UNSAID_WORDS,
        format=FORMATS.get(format_, format_) or UNSAID_WORDS,
        acts=HIDDEN if gone else group.acts,
        establishments=HIDDEN if gone else len(group.units),
        participants=HIDDEN if gone else group.participants,
    )


def _checks(session: Session, query: IndicatorQuery) -> Iterator[Check]:
    member = (EstablishmentRow.attachment == "rattache", EstablishmentRow.claim_state == "")
    state = aliased(EstablishmentState)
    told = select(state.establishment_id).where(state.naf != "")
    declared = select(state.establishment_id)
    rows = select(func.count()).select_from(EstablishmentRow).where(*member)
    yield Check(
        words="Adhérents sans code NAF", number=session.scalar(rows.where(EstablishmentRow.id.not_in(told))) or 0
    )
    yield Check(
        words="Adhérents sans effectif", number=session.scalar(rows.where(EstablishmentRow.id.not_in(declared))) or 0
    )
    yield Check(words="Adhérents sans SIRET", number=session.scalar(rows.where(EstablishmentRow.siret.is_(None))) or 0)
    siret = EstablishmentRow.siret
    twice = select(siret).where(*member, siret.is_not(None)).group_by(siret).having(func.count() > 1).subquery()
    yield Check(
        words="SIRET portés par plusieurs adhérents",
        number=session.scalar(select(func.count()).select_from(twice)) or 0,
    )
    period = (Fact.happened_on.between(query.first, query.last),)
    alone = select(func.count()).select_from(Fact).where(*period, Fact.kind == FactKind.LOGGED.value)
    yield Check(
        words="Actes du journal sans établissement",
        number=session.scalar(alone.where(Fact.establishment_id.is_(None))) or 0,
    )
    both = (
        select(Fact.establishment_id)
        .where(*period, Fact.establishment_id.is_not(None))
        .group_by(Fact.establishment_id)
        .having(func.count(Fact.siret) > 0, func.count() > func.count(Fact.siret))
        .subquery()
    )
    yield Check(
        words="Établissements comptés deux fois : SIRET renseigné pendant la période",
        number=session.scalar(select(func.count()).select_from(both)) or 0,
    )


def _software() -> str:
    try:
        return version("jalon")
    except PackageNotFoundError:
        return ""
