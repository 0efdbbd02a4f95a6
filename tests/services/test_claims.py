"""Claims: who else has the SIRET, what may be decided, and what stays where it was."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.advice import AdviceCase
from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.exchange import Exchange
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.membership import Invitation
from app.models.service import Service
from app.services.claim_decisions import (
    Authority,
    ClaimSettled,
    NotSafe,
    WayClosed,
    attach_claim,
    go_back,
    refuse_claim,
)
from app.services.claims import Claim, Way, claim_of, claims_of, claims_waiting
from app.services.establishments import UnknownEstablishment
from app.services.facts import Act, FactKind, note_fact
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import invite
from app.services.staff_views import firms_of
from tests.engines import MakeService
from tests.web.people import account, establishment, membership

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ON = AT.date()
SIRET = "12345678200010"
OWNER = "gerante@exemple.fr"


def by(service: Service) -> Authority:
    return Authority(
        service_id=service.id,
        service_name=service.name,
        entrance=f"https://jalon.example/{service.slug}",
        on=ON,
        at=AT,
    )


def firm(database: Database, service: Service, name: str, **fields: Any) -> UUID:
    made = establishment(database, service, name, siret=fields.pop("siret", SIRET), at=AT)
    with database.unit_of_work(service_id=service.id) as uow:
        row = uow.get_one(EstablishmentRow, made)
        for field, value in fields.items():
            setattr(row, field, value)
    return made


def claimed(database: Database, service: Service, *, email: str = OWNER, name: str = "Demande") -> UUID:
    made = firm(database, service, name, attachment="a_rattacher")
    membership(database, service, account(database, email, at=AT), establishment_id=made, at=AT)
    return made


def member(database: Database, service: Service) -> UUID:
    """The row of an import: a sector, an address, a number; nobody uses it."""
    made = firm(database, service, "Fiche", sector="Nord", contact_email="contact@exemple.fr")
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(
            Affiliation(
                establishment_id=made,
                seq=1,
                stated_on=ON,
                member_number="A-12",
                sector="Nord",
                team="Équipe 2",
                since=date(2020, 1, 1),
                until=None,
                record_on=None,
                duerp_on=None,
                idcc="0843",
                risk_code="",
                source="import",
                recorded_at=AT,
            )
        )
    return made


def known(database: Database, service: Service, establishment_id: UUID) -> EstablishmentRow:
    with database.read(service_id=service.id) as session:
        return session.get_one(EstablishmentRow, establishment_id)


def claim(database: Database, service: Service, establishment_id: UUID) -> Claim | None:
    with database.read(service_id=service.id) as session:
        return claim_of(session, establishment_id, on=ON)


def mails(database: Database, service: Service) -> list[OutboxMail]:
    with database.read(service_id=service.id) as session:
        query = select(OutboxMail).where(OutboxMail.kind == "rattachement").order_by(OutboxMail.created_at)
        return list(session.scalars(query))


def test_a_claim_without_twin_is_attached_and_told(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    asked = claimed(database, service)
    found = claim(database, service, asked)
    assert found is not None
    assert (found.emails, found.twins, found.ways) == ((OWNER,), (), (Way.ATTACH, Way.REFUSE))
    attach_claim(database, asked, twin=None, by=by(service))
    row = known(database, service, asked)
    assert (row.attachment, row.claim_state, row.claim_settled_on) == ("rattache", "", ON)
    (mail,) = mails(database, service)
    assert mail.recipient == OWNER
    assert f"https://jalon.example/nord/e/{asked}/" in mail.text
    with pytest.raises(ClaimSettled):
        attach_claim(database, asked, twin=None, by=by(service))


def test_a_claim_takes_the_place_of_a_members_row_that_nobody_uses(
    database: Database, make_service: MakeService
) -> None:
    service = make_service("nord")
    twin, asked = member(database, service), claimed(database, service)
    wish = InvitationWish(email="a@exemple.fr", role=Role.EMPLOYER, function="gérant", establishment_id=twin)
    letter = Letter(service_name="S", entrance="https://jalon.example/nord")
    invite(database, wish, letter, service_id=service.id, author=None, on=ON, at=AT)
    found = claim(database, service, asked)
    assert found is not None
    assert found.ways == (Way.MERGE, Way.REFUSE)
    with pytest.raises(WayClosed):
        attach_claim(database, asked, twin=None, by=by(service))
    with pytest.raises(WayClosed):
        attach_claim(database, asked, twin=uuid4(), by=by(service))
    attach_claim(database, asked, twin=twin, by=by(service))
    row, double = known(database, service, asked), known(database, service, twin)
    assert (row.attachment, row.sector, row.contact_email) == ("rattache", "Nord", "contact@exemple.fr")
    assert double.claim_state == "double"
    with database.read(service_id=service.id) as session:
        taken = session.scalars(select(Affiliation).where(Affiliation.establishment_id == asked)).one()
        links = session.scalars(select(Invitation).where(Invitation.establishment_id == twin)).all()
        facts = session.scalars(select(Fact.establishment_id)).all()
        seen = [line.establishment_id for line in firms_of(session, search="", page=1).firms]
    assert (taken.member_number, taken.team, taken.idcc, taken.source) == ("A-12", "Équipe 2", "0843", "saisie")
    assert all(link.revoked_at == AT for link in links)
    assert facts == [twin]
    assert seen == [asked]


def test_a_row_that_somebody_uses_is_never_taken(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    twin, asked = member(database, service), claimed(database, service)
    membership(database, service, account(database, "autre@exemple.fr", at=AT), establishment_id=twin, at=AT)
    found = claim(database, service, asked)
    assert found is not None
    assert found.ways == (Way.REFUSE,)
    assert found.twins[0].emails == ("autre@exemple.fr",)
    for chosen in (twin, None):
        with pytest.raises(WayClosed):
            attach_claim(database, asked, twin=chosen, by=by(service))


def test_a_refused_claim_is_told_and_seen_no_more(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    asked = claimed(database, service)
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(_case(asked))
    refuse_claim(database, asked, words="Appelez-nous.\n\nMerci.", by=by(service))
    row = known(database, service, asked)
    assert (row.attachment, row.claim_state, row.claim_words) == ("a_rattacher", "refusee", "Appelez-nous.\n\nMerci.")
    assert "Appelez-nous." in mails(database, service)[0].text
    with database.read(service_id=service.id) as session:
        assert claims_waiting(session) == 0
        assert firms_of(session, search="", page=1).firms == ()
        assert session.scalars(select(AdviceCase)).all() == []
        assert [each.words for each in claims_of(session, on=ON).decided] == ["Appelez-nous.\n\nMerci."]
    go_back(database, asked, by=by(service))
    assert claim(database, service, asked) is not None


def test_going_back_gives_the_members_row_its_place_again(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    twin, asked = member(database, service), claimed(database, service)
    attach_claim(database, asked, twin=twin, by=by(service))
    go_back(database, asked, by=by(service))
    row = known(database, service, asked)
    assert (row.attachment, row.sector, row.contact_email, row.claim_settled_on) == ("a_rattacher", "", "", None)
    assert known(database, service, twin).claim_state == ""
    attach_claim(database, asked, twin=twin, by=by(service))
    with pytest.raises(ClaimSettled):
        go_back(database, twin, by=by(service))


@pytest.mark.parametrize("how", ["fact", "exchange"])
def test_what_the_service_worked_on_stays_attached(database: Database, make_service: MakeService, how: str) -> None:
    service = make_service("nord")
    asked = claimed(database, service)
    attach_claim(database, asked, twin=None, by=by(service))
    with database.unit_of_work(service_id=service.id) as uow:
        if how == "fact":
            note_fact(uow, asked, Act(kind=FactKind.LOGGED, on=ON, at=AT, actor_role="ergonome"))
        else:
            uow.add(
                Exchange(
                    establishment_id=asked,
                    kind="conseil",
                    theme="chaleur",
                    question="",
                    unit="*",
                    words="Buvez.",
                    actor="preventeur",
                    author_role="ergonome",
                    created_at=AT,
                )
            )
    with pytest.raises(NotSafe):
        go_back(database, asked, by=by(service))
    with database.read(service_id=service.id) as session:
        assert [each.safe for each in claims_of(session, on=ON).decided] == [False]


def test_two_claims_on_one_siret_see_each_other(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    first = claimed(database, service)
    second = claimed(database, service, email="autre@exemple.fr", name="Seconde")
    found = claim(database, service, second)
    assert found is not None
    assert [(twin.establishment_id, twin.member) for twin in found.twins] == [(first, False)]
    attach_claim(database, first, twin=None, by=by(service))
    found = claim(database, service, second)
    assert found is not None
    assert found.ways == (Way.REFUSE,)


def test_another_service_knows_nothing_of_a_claim(database: Database, make_service: MakeService) -> None:
    service, other = make_service("nord"), make_service("sud")
    asked = claimed(database, service)
    assert claim(database, other, asked) is None
    with pytest.raises(UnknownEstablishment):
        attach_claim(database, asked, twin=None, by=by(other))
    with pytest.raises(UnknownEstablishment):
        refuse_claim(database, asked, words="Non.", by=by(other))
    with pytest.raises(UnknownEstablishment):
        go_back(database, asked, by=by(other))
    assert known(database, service, asked).claim_state == ""


def _case(firm_id: UUID) -> AdviceCase:
    return AdviceCase(
        establishment_id=firm_id,
        state="calme",
        need=0,
        waiting_since=None,
        awaited_on=None,
        reasons="[]",
        priorities="{}",
        themes="",
        visited_on=None,
        assigned_to=None,
        assigned_at=None,
    )
