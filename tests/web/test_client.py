"""The strict client refuses what it must: each rule, broken on an otherwise good page."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.client import StrictClient

GOOD = """<!doctype html>
<html lang="fr"><head><title>Bonjour – Jalon</title><link rel="stylesheet" href="/static/jalon.css"></head>
<body><main><h1>Bonjour</h1><h2>Suite</h2><p id="aide">Est-ce clair\u202f? L’essentiel.</p>
<form><label for="nom">Nom</label><input id="nom" name="nom" aria-describedby="aide"><button>Envoyer</button></form>
<a href="/plan">Le plan</a><a href="#aide">De l’aide</a></main></body></html>"""


def client_of(source: str) -> StrictClient:
    app = Flask("bad")
    app.add_url_rule("/", view_func=lambda: source)
    return StrictClient(app)


def test_a_good_page_passes() -> None:
    assert client_of(GOOD).get("/").h1 == "Bonjour"


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("<!doctype html>\n", "", "no doctype"),
        ("</form>", "</div>", "Unexpected end tag"),
        ("<title>Bonjour", "<title>Autre", "does not repeat the h1"),
        ("<h2>Suite</h2>", "<h1>Suite</h1>", "1 title and 2 h1"),
        ("<h2>Suite</h2>", "<h3>Suite</h3>", "heading 3 right after heading 1"),
        ('<label for="nom">Nom</label>', "<span>Nom</span>", "field nom has no label"),
        ('<label for="nom">Nom</label>', '<label for="nom"> </label>', "field nom has no label"),
        (">Envoyer<", "><", "without words"),
        ('href="/plan">Le plan', 'href="/plan">De l’aide', "lead elsewhere"),
        ('<p id="aide">', '<p id="nom">', "identifier nom twice"),
        ('describedby="aide"', 'describedby="absent"', "names absent, which is nowhere"),
        ('href="#aide"', 'href="#absent"', "link to #absent"),
        ('<p id="aide">', '<p id="aide" style="color:red">', "inline style on <p>"),
        ("<form>", '<form onsubmit="x()">', "onsubmit on <form>"),
        ("<form>", "<script>x()</script><form>", "script without source"),
        ("/static/jalon.css", "https://ailleurs.exemple/x.css", "fetched from elsewhere"),
        ("clair\u202f?", "clair ?", "not French typography"),
        ("L’essentiel", "L'essentiel", "not French typography"),
        ("<button>", '<button aria-label="Envoyer : oui">', "not French typography"),
        ('lang="fr"', 'lang="en"', "does not say it is in French"),
        ("Envoyer", "Submit", "English word: Submit"),
    ],
)
def test_a_broken_rule_is_told(good: str, bad: str, fault: str) -> None:
    assert good in GOOD
    with pytest.raises(AssertionError, match=fault):
        client_of(GOOD.replace(good, bad, 1)).get("/")


def test_another_status_than_expected_is_told() -> None:
    with pytest.raises(AssertionError, match="404 instead of 200"):
        client_of(GOOD).get("/nulle-part")
