"""The entrance of a service: what its door says, its face, who sees what."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.entrances import RESERVED
from app.domain.roles import Role
from app.intake.images import read_picture
from app.models.engine import open_database
from app.services.example_cards import EmptyShelf, FileKind
from app.services.prevention_services import ServiceFacts, create_service, update_service
from tests.engines import NOON
from tests.intake.test_images import png
from tests.web.client import StrictClient, words
from tests.web.conftest import MakeApp
from tests.web.people import Portal
from tests.web.shelf import FixedShelf, content_of

NARROW = "\u202f"
Visit = Callable[..., StrictClient]


@pytest.fixture
def visit(make_app: MakeApp, shelf: FixedShelf, tmp_path: Path) -> Visit:
    """A browser at the entrance of « garrigues », with the three examples."""

    def build(*, examples: bool = True, **facts: Any) -> StrictClient:
        database = open_database(f"sqlite:///{tmp_path / 'test.sqlite'}")
        create_service(database, "garrigues", ServiceFacts(**{"name": "Santé Travail des Garrigues", **facts}), at=NOON)
        database.close()
        return StrictClient(make_app(shelf=shelf if examples else EmptyShelf()))

    return build


def test_the_door_says_what_it_is_and_offers_three_ways_in(visit: Visit) -> None:
    page = visit().get("/garrigues/")
    assert page.h1 == "Évaluez les risques de votre entreprise, et repartez avec votre document Word"
    links = page.links()
    assert links["Commencer"] == "/garrigues/inscription"
    assert links["Essayer un thème sans compte"] == "/garrigues/essai"
    assert links["J’ai déjà un compte"] == "/garrigues/connexion"
    filled = page.tree.xpath("//main//a[contains(@class, 'jl-btn') and not(contains(@class, 'jl-btn--2'))]")
    assert [words(link) for link in filled] == ["Commencer"]
    assert "Santé Travail des Garrigues" in words(page.tree.xpath("//header")[0])
    assert "Moins de 12\u00a0minutes par thème" in page.text
    assert "Travailler quand il fait chaud" in page.text


def test_every_link_of_the_door_leads_somewhere(visit: Visit) -> None:
    client = visit(phone="04 65 71 20 30", address="12 rue des Micocouliers", colour="#7a1f3d")
    page = client.get("/garrigues/")
    for link in page.tree.xpath("//a/@href | //link/@href"):
        if not link.startswith(("#", "/langue/", "tel:")):
            client.raw("GET", link, status=200)


def test_the_sample_opens_the_word_file_of_the_first_example(visit: Visit, shelf: FixedShelf) -> None:
    client = visit()
    link = client.get("/garrigues/").links()["Ouvrir un exemple (Word, 2\u00a0Ko)"]
    assert client.raw("GET", link, status=200).data == content_of(shelf.dossiers[0], FileKind.SECTION)


def test_without_examples_the_door_promises_none(visit: Visit) -> None:
    page = visit(examples=False).get("/garrigues/")
    assert not page.tree.xpath("//*[contains(@class, 'jl-sheet')] | //*[@id='exemples']")
    assert "exemple" not in page.text.lower()


def test_the_door_says_who_sees_what_and_claims_no_approval(visit: Visit) -> None:
    page = visit().get("/garrigues/")
    assert "Avant un geste de votre part, Santé Travail des Garrigues voit la fiche de l’entreprise" in page.text
    assert not re.search(r"validé par|conforme à|sans écran de saisie", page.tree.xpath("//main")[0].text_content())


def test_who_is_signed_in_goes_on(portal: Portal) -> None:
    page = portal.person(establishment_id=portal.establishment()).get(f"/{portal.slug}/")
    assert page.links()["Reprendre"] == f"/{portal.slug}/mes-entreprises"
    assert "Commencer" not in page.links()


def test_the_entrance_answers_without_its_last_bar(portal: Portal) -> None:
    answer = portal.client().raw("GET", f"/{portal.slug}", status=301)
    assert answer.headers["Location"] == f"/{portal.slug}/"


@pytest.mark.parametrize("path", ["/nulle-part", "/nulle-part/", "/exemples/", "/a%00b/", "/%F0%9F%8C%BF/", "/local/"])
def test_what_is_no_service_is_not_found(portal: Portal, path: str) -> None:
    assert portal.client().get(path, status=404).h1 == "Page introuvable"


def test_no_service_can_hide_a_page_of_the_portal(portal: Portal) -> None:
    firsts = {str(rule).split("/")[1] for rule in portal.app.url_map.iter_rules()}
    assert {first for first in firsts if first and not first.startswith("<")} <= RESERVED


def test_the_colour_is_a_style_sheet_that_may_be_kept(portal: Portal) -> None:
    update_service(portal.database, portal.slug, ServiceFacts(colour="#7a1f3d"))
    client = portal.client()
    (address,) = client.get(f"/{portal.slug}/").tree.xpath("//link[contains(@href, 'couleur.css')]/@href")
    kept = client.raw("GET", address, status=200)
    assert kept.content_type == "text/css; charset=utf-8"
    assert "--brand:#7a1f3d" in kept.text
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    other = client.raw("GET", f"/{portal.slug}/couleur.css?v=0b4f6c", status=200)
    assert "immutable" not in other.headers["Cache-Control"]
    client.raw("GET", f"/{portal.slug}/couleur.css", status=304, headers={"If-None-Match": kept.headers["ETag"]})


def test_the_logo_is_served_as_the_picture_it_is(portal: Portal) -> None:
    client = portal.client()
    client.raw("GET", f"/{portal.slug}/logo", status=404)
    picture = read_picture(png())
    update_service(portal.database, portal.slug, ServiceFacts(logo=picture))
    (address,) = client.get(f"/{portal.slug}/").tree.xpath("//header//img/@src")
    answer = client.raw("GET", address, status=200)
    assert (answer.data, answer.content_type) == (picture.content, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_who_sees_what_is_one_sentence_and_a_table(portal: Portal) -> None:
    page = portal.client().get(f"/{portal.slug}/qui-voit-quoi")
    rows = [[words(cell) for cell in row.xpath("./*")] for row in page.tree.xpath("//tbody/tr")]
    assert [row[0] for row in rows] == [
        "Vous et les personnes que vous invitez",
        "Votre service de prévention, avant un geste de votre part",
        "Votre service de prévention, après un geste de votre part",
        "L’administration et la Carsat",
    ]
    assert rows[1][2] == "Vos réponses, vos priorités, votre plan"
    assert rows[3][1] == "Rien qui porte un nom"


def test_the_privacy_page_says_where_to_write(portal: Portal) -> None:
    bare = portal.client().get(f"/{portal.slug}/donnees-personnelles")
    assert "n’a pas encore donné ici de téléphone ni d’adresse" in bare.text
    update_service(portal.database, portal.slug, ServiceFacts(phone="04 65 71 20 30", address="Gignac"))
    page = portal.client().get(f"/{portal.slug}/donnees-personnelles")
    assert "au 04 65 71 20 30 ou par courrier" in page.text.replace("\u00a0", " ")
    assert "CNIL" in page.text


def test_the_legal_page_says_what_is_missing(portal: Portal) -> None:
    bare = portal.client().get(f"/{portal.slug}/mentions-legales")
    assert "n’est pas encore remplie" in bare.text
    assert f"qui publie le site{NARROW}:" in bare.text
    update_service(portal.database, portal.slug, ServiceFacts(legal_words="Éditeur : Santé Travail\n<b>Gignac</b>"))
    page = portal.client().get(f"/{portal.slug}/mentions-legales")
    assert f"Éditeur{NARROW}: Santé Travail\n<b>Gignac</b>" in page.tree.xpath("//main")[0].text_content()
    assert "pas encore remplie" not in page.text


@pytest.mark.parametrize("path", ["", "qui-voit-quoi", "donnees-personnelles", "mentions-legales", "essai"])
def test_the_pages_of_the_entrance_cost_few_statements(portal: Portal, path: str) -> None:
    client = portal.person(establishment_id=portal.establishment(), role=Role.EMPLOYER)
    with portal.statements() as sent:
        client.get(f"/{portal.slug}/{path}")
    assert len(sent) <= 4
