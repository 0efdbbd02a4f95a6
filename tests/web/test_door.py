"""The front of the installation: the way to the entrances, and the files of the examples."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.models.engine import open_database
from app.services.example_cards import FileKind
from tests.engines import service_in
from tests.web.client import StrictClient, words
from tests.web.conftest import MakeApp
from tests.web.people import Portal
from tests.web.shelf import FixedShelf, content_of

NARROW = "\u202f"
DOOR = "/garrigues/"


@pytest.fixture
def visitor_of_none(make_app: MakeApp, shelf: FixedShelf) -> StrictClient:
    """A browser on an installation without service."""
    return StrictClient(make_app(shelf=shelf))


@pytest.fixture
def visitor(visitor_of_none: StrictClient, tmp_path: Path) -> StrictClient:
    """A browser on an installation with one service and three examples."""
    database = open_database(f"sqlite:///{tmp_path / 'test.sqlite'}")
    service_in(database, "garrigues")
    database.close()
    return visitor_of_none


def test_the_door_shows_each_example_with_its_risks_in_words(visitor: StrictClient) -> None:
    page = visitor.get(DOOR)
    cards = {words(card.xpath(".//h3")[0]): words(card) for card in page.tree.xpath("//ul[@class='jl-shelf']/li")}
    assert list(cards) == ["Couverture d’exemple", "Boulangerie d’exemple", "Aide à domicile d’exemple"]
    bakery = cards["Boulangerie d’exemple"]
    assert "1\u00a0salarié " in bakery
    assert "3\u00a0situations de travail" in bakery
    assert "1\u00a0action retenue, 1\u00a0proposée." in bakery
    assert f"2{NARROW}: agir sans attendre" in bakery
    assert f"1{NARROW}: à maintenir et surveiller" in bakery
    assert "à planifier" not in bakery
    assert "Projet" in bakery
    assert "Version 1" in cards["Couverture d’exemple"]
    assert f"1{NARROW}: à évaluer" in cards["Aide à domicile d’exemple"]


def test_every_file_of_every_example_downloads_as_it_was_stored(visitor: StrictClient, shelf: FixedShelf) -> None:
    links = visitor.get(DOOR).tree.xpath("//section[@aria-labelledby='exemples']//a/@href")
    assert len(links) == 9
    expected = [content_of(dossier, kind) for dossier in shelf.dossiers for kind in FileKind]
    for link, content in zip(links, expected, strict=True):
        answer = visitor.raw("GET", link, status=200)
        assert answer.data == content
        _, _, slug, name = link.split("/")
        assert answer.headers["Content-Disposition"] == f"attachment; filename={slug}-{name}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_link_says_what_it_opens_and_its_weight(visitor: StrictClient) -> None:
    link = next(text for text in visitor.get(DOOR).links() if text.startswith("Section du DUERP"))
    assert re.fullmatch(rf"Section du DUERP{NARROW}: Couverture d’exemple \(Word, 2\u00a0Ko\)", link)


def test_unknown_examples_and_files_are_not_found(visitor: StrictClient) -> None:
    for path in (
        "/exemples/inconnu/plan.xlsx",
        "/exemples/couverture-d-exemple/autre.docx",
        "/exemples/couverture-d-exemple/SECTION",
        "/exemples/couverture-d-exemple/..%2f..%2fsecret_key",
        "/exemples/couverture-d-exemple/",
    ):
        assert visitor.get(path, status=404).h1 == "Page introuvable"


def test_an_installation_without_service_says_how_to_open_one(visitor_of_none: StrictClient) -> None:
    page = visitor_of_none.get("/")
    assert "jalon service create garrigues" in page.text
    assert not page.tree.xpath("//form")
    assert not re.search(
        r"se connecter|créer un compte|sans écran de saisie", page.tree.xpath("//main")[0].text_content()
    )


def test_one_service_is_the_home_page(visitor: StrictClient) -> None:
    assert visitor.raw("GET", "/", status=302).headers["Location"] == DOOR


def test_several_services_are_listed_by_name_and_the_examples_are_none(portal: Portal) -> None:
    service_in(portal.database, "exemples")
    assert portal.client().raw("GET", "/", status=302).headers["Location"] == f"/{portal.slug}/"
    service_in(portal.database, "autre")
    page = portal.client().get("/")
    links = {text: link for text, link in page.links().items() if text.startswith("SPSTI")}
    assert links == {"SPSTI autre": "/autre/", f"SPSTI {portal.slug}": f"/{portal.slug}/"}
    assert list(links) == sorted(links)


def test_the_accessibility_page_is_honest(visitor: StrictClient) -> None:
    assert visitor.get("/accessibilite").h1 == f"Accessibilité{NARROW}: non conforme"


def test_the_probe_answers_in_one_word(visitor: StrictClient) -> None:
    answer = visitor.raw("GET", "/healthz", status=200)
    assert answer.data == b"ok\n"
    assert answer.headers["Cache-Control"] == "no-store"
