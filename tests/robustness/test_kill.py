"""The server is killed while people write: no half act, a clean register, and what was told is there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.robustness.kill import Campaign, errors_of

KILLS = 6
"""On each engine; `python -m tests.robustness.kill 100` gives the figure of docs/security.md."""


@pytest.mark.timeout(400)
def test_a_server_killed_while_people_write_leaves_no_half_act(empty_address: str, tmp_path: Path) -> None:
    campaign = Campaign(address=empty_address, folder=tmp_path, dice=random.Random())
    campaign.run(KILLS)
    assert campaign.faults == []
    assert campaign.counts["kills"] == KILLS
    done = {name: count for name, count in campaign.counts.items() if name.endswith(", done")}
    assert sum(done.values()) >= KILLS, campaign.counts


def test_what_a_server_logs_is_counted_by_its_last_line() -> None:
    log = (
        "Jalon est prêt\n"
        "Traceback (most recent call last):\n"
        '  File "x.py", line 1, in <module>\n    raise ValueError("x")\n'
        "ValueError: x\nautre ligne\n"
    )
    assert errors_of(log * 2) == ["ValueError: x"] * 2
