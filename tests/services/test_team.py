"""The staff of a service: roles that add up, a last administrator who stays, a colleague who leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.account import Account
from app.models.advice import AdviceCase
from app.models.engine import Database
from app.models.mail import OutboxMail
from app.models.service import Service
from app.services.account_sessions import open_session, session_of
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import invite
from app.services.members import memberships_of
from app.services.team import Colleague, team_of
from app.services.team_changes import (
    LastAdmin,
    Moment,
    NotAnAdviser,
    Place,
    TeamChanged,
    change_colleague,
    forget_lost_factor,
    let_leave,
)
from tests.engines import MakeService
from tests.web.people import account, establishment, membership

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ON = AT.date()


def moment(service: Service) -> Moment:
    return Moment(service_id=service.id, on=ON, at=AT)


def hired(database: Database, service: Service, email: str, *roles: Role, function: str = "ergonome") -> UUID:
    someone = account(database, email, at=AT)
    for role in roles:
        membership(database, service, someone, role=role, function=function, at=AT)
    return someone


def colleague(database: Database, service: Service, account_id: UUID) -> Colleague:
    with database.read(service_id=service.id) as session:
        found = team_of(session, on=ON).colleague(account_id)
    assert found is not None
    return found


def place(*roles: Role) -> Place:
    return Place(roles=frozenset(roles), function="infirmière", profession="infirmier", sectors=("Sud", "Nord"))


def case_of(database: Database, service: Service, account_id: UUID) -> UUID:
    firm = establishment(database, service, at=AT)
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(
            AdviceCase(
                establishment_id=firm,
                state="calme",
                need=0,
                waiting_since=None,
                awaited_on=None,
                reasons="[]",
                priorities="{}",
                themes="",
                visited_on=None,
                assigned_to=account_id,
                assigned_at=AT,
            )
        )
    return firm


def assigned(database: Database, service: Service) -> set[UUID | None]:
    with database.read(service_id=service.id) as session:
        return set(session.scalars(select(AdviceCase.assigned_to)))


def roles(database: Database, service: Service, account_id: UUID) -> set[Role]:
    with database.read(service_id=service.id) as session:
        return {each.role for each in memberships_of(session, account_id, on=ON)}


def test_a_person_holds_several_roles_and_is_one_line(database: Database, make_service: MakeService) -> None:
    service, other = make_service("nord"), make_service("sud")
    someone = hired(database, service, "a@exemple.fr", Role.ADMIN, Role.ADVISER)
    hired(database, other, "b@exemple.fr", Role.ADMIN)
    case_of(database, service, someone)
    with database.read(service_id=service.id) as session:
        (line,) = team_of(session, on=ON).colleagues
    assert (line.email, line.roles, line.cases) == ("a@exemple.fr", (Role.ADVISER, Role.ADMIN), 1)
    assert not line.second_factor


def test_roles_trade_and_sectors_are_changed_together(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    hired(database, service, "chef@exemple.fr", Role.ADMIN)
    someone = hired(database, service, "a@exemple.fr", Role.ADVISER)
    mark = colleague(database, service, someone).mark
    change_colleague(database, someone, place(Role.PILOT, Role.ADVISER), mark=mark, moment=moment(service))
    now = colleague(database, service, someone)
    assert (now.roles, now.function, now.profession) == ((Role.ADVISER, Role.PILOT), "infirmière", "infirmier")
    assert now.sectors == ("Nord", "Sud")
    change_colleague(database, someone, place(Role.PILOT), mark=now.mark, moment=moment(service))
    assert roles(database, service, someone) == {Role.PILOT}


def test_two_administrators_who_change_one_person_are_told(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    hired(database, service, "chef@exemple.fr", Role.ADMIN)
    someone = hired(database, service, "a@exemple.fr", Role.ADVISER)
    mark = colleague(database, service, someone).mark
    change_colleague(database, someone, place(Role.PILOT), mark=mark, moment=moment(service))
    with pytest.raises(TeamChanged):
        change_colleague(database, someone, place(Role.ADMIN), mark=mark, moment=moment(service))
    assert roles(database, service, someone) == {Role.PILOT}


def test_the_last_administrator_stays(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    chief = hired(database, service, "chef@exemple.fr", Role.ADMIN)
    mark = colleague(database, service, chief).mark
    with pytest.raises(LastAdmin):
        change_colleague(database, chief, place(Role.ADVISER), mark=mark, moment=moment(service))
    with pytest.raises(LastAdmin):
        let_leave(database, chief, heir=None, moment=moment(service))
    assert roles(database, service, chief) == {Role.ADMIN}
    hired(database, service, "autre@exemple.fr", Role.ADMIN)
    let_leave(database, chief, heir=None, moment=moment(service))
    assert roles(database, service, chief) == set()


@pytest.mark.parametrize("handed", [True, False])
def test_who_leaves_loses_everything_at_once_and_no_case_is_lost(
    database: Database, make_service: MakeService, handed: bool
) -> None:
    service = make_service("nord")
    hired(database, service, "chef@exemple.fr", Role.ADMIN)
    gone = hired(database, service, "a@exemple.fr", Role.ADVISER, Role.PILOT)
    heir = hired(database, service, "b@exemple.fr", Role.ADVISER)
    firm = case_of(database, service, gone)
    case_of(database, service, gone)
    membership(database, service, gone, establishment_id=firm, at=AT)
    with database.unit_of_work(service_id=None) as uow:
        token = open_session(uow, gone, device="Firefox", staff=True, at=AT)
    assert let_leave(database, gone, heir=heir if handed else None, moment=moment(service)) == 2
    assert assigned(database, service) == {heir if handed else None}
    assert roles(database, service, gone) == {Role.EMPLOYER}
    with database.read() as session:
        assert session_of(session, token, at=AT) is None
    with pytest.raises(LookupError):
        let_leave(database, gone, heir=None, moment=moment(service))


def test_cases_go_to_an_adviser_of_the_service_only(database: Database, make_service: MakeService) -> None:
    service, other = make_service("nord"), make_service("sud")
    chief = hired(database, service, "chef@exemple.fr", Role.ADMIN)
    gone = hired(database, service, "a@exemple.fr", Role.ADVISER)
    stranger = hired(database, other, "s@exemple.fr", Role.ADVISER)
    case_of(database, service, gone)
    for heir in (chief, stranger, gone, uuid4()):
        with pytest.raises(NotAnAdviser):
            let_leave(database, gone, heir=heir, moment=moment(service))
    assert assigned(database, service) == {gone}
    assert roles(database, service, gone) == {Role.ADVISER}


def test_an_adviser_who_advises_no_more_gives_the_cases_back(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    hired(database, service, "chef@exemple.fr", Role.ADMIN)
    someone = hired(database, service, "a@exemple.fr", Role.ADVISER)
    case_of(database, service, someone)
    mark = colleague(database, service, someone).mark
    change_colleague(database, someone, place(Role.PILOT), mark=mark, moment=moment(service))
    assert assigned(database, service) == {None}


def test_a_lost_authenticator_is_forgotten_and_told(database: Database, make_service: MakeService) -> None:
    service, other = make_service("nord"), make_service("sud")
    someone = hired(database, service, "a@exemple.fr", Role.ADVISER)
    with database.unit_of_work(service_id=None) as uow:
        uow.get_one(Account, someone).totp_secret = "f" * 32
        token = open_session(uow, someone, device="Firefox", staff=True, at=AT)
    with pytest.raises(LookupError):
        forget_lost_factor(database, someone, moment=moment(other))
    forget_lost_factor(database, someone, moment=moment(service))
    with database.read() as session:
        assert session.get_one(Account, someone).totp_secret is None
        assert session_of(session, token, at=AT) is None
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(OutboxMail.recipient)).all() == ["a@exemple.fr"]


def test_who_is_awaited_is_listed_without_the_firms(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    letter = Letter(service_name="S", entrance="https://jalon.example/nord")
    firm = establishment(database, service, at=AT)
    for place_, role in ((None, Role.PILOT), (firm, Role.READER)):
        wish = InvitationWish(email="x@exemple.fr", role=role, function="pilote", establishment_id=place_)
        invite(database, wish, letter, service_id=service.id, author=None, on=ON, at=AT)
    with database.read(service_id=service.id) as session:
        assert [line.role for line in team_of(session, on=ON).pending] == [Role.PILOT]
