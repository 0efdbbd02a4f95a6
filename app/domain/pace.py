"""How long a theme takes to answer: words read, choices made, numbers and texts typed.

The formula is a yardstick for authors of content, not a measure of people: 200 words a minute, 4 seconds a choice,
10 seconds a number or a day, 25 seconds a text. A table is left out: it is asked apart and may stay empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from app.domain.answers import Answer, AnswerBook
from app.domain.establishment import EVERY_UNIT, Establishment, People, WorkUnit
from app.domain.reading import Reader
from app.domain.values import codes_of
from questionnaires.schema import Kind, Option, Question, Theme

WORDS_A_MINUTE = 200
CHOICE_SECONDS = 4
NUMBER_SECONDS = 10
TEXT_SECONDS = 25
LIMIT_MINUTES = 12
"""A theme that takes longer is not finished in one evening."""

_TYPED = {Kind.NUMBER: NUMBER_SECONDS, Kind.DATE: NUMBER_SECONDS, Kind.TEXT: TEXT_SECONDS, Kind.TABLE: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The time of one theme for one firm."""

    questions: int
    words: int
    seconds: int
    """Reading and answering together."""

    @property
    def minutes(self) -> float:
        """The time in minutes."""
        return self.seconds / 60


def pace(theme: Theme, book: AnswerBook, place: Establishment) -> Pace:
    """What a firm reads and does to answer a theme as it did: its questions, then who is concerned and how often."""
    reader = Reader(theme, book, place)
    asked = [question for question in theme.questions if _asked(reader, question)]
    words = sum(_count(text) for question in asked for text in _read(question))
    seconds = sum(_answering(question, book) for question in asked)
    for situation in theme.situations:
        units = [unit for unit in place.units if situation.id in reader.retained(unit)]
        if units:
            words += sum(map(_count, (situation.label, situation.frequency_prompt, situation.starter)))
            words += _count(theme.check_prompt) + _count(theme.accident_prompt)
            # one tap a unit in the grid, then the check and the accident; the real situation in one's own words
            seconds += CHOICE_SECONDS * (len(place.units) + 2) + TEXT_SECONDS
    return Pace(questions=len(asked), words=words, seconds=round(seconds + 60 * words / WORDS_A_MINUTE))


def _asked(reader: Reader, question: Question) -> bool:
    units: tuple[WorkUnit | None, ...] = (None, *reader.establishment.units)
    return any(reader.visible(question, unit) for unit in units)


def _read(question: Question) -> Iterator[str]:
    yield question.text
    yield question.why
    if question.kind in (Kind.CHOICE, Kind.CHOICES):  # the five usual answers are not read again each time
        yield from (option.label for option in codes_of(question))


@lru_cache(maxsize=4096)
def _count(text: str) -> int:
    """Words of a text of the content."""
    return len(text.split())


def _answering(question: Question, book: AnswerBook) -> int:
    if question.kind in _TYPED:
        return _TYPED[question.kind]
    answer = book.answer(question.id)
    ticks = len(answer.value) if question.kind is Kind.CHOICES and answer and isinstance(answer.value, tuple) else 1
    exceptions = sum(1 for known, unit in book.answers if known == question.id and unit != EVERY_UNIT)
    return CHOICE_SECONDS * (ticks + exceptions)


FEW_SITUATIONS = 2
"""Situations counted for a firm that has said nothing and whose trade says nothing either."""


_ONE_UNIT = WorkUnit(
    key="UT1", name="", activities="", places="", people=People(total=1), flags=frozenset(), women_men=""
)
"""Stands for the units of a firm that has described none yet: every firm has one at least."""


def expected_pace(theme: Theme, place: Establishment) -> Pace:
    """What a firm that has answered nothing yet should count on: the situations its trade often has, in every unit."""
    screening = theme.question(theme.screening)
    likely = [option.code for option in screening.options if option.situation and often_here(option, place)]
    codes = likely or [option.code for option in screening.options if option.situation][:FEW_SITUATIONS]
    book = AnswerBook(theme=theme.theme, answers={(theme.screening, EVERY_UNIT): Answer(value=tuple(codes))})
    return pace(theme, book, place if place.units else replace(place, units=(_ONE_UNIT,)))


def told_minutes(theme: Theme, book: AnswerBook | None, place: Establishment) -> int:
    """The whole minutes told to a firm: of its own answers once it has screened, of what its trade has before."""
    screened = book is not None and book.answer(theme.screening) is not None
    time = pace(theme, book, place) if book is not None and screened else expected_pace(theme, place)
    return max(1, ceil(time.minutes))


def often_here(option: Option, place: Establishment) -> bool:
    """Whether the situation of a screening option is often found in this trade, or made likely by a unit's flags."""
    flags = {flag for unit in place.units for flag in unit.flags}
    return bool(place.sectors.intersection(option.often_in) or flags.intersection(option.often_with))
