"""The indicators of a service: their numbers, their breakdowns, and the rows behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.indicators import Axis, Cell, Counted, IndicatorQuery, Part, Spec

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
    "count_indicators",
    "rows_behind",
]

PAGE_SIZE = 50


class UnknownIndicator(LookupError):
    """No indicator has that code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BehindRow:
    """One row behind a number: a fact, or the one that makes an establishment count. Never an answer."""

    establishment_id: UUID | None
    """None for a collective act."""
    name: str
    """Empty for a collective act."""
    siret: str
    day: date | None
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
    raise NotImplementedError


def rows_behind(session: Session, code: str, query: IndicatorQuery, *, page: int = 1) -> RowPage:
    """The rows a number is made of, latest first; raises UnknownIndicator."""
    raise NotImplementedError


def breakdown(session: Session, code: str, query: IndicatorQuery, by: Axis | str) -> tuple[Cell, ...]:
    """The indicator for each value of an axis, « non renseigné » last; empty when it makes no sense.

    Raises UnknownIndicator.
    """
    raise NotImplementedError
