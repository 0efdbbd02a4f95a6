"""What is missing or doubtful in the data behind the indicators: numbers only, in four statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.acts import FactKind
from app.domain.calendar import add_months
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact

OLD_AFTER = 24
"""Months after which a head count is said to be old."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """Members of today, then facts of the period."""

    members: int
    without_naf: int
    without_headcount: int
    """Nobody is counted in: true of some firms, to be checked."""
    old_headcount: int
    without_sector: int
    without_siret: int
    shared_sirets: int
    """SIRET that more than one row carries, claims that wait included."""
    waiting_claims: int
    acts_without_firm: int
    presences_without_firm: int
    refused_invitations: int


def doubts(session: Session, *, first: date, last: date, today: date) -> Doubts:
    """The doubts on the members of today and on the facts of the period, both days included."""
    members = _members(session, add_months(today, -OLD_AFTER))
    return Doubts(
        members=members[0],
        without_naf=members[1],
        without_headcount=members[2],
        old_headcount=members[3],
        without_sector=members[4],
        without_siret=members[5],
        shared_sirets=_shared(session),
        waiting_claims=session.scalar(
            select(func.count(EstablishmentRow.id)).where(
                EstablishmentRow.attachment == "a_rattacher", EstablishmentRow.claim_state == ""
            )
        )
        or 0,
        **_facts(session, first, last),
    )


def _members(session: Session, old: date) -> list[int]:
    rank = func.row_number().over(
        partition_by=EstablishmentState.establishment_id,
        order_by=(EstablishmentState.stated_on.desc(), EstablishmentState.seq.desc()),
    )
    states = select(
        EstablishmentState.establishment_id,
        EstablishmentState.naf,
        EstablishmentState.headcount,
        EstablishmentState.headcount_on,
        rank.label("rank"),
    ).subquery()
    row = session.execute(
        select(
            func.count(EstablishmentRow.id),
            _times(func.coalesce(states.c.naf, "") == ""),
            _times(func.coalesce(states.c.headcount, 0) == 0),
            _times(states.c.headcount_on < old),
            _times(EstablishmentRow.sector == ""),
            _times(func.coalesce(EstablishmentRow.siret, "") == ""),
        )
        .select_from(EstablishmentRow)
        .outerjoin(states, (states.c.establishment_id == EstablishmentRow.id) & (states.c.rank == 1))
        .where(EstablishmentRow.attachment == "rattache", EstablishmentRow.claim_state == "")
    ).one()
    return [int(value or 0) for value in row]


def _shared(session: Session) -> int:
    twice = (
        select(EstablishmentRow.siret)
        .where(
            EstablishmentRow.siret.is_not(None),
            EstablishmentRow.attachment != "essai",
            EstablishmentRow.claim_state == "",
        )
        .group_by(EstablishmentRow.siret)
        .having(func.count(EstablishmentRow.id) > 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(twice)) or 0


def _facts(session: Session, first: date, last: date) -> dict[str, int]:
    later = aliased(Fact)
    voided = select(later.voids_id).where(later.voids_id.is_not(None))
    nobody = Fact.establishment_id.is_(None)
    row = session.execute(
        select(
            _times((Fact.kind == FactKind.LOGGED.value) & nobody),
            _times((Fact.kind == FactKind.ATTENDED.value) & nobody),
            _times(Fact.kind == FactKind.INVITATION_FAILED.value),
        ).where(Fact.happened_on.between(first, last), Fact.id.not_in(voided))
    ).one()
    names = ("acts_without_firm", "presences_without_firm", "refused_invitations")
    return {name: int(value or 0) for name, value in zip(names, row, strict=True)}


def _times(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))
