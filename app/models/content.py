"""Theme files that were ever used, kept as text: a file that disappears breaks no answer and no document."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.extensions import Base
from app.models.columns import Instant, Key, Prose, is_sha256


class ContentVersion(Base):
    """One text of one theme; global, because a theme's text says nothing of any firm."""

    __tablename__ = "content_version"
    __table_args__ = (UniqueConstraint("theme", "sha256"), is_sha256("sha256"))

    id: Mapped[Key]
    theme: Mapped[str]
    version: Mapped[str]
    sha256: Mapped[str]
    """SHA-256 of the file's bytes, in hexadecimal."""
    source: Mapped[Prose]
    first_used_at: Mapped[Instant]
