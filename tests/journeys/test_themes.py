"""A theme in a real browser: saved while typing, without scripts, without network, in two tabs, on a narrow phone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from app.models.migrate import upgrade
from tests.journeys.town import read_whole
from tests.services.issuing import example, record
from tests.web.people import Portal, open_portal

pytestmark = pytest.mark.xdist_group("chromium")

PAGES = ("", "reperage", "frequence", "eau_repos", "documents", "situations", "situations/dehors/UT1", "verifier")
_NUMBERS = count(1)
SAVED = re.compile(r"Enregistré à \d+\sh\s\d\d")


@dataclass(frozen=True)
class Place:
    """A portal that listens, with two firms: one that answered everything, one that answered nothing."""

    portal: Portal
    site: str
    full: UUID
    browser: Browser

    def theme(self, firm: UUID) -> str:
        return f"{self.site}/{self.portal.slug}/e/{firm}/themes/chaleur"

    def blank(self) -> UUID:
        """One more firm that answered nothing."""
        said = example("couverture-9")
        place = replace(said.establishment, name=f"Couverture {next(_NUMBERS)}", siret=None)
        none = replace(said, establishment=place, books=(), actions=(), overrides=(), validation=None)
        return record(self.portal.database, self.portal.service, none, at=self.portal.clock.now)

    @contextmanager
    def person(self, firm: UUID, *, width: int = 1280, scripts: bool = True) -> Iterator[BrowserContext]:
        """A browser on which somebody of the firm is signed in."""
        client = self.portal.person(establishment_id=firm)
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, locale="fr-FR", java_script_enabled=scripts
        )
        context.add_cookies([{"name": "jalon", "value": client.cookie("jalon"), "url": self.site}])
        yield context
        context.close()


@pytest.fixture(scope="module")
def place(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("themes")
    address = f"sqlite:///{folder / 'test.sqlite'}"
    upgrade(address)
    with open_portal(address, folder) as portal:
        full = record(portal.database, portal.service, example("couverture-9"), at=portal.clock.now)
        server = make_server("127.0.0.1", 0, read_whole(portal.app), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Place(portal, f"http://127.0.0.1:{server.server_port}", full, browser)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("width", [1280, 360, 320])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible_and_fits_the_screen(place: Place, path: str, width: int) -> None:
    with place.person(place.full, width=width) as context:
        page = context.new_page()
        page.goto(f"{place.theme(place.full)}/{path}".rstrip("/"))
        page.evaluate("document.querySelectorAll('main details').forEach(fold => { fold.open = true })")
        rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
        found = Axe().run(page, options=rules)
        assert found.violations_count == 0, found.generate_report()
        seen, needed = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
        assert needed <= seen
        if width < 700:
            assert page.evaluate(SMALL) == []


SMALL = """() => [...document.querySelectorAll(
        'main a, main button, main .jl-trail > li, main .jl-answers .govuk-radios__label')]
    .filter(node => getComputedStyle(node).display !== 'inline' && !node.matches('.jl-trail a'))
    .filter(node => node.getBoundingClientRect().height)
    .map(node => [node.textContent.trim(), node.getBoundingClientRect().height])
    .filter(([_, height]) => height < 44)"""


def test_an_answer_is_saved_while_one_answers_and_again_by_the_button(place: Place) -> None:
    firm = place.blank()
    with place.person(firm) as context:
        page = context.new_page()
        page.goto(f"{place.theme(firm)}/reperage")
        expect(page.locator(".jl-saved")).not_to_contain_text("Enregistré")
        page.get_by_label("Aucune de ces situations").check()
        page.get_by_label("On travaille physiquement dehors").check()
        expect(page.get_by_label("Aucune de ces situations")).not_to_be_checked()
        expect(page.locator(".jl-saved")).to_have_text(SAVED)
        page.goto(f"{place.theme(firm)}/reperage")
        expect(page.get_by_label("On travaille physiquement dehors")).to_be_checked()
        page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Qui, et à quelle fréquence"))
        page.go_back()
        expect(page.get_by_label("On travaille physiquement dehors")).to_be_checked()


def test_the_whole_theme_is_answered_without_scripts(place: Place) -> None:
    firm = place.blank()
    with place.person(firm, width=360, scripts=False) as context:
        page = context.new_page()
        page.goto(place.theme(firm))
        page.get_by_role("link", name="Commencer").click()
        page.get_by_label("On travaille physiquement dehors").check()
        page.get_by_role("button", name="Enregistrer et continuer").click()
        page.get_by_role("group", name="Couvreurs, 6").get_by_label("Tous les jours").check()
        steps = 0
        while page.get_by_role("button", name="Enregistrer et continuer").count():
            steps += 1
            assert steps < 20
            page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier vos réponses")
        expect(page.locator("main")).to_contain_text("Sans réponse")
        page.get_by_role("button", name="Terminer ce thème").click()
        expect(page).to_have_url(re.compile(r"/plan$"))


def test_what_is_typed_without_network_leaves_when_it_is_back(place: Place) -> None:
    firm = place.blank()
    with place.person(firm) as context:
        page = context.new_page()
        page.goto(f"{place.theme(firm)}/reperage")
        context.set_offline(True)
        page.get_by_label("On travaille physiquement dehors").check()
        expect(page.locator(".jl-saved")).to_contain_text("connexion perdue")
        context.set_offline(False)
        expect(page.locator(".jl-saved")).to_have_text(SAVED, timeout=15_000)
        page.reload()
        expect(page.get_by_label("On travaille physiquement dehors")).to_be_checked()


def test_two_tabs_show_both_answers_and_let_one_choose(place: Place) -> None:
    firm = place.blank()
    with place.person(firm) as context:
        first, second = context.new_page(), context.new_page()
        first.goto(f"{place.theme(firm)}/reperage")
        first.get_by_label("On travaille physiquement dehors").check()
        expect(first.locator(".jl-saved")).to_have_text(SAVED)
        for tab in (first, second):
            tab.goto(f"{place.theme(firm)}/organisation")
        _answer(first, "Oui")
        expect(first.locator(".jl-saved")).to_have_text(SAVED)
        _answer(second, "Non")
        expect(second.locator(".jl-saved")).to_contain_text("Rien n’a été remplacé")
        second.get_by_role("button", name="Voir les deux réponses").click()
        block = second.locator("#ch_plan_par_niveau-deux")
        expect(block).to_contain_text("Oui")
        expect(block).to_contain_text("Non")
        expect(second.locator("input[name='ch_plan_par_niveau']:checked")).to_have_count(0)
        with second.expect_response(lambda answer: answer.request.method == "POST"):
            _answer(second, "En partie")
        first.reload()
        expect(first.locator("#ch_plan_par_niveau-partiellement")).to_be_checked()


def _answer(page: Page, words: str) -> None:
    page.locator("#ch_plan_par_niveau-bloc").get_by_label(words, exact=True).first.check()


def test_the_keyboard_goes_through_a_page(place: Place) -> None:
    firm = place.blank()
    with place.person(firm) as context:
        page = context.new_page()
        page.goto(f"{place.theme(firm)}/reperage")
        page.locator("#ch_situations_exposantes").focus()
        page.keyboard.press("Space")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == "Enregistrer et continuer":
                break
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Qui, et à quelle fréquence"))
