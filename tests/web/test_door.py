"""The door page: what it says, and the files it hands out."""

from __future__ import annotations

import re

from app.services.example_cards import EmptyShelf, FileKind
from tests.web.client import StrictClient, words
from tests.web.conftest import MakeApp
from tests.web.shelf import FixedShelf, content_of

NARROW = "\u202f"


def test_the_door_shows_each_example_with_its_risks_in_words(client: StrictClient) -> None:
    page = client.get("/")
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


def test_every_file_of_every_example_downloads_as_it_was_stored(client: StrictClient, shelf: FixedShelf) -> None:
    links = [link for link in client.get("/").tree.xpath("//main//a/@href") if link.startswith("/exemples/")]
    assert len(links) == 9
    expected = [content_of(dossier, kind) for dossier in shelf.dossiers for kind in FileKind]
    for link, content in zip(links, expected, strict=True):
        answer = client.raw("GET", link, status=200)
        assert answer.data == content
        _, _, slug, name = link.split("/")
        assert answer.headers["Content-Disposition"] == f"attachment; filename={slug}-{name}"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_link_says_what_it_opens_and_its_weight(client: StrictClient) -> None:
    link = next(text for text in client.get("/").links() if text.startswith("Section du DUERP"))
    assert re.fullmatch(rf"Section du DUERP{NARROW}: Couverture d’exemple \(Word, 2\u00a0Ko\)", link)


def test_unknown_examples_and_files_are_not_found(client: StrictClient) -> None:
    for path in (
        "/exemples/inconnu/plan.xlsx",
        "/exemples/couverture-d-exemple/autre.docx",
        "/exemples/couverture-d-exemple/SECTION",
        "/exemples/couverture-d-exemple/..%2f..%2fsecret_key",
        "/exemples/couverture-d-exemple/",
    ):
        assert client.get(path, status=404).h1 == "Page introuvable"


def test_without_examples_the_door_says_so(make_app: MakeApp) -> None:
    page = StrictClient(make_app(shelf=EmptyShelf())).get("/")
    assert "Aucun exemple n’est chargé" in page.text
    assert not page.tree.xpath("//*[contains(@class, 'jl-sheet')]")


def test_the_door_promises_nothing_that_is_not_there(client: StrictClient) -> None:
    page = client.get("/")
    for link in page.tree.xpath("//a/@href"):
        if not link.startswith(("#", "/langue/")):
            client.raw("GET", link, status=200)
    assert not page.tree.xpath("//form")
    assert not re.search(r"se connecter|créer un compte|validé|conforme à", page.tree.xpath("//main")[0].text_content())


def test_the_accessibility_page_is_honest(client: StrictClient) -> None:
    assert client.get("/accessibilite").h1 == f"Accessibilité{NARROW}: non conforme"


def test_the_probe_answers_in_one_word(client: StrictClient) -> None:
    answer = client.raw("GET", "/healthz", status=200)
    assert answer.data == b"ok\n"
    assert answer.headers["Cache-Control"] == "no-store"
