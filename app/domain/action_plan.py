"""From rated rows to an ordered plan: one proposal per weak question, in a total order.

Two runs over the same answers give the same plan, line for line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from app.domain.assessment import ControlReading, Row, ThemeAssessment
from app.domain.calendar import add_months
from app.domain.rating import Priority
from questionnaires.measures import measures_for
from questionnaires.schema import COST_ORDER, DELAY_ORDER, RANK_ORDER, Level, Measure, Question, Role, Theme

DUE_MONTHS: dict[Priority, int] = {Priority.P1: 1, Priority.P2: 6, Priority.P3: 12, Priority.P4: 12}
"""Months given to an action; ours, no text sets them."""

DUTY_MONTHS = 1
"""A precise duty found unmet: proposed within a month (rule R6')."""

PAPER_MONTHS = 3
"""A paper to write or complete."""

FIRST_STEPS = 2


CHECK_WORDS = "Vérifier sur place que les protections sont là et servent, et noter le mois"

OBSERVE_WORDS = "Observer la situation avec une personne qui fait le travail"


class Nature(StrEnum):
    """What an action does: a measure, a check of what nobody knows, a look on site, a talk about a situation."""

    MEASURE = "mesure"
    VERIFY = "verifier"
    CHECK = "controler"
    OBSERVE = "observer"


class Weakness(IntEnum):
    """How weak the answer is, most pressing first."""

    NO = 0
    UNKNOWN = 1
    PARTLY = 2


_WEAK: dict[Level, Weakness] = {
    Level.NO: Weakness.NO,
    Level.UNKNOWN: Weakness.UNKNOWN,
    Level.PARTLY: Weakness.PARTLY,
}
_ROLE_ORDER = (Role.ESSENTIAL, Role.SUPPORT, Role.PAPER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One proposed action and the rows it answers."""

    key: str
    """Stable id: the measure's, or `verifier.`, `controler.`, `observer.` and what is looked at."""
    theme: Theme
    nature: Nature
    question: Question | None
    measure: Measure | None
    """First measure of the question; None for a check or an observation."""
    others: tuple[Measure, ...]
    """The question's other measures, in order: other ways to the same end."""
    text: str
    priority: Priority
    role: Role
    weakness: Weakness
    rows: tuple[Row, ...]
    duty: bool
    """A precise legal duty is unmet."""
    due: date


def propose(assessment: ThemeAssessment, *, sectors: frozenset[str], as_of: date) -> tuple[Proposal, ...]:
    """Every proposal of a theme, most useful first."""
    found = [
        *_for_questions(assessment, sectors=sectors, as_of=as_of),
        *_checks(assessment, as_of=as_of),
        *_observations(assessment, as_of=as_of),
    ]
    uncovered = [row for row in assessment.rows if _pressing(row) and not any(row in each.rows for each in found)]
    found.extend(_observe(assessment.theme, row, as_of=as_of) for row in uncovered)
    return tuple(sorted(found, key=order_key))


def order_key(proposal: Proposal) -> tuple[object, ...]:
    """The total order of the plan: priority, role, weakness, effort, cost, rows answered, rank, id."""
    measure = proposal.measure
    return (
        proposal.priority,
        _ROLE_ORDER.index(proposal.role),
        proposal.weakness,
        DELAY_ORDER.index(measure.delay) if measure else 0,
        COST_ORDER.index(measure.cost) if measure else 0,
        -len(proposal.rows),
        RANK_ORDER.index(measure.rank) if measure else len(RANK_ORDER),
        proposal.theme.theme,
        proposal.key,
    )


def due_date(theme: Theme, priority: Priority, *, duty: bool, as_of: date) -> date:
    """Proposed due date: 1, 6 or 12 months, a month for an unmet duty, the season's start if it comes first."""
    due = add_months(as_of, DUTY_MONTHS if duty else DUE_MONTHS[priority])
    if priority <= Priority.P2 and theme.season_start is not None:
        month, day = theme.season_start
        season = date(as_of.year, month, day)
        if season <= as_of:
            season = date(as_of.year + 1, month, day)
        due = min(due, season)
    return due


def verify_words(question: Question) -> str:
    """What to do when nobody knows the answer."""
    return f"Vérifier : {question.verify or question.short}"


def paper_due(as_of: date) -> date:
    """Proposed date for a paper to write or complete."""
    return add_months(as_of, PAPER_MONTHS)


def _for_questions(assessment: ThemeAssessment, *, sectors: frozenset[str], as_of: date) -> Iterable[Proposal]:
    for question in assessment.theme.questions:
        hits = [
            (row, control)
            for row in assessment.rows
            for control in row.controls
            if control.question.id == question.id and control.role is not Role.PAPER and control.level in _WEAK
        ]
        if hits:
            yield _for_question(assessment.theme, question, hits, sectors=sectors, as_of=as_of)


def _for_question(
    theme: Theme,
    question: Question,
    hits: Sequence[tuple[Row, ControlReading]],
    *,
    sectors: frozenset[str],
    as_of: date,
) -> Proposal:
    priority, control = min(
        ((_urgency(row, control), control) for row, control in hits),
        key=lambda pair: (pair[0], _ROLE_ORDER.index(pair[1].role), _WEAK[pair[1].level]),
    )
    known = [each for _, each in hits if each.level is not Level.UNKNOWN]
    level = known[0].level if known and control.level is Level.UNKNOWN else control.level
    measures = measures_for(theme, question, level, sectors=sectors) if level is not Level.UNKNOWN else ()
    duty = any(each.precise_duty and each.level is Level.NO for _, each in hits)
    first = measures[0] if measures else None
    return Proposal(
        key=first.id if first else f"{Nature.VERIFY}.{question.id}",
        theme=theme,
        nature=Nature.MEASURE if first else Nature.VERIFY,
        question=question,
        measure=first,
        others=measures[1:],
        text=first.text if first else verify_words(question),
        priority=priority,
        role=control.role,
        weakness=_WEAK[control.level],
        rows=tuple(row for row, _ in hits),
        duty=duty,
        due=due_date(theme, priority, duty=duty, as_of=as_of),
    )


def _urgency(row: Row, control: ControlReading) -> Priority:
    """Priority a weak control gives: what is certain for a known weakness, the worst for an unknown one."""
    base = row.rated.worst.priority if control.level is Level.UNKNOWN else row.rated.best.priority
    if control.role is Role.ESSENTIAL:
        return base
    limit = Priority.P3 if control.level is Level.PARTLY else Priority.P2
    return max(base, limit)


def _checks(assessment: ThemeAssessment, *, as_of: date) -> Iterable[Proposal]:
    """One « vérifier sur place » for the rows that only a check on site would improve."""
    rows = tuple(row for row in assessment.rows if _lacks_only_check(row))
    if rows:
        priority = min(_check_priority(row) for row in rows)
        yield _look(
            assessment.theme,
            Nature.CHECK,
            rows,
            text=CHECK_WORDS,
            priority=priority,
            due=due_date(assessment.theme, priority, duty=False, as_of=as_of),
        )


def _check_priority(row: Row) -> Priority:
    """A check that was not made is certain; one nobody knows of counts at its worst, like any unknown."""
    return row.rated.best.priority if row.facts.checked is False else row.rated.worst.priority


def _lacks_only_check(row: Row) -> bool:
    weak = [
        each
        for each in row.controls
        if (each.role is Role.ESSENTIAL and each.level is not Level.YES)
        or (each.role is Role.SUPPORT and each.level is Level.NO)
    ]
    return row.facts.checked is not True and not weak


def _observations(assessment: ThemeAssessment, *, as_of: date) -> Iterable[Proposal]:
    """« Observer la situation » where the frequency or past accidents leave the priority open."""
    for row in assessment.rows:
        if not row.rated.firm and (row.facts.frequency is None or row.facts.accident is None):
            yield _observe(assessment.theme, row, as_of=as_of)


def _observe(theme: Theme, row: Row, *, as_of: date) -> Proposal:
    return _look(
        theme,
        Nature.OBSERVE,
        (row,),
        text=f"{OBSERVE_WORDS}, et {_after_looking(row)}",
        priority=row.rated.worst.priority,
        due=due_date(theme, row.rated.worst.priority, duty=False, as_of=as_of),
    )


def _after_looking(row: Row) -> str:
    known = row.facts.frequency is not None and row.facts.accident is not None and not row.unknown_controls
    return "chercher ce qui la rendrait plus sûre" if known else "compléter l'évaluation"


def _look(theme: Theme, nature: Nature, rows: tuple[Row, ...], *, text: str, priority: Priority, due: date) -> Proposal:
    target = theme.theme if nature is Nature.CHECK else f"{rows[0].situation.id}.{rows[0].unit.key}"
    return Proposal(
        key=f"{nature}.{target}",
        theme=theme,
        nature=nature,
        question=None,
        measure=None,
        others=(),
        text=text,
        priority=priority,
        role=Role.ESSENTIAL,
        weakness=Weakness.UNKNOWN,
        rows=rows,
        duty=False,
        due=due,
    )


def _pressing(row: Row) -> bool:
    return row.rated.worst.priority <= Priority.P2
