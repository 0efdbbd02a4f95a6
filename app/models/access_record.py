"""Who of the service opened what: Word drafts, rows behind a number, exports. Written once, never changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import Instant, Prose, TenantRow, child_of, one_of, tenant_args

OPENED = ("brouillon_word", "version_word", "lignes_indicateur", "export_indicateurs", "export_lignes", "sauvegarde")
"""A Word draft, a transmitted version, the rows behind a number, figures, rows as a file, a backup."""


class AccessRecord(TenantRow, Base):
    """One opening by somebody of the service."""

    __tablename__ = "access_record"
    __table_args__ = tenant_args(
        child_of("establishment"),
        one_of("what", OPENED),
        Index(None, "service_id", "establishment_id", "recorded_at"),
    )

    establishment_id: Mapped[UUID | None]
    """None when it bears on many."""
    what: Mapped[str]
    subject: Mapped[Prose]
    """The theme, the indicator and its filters, the file."""
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    author_role: Mapped[Prose]
    """Function of who opened it, as it was that day."""
    recorded_at: Mapped[Instant]
