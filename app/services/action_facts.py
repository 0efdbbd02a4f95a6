"""What is counted of the actions of a plan: taken on, planned, started, done, given up, reopened.

An action is planned once somebody has charge of it and a day is set. One such fact holds at a time: a new day voids the
one before, and an action that is put aside, or loses its person or its day, is planned no more.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.dossier_actions import CHECK_RANK
from app.models.draft import ChosenActionRow
from app.models.fact import Fact
from app.services.authors import Author
from app.services.facts import Act, FactKind, note_fact
from questionnaires.catalogue import Catalogue

_ENDS = (FactKind.ACTION_DONE.value, FactKind.ACTION_DROPPED.value)


class Signed(Protocol):
    """Who writes in which plan, and when."""

    @property
    def establishment_id(self) -> UUID:
        """Whose plan."""

    @property
    def catalogue(self) -> Catalogue:
        """The content, for the rank of a measure."""

    @property
    def author(self) -> Author:
        """Who acts."""

    @property
    def on(self) -> date:
        """Local day."""

    @property
    def at(self) -> datetime:
        """The instant."""


def note_action(
    uow: Session,
    by: Signed,
    row: ChosenActionRow,
    kind: FactKind,
    *,
    format_: str | None = None,
    on: date | None = None,
) -> None:
    """Counts an act on an action; `format_` is its rank unless it is said otherwise."""
    note_fact(uow, by.establishment_id, _act(by, row, kind, format_=format_, on=on))


def note_reopened(uow: Session, by: Signed, row: ChosenActionRow) -> None:
    """Counts that an action is to be done again, and voids the fact of its end."""
    note_fact(uow, by.establishment_id, _act(by, row, FactKind.ACTION_REOPENED, voids=_standing(uow, row, _ENDS)))


def keep_planned(uow: Session, by: Signed, row: ChosenActionRow) -> None:
    """Counts the action as planned when it is, once for each day that is set; takes it back when it is no more."""
    known = _standing_fact(uow, row, (FactKind.ACTION_PLANNED.value,))
    if row.archived_on is None and row.owner and row.due is not None:
        if known is None or known.due_on != row.due:
            voids = known.id if known else None
            note_fact(uow, by.establishment_id, _act(by, row, FactKind.ACTION_PLANNED, due=row.due, voids=voids))
    elif known is not None:
        note_fact(uow, by.establishment_id, _act(by, row, FactKind.CORRECTED, voids=known.id))


def closed_at(session: Session, action_id: UUID) -> datetime | None:
    """When the action was last closed; None when no fact says so, as in a try-out."""
    query = select(func.max(Fact.recorded_at)).where(
        Fact.kind == FactKind.ACTION_DONE.value, Fact.subject == str(action_id)
    )
    return session.scalar(query)


def _act(
    by: Signed,
    row: ChosenActionRow,
    kind: FactKind,
    *,
    format_: str | None = None,
    on: date | None = None,
    due: date | None = None,
    voids: UUID | None = None,
) -> Act:
    return Act(
        kind=kind,
        on=on or by.on,
        at=by.at,
        actor_role=by.author.words,
        subject=str(row.id),
        theme=row.theme,
        format=_rank_code(row, by) if format_ is None else format_,
        voids_id=voids,
        due_on=due,
    )


def _rank_code(row: ChosenActionRow, by: Signed) -> str:
    """Rank of an action for the facts: its own, its measure's, or that of a check."""
    if row.measure is None:
        return row.rank or ""
    themes = [by.catalogue.theme(row.theme)] if row.theme in by.catalogue.codes else []
    measure = next((each for theme in themes for each in theme.measures if each.id == row.measure), None)
    return measure.rank.value if measure else CHECK_RANK


def _standing(uow: Session, row: ChosenActionRow, kinds: tuple[str, ...]) -> UUID | None:
    found = _standing_fact(uow, row, kinds)
    return found.id if found else None


def _standing_fact(uow: Session, row: ChosenActionRow, kinds: tuple[str, ...]) -> Fact | None:
    """The last fact of these kinds that nothing took back; None when there is none, or none was left."""
    facts = list(uow.scalars(select(Fact).where(Fact.subject == str(row.id)).order_by(Fact.recorded_at)))
    voided = {fact.voids_id for fact in facts}
    return next((fact for fact in reversed(facts) if fact.kind in kinds and fact.id not in voided), None)
