"""Which measures an answer calls for, and in what order: the content is checked by the very rule that proposes."""

from __future__ import annotations

from questionnaires.schema import COST_ORDER, DELAY_ORDER, RANK_ORDER, Level, Measure, Question, Theme


def measures_for(theme: Theme, question: Question, level: Level, *, sectors: frozenset[str]) -> tuple[Measure, ...]:
    """Measures a bad answer calls for in these sectors: collective before individual, quick before long."""
    fit = [
        measure
        for measure in theme.measures
        if measure.question == question.id
        and level in measure.answers
        and (not measure.sectors or sectors.intersection(measure.sectors))
    ]
    return tuple(sorted(fit, key=_order))


def _order(measure: Measure) -> tuple[int, int, int, str]:
    """Order of measures inside one question: rank, effort, cost, id."""
    rank = RANK_ORDER.index(measure.rank)
    return (rank, DELAY_ORDER.index(measure.delay), COST_ORDER.index(measure.cost), measure.id)
