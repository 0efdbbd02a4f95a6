"""The language of a page: chosen, kept, and spoken by everything on it."""

from __future__ import annotations

import copy
import pickle
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from app.models.engine import open_database
from app.web.language import _, current, english_date, ngettext, translated, word
from app.web.pages import render
from forms.words import Said, say, say_many
from tests.engines import service_in
from tests.web.client import StrictClient
from tests.web.conftest import MakeApp
from tests.web.shelf import FixedShelf
from translations import catalogue
from translations.catalogue import Catalogue

ENGLISH = {"HTTP_COOKIE": "jalon_langue=en"}


@pytest.fixture
def translations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small catalogue, so that these tests do not hang on the words of the day."""
    known = Catalogue(
        messages={
            "Le code part à {email}.": "The code goes to {email}.",
            "Gardé jusqu'au {day}.": "Kept until {day}.",
            "à faire": "to do",
            "Le lot {name} attend.": "Batch {name} is waiting.",
        },
        plurals={("Il reste {n} essai.", "Il reste {n} essais."): ("{n} attempt left.", "{n} attempts left.")},
    )
    monkeypatch.setattr("app.web.language.load", lambda language: known)


@pytest.fixture
def english(make_app: MakeApp, shelf: FixedShelf, tmp_path: Path) -> StrictClient:
    with closing(open_database(f"sqlite:///{tmp_path / 'test.sqlite'}")) as database:
        service_in(database, "garrigues")
    return StrictClient(make_app(shelf=shelf), language="en")


def test_every_open_page_reads_in_english(english: StrictClient) -> None:
    assert english.get("/garrigues/").h1.startswith("Assess the risks of your firm")
    assert english.get("/accessibilite").h1 == "Accessibility: not compliant"
    assert english.get("/nulle-part", status=404).h1 == "Page not found"


def test_what_an_example_says_stays_in_french_and_says_so(english: StrictClient) -> None:
    page = english.get("/garrigues/")
    name = page.tree.xpath("//ul[@class='jl-shelf']/li[1]//h3/span")[0]
    assert (name.get("lang"), name.text) == ("fr", "Couverture d’exemple")
    assert "1\u00a0employee" in page.text
    assert "1: to be assessed" in page.text


def test_the_language_is_chosen_once_and_kept(make_app: MakeApp) -> None:
    client = StrictClient(make_app())
    answer = client.raw("GET", "/langue/en?suite=/accessibilite", status=303)
    assert answer.headers["Location"] == "/accessibilite"
    kept = answer.headers["Set-Cookie"]
    for wanted in ("jalon_langue=en", "Max-Age=31536000", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert wanted in kept
    assert "Secure" not in kept
    assert "Accessibility" in client.raw("GET", "/accessibilite", status=200).text
    client.raw("GET", "/langue/fr", status=303)
    assert client.get("/accessibilite").h1 == "Accessibilité\u202f: non conforme"


def test_the_choice_travels_over_https_only_where_the_site_does(make_app: MakeApp) -> None:
    client = make_app(base_url="https://jalon.exemple").test_client()
    cookie = client.get("/langue/en", base_url="https://jalon.exemple").headers["Set-Cookie"]
    assert cookie.startswith("__Host-jalon_langue=en;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert 'lang="en"' in client.get("/accessibilite", base_url="https://jalon.exemple").text


def test_a_language_that_is_not_spoken_is_not_found(client: StrictClient) -> None:
    assert client.get("/langue/de", status=404).h1 == "Page introuvable"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//ailleurs.exemple",
        "/\\ailleurs.exemple",
        "https://ailleurs.exemple/",
        "ailleurs.exemple",
        "javascript:alert(1)",
        "/\t/ailleurs.exemple",
        "/%0d%0aSet-Cookie:x=1",
        "//[",
        "/" + "a" * 3000,
        "",
    ],
)
def test_choosing_a_language_sends_nobody_elsewhere(client: StrictClient, elsewhere: str) -> None:
    answer = client.raw("GET", "/langue/en", status=303, query_string={"suite": elsewhere})
    assert answer.headers["Location"] in {"/", "/%0d%0aSet-Cookie:x=1"}
    assert answer.headers.getlist("Set-Cookie")[0].startswith("jalon_langue=en")


def test_the_browser_is_not_asked_what_it_prefers(client: StrictClient) -> None:
    assert client.get("/", headers={"Accept-Language": "en"}).tree.get("lang") == "fr"


@pytest.mark.usefixtures("translations")
def test_python_speaks_the_language_of_the_request(make_app: MakeApp) -> None:
    app = make_app()
    with app.test_request_context():
        assert _("Le code part à {email}.", email="a@b.fr") == "Le code part à a@b.fr."
        assert [ngettext("Il reste {n} essai.", "Il reste {n} essais.", n) for n in (0, 2)] == [
            "Il reste 0 essai.",
            "Il reste 2 essais.",
        ]
    with app.test_request_context(environ_overrides=ENGLISH):
        assert current() == "en"
        assert _("Le code part à {email}.", email="{x}") == "The code goes to {x}."
        assert [ngettext("Il reste {n} essai.", "Il reste {n} essais.", n) for n in (0, 1, 2)] == [
            "0 attempts left.",
            "1 attempt left.",
            "2 attempts left.",
        ]
    assert current() == "fr"
    assert _("à faire") == "à faire"


@pytest.mark.usefixtures("translations")
def test_a_sentence_said_below_is_french_until_it_is_printed() -> None:
    said = say("Gardé jusqu'au {day}.", day=date(2027, 3, 1))
    assert said == "Gardé jusqu'au 1er mars 2027."
    assert translated(said, "fr") == said
    assert translated(said, "en") == "Kept until 1 March 2027."
    assert translated(say("Le lot {name} attend.", name=say("à faire")), "en") == "Batch to do is waiting."
    assert translated(say_many(3, "Il reste {n} essai.", "Il reste {n} essais."), "en") == "3 attempts left."
    assert translated("Le code part à {email}.", "en") == "Le code part à {email}."


@pytest.mark.parametrize("said", [say("Le lot {name} attend.", name="B"), say_many(2, "{n} essai", "{n} essais")])
def test_a_sentence_survives_a_copy(said: Said) -> None:
    for other in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):
        assert other == said
        assert (other.msgid, other.several, dict(other.values)) == (said.msgid, said.several, dict(said.values))


def test_a_sentence_without_values_may_hold_braces() -> None:
    assert say("Un { seul") == "Un { seul"


@pytest.mark.usefixtures("translations")
def test_the_words_of_the_engine_are_translated_and_typed_words_are_not() -> None:
    assert [word("à faire", language) for language in ("fr", "en")] == ["à faire", "to do"]
    assert translated("à faire", "en") == "à faire"
    assert english_date(date(2027, 3, 1)) == "1 March 2027"


def test_an_uncertain_or_empty_translation_reads_in_french(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    catalogue.po_file("en").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Oui"\nmsgstr "Yes"\n\n'
        '#, fuzzy\nmsgid "Non"\nmsgstr "No"\n\nmsgid "Rien"\nmsgstr ""\n\n'
        'msgid "{n} jour"\nmsgid_plural "{n} jours"\nmsgstr[0] "{n} day"\nmsgstr[1] ""\n',
        encoding="utf-8",
    )
    known = catalogue.load.__wrapped__("en")
    assert [known.text(text) for text in ("Oui", "Non", "Rien", "Autre")] == ["Yes", "Non", "Rien", "Autre"]
    assert known.counted("{n} jour", "{n} jours", 2) == "{n} jours"


def test_a_page_draws_in_the_language_it_is_told(make_app: MakeApp) -> None:
    app: Flask = make_app()
    for cookie, lang in (("fr", "fr"), ("en", "en"), ("de", "fr")):
        with app.test_request_context(environ_overrides={"HTTP_COOKIE": f"jalon_langue={cookie}"}):
            assert f'<html lang="{lang}">' in render("door/accessibility.html")
