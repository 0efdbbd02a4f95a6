"""Triggers that protect frozen rows: versions, files, register, seals, ratings, facts, content texts.

The SQL is written out here and not taken from app.models.frozen: a migration must do tomorrow what it does today.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES: dict[str, tuple[str, ...]] = {
    "content_version": ("theme sha256",),
    "document_version": ("service_id establishment_id number", "service_id id"),
    "document_file": ("service_id document_version_id kind", "service_id id"),
    "register_line": ("service_id establishment_id seq", "service_id id"),
    "seal": ("service_id id", "service_id seq"),
    "rating": ("service_id id",),
    "fact": ("service_id id", "service_id source external_id", "service_id voids_id"),
}
"""Table -> its unique keys, which `INSERT OR REPLACE` of SQLite would use to remove a row in silence."""

REFUSE = """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'frozen row: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$"""


def upgrade() -> None:
    """Protects each table."""
    if op.get_bind().dialect.name == "sqlite":
        for table, keys in TABLES.items():
            _protect_on_sqlite(table, keys)
        return
    op.execute(REFUSE)
    for table in TABLES:
        _protect_on_postgresql(table)


def _protect_on_sqlite(table: str, keys: tuple[str, ...]) -> None:
    abort = f"BEGIN SELECT RAISE(ABORT, 'frozen row: {table}'); END"
    matches = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key.split()) for key in keys]
    same = " OR ".join(f"({match})" for match in ("rowid = NEW.rowid", '"id" = NEW."id"', *matches))
    twin = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 - names written above, no value
    op.execute(f"CREATE TRIGGER frozen_{table}_update BEFORE UPDATE ON {table} {abort}")
    op.execute(f"CREATE TRIGGER frozen_{table}_delete BEFORE DELETE ON {table} {abort}")
    op.execute(f"CREATE TRIGGER frozen_{table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({twin}) {abort}")


def _protect_on_postgresql(table: str) -> None:
    row, whole = f"frozen_{table}", f"frozen_{table}_truncate"
    op.execute(f"CREATE TRIGGER {row} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()")
    op.execute(f"CREATE TRIGGER {whole} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {row}")
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {whole}")
