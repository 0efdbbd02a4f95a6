"""No module goes around the ORM, its guard or the unit of work: read from the source of the whole product."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "forms", "questionnaires", "exports", "translations")

MIGRATIONS = ("app/migrations/", "app/models/migrate.py", "app/models/frozen.py", "app/models/dumps.py")
"""What handles whole tables of all services: migrations, triggers, backups."""
ENGINE = "app/models/engine.py"
UPSERTS = "app/models/upserts.py"
TENANCY = "app/models/tenancy.py"

NAMES: dict[str, tuple[str, ...]] = {
    # SQL the guard between services does not see
    "__table__": (UPSERTS, *MIGRATIONS),
    "local_table": (TENANCY, UPSERTS, *MIGRATIONS),
    "persist_selectable": MIGRATIONS,
    "mapped_table": MIGRATIONS,
    "__mapper__": MIGRATIONS,
    "from_statement": (),
    "exec_driver_sql": (ENGINE, *MIGRATIONS),
    "OUTSIDE_ORM": (ENGINE, TENANCY, UPSERTS),
    "jalon_outside_orm": (TENANCY,),
    "create_engine": (ENGINE, *MIGRATIONS),
    "sessionmaker": (),
}
"""Name, attribute, imported name or text -> the only files that may use it."""

METHODS: dict[str, tuple[str, ...]] = {
    # statements on a bare connection, or rows written without a flush
    "connect": (ENGINE, *MIGRATIONS),
    "connection": (ENGINE, *MIGRATIONS),
    "metadata": ("app/models/tables.py", *MIGRATIONS),  # its tables are tables without their class
    "raw_connection": (),
    "bulk_save_objects": (),
    "bulk_insert_mappings": (),
    "bulk_update_mappings": (),
    # unit_of_work alone commits
    "commit": (ENGINE, *MIGRATIONS),
    "begin": MIGRATIONS,
}
"""Method -> the only files that may call it on anything."""

IMPORTS: dict[str, tuple[str, ...]] = {
    "sqlalchemy.text": MIGRATIONS,
    "sqlalchemy.insert": (UPSERTS, *MIGRATIONS),
    "sqlalchemy.update": (UPSERTS, *MIGRATIONS),
    "sqlalchemy.delete": (UPSERTS, *MIGRATIONS),
    "sqlalchemy.table": MIGRATIONS,
    "sqlalchemy.Table": (UPSERTS, *MIGRATIONS),
    "sqlalchemy.literal_column": MIGRATIONS,
    "sqlalchemy.dialects": (UPSERTS, *MIGRATIONS),
    "sqlalchemy.sql.text": MIGRATIONS,
    "sqlalchemy.sql.insert": (UPSERTS, *MIGRATIONS),
    "sqlite3": (ENGINE, *MIGRATIONS),
    "psycopg": (),
    "app.models.tables": ("app/services/trials.py", *MIGRATIONS),  # a try-out is deleted from every living class
    "app.models.dumps": ("app/services/backup_format.py", "app/services/backups.py", "app/services/restoring.py"),
    "app.services.backups": ("app/cli_backup.py", "app/services/restoring.py"),
    "app.services.restoring": ("app/cli_backup.py",),
    "alembic": MIGRATIONS,
}
"""Imported module or name -> the only files that may import it."""


def ways_around(path: str, source: str) -> list[str]:
    tree = ast.parse(source)
    found = [f"{path}:{line}: {name}" for line, name in _names(tree) if not _allowed(path, NAMES.get(name))]
    found += [f"{path}:{line}: .{name}" for line, name in _methods(tree) if not _allowed(path, METHODS.get(name))]
    for line, name in _imports(tree):
        for forbidden, where in IMPORTS.items():
            if (name == forbidden or name.startswith(f"{forbidden}.")) and not _allowed(path, where):
                found.append(f"{path}:{line}: import of {name}")
    return found


def _allowed(path: str, where: tuple[str, ...] | None) -> bool:
    return where is None or path.startswith(where)


def _names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.lineno, node.attr
            if _is_of(node, "sqlalchemy", "sa") and node.attr in {"text", "table", "literal_column"}:
                yield node.lineno, "__table__"
        elif isinstance(node, ast.Name | ast.alias):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def _methods(tree: ast.AST) -> Iterator[tuple[int, str]]:
    return ((node.lineno, node.attr) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def _is_of(node: ast.Attribute, *modules: str) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in modules


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def test_no_module_goes_around() -> None:
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            found += ways_around(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from sqlalchemy import text\n",
        "import sqlalchemy as sa\nsession.execute(sa.text('x'))\n",
        "from sqlalchemy.dialects.postgresql import insert\n",
        "from sqlalchemy.dialects import sqlite\n",
        "select(Company.__table__)\n",
        "select(Base.metadata.tables['company'])\n",
        "from app.models.tables import schema\n",
        "getattr(Company, '__table__')\n",
        "inspect(Company).local_table\n",
        "session.connection().execute(x)\n",
        "engine.raw_connection()\n",
        "with engine.begin() as c: ...\n",
        "with database.engine.connect() as c: ...\n",
        "session.bulk_insert_mappings(Company, rows)\n",
        "db.session.commit()\n",
        "from app.models.tenancy import OUTSIDE_ORM\n",
        "execute(x, execution_options={'jalon_outside_orm': True})\n",
        "import psycopg\n",
        "import sqlite3\n",
        "from sqlalchemy import update\n",
        "from app.models.dumps import snapshot\n",
        "from app.services.backups import make_backup\n",
    ],
)
def test_a_way_around_is_seen(source: str) -> None:
    assert ways_around("app/services/somewhere.py", source) != []


def test_what_is_meant_is_not_accused() -> None:
    assert (
        ways_around(
            "app/services/x.py", "session.scalars(select(Company.name))\ntext = action.text\nbegin = connection\n"
        )
        == []
    )
