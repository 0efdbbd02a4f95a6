"""What an administrator changes of the staff: roles, a lost authenticator, a colleague who leaves.

Changes of one service follow each other: each locks the service's row first, so that two administrators who end each
other cannot leave a service that nobody runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.models.account import Account
from app.models.advice import AdviceCase
from app.models.engine import Database
from app.models.membership import Membership
from app.models.service import Service
from app.models.stored_values import store_set
from app.models.tenancy import service_of
from app.models.upserts import change_rows
from app.services.account_sessions import end_all_sessions
from app.services.mail import Mail
from app.services.outbox import post_mail
from app.services.row_changes import change
from app.services.team import Colleague, Team, team_of


class LastAdmin(Exception):
    """Nobody would run the service any more."""


class TeamChanged(Exception):
    """Somebody else changed that colleague since the page was drawn."""


class NotAnAdviser(Exception):
    """Who should take over the cases cannot: he or she is no adviser of the service (any more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a colleague is to be in the service."""

    roles: frozenset[Role]
    """At least one; without any the colleague leaves."""
    function: str
    profession: str
    sectors: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """For which service a change is made, and when."""

    service_id: UUID
    on: date
    at: datetime


def change_colleague(database: Database, account_id: UUID, place: Place, *, mark: str, moment: Moment) -> None:
    """Gives a colleague these roles, function, trade and sectors; cases go back when the role of adviser ends.

    Raises LookupError when nobody of the service has that account, LastAdmin, TeamChanged.
    """
    with database.unit_of_work(service_id=moment.service_id) as uow:
        team = _locked(uow, moment)
        known = _known(team, account_id)
        if known.mark != mark:
            raise TeamChanged
        if team.is_last_admin(account_id) and Role.ADMIN not in place.roles:
            raise LastAdmin
        said = {
            "function": place.function,
            "profession": place.profession,
            "sectors": store_set(place.sectors),
        }
        held = _held(uow, account_id, moment.on)
        for row in held:
            if Role(row.role) in place.roles:
                change(row, said)
            else:
                row.to_on = moment.on - timedelta(days=1)
        for role in sorted(place.roles - set(known.roles)):
            row = Membership(
                account_id=account_id,
                establishment_id=None,
                role=role.value,
                from_on=moment.on,
                to_on=None,
                created_at=moment.at,
                **said,
            )
            uow.add(row)
        if Role.ADVISER not in place.roles:
            _hand_over(uow, account_id, None, at=moment.at)


def let_leave(database: Database, account_id: UUID, *, heir: UUID | None, moment: Moment) -> int:
    """Ends every role of a colleague and every session at once, hands the cases over; returns how many there were.

    Without `heir` the cases are nobody's again. What the person holds in an establishment stays. Raises LookupError,
    LastAdmin, NotAnAdviser.
    """
    with database.unit_of_work(service_id=moment.service_id) as uow:
        team = _locked(uow, moment)
        _known(team, account_id)
        if team.is_last_admin(account_id):
            raise LastAdmin
        if heir is not None and heir not in {each.account_id for each in team.others_who_advise(account_id)}:
            raise NotAnAdviser
        for row in _held(uow, account_id, moment.on):
            row.to_on = moment.on - timedelta(days=1)  # the last day it holds: ended today, it opens nothing today
        end_all_sessions(uow, account_id, at=moment.at)
        return _hand_over(uow, account_id, heir, at=moment.at)


def forget_lost_factor(database: Database, account_id: UUID, *, moment: Moment) -> None:
    """Lets a colleague enrol another authenticator, ends every session, and tells the person by mail.

    Raises LookupError when nobody of the service has that account.
    """
    with database.unit_of_work(service_id=moment.service_id) as uow:
        known = _known(_locked(uow, moment), account_id)
        account = uow.get_one(Account, account_id)
        account.totp_secret, account.totp_step = None, 0
        end_all_sessions(uow, account_id, at=moment.at)
        post_mail(uow, _factor_mail(known.email), at=moment.at)


def _factor_mail(recipient: str) -> Mail:
    return Mail(
        kind="second_facteur",
        recipient=recipient,
        subject="Votre application de codes est à enregistrer de nouveau",
        paragraphs=(
            "Un administrateur de votre service a retiré l'application de codes de votre compte, à la suite d'une "
            "perte ou d'un changement de téléphone.",
            "À votre prochaine connexion, le portail vous en fait enregistrer une autre. Vos sessions ouvertes sont "
            "closes.",
            "Si vous n'avez rien demandé, prévenez votre service sans attendre.",
        ),
    )


def _locked(uow: Session, moment: Moment) -> Team:
    """The team, which nobody else changes until the end of the unit of work."""
    uow.scalars(select(Service.id).where(Service.id == service_of(uow)).with_for_update()).one()
    return team_of(uow, on=moment.on)


def _known(team: Team, account_id: UUID) -> Colleague:
    known = team.colleague(account_id)
    if known is None:
        raise LookupError(str(account_id))
    return known


def _held(uow: Session, account_id: UUID, on: date) -> list[Membership]:
    """The roles that hold, which `_known` has found."""
    rows = uow.scalars(
        select(Membership).where(Membership.account_id == account_id, Membership.establishment_id.is_(None))
    )
    return [row for row in rows if row.from_on <= on and (row.to_on is None or row.to_on >= on)]


def _hand_over(uow: Session, account_id: UUID, heir: UUID | None, *, at: datetime) -> int:
    """Gives the cases of a person to another, or to nobody; returns how many."""
    cases = list(uow.scalars(select(AdviceCase).where(AdviceCase.assigned_to == account_id)))
    taken = {"assigned_to": heir, "assigned_at": at if heir is not None else None}
    change_rows(uow, [(row, taken) for row in cases])
    return len(cases)
