from __future__ import annotations

from tests.engines import (
    address,
    database,
    empty_address,
    make_service,
    postgres_server,
    postgresql_address,
    postgresql_database,
    sqlite_address,
    sqlite_database,
    sqlite_template,
)

__all__ = [
    "address",
    "database",
    "empty_address",
    "make_service",
    "postgres_server",
    "postgresql_address",
    "postgresql_database",
    "sqlite_address",
    "sqlite_database",
    "sqlite_template",
]
