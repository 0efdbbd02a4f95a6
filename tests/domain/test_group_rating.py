"""R7: a group rates, nobody computes."""

from __future__ import annotations

import pytest

from app.domain.group_rating import GroupWord, group_bounds
from app.domain.rating import Priority


@pytest.mark.parametrize(
    ("word", "priority"),
    [(GroupWord.LOW, Priority.P3), (GroupWord.SERIOUS, Priority.P2), (GroupWord.GRAVE, Priority.P1)],
)
def test_the_three_words(word: GroupWord, priority: Priority) -> None:
    assert group_bounds(word) == (priority, priority)


def test_without_a_discussion_the_line_is_open() -> None:
    assert group_bounds(None) == (Priority.P3, Priority.P1)


def test_an_unmet_duty_holds_the_line_at_p2_and_never_hides_a_grave_word() -> None:
    assert group_bounds(GroupWord.LOW, duty_unmet=True) == (Priority.P2, Priority.P2)
    assert group_bounds(GroupWord.GRAVE, duty_unmet=True) == (Priority.P1, Priority.P1)
    assert group_bounds(None, duty_unmet=True) == (Priority.P2, Priority.P1)
