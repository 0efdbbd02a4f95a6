"""A row of the inventory as a rating to keep: the same columns when a version is made and when an action is closed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.domain.dossier import RiskRow
from app.models.rating import Rating


def rating_of(row: RiskRow, establishment_id: UUID, *, content_id: UUID, on: date, at: datetime) -> Rating:
    """What the engine computed of a row on a day, with the content it was computed from."""
    return Rating(
        establishment_id=establishment_id,
        theme=row.theme,
        situation=row.situation,
        unit=row.unit,
        priority=row.priority,
        at_best=row.at_best,
        at_worst=row.at_worst,
        gravity=row.gravity,
        frequency=row.frequency,
        mastery=row.mastery,
        rated_on=on,
        recorded_at=at,
        content_version_id=content_id,
    )
