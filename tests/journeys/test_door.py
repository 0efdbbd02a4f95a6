"""The door in a real browser: wide, on a phone, on the narrowest screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("chromium")

PAGES = (
    "/",
    "/accessibilite",
    "/nulle-part",
    "/garrigues/qui-voit-quoi",
    "/garrigues/donnees-personnelles",
    "/garrigues/mentions-legales",
    "/garrigues/essai",
)
WIDTHS = pytest.mark.parametrize("page", [1280, 360, 320], indirect=True)


@WIDTHS
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    for fold in page.locator("details").all():
        fold.locator("summary").click()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = Axe().run(page, options=rules)
    assert found.violations_count == 0, found.generate_report()


@WIDTHS
@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_screen(page: Page, site: str, path: str) -> None:
    page.goto(site + path)
    seen, needed = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
    assert needed <= seen


@pytest.mark.parametrize("page", [360], indirect=True)
def test_a_thumb_can_hit_everything(page: Page, site: str) -> None:
    page.goto(site)
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, summary, button')]
            .filter(node => getComputedStyle(node).display !== 'inline' && !node.matches('.govuk-skip-link'))
            .map(node => [node.textContent.trim(), node.getBoundingClientRect().height])
            .filter(([_, height]) => height < 44)"""
    )
    assert small == []


def test_the_keyboard_reaches_the_content_then_the_first_button(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.url.endswith("#contenu")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Commencer"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/garrigues/essai")


def test_a_try_out_begins_on_a_phone_without_any_script(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/garrigues/essai")
    page.get_by_role("textbox", name="Votre activité").fill("boulangerie")
    page.get_by_role("button", name="Commencer").click()
    assert page.title().startswith("Erreur")
    assert page.get_by_role("textbox", name="Votre activité").input_value() == "boulangerie"
    page.get_by_role("textbox", name="Nombre de salariés").fill("4")
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("radio", name="10.71C").check()
    page.get_by_role("button", name="Commencer").click()
    page.wait_for_url("**/themes/chaleur")
    page.goto(f"{site}/garrigues/")
    page.get_by_role("link", name="Reprendre mon essai").click()
    page.wait_for_url("**/themes/chaleur")
    context.close()


def test_an_example_downloads_without_any_script(browser: Browser, site: str, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = context.new_page()
    page.goto(site)
    with page.expect_download() as started:
        page.get_by_role("link", name="Section du DUERP").first.click()
    assert started.value.suggested_filename == "couverture-d-exemple-section-chaleur.docx"
    target = tmp_path / "section.docx"
    started.value.save_as(target)
    assert target.stat().st_size == 2000
    context.close()


def test_the_browser_refuses_nothing_and_asks_nobody_else(page: Page, site: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(site)
    assert said == []
    assert asked
    assert all(address.startswith(site) for address in asked)
