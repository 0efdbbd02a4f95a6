"""The statements behind the indicators, each built once for a shape of query and executed with its values."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Subquery, and_, bindparam, case, distinct, exists, func, select
from sqlalchemy.orm import aliased

from app.domain.acts import FactKind
from app.domain.indicators import Pick, Picks
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.indicator_sql import (
    FIRST,
    LAST,
    Column,
    Condition,
    Masks,
    Shape,
    axis_of,
    band_of,
    days_between,
    inline,
    passes,
    picked,
    stands,
    unit_of,
)

Statement = Select[*tuple[Any, ...]]


class Measure(StrEnum):
    """What one establishment brings to a number."""

    FACTS = "facts"
    THEMES = "themes"
    SUBJECTS = "subjects"
    QUANTITY = "quantity"


def _axis(shape: Shape) -> Column:
    return (inline("") if shape.axis is None else axis_of(shape.axis)).label("axis")


def _keyed(shape: Shape, *keys: Column) -> tuple[Column, ...]:
    """What facts are grouped by: the keys, and the axis when there is one."""
    return keys if shape.axis is None else (*keys, axis_of(shape.axis))


@lru_cache(maxsize=256)
def unit_masks(shape: Shape, sets: Masks) -> Statement:
    """axis, mask, units: how many units have facts of each combination of sets."""
    return _masks(shape, sets, unit_of())


@lru_cache(maxsize=256)
def pair_masks(shape: Shape, sets: Masks) -> Statement:
    """axis, mask, pairs: the same for pairs of a unit and a theme."""
    return _masks(shape, sets, unit_of(), Fact.theme.expression)


def _masks(shape: Shape, sets: Masks, *keys: Column) -> Statement:
    mask = func.sum(distinct(sets.bit)).label("mask")
    inner = (
        select(_axis(shape), mask)
        .where(*picked(shape, sets.picks, any_category=True), Fact.establishment_id.is_not(None))
        .group_by(*_keyed(shape, *keys))
        .subquery()
    )
    return select(inner.c.axis, inner.c.mask, func.count()).group_by(inner.c.axis, inner.c.mask)


@lru_cache(maxsize=64)
def many_subjects(shape: Shape, picks: Picks, at_least: int) -> Statement:
    """axis, units whose picked facts bear on that many subjects."""
    inner = (
        select(_axis(shape))
        .where(*picked(shape, picks), Fact.establishment_id.is_not(None))
        .group_by(*_keyed(shape, unit_of()))
        .having(func.count(distinct(Fact.subject)) >= at_least)
        .subquery()
    )
    return select(inner.c.axis, func.count()).group_by(inner.c.axis)


@lru_cache(maxsize=64)
def themes_per_unit(shape: Shape, picks: Picks) -> Statement:
    """axis, number of themes, units."""
    inner = (
        select(_axis(shape), func.count(distinct(Fact.theme)).label("number"))
        .where(*picked(shape, picks), Fact.establishment_id.is_not(None))
        .group_by(*_keyed(shape, unit_of()))
        .subquery()
    )
    return select(inner.c.axis, inner.c.number, func.count()).group_by(inner.c.axis, inner.c.number)


@lru_cache(maxsize=64)
def delays(shape: Shape, start: FactKind, end: FactKind) -> Statement:
    """axis, days, facts: days from the fact that starts to the picked one that ends, on the same subject."""
    first = aliased(Fact)
    days = days_between(func.min(first.happened_on), func.max(Fact.happened_on)).label("days")
    inner = (
        select(_axis(shape), days)
        .select_from(Fact)
        .join(first, and_(first.service_id == Fact.service_id, first.subject == Fact.subject))
        .where(*picked(shape, (Pick(kinds=(end,)),)), Fact.subject != "", *stands(first, (start,)))
        .group_by(*_keyed(shape, Fact.id.expression))
        .subquery()
    )
    return select(inner.c.axis, inner.c.days, func.count()).group_by(inner.c.axis, inner.c.days)


@lru_cache(maxsize=64)
def action_states(shape: Shape, kinds: Sequence[FactKind]) -> Statement:
    """axis, kind, rank of the measure, actions; the rank of a dropped action is the one it was chosen with."""
    chosen = aliased(Fact)
    rank = (
        select(func.min(chosen.format))
        .where(chosen.subject == Fact.subject, *stands(chosen, (FactKind.ACTION_CHOSEN,)))
        .correlate(Fact)
        .scalar_subquery()
    )
    dropped = Fact.kind == FactKind.ACTION_DROPPED.value
    said = case((dropped, func.coalesce(rank, "")), else_=Fact.format)
    facts = (
        select(_axis(shape), Fact.kind.label("kind"), Fact.subject.label("subject"), said.label("rank"))
        .where(*picked(shape, (Pick(kinds=tuple(kinds)),)))
        .subquery()
    )
    once = (
        select(facts.c.axis, facts.c.kind, func.min(facts.c.rank).label("rank"))
        .group_by(facts.c.kind, facts.c.subject, facts.c.axis)
        .subquery()
    )
    keys = (once.c.axis, once.c.kind, once.c.rank)
    return select(*keys, func.count()).group_by(*keys)


@lru_cache(maxsize=64)
def done_by_due(shape: Shape, planned: FactKind, done: FactKind) -> Statement:
    """axis, actions whose planned day falls in the period, those done by its last day."""
    due = (
        select(_axis(shape), Fact.subject.label("subject"))
        .where(
            *stands(Fact, (planned,)),
            Fact.due_on.between(FIRST, LAST),
            Fact.happened_on <= LAST,
            *passes(shape),
        )
        .distinct()
        .subquery()
    )
    ended = aliased(Fact)
    is_done = exists().where(ended.subject == due.c.subject, ended.happened_on <= LAST, *stands(ended, (done,)))
    return select(due.c.axis, func.count(), func.sum(case((is_done, 1), else_=0))).group_by(due.c.axis)


@lru_cache(maxsize=64)
def last_facts(shape: Shape, picks: Picks) -> Statement:
    """axis, section, band, sector, units, sum and greatest of head counts: each unit at its last picked fact."""
    inner = _last(shape, picks)
    band = band_of(inner.c.headcount)
    keys = (inner.c.axis, func.coalesce(inner.c.section, inline("")), band, inner.c.sector)
    total = func.coalesce(func.sum(inner.c.headcount), 0)
    found = select(*keys, func.count(), total, func.coalesce(func.max(inner.c.headcount), 0))
    return found.where(inner.c.rank == 1).group_by(*keys)


def _last(shape: Shape, picks: Picks) -> Subquery:
    latest = (Fact.happened_on.desc(), Fact.recorded_at.desc(), Fact.id.desc())
    rank = func.row_number().over(partition_by=_keyed(shape, unit_of()), order_by=latest).label("rank")
    return (
        select(_axis(shape), Fact.section, Fact.headcount, Fact.sector, rank)
        .where(*picked(shape, picks), Fact.establishment_id.is_not(None))
        .subquery()
    )


@lru_cache(maxsize=64)
def events(shape: Shape, picks: Picks) -> Statement:
    """axis, kind, category, format, unit, facts, quantity: facts that are alike, with the sum of their quantities."""
    keys = (Fact.kind, Fact.category, Fact.format, Fact.unit)
    total = func.coalesce(func.sum(Fact.quantity), 0).label("quantity")
    found: Statement = select(_axis(shape), *keys, func.count().label("facts"), total)
    return found.where(*picked(shape, picks)).group_by(*_keyed(shape, *(key.expression for key in keys)))


@lru_cache(maxsize=64)
def weights(shape: Shape, picks: Picks, measure: Measure) -> Statement:
    """axis, units, what the largest of them brings: for what leaves the service."""
    amounts: dict[Measure, Column] = {
        Measure.FACTS: func.count(),
        Measure.THEMES: func.count(distinct(Fact.theme)),
        Measure.SUBJECTS: func.count(distinct(Fact.subject)),
        Measure.QUANTITY: func.coalesce(func.sum(Fact.quantity), 0),
    }
    amount = amounts[measure].label("amount")
    inner = (
        select(_axis(shape), amount)
        .where(*picked(shape, picks), Fact.establishment_id.is_not(None))
        .group_by(*_keyed(shape, unit_of()))
        .subquery()
    )
    found = select(inner.c.axis, func.count(), func.max(inner.c.amount))
    return found.group_by(inner.c.axis)


@lru_cache(maxsize=64)
def rows(shape: Shape, picks: Picks, due: bool) -> Statement:
    """The facts behind a number with the name of their establishment, latest first; `limit` of them from `offset`."""
    same = and_(EstablishmentRow.id == Fact.establishment_id, EstablishmentRow.service_id == Fact.service_id)
    found: Statement = select(Fact, EstablishmentRow.name).outerjoin(EstablishmentRow, same)
    latest = (Fact.happened_on.desc(), Fact.recorded_at.desc(), Fact.id.desc())
    return (
        found.where(*_behind(shape, picks, due)).order_by(*latest).limit(bindparam("limit")).offset(bindparam("offset"))
    )


@lru_cache(maxsize=64)
def row_count(shape: Shape, picks: Picks, due: bool) -> Statement:
    """How many facts are behind a number."""
    return select(func.count()).select_from(Fact).where(*_behind(shape, picks, due))


def _behind(shape: Shape, picks: Picks, due: bool) -> list[Condition]:
    if not due:
        return picked(shape, picks)
    return [*picked(shape, picks, in_period=False), Fact.due_on.between(FIRST, LAST), Fact.happened_on <= LAST]
