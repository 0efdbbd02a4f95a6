"""Migrations: a filled database of the first schema keeps every row, on both engines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, inspect

from app.models.engine import open_database
from app.models.frozen import frozen_tables, known_triggers, sqlite_triggers
from app.models.migrate import BrokenReferences, current_revision, head_revision, upgrade
from tests.models.filling import filled_rows, put_rows, read_rows


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    with closing(open_database(address)) as database, database.engine.begin() as connection:
        yield connection


def fill_0001(address: str) -> None:
    upgrade(address, "0001")
    with connected(address) as connection:
        put_rows(connection, filled_rows())


def test_the_fixture_fills_every_table_of_the_first_schema(empty_address: str) -> None:
    upgrade(empty_address, "0001")
    with connected(empty_address) as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
        columns = {(table, column["name"]) for table in tables for column in inspect(connection).get_columns(table)}
    filled = {(table, name) for table, rows in filled_rows().items() for row in rows for name in row}
    assert filled == columns


def test_a_filled_database_keeps_every_row(empty_address: str) -> None:
    fill_0001(empty_address)
    upgrade(empty_address)
    with connected(empty_address) as connection:
        assert current_revision(connection) == head_revision()
        assert read_rows(connection, filled_rows()) == filled_rows()


def test_upgrading_says_where_it_came_from_and_does_nothing_twice(empty_address: str) -> None:
    assert upgrade(empty_address, "0001") is None
    assert upgrade(empty_address) == "0001"
    assert upgrade(empty_address) == head_revision()


def test_sqlite_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / "jalon.db"
    fill_0001(f"sqlite:///{path}")
    upgrade(f"sqlite:///{path}")
    copy = tmp_path / "jalon.db.before-0001"
    assert {file.name for file in tmp_path.iterdir() if "before" in file.name} == {copy.name}
    with connected(f"sqlite:///{copy}") as connection:
        assert current_revision(connection) == "0001"
        assert read_rows(connection, filled_rows()) == filled_rows()


def test_a_new_sqlite_database_leaves_no_copy(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'jalon.db'}")
    assert not [file.name for file in tmp_path.iterdir() if "before" in file.name]


def test_broken_references_roll_the_migration_back(tmp_path: Path) -> None:
    path = tmp_path / "jalon.db"
    fill_0001(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:  # foreign keys are off by default there
        raw.execute("DELETE FROM company WHERE siren IS NOT NULL")
    with pytest.raises(BrokenReferences, match="establishment -> company"):
        upgrade(f"sqlite:///{path}")
    with connected(f"sqlite:///{path}") as connection:
        assert current_revision(connection) == "0001"
        assert known_triggers(connection) == {}


def test_the_triggers_of_the_migrations_are_those_of_the_models(sqlite_address: str) -> None:
    expected = {name: sql for table in frozen_tables() for name, sql in sqlite_triggers(table).items()}
    with connected(sqlite_address) as connection:
        assert known_triggers(connection) == expected


def test_a_table_made_anew_gets_its_triggers_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"sqlite:///{tmp_path / 'jalon.db'}"
    fill_0001(address)

    original = command.upgrade

    def upgrade_and_remake(config: Config, revision: str) -> None:
        original(config, revision)
        connection = config.attributes["connection"]
        connection.exec_driver_sql("CREATE TABLE again AS SELECT * FROM seal")
        connection.exec_driver_sql("DROP TABLE seal")
        connection.exec_driver_sql("ALTER TABLE again RENAME TO seal")

    monkeypatch.setattr(command, "upgrade", upgrade_and_remake)
    upgrade(address)
    with connected(address) as connection:
        assert {name for name in known_triggers(connection) if "_seal_" in name} == {
            "frozen_seal_update",
            "frozen_seal_delete",
            "frozen_seal_replace",
        }
