"""Every kind has its four parts: a reader, printed words, a form field and a partial; a new kind fails here first."""

from __future__ import annotations

from typing import Any

import lxml.html
import pytest
from werkzeug.datastructures import MultiDict

from app.domain.answer_marks import NO_ANSWER
from app.domain.answers import Answer, AnswerBook
from app.domain.values import READERS, WORDS, show_value
from forms.boxes import boxes_of_answers, boxes_of_form
from forms.cells import cell_name
from forms.kinds import FIELDS
from forms.section import section_form
from questionnaires.schema import Kind
from tests.forms.pages import TEMPLATES, check, draw
from tests.intake.small_theme import QUESTIONS, THEME

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
    (first,) = page.xpath(f"//*[@id='{box.name}']")
    assert first.get("name", "").split("__")[0] == box.name, "the first control carries the question's id"
    assert not [field for field in page.xpath("//input[@type='text'] | //textarea") if (field.value or "").strip()]


TABLE = QUESTIONS[-1]
CELLS = [cell_name(TABLE.id, option, column) for option in TABLE.columns[0].options for column in TABLE.columns[1:]]


def test_a_table_whose_rows_are_known_has_one_field_a_cell() -> None:
    (box,) = boxes_of_answers([TABLE], BLANK)
    page = draw(box)
    assert [field.get("name") for field in page.xpath("//textarea")] == CELLS
    assert next(label.text_content() for label in page.xpath("//label")).endswith(" : Eau")
    assert [row.text_content() for row in page.xpath("//*[@role='group']/p")] == ["Eau", "Pauses"]


def read_table(*pairs: tuple[str, str]) -> Any:
    form = section_form(THEME, TABLE.section)(MultiDict([(f"{TABLE.id}__base", NO_ANSWER), *pairs]))
    form.validate()
    return form


def test_cells_come_back_as_the_rows_of_the_table() -> None:
    form = read_table((CELLS[0], "Fontaine | \\ fraîche\n ici"), (CELLS[3], "Toutes les heures"))
    value = form.answers()[TABLE.id, "*"].value
    first, second = (dict(row) for row in value)
    assert list(first.values()) == ["eau", "Fontaine | \\ fraîche ici", ""]
    assert list(second.values())[2] == "Toutes les heures"
    answer = Answer(value=value, reason="")
    (box,) = boxes_of_answers([TABLE], AnswerBook(theme="chaleur", answers={(TABLE.id, "*"): answer}))
    assert [(field.text or "").strip() for field in draw(box).xpath("//textarea")] == [
        "Fontaine | \\ fraîche ici", "", "", "Toutes les heures",
    ]  # fmt: skip


def test_rows_keep_the_order_they_are_stored_in() -> None:
    form = read_table((TABLE.id, "Pauses | dix minutes | \nEau | fraîche | "))
    answer = form.answers()[TABLE.id, "*"]
    (box,) = boxes_of_answers([TABLE], AnswerBook(theme="chaleur", answers={(TABLE.id, "*"): answer}))
    shown = [(field.get("name"), (field.text or "").removeprefix("\n")) for field in draw(box).xpath("//textarea")]
    assert [name for name, _words in shown] == [*CELLS[2:], *CELLS[:2]]
    assert read_table(*shown).answers()[TABLE.id, "*"].value == answer.value


def test_empty_cells_are_no_answer_and_a_text_is_still_read() -> None:
    assert read_table(*((name, " ") for name in CELLS)).answers()[TABLE.id, "*"] is None
    assert read_table((CELLS[0], ""), (CELLS[0], "deux fois")).answers()[TABLE.id, "*"] is None
    (row,) = read_table((TABLE.id, "Eau | Fontaine |")).answers()[TABLE.id, "*"].value
    assert dict(row)[TABLE.columns[1].id] == "Fontaine"


def test_a_cell_too_long_is_told_and_comes_back() -> None:
    form = read_table((CELLS[0], "x" * 5001), (CELLS[3], "Toutes les heures"))
    assert "5001 caractères" in form.faults()[0].words
    (box,) = [each for each in boxes_of_form(form) if each.name == TABLE.id]
    assert [len((field.text or "").strip()) for field in draw(box).xpath("//textarea")] == [5001, 0, 0, 17]


def test_rows_that_cells_cannot_show_are_shown_as_a_text() -> None:
    for text in ("Eau | matin |\nEau | soir |", "Ombre | matin |", "Eau | a | b | c"):
        (box,) = [each for each in boxes_of_form(read_table((TABLE.id, text))) if each.name == TABLE.id]
        assert draw(box).xpath("//textarea")[0].text.strip() == text


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
