"""Who follows a case: taking it, giving it back, handing it to a colleague; nothing a colleague did is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models.account import Account
from app.models.advice import AdviceCase
from app.models.engine import Database
from app.models.membership import Membership
from app.services.cases import case_of, is_case
from app.services.establishments import UnknownEstablishment, known_establishment


class TakenMeanwhile(Exception):
    """The case is not as it was seen: `holder` has it now, None when nobody does."""

    def __init__(self, holder: UUID | None) -> None:
        super().__init__(str(holder))
        self.holder = holder


class UnknownColleague(LookupError):
    """Nobody of that identity advises in the service today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """An adviser of the service."""

    account_id: UUID
    function: str
    email: str

    @property
    def words(self) -> str:
        """How he is named to his colleagues: « ergonome (n.b@service.fr) »."""
        return f"{self.function} ({self.email})" if self.function else self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAct:
    """Who does something about who follows a case."""

    database: Database
    service_id: UUID
    establishment_id: UUID
    account_id: UUID
    at: datetime
    on: date


def advisers_on(session: Session, on: date) -> Mapping[UUID, Colleague]:
    """The advisers of the service on a day, by account, in the order of their functions."""
    query = (
        select(Membership, Account)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.establishment_id.is_(None),
            Membership.role == Role.ADVISER.value,
            Membership.from_on <= on,
            or_(Membership.to_on.is_(None), Membership.to_on >= on),
        )
        .order_by(Membership.function, Account.email)
    )
    return {
        account.id: Colleague(account_id=account.id, function=member.function, email=account.email)
        for member, account in session.execute(query)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A case and who follows it."""

    establishment_id: UUID
    name: str
    holder: UUID | None


def holder_of(session: Session, establishment_id: UUID) -> Held:
    """Who follows a case; raises UnknownEstablishment for what is no case of the service."""
    place = known_establishment(session, establishment_id)
    if not is_case(place):
        raise UnknownEstablishment(str(establishment_id))
    holder = session.scalar(select(AdviceCase.assigned_to).where(AdviceCase.establishment_id == establishment_id))
    return Held(establishment_id=establishment_id, name=place.name, holder=holder)


def claim_case(act: CaseAct) -> None:
    """Takes a case that nobody follows; nothing when it is one's own already.

    Raises UnknownEstablishment, TakenMeanwhile with the colleague who has it.
    """
    with act.database.unit_of_work(service_id=act.service_id) as uow:
        row = case_of(uow, act.establishment_id, on=act.on)
        if row.assigned_to not in (None, act.account_id):
            raise TakenMeanwhile(row.assigned_to)
        _give(row, act.account_id, act)


def release_case(act: CaseAct) -> None:
    """Gives one's own case back to all; nothing when nobody follows it. Raises TakenMeanwhile."""
    with act.database.unit_of_work(service_id=act.service_id) as uow:
        row = case_of(uow, act.establishment_id, on=act.on)
        if row.assigned_to not in (None, act.account_id):
            raise TakenMeanwhile(row.assigned_to)
        _give(row, None, act)


def reassign_case(act: CaseAct, *, to: UUID, seen: UUID | None) -> None:
    """Hands a case to a colleague; `seen` is who followed it on the page that asks for it.

    Raises UnknownColleague, TakenMeanwhile when somebody else follows it by now.
    """
    with act.database.unit_of_work(service_id=act.service_id) as uow:
        row = case_of(uow, act.establishment_id, on=act.on)
        if to not in advisers_on(uow, act.on):
            raise UnknownColleague(str(to))
        if row.assigned_to not in (seen, to):
            raise TakenMeanwhile(row.assigned_to)
        _give(row, to, act)


def _give(row: AdviceCase, to: UUID | None, act: CaseAct) -> None:
    if row.assigned_to != to:
        row.assigned_to = to
        row.assigned_at = act.at if to is not None else None
