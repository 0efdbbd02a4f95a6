"""How much the pages of the employer cost: CPU, SQL statements and bytes, each beside a bare Flask floor.

The floor is a Flask application without anything else: it sends the very SQL statements the page sent, reads their
rows, and answers the very bytes the page answered. What is above it is ours: forms, rules, rating, templates.
Two floors are told for reading: the statements through the bare driver connection, and through SQLAlchemy's ORM.
"""

from __future__ import annotations

import gzip
import re
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
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import ORMExecuteState, Session

from app.extensions import db
from app.models.engine import open_database, prepare, read_url
from app.models.migrate import upgrade
from app.models.tenancy import across_services
from tests.web.filled import Filled, filled_firm
from tests.web.people import Portal, open_portal

RUNS = 9
BATCH = 12
AIM_RATIO = 2.0
AIM_STATEMENTS = 10
AIM_PAGE = 30 * 1024
AIM_ASSETS = 60 * 1024
SECTION = "eau_repos"


@dataclass(kw_only=True)
class Heard:
    """What one request sent to the database."""

    sql: list[tuple[str, Any]] = field(default_factory=list)
    orm: list[tuple[Any, Any]] = field(default_factory=list)

    @property
    def writes(self) -> bool:
        """Whether something was written."""
        return any(not text.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA")) for text, _ in self.sql)

    @property
    def statements(self) -> int:
        """Statements, the beginnings of transactions apart."""
        return sum(1 for text, _ in self.sql if not text.startswith(("BEGIN", "PRAGMA")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One page: CPU milliseconds of a request, those of its floors, its statements and its compressed size."""

    name: str
    statements: int
    cpu_ms: float
    driver_ms: float
    orm_ms: float | None
    compressed: int

    @property
    def ratio(self) -> float:
        """How many times the floor the page costs."""
        return self.cpu_ms / (self.orm_ms or self.driver_ms)


@contextmanager
def heard(engine: Engine) -> Iterator[Heard]:
    """Everything sent to that engine meanwhile."""
    found = Heard()

    def note(_connection: Any, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        found.sql.append((text, parameters))

    def note_orm(state: ORMExecuteState) -> None:
        if state.is_select:
            found.orm.append((state.statement, state.parameters))

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

    @bare.route("/", methods=["GET", "POST"])
    def same() -> Response:
        if through_orm:
            with Session(engine) as session:
                across_services(session, "bench: the floor asks what the page asked")
                for statement, parameters in said.orm:
                    session.execute(statement, parameters).all()
        else:
            with engine.connect() as connection:
                for text, parameters in said.sql:
                    if not text.startswith(("BEGIN", "PRAGMA")):
                        result = connection.exec_driver_sql(text, parameters)
                        if result.returns_rows:
                            result.fetchall()
                if said.writes:
                    connection.commit()
        return Response(body, content_type=kind)

    return bare.test_client()


def median_ms(work: Callable[[], object]) -> float:
    """CPU milliseconds of one call, median of batches after one to warm up."""
    spent = []
    work()
    for _ in range(RUNS):
        start = time.process_time()
        for _ in range(BATCH):
            work()
        spent.append((time.process_time() - start) * 1000 / BATCH)
    return statistics.median(spent)


def measure(portal: Portal, address: str, name: str, ask: Callable[[], Any]) -> Measure:
    """One request against its floors, measured in the same run."""
    with portal.app.app_context():
        engine = db.engine
    ask()
    with heard(engine) as said:
        answer = ask()
    if answer.status_code >= 400:
        raise SystemExit(f"{name}: {answer.status_code}")
    body = answer.get_data()
    driver = floor_client(address, said, body, answer.content_type, through_orm=False)
    orm = None if said.writes else floor_client(address, said, body, answer.content_type, through_orm=True)
    return Measure(
        name=name,
        statements=said.statements,
        cpu_ms=median_ms(ask),
        driver_ms=median_ms(lambda: driver.get("/", buffered=True)),
        orm_ms=median_ms(lambda: orm.get("/", buffered=True)) if orm else None,
        compressed=len(gzip.compress(body, 6)),
    )


def pages(portal: Portal, address: str, firm: Filled) -> Iterator[Measure]:
    """The four requests an employer makes most."""
    client = portal.person(establishment_id=firm.establishment_id)._client
    home = f"/{firm.service.slug}/e/{firm.establishment_id}"
    section = f"{home}/themes/chaleur/{SECTION}"
    page = client.get(section, buffered=True).get_data(as_text=True)
    fields = _fields(page)
    answers = iter(_alternately())

    def changed() -> dict[str, str]:
        fields.update(_fields(client.get(section, buffered=True).get_data(as_text=True)))
        return {**fields, "ch_eau_fraiche": next(answers)}

    yield measure(portal, address, "hub, GET", lambda: client.get(f"{home}/", buffered=True))
    yield measure(portal, address, "questions, GET", lambda: client.get(section, buffered=True))
    same = changed()
    yield measure(
        portal, address, "questions, POST, nothing new", lambda: client.post(section, data=same, buffered=True)
    )
    other = dict(fields)

    def save() -> Any:
        answer = client.post(
            section,
            data={**other, "ch_eau_fraiche": next(answers)},
            headers={"X-Jalon-Autosave": "1"},
            buffered=True,
        )
        other.update(_marks(answer.get_json(silent=True) or {}))
        return answer

    yield measure(portal, address, "autosave, one answer changed", save)


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
            found[name[1]] = value[1]
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
    print("pages: statements | CPU ms | floor (ORM) ms | floor (driver) ms | ratio | compressed bytes")
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/jalon.db"
        upgrade(address)
        with closing(open_database(address)), open_portal(address, Path(folder)) as portal:
            portal.app.config["WTF_CSRF_ENABLED"] = True
            firm = filled_firm(portal, file="couverture-9.toml")
            for each in pages(portal, address, firm):
                orm = f"{each.orm_ms:7.2f}" if each.orm_ms else "      –"
                print(
                    f"{each.name:<30} | {each.statements:>3} | {each.cpu_ms:7.2f} | {orm} | {each.driver_ms:7.2f} | "
                    f"{each.ratio:5.1f} | {each.compressed:>7}"
                )
    print(f"style sheet and script, compressed: {assets()} bytes")
    print(
        f"aims: <= {AIM_STATEMENTS} statements, <= {AIM_RATIO:.0f} x the floor, page <= {AIM_PAGE} bytes, "
        f"first visit <= {AIM_ASSETS} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
