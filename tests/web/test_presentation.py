"""Words, dates and sizes as pages print them."""

from __future__ import annotations

from datetime import date

import pytest
from jinja2 import Environment

from app.web.presentation import FrenchTemplates, day, many, size


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
