"""One way to write: locked, whole or nothing, and never lost."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models import engine
from app.models.draft import RatingOverride
from app.models.engine import (
    Busy,
    Conflict,
    Database,
    DatabaseUrlError,
    UnitOfWorkError,
    open_database,
    read_url,
    unit_of_work,
)
from app.models.establishment import Company, EstablishmentRow
from app.models.service import Service
from tests.engines import NOON, MakeService

PROCESSES, INCREMENTS = 3, 60


def make_establishment(database: Database, service: Service) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        company = Company(siren=None, name="Boulangerie", created_at=NOON)
        uow.add(company)
        uow.flush()
        row = EstablishmentRow(company_id=company.id, siret=None, name="Boulangerie", address="", created_at=NOON)
        uow.add(row)
        uow.flush()
        return row.id


def make_counter(database: Database, service: Service) -> UUID:
    owner = make_establishment(database, service)
    with database.unit_of_work(service_id=service.id) as uow:
        row = RatingOverride(
            establishment_id=owner,
            position=0,
            theme="chaleur",
            situation="dehors",
            unit="UT1",
            field="first",
            value=0,
            reason="",
            measure="",
            checked_on="",
            author_role="",
            made_on=date(2026, 11, 21),
        )
        uow.add(row)
        uow.flush()
        return row.id


def increment_many(address: str, service_id: UUID, row_id: UUID) -> None:
    with closing(open_database(address)) as database:
        retries = 0
        done = 0
        while done < INCREMENTS:
            try:
                with database.unit_of_work(service_id=service_id) as uow:
                    row = uow.scalars(select(RatingOverride).where(RatingOverride.id == row_id)).one()
                    row.value += 1
                done += 1
            except Conflict:
                retries += 1
        assert retries == 0 or database.engine.dialect.name == "postgresql", "on SQLite writers wait for each other"


def test_no_increment_is_lost_between_processes(address: str, database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    row_id = make_counter(database, service)
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=increment_many, args=(address, service.id, row_id)) for _ in range(PROCESSES)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    with database.read(service_id=service.id) as session:
        row = session.scalars(select(RatingOverride).where(RatingOverride.id == row_id)).one()
        assert (row.value, row.row_version) == (PROCESSES * INCREMENTS, PROCESSES * INCREMENTS + 1)


def test_a_change_made_meanwhile_is_a_conflict(postgresql_database: Database) -> None:
    database = postgresql_database
    service, row_id = service_and_counter(database)
    query = select(RatingOverride).where(RatingOverride.id == row_id)

    def change_twice_at_once() -> None:
        with database.unit_of_work(service_id=service.id) as first:
            mine = first.scalars(query).one()
            with database.unit_of_work(service_id=service.id) as second:
                second.scalars(query).one().value = 7
            mine.value = 9

    with pytest.raises(Conflict):
        change_twice_at_once()
    with database.read(service_id=service.id) as session:
        assert session.scalars(query).one().value == 7


def test_sqlite_takes_the_lock_before_reading(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    service, _row_id = service_and_counter(sqlite_database)
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 50)
    sqlite_database.close()

    def begin_twice() -> None:
        with sqlite_database.unit_of_work(service_id=service.id), sqlite_database.unit_of_work(service_id=service.id):
            pytest.fail("two writers at once")

    with pytest.raises(Busy):
        begin_twice()


def test_a_reader_sees_one_moment_and_does_not_stop_the_writer(sqlite_database: Database) -> None:
    service, row_id = service_and_counter(sqlite_database)
    query = select(RatingOverride.value).where(RatingOverride.id == row_id)
    with sqlite_database.read(service_id=service.id) as reader:
        assert reader.scalar(query) == 0
        with sqlite_database.unit_of_work(service_id=service.id) as uow:
            uow.scalars(select(RatingOverride).where(RatingOverride.id == row_id)).one().value = 5
        assert reader.scalar(query) == 0
    with sqlite_database.read(service_id=service.id) as reader:
        assert reader.scalar(query) == 5


def test_a_unit_of_work_forgets_what_was_read_before(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    row_id = make_counter(database, service)
    query = select(RatingOverride).where(RatingOverride.id == row_id)
    with database.read(service_id=service.id) as session:
        mine = session.scalars(query).one()
        assert mine.value == 0
        with database.unit_of_work(service_id=service.id) as other:
            other.scalars(query).one().value = 5
        with unit_of_work(session):
            mine.value += 1
    with database.read(service_id=service.id) as session:
        assert session.scalars(query).one().value == 6


def test_two_units_of_work_of_one_session_each_read_again(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    row_id = make_counter(database, service)
    query = select(RatingOverride).where(RatingOverride.id == row_id)
    with database.read(service_id=service.id) as session:
        with unit_of_work(session):
            mine = session.scalars(query).one()
            mine.value += 1
        with database.unit_of_work(service_id=service.id) as other:
            other.scalars(query).one().value += 1
        with unit_of_work(session):
            mine.value += 1
    with database.read(service_id=service.id) as session:
        assert session.scalars(query).one().value == 3


def test_a_failed_unit_of_work_leaves_nothing(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    row_id = make_counter(database, service)
    query = select(RatingOverride).where(RatingOverride.id == row_id)

    def fail_after_flush() -> None:
        with database.unit_of_work(service_id=service.id) as uow:
            uow.scalars(query).one().value = 5
            uow.flush()
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail_after_flush()
    with database.read(service_id=service.id) as session:
        assert session.scalars(query).one().value == 0
    with database.unit_of_work(service_id=service.id) as uow:  # the lock is free again
        uow.scalars(query).one().value = 1


def test_rows_are_written_in_a_unit_of_work_only(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    with database.read(service_id=service.id) as session:
        session.add(Company(siren=None, name="x", created_at=NOON))
        with pytest.raises(UnitOfWorkError, match="inside unit_of_work"):
            session.flush()
        with pytest.raises(UnitOfWorkError, match="changes made outside"), unit_of_work(session):
            pytest.fail("the stray row would be written along")
        session.expunge_all()
        with pytest.raises(UnitOfWorkError, match="alone commits"):
            session.commit()


def test_nothing_commits_in_the_middle(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(Company(siren=None, name="x", created_at=NOON))
        with pytest.raises(UnitOfWorkError, match="alone commits"):
            uow.commit()
    with (
        database.read(service_id=service.id) as session,
        unit_of_work(session),
        pytest.raises(UnitOfWorkError, match="already open"),
        unit_of_work(session),
    ):
        pytest.fail("a unit of work inside another")


def test_a_savepoint_may_be_given_up(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    with database.unit_of_work(service_id=service.id) as uow:
        with uow.begin_nested():
            uow.add(Company(siren=None, name="kept", created_at=NOON))
        with uow.begin_nested() as point:
            uow.add(Company(siren=None, name="given up", created_at=NOON))
            uow.flush()
            point.rollback()
    with database.read(service_id=service.id) as session:
        assert list(session.scalars(select(Company.name))) == ["kept"]


def test_sqlite_lives_by_its_rules(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        rules = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert rules == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("jalon.db", "illisible"),
        ("sqlite://", "doit être un fichier"),
        ("sqlite:///:memory:", "doit être un fichier"),
        ("mysql://x/y", "base de données inconnue : mysql"),
        ("postgresql://u:p@127.0.0.1:abc/x", "illisible"),
        ("postgresql://%zz@[::1/x", "illisible"),
        ("sqlite:////srv/x.db?timeout=abc", "sans option"),
        ("sqlite:////srv/a\x00b.db", "sans option"),
    ],
)
def test_an_address_that_cannot_be_used_says_why(address: str, words: str) -> None:
    with pytest.raises(DatabaseUrlError, match=words):
        read_url(address)


def test_a_refused_address_does_not_repeat_its_password() -> None:
    with pytest.raises(DatabaseUrlError) as refused:
        read_url("postgresql://jalon:motdepasse@127.0.0.1:abc/x")
    assert "motdepasse" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg2", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_with_psycopg(scheme: str) -> None:
    assert read_url(f"{scheme}://me:secret@host/base").drivername == "postgresql+psycopg"


def service_and_counter(database: Database) -> tuple[Service, UUID]:
    with database.unit_of_work(service_id=None) as uow:
        service = Service(slug="ast", name="AST", zone="Europe/Paris", created_at=NOON)
        uow.add(service)
    return service, make_counter(database, service)
