"""« Où l'on perd du monde »: how many of the targeted establishments reached each step, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.orm import Session

from app.domain.indicator_specs import DONE, ENGAGED, INVITED, PLANNED, SECTIONS, SUBMITTED, TARGETED
from app.domain.indicators import IndicatorQuery, Picks
from app.models.fact import Fact
from app.models.indicator_sql import parameters, picked, shape_of, unit_of

STEPS: Final[tuple[tuple[str, str, Picks], ...]] = (
    ("cibles", "Ciblés par une campagne", TARGETED),
    ("invites", "Invités", INVITED),
    ("engages", "Engagés : un thème commencé", ENGAGED),
    ("soumis", "Thème soumis au service", SUBMITTED),
    ("section", "Section de DUERP produite", SECTIONS),
    ("plan", "Plan d'action daté", PLANNED),
)
"""Code, French words, facts of each step; the last step, two actions done, is counted apart."""
TWO_DONE: Final = ("deux", "Deux actions réalisées")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way."""

    code: str
    words: str
    """French."""
    count: int
    """Establishments that reached it."""
    before: int
    """Establishments that reached the step before; its own number for the first."""

    @property
    def share(self) -> int | None:
        """Percentage of the step before; None when nobody reached it."""
        return round(100 * self.count / self.before) if self.before else None

    @property
    def lost(self) -> int:
        """Establishments fewer than at the step before."""
        return max(0, self.before - self.count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """The steps; without campaign in the period, the way begins with who engaged."""

    steps: tuple[Step, ...]
    targeted: bool
    """Only targeted establishments are counted."""

    @property
    def most(self) -> int:
        """The largest number of a step: what bars are drawn beside."""
        return max(step.count for step in self.steps)

    @property
    def worst(self) -> Step | None:
        """The step that loses most; None when none loses anybody."""
        found = max(self.steps[1:], key=lambda step: step.lost, default=None)
        return found if found and found.lost else None


def funnel(session: Session, query: IndicatorQuery) -> Funnel:
    """How far establishments went in the period, each counted once at every step it reached."""
    everything = tuple(dict.fromkeys(pick for _, _, picks in STEPS for pick in (*picks, *DONE)))
    columns = [func.max(case((_is(picks), 1), else_=0)).label(code) for code, _, picks in STEPS]
    done = func.count(distinct(case((_is(DONE), Fact.subject))))
    # Invitations carry no theme: the filter leaves them in, and only those of targeted establishments count.
    units = (
        select(unit_of().label("unit"), *columns, case((done >= 2, 1), else_=0).label(TWO_DONE[0]))
        .where(*picked(shape_of(query), everything), Fact.establishment_id.is_not(None))
        .group_by(unit_of())
        .subquery()
    )
    codes = [*(code for code, _, _ in STEPS), TWO_DONE[0]]
    targeted = units.c.cibles == 1
    within = [func.sum(case((and_(targeted, units.c[code] == 1), 1), else_=0)) for code in codes]
    alone = [func.sum(units.c[code]) for code in codes]
    row = [int(value or 0) for value in session.execute(select(*within, *alone), parameters(query)).one()]
    inside, outside = row[: len(codes)], row[len(codes) :]
    words = [*((code, said) for code, said, _ in STEPS), TWO_DONE]
    if inside[0]:
        return Funnel(steps=_chained(words, inside), targeted=True)
    # Without targets, who engages need not have been invited: the way begins with who engaged.
    return Funnel(steps=_chained(words[2:], outside[2:]), targeted=False)


def _chained(words: list[tuple[str, str]], counts: list[int]) -> tuple[Step, ...]:
    befores = [counts[0], *counts[:-1]]
    return tuple(
        Step(code=code, words=said, count=count, before=before)
        for (code, said), count, before in zip(words, counts, befores, strict=True)
    )


def _is(picks: Picks) -> ColumnElement[Any]:
    return Fact.kind.in_([kind.value for pick in picks for kind in pick.kinds])
