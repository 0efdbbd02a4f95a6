"""Finds an establishment of a service, or makes it, and says what it had declared on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.inputs import FirmAssessment
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.services.row_changes import change


class UnknownEstablishment(LookupError):
    """No such establishment in this service; the same answer whether it exists elsewhere or not."""


class AmbiguousEstablishment(LookupError):
    """Several establishments of the service answer to the same SIRET or name; the message is in French."""


def known_establishment(session: Session, establishment_id: UUID, *, lock: bool = False) -> EstablishmentRow:
    """The establishment of that identity; raises UnknownEstablishment when the session's service has none.

    With `lock`, other units of work on it wait for this one: numbers that follow each other (versions, register) need
    it on PostgreSQL; SQLite has one writer anyway.
    """
    query = select(EstablishmentRow).where(EstablishmentRow.id == establishment_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise UnknownEstablishment(str(establishment_id))
    return row


def open_establishment(
    uow: Session, firm: FirmAssessment, *, at: datetime, establishment_id: UUID | None
) -> EstablishmentRow:
    """The establishment a firm speaks for, locked until the end of the unit of work, and made when there is none.

    Without `establishment_id` it is the one of that SIRET, or of that name among those without SIRET. One that somebody
    claims, or tries out, is never it: whoever typed a SIRET would read what the service records under it.
    """
    said = firm.establishment
    row = _find(uow, firm, establishment_id)
    if row is None:
        row = EstablishmentRow(
            company_id=company_of(uow, siret=said.siret, name=said.name, at=at).id,
            siret=said.siret,
            name=said.name,
            address=said.address,
            created_at=at,
        )
        uow.add(row)
        uow.flush()
        return row
    if row.siret != said.siret:
        row.company_id = company_of(uow, siret=said.siret, name=said.name, at=at).id
    change(row, {"siret": said.siret, "name": said.name, "address": said.address})
    return row


def _find(uow: Session, firm: FirmAssessment, establishment_id: UUID | None) -> EstablishmentRow | None:
    # Locked: two recordings of one establishment follow each other on PostgreSQL as they do on SQLite.
    query = select(EstablishmentRow).where(EstablishmentRow.attachment == "rattache").with_for_update()
    if establishment_id is not None:
        return known_establishment(uow, establishment_id, lock=True)
    siret = firm.establishment.siret
    if siret is None:
        query = query.where(EstablishmentRow.siret.is_(None), EstablishmentRow.name == firm.establishment.name)
    else:
        query = query.where(EstablishmentRow.siret == siret)
    found = list(uow.scalars(query))
    if len(found) > 1:
        raise AmbiguousEstablishment(
            f"{len(found)} établissements répondent à {siret or firm.establishment.name} : "
            "aucun n'est modifié, faute de savoir lequel."
        )
    return found[0] if found else None


def company_of(uow: Session, *, siret: str | None, name: str, at: datetime) -> Company:
    """The company a SIRET belongs to, made when the service knows none; without SIRET it is always a new one."""
    siren = siret[:9] if siret else None
    if siren is not None:
        same = select(Company).where(Company.siren == siren).order_by(Company.created_at)
        known = uow.scalars(same.with_for_update()).first()  # or it could go with its last establishment
        if known is not None:
            return known
    company = Company(siren=siren, name=name, created_at=at)
    uow.add(company)
    uow.flush()
    return company


def forget_lone_company(uow: Session, company_id: UUID) -> None:
    """Deletes a company that no establishment is of any more: nothing leads to it, and somebody typed its name."""
    company = uow.scalar(select(Company).where(Company.id == company_id).with_for_update())
    others = uow.scalar(select(EstablishmentRow.id).where(EstablishmentRow.company_id == company_id).limit(1))
    if others is None and company is not None:
        uow.delete(company)


def state_on(session: Session, establishment_id: UUID, day: date) -> EstablishmentState:
    """What an establishment had declared by a day; its first declaration when asked for an earlier one."""
    of_it = select(EstablishmentState).where(EstablishmentState.establishment_id == establishment_id)
    by_then = of_it.where(EstablishmentState.stated_on <= day)
    latest = by_then.order_by(EstablishmentState.stated_on.desc(), EstablishmentState.seq.desc()).limit(1)
    state = session.scalar(latest)
    if state is None:
        state = session.scalars(of_it.order_by(EstablishmentState.stated_on, EstablishmentState.seq).limit(1)).one()
    return state


def states_on(session: Session, establishment_ids: Iterable[UUID], day: date) -> dict[UUID, EstablishmentState]:
    """`state_on` for many at once, in one read; an establishment that declared nothing is left out."""
    of_them = select(EstablishmentState).where(EstablishmentState.establishment_id.in_(list(establishment_ids)))
    found: dict[UUID, EstablishmentState] = {}
    for state in session.scalars(of_them.order_by(EstablishmentState.stated_on, EstablishmentState.seq)):
        if state.stated_on <= day or state.establishment_id not in found:
            found[state.establishment_id] = state
    return found
