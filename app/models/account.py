"""People who sign in: accounts, their sessions, the codes they are sent, and what was tried. Global tables.

An account says nothing of any firm: rights are memberships, which belong to a service (app.models.membership).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import Instant, Key, Prose, VersionedRow, is_sha256, one_of
from app.models.types import UtcDateTime

CODE_PURPOSES = ("connexion", "inscription", "mot_de_passe", "adresse")
"""What a code sent by e-mail opens: sign in, sign up, choose a password anew, change one's address."""


class Account(VersionedRow, Base):
    """One person who signs in, known by an e-mail address and nothing else."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("email_key"),)

    id: Mapped[Key]
    email: Mapped[Prose]
    """As it was typed; empty once the account is closed."""
    email_key: Mapped[Prose]
    """The address without its capitals, what accounts are found by; `clos:<id>` once the account is closed."""
    password_hash: Mapped[str | None]
    """argon2id; None while the person signs in by code only."""
    totp_secret: Mapped[str | None]
    """Seed of the authenticator, whose secret the installation's key makes of it; None for employers."""
    totp_step: Mapped[int]
    """Last time step that was accepted: a code is used once. 0 before the first."""
    created_at: Mapped[Instant]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the address was proved by a code."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccountSession(Base):
    """One browser signed in; revocable, and gone when it has been idle too long."""

    __tablename__ = "account_session"
    __table_args__ = (UniqueConstraint("token_sha256"), Index(None, "account_id"), is_sha256("token_sha256"))

    id: Mapped[Key]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    token_sha256: Mapped[str]
    """SHA-256 of the token the cookie carries; the token itself is stored nowhere."""
    device: Mapped[Prose]
    """« Firefox sur Android », so that a person knows which session to end."""
    staff: Mapped[bool]
    """Signed in with the second factor, for the pages of the SPSTI."""
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInCode(Base):
    """A code sent by e-mail, good once and for a few minutes."""

    __tablename__ = "sign_in_code"
    __table_args__ = (
        Index(None, "email_key", "purpose"),
        one_of("purpose", CODE_PURPOSES),
        is_sha256("code_sha256"),
        CheckConstraint("attempts >= 0", name="attempts_positive"),
    )

    id: Mapped[Key]
    purpose: Mapped[str]
    email_key: Mapped[Prose]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    code_sha256: Mapped[str]
    """Keyed hash of the code (HMAC-SHA-256 under the installation's secret)."""
    detail: Mapped[Prose]
    """What the code is for beyond its purpose: the new address of a change of address."""
    attempts: Mapped[int]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LoginAttempt(Base):
    """Something that was tried and is counted to slow guessing down: kept for a day."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "kind", "subject_sha256", "tried_at"), is_sha256("subject_sha256"))

    id: Mapped[Key]
    kind: Mapped[str]
    subject_sha256: Mapped[str]
    """Keyed hash of the address, the network or the code that was tried for: no list of people who tried."""
    tried_at: Mapped[Instant]
