"""What a message of a template is, and how its translation takes its place."""

from __future__ import annotations

import pytest

from translations.runs import literals, loose_literals, messages, rewrite
from translations.sources import TEMPLATES

SPACES = str.maketrans({"\u202f": " ", "\u00a0": " ", "\u2019": "'"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Bonjour</p><p>Au revoir</p>", ["Bonjour", "Au revoir"]),
        ("<p>Le code part à <b>{{ email }}</b>.</p>", ["Le code part à <b>{{ email }}</b>."]),
        ("<p>\n  Deux lignes\n  d'une phrase\n</p>", ["Deux lignes d'une phrase"]),
        ('<p><a class="x" href="{{ url }}">Voir</a></p>', ["Voir"]),
        ("<p><b>Nom</b> <small>métier</small></p>", ["Nom", "métier"]),
        ("<p><b>Note</b> : des mots</p>", ["<b>Note</b> : des mots"]),
        ('<a href="/">{{ icon("back") }}<span>Retour</span></a>', ["Retour"]),
        ('{{ icon("back") }} Retour', ["Retour"]),
        ("<a>{% if x %}Un{% else %}Deux{% endif %}</a>", ["Un", "Deux"]),
        ("<a>Un {% if x %}<b>deux</b>{% endif %}</a>", ["Un", "deux"]),
        ('<li>{{ n|many("salarié") }}</li>', ['{{ n|many("salarié") }}']),
        ("<p>{{ text|fr }} : {{ other }} 12 %</p>", []),
        ("<p>{{ a.b }}. Lu le {{ c|day }}.</p>", ["{{ a.b }}. Lu le {{ c|day }}."]),
        ("<p>&nbsp;&amp;</p>", []),
        ("{# Un mot #}<!-- Un mot --><script>var mot;</script><style>p {}</style><pre>mot</pre>", []),
        ('<div aria-label="Aide" title="{{ x }}" class="mot" data-say-late="Trop tard">Corps</div>', None),
        ('<input aria-label="Retirer : {{ name }}" value="mot">', ["Retirer : {{ name }}"]),
        ('<textarea placeholder="Vos mots">{{ x }}</textarea>', ["Vos mots"]),
        ('<meta name="viewport" content="width=device-width"><meta name="description" content="Un site">', ["Un site"]),
        ('<meta name="description" content="{% block d %}Un site{% endblock %}">', ["Un site"]),
        ('{{ field(_("Nom"), hint=_(\'L"autre\')) }}', ["Nom", 'L"autre']),
        ('{% set title = _("Titre") %}', ["Titre"]),
        ('<a href="/en" lang="en">English</a>', []),
        ('{% if a %} aria-describedby="{{ b }}-hint"{% endif %}', []),
        ("{% if a %} jl-btn--2{% endif %}{{ box.name }}-error{% if b %}fin{% endif %}", ["fin"]),
        ('<p class="{% if a > 1 %}x{% endif %}">Mot</p>', ["Mot"]),
    ],
)
def test_a_template_is_cut_into_whole_sentences(source: str, expected: list[str] | None) -> None:
    assert messages(source) == (["Aide", "Trop tard", "Corps"] if expected is None else expected)


@pytest.mark.parametrize(
    ("source", "translation", "expected"),
    [
        ("<p>\n  Le code de {{ x }}\n</p>", "{{ x }}’s code", "<p>\n  {{ x }}’s code\n</p>"),
        ('<p class="a"><b>Un</b></p>', "One", '<p class="a"><b>One</b></p>'),
        ('{{ f(_("Un")) }}', 'a "quoted" \\ word', '{{ f("a \\"quoted\\" \\\\ word") }}'),
        ('<p title="Un">1</p>', "One", '<p title="One">1</p>'),
        ("<p>1</p>", "never", "<p>1</p>"),
    ],
)
def test_a_translation_takes_the_place_of_the_words_and_of_nothing_else(
    source: str, translation: str, expected: str
) -> None:
    assert rewrite(source, lambda message: translation) == expected


def test_a_translation_may_hold_words_to_translate() -> None:
    known = {'Voir {{ f(_("la suite")) }}': 'See {{ f(_("la suite")) }}', "la suite": "more"}
    assert rewrite('<p>Voir {{ f(_("la suite")) }}</p>', lambda text: known[text]) == '<p>See {{ f("more") }}</p>'


def test_only_expressions_hold_literals_to_translate() -> None:
    assert literals('<p>_("x")</p>{{ a._("y") }}{{ _("z") }}', str.upper) == '<p>_("x")</p>{{ a._("y") }}{{ "Z" }}'


def test_words_that_nobody_can_translate_are_told() -> None:
    source = '{# "Un mot" #}{{ f("Nom", _("Mot"), "jl-a jl-b", "a_evaluer", x|many("l\'un", "les uns"), \'déjà là\') }}'
    assert loose_literals(source) == ["Nom", "déjà là"]


def test_without_translation_no_template_changes() -> None:
    for path in sorted(TEMPLATES.rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        folded = " ".join(rewrite(source, str).split())
        assert folded == " ".join(literals(source, str).split()), path.name
