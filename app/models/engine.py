"""The database: one way to open it, one way to read, one way to write.

SQLite loses updates in silence under SQLAlchemy's defaults; `prepare` gives it write-ahead logging, full
synchronisation, foreign keys, and a write lock taken before the first read of a write transaction. PostgreSQL relies
on row versions: the same stale write raises `Conflict` there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import ConnectionPoolEntry

from app.models.tenancy import OUTSIDE_ORM, across_services, bind_service

BUSY_MILLISECONDS = 10_000
"""How long a write waits for another one on SQLite before `Busy`."""

ENGINE_OPTIONS: dict[str, Any] = {"hide_parameters": True}
"""Of every engine. A refused statement is logged: its values are addresses, answers, hashes of what opens a session."""

_IMMEDIATE = "jalon_immediate"
_WRITING = "jalon_writing"
_COMMITTING = "jalon_committing"
_DEADLOCKS = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure, deadlock."""
_UNIQUE = frozenset({"23505", sqlite3.SQLITE_CONSTRAINT_UNIQUE})
"""A unique key that two writes wanted: PostgreSQL's state, SQLite's code."""


class DatabaseUrlError(ValueError):
    """The address of the database cannot be used; the message is for the person who wrote it, in French."""


class UnitOfWorkError(Exception):
    """Code wrote, or committed, outside `unit_of_work`."""


class Conflict(Exception):
    """Somebody else changed the same row meanwhile: nothing was written; read again and decide again."""


class Busy(Conflict):
    """The database stayed locked by another write for too long: nothing was written."""


class Trouble(StrEnum):
    """Why a database did not do what was asked."""

    BUSY = "busy"
    NO_TABLES = "no_tables"
    NO_ANSWER = "no_answer"
    DAMAGED = "damaged"


def trouble_of(error: DBAPIError) -> Trouble:
    """What a driver's refusal means: its own words are English, and may repeat the password of an address."""
    if not isinstance(error, OperationalError):
        return Trouble.DAMAGED
    match getattr(error.orig, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY:
            return Trouble.BUSY
        case sqlite3.SQLITE_ERROR:
            return Trouble.NO_TABLES
        case _:
            return Trouble.NO_ANSWER


def read_url(address: str) -> URL:
    """The address as SQLAlchemy takes it; raises DatabaseUrlError, in French, when it cannot be used.

    The refusal never repeats the address: it may hold a password.
    """
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError(
            "adresse de base de données illisible ; attendu sqlite:////chemin/jalon.db ou postgresql://…"
        ) from error
    kind = url.get_backend_name()
    if kind == "sqlite":
        if url.query or "\x00" in (url.database or ""):
            raise DatabaseUrlError(
                "une adresse SQLite est un chemin de fichier, sans option : sqlite:////chemin/jalon.db"
            )
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise DatabaseUrlError("une base SQLite doit être un fichier : sqlite:////chemin/jalon.db")
        return url.set(drivername="sqlite")
    if kind in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise DatabaseUrlError(f"base de données inconnue : {kind} ; acceptées : sqlite, postgresql")


def prepare(engine: Engine) -> Engine:
    """Installs on an engine the rules both engines live by; every engine of Jalon passes here once."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def unit_of_work(session: Session) -> Iterator[Session]:
    """The only way to write: a fresh transaction, committed at the end or rolled back as a whole.

    Ends the session's read transaction and forgets what it had loaded, so that what is decided upon is read again
    under the lock. Raises Conflict when a row changed meanwhile, Busy when SQLite stayed locked.
    """
    if _WRITING in session.info:
        raise UnitOfWorkError("a unit of work is already open in this session")
    if session.new or session.dirty or session.deleted:
        raise UnitOfWorkError("the session holds changes made outside a unit of work")
    session.rollback()
    session.expire_all()
    session.info[_WRITING] = True
    try:
        with _typed_conflicts():
            session.connection(execution_options={_IMMEDIATE: True})
            yield session
            session.flush()
            session.info[_COMMITTING] = True
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_WRITING, None)
        session.info.pop(_COMMITTING, None)


@contextmanager
def _typed_conflicts() -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise Conflict("a row was changed or removed by somebody else") from error
    except OperationalError as error:
        if trouble_of(error) is Trouble.BUSY:
            raise Busy("another write kept the database locked") from error
        if getattr(error.orig, "sqlstate", None) in _DEADLOCKS:
            raise Conflict("two writes crossed each other") from error
        raise
    except IntegrityError as error:
        if {getattr(error.orig, "sqlstate", None), getattr(error.orig, "sqlite_errorcode", None)} & _UNIQUE:
            raise Conflict("somebody else made the same row meanwhile") from error
        raise


@event.listens_for(Session, "before_flush", insert=True)
def _refuse_stray_flush(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    if _WRITING not in session.info:
        raise UnitOfWorkError("rows are written inside unit_of_work() only")


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_upsert(state: ORMExecuteState) -> None:
    if state.execution_options.get(OUTSIDE_ORM) and _WRITING not in state.session.info:
        raise UnitOfWorkError("rows are written inside unit_of_work() only")


@event.listens_for(Session, "before_commit")
def _refuse_stray_commit(session: Session) -> None:
    nested: Any = session.get_nested_transaction()
    if _COMMITTING not in session.info and nested is None:
        raise UnitOfWorkError("unit_of_work() alone commits")


@dataclass(frozen=True, slots=True)
class Database:
    """An open database; `close` it when the process is done with it."""

    engine: Engine

    @contextmanager
    def read(self, *, service_id: UUID | None = None) -> Iterator[Session]:
        """A session that only reads; without a service it reads global tables alone."""
        with self._session(service_id) as session:
            yield session

    @contextmanager
    def across_services(self, reason: str) -> Iterator[Session]:
        """A session that reads the rows of every service, for the reason given."""
        with self._session(None) as session:
            across_services(session, reason)
            yield session

    @contextmanager
    def unit_of_work(self, *, service_id: UUID | None) -> Iterator[Session]:
        """A session that writes for one service (global tables alone when None), committed when the block ends."""
        with self._session(service_id) as session, unit_of_work(session):
            yield session

    @contextmanager
    def _session(self, service_id: UUID | None) -> Iterator[Session]:
        # Rows stay readable after the block: they are detached, and never written from there.
        with Session(self.engine, expire_on_commit=False) as session:
            if service_id is not None:
                bind_service(session, service_id)
            yield session

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()


def open_database(address: str) -> Database:
    """Opens a database by its address, without creating its tables (app.models.migrate does)."""
    return Database(prepare(create_engine(read_url(address), **ENGINE_OPTIONS)))
