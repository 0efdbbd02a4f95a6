"""Bringing a database to the present schema: Alembic, with what SQLite needs around it.

The web application never imports this module: `jalon` upgrades before it serves.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from app.models.engine import BUSY_MILLISECONDS, read_url
from app.models.frozen import restore_triggers

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"

_ADVISORY_LOCK = 5_206_417_311
"""Any number, the same for every process: one migration at a time on PostgreSQL."""

_LOG = logging.getLogger("jalon.migrate")


class BrokenReferences(Exception):
    """A migration left rows that refer to nothing; it was rolled back and the database is as before."""


class NewerSchema(Exception):
    """The database is at a revision this program does not know: a newer program made it. It was left as it was."""


def upgrade(address: str, revision: str = "head") -> str | None:
    """Applies the missing migrations in one transaction and returns the revision the database was at.

    On SQLite the file is copied beside itself first, foreign keys are off while tables are remade and checked before
    the commit. Raises BrokenReferences when that check fails, NewerSchema when a newer program was there before.
    """
    engine = _engine(address)
    config = configuration()
    try:
        with engine.connect() as connection:
            before = current_revision(connection)
            connection.rollback()
            scripts = ScriptDirectory.from_config(config)
            if before == scripts.as_revision_number(revision):
                return before
            if before not in {None, *(known.revision for known in scripts.walk_revisions())}:
                raise NewerSchema(f"unknown revision: {before}")
            _copy_first(engine, before)
            with connection.begin():
                _apply(connection, config, revision)
            return before
    finally:
        engine.dispose()


def configuration() -> Config:
    """Alembic's configuration, made here: there is no file to find or to forget."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def head_revision() -> str | None:
    """The revision of the present schema."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def known_revisions() -> frozenset[str]:
    """The revisions this program can bring to the present schema."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions())


def revision_at(address: str) -> str | None:
    """The revision of the database at an address; None when it is empty."""
    engine = _engine(address)
    try:
        with engine.connect() as connection:
            return current_revision(connection)
    finally:
        engine.dispose()


def current_revision(connection: Connection) -> str | None:
    """The revision a database is at; None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def _engine(address: str) -> Engine:
    engine = create_engine(read_url(address), poolclass=NullPool)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect)
        event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def _on_sqlite_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    # Off outside any transaction: a table that is remade is dropped first, and would take its children along.
    cursor.execute("PRAGMA foreign_keys = OFF")
    cursor.close()


def _on_sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _copy_first(engine: Engine, before: str | None) -> None:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or before is None or path is None:
        return
    copy = Path(f"{path}.before-{before}")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    _LOG.info("copied the database to %s before upgrading it", copy)


def _apply(connection: Connection, config: Config, revision: str) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if on_sqlite:
        if revision == "head":
            restore_triggers(connection)
        _refuse_broken_references(connection)


def _refuse_broken_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({f"{row[0]} -> {row[2]}" for row in broken}))
        raise BrokenReferences(f"{len(broken)} rows refer to nothing: {tables}")
