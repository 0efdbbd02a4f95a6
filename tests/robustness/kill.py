"""Kills the server with SIGKILL at random instants while people write, and looks at what is left.

python -m tests.robustness.kill 100             # 100 times on each engine
python -m tests.robustness.kill 100 sqlite 7    # on one engine, with a seed
"""

from __future__ import annotations

import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.models.account import Account
from app.models.engine import Database, open_database
from app.models.membership import Membership
from app.models.migrate import upgrade
from app.services.demo import DEMO_SERVICE, demo_files, load_demo
from questionnaires import catalogue
from tests.engines import NOON, PostgresServer
from tests.robustness.checks import broken_promises, half_acts
from tests.robustness.people import Adviser, Browser, Employer, Writer
from tests.robustness.server import SEAL, Server

EMPLOYERS = (
    "gerante@couverture.example",
    "boulanger@fournil.example",
    "directeur@maconnerie.example",
    "directrice@menuiserie.example",
)
ADVISER = "ergonome@garrigues.example"
LONGEST = 3.0
"""Seconds the server may live before it is killed."""
RECOVERY = 30.0
"""Seconds PostgreSQL may take to be ready again."""


@dataclass
class Campaign:
    """Rounds on one database."""

    address: str
    folder: Path
    dice: random.Random
    crash_backends: bool = False
    """On PostgreSQL, SIGKILL for one of its own processes too, one round in five."""
    counts: Counter[str] = field(default_factory=Counter)
    writers: list[Writer] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def run(self, kills: int, *, told: Callable[[int], None] = lambda _round: None) -> None:
        """Starts, writes, kills and checks, so many times; `faults` says what was found."""
        upgrade(self.address)
        server = Server(address=self.address, folder=self.folder)
        with closing(open_database(self.address)) as database:
            load_demo(database, demo_files(), catalogue=catalogue.load(), seal_key=SEAL.encode(), at=NOON)
            self._enrol(database, server.port)
            try:
                for number in range(kills):
                    server.start()
                    if number == 0:
                        self._sign_in()
                    self._round(server, crash=self.crash_backends and number % 5 == 4)
                    self.counts["kills"] += 1
                    self._check(database, number)
                    told(number)
            finally:
                server.kill()
        self.counts.update(sum((writer.counts for writer in self.writers), Counter()))
        for error in errors_of(server.log()):
            self.counts[f"logged: {error}"] += 1

    def _enrol(self, database: Database, port: int) -> None:
        with database.across_services("find the firms of the people who write") as session:
            query = select(Account.email, Membership.establishment_id).join(
                Membership, Membership.account_id == Account.id
            )
            places = {email: place for email, place in session.execute(query) if place is not None}
        for email in EMPLOYERS:
            dice = random.Random(self.dice.random())
            self.writers.append(
                Employer(browser=Browser(port), dice=dice, email=email, slug=DEMO_SERVICE, place=places[email])
            )
        dice, known = random.Random(self.dice.random()), [places[email] for email in EMPLOYERS]
        self.writers.append(Adviser(browser=Browser(port), dice=dice, email=ADVISER, slug=DEMO_SERVICE, places=known))

    def _sign_in(self) -> None:
        for writer in self.writers:
            if isinstance(writer, Employer | Adviser):
                writer.sign_in()

    def _round(self, server: Server, *, crash: bool) -> None:
        stop = Event()
        threads = [Thread(target=writer.work, args=(stop,)) for writer in self.writers]
        for thread in threads:
            thread.start()
        time.sleep(self.dice.uniform(0.05, LONGEST))
        if crash:
            self.counts["processes of PostgreSQL killed"] += kill_backend(self.address)
            time.sleep(self.dice.uniform(0, 0.2))
        server.kill()
        stop.set()
        for thread in threads:
            thread.join(90)
            assert not thread.is_alive(), "a client still waits for a server that was killed"

    def _check(self, database: Database, number: int) -> None:
        until = time.monotonic() + RECOVERY
        while True:
            try:
                settle(self.address)
                found = [*half_acts(database), *broken_promises(database, self.writers)]
                break
            except (OperationalError, psycopg.OperationalError):
                if time.monotonic() > until:
                    raise
                database.close()
                time.sleep(0.2)
        self.faults += [f"kill {number + 1}: {each}" for each in found]


def errors_of(log: str) -> list[str]:
    """The last line of each trace the server logged."""
    ends = re.findall(r"^Traceback .*?\n((?:[ \t].*\n|\n)*)(\S.*)$", log, re.MULTILINE)
    return [end[:100] for _, end in ends]


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://")


def settle(address: str) -> None:
    """Waits until PostgreSQL has noticed that its clients are gone: a commit that was received goes to its end."""
    if address.startswith("sqlite"):
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    until = time.monotonic() + RECOVERY
    with psycopg.connect(_plain(address), autocommit=True) as connection:
        while connection.execute(others).fetchone() != (0,) and time.monotonic() < until:
            time.sleep(0.05)


def kill_backend(address: str) -> int:
    """SIGKILL for a process of PostgreSQL that serves this database; it then starts again by itself."""
    query = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY state"
    )
    with psycopg.connect(_plain(address), autocommit=True) as connection:
        found = connection.execute(query).fetchone()
    if found is None:
        return 0
    with suppress(ProcessLookupError):
        os.kill(int(found[0]), signal.SIGKILL)
    return 1


def main(arguments: list[str]) -> int:
    """Runs the rounds asked for and prints their figures."""
    kills = int(arguments[0]) if arguments else int(os.environ.get("JALON_KILLS", "100"))
    engines = [arguments[1]] if len(arguments) > 1 else ["sqlite", "postgresql"]
    seed = int(arguments[2]) if len(arguments) > 2 else random.SystemRandom().randrange(10**6)
    failed = False
    for engine in engines:
        with tempfile.TemporaryDirectory(prefix="jalon-kill-") as name:
            folder = Path(name)
            failed |= _campaign(engine, folder, kills, seed)
    return 1 if failed else 0


def _campaign(engine: str, folder: Path, kills: int, seed: int) -> bool:
    begun = time.monotonic()
    postgres, patch = None, pytest.MonkeyPatch()
    if engine == "postgresql":
        folder.chmod(0o755)
        for each in ("run", "data"):
            (folder / each).mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        postgres = PostgresServer(folder / "data")
    address = postgres.address(postgres.create()) if postgres else f"sqlite:///{folder / 'jalon.db'}"
    campaign = Campaign(address=address, folder=folder, dice=random.Random(seed), crash_backends=engine == "postgresql")
    try:
        campaign.run(kills, told=lambda number: print(f"\r{engine}: {number + 1}", end="", file=sys.stderr, flush=True))
    finally:
        if postgres:
            postgres.stop()
        patch.undo()
    print(f"\n{engine}, seed {seed}: {time.monotonic() - begun:.0f} s, {len(campaign.faults)} faults")
    for name, count in sorted(campaign.counts.items()):
        print(f"  {count:6} {name}")
    for fault in campaign.faults:
        print(f"  ! {fault}")
    return bool(campaign.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
