"""The thread on its page: what waits, what is answered, what comes back when the answer is wrong."""

from __future__ import annotations

from app.domain.roles import Role
from tests.web.client import words
from tests.web.filled import filled_firm
from tests.web.people import Portal


def thread(portal: Portal, firm_id: object) -> str:
    return f"/{portal.slug}/e/{firm_id}/echanges"


def test_a_request_is_seen_first_on_the_hub_then_answered(portal: Portal) -> None:
    firm = filled_firm(portal)
    client = portal.person(establishment_id=firm.establishment_id)
    hub = client.get(f"/{portal.slug}/e/{firm.establishment_id}/")
    assert "Où se prend l’eau l’après-midi" in hub.text
    address = thread(portal, firm.establishment_id)
    page = client.get(address)
    assert page.h1 == "Échanges avec votre service"
    prefix = f"m{firm.exchange_id.hex[:8]}-"
    answer = client.post(
        f"{address}/{firm.exchange_id}",
        {f"{prefix}reponse": "Une glacière par fourgon.", f"{prefix}fait": "oui"},
        page=address,
    )
    after = client.follow(answer)
    assert "Une glacière par fourgon." in after.text
    assert "Réglé" in after.text
    assert "Où se prend l’eau" not in client.get(f"/{portal.slug}/e/{firm.establishment_id}/").text


def test_an_empty_answer_comes_back_with_its_fault(portal: Portal) -> None:
    firm = filled_firm(portal)
    client = portal.person(establishment_id=firm.establishment_id)
    address = thread(portal, firm.establishment_id)
    answer = client.post(f"{address}/{firm.exchange_id}", {}, page=address, status=422)
    page = client.read(answer)
    (fault,) = page.tree.xpath("//*[contains(@class, 'govuk-error-summary')]//a")
    assert words(fault) == "Écrivez votre réponse, ou cochez «\u202fC’est fait\u202f»."
    assert page.tree.xpath(f"//*[@id='{fault.get('href')[1:]}' and @aria-invalid='true']")


def test_the_question_is_one_tap_away(portal: Portal) -> None:
    firm = filled_firm(portal)
    client = portal.person(establishment_id=firm.establishment_id)
    page = client.get(thread(portal, firm.establishment_id))
    links = [address for text, address in page.links().items() if text.startswith("Revoir cette réponse")]
    assert links == [f"/{portal.slug}/e/{firm.establishment_id}/themes/chaleur/eau_repos#ch_eau_fraiche-bloc"]
    client.get(links[0])


def test_without_a_message_the_page_says_what_it_is_for(portal: Portal) -> None:
    firm = portal.establishment()
    page = portal.person(establishment_id=firm).get(thread(portal, firm))
    assert "Aucun message" in page.text


def test_a_reader_reads_and_does_not_answer(portal: Portal) -> None:
    firm = filled_firm(portal)
    client = portal.person(role=Role.READER, establishment_id=firm.establishment_id)
    page = client.get(thread(portal, firm.establishment_id))
    assert not page.tree.xpath("//main//form")
    hub = f"/{portal.slug}/e/{firm.establishment_id}/"
    client.post(f"{thread(portal, firm.establishment_id)}/{firm.exchange_id}", {}, page=hub, status=403)


def test_the_hub_and_the_thread_send_at_most_ten_statements(portal: Portal) -> None:
    firm = filled_firm(portal, file="couverture-9.toml")
    client = portal.person(establishment_id=firm.establishment_id)
    for address in (f"/{portal.slug}/e/{firm.establishment_id}/", thread(portal, firm.establishment_id)):
        with portal.statements() as sent:
            client.get(address)
        assert len(sent) <= 10, address
