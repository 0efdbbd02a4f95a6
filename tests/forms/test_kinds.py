"""Every kind has its four parts: a reader, printed words, a form field and a partial; a new kind fails here first."""

from __future__ import annotations

import lxml.html
import pytest

from app.domain.answers import AnswerBook
from app.domain.values import READERS, WORDS, show_value
from forms.boxes import boxes_of_answers
from forms.kinds import FIELDS
from questionnaires.schema import Kind
from tests.forms.pages import TEMPLATES, check, draw
from tests.intake.small_theme import QUESTIONS

BLANK = AnswerBook(theme="chaleur", answers={})


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_has_its_four_parts(kind: Kind) -> None:
    assert kind in READERS, "a reader in app/domain/values.py"
    assert kind in WORDS, "printed words in app/domain/values.py"
    assert kind in FIELDS, "a field builder in forms/kinds.py"
    assert (TEMPLATES / "questions" / f"{kind.value}.html").is_file(), "a partial in app/templates/questions"
    assert any(question.kind is kind for question in QUESTIONS), "a question of the kind in the tests"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.kind.value)
def test_a_question_is_drawn_with_its_words_and_nothing_filled(question: object) -> None:
    (box,) = boxes_of_answers([question], BLANK)  # type: ignore[list-item]  # parametrised by questions
    page = draw(box)
    assert page.xpath("//fieldset/legend")[0].text_content() == f"Texte de {box.name}\u202f?"
    assert f"raison de {box.name}." in page.text_content()
    assert not page.xpath("//input[@checked]")
    assert page.xpath(f"//*[@id='{box.name}'][@name='{box.name}']"), "the first control carries the question's id"
    if box.kind != "table":
        assert not [field for field in page.xpath("//input[@type='text'] | //textarea") if (field.value or "").strip()]


def test_a_table_offers_its_headings_in_words() -> None:
    (box,) = boxes_of_answers([QUESTIONS[-1]], BLANK)
    assert draw(box).xpath("//textarea")[0].text.strip() == "Eau | |\nPauses | |"


def test_levels_are_shown_in_words() -> None:
    assert show_value(QUESTIONS[1], "partiellement") == "En partie"
    (box,) = boxes_of_answers([QUESTIONS[1]], BLANK)
    words = [label.text_content() for label in draw(box).xpath("//label")]
    assert words == ["Oui", "En partie", "Non", "Je ne sais pas"]


@pytest.mark.parametrize(
    "page",
    [
        "<form><input type='text' id='a' name='a'></form>",
        "<form><label for='b'>B</label></form>",
        "<form><p id='a'></p><p id='a'></p></form>",
        "<form><fieldset aria-describedby='rien'><legend>L</legend></fieldset></form>",
        "<form><fieldset><legend> </legend></fieldset></form>",
        "<form><label for='a'>A</label><input type='checkbox' id='a' required></form>",
        "<form><p class='govuk-error-message' id='e'>E</p></form>",
    ],
)
def test_the_strict_check_of_a_page_can_fail(page: str) -> None:
    with pytest.raises(AssertionError):
        check(lxml.html.fromstring(page))
