"""How much the pages of the employer cost: CPU, SQL statements and bytes, each beside a bare Flask floor.

The floor is a Flask application without anything else: same test client, one route, the very bytes the page answered.
It works on a copy of the database and sends what the page sent, in the same transactions: a write takes the lock,
changes rows (a floor whose UPDATE changes nothing stops the bench) and commits, as the page's does. It holds no
session cookie, no rights, no form, no rule, no template: all of that is what the ratio tells.

Two floors: through SQLAlchemy's ORM, with the page's own statements already built, filtered and hashed, every row read
into objects, and what is written sent as ready SQL; and through the driver connection, the same SQL as text. The ratio
that the aim speaks of is to the ORM: the guard between services lives there, so no page of Jalon may do without it.
The page and its floors take turns in one run; a ratio is the median of the ratios of the turns.
"""

from __future__ import annotations

import gzip
import html
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import ORMExecuteState, Session

from app.extensions import db
from app.models.engine import open_database, prepare, read_url, unit_of_work
from app.models.migrate import upgrade
from app.models.tenancy import across_services
from tests.web.filled import Filled, filled_firm
from tests.web.people import Portal, open_portal

TURNS = 15
BATCH = 8
AIM_RATIO = 2.0
AIM_STATEMENTS = 10
AIM_PAGE = 30 * 1024
AIM_ASSETS = 60 * 1024
SECTION = "eau_repos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One statement: its text for the driver, and the ORM's statement when it came from one."""

    text: str
    parameters: Any
    query: tuple[Any, Any] | None

    @property
    def writes(self) -> bool:
        """Whether it changes rows."""
        return not self.text.lstrip().upper().startswith("SELECT")


@dataclass(kw_only=True)
class Transaction:
    """What was sent between two BEGIN of one connection."""

    locks: bool
    sent: list[Sent] = field(default_factory=list)


@dataclass(kw_only=True)
class Heard:
    """What one request sent to the database."""

    transactions: list[Transaction] = field(default_factory=list)

    @property
    def sent(self) -> list[Sent]:
        """Every statement, the beginnings of transactions apart."""
        return [each for transaction in self.transactions for each in transaction.sent]

    @property
    def writes(self) -> bool:
        """Whether something was written."""
        return any(each.writes for each in self.sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One page: CPU milliseconds of a request and of its floors, its statements, its compressed size, its pace."""

    name: str
    statements: int
    compressed: int
    cpu_ms: float
    orm_ms: float
    driver_ms: float
    ratio: float
    """To the ORM floor."""
    driver_ratio: float
    p95_ms: float
    """On the clock, not in CPU."""
    per_second: float
    """Requests one process answers in a second."""


@contextmanager
def heard(engine: Engine) -> Iterator[Heard]:
    """Everything sent to that engine meanwhile."""
    found = Heard()
    current: dict[int, Transaction] = {}
    asked: list[tuple[Any, Any]] = []

    def note(connection: Connection, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        if text.startswith("PRAGMA"):
            return
        if text.startswith("BEGIN"):
            current[id(connection)] = Transaction(locks="IMMEDIATE" in text)
            found.transactions.append(current[id(connection)])
            return
        query = asked.pop() if asked else None
        current[id(connection)].sent.append(Sent(text=text, parameters=parameters, query=query))

    def note_orm(state: ORMExecuteState) -> None:
        if state.is_select:
            asked[:] = [(state.statement, state.parameters)]

    event.listen(engine, "before_cursor_execute", note)
    event.listen(Session, "do_orm_execute", note_orm)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(Session, "do_orm_execute", note_orm)


def floor_client(address: str, said: Heard, body: bytes, kind: str, *, through_orm: bool) -> FlaskClient:
    """A bare application that sends the same statements and answers the same bytes."""
    bare = Flask("floor")
    engine = prepare(create_engine(read_url(address)))
    send = _through_orm if through_orm else _through_driver

    @bare.route("/", methods=["GET", "POST"])
    def same() -> Response:
        for transaction in said.transactions:
            send(engine, transaction)
        return Response(body, content_type=kind)

    return bare.test_client()


def _through_orm(engine: Engine, transaction: Transaction) -> None:
    with Session(engine, expire_on_commit=False) as session:
        across_services(session, "bench: the floor asks what the page asked")
        if transaction.locks:
            with unit_of_work(session):
                _ask(session, transaction)
        else:
            _ask(session, transaction)


def _ask(session: Session, transaction: Transaction) -> None:
    for each in transaction.sent:
        if each.query is not None:
            session.execute(*each.query).all()
        else:
            _send(session.connection(), each)


def _through_driver(engine: Engine, transaction: Transaction) -> None:
    with engine.connect() as bare:
        connection = bare.execution_options(jalon_immediate=transaction.locks)
        for each in transaction.sent:
            _send(connection, each)
        if transaction.locks:
            connection.commit()


def _send(connection: Connection, each: Sent) -> None:
    if not each.writes:
        connection.exec_driver_sql(each.text, each.parameters).fetchall()
        return
    # The page reads the version of a row before it changes it; the floor, which does not look, takes any later one.
    change, _, where = each.text.partition(" WHERE ")
    later = where.replace("row_version = ?", "row_version >= ?")
    result = connection.exec_driver_sql(f"{change} WHERE {later}" if where else change, each.parameters)
    if result.rowcount < 1:
        raise SystemExit(f"the floor writes nothing: {each.text}")


def measure(portal: Portal, address: str, name: str, ask: Callable[[], Any], *, writes: bool = False) -> Measure:
    """One request against its floors, measured in the same run."""
    with portal.app.app_context():
        engine = db.engine
    ask()
    with heard(engine) as said:
        answer = ask()
    if answer.status_code >= 400 or said.writes is not writes:
        raise SystemExit(f"{name}: {answer.status_code}, {'wrote' if said.writes else 'wrote nothing'}")
    body = answer.get_data()
    copied = _copy(address)
    bare = [floor_client(copied, said, body, answer.content_type, through_orm=orm) for orm in (True, False)]
    clocked: list[float] = []
    page, through_orm, driver = _in_turns(
        lambda: _clocked(ask, clocked), *(lambda client=client: client.get("/", buffered=True) for client in bare)
    )
    return Measure(
        name=name,
        statements=len(said.sent),
        compressed=len(gzip.compress(body, 6)),
        cpu_ms=statistics.median(page),
        orm_ms=statistics.median(through_orm),
        driver_ms=statistics.median(driver),
        ratio=statistics.median(ours / floor for ours, floor in zip(page, through_orm, strict=True)),
        driver_ratio=statistics.median(ours / floor for ours, floor in zip(page, driver, strict=True)),
        p95_ms=statistics.quantiles(clocked, n=20)[-1] * 1000,
        per_second=1 / statistics.fmean(clocked),
    )


def _copy(address: str) -> str:
    """The same database once more: what a floor writes must not be in the way of the page."""
    path = Path(address.removeprefix("sqlite:///"))
    copy = path.with_name("floor.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return f"sqlite:///{copy}"


def _clocked(ask: Callable[[], object], seconds: list[float]) -> None:
    start = time.perf_counter()
    ask()
    seconds.append(time.perf_counter() - start)


def _in_turns(*works: Callable[[], object]) -> list[list[float]]:
    """CPU milliseconds of one call of each, turn after turn, so that a noisy machine is noisy for all of them."""
    spent: list[list[float]] = [[] for _ in works]
    for _ in range(TURNS + 1):
        for work, found in zip(works, spent, strict=True):
            start = time.process_time()
            for _ in range(BATCH):
                work()
            found.append((time.process_time() - start) * 1000 / BATCH)
    return [found[1:] for found in spent]  # the first turn warms up


def pages(portal: Portal, address: str, firm: Filled) -> Iterator[Measure]:
    """The four requests an employer makes most."""
    client = portal.person(establishment_id=firm.establishment_id)._client
    home = f"/{firm.service.slug}/e/{firm.establishment_id}"
    section = f"{home}/themes/chaleur/{SECTION}"
    yield measure(portal, address, "hub, GET", lambda: client.get(f"{home}/", buffered=True))
    yield measure(portal, address, "questions, GET", lambda: client.get(section, buffered=True))
    fields = _fields(client.get(section, buffered=True).get_data(as_text=True))
    yield measure(
        portal, address, "questions, POST, nothing new", lambda: client.post(section, data=fields, buffered=True)
    )
    answers = _alternately()

    def save() -> Any:
        answer = client.post(
            section,
            data={**fields, "ch_eau_fraiche": next(answers)},
            headers={"X-Jalon-Autosave": "1"},
            buffered=True,
        )
        fields.update(_marks(answer.get_json(silent=True) or {}))
        return answer

    yield measure(portal, address, "autosave, one answer changed", save, writes=True)


def _alternately() -> Iterator[str]:
    while True:
        yield "non"
        yield "partiellement"


def _fields(page: str) -> dict[str, str]:
    """What a browser would send of the page: hidden fields, ticked answers, typed words."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ('type="hidden"' in tag or " checked" in tag or 'type="text"' in tag):
            found[name[1]] = html.unescape(value[1])
    return found


def _marks(said: dict[str, Any]) -> dict[str, str]:
    marks = said.get("marks") or {}
    return {name if name.endswith("__base") else f"{name}__base": str(mark) for name, mark in marks.items()}


def assets() -> int:
    """Compressed bytes of what a first visit fetches beside the page: the style sheet and the script."""
    folder = Path(__file__).resolve().parents[1] / "app" / "static"
    return sum(len(gzip.compress((folder / name).read_bytes(), 6)) for name in ("jalon.css", "jalon.js"))


def main() -> int:
    """Print the table."""
    print("page | statements | CPU ms | floor, ORM | ratio | floor, driver | ratio | p95 ms | per second | bytes")
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/jalon.db"
        upgrade(address)
        with closing(open_database(address)), open_portal(address, Path(folder)) as portal:
            portal.app.config["WTF_CSRF_ENABLED"] = True
            firm = filled_firm(portal, file="couverture-9.toml")
            for each in pages(portal, address, firm):
                print(
                    f"{each.name:<29} | {each.statements:>2} | {each.cpu_ms:6.2f} | {each.orm_ms:5.2f} | "
                    f"{each.ratio:4.1f} | {each.driver_ms:5.2f} | {each.driver_ratio:4.1f} | {each.p95_ms:6.2f} | "
                    f"{each.per_second:5.0f} | {each.compressed:>6}"
                )
    print(f"style sheet and script, compressed: {assets()} bytes")
    print(
        f"aims: <= {AIM_STATEMENTS} statements, <= {AIM_RATIO:.0f} x the ORM floor, page <= {AIM_PAGE} bytes, "
        f"first visit <= {AIM_ASSETS} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
