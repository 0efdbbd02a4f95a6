"""The dossiers that the service may read of an establishment: for each theme, the last one and the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.alerts import SEVERE, Opened
from app.domain.dossier import Dossier
from app.domain.dossier_json import from_json
from app.domain.need import Situations, is_bare
from app.models.document import DocumentVersion
from app.services.readable import Readable
from questionnaires.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenDossier:
    """A frozen dossier that the service may read."""

    version_id: UUID
    number: int | None
    """Number of a version that was handed over; None for a theme submitted for advice."""
    recorded_at: datetime
    author_role: str
    dossier: Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTheme:
    """The last dossier that says something of a theme."""

    theme: str
    frozen: FrozenDossier
    opened: Opened


def opened_themes(
    session: Session, readable: Readable, *, seconds: Mapping[UUID, int], catalogue: Catalogue
) -> tuple[OpenedTheme, ...]:
    """The last readable dossier of each theme, in one statement; a theme the portal no longer has is left out."""
    ids = [*(each.version_id for each in readable.submitted), *readable.received[-1:]]
    last: dict[str, FrozenDossier] = {}
    for frozen in read_frozen(session, ids):
        for card in frozen.dossier.themes:
            last[card.theme] = frozen
    return tuple(
        OpenedTheme(theme=theme, frozen=frozen, opened=opened_of(frozen, theme, seconds=seconds, catalogue=catalogue))
        for theme, frozen in sorted(last.items())
        if theme in catalogue.codes
    )


def opened_of(frozen: FrozenDossier, theme: str, *, seconds: Mapping[UUID, int], catalogue: Catalogue) -> Opened:
    """One theme of a frozen dossier, as the rules of alerts read it."""
    return Opened(
        dossier=frozen.dossier,
        content=catalogue.theme(theme),
        sectors=catalogue.sectors_of(frozen.dossier.establishment.naf),
        seconds=seconds.get(frozen.version_id),
    )


def read_frozen(session: Session, ids: Sequence[UUID]) -> list[FrozenDossier]:
    """The dossiers of those identities, oldest first, in one statement."""
    if not ids:
        return []
    wanted = select(DocumentVersion).where(DocumentVersion.id.in_(ids))
    return [
        FrozenDossier(
            version_id=row.id,
            number=row.number,
            recorded_at=row.recorded_at,
            author_role=row.author_role,
            dossier=from_json(row.payload.encode("utf-8")),
        )
        for row in session.scalars(wanted.order_by(DocumentVersion.recorded_at, DocumentVersion.id))
    ]


def situations_of(opened: Sequence[OpenedTheme]) -> Situations:
    """The severe situations of the opened themes, those that nothing protects apart."""
    severe: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    for each in opened:
        actions = each.opened.actions()
        for row in each.opened.rows():
            if row.priority in SEVERE:
                (bare if is_bare(row, actions) else severe)[row.priority] += 1
    return Situations(severe=severe, bare=bare)
