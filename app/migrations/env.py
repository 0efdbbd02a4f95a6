"""Alembic's entry: runs the migrations on the connection and in the transaction app.models.migrate opened."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from app.models.tables import schema

connection = context.config.attributes.get("connection")
if not isinstance(connection, Connection):
    raise TypeError("run migrations through app.models.migrate.upgrade(), which prepares the connection")

context.configure(
    connection=connection,
    target_metadata=schema(),
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
