"""Every component keeps its markup contract, and every page of the gallery the rules of all pages."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from app.web.presentation import FrenchTemplates
from tests.web.client import Page, StrictClient, words
from tests.web.gallery import FIRM, make_gallery, wrong_form

STATIC = Path(__file__).resolve().parents[2] / "app" / "static"
HOME = f"/garrigues/e/{FIRM}"


@pytest.fixture
def gallery(tmp_path: Path) -> StrictClient:
    return StrictClient(make_gallery(tmp_path))


@pytest.fixture
def wrong(gallery: StrictClient) -> Page:
    """The form with an error in every field."""
    return gallery.get("/garrigues/erreurs")


@pytest.fixture
def right(gallery: StrictClient) -> Page:
    """The form with known values."""
    return gallery.get("/garrigues/formulaire")


def test_the_strict_client_reads_every_component(gallery: StrictClient) -> None:
    page = gallery.get("/garrigues/galerie")
    states = {words(node) for node in page.tree.xpath("//*[contains(@class, 'jl-state')]")}
    assert states >= {
        "À faire", "En cours", "Terminé", "Écarté, motif noté", "Soumis", "Modification demandée", "Conseils reçus",
        "Reporté au 15\u00a0janvier", "En retard, 9\u00a0jours", "En retard, 1\u00a0jour",
    }  # fmt: skip
    assert "Rien n’a été remplacé\u202f: choisissez ci-dessous." in page.text
    assert not page.tree.xpath("//*[contains(@class, 'jl-conflict')]//input"), "nothing is ticked for the person"


def test_every_error_is_tied_to_its_field(wrong: Page) -> None:
    faults = wrong_form().faults()
    assert len(faults) == 12
    for fault in faults:
        (first,) = wrong.tree.xpath(f"//*[@id='{fault.anchor}']")
        assert first.tag in {"input", "select", "textarea"}, "the link leads to a control"
        group = first if first.get("type") != "radio" and not first.xpath("ancestor::fieldset") else None
        holder = group if group is not None else first.xpath("ancestor::fieldset")[0]
        assert f"{fault.anchor}-error" in holder.get("aria-describedby").split()
        (message,) = wrong.tree.xpath(f"//*[@id='{fault.anchor}-error']")
        assert words(message).startswith("Erreur\u202f: Corrigez")
        assert message.xpath("span[@class='govuk-visually-hidden']")
        if group is not None:
            assert first.get("aria-invalid") == "true"


def test_the_summary_stands_above_the_title_and_leads_to_each_field(wrong: Page) -> None:
    (summary,) = wrong.tree.xpath("//*[@class='govuk-error-summary']")
    assert summary.xpath("following::h1")
    assert not summary.xpath("preceding::h1")
    assert summary.get("tabindex") == "-1"
    assert "12 points à corriger" in words(summary)
    assert "Le reste est enregistré." in words(summary)
    assert summary.xpath(".//a/@href") == [f"#{fault.anchor}" for fault in wrong_form().faults()]
    assert words(wrong.tree.xpath("//title")[0]).startswith("Erreur\u202f: ")


def test_what_was_typed_comes_back_and_a_password_never_does(wrong: Page) -> None:
    def value(name: str) -> str:
        return str(wrong.tree.xpath(f"//*[@name='{name}']")[0].get("value"))

    assert [value(name) for name in ("nom", "effectif", "cout", "jour", "base")] == [
        "<Vidal & Fils>", "huit", "cher", "30/02/2027", "m3",
    ]  # fmt: skip
    assert wrong.tree.xpath("//textarea[@name='mots']")[0].text == "\n\nDeux lignes", (
        "the parser keeps the first line end"
    )
    assert "azerty" not in wrong.answer.text
    assert wrong.tree.xpath("//*[@checked]/@value") == ["non", "2", "abri"]
    assert wrong.tree.xpath("//option[@selected]/@value") == ["elu"]


def test_known_values_are_written_as_people_write_them(right: Page) -> None:
    values = {node.get("name"): node.get("value") for node in right.tree.xpath("//input[@type='text']")}
    assert values["jour"] == "01/03/2027"
    assert values["cout"] == "2,5"
    assert values["effectif"] == "8"
    assert right.tree.xpath("//*[@checked]/@value") == ["oui", "2", "eau", "abri", "oui"]
    assert not right.tree.xpath("//*[contains(@class, 'error')] | //*[@aria-invalid]")


def test_no_field_is_marked_required_and_nothing_is_named_twice(right: Page) -> None:
    assert not right.tree.xpath("//*[@required]")
    assert "(facultatif)" in words(right.tree.xpath("//label[@for='cout']")[0])
    assert right.tree.xpath("//input[@data-exclusive]/@value") == ["rien"]
    assert right.tree.xpath("//input[@name='cle']/@value") == ["k1"]
    assert right.tree.xpath("//form//input[@name='csrf_token']/@value")[0]


def test_a_field_without_hint_nor_error_cites_nothing(right: Page) -> None:
    (bare,) = right.tree.xpath("//*[@id='courriel']")
    assert bare.get("aria-describedby") is None
    (helped,) = right.tree.xpath("//*[@id='nom']")
    assert helped.get("aria-describedby") == "nom-hint"


def test_the_service_is_the_sender_of_its_pages(gallery: StrictClient) -> None:
    page = gallery.get("/garrigues/galerie")
    assert words(page.tree.xpath("//header//b")[0]) == "Santé Travail des Garrigues"
    assert page.tree.xpath("//header//a[starts-with(@href, 'tel:')]/@href") == ["tel:0465712030"]
    assert page.links()["Mentions légales"] == "/garrigues/mentions-legales"
    assert page.tree.xpath("//nav//a[@aria-current]/text()") == ["Accueil"]
    assert page.links()["Échanges 1 en attente"] == f"{HOME}/echanges"
    assert page.links()["English"].startswith("/langue/en?suite=")
    sign_outs = page.tree.xpath("//form[@action='/garrigues/deconnexion']")
    assert len(sign_outs) == 2, "beside the tabs, and at the foot for small screens"
    assert all(form.get("method") == "post" and form.xpath("input/@value")[0] for form in sign_outs)
    assert not page.tree.xpath("//link[contains(@href, 'couleur')] | //img"), "the colour and the sign of the portal"


def test_a_service_with_a_colour_and_a_logo_shows_them(tmp_path: Path) -> None:
    client = StrictClient(make_gallery(tmp_path, colour="#7a1f4b", logo=True))
    page = client.get("/garrigues/simple")
    sheets = page.tree.xpath("//link[@rel='stylesheet']/@href")
    assert sheets[1] == "/garrigues/couleur.css?v=7a1f4b", "after the sheet it overrides"
    assert page.tree.xpath("//img/@src") == ["/garrigues/logo?v=abc123"]
    assert page.tree.xpath("//meta[@name='theme-color']/@content") == ["#7a1f4b"]
    assert client.raw("GET", "/garrigues/couleur.css?v=7a1f4b", status=200).text.startswith(":root{--brand:#7a1f4b")


def test_a_page_outside_every_entrance_is_from_jalon_alone(gallery: StrictClient) -> None:
    page = gallery.get("/")
    assert words(page.tree.xpath("//header")[0]) == "Jalon évaluer les risques au travail"
    assert "Garrigues" not in page.text
    assert "Se déconnecter" not in page.text


def test_who_is_not_signed_in_is_offered_no_way_out(tmp_path: Path) -> None:
    page = StrictClient(make_gallery(tmp_path, signed_in=False)).get("/garrigues/simple")
    assert "Se déconnecter" not in page.text
    assert "Mon compte" not in page.text


def test_a_message_is_said_once(gallery: StrictClient) -> None:
    page = gallery.get("/garrigues/simple")
    (said,) = page.tree.xpath("//main//*[@role='status']")
    assert words(said) == "L’accès de votre comptable est retiré."


def test_a_try_out_says_how_long_it_is_kept(gallery: StrictClient) -> None:
    page = gallery.get("/garrigues/essai")
    assert "gardé jusqu’au 24\u00a0décembre\u00a02026" in page.text
    assert page.links()["Garder mon travail"] == f"{HOME}/garder"
    assert page.tree.xpath("//nav//a/text()") == ["Accueil", "Thèmes", "Plan", "Document"]


def test_only_a_page_that_saves_while_typing_may_run_a_script(gallery: StrictClient) -> None:
    typing = gallery.get("/garrigues/saisie")
    (script,) = typing.tree.xpath("//script")
    policy = typing.answer.headers["Content-Security-Policy"]
    assert f"'nonce-{script.get('nonce')}'" in policy
    assert "connect-src 'self'" in policy
    other = gallery.get("/garrigues/formulaire")
    assert not other.tree.xpath("//script")
    assert "script-src 'none'" in other.answer.headers["Content-Security-Policy"]
    assert "connect-src" not in other.answer.headers["Content-Security-Policy"]


def test_the_script_finds_all_its_sentences_in_the_page(gallery: StrictClient) -> None:
    (status,) = gallery.get("/garrigues/saisie").tree.xpath("//*[contains(@class, 'jl-saved')]")
    spoken = {name.removeprefix("data-say-") for name in status.attrib if name.startswith("data-say-")}
    source = (STATIC / "jalon.js").read_text(encoding="utf-8")
    assert spoken == {
        "saved",
        "partly",
        "lost",
        "refused",
        "session",
        "sign-in",
        "conflict",
        "see",
        "found",
        "take",
        "drop",
    }
    for name in spoken:
        camel = "say" + "".join(part.capitalize() for part in name.split("-"))
        assert f"say.{camel}" in source
    assert status.get("role") == "status"
    assert "perdue. Vos réponses restent sur cette page\u202f; elles" in status.get("data-say-lost")


@pytest.mark.parametrize(
    ("code", "h1"),
    [
        (403, "Accès refusé"),
        (404, "Page introuvable"),
        (405, "Action impossible ici"),
        (409, "Quelque chose a changé entre-temps"),
        (413, "Envoi trop lourd"),
        (429, "Trop d’essais à la suite"),
        (500, "Une erreur de notre côté"),
    ],
)
def test_an_error_inside_an_entrance_keeps_its_look_and_its_phone(gallery: StrictClient, code: int, h1: str) -> None:
    page = gallery.get(f"/garrigues/refus/{code}", status=code)
    assert page.h1 == h1
    assert page.links()["Revenir à l’accueil"] == "/garrigues/"
    assert page.tree.xpath("//header//a[starts-with(@href, 'tel:')]")


@pytest.mark.parametrize("kind", ["session", "jeton", "vide"])
def test_a_form_to_send_again_is_a_page_like_the_others(gallery: StrictClient, kind: str) -> None:
    page = gallery.get(f"/garrigues/rejouer/{kind}")
    kept = page.tree.xpath("//main//input[@name='mots']/@value")
    assert kept == ([] if kind == "vide" else ["L'eau : « oui »"]), "what was typed comes back untouched"


def test_first_visit_stays_light() -> None:
    style, script = ((STATIC / name).read_bytes() for name in ("jalon.css", "jalon.js"))
    assert len(script) < 5000
    assert len(gzip.compress(style, 9)) < 12_500
    assert len(gzip.compress(style, 9)) + len(gzip.compress(script, 9)) < 15_000


def test_the_notice_describes_the_script_that_is_served() -> None:
    notice = (STATIC / "VENDOR.txt").read_text(encoding="utf-8")
    assert f"sha256   {hashlib.sha256((STATIC / 'jalon.js').read_bytes()).hexdigest()}" in notice, "run make assets"


def test_the_gallery_is_drawn_through_the_typography_of_the_portal(tmp_path: Path) -> None:
    assert any(isinstance(each, FrenchTemplates) for each in make_gallery(tmp_path).jinja_env.extensions.values())
