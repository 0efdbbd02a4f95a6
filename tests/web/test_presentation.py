"""Words, dates and sizes as pages print them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment
from markupsafe import Markup

from app.web.presentation import (
    EnglishTemplates,
    FrenchTemplates,
    day,
    english_hour,
    english_many,
    environment,
    filters,
    hour,
    install,
    many,
    moment,
    size,
)
from forms.words import say
from translations.catalogue import Catalogue


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("<p>Vrai ? Non : l'un ; « oui » !</p>", "<p>Vrai\u202f? Non\u202f: l’un\u202f; «\u202foui\u202f»\u202f!</p>"),
        ("<p>{{ n }} : fin</p>", "<p>3\u202f: fin</p>"),
        ("<p>« {{ n }} »</p>", "<p>«\u202f3\u202f»</p>"),
        ("<p><b>Note</b> : fin</p>", "<p><b>Note</b>\u202f: fin</p>"),
        (
            '<a href="/a?b=l\'c : d" aria-label="L\'un : oui">x</a>',
            '<a href="/a?b=l\'c : d" aria-label="L’un\u202f: oui">x</a>',
        ),
        ("<p>A &amp; b ; c</p>", "<p>A &amp; b\u202f; c</p>"),
        ("<pre>l'un : oui</pre>", "<pre>l'un : oui</pre>"),
        ("{# l'un : #}{% if n > 1 %}l'un{% endif %}", "l’un"),
        ('<p class="{% if n > 1 %}a{% endif %}">d\'accord</p>', '<p class="a">d’accord</p>'),
        ('{{ "l\'un" }}', "l'un"),
        ('{{ _("l\'un") }}', "l'un"),
        ('<a aria-label="L\'un : {{ n }} ; oui">x</a>', '<a aria-label="L’un\u202f: 3\u202f; oui">x</a>'),
    ],
)
def test_words_of_templates_are_set_and_nothing_else(source: str, printed: str) -> None:
    environment = Environment(extensions=[FrenchTemplates])  # autoescape is not what is tried here
    assert environment.from_string(source).render(n=3) == printed


def test_days_sizes_and_plurals() -> None:
    assert day(date(2027, 3, 1)) == "1er\u00a0mars\u00a02027"
    assert [size(octets) for octets in (0, 1, 1024, 1025, 48_000)] == [f"{n}\u00a0Ko" for n in (1, 1, 1, 2, 47)]
    assert [many(n, "action") for n in (0, 1, 2)] == ["0\u00a0action", "1\u00a0action", "2\u00a0actions"]
    assert many(3, "unité de travail", "unités de travail") == "3\u00a0unités de travail"


def test_hours_are_those_of_the_service() -> None:
    evening = datetime(2026, 11, 24, 19, 42, tzinfo=UTC)
    assert hour(evening, "Europe/Paris") == "20\u00a0h\u00a042"
    assert english_hour(evening, "Europe/Paris") == "8:42\u00a0pm"
    assert english_hour(datetime(2026, 11, 24, 23, 5, tzinfo=UTC), "Europe/Paris") == "12:05\u00a0am"
    assert english_hour(datetime(2026, 11, 24, 11, 0, tzinfo=UTC), "Europe/Paris") == "12:00\u00a0pm"
    assert moment(datetime(2026, 11, 24, 23, 5, tzinfo=UTC), "Indian/Reunion") == (
        "25\u00a0novembre\u00a02026 à 3\u00a0h\u00a005"
    )
    assert filters("en")["moment"](evening, "Europe/Paris") == "24\u00a0November\u00a02026 at 8:42\u00a0pm"
    with pytest.raises(ValueError, match="zone"):
        hour(datetime(2026, 11, 24, 20, 42), "Europe/Paris")  # noqa: DTZ001 (what is refused)


def test_english_days_sizes_and_plurals() -> None:
    assert filters("en")["day"](date(2027, 3, 1)) == "1\u00a0March\u00a02027"
    assert filters("en")["size"](1025) == "2\u00a0kB"
    assert [english_many(n, "risk") for n in (0, 1, 2)] == ["0\u00a0risks", "1\u00a0risk", "2\u00a0risks"]
    assert english_many(2, "safety", "safeties") == "2\u00a0safeties"


def test_both_languages_have_the_same_filters() -> None:
    assert filters("fr").keys() == filters("en").keys()


def test_what_a_template_has_drawn_goes_through_the_filters_unchanged() -> None:
    for language in ("fr", "en"):
        drawn = Markup("l&#39;un <b>: deux</b>")
        assert [filters(language)[name](drawn) for name in ("fr", "content")] == [drawn, drawn]
        assert isinstance(filters(language)["fr"](drawn), Markup)


def test_typed_words_stay_as_they_are_and_content_says_it_is_french() -> None:
    english = filters("en")
    assert english["fr"]("l'un : « oui »") == "l'un : « oui »"
    assert english["fr"](say("Jamais dit ailleurs")) == "Jamais dit ailleurs"
    assert english["content"]("L'eau <3 ?") == Markup('<span lang="fr">L’eau &lt;3\u202f?</span>')
    assert english["content"]("") == ""
    assert filters("fr")["content"]("L'eau ?") == "L’eau\u202f?"


WORDS = Catalogue(
    messages={
        "Un mot": "One word",
        "Le reste de {{ n }}": "{{ n }}’s remainder",
        "Aide : {{ n }}": "Help: {{ n }}",
        '{{ n|many("œil", "yeux") }}': '{{ n|many("eye") }}',
        "l'un": "the one",
    },
    plurals={},
)


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("<p>Un mot</p>", "<p>One word</p>"),
        ("<p>Le reste de {{ n }}</p>", "<p>3’s remainder</p>"),
        ('<p title="Aide : {{ n }}">{{ _("l\'un") }}</p>', '<p title="Help: 3">the one</p>'),
        ('<p>{{ n|many("œil", "yeux") }}</p>', "<p>3\u00a0eyes</p>"),
        ("<p>{{ n }} : « {{ n }} » ?</p>", "<p>3: “3”?</p>"),
        ("<p>Pas traduit : l'un</p>", "<p>Pas traduit: l'un</p>"),
        ("<pre>l'un : oui</pre>", "<pre>l'un : oui</pre>"),
    ],
)
def test_english_words_take_the_place_of_the_french_ones(
    monkeypatch: pytest.MonkeyPatch, source: str, printed: str
) -> None:
    monkeypatch.setattr("app.web.presentation.load", lambda language: WORDS)
    page = Environment(extensions=[EnglishTemplates])  # autoescape is not what is tried here
    page.filters["many"] = english_many
    assert page.from_string(source).render(n=3) == printed


def small_app(monkeypatch: pytest.MonkeyPatch, templates: dict[str, str]) -> Flask:
    monkeypatch.setattr("app.web.presentation.load", lambda language: WORDS)
    app = Flask("small")
    app.jinja_loader = DictLoader(templates)
    install(app)
    return app


def test_a_language_follows_into_every_part_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    app = small_app(
        monkeypatch,
        {
            "base.html": "{{ lang }} {% block main %}{% endblock %}",
            "macros.html": "{% macro part() %}<p>Un mot</p>{{ lang }}{% endmacro %}",
            "page.html": '{% extends "base.html" %}{% from "mac" ~ "ros.html" import part %}'
            '{% block main %}{{ part() }}{% include ["none.html", "more.html"] %}{% endblock %}',
            "more.html": '<p>Un mot</p>{{ 1|shout }}{{ _("l\'un") }}',
        },
    )
    app.jinja_env.filters["shout"] = lambda value: f"{value}!"  # added after, seen in both languages
    with app.test_request_context():
        drawn = {language: environment(language).get_template("page.html").render() for language in ("fr", "en")}
    assert drawn["en"] == "en <p>One word</p>en<p>One word</p>1!the one"
    assert drawn["fr"] == "fr <p>Un mot</p>fr<p>Un mot</p>1!l&#39;un"


def test_a_page_already_compiled_reads_no_file_and_no_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    app = small_app(monkeypatch, {"page.html": "<p>Un mot</p>"})
    with app.test_request_context():
        for language in ("fr", "en"):
            environment(language).get_template("page.html")
        monkeypatch.setattr("app.web.presentation.rewrite", lambda *_: pytest.fail("translated again"))
        monkeypatch.setattr("app.web.presentation.load", lambda *_: pytest.fail("read again"))
        monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("opened a file"))
        assert environment("en").get_template("page.html").render() == "<p>One word</p>"
        assert environment("fr").get_template("page.html").render() == "<p>Un mot</p>"
