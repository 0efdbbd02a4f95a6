"""The indicators of a service: their numbers, their breakdowns, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.activity import ATTENDEES, CATEGORIES, SIZE_BANDS
from app.domain.indicator_figures import Figures, axis_words
from app.domain.indicator_specs import BY_CODE, KIND_WORDS, SPECS
from app.domain.indicators import (
    NOT_SAID,
    Axis,
    Cell,
    Counted,
    Coverage,
    DoneByDue,
    IndicatorQuery,
    Part,
    Spec,
    Spread,
    picks_of,
)
from app.models.fact import Fact
from app.models.indicator_sql import parameters, shape_of
from app.models.indicator_statements import row_count, rows
from app.services.indicator_figures import Reader, Weight, empty_figures

__all__ = [
    "Axis",
    "BehindRow",
    "Cell",
    "Counted",
    "IndicatorQuery",
    "Part",
    "RowPage",
    "Spec",
    "UnknownIndicator",
    "breakdown",
    "count_indicator",
    "count_indicators",
    "every_row_behind",
    "rows_behind",
]

PAGE_SIZE = 50
MOST_ROWS = 1_000_000
"""What a sheet of a workbook holds."""


class UnknownIndicator(LookupError):
    """No indicator has that code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindRow:
    """One fact behind a number. Never an answer."""

    establishment_id: UUID | None
    """None for a collective act."""
    name: str
    """Empty for a collective act."""
    siret: str
    day: date
    theme: str
    """Code; empty when the act bears on none."""
    kind_words: str
    """French: « Thème soumis », or the category of a logged act."""
    minutes: int | None
    quantity: Decimal | None
    unit: str
    """French: what `quantity` counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """Rows behind a number, `PAGE_SIZE` at a time."""

    rows: tuple[BehindRow, ...]
    page: int
    """From 1."""
    pages: int
    total: int


def count_indicators(session: Session, query: IndicatorQuery) -> tuple[Counted, ...]:
    """Every indicator, in the order of the catalogue, in ten statements at most."""
    reader = Reader(session=session, query=query, specs=SPECS)
    return tuple(_counted(spec, reader.figures(spec).get("")) for spec in SPECS)


def count_indicator(session: Session, code: str, query: IndicatorQuery) -> Counted:
    """One indicator alone, in one statement or two; raises UnknownIndicator."""
    spec = _known(code)
    return _counted(spec, Reader(session=session, query=query, specs=(spec,)).figures(spec).get(""))


def _counted(spec: Spec, figures: Figures | None) -> Counted:
    if figures is None:
        return Counted(spec=spec, value=None)
    return Counted(
        spec=spec,
        value=figures.value,
        numerator=figures.numerator,
        denominator=figures.denominator,
        parts=figures.parts,
    )


def rows_behind(session: Session, code: str, query: IndicatorQuery, *, page: int = 1) -> RowPage:
    """The facts a number is made of, latest first; raises UnknownIndicator.

    Of a rate, those of the numerator and of the denominator; of coverage, those that make a member engaged.
    """
    spec = _known(code)
    picks = picks_of(spec.aggregate)
    shape, values = shape_of(query), parameters(query)
    if not Reader(session=session, query=query, specs=(spec,)).applies(spec):
        return RowPage(rows=(), page=1, pages=1, total=0)
    due = isinstance(spec.aggregate, DoneByDue)
    total = session.execute(row_count(shape, picks, due), values).scalar_one()
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    found = session.execute(rows(shape, picks, due), values | {"limit": PAGE_SIZE, "offset": (number - 1) * PAGE_SIZE})
    return RowPage(rows=tuple(_behind(fact, name) for fact, name in found), page=number, pages=pages, total=total)


def every_row_behind(session: Session, code: str, query: IndicatorQuery) -> Iterator[BehindRow]:
    """All the rows of `rows_behind`, one after the other: for the internal export."""
    spec = _known(code)
    if Reader(session=session, query=query, specs=(spec,)).applies(spec):
        due = isinstance(spec.aggregate, DoneByDue)
        statement = rows(shape_of(query), picks_of(spec.aggregate), due)
        for fact, name in session.execute(statement, parameters(query) | {"limit": MOST_ROWS, "offset": 0}):
            yield _behind(fact, name)


def breakdown(
    session: Session, code: str, query: IndicatorQuery, by: Axis | str, *, weigh: bool = True
) -> tuple[Cell, ...]:
    """The indicator for each value of an axis, « non renseigné » last; empty when it makes no sense.

    Without `weigh`, who is behind each value is not read: enough for a page of the service, not for a file that
    leaves it. Raises UnknownIndicator, and ValueError for an axis nobody knows.
    """
    spec, axis = _known(code), Axis(by)
    if not _breaks_down(spec, axis):
        return ()
    reader = Reader(session=session, query=query, specs=(spec,), axis=axis)
    if not reader.applies(spec):
        return ()
    figures, weights = reader.figures(spec), reader.weights(spec) if weigh else {}
    if axis is not Axis.THEME:
        figures.setdefault("", empty_figures(spec))
    cells = [_cell(axis, value, each, weights.get(value)) for value, each in figures.items()]
    order = [code for code, *_ in SIZE_BANDS]
    return tuple(
        sorted(
            cells,
            key=lambda cell: (
                cell.code == NOT_SAID,
                order.index(cell.code) if axis is Axis.BAND and cell.code in order else 0,
                cell.code,
            ),
        )
    )


def _known(code: str) -> Spec:
    spec = BY_CODE.get(code)
    if spec is None:
        raise UnknownIndicator(code)
    return spec


def _breaks_down(spec: Spec, axis: Axis) -> bool:
    """Not what is told in parts already, nor by theme what holds facts without theme."""
    if isinstance(spec.aggregate, Spread):
        return False
    if axis is not Axis.THEME:
        return True
    return not isinstance(spec.aggregate, Coverage) and all(pick.themed for pick in picks_of(spec.aggregate))


def _cell(axis: Axis, value: str, figures: Figures, weight: Weight | None) -> Cell:
    return Cell(
        code=value or NOT_SAID,
        words=axis_words(axis, value),
        value=figures.value,
        numerator=figures.numerator,
        denominator=figures.denominator,
        units=weight.units if weight else 0,
        largest=weight.largest if weight else 0,
    )


def _behind(fact: Fact, name: str | None) -> BehindRow:
    return BehindRow(
        establishment_id=fact.establishment_id,
        name=name or "",
        siret=fact.siret or "",
        day=fact.happened_on,
        theme=fact.theme,
        kind_words=CATEGORIES.get(fact.category) or KIND_WORDS.get(fact.kind, fact.kind),
        minutes=fact.minutes,
        quantity=fact.quantity,
        unit=ATTENDEES.get(fact.unit, fact.unit),
    )
