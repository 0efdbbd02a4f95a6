"""The establishments an act of the service may be logged for: members, and firms that claim to be; never a try-out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.models.establishment import EstablishmentRow
from app.services.establishments import UnknownEstablishment
from app.services.staff_views import alphabetical, matching

MOST_CHOICES = 8
"""Firms offered by a search, so that they hold on a phone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmChoice:
    """An establishment as a list to choose from shows it."""

    establishment_id: UUID
    name: str
    siret: str
    """Empty when it is not known."""
    postal_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search gives."""

    firms: tuple[FirmChoice, ...]
    more: bool
    """Whether others answer to it."""


def may_be_chosen() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition on establishments: followed or claimed, and the claim not refused."""
    return EstablishmentRow.attachment.in_(("rattache", "a_rattacher")), EstablishmentRow.claim_state == ""


def search_firms(session: Session, search: str) -> Found:
    """The establishments of that name, SIRET or SIREN, in the order of their names; none for an empty search."""
    conditions = matching(search)
    if not conditions:
        return Found(firms=(), more=False)
    rows = session.scalars(
        select(EstablishmentRow)
        .where(*may_be_chosen(), *conditions)
        .order_by(*alphabetical(), EstablishmentRow.id)
        .limit(MOST_CHOICES + 1)
    ).all()
    return Found(firms=tuple(map(choice_of, rows[:MOST_CHOICES])), more=len(rows) > MOST_CHOICES)


def firms_by_id(session: Session, ids: Iterable[UUID]) -> Mapping[UUID, FirmChoice]:
    """The establishments of these identities that may be chosen; the others are left out."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = session.scalars(select(EstablishmentRow).where(*may_be_chosen(), EstablishmentRow.id.in_(wanted)))
    return {row.id: choice_of(row) for row in rows}


def firms_by_siret(session: Session, sirets: Iterable[str]) -> Mapping[str, tuple[FirmChoice, ...]]:
    """The establishments of each SIRET that may be chosen; a member hides those that claim the same SIRET."""
    wanted = set(sirets)
    if not wanted:
        return {}
    rows = session.scalars(select(EstablishmentRow).where(*may_be_chosen(), EstablishmentRow.siret.in_(wanted))).all()
    members = {row.siret for row in rows if row.attachment == "rattache"}
    found: dict[str, tuple[FirmChoice, ...]] = {}
    for row in rows:
        siret = row.siret or ""
        if row.attachment == "rattache" or siret not in members:
            found[siret] = (*found.get(siret, ()), choice_of(row))
    return found


def require_firm(uow: Session, establishment_id: UUID) -> None:
    """Raises UnknownEstablishment when no act may be logged for it; locks it until the end of the unit of work."""
    query = select(EstablishmentRow.id).where(*may_be_chosen(), EstablishmentRow.id == establishment_id)
    # Locked: of two taps at once the second one waits here, then finds the key of the first.
    if uow.scalar(query.with_for_update()) is None:
        raise UnknownEstablishment(str(establishment_id))


def choice_of(row: EstablishmentRow) -> FirmChoice:
    """A row as a choice."""
    return FirmChoice(establishment_id=row.id, name=row.name, siret=row.siret or "", postal_code=row.postal_code)
