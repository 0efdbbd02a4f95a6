"""What somebody tries who wants more than is his: on a shared computer, with another's identities, in bulk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.domain.roles import Role
from app.extensions import db
from app.models.draft import ChosenActionRow, SituationFactRow
from app.models.engine import Busy
from app.models.establishment import EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.exchange import Exchange
from app.models.mail import OutboxMail
from app.models.membership import Invitation, Membership
from app.services.account_changes import close_account
from app.services.accounts import Gate
from app.services.arrivals import arrive
from app.services.faces import Face
from app.services.people import people_of
from app.services.throttle import INVITATIONS_OF_AN_ACCOUNT, TRIALS_FROM_A_NETWORK
from app.services.trials import MOST_TRIALS
from tests.web.addresses import addresses, values_of
from tests.web.filled import filled_firm
from tests.web.people import Portal, membership, open_portal, signed_in


@pytest.fixture
def portal(sqlite_address: str, tmp_path: Path) -> Iterator[Portal]:
    with open_portal(sqlite_address, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("page", ["", "document/versions/1/docx", "document/plan", "plan/agenda.ics", "plan/plan.xlsx"])
def test_nothing_of_a_firm_stays_on_the_disk_of_a_shared_computer(portal: Portal, page: str) -> None:
    firm = filled_firm(portal).establishment_id
    client = portal.person(role=Role.EMPLOYER, establishment_id=firm)
    answer = client.raw("GET", f"/{portal.slug}/e/{firm}/{page}", status=200)
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_comes_back_once_signed_out_stays_on_no_disk(portal: Portal) -> None:
    firm = portal.establishment()
    client = portal.client()
    token = client.tokens(f"/{portal.slug}/connexion")
    lost = client.raw(
        "POST",
        f"/{portal.slug}/e/{firm}/unites/nouvelle",
        status=401,
        data={**token, "nom": "Fournil"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert "Fournil" in lost.text
    assert lost.headers["Cache-Control"] == "no-store"


def test_the_page_that_shows_an_address_stays_on_no_disk(portal: Portal) -> None:
    client, way_in = portal.client(), f"/{portal.slug}/connexion"
    client.post(way_in, {"adresse": "gerante@exemple.fr"})
    page = client.get(f"{way_in}/code")
    assert "gerante@exemple.fr" in page.text
    assert page.answer.headers["Cache-Control"] == "no-store"


def test_an_account_cannot_write_to_a_list_of_strangers_by_opening_firm_after_firm(portal: Portal) -> None:
    someone = portal.account("inconnu@exemple.fr")
    places = [portal.establishment(f"Entreprise {number}") for number in range(2)]
    for place in places:
        membership(portal.database, portal.service, someone, establishment_id=place)
    client = signed_in(portal.app, portal.database, someone)

    def invites(number: int, status: int) -> str:
        fields = {"adresse": f"p{number}@exemple.fr", "role": Role.READER.value, "fonction": "aide"}
        return client.post(f"/{portal.slug}/e/{places[number % 2]}/personnes", fields, status=status).text

    for number in range(INVITATIONS_OF_AN_ACCOUNT.tries):
        invites(number, 303)
    assert "Reprenez demain" in invites(98, 422)
    with portal.database.read(service_id=portal.service.id) as session:
        assert len(session.scalars(select(OutboxMail.id)).all()) == INVITATIONS_OF_AN_ACCOUNT.tries
    portal.clock.forward(hours=11)
    assert "Reprenez demain" in invites(98, 422)
    portal.clock.forward(hours=2)
    fresh = signed_in(portal.app, portal.database, someone, at=portal.clock.now)
    fresh.post(
        f"/{portal.slug}/e/{places[0]}/personnes",
        {"adresse": "p99@exemple.fr", "role": Role.READER.value, "fonction": "aide"},
    )


def test_one_network_does_not_use_up_the_try_outs_of_everybody(portal: Portal) -> None:
    def tries(address: str) -> int:
        client = portal.client()
        start, origin = f"/{portal.slug}/essai", {"REMOTE_ADDR": address}
        data = {**client.tokens(start), "effectif": "3"}
        return client.open("POST", start, data=data, environ_base=origin).status_code

    assert [tries("203.0.113.7") for _ in range(TRIALS_FROM_A_NETWORK.tries)] == [303] * TRIALS_FROM_A_NETWORK.tries
    assert tries("203.0.113.7") == 429
    assert tries("203.0.113.8") == 303
    assert TRIALS_FROM_A_NETWORK.tries * 2 <= MOST_TRIALS


def test_a_statement_that_is_refused_does_not_write_its_values_in_the_log(portal: Portal) -> None:
    with portal.app.app_context():
        engines = (db.engine, portal.database.engine)
    for engine in engines:
        with engine.connect() as connection, pytest.raises(DBAPIError) as refused:
            connection.execute(text("SELECT nowhere WHERE :address"), {"address": "gerante@exemple.fr"})
        assert "gerante" not in str(refused.value)


def test_the_code_sent_to_one_mailbox_does_not_open_the_account_of_another(portal: Portal) -> None:
    firm = portal.establishment()
    portal.person(email="strasse@exemple.fr", establishment_id=firm)
    client, way_in = portal.client(), f"/{portal.slug}/connexion"
    client.post(way_in, {"adresse": "straße@exemple.fr"})
    with portal.database.read(service_id=portal.service.id) as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "straße@exemple.fr")).one()
    found = re.search(r"\b(\d{3}) (\d{3})\b", mail.text)
    assert found is not None
    client.post(f"{way_in}/code", {"code": found[1] + found[2]})
    assert client.get(f"/{portal.slug}/compte").h1 == "Mon compte"
    client.raw("GET", f"/{portal.slug}/e/{firm}/", status=404)


MARKUP = "\"'><xss onfocus=1 autofocus>{{ 7 * 7 }}"


def test_nothing_that_is_typed_becomes_markup_on_any_page(portal: Portal) -> None:
    firm = filled_firm(portal)
    typed: dict[Any, tuple[str, ...]] = {
        EstablishmentRow: ("name", "address", "siret_words"),
        EstablishmentState: ("naf_label", "employer_role"),
        WorkUnitRow: ("name", "activities", "places", "women_men"),
        ChosenActionRow: ("owner", "cost", "indicator", "conditions", "resources", "collective_sought"),
        SituationFactRow: ("words", "in_place"),
        Exchange: ("words", "author_role"),
        Invitation: ("function",),
        Membership: ("function",),
    }
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        for table, names in typed.items():
            for row in uow.scalars(select(table)):
                for name in names:
                    setattr(row, name, MARKUP)
        for row in uow.scalars(select(ChosenActionRow).where(ChosenActionRow.words.is_not(None))):
            row.words = MARKUP
    employer = portal.person(role=Role.EMPLOYER, establishment_id=firm.establishment_id, function=MARKUP)._client
    adviser = portal.person(role=Role.ADVISER, function=MARKUP)._client
    abroad = portal.person(establishment_id=firm.establishment_id, function=MARKUP, language="en")._client
    shown = 0
    for client in (employer, adviser, abroad):
        for endpoint, address in addresses(portal.app, values_of(firm)):
            answer = client.get(address, buffered=True)
            if not (answer.content_type or "").startswith("text/html"):
                continue
            assert answer.status_code < 500, address
            assert "<xss" not in answer.text, endpoint
            tree = html.document_fromstring(answer.text)
            assert not tree.xpath("//*[@onfocus or @autofocus]"), endpoint
            shown += "&lt;xss" in answer.text
    assert shown > 25, shown


def test_no_form_is_taken_without_its_token(portal: Portal) -> None:
    firm = filled_firm(portal)
    client = portal.person(role=Role.EMPLOYER, establishment_id=firm.establishment_id)._client
    taken, tried = [], 0
    for endpoint, address in addresses(portal.app, values_of(firm), "POST"):
        for headers in ({}, {"X-Jalon-Autosave": "1"}, {"Sec-Fetch-Site": "cross-site"}):
            answer = client.post(address, data={"mots": "typed elsewhere"}, headers=headers, buffered=True)
            tried += 1
            if answer.status_code != 400 or "typed elsewhere" in answer.text:
                taken.append(f"{endpoint} {headers}: {answer.status_code}")
    assert taken == []
    assert tried > 90, tried


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//mal.example",
        "https://mal.example",
        "/\\mal.example",
        "\\\\mal.example",
        "/\t/mal.example",
        "javascript:alert(1)",
    ],
)
def test_no_address_of_ours_sends_to_another_site(portal: Portal, elsewhere: str) -> None:
    portal.account("gerante@exemple.fr")
    signed, anonymous = portal.person(), portal.client()
    answers = [
        signed.open("GET", f"/{portal.slug}/connexion", query_string={"suite": elsewhere}),
        anonymous.open("GET", "/langue/en", query_string={"suite": elsewhere}),
        anonymous.open("GET", f"/{portal.slug}/inscription", query_string={"suite": elsewhere}),
    ]
    for answer in answers:
        assert "mal.example" not in answer.headers.get("Location", "")
        if answer.content_type == "text/html; charset=utf-8" and answer.status_code == 200:
            tree = html.document_fromstring(answer.text)
            led = {each.get(name) for each in tree.iter("a", "form", "input") for name in ("href", "action", "value")}
            assert elsewhere not in led


def test_a_try_out_that_could_not_be_kept_is_not_lost(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    client = portal.person()
    started = client.post(f"/{portal.slug}/essai", {"effectif": "3"}).headers["Location"]
    keep = re.sub(r"/themes/.*", "/garder", started)
    data = {**client.tokens(keep), "fonction": "gérante"}

    def busy(*_given: object, **_named: object) -> None:
        raise Busy("another write kept the database locked")

    with monkeypatch.context() as patched:
        patched.setattr("app.web.trial.keep_trial", busy)
        client.raw("POST", keep, status=409, data=data)
    assert client.raw("POST", keep, status=303, data=data).headers["Location"].endswith("/")
    client.raw("GET", started, status=200)


def test_who_closed_an_account_is_on_no_list_and_decides_nothing(portal: Portal) -> None:
    firm = portal.establishment()
    portal.person(email="partie@exemple.fr", establishment_id=firm)
    stays = portal.person(email="reste@exemple.fr", establishment_id=firm)
    gate = Gate(database=portal.database, key="s" * 40, face=face(portal))
    close_account(gate, portal.account("partie@exemple.fr"), at=portal.clock.now, on=portal.today)
    with portal.database.read(service_id=portal.service.id) as session:
        people = people_of(session, firm, on=portal.today)
    assert [person.email for person in people.members] == ["reste@exemple.fr"]
    own = f"/{portal.slug}/e/{firm}/personnes/{people.members[0].membership_id}/retirer"
    stays.post(own, page=f"/{portal.slug}/e/{firm}/personnes")
    stays.raw("GET", f"/{portal.slug}/e/{firm}/", status=200)


def test_search_engines_list_the_entrance_and_no_personal_link(portal: Portal) -> None:
    for path in (f"/{portal.slug}/invitation/{'x' * 43}", f"/{portal.slug}/connexion", f"/{portal.slug}/nulle/part"):
        answer = portal.client().open("GET", path)
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow", path
    assert "X-Robots-Tag" not in portal.client().open("GET", f"/{portal.slug}/").headers


def face(portal: Portal) -> Face:
    with portal.database.read() as session:
        arrival = arrive(session, portal.slug, "", at=portal.clock.now)
    assert arrival is not None
    return arrival.face
