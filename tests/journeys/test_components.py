"""The components in a real browser, and the script that saves while typing: no network, double tap, crash, sign-in."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect
from werkzeug.serving import make_server

from tests.journeys.town import read_whole
from tests.web.gallery import Book, make_gallery

pytestmark = pytest.mark.xdist_group("chromium")

PAGES = ("galerie", "formulaire", "erreurs", "essai", "simple", "saisie", "refus/404", "rejouer/session")
WIDTHS = pytest.mark.parametrize("page", [1280, 360, 320], indirect=True)
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def book() -> Book:
    """What the typing page keeps; each test that types empties it first."""
    return Book()


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory, book: Book) -> Iterator[str]:
    """Address of the gallery."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = make_gallery(tmp_path_factory.mktemp("gallery"), book=book, colour="#7a1f4b")
    server = make_server("127.0.0.1", 0, read_whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/garrigues/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def typing(page: Page, gallery: str, book: Book) -> Page:
    """The typing page, nothing typed yet."""
    book.mots, book.answer = "", None
    book.saves.clear()
    book.posts.clear()
    page.goto(gallery + "saisie")
    return page


def status(page: Page) -> str:
    """What the page says of its saving."""
    return page.locator(".jl-saved").inner_text().replace("\u00a0", " ").replace("\u202f", " ")


def wait_for(page: Page, said: str) -> None:
    """Wait until the page says so."""
    expect(page.locator(".jl-saved")).to_contain_text(said.replace(" h ", "\u00a0h\u00a0"))


@WIDTHS
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(page: Page, gallery: str, path: str) -> None:
    page.goto(gallery + path)
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    seen, needed = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
    assert needed <= seen


@pytest.mark.parametrize("page", [360], indirect=True)
@pytest.mark.parametrize("path", ["galerie", "erreurs", "simple"])
def test_a_thumb_can_hit_everything(page: Page, gallery: str, path: str) -> None:
    page.goto(gallery + path)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, summary, button, input:not([type=hidden]), select, textarea')]
            .filter(node => node.offsetParent && getComputedStyle(node).display !== 'inline')
            .filter(node => !node.closest('.govuk-skip-link, .jl-trail a'))
            .map(node => [node.textContent.trim() || node.name, node.getBoundingClientRect().height])
            .filter(([_, height]) => height < 43.5)"""
    )
    assert small == []


def test_the_summary_of_errors_has_the_focus_and_leads_to_the_field(page: Page, gallery: str) -> None:
    page.goto(gallery + "erreurs")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"
    page.get_by_role("link", name="Corrigez « À quelle fréquence").click()
    assert page.evaluate("document.activeElement.id") == "frequence"


def test_typing_is_saved_once_and_its_time_told(typing: Page, book: Book) -> None:
    typing.get_by_label("Avec vos mots").press_sequentially("De l'eau fraîche", delay=20)
    wait_for(typing, "Enregistré à 20 h 42")
    typing.get_by_label("Oui", exact=True).check()
    expect(typing.locator("[name=base]")).to_have_value("m2")
    assert [save["mots"] for save in book.saves] == [["De l'eau fraîche"]] * 2, "one request a pause, not a key"
    assert book.saves[1]["base"] == ["m1"], "the mark follows what was saved"
    assert "bouton" not in book.saves[0]


def test_a_box_that_excludes_the_others(typing: Page, book: Book) -> None:
    typing.get_by_label("Eau fraîche").check()
    typing.get_by_label("Abri ou ombre").check()
    typing.get_by_label("Rien pour le moment").check()
    assert not typing.get_by_label("Eau fraîche").is_checked()
    assert not typing.get_by_label("Abri ou ombre").is_checked()
    typing.get_by_label("Abri ou ombre").check()
    assert not typing.get_by_label("Rien pour le moment").is_checked()
    wait_for(typing, "Enregistré à")
    assert book.saves[-1]["mesures"] == ["abri"]


def test_a_lost_network_keeps_the_words_and_sends_them_when_it_is_back(typing: Page, book: Book) -> None:
    typing.context.set_offline(True)
    typing.get_by_label("Avec vos mots").fill("Sans réseau")
    wait_for(typing, "connexion perdue")
    assert book.saves == []
    typing.context.set_offline(False)
    wait_for(typing, "Enregistré à 20 h 42")
    assert book.mots == "Sans réseau"


def test_leaving_warns_only_while_something_is_unsaved(typing: Page, gallery: str, book: Book) -> None:
    warned: list[str] = []

    def leave(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.accept()

    typing.on("dialog", leave)
    typing.get_by_label("Avec vos mots").fill("Gardé")
    wait_for(typing, "Enregistré à")
    typing.goto(gallery + "simple")
    assert warned == []
    typing.goto(gallery + "saisie")
    book.answer = {}, 500
    typing.get_by_label("Avec vos mots").fill("Pas gardé")
    wait_for(typing, "Pas encore enregistré")
    typing.goto(gallery + "simple")
    assert warned == ["beforeunload"]


def test_words_left_unsaved_are_offered_back(typing: Page, gallery: str, book: Book) -> None:
    typing.on("dialog", lambda dialog: dialog.accept())
    book.answer = {}, 500
    typing.get_by_label("Avec vos mots").fill("Presque perdu")
    typing.get_by_label("Non", exact=True).check()
    wait_for(typing, "Pas encore enregistré")
    typing.goto(gallery + "saisie")
    book.answer = None
    typing.get_by_role("button", name="Les reprendre").click()
    assert typing.get_by_label("Avec vos mots").input_value() == "Presque perdu"
    assert typing.get_by_label("Non", exact=True).is_checked()
    wait_for(typing, "Enregistré à")
    assert book.mots == "Presque perdu"
    typing.reload()
    expect(typing.get_by_role("button", name="Les reprendre")).to_have_count(0)


def test_an_ended_session_keeps_the_words_and_says_where_to_sign_in(typing: Page, book: Book) -> None:
    book.answer = {"sign_in": "/garrigues/connexion"}, 401
    typing.get_by_label("Avec vos mots").fill("Longue pause")
    wait_for(typing, "Votre session a pris fin.")
    way = typing.get_by_role("link", name="Se reconnecter dans un nouvel onglet")
    assert way.get_attribute("href") == "/garrigues/connexion"
    with typing.context.expect_page() as opened:
        way.click()
    opened.value.close()
    assert typing.get_by_label("Avec vos mots").input_value() == "Longue pause"
    book.answer = None
    typing.evaluate("dispatchEvent(new Event('focus'))")
    wait_for(typing, "Enregistré à")
    assert book.mots == "Longue pause"


def test_a_new_token_is_taken_from_the_answer(typing: Page, book: Book) -> None:
    book.answer = {"csrf_token": "frais"}, 400
    typing.get_by_label("Avec vos mots").fill("Jeton passé")
    wait_for(typing, "Pas encore enregistré")
    assert typing.locator("main [name=csrf_token]").input_value() == "frais"


def test_a_refused_save_points_to_the_button(typing: Page, book: Book) -> None:
    book.answer = {}, 413
    typing.get_by_label("Avec vos mots").fill("Trop long")
    wait_for(typing, "Le bouton en bas de la page enregistre")


def test_two_answers_are_told_and_shown_by_the_page_itself(typing: Page, book: Book) -> None:
    book.answer = {"saved": "20 h 42", "marks": {}, "conflicts": ["mots"], "faults": {}}, 200
    typing.get_by_label("Avec vos mots").fill("Autre avis")
    wait_for(typing, "Rien n’a été remplacé.")
    with typing.expect_navigation():
        typing.get_by_role("button", name="Voir les deux réponses").click()
    assert book.posts[0]["mots"] == ["Autre avis"], "the page itself shows both: nothing typed is thrown away"


def test_a_fault_is_not_called_saved(typing: Page, book: Book) -> None:
    book.answer = {"saved": "20 h 42", "marks": {}, "conflicts": [], "faults": {"mots": "Trop court"}}, 200
    typing.get_by_label("Avec vos mots").fill("x")
    wait_for(typing, "sauf ce qui reste à corriger")


def test_a_double_tap_sends_once(typing: Page, book: Book) -> None:
    typing.get_by_label("Avec vos mots").fill("Vite")
    wait_for(typing, "Enregistré à")
    with typing.expect_navigation():
        typing.get_by_role("button", name="Enregistrer et continuer").dblclick()
    assert [post["bouton"] for post in book.posts] == [["continuer"]]
    typing.go_back()
    assert typing.get_by_role("button", name="Enregistrer et continuer").is_enabled()


def test_the_button_waits_for_the_save_on_its_way(typing: Page, book: Book) -> None:
    with typing.expect_request("**/saisie/auto"):
        typing.get_by_label("Avec vos mots").fill("En vol")
    with typing.expect_navigation():
        typing.get_by_role("button", name="Enregistrer et continuer").click()
    expect(typing.get_by_label("Avec vos mots")).to_have_value("En vol")
    assert book.posts[0]["base"] == [book.mark], "sent with the mark the save brought back"
    assert book.posts[0]["bouton"] == ["continuer"], "and with the button that was pressed"
