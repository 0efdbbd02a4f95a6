"""Properties of the whole engine on random firms answering the real heat theme."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from app.domain.action_plan import order_key, propose
from app.domain.answers import Answer, AnswerBook, SituationFacts, Value
from app.domain.assessment import ThemeAssessment, assess_theme
from app.domain.establishment import EVERY_UNIT, Establishment
from app.domain.rating import Priority
from questionnaires.schema import Kind, Level, Question, Role
from tests.domain import firms
from tests.domain.firms import DAY

FIRMS = 400
CONTROL_CODES = (Level.YES, Level.PARTLY, Level.NO, Level.UNKNOWN)


def any_value(question: Question, chance: random.Random) -> Value | None:
    """A random answer, or None for a question left blank."""
    if chance.random() < 0.15:
        return None
    if question.kind is Kind.YES_PARTLY_NO:
        return chance.choice(CONTROL_CODES).value
    if question.kind is Kind.CHOICE:
        return chance.choice(question.options).code
    if question.kind is Kind.NUMBER:
        return Decimal(chance.choice((0, 1, 2, 3, 5)))
    return None


def any_facts(units: tuple[str, ...], chance: random.Random) -> SituationFacts:
    present = {unit: chance.choice((None, 1, 2, 3, 4)) for unit in units if chance.random() < 0.7}
    return SituationFacts(
        frequency=present or {units[0]: 3},
        checked_on=chance.choice(({}, {EVERY_UNIT: "non"}, {EVERY_UNIT: "2026-09"}, {EVERY_UNIT: "2024-09"})),
        accident=chance.choice(({}, {EVERY_UNIT: False}, {EVERY_UNIT: True})),
    )


def any_firm(chance: random.Random) -> tuple[Establishment, AnswerBook]:
    theme = firms.heat()
    units = tuple(
        firms.unit(
            f"UT{number}",
            f"Unité {number}",
            chance.randint(1, 12),
            temps=chance.choice((0, 0, 1)),
            flags=chance.choice((frozenset(), frozenset({"isole"}))),
        )
        for number in range(1, chance.randint(1, 4) + 1)
    )
    place = firms.establishment(*units, sectors=chance.choice((frozenset(), frozenset({"btp"}))))
    ticked = tuple(each.id for each in theme.situations if chance.random() < 0.5) or (theme.situations[0].id,)
    facts = tuple(each.id for each in theme.facts if chance.random() < 0.3)
    answers: dict[str, Value | None] = {question.id: any_value(question, chance) for question in theme.questions}
    answers[theme.screening] = (*ticked, *facts)
    keys = tuple(unit.key for unit in units)
    situations = {situation: any_facts(keys, chance) for situation in ticked}
    return place, firms.book(answers, situations)


@cache
def population() -> tuple[tuple[Establishment, AnswerBook], ...]:
    chance = random.Random(11)
    return tuple(any_firm(chance) for _ in range(FIRMS))


def assess(place: Establishment, book: AnswerBook) -> ThemeAssessment:
    return assess_theme(firms.heat(), book, place, as_of=DAY)


def bounds(assessment: ThemeAssessment) -> dict[tuple[str, str], tuple[Priority, Priority]]:
    return {
        (row.situation.id, row.unit.key): (row.rated.best.priority, row.rated.worst.priority) for row in assessment.rows
    }


def test_the_population_is_varied_enough_to_mean_something() -> None:
    rows = [row for place, book in population() for row in assess(place, book).rows]
    firm = [row for row in rows if row.rated.firm]
    assert len(rows) > 1500
    assert len(firm) > 300
    assert len(rows) - len(firm) > 300
    assert {row.rated.worst.priority for row in rows} == set(Priority)


def test_papers_never_move_a_row() -> None:
    theme = firms.heat()
    papers = [q.id for q in theme.questions if q.roles and all(role is Role.PAPER for _, role in q.roles)]
    assert papers
    for place, book in population():
        for level in (Level.YES, Level.NO):
            answers = dict(book.answers)
            answers.update({(paper, EVERY_UNIT): Answer(value=level.value) for paper in papers})
            assert bounds(assess(place, replace(book, answers=answers))) == bounds(assess(place, book))


def test_an_exception_moves_only_its_unit() -> None:
    chance = random.Random(3)
    moved = 0
    for place, book in population():
        controls = [q for q in firms.heat().questions if q.kind is Kind.YES_PARTLY_NO]
        question, unit = chance.choice(controls), chance.choice(place.units)
        answers = {**book.answers, (question.id, unit.key): Answer(value=chance.choice(CONTROL_CODES).value)}
        before, after = bounds(assess(place, book)), bounds(assess(place, replace(book, answers=answers)))
        assert before.keys() == after.keys()
        changed = {key for key in before if before[key] != after[key]}
        assert {key_unit for _, key_unit in changed} <= {unit.key}
        moved += bool(changed)
    assert moved > 20


def test_leaving_any_answer_out_never_reassures() -> None:
    """Missing answers count like unknown ones, also when they decide whether another question is asked."""
    chance = random.Random(5)
    for place, book in population():
        known = [key for key in book.answers if key[0] != firms.heat().screening]
        gone = chance.choice(known)
        fewer = replace(book, answers={key: value for key, value in book.answers.items() if key != gone})
        before, after = bounds(assess(place, book)), bounds(assess(place, fewer))
        for key, (best, worst) in before.items():
            assert after[key][1] <= worst
            assert after[key][0] >= best


def test_every_pressing_row_has_an_action() -> None:
    """D12: a P1 or P2 row, or one that may be, is answered by at least one proposal."""
    for place, book in population():
        assessment = assess(place, book)
        proposals = propose(assessment, sectors=place.sectors, as_of=DAY)
        for row in assessment.rows:
            if row.rated.worst.priority <= Priority.P2:
                assert any(row in proposal.rows for proposal in proposals)


def test_the_order_of_the_plan_is_total_and_does_not_depend_on_the_order_of_answers() -> None:
    chance = random.Random(9)
    for place, book in population():
        proposals = propose(assess(place, book), sectors=place.sectors, as_of=DAY)
        keys = [order_key(proposal) for proposal in proposals]
        assert len(set(keys)) == len(keys)
        assert keys == sorted(keys)
        shuffled = list(book.answers.items())
        chance.shuffle(shuffled)
        again = propose(assess(place, replace(book, answers=dict(shuffled))), sectors=place.sectors, as_of=DAY)
        assert [(each.key, each.text, each.due) for each in again] == [
            (each.key, each.text, each.due) for each in proposals
        ]


def test_no_row_and_no_action_is_lost_or_doubled() -> None:
    for place, book in population():
        assessment = assess(place, book)
        expected = {(situation, unit) for situation, facts in book.situations.items() for unit in facts.frequency}
        assert set(bounds(assessment)) == expected
        assert len(assessment.rows) == len(expected)
        keys = [each.key for each in propose(assessment, sectors=place.sectors, as_of=DAY)]
        assert len(keys) == len(set(keys))


def test_the_sentence_only_names_questions_that_are_really_weak() -> None:
    for place, book in population():
        for row in assess(place, book).rows:
            for control in row.controls:
                others = [c.question.short for c in row.controls if c is not control]
                if any(control.question.short in other for other in others):
                    continue
                if control.question.short in row.sentence:
                    assert control.level is not Level.YES, row.sentence


def test_a_row_that_is_not_p4_or_well_held_always_says_why() -> None:
    for place, book in population():
        for row in assess(place, book).rows:
            if row.rated.worst.mastery > 1:
                assert row.sentence


def test_training_and_personal_equipment_alone_never_give_a_good_mastery() -> None:
    theme = firms.heat()
    soft = {q.id for q in theme.questions if q.control in {"FORM", "INDIV"}}
    place = firms.establishment(firms.unit("UT1", "Équipe", 5))
    for situation in theme.situations:
        answers: dict[str, Value | None] = {
            q.id: (Level.YES if q.id in soft else Level.NO).value
            for q in theme.questions
            if q.kind is Kind.YES_PARTLY_NO
        }
        answers[theme.screening] = (situation.id, "epi", "nouveaux")
        answers["ch_locaux_temperature"] = "plus_33"
        book = firms.book(answers, {situation.id: firms.seen({"UT1": 4}, checked="2026-10")})
        (row,) = assess(place, book).rows
        assert row.rated.best.mastery >= 3, situation.id


@pytest.mark.parametrize("answer", ["releves", "locaux_climatises", "arret_ete"])
def test_nothing_retained_closes_the_theme_with_its_ground(answer: str) -> None:
    theme = firms.heat()
    place = firms.establishment(firms.unit("UT1", "Bureau", 3))
    answers: dict[str, Value | None] = {theme.screening: ("aucune",), "ch_confirmation_hors_champ": answer}
    assessment = assess(place, firms.book({**answers, "ch_eau_fraiche": "non"}, {}))
    assert assessment.rows == ()
    assert assessment.closed is not None
    assert assessment.closed.reason
    assert assessment.closed.review_on.year == DAY.year + 1
    assert {c.question.id for c in assessment.firm_controls} >= {"ch_eau_fraiche", "ch_personnes_vulnerables"}


def test_nothing_retained_without_a_ground_leaves_the_theme_open() -> None:
    theme = firms.heat()
    place = firms.establishment(firms.unit("UT1", "Bureau", 3))
    for ground in (None, "ne_sait_pas"):
        answers: dict[str, Value | None] = {theme.screening: ("aucune",), "ch_confirmation_hors_champ": ground}
        assessment = assess(place, firms.book(answers, {}))
        assert assessment.closed is None
        assert assessment.open_reason
