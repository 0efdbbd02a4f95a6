"""What can happen in a theme: which levels a question can give, and when a question can be seen at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from questionnaires.reader_questions import answer_codes
from questionnaires.schema import Condition, Kind, Level, Question, Sector, Theme


def levels_of(question: Question, situation: str | None = None) -> frozenset[Level]:
    """Levels the answers of a question can read as, for one situation or for any; empty when it gives none."""
    if question.kind is Kind.YES_PARTLY_NO:
        return frozenset(Level(code) for code in answer_codes(question))
    rules = (rule for rule in question.levels if not rule.situations or situation in (None, *rule.situations))
    levels = frozenset(rule.level for rule in rules)
    return levels | {Level.UNKNOWN} if levels else levels


def all_conditions(theme: Theme, question: Question) -> tuple[Condition, ...]:
    """The conditions of a question and of the questions it depends on: all of them must hold for it to be seen."""
    gathered: list[Condition] = []
    waiting = list(question.visible_if)
    while waiting:
        condition = waiting.pop(0)
        if condition not in gathered:
            gathered.append(condition)
            if condition.question:
                waiting.extend(theme.question(condition.question).visible_if)
    return tuple(gathered)


def always_seen(theme: Theme, question: Question, situation: str) -> bool:
    """Whether retaining the situation is enough for the question to be asked, in every establishment."""
    options = theme.question(theme.screening).options
    leading = {option.code for option in options if option.situation == situation}
    return all(
        condition.question == theme.screening and leading <= set(condition.any_of) for condition in question.visible_if
    )


def seen_for(theme: Theme, question: Question, situation: str) -> bool:
    """Whether the screening lets the question be asked where that situation is the only one retained.

    A condition that names an aggravating fact counts as met: the fact may hold beside any situation.
    """
    options = theme.question(theme.screening).options
    helpful = {option.code for option in options if option.situation == situation or option.fact is not None}
    return all(
        helpful & set(condition.any_of) for condition in question.visible_if if condition.question == theme.screening
    )


def can_be_seen(theme: Theme, question: Question, sectors: Mapping[str, Sector]) -> bool:
    """Whether some establishment and some answers let the question be asked."""
    conditions = all_conditions(theme, question)
    named = {condition.question for condition in conditions if condition.question}
    return (
        _some_headcount(conditions)
        and _some_sector([condition.sectors for condition in conditions if condition.sectors], sectors)
        and all(
            _some_answer(theme.question(parent), [set(c.any_of) for c in conditions if c.question == parent])
            for parent in named
        )
    )


def sectors_of(theme: Theme, question: Question) -> frozenset[str]:
    """Sectors outside of which the question is never asked; empty when it is asked everywhere."""
    limits = [frozenset(condition.sectors) for condition in all_conditions(theme, question) if condition.sectors]
    return frozenset.intersection(*limits) if limits else frozenset()


def _some_headcount(conditions: Iterable[Condition]) -> bool:
    low, high = 1, None
    for condition in conditions:
        low = max(low, condition.headcount_min or 1)
        if condition.headcount_max is not None:
            high = condition.headcount_max if high is None else min(high, condition.headcount_max)
    return high is None or low <= high


def _some_sector(wanted: list[tuple[str, ...]], sectors: Mapping[str, Sector]) -> bool:
    """A NAF code that fits every condition; the narrowest prefixes stand for all the codes."""
    prefixes = [tuple(p for name in names if name in sectors for p in sectors[name].prefixes) for names in wanted]
    codes = [prefix for group in prefixes for prefix in group]
    return not wanted or any(all(code.startswith(group) for group in prefixes) for code in codes)


def _some_answer(parent: Question, wanted: list[set[str]]) -> bool:
    if parent.kind is not Kind.CHOICES:
        return bool(set.intersection(*wanted))
    alone = {option.code for option in parent.options if option.exclusive}
    together = all(any_of - alone for any_of in wanted)
    return together or any(all(code in any_of for any_of in wanted) for code in alone)
