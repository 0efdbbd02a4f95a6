"""An indicator month after month, for those that have a meaning in a month: numbers of things, never rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, distinct, extract, func, select
from sqlalchemy.orm import Session

from app.domain.calendar import add_months
from app.domain.indicators import (
    ActionStates,
    Attendance,
    Events,
    IndicatorQuery,
    Pairs,
    Pick,
    Picks,
    Spec,
    Spread,
    ThemesPerUnit,
    Units,
)
from app.models.fact import Fact
from app.models.indicator_sql import parameters, picked, shape_of, unit_of

MOST_MONTHS: Final = 12
"""The last months of the period: more columns would not be read on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """The indicator counted on the days of one month."""

    month: str
    """« 2026-11 »."""
    value: Decimal


def monthly(session: Session, spec: Spec, query: IndicatorQuery, *, today: date) -> tuple[MonthCount, ...]:
    """The last months of the period that have come, in one statement; empty when a month alone means nothing."""
    what = _counted(spec)
    if what is None:
        return ()
    picks, value = what
    months = _months(query, today)
    year, month = extract("year", Fact.happened_on), extract("month", Fact.happened_on)
    statement = select(year, month, value).where(*picked(shape_of(query), picks)).group_by(year, month)
    found = {
        f"{int(y):04}-{int(m):02}": Decimal(str(count or 0))
        for y, m, count in session.execute(statement, parameters(query))
    }
    return tuple(MonthCount(month=code, value=found.get(code, Decimal(0))) for code in months)


def _months(query: IndicatorQuery, today: date) -> list[str]:
    """Months of the period, the last ones when there are many."""
    last = min(query.last, today).replace(day=1)
    first = max(query.first.replace(day=1), add_months(last, 1 - MOST_MONTHS))
    found: list[str] = []
    day: date = first
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = add_months(day, 1)
    return found


def _counted(spec: Spec) -> tuple[Picks, ColumnElement[Any]] | None:
    pair = unit_of() + " " + Fact.theme
    match spec.aggregate:
        case Units(of=of, subjects=1) | ThemesPerUnit(of=of) | Spread(of=of):
            return of, func.count(distinct(unit_of()))
        case Pairs(states=states, value=value):
            return next(picks for code, _, picks in states if code == value), func.count(distinct(pair))
        case ActionStates(states=states):
            done = next(kind for code, _, kind in states if code == "realisees")
            return (Pick(kinds=(done,)),), func.count(distinct(Fact.subject))
        case Events(of=of):
            return of, func.count()
        case Attendance(of=of):
            return of, func.sum(Fact.quantity)
        case _:
            return None
