"""New readings of a risk, dated: what closing an action changed, row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.dossier import RiskRow
from app.domain.dossier_rows import RowId
from app.models.rating import Rating
from app.services.plan_sources import PlanSources
from app.services.rating_rows import rating_of


def keep_ratings(uow: Session, sources: PlanSources, places: Collection[RowId], *, at: datetime) -> int:
    """Writes the present rating of these rows where it differs from the last one kept, and returns how many did.

    A try-out leaves none: ratings are frozen, and what is tried out is really deleted.
    """
    if sources.trial or not places:
        return 0
    known = last_ratings(uow, sources.establishment.id)
    fresh = [
        rating_of(
            row,
            sources.establishment.id,
            content_id=sources.content_id(row.theme),
            on=sources.firm.assessed_on,
            at=at,
        )
        for row in sources.risk_rows()
        if place_of(row) in places and _differs(known.get(place_of(row)), row)
    ]
    uow.add_all(fresh)
    return len(fresh)


def last_ratings(session: Session, establishment_id: UUID, *, until: datetime | None = None) -> Mapping[RowId, Rating]:
    """The last rating kept of each row, by an instant when one is given."""
    query = select(Rating).where(Rating.establishment_id == establishment_id)
    if until is not None:
        query = query.where(Rating.recorded_at <= until)
    return {(row.theme, row.situation, row.unit): row for row in session.scalars(query.order_by(Rating.recorded_at))}


def place_of(row: RiskRow) -> RowId:
    """What a row is about."""
    return (row.theme, row.situation, row.unit)


def _differs(known: Rating | None, row: RiskRow) -> bool:
    if known is None:
        return True
    names = ("priority", "at_best", "at_worst", "gravity", "frequency", "mastery")
    return any(getattr(known, name) != getattr(row, name) for name in names)
