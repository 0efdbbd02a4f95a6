"""Members of a service on a day, and how many of them are engaged: the denominator of the coverage."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, String, and_, bindparam, case, cast, distinct, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.indicators import Axis, Picks
from app.models.affiliation import Affiliation
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.indicator_sql import LAST, Column, Shape, band_of, inline, picked, unit_of
from questionnaires.naf import section_of

_DIVISIONS: Final = tuple((f"{number:02d}", section_of(f"{number:02d}.00A")) for number in range(1, 100))
_SECTIONS: Final = tuple(
    (letter, tuple(division for division, section in _DIVISIONS if section == letter))
    for letter in sorted({section for _, section in _DIVISIONS if section})
)
"""Section, its divisions: the two first digits of a NAF code."""


def _not_members() -> Select[*tuple[Any, ...]]:
    """Establishments whose last affiliation had ended, or had not begun, on the last day."""
    told, later = aliased(Affiliation), aliased(Affiliation)
    last = (
        select(func.max(later.seq)).where(later.establishment_id == told.establishment_id).correlate(told)
    ).scalar_subquery()
    return select(told.establishment_id).where(or_(told.until < LAST, told.since > LAST), told.seq == last)


def _member() -> list[ColumnElement[bool]]:
    return [
        EstablishmentRow.attachment == inline("rattache"),
        EstablishmentRow.claim_state == inline(""),
        EstablishmentRow.id.not_in(_not_members()),
    ]


def _unit() -> Column:
    return func.coalesce(EstablishmentRow.siret, cast(EstablishmentRow.id, String))


def _section() -> Column:
    division = func.substr(EstablishmentState.naf, inline(1), inline(2))
    known = [(or_(*(division == inline(each) for each in found)), inline(letter)) for letter, found in _SECTIONS]
    return case(*known, else_=inline(""))


def _axis(axis: Axis | None) -> Column:
    match axis:
        case Axis.SECTION:
            return _section()
        case Axis.BAND:
            return band_of(EstablishmentState.headcount.expression)
        case Axis.SECTOR:
            return EstablishmentRow.sector.expression
        case _:
            return inline("")


def _filters(shape: Shape) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if shape.section:
        found.append(_section() == (bindparam("section") if shape.section == "=" else ""))
    if shape.band == "=":
        found.append(EstablishmentState.headcount.between(bindparam("band_low"), bindparam("band_high")))
    elif shape.band:
        found.append(EstablishmentState.headcount.is_(None))
    if shape.sector:
        found.append(EstablishmentRow.sector == (bindparam("sector") if shape.sector == "=" else ""))
    return found


@lru_cache(maxsize=64)
def coverage(shape: Shape, picks: Picks) -> Select[*tuple[Any, ...]]:
    """axis, members, engaged ones: the axis is the member's own; a theme only narrows who is engaged."""
    if shape == Shape(theme=shape.theme):
        return _whole_coverage(shape, picks)
    engaged = select(unit_of()).where(*picked(Shape(theme=shape.theme), picks), Fact.establishment_id.is_not(None))
    axis = _axis(shape.axis).label("axis")
    members = select(axis, _unit().label("unit")).where(*_member(), *_filters(shape))
    if shape.section or shape.band or shape.axis in {Axis.SECTION, Axis.BAND}:
        members = _with_last_state(members)
    inner = members.distinct().subquery()
    reached = case((inner.c.unit.in_(engaged), 1), else_=0)
    return select(inner.c.axis, func.count(), func.sum(reached)).group_by(inner.c.axis)


def _with_last_state(members: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    later = aliased(EstablishmentState)
    last = (
        select(func.max(later.seq)).where(later.establishment_id == EstablishmentRow.id).correlate(EstablishmentRow)
    ).scalar_subquery()
    same = and_(EstablishmentState.establishment_id == EstablishmentRow.id, EstablishmentState.seq == last)
    return members.outerjoin(EstablishmentState, same)


def _whole_coverage(shape: Shape, picks: Picks) -> Select[*tuple[Any, ...]]:
    """The same for all the members at once, without sorting them."""
    siret = EstablishmentRow.siret
    told = func.count(distinct(siret))
    members = select(told + func.count(case((siret.is_(None), 1)))).where(*_member()).scalar_subquery()
    alone = case((Fact.siret.is_(None), Fact.establishment_id))
    engaged = (
        select(Fact.siret.label("siret"), alone.label("alone"))
        .where(*picked(Shape(theme=shape.theme), picks), Fact.establishment_id.is_not(None))
        .group_by(Fact.siret, alone)
        .subquery()
    )
    by_siret = exists(EstablishmentRow.id).where(siret == engaged.c.siret, *_member())
    by_itself = exists(EstablishmentRow.id).where(siret.is_(None), EstablishmentRow.id == engaged.c.alone, *_member())
    reached = select(func.count()).select_from(engaged).where(or_(by_siret, by_itself))
    return select(inline("").label("axis"), members.label("members"), reached.scalar_subquery().label("engaged"))
