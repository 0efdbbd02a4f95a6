"""Trying without an account, in a browser: begun, resumed, kept; nobody else's."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.membership import Trial
from app.services import trials
from app.web.access import TRIAL_KEY
from tests.engines import service_in
from tests.web.client import StrictClient, words
from tests.web.people import Portal, account, signed_in


def begin(portal: Portal, client: StrictClient, **fields: str) -> UUID:
    """Begins a try-out, and returns its establishment."""
    answer = client.post(f"/{portal.slug}/essai", {"effectif": "4", **fields})
    found = re.fullmatch(rf"/{portal.slug}/e/([0-9a-f-]+)/themes/chaleur", answer.headers["Location"])
    assert found is not None
    return UUID(found[1])


def states(portal: Portal) -> list[EstablishmentState]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(EstablishmentState)))


def attachments(portal: Portal) -> list[str]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(EstablishmentRow.attachment)))


def test_the_page_says_how_long_and_who_sees(portal: Portal) -> None:
    page = portal.client().get(f"/{portal.slug}/essai")
    assert "gardé 30\u00a0jours, pour cet appareil seulement" in page.text
    assert "n’en voit rien" in page.text


def test_a_try_out_begins_with_a_number_and_goes_to_its_theme(portal: Portal) -> None:
    client = portal.client()
    place = begin(portal, client)
    (state,) = states(portal)
    assert (state.establishment_id, state.headcount, state.naf) == (place, 4, "")
    assert attachments(portal) == ["essai"]
    with client.session() as kept:
        assert kept.permanent  # type: ignore[attr-defined]  # a session of Flask
        token = kept[TRIAL_KEY]
    with portal.database.read(service_id=portal.service.id) as session:
        assert token not in set(session.scalars(select(Trial.token_sha256)))


def test_an_activity_is_chosen_among_those_that_answer_to_its_words(portal: Portal) -> None:
    client = portal.client()
    asked = client.post(f"/{portal.slug}/essai", {"effectif": "4", "activite": "boulangerie"}, status=200)
    page = client.read(asked)
    codes = page.tree.xpath("//input[@name='code_naf']/@value")
    assert "10.71C" in codes
    assert codes[-1] == "aucune"
    assert not page.tree.xpath("//input[@name='code_naf'][@checked]")
    assert page.tree.xpath("//input[@name='effectif']/@value") == ["4"]
    begin(portal, client, activite="boulangerie", cherche="boulangerie", code_naf="10.71C")
    assert states(portal)[0].naf == "10.71C"


def test_none_of_the_activities_is_an_answer(portal: Portal) -> None:
    begin(portal, portal.client(), activite="boulangerie", cherche="boulangerie", code_naf="aucune")
    assert states(portal)[0].naf == ""


def test_a_code_is_read_as_it_is_typed(portal: Portal) -> None:
    begin(portal, portal.client(), activite="4391b")
    assert states(portal)[0].naf == "43.91B"


@pytest.mark.parametrize(
    "choice",
    [
        {"cherche": "maçonnerie", "code_naf": "10.71C"},  # other words than those the activities answered to
        {"cherche": "boulangerie", "code_naf": "01.11Z"},  # not among those offered
        {"cherche": "boulangerie", "code_naf": "\x00"},
    ],
)
def test_a_choice_that_was_not_offered_is_asked_again(portal: Portal, choice: dict[str, str]) -> None:
    data = {"effectif": "4", "activite": "boulangerie", **choice}
    client = portal.client()
    page = client.read(client.post(f"/{portal.slug}/essai", data, status=200))
    assert page.tree.xpath("//input[@name='code_naf']")
    assert states(portal) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"effectif": ""}, "Écrivez le nombre de salariés en chiffres, de 1 à 5000."),
        ({"effectif": "0"}, "Écrivez le nombre de salariés en chiffres"),
        ({"effectif": "quatre"}, "Écrivez le nombre de salariés en chiffres"),
        ({"effectif": str(2**63)}, "Écrivez le nombre de salariés en chiffres"),
        ({"effectif": "4", "activite": "xyzxyz qqqq"}, "Aucune activité ne répond à ces mots"),
        ({"effectif": "4", "activite": "a" * 101}, "Écrivez 100 caractères au plus"),
        ({"effectif": "4", "activite": "pain\x00"}, "caractère illisible"),
        ({}, "Écrivez le nombre de salariés en chiffres"),
    ],
)
def test_what_cannot_be_read_is_asked_again_with_what_was_typed(
    portal: Portal, fields: dict[str, str], said: str
) -> None:
    client = portal.client()
    page = client.read(client.post(f"/{portal.slug}/essai", fields, status=422))
    assert said in page.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert page.answer.text.count("<title>Erreur") == 1
    for name, value in fields.items():
        if "\x00" not in value:
            assert page.tree.xpath(f"//input[@name='{name}']/@value") == [value]
    assert states(portal) == []


def test_a_second_try_out_offers_the_first(portal: Portal) -> None:
    client = portal.client()
    place = begin(portal, client)
    page = client.get(f"/{portal.slug}/essai")
    assert page.h1 == "Un essai est déjà commencé ici"
    assert page.links()["Reprendre mon essai"] == f"/{portal.slug}/e/{place}/themes/chaleur"
    assert "24\u00a0décembre\u00a02026" in page.text
    again = client.post(f"/{portal.slug}/essai", {"effectif": "9"}, page=f"/{portal.slug}/essai?nouveau=oui")
    assert again.headers["Location"] == f"/{portal.slug}/essai"  # the form of the first page, sent again by « back »
    assert len(states(portal)) == 1
    warned = client.get(f"/{portal.slug}/essai?nouveau=oui")
    assert "ne pourra plus être rouvert" in warned.text
    client.post(f"/{portal.slug}/essai", {"effectif": "9", "nouveau": "oui"}, page=f"/{portal.slug}/essai?nouveau=oui")
    assert len(states(portal)) == 2


def test_the_door_of_the_entrance_resumes_it_too(portal: Portal) -> None:
    client = portal.client()
    place = begin(portal, client)
    links = client.get(f"/{portal.slug}/").links()
    assert links["Reprendre mon essai"] == f"/{portal.slug}/e/{place}/themes/chaleur"
    assert "Essayer un thème sans compte" not in links


def test_a_try_out_is_opened_by_its_browser_alone(portal: Portal) -> None:
    mine, other = portal.client(), portal.client()
    place, elsewhere = begin(portal, mine), begin(portal, other)
    keep = f"/{portal.slug}/e/{place}/garder"
    mine.get(keep)
    assert other.raw("GET", keep, status=303).headers["Location"].startswith(f"/{portal.slug}/connexion?")
    portal.client().raw("GET", keep, status=303)
    portal.person(establishment_id=portal.establishment()).get(keep, status=404)
    portal.person(role=Role.ADVISER).get(keep, status=404)
    service_in(portal.database, "autre")
    assert mine.raw("GET", f"/autre/e/{place}/garder", status=303).headers["Location"].startswith("/autre/connexion?")
    assert place != elsewhere


def test_a_try_out_ends_after_thirty_days(portal: Portal) -> None:
    client = portal.client()
    place = begin(portal, client)
    portal.clock.forward(days=29)
    client.get(f"/{portal.slug}/e/{place}/garder")
    portal.clock.forward(days=2)
    client.raw("GET", f"/{portal.slug}/e/{place}/garder", status=303)
    assert client.get(f"/{portal.slug}/essai").h1 == "Essayer un thème sans compte"


def test_deciding_in_a_try_out_leads_to_keeping_it(portal: Portal) -> None:
    client = portal.client()
    place = begin(portal, client)
    answer = client.raw("GET", f"/{portal.slug}/e/{place}/personnes", status=303)
    assert answer.headers["Location"] == f"/{portal.slug}/e/{place}/garder"


def test_keeping_asks_for_an_account_and_comes_back(portal: Portal) -> None:
    client = portal.client()
    keep = f"/{portal.slug}/e/{begin(portal, client)}/garder"
    links = client.get(keep).links()
    suite = keep.replace("/", "%2F") if "%2F" in links["Créer mon compte"] else keep
    assert links["Créer mon compte"] == f"/{portal.slug}/inscription?suite={suite}"
    assert links["J’ai déjà un compte"] == f"/{portal.slug}/connexion?suite={suite}"
    tokens = client.tokens(f"/{portal.slug}/essai?nouveau=oui")
    sent = client.raw("POST", keep, status=303, data={**tokens, "fonction": "gérante"})
    assert sent.headers["Location"].startswith(f"/{portal.slug}/inscription?suite=")
    assert attachments(portal) == ["essai"]


def test_an_account_keeps_the_work_and_the_browser_forgets_the_try_out(portal: Portal) -> None:
    client = portal.client()
    place = begin(portal, client)
    with client.session() as kept:
        token = kept[TRIAL_KEY]
    owner = account(portal.database, "gerante@exemple.fr", at=portal.clock.now)
    keeper = signed_in(portal.app, portal.database, owner, at=portal.clock.now)
    with keeper.session() as kept:
        kept[TRIAL_KEY] = token
    keep = f"/{portal.slug}/e/{place}/garder"
    refused = keeper.read(keeper.post(keep, {"fonction": " "}, status=422))
    assert "Écrivez votre fonction" in refused.text
    answer = keeper.post(keep, {"fonction": "gérante"})
    assert answer.headers["Location"] == f"/{portal.slug}/e/{place}/"
    assert attachments(portal) == ["a_rattacher"]
    with keeper.session() as kept:
        assert TRIAL_KEY not in kept
    assert keeper.raw("GET", keep, status=303).headers["Location"] == f"/{portal.slug}/e/{place}/"
    client.raw("GET", keep, status=303)
    with portal.database.read(service_id=portal.service.id) as session:
        assert session.scalars(select(Fact.kind)).all() == ["compte_ouvert"]


def test_a_day_with_too_many_robots_offers_an_account(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "MOST_TRIALS", 1)
    begin(portal, portal.client())
    client = portal.client()
    page = client.read(client.post(f"/{portal.slug}/essai", {"effectif": "4"}, status=429))
    assert words(page.tree.xpath("//main//a")[0]) == "Créer un compte"
