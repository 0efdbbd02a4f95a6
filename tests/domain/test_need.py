"""The points of need, as docs/queue.md writes them."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.alerts import Alert, AlertCode
from app.domain.need import MOST_ALERTS, MOST_SEVERE, Motive, Need, Situations, Waiting, need_of


def need(
    *, severe: dict[str, int] | None = None, bare: dict[str, int] | None = None, visited: bool = True, **more: Any
) -> Need:
    waiting = [Waiting(motive=each, theme="chaleur") for each in more.get("waiting", ())]
    alerts = [Alert(code=each, theme="chaleur", count=1) for each in more.get("alerts", ())]
    return need_of(Situations(severe=severe or {}, bare=bare or {}), waiting, alerts, visited=visited)


@pytest.mark.parametrize(
    ("severe", "bare", "visited", "points"),
    [
        ({}, {}, False, 0),
        ({"P1": 1}, {}, True, 3),
        ({"P2": 1}, {}, True, 1),
        ({}, {"P1": 1}, True, 6),
        ({}, {"P1": 1}, False, 12),
        ({"P1": 2, "P2": 3}, {"P2": 1}, False, 22),
    ],
)
def test_severity_times_no_measure_times_never_visited(
    severe: dict[str, int], bare: dict[str, int], visited: bool, points: int
) -> None:
    assert need(severe=severe, bare=bare, visited=visited).points == points


def test_a_long_inventory_does_not_hide_who_asks_for_help() -> None:
    assert need(bare={"P1": 40}, severe={"P1": 40}, visited=False).points == MOST_SEVERE


@pytest.mark.parametrize(
    ("motive", "points"),
    [(Motive.HELP, 20), (Motive.REPLY, 15), (Motive.REVIEW, 10), (Motive.VERSION, 5), (Motive.DECLINED, 3)],
)
def test_what_waits_adds_its_points_once(motive: Motive, points: int) -> None:
    assert need(waiting=[motive]).points == points
    twice = need(waiting=[motive, motive])
    assert (twice.points, twice.reasons[0].count) == (points, 2)


def test_alerts_add_four_points_each_and_twenty_at_most() -> None:
    assert need(alerts=[AlertCode.HASTY]).points == 4
    assert need(alerts=[AlertCode.HASTY, AlertCode.LOOSE_PLAN]).points == 8
    assert need(alerts=[AlertCode.UNKNOWN_DUTY] * 9).points == MOST_ALERTS


def test_reasons_come_the_weightiest_first_and_carry_all_the_points() -> None:
    made = need(bare={"P2": 1}, waiting=[Motive.HELP, Motive.REVIEW], alerts=[AlertCode.HASTY], visited=False)
    points = [reason.points for reason in made.reasons]
    assert points == sorted(points, reverse=True)
    assert sum(points) == made.points
    assert made.reasons[0].code == Motive.HELP
    assert made.reasons[-1].code == Motive.NEVER


def test_nothing_to_say_is_no_reason() -> None:
    assert need(visited=False).reasons == ()
