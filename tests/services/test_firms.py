"""A firm is opened, changed and read back as it was typed, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.establishment import Cse
from app.domain.roles import Role
from app.models.account import Account
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.membership import Membership
from app.models.service import Service
from app.services.assessments import load_assessment
from app.services.establishments import UnknownEstablishment
from app.services.firms import FirmChanged, NewFirm, change_firm, create_firm, firm_card
from app.services.naf_search import activity, search
from app.services.once import AlreadyDone
from questionnaires import catalogue
from tests.engines import NOON, MakeService

CONTENT = catalogue.load()
TODAY = date(2026, 11, 21)
KEY = "a-key-of-this-form-only"


def firm(**changes: object) -> NewFirm:
    roofing = activity(CONTENT, "43.91B")
    assert roofing is not None
    base = NewFirm(
        name="Toitures d'exemple",
        siret="73282932000074",
        siret_state="connu",
        siret_words="",
        address="2 rue des Tuiles, Gignac",
        postal_code="34150",
        activity=roofing,
        headcount=9,
        headcount_on=TODAY,
        cse=Cse.NONE,
        employer_role="gérante",
        service_name="SPSTI ast",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the fields are those of the class


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("ast")


@pytest.fixture
def account_id(database: Database) -> UUID:
    with database.unit_of_work(service_id=None) as uow:
        row = Account(
            email="vidal@exemple.fr", email_key="vidal@exemple.fr", password_hash=None, totp_secret=None, totp_step=0,
            created_at=NOON, confirmed_at=NOON, closed_at=None,
        )  # fmt: skip
        uow.add(row)
        uow.flush()
        return row.id


def opened(database: Database, service: Service, account_id: UUID, said: NewFirm, *, key: str = "") -> UUID:
    return create_firm(database, said, service_id=service.id, account_id=account_id, at=NOON, on=TODAY, key=key)


def states(database: Database) -> int:
    with database.across_services("test") as session:
        return session.scalar(select(func.count()).select_from(EstablishmentState)) or 0


def test_a_firm_is_read_by_the_engine_as_it_was_typed(database: Database, service: Service, account_id: UUID) -> None:
    place = opened(database, service, account_id, firm())
    with database.read(service_id=service.id) as session:
        found = load_assessment(session, place, assessed_on=TODAY).establishment
    assert (found.name, found.siret, found.address) == (
        "Toitures d'exemple",
        "73282932000074",
        "2 rue des Tuiles, Gignac",
    )
    assert (found.naf, found.naf_nomenclature, found.sectors) == ("43.91B", "rev2", frozenset({"btp"}))
    assert found.naf_label == "Travaux de couverture par éléments"
    assert (found.headcount, found.headcount_on, found.cse) == (9, TODAY, Cse.NONE)
    assert (found.employer_role, found.service, found.units) == ("gérante", "SPSTI ast", ())


def test_its_author_is_its_employer_and_the_act_is_counted_once(
    database: Database, service: Service, account_id: UUID
) -> None:
    place = opened(database, service, account_id, firm(), key=KEY)
    with pytest.raises(AlreadyDone) as done:
        opened(database, service, account_id, firm(), key=KEY)
    assert done.value.outcome == str(place)
    with database.read(service_id=service.id) as session:
        member = session.scalars(select(Membership)).one()
        fact = session.scalars(select(Fact)).one()
        row = session.scalars(select(EstablishmentRow)).one()
        company = session.scalars(select(Company)).one()
    assert (member.account_id, member.establishment_id) == (account_id, place)
    assert (member.role, member.function) == (Role.EMPLOYER, "gérante")
    assert (fact.kind, fact.establishment_id, fact.happened_on) == ("compte_ouvert", place, TODAY)
    assert (fact.siret, fact.naf, fact.section, fact.headcount) == ("73282932000074", "43.91B", "F", 9)
    assert fact.territory == "34150"
    assert (row.attachment, row.siret_state, row.postal_code) == ("a_rattacher", "connu", "34150")
    assert company.siren == "732829320"


def test_two_claims_on_one_siret_stand_side_by_side(database: Database, service: Service, account_id: UUID) -> None:
    one = opened(database, service, account_id, firm())
    other = opened(database, service, account_id, firm(name="La même, autrement"))
    assert one != other
    with database.read(service_id=service.id) as session:
        names = set(session.scalars(select(EstablishmentRow.name).where(EstablishmentRow.siret == "73282932000074")))
    assert names == {"Toitures d'exemple", "La même, autrement"}


def test_a_firm_without_siret_opens_like_another(database: Database, service: Service, account_id: UUID) -> None:
    said = firm(siret=None, siret_state="en_cours", siret_words="immatriculation en décembre")
    place = opened(database, service, account_id, said)
    with database.read(service_id=service.id) as session:
        assert firm_card(session, place, TODAY).said == said


def test_a_change_is_a_dated_row_only_when_something_dated_differs(
    database: Database, service: Service, account_id: UUID
) -> None:
    place = opened(database, service, account_id, firm())
    later = TODAY + timedelta(days=3)

    def changed(said: NewFirm, on: date) -> None:
        with database.read(service_id=service.id) as session:
            mark = firm_card(session, place, on).mark
        change_firm(database, place, said, service_id=service.id, mark=mark, at=NOON, on=on)

    changed(firm(), later)
    changed(firm(name="Toitures neuves", address="3 rue du Zinc"), later)
    assert states(database) == 1
    changed(firm(name="Toitures neuves", address="3 rue du Zinc", headcount=12), later)
    assert states(database) == 2
    with database.read(service_id=service.id) as session:
        assert firm_card(session, place, TODAY).said.headcount == 9
        assert firm_card(session, place, later).said.headcount == 12
        assert load_assessment(session, place, assessed_on=TODAY).establishment.name == "Toitures neuves"


def test_a_new_siret_moves_the_establishment_to_its_company(
    database: Database, service: Service, account_id: UUID
) -> None:
    place = opened(database, service, account_id, firm(siret=None, siret_state="inconnu"))
    with database.read(service_id=service.id) as session:
        mark = firm_card(session, place, TODAY).mark
    change_firm(database, place, firm(), service_id=service.id, mark=mark, at=NOON, on=TODAY)
    with database.read(service_id=service.id) as session:
        row = session.scalars(select(EstablishmentRow)).one()
        company = session.get(Company, row.company_id)
        assert company is not None
        assert (row.siret, company.siren) == ("73282932000074", "732829320")


def test_a_change_by_somebody_else_is_shown_and_nothing_is_overwritten(
    database: Database, service: Service, account_id: UUID
) -> None:
    place = opened(database, service, account_id, firm())
    with database.read(service_id=service.id) as session:
        mark = firm_card(session, place, TODAY).mark
    change_firm(database, place, firm(headcount=11), service_id=service.id, mark=mark, at=NOON, on=TODAY)
    with pytest.raises(FirmChanged) as refused:
        change_firm(database, place, firm(headcount=12), service_id=service.id, mark=mark, at=NOON, on=TODAY)
    assert refused.value.now.said.headcount == 11
    again = change_firm(database, place, firm(headcount=11), service_id=service.id, mark=mark, at=NOON, on=TODAY)
    assert again.said.headcount == 11
    assert states(database) == 2


def test_the_firm_of_another_service_does_not_exist(
    database: Database, service: Service, account_id: UUID, make_service: MakeService
) -> None:
    place = opened(database, service, account_id, firm())
    elsewhere = make_service("autre")
    for asked in (place, uuid4()):
        with pytest.raises(UnknownEstablishment):
            change_firm(database, asked, firm(), service_id=elsewhere.id, mark="1.1", at=NOON, on=TODAY)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("boulanger", "10.71C"), ("BOULANGERS", "10.71C"), ("couvreur", "43.91B"), ("coiffeuse", "96.02A"),
        ("aide à domicile", "88.10A"), ("aide domicile", "88.10A"), ("kine", "86.90E"), ("paysagistes", "81.30Z"),
        ("43.91b", "43.91B"), ("4391 B", "43.91B"), ("gros oeuvre", "43.99C"), ("coifeur", "96.02A"),
        ("électricité générale", "43.21A"), ("Commerce de détail de fleurs", "47.76Z"), ("plomb", "24.43Z"),
    ],
)  # fmt: skip
def test_a_trade_is_found_by_its_words(words: str, code: str) -> None:
    assert search(CONTENT, words)[0].code == code


def test_labels_that_start_with_the_words_come_before_those_that_hold_them() -> None:
    labels = [found.label for found in search(CONTENT, "restauration")]
    assert [label.startswith("Restauration") for label in labels[:3]] == [True, True, True]
    assert "Autres services de restauration n.c.a." in labels[3:]


def test_the_start_of_a_code_gives_its_activities_in_order() -> None:
    assert [found.code for found in search(CONTENT, "43.9")][:2] == ["43.91A", "43.91B"]
    assert len(search(CONTENT, "4")) == 0
    assert len(search(CONTENT, "47")) == 12


@pytest.mark.parametrize("words", ["", " ", "'", "é", "\x00", "\ud800", "x" * 100_000, "()[]*?", "xyzzy"])
def test_a_search_that_means_nothing_finds_nothing(words: str) -> None:
    assert search(CONTENT, words) == ()


def test_every_trade_word_leads_to_activities_that_exist() -> None:
    assert len(CONTENT.naf_trade_words) >= 150
    for word, codes in CONTENT.naf_trade_words.items():
        assert all(CONTENT.naf_label(code) for code in codes), word
        assert codes[0] in {found.code for found in search(CONTENT, word)}, word
