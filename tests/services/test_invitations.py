"""Personal links: made, posted, accepted, ended, and the people they bring in; on both engines."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.domain.workflow import Actor
from app.models.engine import Database
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.membership import Invitation, Membership
from app.models.service import Service
from app.services import invitations
from app.services.authors import Author
from app.services.establishments import UnknownEstablishment
from app.services.facts import FactKind
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import (
    AlreadyMember,
    InvitationClosed,
    InvitationState,
    TooManyInvitations,
    WrongAddress,
    accept_invitation,
    invite,
    read_invitation,
    revoke_invitation,
)
from app.services.once import AlreadyDone
from app.services.people import LastEmployer, People, end_membership, people_of
from tests.engines import NOON, MakeService
from tests.web.people import account, establishment, membership

TODAY = NOON.date()
LETTER = Letter(service_name="Santé Travail", entrance="https://jalon.exemple.fr/un")
BOSS = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("un")


@pytest.fixture
def firm(database: Database, service: Service) -> UUID:
    return establishment(database, service, "Boulangerie du port", at=NOON, siret="73282932000074")


def send(
    database: Database,
    service: Service,
    firm: UUID | None,
    *,
    email: str = "gerante@exemple.fr",
    role: Role = Role.EMPLOYER,
    author: Author | None = None,
    key: str = "",
) -> str:
    """Invites, and returns the token of the link."""
    wish = InvitationWish(email=email, role=role, function="gérante", establishment_id=firm)
    letter = Letter(service_name=LETTER.service_name, entrance=LETTER.entrance, key=key)
    made = invite(database, wish, letter, service_id=service.id, author=author, on=TODAY, at=NOON)
    prefix, _, token = made.link.rpartition("/")
    assert prefix == "https://jalon.exemple.fr/un/invitation"
    return token


def accept(database: Database, service: Service, token: str, person: UUID, *, on: date = TODAY) -> UUID | None:
    return accept_invitation(database, token, person, service_id=service.id, on=on, at=NOON)


def state(database: Database, service: Service, token: str, *, on: date = TODAY) -> InvitationState | None:
    with database.read(service_id=service.id) as session:
        read = read_invitation(session, token, on=on)
    return read.state if read else None


def people(database: Database, service: Service, firm: UUID) -> People:
    with database.read(service_id=service.id) as session:
        return people_of(session, firm, on=TODAY)


def facts(database: Database, service: Service) -> list[str]:
    with database.read(service_id=service.id) as session:
        return sorted(session.scalars(select(Fact.kind)))


def test_the_service_invites_an_employer_into_a_firm_already_filled_in(
    database: Database, service: Service, firm: UUID
) -> None:
    token = send(database, service, firm)
    with database.read(service_id=service.id) as session:
        read = read_invitation(session, token, on=TODAY)
        mail = session.scalars(select(OutboxMail)).one()
        assert token not in {row.token_sha256 for row in session.scalars(select(Invitation))}
    assert read is not None
    assert read.firm is not None
    assert (read.firm.name, read.firm.siret, read.firm.naf, read.firm.headcount) == (
        "Boulangerie du port",
        "73282932000074",
        "10.71C",
        6,
    )
    assert read.expires_on == TODAY + timedelta(days=30)
    assert (mail.kind, mail.recipient, mail.sensitive) == ("invitation", "gerante@exemple.fr", True)
    assert f"https://jalon.exemple.fr/un/invitation/{token}" in mail.text
    assert "Boulangerie du port" in mail.subject
    assert facts(database, service) == [FactKind.INVITED.value]
    owner = account(database, "gerante@exemple.fr")
    assert accept(database, service, token, owner) == firm
    assert facts(database, service) == [FactKind.ACCOUNT_OPENED.value, FactKind.INVITED.value]
    member = people(database, service, firm).members[0]
    assert (member.account_id, member.role, member.function) == (owner, Role.EMPLOYER, "gérante")


def test_an_employer_who_invites_a_colleague_counts_for_nothing(
    database: Database, service: Service, firm: UUID
) -> None:
    membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=firm, at=NOON)
    token = send(database, service, firm, email="compta@exemple.fr", role=Role.READER, author=BOSS)
    accept(database, service, token, account(database, "compta@exemple.fr"))
    assert facts(database, service) == []
    assert {member.role for member in people(database, service, firm).members} == {Role.EMPLOYER, Role.READER}


def test_a_link_serves_once_and_its_reader_may_press_twice(database: Database, service: Service, firm: UUID) -> None:
    token = send(database, service, firm)
    owner, other = account(database, "gerante@exemple.fr"), account(database, "autre@exemple.fr")
    accept(database, service, token, owner)
    assert accept(database, service, token, owner) == firm
    with pytest.raises(InvitationClosed) as closed:
        accept(database, service, token, other)
    assert closed.value.state is InvitationState.USED
    assert len(people(database, service, firm).members) == 1


def test_a_link_is_good_for_thirty_days(database: Database, service: Service, firm: UUID) -> None:
    token = send(database, service, firm)
    owner = account(database, "gerante@exemple.fr")
    last, after = TODAY + timedelta(days=30), TODAY + timedelta(days=31)
    assert state(database, service, token, on=last) is InvitationState.OPEN
    assert state(database, service, token, on=after) is InvitationState.EXPIRED
    with pytest.raises(InvitationClosed):
        accept(database, service, token, owner, on=after)
    assert accept(database, service, token, owner, on=last) == firm


def test_a_link_that_was_ended_opens_nothing(database: Database, service: Service, firm: UUID) -> None:
    token = send(database, service, firm)
    pending = people(database, service, firm).pending[0]
    for _ in range(2):
        email = revoke_invitation(
            database, pending.invitation_id, service_id=service.id, establishment_id=firm, at=NOON
        )
        assert email == "gerante@exemple.fr"
    assert state(database, service, token) is InvitationState.REVOKED
    with pytest.raises(InvitationClosed):
        accept(database, service, token, account(database, "gerante@exemple.fr"))
    assert people(database, service, firm).pending == ()


def test_an_invitation_is_ended_by_its_own_firm_alone(database: Database, service: Service, firm: UUID) -> None:
    token = send(database, service, firm)
    other = establishment(database, service, "Autre", at=NOON)
    pending = people(database, service, firm).pending[0]
    with pytest.raises(LookupError):
        revoke_invitation(database, pending.invitation_id, service_id=service.id, establishment_id=other, at=NOON)
    assert state(database, service, token) is InvitationState.OPEN


def test_another_service_knows_nothing_of_a_link(
    database: Database, service: Service, firm: UUID, make_service: MakeService
) -> None:
    token, other = send(database, service, firm), make_service("deux")
    assert state(database, other, token) is None
    with pytest.raises(InvitationClosed) as closed:
        accept(database, other, token, account(database, "gerante@exemple.fr"))
    assert closed.value.state is None
    with pytest.raises(UnknownEstablishment):
        send(database, other, firm)


def test_who_is_a_member_already_keeps_the_wider_role(database: Database, service: Service, firm: UUID) -> None:
    owner = account(database, "gerante@exemple.fr")
    as_reader = send(database, service, firm, role=Role.READER)
    as_employer = send(database, service, firm, email="autre@exemple.fr")
    accept(database, service, as_employer, owner)
    accept(database, service, as_reader, owner)
    assert [member.role for member in people(database, service, firm).members] == [Role.EMPLOYER]


def test_a_wider_role_replaces_the_narrower_one(database: Database, service: Service, firm: UUID) -> None:
    reader = account(database, "compta@exemple.fr")
    membership(database, service, reader, role=Role.READER, establishment_id=firm, at=NOON)
    accept(database, service, send(database, service, firm, email="compta@exemple.fr"), reader)
    assert [member.role for member in people(database, service, firm).members] == [Role.EMPLOYER]
    assert len(people(database, service, firm).members) == 1


def test_a_member_is_not_invited_again_to_what_he_has(database: Database, service: Service, firm: UUID) -> None:
    membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=firm, at=NOON)
    for role in (Role.EMPLOYER, Role.CONTRIBUTOR, Role.READER):
        with pytest.raises(AlreadyMember):
            send(database, service, firm, email="GERANTE@exemple.fr", role=role)
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(OutboxMail)).all() == []


def test_a_new_link_to_the_same_person_ends_the_one_before(database: Database, service: Service, firm: UUID) -> None:
    first = send(database, service, firm)
    second = send(database, service, firm, email="Gerante@Exemple.fr")
    assert state(database, service, first) is InvitationState.REVOKED
    assert state(database, service, second) is InvitationState.OPEN
    assert len(people(database, service, firm).pending) == 1


def test_a_double_tap_makes_one_link_and_one_mail(database: Database, service: Service, firm: UUID) -> None:
    send(database, service, firm, key="k" * 20)
    with pytest.raises(AlreadyDone):
        send(database, service, firm, key="k" * 20)
    with database.read(service_id=service.id) as session:
        assert len(session.scalars(select(OutboxMail)).all()) == 1


def test_going_back_and_inviting_somebody_else_invites_both(database: Database, service: Service, firm: UUID) -> None:
    send(database, service, firm, key="k" * 20)
    send(database, service, firm, key="k" * 20, email="autre@exemple.fr")
    assert len(people(database, service, firm).pending) == 2


def test_the_portal_does_not_write_to_a_list_of_strangers(
    database: Database, service: Service, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_PENDING", 2)
    for number in range(2):
        send(database, service, firm, email=f"p{number}@exemple.fr")
    with pytest.raises(TooManyInvitations):
        send(database, service, firm, email="p3@exemple.fr")
    send(database, service, firm, email="p1@exemple.fr")  # sent again: it takes the place of the one before
    assert {each.email for each in people(database, service, firm).pending} == {"p0@exemple.fr", "p1@exemple.fr"}


def test_the_staff_accepts_with_the_address_it_was_invited_at(database: Database, service: Service) -> None:
    token = send(database, service, None, email="Conseil@exemple.fr", role=Role.ADVISER)
    with pytest.raises(WrongAddress):
        accept(database, service, token, account(database, "autre@exemple.fr"))
    assert state(database, service, token) is InvitationState.OPEN
    adviser = account(database, "conseil@exemple.fr")
    assert accept(database, service, token, adviser) is None
    with database.read(service_id=service.id) as session:
        row = session.scalars(select(Membership)).one()
        mail = session.scalars(select(OutboxMail)).one()
    assert (row.account_id, row.establishment_id, row.role) == (adviser, None, Role.ADVISER.value)
    assert "Santé Travail" in mail.subject
    assert facts(database, service) == []


def test_roles_of_the_staff_add_up(database: Database, service: Service) -> None:
    adviser = account(database, "conseil@exemple.fr")
    for role in (Role.ADVISER, Role.ADMIN):
        token = send(database, service, None, email="conseil@exemple.fr", role=role)
        accept(database, service, token, adviser)
    with pytest.raises(AlreadyMember):
        send(database, service, None, email="conseil@exemple.fr", role=Role.ADVISER)
    with database.read(service_id=service.id) as session:
        roles = session.scalars(select(Membership.role).where(Membership.to_on.is_(None))).all()
    assert sorted(roles) == ["admin", "preventeur"]


def test_an_access_that_ends_opens_nothing_the_same_day(database: Database, service: Service, firm: UUID) -> None:
    membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=firm, at=NOON)
    reader = membership(
        database,
        service,
        account(database, "compta@exemple.fr"),
        role=Role.READER,
        establishment_id=firm,
        at=NOON - timedelta(days=40),
    )
    email = end_membership(database, reader, service_id=service.id, establishment_id=firm, on=TODAY)
    assert email == "compta@exemple.fr"
    assert [member.email for member in people(database, service, firm).members] == ["gerante@exemple.fr"]


def test_somebody_always_decides(database: Database, service: Service, firm: UUID) -> None:
    boss = membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=firm, at=NOON)
    membership(
        database, service, account(database, "compta@exemple.fr"), role=Role.READER, establishment_id=firm, at=NOON
    )
    with pytest.raises(LastEmployer):
        end_membership(database, boss, service_id=service.id, establishment_id=firm, on=TODAY)
    partner = membership(database, service, account(database, "b@exemple.fr"), establishment_id=firm, at=NOON)
    end_membership(database, boss, service_id=service.id, establishment_id=firm, on=TODAY)
    with pytest.raises(LastEmployer):
        end_membership(database, partner, service_id=service.id, establishment_id=firm, on=TODAY)


def test_an_access_is_ended_by_its_own_firm_alone(database: Database, service: Service, firm: UUID) -> None:
    boss = membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=firm, at=NOON)
    other = establishment(database, service, "Autre", at=NOON)
    with pytest.raises(LookupError):
        end_membership(database, boss, service_id=service.id, establishment_id=other, on=TODAY)
