"""The server is killed while people write: no half act, a clean register, and what was told is there."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.models.engine import Database, open_database
from app.services.demo import demo_files, load_demo
from questionnaires import catalogue
from tests.engines import NOON
from tests.robustness.checks import broken_promises, half_acts
from tests.robustness.kill import Campaign, errors_of
from tests.robustness.people import Browser, Writer
from tests.robustness.server import SEAL

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


HALVES = (
    "DELETE FROM register_line WHERE seq = (SELECT max(seq) FROM register_line)",
    "DELETE FROM document_file WHERE kind = 'xlsx'",
    "DELETE FROM fact WHERE kind = 'document_valide'",
    "DELETE FROM fact WHERE kind = 'theme_soumis'",
    "DELETE FROM fact WHERE kind = 'aide_demandee'",
    "DELETE FROM transmission",
    "DELETE FROM rating",
    "INSERT INTO used_key SELECT id, service_id, 'plan.add:x', 'plan.add', '0a0b0c0d-0000-0000-0000-000000000000', "
    "recorded_at FROM fact LIMIT 1",
)
"""What a crash in the middle of an act would leave."""


def test_a_half_act_is_seen(sqlite_address: str, tmp_path: Path) -> None:
    with closing(open_database(sqlite_address)) as database:
        load_demo(database, demo_files(), catalogue=catalogue.load(), seal_key=SEAL.encode(), at=NOON)
        assert half_acts(database) == []
    whole = Path(sqlite_address.removeprefix("sqlite:///"))
    for number, half in enumerate(HALVES):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(whole.read_bytes())
        with closing(sqlite3.connect(copy)) as raw, raw:
            for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f'DROP TRIGGER "{trigger}"')
            assert raw.execute(half).rowcount > 0, half
        with closing(open_database(f"sqlite:///{copy}")) as database:
            assert half_acts(database) != [], half


def test_a_promise_that_is_broken_is_seen(sqlite_database: Database) -> None:
    writer = Writer(browser=Browser(1), dice=random.Random(1), told={"mot-jamais-ecrit"})
    assert broken_promises(sqlite_database, [writer]) == ["0 times instead of once: mot-jamais-ecrit"]
