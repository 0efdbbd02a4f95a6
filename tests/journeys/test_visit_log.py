"""A visit noted on a phone, in the car park: from the firm to « Noté », counted in taps, keys and seconds."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from app.domain.roles import Role
from app.domain.typography import french_date
from app.models.fact import Fact
from app.models.membership import Membership
from tests.journeys.town import Eyes, Hands, Town

pytestmark = pytest.mark.xdist_group("chromium")


@contextmanager
def adviser(town: Town, *, scripts: bool = True) -> Iterator[BrowserContext]:
    """A phone on which an adviser is signed in; her trade is known to the service."""
    client = town.portal.person(role=Role.ADVISER, function="ergonome")
    with town.portal.database.unit_of_work(service_id=town.portal.service.id) as uow:
        for row in uow.scalars(select(Membership).where(Membership.role == Role.ADVISER.value)):
            row.profession = "ergonome"
    with town.visitor(width=360, scripts=scripts) as context:
        context.add_cookies([{"name": "jalon", "value": client.cookie("jalon"), "url": town.site}])
        yield context


def logged(town: Town, firm: UUID) -> list[Fact]:
    with town.portal.database.read(service_id=town.portal.service.id) as session:
        query = select(Fact).where(Fact.kind == "acte_note", Fact.establishment_id == firm)
        return list(session.scalars(query.order_by(Fact.recorded_at)))


def name_of(page: Page) -> str:
    return page.locator("label[for^=entreprise]").first.inner_text()


def test_a_visit_is_noted_from_the_case_in_four_taps(town: Town) -> None:
    firm, eyes = town.firm(), Eyes(widths=(360, 320), narrow=(), apart="^$")
    with adviser(town) as context:
        hands = Hands(context.new_page())
        page = hands.page
        page.goto(f"{town.entrance}service/dossier/{firm}")
        begun = time.monotonic()
        hands.follow("Noter un acte")
        hands.tap(page.locator("input[name=categorie][value=visite_entreprise]"))
        hands.tap(page.locator("input[name=minutes][value='60']"))
        hands.send("Noter")
        took = time.monotonic() - begun
        assert page.locator("#note h2").inner_text().strip() == "Noté"
        print(f"a visit from the case: {hands.taps} taps, {hands.keys} keys, {took:.1f} s of the machine")
        assert (hands.taps, hands.keys) == (4, 0)
        eyes.look(page)
        hands.follow("Revenir au dossier")
        visited = page.locator("dt", has_text="Dernière visite").locator("xpath=following-sibling::dd[1]").inner_text()
        assert visited.replace("\u00a0", " ") == french_date(town.portal.today)
        page.goto(f"{town.entrance}service/journal/noter?firm={firm}")
        eyes.look(page)
        page.goto(f"{town.entrance}service/journal")
        hands.follow(re.compile("^Corriger"))
        eyes.look(page)
        hands.tap(page.locator("input[name=minutes][value='90']"))
        hands.send("Enregistrer la correction")
        assert page.locator("del").count() == 1
    assert not eyes.faults, "\n\n".join(eyes.faults)
    assert [fact.minutes for fact in logged(town, firm)] == [60, 90]
    assert {fact.format for fact in logged(town, firm)} == {"sur_site"}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_firm_is_searched_and_the_visit_noted_with_the_day_before(town: Town, *, scripts: bool) -> None:
    firm = town.firm()
    with adviser(town, scripts=scripts) as context:
        hands = Hands(context.new_page())
        page = hands.page
        page.goto(f"{town.entrance}service/journal/noter?firm={firm}")
        name = name_of(page)
        page.goto(f"{town.entrance}service/journal")
        hands.follow("Noter un acte")
        begun = time.monotonic()
        hands.write(page.get_by_label("Nom ou SIRET de l’entreprise"), name)
        hands.send("Chercher")
        hands.tap(page.locator(f"input[name=entreprise][value='{firm}']"))
        hands.tap(page.locator("input[name=categorie][value=visite_entreprise]"))
        hands.tap(page.locator("input[name=jour]").nth(1))
        hands.tap(page.locator("input[name=minutes][value=autre]"))
        hands.write(page.get_by_label("Durée en minutes"), "50")
        hands.send("Noter")
        took = time.monotonic() - begun
        print(f"a visit with a search: {hands.taps} taps, {hands.keys} keys, {took:.1f} s of the machine")
        assert page.locator("#note h2").inner_text().strip() == "Noté"
    (fact,) = logged(town, firm)
    assert (fact.minutes, (town.portal.today - fact.happened_on).days) == (50, 1)


def test_a_session_is_noted_with_who_came(town: Town) -> None:
    firm, eyes = town.firm(), Eyes(widths=(360, 320), narrow=(), apart="^$")
    with adviser(town) as context:
        hands = Hands(context.new_page())
        page = hands.page
        page.goto(f"{town.entrance}service/journal/noter?firm={firm}")
        name = name_of(page)
        page.goto(f"{town.entrance}service/seances")
        eyes.look(page)
        hands.follow("Noter une séance")
        hands.write(page.get_by_label("Titre de la séance"), "Chaleur, atelier")
        hands.tap(page.locator("input[name=categorie][value=atelier]"))
        hands.tap(page.locator("input[name=minutes][value='120']"))
        hands.write(page.get_by_label("Nom ou SIRET de l’entreprise"), name)
        hands.send("Chercher")
        hands.send(f"Ajouter {name}")
        hands.write(page.get_by_label("Employeurs"), "1")
        hands.write(page.get_by_label("Salariés"), "3")
        eyes.look(page)
        hands.send("Enregistrer la séance")
        eyes.look(page)
        assert page.get_by_role("heading", level=1).inner_text() == "Chaleur, atelier"
        assert "4" in page.locator(".jl-fig").first.inner_text()
        print(f"a session with one firm: {hands.taps} taps, {hands.keys} keys")
    assert not eyes.faults, "\n\n".join(eyes.faults)
