"""The establishments a person may open in a service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import ROLE_WORDS
from app.models.establishment import EstablishmentRow
from app.services.members import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmLine:
    """One establishment of a list, and what its reader is there."""

    establishment_id: UUID
    name: str
    address: str
    function: str


def firms_of(session: Session, members: Iterable[Member]) -> tuple[FirmLine, ...]:
    """The establishments of those memberships, by name."""
    functions = {
        member.establishment_id: member.function or ROLE_WORDS[member.role]
        for member in members
        if member.establishment_id is not None
    }
    if not functions:
        return ()
    query = (
        select(EstablishmentRow)
        .where(EstablishmentRow.id.in_(functions))
        .order_by(EstablishmentRow.name, EstablishmentRow.id)
    )
    return tuple(
        FirmLine(establishment_id=row.id, name=row.name, address=row.address, function=functions[row.id])
        for row in session.scalars(query)
    )
