"""What happens to people while they answer: nothing they typed is lost, and nothing is done twice.

Lost network, two tabs of one person and the button « back » while answering: tests/journeys/test_themes.py.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.town import THEME, Hands, Town, names_of
from tests.services.issuing import example
from tests.web.walking import wanted

pytestmark = pytest.mark.xdist_group("chromium")

SECTION = "themes/chaleur/eau_repos"
QUESTION = "ch_eau_fraiche"
SAVED = re.compile(r"Enregistré à \d+\sh\s\d\d")
FIRM = example("boulangerie-4")
SAID = wanted(THEME, FIRM.books[0], FIRM.establishment.units)


def answer(page: Page, value: str) -> None:
    page.locator(f"[name={QUESTION}][value={value}]").check()


def sign_in(town: Town, page: Page, email: str) -> None:
    """Signs in with a code, on the page that asks for it."""
    page.get_by_label("Adresse e-mail").first.fill(email)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code").fill(town.last_code(email))
    page.get_by_role("button", name="Continuer").click()


def in_new_tab(town: Town, context: BrowserContext, page: Page, email: str) -> None:
    """Follows the link that opens a tab, signs in there, and comes back."""
    with context.expect_page() as opened:
        page.get_by_role("link", name=re.compile("nouvel onglet")).click()
    tab = opened.value
    sign_in(town, tab, email)
    expect(tab.get_by_role("heading", level=1)).not_to_contain_text("code")
    tab.close()


def test_a_session_that_ends_while_typing_keeps_the_answer(town: Town) -> None:
    firm, email = town.firm(), "fin.de.session@exemple.fr"
    with town.person(firm, email=email) as context:
        page = context.new_page()
        page.goto(town.page_of(firm, SECTION))
        town.portal.clock.forward(hours=13)
        answer(page, "partiellement")
        expect(page.locator(".jl-saved")).to_contain_text("Votre session a pris fin")
        assert town.answer(firm, QUESTION) is None
        in_new_tab(town, context, page, email)
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(page.locator(".jl-saved")).to_have_text(SAVED)
        assert town.answer(firm, QUESTION) == "partiellement"
        Hands(page).send("Enregistrer et continuer")
        assert town.answer(firm, QUESTION) == "partiellement"


def test_a_form_sent_after_the_session_ended_is_sent_again(town: Town) -> None:
    firm, email = town.firm(), "fin.sans.script@exemple.fr"
    with town.person(firm, email=email, scripts=False, width=360) as context:
        page = context.new_page()
        page.goto(town.page_of(firm, SECTION))
        hands = Hands(page)
        hands.fill(SAID)
        town.portal.clock.forward(hours=13)
        hands.send("Enregistrer et continuer")
        expect(page.get_by_role("heading", level=1)).to_have_text("Votre session a pris fin")
        assert town.answer(firm, QUESTION) is None
        in_new_tab(town, context, page, email)
        hands.send("Renvoyer ce que j’ai écrit")
        assert town.answer(firm, QUESTION) == "oui"
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("session")


def test_the_page_before_shows_what_was_saved_and_may_be_sent_again(town: Town) -> None:
    firm = town.firm()
    with town.person(firm) as context:
        page = context.new_page()
        page.goto(town.page_of(firm, SECTION))
        hands = Hands(page)
        answer(page, "non")
        hands.send("Enregistrer et continuer")
        page.go_back()
        expect(page.locator(f"[name={QUESTION}][value=non]")).to_be_checked()
        answer(page, "oui")
        hands.send("Enregistrer et continuer")
        expect(page.locator("main")).not_to_contain_text("Quelqu’un d’autre")
        assert town.answer(firm, QUESTION) == "oui"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_double_tap_makes_one_version(town: Town, *, scripts: bool) -> None:
    firm = town.firm(answered=True)
    with town.person(firm, scripts=scripts) as context:
        page = context.new_page()
        page.goto(town.page_of(firm, "document/valider"))
        Hands(page).fill({"declencheur": "information", "motif": "Première évaluation de la chaleur"})
        page.get_by_role("button", name="Valider cette version").dblclick()
        page.wait_for_url("**/document/versions/1")
        expect(page.get_by_role("heading", level=1)).to_contain_text("ersion")
        page.goto(town.page_of(firm, "document"))
        assert town.versions(firm) == 1


def test_two_people_on_one_answer_see_both_and_one_chooses(town: Town) -> None:
    firm = town.firm()
    with town.person(firm, email="une@exemple.fr") as hers, town.person(firm, email="autre@exemple.fr") as his:
        first, second = hers.new_page(), his.new_page()
        for page in (first, second):
            page.goto(town.page_of(firm, SECTION))
        answer(first, "oui")
        Hands(first).send("Enregistrer et continuer")
        answer(second, "non")
        expect(second.locator(".jl-saved")).to_contain_text("Rien n’a été remplacé")
        assert town.answer(firm, QUESTION) == "oui"
        second.get_by_role("button", name="Voir les deux réponses").click()
        block = second.locator(f"#{QUESTION}-deux")
        expect(block).to_contain_text("Oui")
        expect(block).to_contain_text("Non")
        answer(second, "non")
        Hands(second).send("Enregistrer et continuer")
        assert town.answer(firm, QUESTION) == "non"


def test_two_people_on_two_answers_keep_both(town: Town) -> None:
    firm, other = town.firm(), "ch_lieu_de_repos"
    with (
        town.person(firm, email="une@exemple.fr", scripts=False) as hers,
        town.person(firm, email="autre@exemple.fr", scripts=False) as his,
    ):
        first, second = hers.new_page(), his.new_page()
        for page in (first, second):
            page.goto(town.page_of(firm, SECTION))
        answer(first, "oui")
        second.locator(f"[name={other}][value=non]").check()
        Hands(first).send("Enregistrer et continuer")
        Hands(second).send("Enregistrer et continuer")
        assert (town.answer(firm, QUESTION), town.answer(firm, other)) == ("oui", "non")


def test_a_whole_page_is_answered_with_the_keyboard_alone(town: Town) -> None:
    firm = town.firm()
    with town.person(firm) as context:
        page = context.new_page()
        page.goto(town.page_of(firm, "themes/chaleur/organisation"))
        said = {name: SAID[name] for name in names_of(page) if name in SAID}
        assert len(said) >= 3, said
        for name, value in said.items():
            reach(page, f"document.activeElement.name === '{name}'")
            for _ in range(6):
                page.keyboard.press("Space")
                if page.evaluate("document.activeElement.value") == value:
                    break
                page.keyboard.press("ArrowDown")
            else:
                raise AssertionError(f"{name} cannot be answered {value} with the keyboard")
        reach(page, "document.activeElement.textContent.trim() === 'Enregistrer et continuer'")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", "the focus is seen"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        for name, value in said.items():
            assert town.answer(firm, name) == value


def reach(page: Page, there: str) -> None:
    """Tab, until the focus is there; the first one leaves what was last filled."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(there):
            return
    raise AssertionError(f"the keyboard never reaches {there}")
