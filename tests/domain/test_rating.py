"""The look-up tables, the mastery by roles, the properties of the rating on 10,000 rows, and mutants they catch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.rating import (
    GROSS_TABLE,
    PRIORITY_TABLE,
    Control,
    Gross,
    Priority,
    Rated,
    RowFacts,
    gross_level,
    mastery,
    priority_of,
    rate,
)
from questionnaires.schema import Level

YES, PARTLY, NO, UNKNOWN = Level.YES, Level.PARTLY, Level.NO, Level.UNKNOWN
ORDER = (YES, PARTLY, NO)

CELLS = [
    # gravity, frequency, gross level, priorities for mastery 1 to 4: all 64 cells of the two tables read together
    (1, 1, "LOW", "P4 P4 P3 P3"),
    (1, 2, "LOW", "P4 P4 P3 P3"),
    (1, 3, "LOW", "P4 P4 P3 P3"),
    (1, 4, "MODERATE", "P4 P3 P2 P2"),
    (2, 1, "LOW", "P4 P4 P3 P3"),
    (2, 2, "MODERATE", "P4 P3 P2 P2"),
    (2, 3, "MODERATE", "P4 P3 P2 P2"),
    (2, 4, "HIGH", "P3 P2 P1 P1"),
    (3, 1, "MODERATE", "P4 P3 P2 P2"),
    (3, 2, "MODERATE", "P4 P3 P2 P2"),
    (3, 3, "HIGH", "P3 P2 P1 P1"),
    (3, 4, "VERY_HIGH", "P3 P2 P1 P1"),
    (4, 1, "HIGH", "P3 P2 P1 P1"),
    (4, 2, "HIGH", "P3 P2 P1 P1"),
    (4, 3, "VERY_HIGH", "P3 P2 P1 P1"),
    (4, 4, "VERY_HIGH", "P3 P2 P1 P1"),
]


@pytest.mark.parametrize(("gravity", "frequency", "gross", "priorities"), CELLS)
def test_every_cell_of_the_two_tables(gravity: int, frequency: int, gross: str, priorities: str) -> None:
    level = gross_level(gravity, frequency)
    assert level is Gross[gross]
    assert [priority_of(level, held).name for held in (1, 2, 3, 4)] == priorities.split()


def test_the_gross_table_is_the_band_of_the_method_raised_to_the_floor_of_the_gravity() -> None:
    band = {**dict.fromkeys((1, 2, 3), 1), **dict.fromkeys((4, 6), 2), **dict.fromkeys((8, 9), 3), 12: 4, 16: 4}
    floor = {1: 1, 2: 1, 3: 2, 4: 3}
    for gravity, frequency in product(range(1, 5), repeat=2):
        assert GROSS_TABLE[gravity - 1][frequency - 1] == max(band[gravity * frequency], floor[gravity])


def test_counts_of_the_64_cells_after_the_changed_cell() -> None:
    cells = [priority_of(gross_level(g, f), m).name for g, f, m in product(range(1, 5), repeat=3)]
    assert {name: cells.count(name) for name in ("P1", "P2", "P3", "P4")} == {"P1": 14, "P2": 17, "P3": 20, "P4": 13}


def test_the_tables_never_go_down_when_things_get_worse() -> None:
    for gravity, frequency, held in product(range(1, 5), repeat=3):
        here = priority_of(gross_level(gravity, frequency), held)
        if gravity < 4:
            assert priority_of(gross_level(gravity + 1, frequency), held) <= here
        if frequency < 4:
            assert priority_of(gross_level(gravity, frequency + 1), held) <= here
        if held < 4:
            assert priority_of(gross_level(gravity, frequency), held + 1) <= here


@pytest.mark.parametrize("value", [0, 5, -1])
def test_values_off_the_scales_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 4"):
        gross_level(value, 1)
    with pytest.raises(ValueError, match="between 1 and 4"):
        gross_level(1, value)
    with pytest.raises(ValueError, match="between 1 and 4"):
        priority_of(Gross.LOW, value)


@pytest.mark.parametrize(
    ("essentials", "supports", "checked", "gravity", "expected"),
    [
        ([YES, YES], [YES], True, 4, 1),
        ([YES], [PARTLY], True, 4, 1),  # a support half done does not hold the row back
        ([YES], [], False, 4, 2),
        ([YES], [NO], True, 4, 2),
        ([YES, PARTLY], [YES], True, 4, 2),
        ([PARTLY, PARTLY], [YES], True, 4, 3),  # two half done on a deadly situation count as one missing
        ([PARTLY, PARTLY], [YES], True, 3, 2),
        ([YES, NO], [], True, 1, 3),
        ([NO], [YES], True, 4, 3),
        ([NO], [PARTLY], False, 4, 3),
        ([NO, NO], [NO], True, 4, 4),
        ([NO], [], True, 4, 4),
        ([], [YES], True, 4, 3),  # defence: content always has an essential
    ],
)
def test_mastery_by_the_weakest_essential(
    essentials: list[Level], supports: list[Level], checked: bool, gravity: int, expected: int
) -> None:
    assert mastery(essentials, supports, checked=checked, gravity=gravity) == expected


# --- properties, each a check of (rate, row): run by hypothesis, on 10,000 random rows, and against mutants ---------

Rate = Callable[[RowFacts], Rated]
Check = Callable[[Rate, RowFacts, random.Random], None]


def with_controls(facts: RowFacts, every: tuple[Control, ...]) -> RowFacts:
    count = len(facts.essentials)
    return replace(facts, essentials=every[:count], supports=every[count:])


def at_least_as_urgent(after: Rated, before: Rated) -> None:
    assert after.worst.priority <= before.worst.priority
    assert after.best.priority <= before.best.priority


def completions(facts: RowFacts) -> Iterator[RowFacts]:
    """Every way to fill the unknowns of a row."""
    axes: list[list[object]] = [
        [facts.frequency] if facts.frequency is not None else [1, 2, 3, 4],
        [facts.checked] if facts.checked is not None else [True, False],
        [facts.accident] if facts.accident is not None else [True, False],
    ]
    for control in (*facts.essentials, *facts.supports):
        axes.append([replace(control, level=level) for level in ORDER] if control.level is UNKNOWN else [control])
    for frequency, checked, accident, *every in product(*axes):
        known = replace(facts, frequency=frequency, checked=checked, accident=accident)  # type: ignore[arg-type]  # the product mixes the types of its axes
        yield with_controls(known, tuple(every))  # type: ignore[arg-type]  # same


def bounds_are_exact(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    if sum(control.level is UNKNOWN for control in (*facts.essentials, *facts.supports)) > 3:
        return
    rated = rate(facts)
    reached = [rate(each).best.priority for each in completions(facts)]
    assert (max(reached), min(reached)) == (rated.best.priority, rated.worst.priority)


def worst_is_worst(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    rated = rate(facts)
    assert rated.worst.priority <= rated.best.priority
    assert rated.firm == (rated.priority is not None)


def improving_never_raises(rate: Rate, facts: RowFacts, chance: random.Random) -> None:
    every = (*facts.essentials, *facts.supports)
    number = chance.randrange(len(every))
    if every[number].level in (PARTLY, NO):
        better = replace(every[number], level=ORDER[ORDER.index(every[number].level) - 1])
        at_least_as_urgent(rate(facts), rate(with_controls(facts, (*every[:number], better, *every[number + 1 :]))))


def not_knowing_never_reassures(rate: Rate, facts: RowFacts, chance: random.Random) -> None:
    every = (*facts.essentials, *facts.supports)
    number = chance.randrange(len(every))
    hidden = replace(every[number], level=UNKNOWN)
    unknown = rate(with_controls(facts, (*every[:number], hidden, *every[number + 1 :])))
    assert unknown.worst.priority <= rate(facts).worst.priority
    assert unknown.best.priority >= rate(facts).best.priority


def worse_facts_never_lower(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    if facts.gravity < 4:
        at_least_as_urgent(rate(replace(facts, gravity=facts.gravity + 1)), rate(facts))
    if facts.frequency is not None and facts.frequency < 4:
        at_least_as_urgent(rate(replace(facts, frequency=facts.frequency + 1)), rate(facts))
    if facts.accident is False:
        at_least_as_urgent(rate(replace(facts, accident=True)), rate(facts))
    if facts.checked is True:
        at_least_as_urgent(rate(replace(facts, checked=False)), rate(facts))


def aggravating_fact_never_lowers(rate: Rate, facts: RowFacts, chance: random.Random) -> None:
    if facts.supports:
        number = chance.randrange(len(facts.supports))
        rest = (*facts.supports[:number], *facts.supports[number + 1 :])
        promoted = replace(facts, essentials=(*facts.essentials, facts.supports[number]), supports=rest)
        at_least_as_urgent(rate(promoted), rate(facts))


def deadly_and_missing_is_p1(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    deadly = rate(replace(facts, gravity=4))
    assert deadly.best.priority < Priority.P4
    if any(control.level is NO for control in facts.essentials):
        assert deadly.priority is Priority.P1


def deadly_and_half_done_twice_is_p1(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    if sum(control.level is PARTLY for control in facts.essentials) >= 2:
        assert rate(replace(facts, gravity=4)).priority is Priority.P1


def unmet_duty_is_p2_at_least(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    unmet = Control(question="duty", level=NO, precise_duty=True)
    assert rate(replace(facts, supports=(*facts.supports, unmet))).best.priority <= Priority.P2


def accident_is_p2_at_least(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    assert rate(replace(facts, accident=True)).best.priority <= Priority.P2


def p1_comes_from_danger_only(rate: Rate, facts: RowFacts, _: random.Random) -> None:
    """A row whose essentials are all in order is never P1, whatever duties or papers say."""
    sound = tuple(replace(control, level=YES) for control in facts.essentials)
    assert rate(replace(facts, essentials=sound)).worst.priority > Priority.P1


def not_applicable_never_beats_yes(rate: Rate, facts: RowFacts, chance: random.Random) -> None:
    number = chance.randrange(len(facts.essentials))
    others = (*facts.essentials[:number], *facts.essentials[number + 1 :])
    answered = (*others, replace(facts.essentials[number], level=YES))
    at_least_as_urgent(rate(replace(facts, essentials=others)), rate(replace(facts, essentials=answered)))


CHECKS: tuple[Check, ...] = (
    bounds_are_exact,
    worst_is_worst,
    improving_never_raises,
    not_knowing_never_reassures,
    worse_facts_never_lower,
    aggravating_fact_never_lowers,
    deadly_and_missing_is_p1,
    deadly_and_half_done_twice_is_p1,
    unmet_duty_is_p2_at_least,
    accident_is_p2_at_least,
    p1_comes_from_danger_only,
    not_applicable_never_beats_yes,
)

ROWS = 10_000


def random_row(chance: random.Random) -> RowFacts:
    def controls(prefix: str, least: int) -> tuple[Control, ...]:
        return tuple(
            Control(
                question=f"{prefix}{number}",
                level=chance.choice((YES, YES, PARTLY, NO, UNKNOWN)),
                precise_duty=chance.random() < 0.2,
            )
            for number in range(chance.randint(least, 5))
        )

    return RowFacts(
        gravity=chance.randint(1, 4),
        frequency=chance.choice((None, 1, 2, 3, 4)),
        essentials=controls("e", 1),
        supports=controls("s", 0),
        checked=chance.choice((None, True, False)),
        accident=chance.choice((None, True, False, False)),
    )


@cache
def random_rows() -> tuple[RowFacts, ...]:
    chance = random.Random(20261122)
    return tuple(random_row(chance) for _ in range(ROWS))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_property_holds_on_ten_thousand_rows(check: Check) -> None:
    chance = random.Random(7)
    for facts in random_rows() if check is not bounds_are_exact else random_rows()[: ROWS // 20]:
        check(rate, facts, chance)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_property_holds_on_any_row(check: Check, seed: int) -> None:
    chance = random.Random(seed)
    check(rate, random_row(chance), chance)


# --- the checks must be able to fail: engines that were rejected are caught ---------------------------------------


def mean_mastery(facts: RowFacts) -> Rated:
    """A weighted mean: good answers buy off a missing vital one."""

    def once(fill: Level) -> Rated:
        scores = [
            weight * {YES: 0, PARTLY: 1, NO: 2}[fill if control.level is UNKNOWN else control.level]
            for weight, controls in ((2, facts.essentials), (1, facts.supports))
            for control in controls
        ]
        total = 2 * (2 * len(facts.essentials) + len(facts.supports))
        return rate(replace(facts, mastery_by_hand=1 + min(3, int(4 * sum(scores) / total))))

    return Rated(best=once(YES).best, worst=once(NO).worst)


def as_written_r6(facts: RowFacts) -> Rated:
    """Any precise duty answered « non » makes the row P1."""
    rated = rate(facts)
    if any(control.precise_duty and control.level is NO for control in (*facts.essentials, *facts.supports)):
        first = replace(rated.worst, priority=Priority.P1)
        return Rated(best=first, worst=first)
    return rated


def without_floors(facts: RowFacts) -> Rated:
    """Accidents and duties forgotten."""

    def free(controls: tuple[Control, ...]) -> tuple[Control, ...]:
        return tuple(replace(control, precise_duty=False) for control in controls)

    return rate(replace(facts, accident=False, essentials=free(facts.essentials), supports=free(facts.supports)))


def unknown_is_yes(facts: RowFacts) -> Rated:
    """What nobody knows counts as in order."""
    best = rate(facts).best
    return Rated(best=best, worst=best)


def soft_table(facts: RowFacts) -> Rated:
    """One cell changed: a permanent deadly situation with an essential missing rests at P2."""
    table = (*PRIORITY_TABLE[:3], (Priority.P3, Priority.P2, Priority.P2, Priority.P1))
    return rate(facts, priority_table=table)


def old_cell(facts: RowFacts) -> Rated:
    """The cell as it was: « très élevé » with mastery 2 is P1, with nothing missing."""
    table = (*PRIORITY_TABLE[:3], (Priority.P3, Priority.P1, Priority.P1, Priority.P1))
    return rate(facts, priority_table=table)


@pytest.mark.parametrize(
    ("mutant", "caught_by"),
    [
        (mean_mastery, deadly_and_missing_is_p1),
        (mean_mastery, deadly_and_half_done_twice_is_p1),
        (as_written_r6, p1_comes_from_danger_only),
        (without_floors, accident_is_p2_at_least),
        (without_floors, unmet_duty_is_p2_at_least),
        (unknown_is_yes, bounds_are_exact),
        (unknown_is_yes, not_knowing_never_reassures),
        (soft_table, deadly_and_missing_is_p1),
        (old_cell, p1_comes_from_danger_only),
    ],
    ids=lambda function: function.__name__,
)
def test_a_rejected_engine_is_caught(mutant: Rate, caught_by: Check) -> None:
    chance = random.Random(7)

    def every() -> None:
        for facts in random_rows():
            caught_by(mutant, facts, chance)

    with pytest.raises(AssertionError):
        every()
