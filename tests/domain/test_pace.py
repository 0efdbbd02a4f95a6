"""The time a theme takes: the formula, and what makes it longer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.answers import Answer, Value
from app.domain.pace import LIMIT_MINUTES, Pace, pace
from tests.domain import firms
from tests.domain.firms import ROOFER, ROOFER_ANSWERS, ROOFER_SITUATIONS


def roofer_pace() -> Pace:
    return pace(firms.heat(), firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS), ROOFER)


def test_the_worked_example_stays_under_the_limit() -> None:
    time = roofer_pace()
    assert 4 < time.minutes < LIMIT_MINUTES
    assert time.questions < len(firms.heat().questions), "what is not asked takes no time"


def test_reading_goes_at_200_words_a_minute() -> None:
    theme = firms.heat()
    book = firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS)
    longer = replace(
        theme,
        questions=tuple(
            replace(question, why=f"{question.why} {'mot ' * 200}") if question.id == "ch_eau_fraiche" else question
            for question in theme.questions
        ),
    )
    before, after = pace(theme, book, ROOFER), pace(longer, book, ROOFER)
    assert (after.words - before.words, after.seconds - before.seconds) == (200, 60)


def test_an_exception_for_a_unit_costs_one_more_choice() -> None:
    book = firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS)
    answers = {**book.answers, ("ch_eau_fraiche", "UT2"): Answer(value="oui")}
    assert pace(firms.heat(), replace(book, answers=answers), ROOFER).seconds == roofer_pace().seconds + 4


@pytest.mark.parametrize("situation", ["dehors", "local_calme"])
def test_fewer_situations_take_less_time(situation: str) -> None:
    answers = {**ROOFER_ANSWERS, "ch_situations_exposantes": (situation,)}
    alone = pace(firms.heat(), firms.book(answers, {situation: ROOFER_SITUATIONS[situation]}), ROOFER)
    assert alone.seconds < roofer_pace().seconds


def test_a_closed_theme_takes_two_minutes_at_most() -> None:
    answers: dict[str, Value | None] = {
        "ch_situations_exposantes": ("aucune",),
        "ch_confirmation_hors_champ": "releves",
    }
    assert pace(firms.heat(), firms.book(answers, {}), ROOFER).minutes < 2
