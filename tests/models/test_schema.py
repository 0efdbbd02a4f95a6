"""What every table promises, read from the schema itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, ForeignKeyConstraint, Integer, Table, UniqueConstraint, inspect
from sqlalchemy.orm import class_mapper

from app.extensions import Base
from app.models.columns import TenantRow, VersionedRow
from app.models.engine import Database, open_database
from app.models.tables import FROZEN_TABLES, GLOBAL_TABLES, LIVING_TABLES, schema
from tests.engines import ENGINES

ALL = sorted(schema().tables.values(), key=lambda table: table.name)
GLOBAL = {table.__tablename__ for table in GLOBAL_TABLES}
TENANT = [table for table in ALL if table.name not in GLOBAL]


def named(table: Table) -> str:
    return table.name


@pytest.mark.parametrize("table", TENANT, ids=named)
def test_a_tenant_table_is_keyed_by_its_service(table: Table) -> None:
    assert not table.c.service_id.nullable
    uniques = {
        tuple(column.name for column in one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)
    }
    assert ("service_id", "id") in uniques
    assert all(key[0] == "service_id" for key in uniques), "a unique key would tell one service what another holds"


@pytest.mark.parametrize("table", TENANT, ids=named)
def test_a_row_cannot_hang_on_another_services_parent(table: Table) -> None:
    for constraint in foreign_keys(table):
        if str(constraint.referred_table) not in GLOBAL:
            assert constraint.column_keys[0] == "service_id"
            assert constraint.elements[0].column.name == "service_id"


@pytest.mark.parametrize("table", ALL, ids=named)
def test_nothing_is_deleted_along(table: Table) -> None:
    assert [one.ondelete for one in foreign_keys(table) if one.ondelete] == []


@pytest.mark.parametrize("table", ALL, ids=named)
def test_every_constraint_has_a_name_postgresql_keeps(table: Table) -> None:
    names = [str(one.name) for one in table.constraints] + [str(one.name) for one in table.indexes]
    assert all(name != "None" and len(name) <= 63 for name in names), names


def test_every_class_is_listed_and_every_tenant_class_is_guarded() -> None:
    listed = {*GLOBAL_TABLES, *LIVING_TABLES, *FROZEN_TABLES}
    assert listed == {mapper.class_ for mapper in Base.registry.mappers}
    assert {one.__tablename__ for one in listed if issubclass(one, TenantRow)} == {table.name for table in TENANT}


def test_rows_that_people_change_carry_a_version() -> None:
    never_updated = {"company", "establishment_state", "used_key", "affiliation"}
    for one in LIVING_TABLES:
        assert issubclass(one, VersionedRow) != (one.__tablename__ in never_updated), one
        if issubclass(one, VersionedRow):
            version = class_mapper(one).version_id_col
            assert version is not None
            assert isinstance(version.type, Integer)


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, schema()) == []


def test_the_comparison_sees_a_column_that_is_missing(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE theme_draft DROP COLUMN assessed_on")
        differences = compare_metadata(MigrationContext.configure(connection), schema())
    assert [(kind, column.name) for kind, _schema, _table, column in differences] == [("add_column", "assessed_on")]


@pytest.mark.parametrize(("empty_address", "address"), [(one, one) for one in ENGINES], indirect=True)
def test_the_migrations_make_the_checks_of_the_models(empty_address: str, address: str) -> None:
    made, migrated = open_database(empty_address), open_database(address)
    try:
        with made.engine.begin() as connection:
            schema().create_all(connection)
            expected = dict(checks(connection))
        with migrated.engine.connect() as connection:
            assert dict(checks(connection)) == expected
        assert len(expected) > 20
    finally:
        made.close()
        migrated.close()


def checks(connection: Connection) -> Iterator[tuple[tuple[str, str], str]]:
    inspector = inspect(connection)
    for table in inspector.get_table_names():
        for check in inspector.get_check_constraints(table):
            yield (table, str(check["name"])), check["sqltext"]


def foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    return [one for one in table.constraints if isinstance(one, ForeignKeyConstraint)]
