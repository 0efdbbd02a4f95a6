"""From the first page to the receipt: one signs up, answers a theme, takes two actions, validates and hands over."""

from __future__ import annotations

import re
import time
from io import BytesIO
from itertools import count
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page

from tests.journeys.town import THEME, Eyes, Hands, Town
from tests.services.issuing import example
from tests.web.walking import Filled, wanted

pytestmark = pytest.mark.xdist_group("chromium")

FIRM = example("boulangerie-4")
_NUMBERS = count(1)

UNITS: tuple[Filled, ...] = (
    {"nom": "Fournil", "particularites": ["nuit"], "total": "2", "apprentis": "1"},
    {"nom": "Vente", "total": "2"},
)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("width", [1280, 360])
def test_from_the_door_to_the_receipt(town: Town, width: int, *, scripts: bool) -> None:
    eyes = Eyes(widths=(360, 320), narrow=()) if width == 360 else Eyes(widths=(1280,), narrow=(640,))
    with town.visitor(width=width, scripts=scripts) as context:
        hands = Hands(context.new_page())
        for step in (enter, describe, answer_theme, choose, decide, hand_over):
            step(town, hands, eyes if scripts else Eyes(widths=(), narrow=(), apart="."))
    assert not eyes.faults, "\n\n".join(eyes.faults)
    if scripts:
        assert len(eyes.seen) >= 14, eyes.seen


def enter(town: Town, hands: Hands, eyes: Eyes) -> None:
    """Signs up with an address and a code."""
    email, page = f"boulanger{next(_NUMBERS)}@exemple.fr", hands.page
    page.goto(town.entrance)
    eyes.look(page)
    hands.follow("Commencer")
    eyes.look(page)
    hands.write(page.get_by_label("Adresse e-mail"), email)
    hands.send("Recevoir mon code")
    eyes.look(page)
    hands.write(page.get_by_label("Code"), town.last_code(email))
    hands.send("Continuer")
    eyes.look(page)
    hands.follow("Plus tard")
    eyes.look(page)


def describe(town: Town, hands: Hands, eyes: Eyes) -> None:
    """Describes the firm and its two units."""
    page = hands.page
    hands.follow("Décrire mon entreprise")
    eyes.look(page)
    hands.fill({"nom": "Boulangerie d'exemple", "cherche": "boulanger"})
    hands.send("Chercher mon activité")
    hands.fill({"activite": "10.71C", "effectif": "4", "cse": "aucun", "fonction": "boulanger, gérant"})
    eyes.look(page)
    hands.send("Enregistrer et continuer")
    for unit in UNITS:
        eyes.look(page)
        hands.follow("Ajouter une unité vide")
        hands.fill(unit)
        eyes.look(page)
        hands.send("Enregistrer")
    hands.follow("Continuer")
    eyes.look(page)


def answer_theme(town: Town, hands: Hands, eyes: Eyes) -> None:
    """Answers the theme as the example does, and says what it took."""
    page = hands.page
    said = wanted(THEME, FIRM.books[0], FIRM.establishment.units)
    hands.follow(re.compile("^Commencer"))
    before, begun = (hands.taps, hands.keys, hands.pages), time.monotonic()
    hands.follow(re.compile("^Commencer"))
    while not page.url.endswith("/verifier"):
        assert hands.pages < 60, page.url
        hands.fill(said)
        hands.send("Enregistrer et continuer")
    assert "Sans réponse" in page.locator("main").inner_text()
    hands.send("Terminer ce thème")
    eyes.look(page)
    taps, keys, pages = (now - then for now, then in zip((hands.taps, hands.keys, hands.pages), before, strict=True))
    took = time.monotonic() - begun
    print(f"chaleur, {page.viewport_size}: {pages} pages, {taps} taps, {keys} keys, {took:.1f} s of the machine")
    assert taps < 120


def choose(town: Town, hands: Hands, eyes: Eyes) -> None:
    """Takes the two first steps."""
    page = hands.page
    for left in (2, 1):
        assert page.get_by_role("button", name="Retenir cette action").count() == left
        hands.send("Retenir cette action")
    eyes.look(page)


def decide(town: Town, hands: Hands, eyes: Eyes) -> None:
    """Takes the project away, validates, takes version 1 away."""
    page = hands.page
    with page.expect_navigation():
        page.get_by_role("navigation").get_by_role("link", name="Document").first.click()
    eyes.look(page)
    project = downloaded(page, "Télécharger le Word")
    assert "PROJET" in project
    assert "Version 1" not in project
    hands.follow("Valider cette version")
    eyes.look(page)
    hands.send("Valider cette version")
    assert page.title().startswith("Erreur")
    hands.fill({"declencheur": "information", "motif": "33 °C relevés au fournil en juillet 2026"})
    hands.send("Valider cette version")
    eyes.look(page)
    version = downloaded(page, re.compile("Word"))
    assert re.search(r"[Vv]ersion\s1", version)
    assert "PROJET" not in version
    assert "33 °C relevés au fournil en juillet 2026" in version.replace("\u202f", " ").replace("\u00a0", " ")


def hand_over(town: Town, hands: Hands, eyes: Eyes) -> None:
    """Hands the version over, and gets a receipt."""
    page = hands.page
    with page.expect_navigation():
        page.get_by_role("navigation").get_by_role("link", name="Document").first.click()
    hands.follow(re.compile("^Transmettre"))
    eyes.look(page)
    hands.send("Transmettre à mon SPSTI")
    eyes.look(page)
    receipt = page.get_by_role("heading", level=1).inner_text()
    assert re.fullmatch(rf"Reçu n°\s{town.portal.today:%Y-%m%d}-\d{{4}}", receipt), receipt


def downloaded(page: Page, name: str | re.Pattern[str]) -> str:
    """Every word of the Word file behind a link, headers and footers included."""
    with page.expect_download() as started:
        page.locator("main").get_by_role("link", name=name).first.click()
    document = Document(BytesIO(Path(started.value.path()).read_bytes()))
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
        parts += [section.first_page_header._element, section.first_page_footer._element]
    return "\n".join("".join(node.itertext()) for node in parts)
