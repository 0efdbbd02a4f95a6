"""Triggers that protect frozen rows on both engines: no change, no removal, no replacement.

They stop mistakes and ordinary tools. Somebody who owns the file can drop them: the chained register and its seals
are there for that.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect
from sqlalchemy.schema import Table, UniqueConstraint

from app.models.tables import FROZEN_TABLES, schema

REFUSE = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen row: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$"""


def frozen_tables() -> tuple[Table, ...]:
    """The tables whose rows are written once."""
    names = {table.__tablename__ for table in FROZEN_TABLES}
    return tuple(table for table in schema().sorted_tables if table.name in names)


def sqlite_triggers(table: Table) -> dict[str, str]:
    """Trigger name -> SQL on SQLite.

    The third one is there because `INSERT OR REPLACE` removes a row without telling the delete trigger.
    """
    name = table.name
    abort = f"BEGIN SELECT RAISE(ABORT, 'frozen row: {name}'); END"
    keys = sorted(
        " AND ".join(f'"{column.name}" = NEW."{column.name}"' for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    )
    same = " OR ".join(f"({key})" for key in ("rowid = NEW.rowid", '"id" = NEW."id"', *keys))
    twin = f"SELECT 1 FROM {name} WHERE {same}"  # noqa: S608 - names of our own schema, no value
    return {
        f"frozen_{name}_update": f"CREATE TRIGGER frozen_{name}_update BEFORE UPDATE ON {name} {abort}",
        f"frozen_{name}_delete": f"CREATE TRIGGER frozen_{name}_delete BEFORE DELETE ON {name} {abort}",
        f"frozen_{name}_replace": (
            f"CREATE TRIGGER frozen_{name}_replace BEFORE INSERT ON {name} WHEN EXISTS ({twin}) {abort}"
        ),
    }


def postgresql_triggers(table: Table) -> dict[str, tuple[str, ...]]:
    """Trigger name -> SQL statements on PostgreSQL; ALWAYS, so that a replication role does not switch them off."""
    name = table.name
    row, whole = f"frozen_{name}", f"frozen_{name}_truncate"
    return {
        row: (
            f"CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON {name} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {row}",
        ),
        whole: (
            f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON {name} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
            f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {whole}",
        ),
    }


def known_triggers(connection: Connection) -> dict[str, str]:
    """Name -> SQL of the triggers a SQLite database holds."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {str(row.name): str(row.sql) for row in rows}


def restore_triggers(connection: Connection) -> list[str]:
    """Creates the missing triggers of a SQLite database at head and returns their names.

    Changing a table on SQLite means making it anew (Alembic's batch mode), and its triggers go with the old one.
    """
    present = set(inspect(connection).get_table_names())
    there = known_triggers(connection)
    made = []
    for table in frozen_tables():
        for name, statement in sqlite_triggers(table).items():
            if table.name in present and name not in there:
                connection.exec_driver_sql(statement)
                made.append(name)
    return made
