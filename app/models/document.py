"""What lasts: frozen versions, the Word bytes, the chained register and its daily seal. Triggers protect them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.inputs import Trigger
from app.extensions import Base
from app.models.columns import Instant, Prose, TenantRow, child_of, is_sha256, one_of, tenant_args

KEEP_YEARS = 40
"""Retention from the drafting of each version (article L4121-3-1 V)."""

MAX_FILE_BYTES = 5_000_000


def keep_until(drafted_on: date) -> date:
    """Last day of the 40 years that run from the drafting."""
    try:
        return drafted_on.replace(year=drafted_on.year + KEEP_YEARS)
    except ValueError:  # 29 February 2060 + 40: 2100 is no leap year; the longer of both readings
        return date(drafted_on.year + KEEP_YEARS, 3, 1)


class DocumentVersion(TenantRow, Base):
    """A frozen dossier: a version of the DUERP, or a theme submitted for advice (which has no number)."""

    __tablename__ = "document_version"
    __table_args__ = tenant_args(
        child_of("establishment"),
        UniqueConstraint("service_id", "establishment_id", "number"),
        one_of("kind", ("version", "soumission")),
        one_of("trigger", Trigger, nullable=True),
        CheckConstraint("(kind = 'version') = (number IS NOT NULL)", name="number_of_version"),
        CheckConstraint("kind <> 'version' OR (trigger IS NOT NULL AND validated_on IS NOT NULL)", name="validated"),
        CheckConstraint("number IS NULL OR number >= 1", name="number_positive"),
        CheckConstraint("keep_until > drafted_on", name="kept_long"),
        is_sha256("content_sha256"),
    )

    establishment_id: Mapped[UUID]
    number: Mapped[int | None]
    kind: Mapped[str]
    trigger: Mapped[str | None]
    reason: Mapped[Prose]
    author_role: Mapped[Prose]
    validated_on: Mapped[date | None]
    payload: Mapped[Prose]
    """The dossier as canonical JSON."""
    content_sha256: Mapped[str]
    """SHA-256 of the payload's UTF-8 bytes, in hexadecimal."""
    format: Mapped[int]
    drafted_on: Mapped[date]
    keep_until: Mapped[date]
    recorded_at: Mapped[Instant]


class DocumentFile(TenantRow, Base):
    """The bytes handed out for a version, served as they are for ever."""

    __tablename__ = "document_file"
    __table_args__ = tenant_args(
        child_of("document_version"),
        UniqueConstraint("service_id", "document_version_id", "kind"),
        one_of("kind", ("docx", "xlsx")),
        is_sha256("sha256"),
        CheckConstraint(f"length(content) BETWEEN 1 AND {MAX_FILE_BYTES}", name="content_size"),
    )

    document_version_id: Mapped[UUID]
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    """Read only when asked for: a list of files must not load the files."""
    sha256: Mapped[str]
    recorded_at: Mapped[Instant]


class RegisterLine(TenantRow, Base):
    """One line of an establishment's register; each carries the hash of the line before."""

    __tablename__ = "register_line"
    __table_args__ = tenant_args(
        ForeignKeyConstraint(
            ["service_id", "establishment_id", "version_number"],
            ["document_version.service_id", "document_version.establishment_id", "document_version.number"],
        ),
        UniqueConstraint("service_id", "establishment_id", "seq"),
        CheckConstraint("seq >= 1", name="seq_positive"),
        is_sha256("content_sha256"),
        is_sha256("previous_sha256"),
        is_sha256("line_sha256"),
    )

    establishment_id: Mapped[UUID]
    seq: Mapped[int]
    version_number: Mapped[int]
    drafted_on: Mapped[date]
    """Kept here too: it is part of the line's hash, and a removed version must not take it along."""
    content_sha256: Mapped[str]
    files: Mapped[Prose]
    """Canonical JSON: pairs of a file's kind and its SHA-256, sorted."""
    previous_sha256: Mapped[str]
    """Hash of line `seq - 1`; `GENESIS` (64 zeros) on the first line."""
    line_sha256: Mapped[str]
    recorded_at: Mapped[Instant]


class Seal(TenantRow, Base):
    """The heads of all registers of a service on one day, under an HMAC whose key is not in the database."""

    __tablename__ = "seal"
    __table_args__ = tenant_args(
        UniqueConstraint("service_id", "seq"),
        CheckConstraint("seq >= 1", name="seq_positive"),
        is_sha256("hmac"),
        is_sha256("previous_hmac"),
    )

    seq: Mapped[int]
    """Rank of the seal in its service; a day may have several: the command line seals a version as it makes it."""
    sealed_on: Mapped[date]
    sealed_at: Mapped[Instant]
    heads: Mapped[str]
    """Canonical JSON: establishment, rank and hash of each last line that changed since the seal before."""
    hmac: Mapped[str]
    previous_hmac: Mapped[str]
    """`GENESIS` (64 zeros) on a service's first seal."""
