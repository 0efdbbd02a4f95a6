"""Small numbers: nothing hidden can be worked out again from what is printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.suppression import HIDDEN, NOT_APPLICABLE, Hidden, Rule, Weighed, hide, show_count, show_rate

RULE = Rule()
counts = st.lists(st.integers(0, 30) | st.integers(0, 5), min_size=1, max_size=8)


def firms(number: int) -> Weighed:
    return Weighed(value=number, units=number, largest=1)


def table(numbers: list[int], rule: Rule = RULE) -> Hidden:
    return hide([firms(number) for number in numbers], firms(sum(numbers)), rule)


@given(numbers=counts, units=st.integers(3, 8))
def test_no_hidden_cell_can_be_worked_out_from_the_margin(numbers: list[int], units: int) -> None:
    found = table(numbers, Rule(units=units))
    hidden = [number for number, gone in zip(numbers, found.cells, strict=True) if gone]
    assert all(number >= units or number == 0 for number in set(numbers) - set(hidden))
    if found.total or not hidden:
        return
    # The reader knows the sum, and that each is 1 at least: every hidden cell must have several values left.
    room = sum(hidden) - len(hidden)
    assert len(hidden) > 1
    assert room >= 1
    assert sum(hidden) >= units


sums = st.lists(st.integers(1, 300), min_size=0, max_size=12)


@given(cells=st.lists(sums, min_size=1, max_size=6))
def test_no_group_of_hidden_sums_is_one_firm_in_disguise(cells: list[list[int]]) -> None:
    weighed = [Weighed(value=sum(each), units=len(each), largest=max(each, default=0)) for each in cells]
    everything = [number for each in cells for number in each]
    total = Weighed(value=sum(everything), units=len(everything), largest=max(everything, default=0))
    found = hide(weighed, total, RULE)
    for cell, gone in zip(weighed, found.cells, strict=True):
        assert gone or not cell.value or (cell.units >= 5 and cell.largest * 100 <= 85 * cell.value)
    hidden = [numbers for numbers, gone in zip(cells, found.cells, strict=True) if gone]
    if hidden and not found.total:
        together = [number for numbers in hidden for number in numbers]
        assert len(hidden) > 1
        assert len(together) >= 5
        assert max(together) * 100 <= 85 * sum(together)


@pytest.mark.parametrize(
    ("numbers", "cells", "total"),
    [
        ([12, 7, 0], (False, False, False), False),
        ([12, 7, 3], (False, True, True), False),
        ([12, 2, 2], (True, True, True), False),  # 2 + 2 = 4 would still be too few together
        ([12, 3], (True, True), False),
        ([9, 0, 2], (True, False, True), False),
        ([2, 2], (True, True), True),
        ([4], (True,), True),
    ],
)
def test_what_is_hidden(numbers: list[int], cells: tuple[bool, ...], total: bool) -> None:
    assert table(numbers) == Hidden(cells=cells, total=total)


def test_a_lone_hidden_cell_takes_the_total_with_it() -> None:
    cell = Weighed(value=100, units=6, largest=90)
    assert hide([cell, firms(0)], cell, RULE).total


def test_zero_is_printed_and_so_is_what_no_firm_is_behind() -> None:
    assert show_count(firms(0), RULE) == 0
    assert show_count(Weighed(value=2, units=0, largest=0), RULE) == 2
    assert show_count(firms(4), RULE) == HIDDEN


@pytest.mark.parametrize(
    ("value", "denominator", "shown"),
    [
        (None, 0, NOT_APPLICABLE),
        (Decimal("50.0"), 4, HIDDEN),
        (Decimal("40.0"), 5, Decimal("40.0")),
        (Decimal("0.0"), 9, HIDDEN),
        (Decimal("100.0"), 9, HIDDEN),
        (Decimal("100.0"), 10, Decimal("100.0")),
        (Decimal("0.0"), 10, Decimal("0.0")),
    ],
)
def test_rates_look_at_their_denominator(value: Decimal | None, denominator: int, shown: object) -> None:
    assert show_rate(value, denominator, RULE) == shown


def test_a_service_may_show_smaller_numbers_but_not_of_one_firm_nor_on_health() -> None:
    assert show_count(firms(3), Rule(units=3)) == 3
    assert show_count(firms(3), Rule(units=3).on("rps")) == HIDDEN
    assert Rule(units=8).on("pdp").units == 8
    with pytest.raises(ValueError, match="3 établissements"):
        Rule(units=2)
