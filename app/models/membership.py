"""Who may do what where: memberships, invitations to become a member, and try-outs without an account."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.roles import FIRM_ROLES, Role
from app.extensions import Base
from app.models.columns import Instant, Prose, VersionedTenantRow, child_of, is_sha256, one_of, tenant_args
from app.models.types import UtcDateTime, Words

_IN_A_FIRM = ", ".join(f"'{role.value}'" for role in FIRM_ROLES)


class Membership(VersionedTenantRow, Base):
    """A role of one account, in one establishment or in the service itself, from one day to another."""

    __tablename__ = "membership"
    __table_args__ = tenant_args(
        child_of("establishment"),
        one_of("role", Role),
        CheckConstraint(f"(establishment_id IS NOT NULL) = (role IN ({_IN_A_FIRM}))", name="role_fits_scope"),
        Index(None, "service_id", "account_id"),
        Index(None, "service_id", "establishment_id"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    establishment_id: Mapped[UUID | None]
    """None for the staff of the service."""
    role: Mapped[str]
    function: Mapped[Prose]
    """What the person is there (« gérante », « ergonome »), printed beside what he or she does; never a name."""
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    """Last day it held; None while it holds."""
    created_at: Mapped[Instant]
    profession: Mapped[str] = mapped_column(server_default=literal(""))
    """Code of the trade of a member of the staff (app.domain.activity); empty in a firm."""
    sectors: Mapped[str] = mapped_column(Words, server_default=literal("[]"))
    """Sectors of the service a member of the staff follows, as a sorted JSON list; none for all."""


class Invitation(VersionedTenantRow, Base):
    """A personal link that makes its reader a member of an establishment, or of the service's staff."""

    __tablename__ = "invitation"
    __table_args__ = tenant_args(
        child_of("establishment"),
        one_of("role", Role),
        UniqueConstraint("service_id", "token_sha256"),
        is_sha256("token_sha256"),
    )

    establishment_id: Mapped[UUID | None]
    role: Mapped[str]
    function: Mapped[Prose]
    email: Mapped[Prose]
    """Where it was sent; empty when it was printed."""
    token_sha256: Mapped[str]
    created_at: Mapped[Instant]
    expires_on: Mapped[date]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Trial(VersionedTenantRow, Base):
    """A try-out without an account: the establishment it fills, and the token of the browser that may see it."""

    __tablename__ = "trial"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "token_sha256"),
        is_sha256("token_sha256"),
    )

    establishment_id: Mapped[UUID]
    token_sha256: Mapped[str]
    theme: Mapped[str]
    started_at: Mapped[Instant]
    expires_on: Mapped[date]
    """After this day everything typed is really deleted."""
    kept_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When an account took it over: the token opens nothing any more."""
