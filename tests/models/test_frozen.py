"""What was frozen stays as it was: both engines refuse to change, remove or replace it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.models.engine import open_database
from app.models.migrate import upgrade
from app.models.tables import FROZEN_TABLES
from tests.models.filling import filled_rows, put_rows, read_rows

LATER = {"transmission", "access_record"}
"""Frozen tables the first schema did not have: the filled fixture holds no row for them."""

NAMES = sorted({table.__tablename__ for table in FROZEN_TABLES} - LATER)


@pytest.fixture
def filled(empty_address: str) -> Iterator[Engine]:
    upgrade(empty_address)
    with closing(open_database(empty_address)) as database:
        with database.engine.begin() as connection:
            put_rows(connection, filled_rows())
        yield database.engine


def attempt(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_frozen_rows_are_neither_changed_nor_removed(filled: Engine) -> None:
    for name in NAMES:
        with pytest.raises(IntegrityError, match=f"frozen row: {name}"):
            attempt(filled, f"UPDATE {name} SET id = id")
        with pytest.raises(IntegrityError, match=f"frozen row: {name}"):
            attempt(filled, f"DELETE FROM {name}")
    assert_untouched(filled)


def test_living_rows_are_not_frozen(filled: Engine) -> None:
    attempt(filled, "UPDATE answer SET reason = 'x'")
    with filled.connect() as connection:
        assert set(connection.exec_driver_sql("SELECT reason FROM answer").scalars()) == {"x"}
    attempt(filled, "DELETE FROM answer")
    with filled.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM answer").scalar_one() == 0


@pytest.mark.parametrize("empty_address", ["sqlite"], indirect=True)
def test_frozen_rows_are_not_replaced_on_sqlite(filled: Engine) -> None:
    for name in NAMES:
        with pytest.raises(IntegrityError, match=f"frozen row: {name}"):
            attempt(filled, f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}")
    columns = "service_id, seq, sealed_on, sealed_at, heads, hmac, previous_hmac"
    for by_another_key in (
        f"INSERT OR REPLACE INTO seal (id, {columns}) SELECT 'new', {columns} FROM seal",
        f"INSERT OR REPLACE INTO seal (rowid, id, {columns}) SELECT rowid, 'new', service_id, 9, sealed_on, "
        "sealed_at, heads, hmac, previous_hmac FROM seal",
    ):
        with pytest.raises(IntegrityError, match="frozen row: seal"):
            attempt(filled, by_another_key)
    assert_untouched(filled)


@pytest.mark.parametrize("empty_address", ["postgresql"], indirect=True)
def test_frozen_tables_are_not_emptied_on_postgresql(filled: Engine) -> None:
    for name in NAMES:
        with pytest.raises(IntegrityError, match=f"frozen row: {name}"):
            attempt(filled, f"TRUNCATE {name} CASCADE")
    with pytest.raises(IntegrityError, match="frozen row: seal"):
        attempt(filled, "SET LOCAL session_replication_role = replica; DELETE FROM seal")
    assert_untouched(filled)


def test_a_new_row_is_still_welcome(filled: Engine) -> None:
    row = dict(filled_rows()["rating"][0], id="0" * 32)
    with filled.begin() as connection:
        put_rows(connection, {"rating": [row]})
        assert count(connection, "rating") == 3


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"kind": "soumission"}, "number_of_version"),
        ({"trigger": None}, "validated"),
        ({"trigger": "parce que"}, "trigger_known"),
        ({"content_sha256": "abc"}, "content_sha256_length"),
        ({"keep_until": "2026-11-21"}, "kept_long"),
    ],
)
def test_a_version_that_makes_no_sense_is_refused(filled: Engine, change: dict[str, str], check: str) -> None:
    row = {**filled_rows()["document_version"][0], "id": "0" * 32, "number": 2, **change}
    with pytest.raises(DBAPIError, match=f"ck_document_version_{check}"), filled.begin() as connection:
        put_rows(connection, {"document_version": [row]})


def count(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())


def assert_untouched(engine: Engine) -> None:
    with engine.connect() as connection:
        assert read_rows(connection, filled_rows()) == filled_rows()
