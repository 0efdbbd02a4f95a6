"""The queue of an adviser: the order and its reasons, the filters, and who follows a case."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.advice import AdviceCase
from app.models.establishment import EstablishmentRow
from app.models.membership import Membership
from app.services.submissions import ask_help
from tests.web.client import Page, StrictClient, words
from tests.web.opened import plain, refreshed, roofer, submitted, theme_act
from tests.web.people import Portal


@pytest.fixture
def firm(portal: Portal) -> UUID:
    place = roofer(portal)
    submitted(portal, place)
    return place


def queue(portal: Portal, query: str = "", *, client: StrictClient | None = None) -> Page:
    asked = client or portal.person(role=Role.ADVISER, function="ergonome")
    return asked.get(f"/{portal.slug}/service/file{query}")


def names(page: Page) -> list[str]:
    return [words(link) for link in page.tree.xpath("//table[contains(@class, 'jl-queue')]//tbody//th/a")]


def holder(portal: Portal, firm: UUID) -> UUID | None:
    with portal.database.read(service_id=portal.service.id) as session:
        return session.scalar(select(AdviceCase.assigned_to).where(AdviceCase.establishment_id == firm))


def helped(portal: Portal, name: str, *, siret: str = "") -> UUID:
    place = portal.establishment(name, siret=siret)
    ask_help(portal.database, theme_act(portal, place), words="")
    return place


def test_a_row_says_why_now_its_priorities_its_visit_and_since_when(portal: Portal, firm: UUID) -> None:
    portal.clock.forward(days=3)
    page = queue(portal)
    assert "1 entreprise à regarder" in plain(words(page.tree.xpath("//main")[0]))
    row = plain(words(page.tree.xpath("//table//tbody/tr")[0]))
    for part in ("À relire : Chaleur", "situations graves", "agir sans attendre", "Jamais", "3 jours", "Prendre"):
        assert part in row


def test_an_empty_queue_says_when_a_firm_arrives_there(portal: Portal) -> None:
    portal.establishment()
    text = words(queue(portal).tree.xpath("//main")[0])
    assert "Rien n’attend le service" in text
    assert "ses réponses restent chez elle" in text


def test_filters_keep_to_what_they_say_and_offer_the_way_back(portal: Portal, firm: UUID) -> None:
    helped(portal, "Boulangerie")
    assert len(names(queue(portal))) == 2
    assert names(queue(portal, "?motif=aide")) == ["Boulangerie"]
    assert names(queue(portal, "?motif=relecture")) != ["Boulangerie"]
    assert names(queue(portal, "?cherche=boul&theme=chaleur&visite=jamais&qui=personne")) == ["Boulangerie"]
    nothing = queue(portal, "?cherche=rien")
    assert "Aucune entreprise pour ces filtres" in words(nothing.tree.xpath("//main")[0])


@pytest.mark.parametrize(
    "query", ["?theme=%00&motif=' OR 1", "?page=99999999", "?page=-1", "?cherche=%F0%9F%98%80%00" + "x" * 3000]
)
def test_anything_in_the_address_is_a_page(portal: Portal, firm: UUID, query: str) -> None:
    queue(portal, query)


def test_fifty_firms_a_page_and_a_way_to_the_next(portal: Portal) -> None:
    for number in range(51):
        helped(portal, f"Firme {number:02}")
    first = queue(portal)
    assert len(names(first)) == 50
    second = queue(portal, "?page=2")
    assert len(names(second)) == 1
    assert words(second.tree.xpath("//*[@class='jl-needn']")[0]) == "51"


def test_my_sectors_come_by_default_and_all_of_them_on_demand(portal: Portal, firm: UUID) -> None:
    other = helped(portal, "Ailleurs")
    client = portal.person(role=Role.ADVISER, function="ergonome", email="nord@service.example")
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.get_one(EstablishmentRow, firm).sector = "Nord"
        uow.get_one(EstablishmentRow, other).sector = "Sud"
        for row in uow.scalars(select(Membership).where(Membership.function == "ergonome")):
            row.sectors = '["Nord"]'
    assert names(queue(portal, client=client)) == ["Couverture d’exemple"]
    assert len(names(queue(portal, "?secteurs=tous", client=client))) == 2


def test_a_case_is_taken_given_back_and_taken_by_another_who_is_told(portal: Portal, firm: UUID) -> None:
    first = portal.person(role=Role.ADVISER, function="ergonome", email="a@service.example")
    second = portal.person(role=Role.ADVISER, function="infirmière", email="b@service.example")
    address, page = f"/{portal.slug}/service/dossier/{firm}", f"/{portal.slug}/service/file"
    late = second.tokens(page)
    first.post(f"{address}/prendre", {"retour": "file"}, page=page)
    mine = holder(portal, firm)
    assert mine is not None
    told = second.follow(second.raw("POST", f"{address}/prendre", status=303, data={**late, "retour": "file"}))
    assert "Ce dossier est suivi par ergonome (a@service.example)" in words(told.tree)
    assert holder(portal, firm) == mine
    second.raw("POST", f"{address}/rendre", status=303, data=late)
    assert holder(portal, firm) == mine
    first.post(f"{address}/rendre", page=page)
    assert holder(portal, firm) is None


def test_a_case_is_handed_to_a_colleague_from_its_own_page(portal: Portal, firm: UUID) -> None:
    client = portal.person(role=Role.ADVISER, function="ergonome", email="a@service.example")
    portal.person(role=Role.ADVISER, function="infirmière", email="b@service.example")
    address = f"/{portal.slug}/service/dossier/{firm}/confier"
    page = client.get(address)
    options = dict(zip(page.tree.xpath("//option/text()"), page.tree.xpath("//option/@value"), strict=True))
    to = next(value for text, value in options.items() if "infirmière" in text)
    client.post(address, {"a": to, "vu": ""})
    assert str(holder(portal, firm)) == to
    stale = client.post(address, {"a": next(v for t, v in options.items() if t == "Moi"), "vu": ""})
    assert "infirmière (b@service.example)" in words(client.follow(stale).tree)
    assert str(holder(portal, firm)) == to
    for wrong in ("", "x", str(uuid4()), "\x00"):
        client.post(address, {"a": wrong, "vu": to})
    assert str(holder(portal, firm)) == to


def test_the_queue_sends_ten_statements_at_most_whatever_its_length(portal: Portal, firm: UUID) -> None:
    client = portal.person(role=Role.ADVISER, function="ergonome")
    for number in range(12):
        helped(portal, f"Firme {number:02}")
    refreshed(portal, firm)
    queue(portal, client=client)
    with portal.statements() as sent:
        queue(portal, client=client)
    assert len(sent) <= 10


def test_an_adviser_lands_on_the_queue_and_an_administrator_on_the_firms(portal: Portal) -> None:
    address = f"/{portal.slug}/mes-entreprises"
    landing = {
        role: portal.person(role=role, function="x").raw("GET", address, status=303).location
        for role in (Role.ADVISER, Role.ADMIN)
    }
    assert landing[Role.ADVISER].endswith("/service/file")
    assert landing[Role.ADMIN].endswith("/service/")
