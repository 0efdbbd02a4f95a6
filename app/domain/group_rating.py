"""Psychosocial lines, rated by a group and never by computation (rule R7).

After a collective discussion the people of the unit choose one of three words; it maps to a priority. Nothing is
computed from individual answers, and without a discussion the line is to be assessed.
"""

from __future__ import annotations

from enum import StrEnum

from app.domain.rating import DUTY_FLOOR, Priority


class GroupWord(StrEnum):
    """What a group says of one of the six psychosocial axes."""

    LOW = "faible"
    SERIOUS = "serieux"
    GRAVE = "grave"


GROUP_PRIORITY: dict[GroupWord, Priority] = {
    GroupWord.LOW: Priority.P3,
    GroupWord.SERIOUS: Priority.P2,
    GroupWord.GRAVE: Priority.P1,
}


def group_bounds(word: GroupWord | None, *, duty_unmet: bool = False) -> tuple[Priority, Priority]:
    """Best and worst priority of a line; `word` is None when no group has talked about it.

    A precise duty answered « non » (harcèlement, agissements sexistes) keeps the line at P2 or above (rule R6').
    """
    best, worst = (
        (GROUP_PRIORITY[GroupWord.LOW], GROUP_PRIORITY[GroupWord.GRAVE])
        if word is None
        else (GROUP_PRIORITY[word], GROUP_PRIORITY[word])
    )
    return (min(best, DUTY_FLOOR), min(worst, DUTY_FLOOR)) if duty_unmet else (best, worst)
