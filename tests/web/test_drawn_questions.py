"""The questions of a page that are drawn once for all who answered them alike: nobody sees another's."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from app.domain.answers import Answer, AnswerBook
from app.domain.establishment import EVERY_UNIT, People, WorkUnit
from app.web.language import COOKIE, Language
from app.web.presentation import environment
from app.web.themes_sections import drawn
from forms.boxes import AnswerBox, boxes_of_answers
from questionnaires import catalogue
from tests.web.conftest import MakeApp

LANGUAGES: tuple[Language, ...] = ("fr", "en")


def _unit(key: str, name: str) -> WorkUnit:
    people = People(total=1)
    return WorkUnit(key=key, name=name, activities="", places="", people=people, flags=frozenset(), women_men="")


FIRMS = (("Atelier", "Boutique"), ("Atelier", "Bureau"), ("<b>Chantier</b>", "Dépôt"))
SAID = (
    Answer(value="oui"),
    Answer(value="non"),
    Answer(value="sans_objet", reason="Rien <i>ici</i>"),
    Answer(value="sans_objet", reason="Autre motif"),
    None,
)


def _boxes(names: tuple[str, ...], answer: Answer | None, own: Answer | None) -> tuple[AnswerBox, ...]:
    theme = catalogue.load().theme("chaleur")
    units = tuple(_unit(f"UT{number}", name) for number, name in enumerate(names, 1))
    said = {EVERY_UNIT: answer, units[0].key: own}
    answers = {
        (question.id, unit): each for question in theme.questions for unit, each in said.items() if each is not None
    }
    return boxes_of_answers(theme.questions, AnswerBook(theme="chaleur", answers=answers), units=units)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_question_drawn_again_is_the_one_of_who_asks(make_app: MakeApp, turn: int) -> None:
    app = make_app()
    for language, names, answer, own in product(LANGUAGES, FIRMS, SAID, SAID):
        with app.test_request_context("/", headers={"Cookie": f"{COOKIE}={language}"}):
            part: Any = environment(language).get_template("questions/question.html").module
            for box in _boxes(names, answer, own)[turn::4]:
                assert drawn(box, ()) == part.question(box, ())
