"""What tables share: the key of a tenant's row, its composite references, the version of a row, known codes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.models.types import Thousandths, UtcDateTime, Words

Key = Annotated[UUID, mapped_column(primary_key=True, default=uuid4, sort_order=-2)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
Prose = Annotated[str, mapped_column(Words)]
Quantity = Annotated[Decimal, mapped_column(Thousandths)]

TableArg = CheckConstraint | ForeignKeyConstraint | Index | UniqueConstraint


class TenantRow:
    """A row that belongs to one SPSTI; sessions filter on `service_id` by themselves (app.models.tenancy)."""

    id: Mapped[Key]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), sort_order=-1)


class VersionedRow:
    """A living row: two people who change it at once get a conflict, never a lost update."""

    row_version: Mapped[int]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        column: Column[int] | Mapped[int] = cls.row_version
        return {"version_id_col": column}


class VersionedTenantRow(TenantRow, VersionedRow):
    """A living row of one service."""


def tenant_args(*extra: TableArg) -> tuple[TableArg, ...]:
    """Table arguments of a tenant's table: (service_id, id) is unique, so that children can refer to both."""
    return (UniqueConstraint("service_id", "id"), *extra)


def child_of(parent: str, column: str | None = None, *, name: str | None = None) -> ForeignKeyConstraint:
    """A reference by (service_id, parent id): a row cannot hang on another service's parent."""
    return ForeignKeyConstraint(
        ["service_id", column or f"{parent}_id"], [f"{parent}.service_id", f"{parent}.id"], name=name
    )


def one_of(column: str, codes: Iterable[str], *, nullable: bool = False) -> CheckConstraint:
    """A check that a column holds one of the known codes."""
    quoted = ", ".join(f"'{code}'" for code in codes)
    condition = f"{column} IN ({quoted})"
    return CheckConstraint(f"{column} IS NULL OR {condition}" if nullable else condition, name=f"{column}_known")


def is_sha256(column: str) -> CheckConstraint:
    """A check that a column holds 64 characters, the length of a SHA-256 in hexadecimal."""
    return CheckConstraint(f"length({column}) = 64", name=f"{column}_length")
