"""Who opened the rows behind a number, or took figures away as a file: kept before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.models.access_record import AccessRecord
from app.models.engine import Database
from app.services.authors import Author

Opened = Literal["lignes_indicateur", "export_indicateurs", "export_lignes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotSeat:
    """Who counts, where and when."""

    database: Database
    service_id: UUID
    author: Author
    at: datetime


def note_opening(seat: PilotSeat, *, what: Opened, subject: str) -> None:
    """Keeps that somebody of the service opened this; `subject` says the indicator and its filters in words."""
    with seat.database.unit_of_work(service_id=seat.service_id) as uow:
        uow.add(
            AccessRecord(
                establishment_id=None,
                what=what,
                subject=subject,
                account_id=seat.author.account_id,
                author_role=seat.author.words,
                recorded_at=seat.at,
            )
        )
