"""A section posted, read, refused and drawn again: nothing typed is lost, nothing unseen is erased."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.answer_marks import NO_ANSWER, answer_mark
from app.domain.answers import Answer, AnswerBook
from app.domain.establishment import People, WorkUnit
from forms.boxes import TwoValues, boxes_of_answers, boxes_of_form
from forms.section import SectionForm, section_form
from questionnaires.schema import Role, Theme
from tests.forms.pages import Law, draw, posted_by
from tests.intake.small_theme import BREAKS, LITRES, QUESTIONS, THEME, WATER

Posted = list[tuple[str, str]]

CONTROL = dataclasses.replace(WATER, roles=(("dehors", Role.ESSENTIAL),))
PAUSES = dataclasses.replace(BREAKS, roles=(("dehors", Role.SUPPORT),))
WITH_ROLES = dataclasses.replace(
    THEME,
    sha256="1" * 64,
    questions=tuple({"ch_eau": CONTROL, "ch_pauses": PAUSES}.get(question.id, question) for question in QUESTIONS),
)
UNITS = tuple(
    WorkUnit(key=key, name=name, activities="", places="", people=People(total=2), flags=frozenset(), women_men="")
    for key, name in (("UT1", "Couvreurs"), ("UT2", "Bureau"))
)
KEYS = ("UT1", "UT2")


def posted(pairs: Posted, *, theme: Theme = THEME, section: str = "eau", units: tuple[str, ...] = ()) -> SectionForm:
    """A section form that received these fields; every question named was on the page."""
    names = {name.partition("__")[0] for name, _ in pairs}
    marks = [(f"{name}__base", NO_ANSWER) for name in names if (f"{name}__base", NO_ANSWER) not in pairs]
    return section_form(theme, section, units=units)(MultiDict(pairs + marks))


def test_a_whole_section_is_read() -> None:
    form = posted(
        [
            ("ch_eau", "partiellement"),
            ("ch_pauses", "sans_objet"),
            ("ch_pauses__motif", " Bureau\u202fclimatisé "),
            ("ch_locaux", "plus_28"),
            ("ch_litres", "2,5"),
            ("ch_mots", "Glacière\r\ndans le fourgon"),
            ("ch_transmise_le", "15/05/2026"),
            ("ch_niveaux", "Eau | 2 L | 4 L"),
        ]
    )
    assert form.validate(), form.faults()
    assert form.answers() == {
        ("ch_eau", "*"): Answer(value="partiellement"),
        ("ch_pauses", "*"): Answer(value="sans_objet", reason="Bureau climatisé"),
        ("ch_locaux", "*"): Answer(value="plus_28"),
        ("ch_litres", "*"): Answer(value=Decimal("2.5")),
        ("ch_mots", "*"): Answer(value="Glacière\ndans le fourgon"),
        ("ch_transmise_le", "*"): Answer(value=date(2026, 5, 15)),
        ("ch_niveaux", "*"): Answer(value=((("mesure", "eau"), ("jaune", "2 L"), ("rouge", "4 L")),)),
    }


def test_several_codes_are_read_and_an_exclusive_one_stands_alone() -> None:
    form = posted([("ch_situations", "nouveaux"), ("ch_situations", "dehors")], section="tri")
    assert form.validate()
    assert form.answers()["ch_situations", "*"] == Answer(value=("dehors", "nouveaux"))
    form = posted([("ch_situations", "aucune"), ("ch_situations", "dehors")], section="tri")
    assert not form.validate()
    assert "« Aucune » ne va pas avec une autre réponse" in form.faults()[0].words


def test_a_blank_answer_that_was_shown_is_cleared_and_one_not_shown_is_left_alone() -> None:
    form = posted([("ch_eau__base", NO_ANSWER), ("ch_mots", "  ")])
    assert form.validate()
    assert form.answers() == {("ch_eau", "*"): None, ("ch_mots", "*"): None}


@pytest.mark.parametrize(
    ("pairs", "anchor", "words"),
    [
        ([("ch_litres", "assez")], "ch_litres", "« assez » n'est pas un nombre. Accepté : un nombre de 0 à 20."),
        ([("ch_litres", "21")], "ch_litres", "21 est hors des bornes."),
        ([("ch_litres", "3"), ("ch_litres", "ne_sait_pas")], "ch_litres", "cochez « Je ne sais pas », pas les deux"),
        ([("ch_transmise_le", "30/02/2026")], "ch_transmise_le", "La date « 30/02/2026 » n'existe pas"),
        ([("ch_pauses", "sans_objet")], "ch_pauses__motif", "Dites pourquoi « nom de ch_pauses » est sans objet"),
        ([("ch_litres", "sans_objet")], "ch_litres__motif", "Dites pourquoi"),
        ([("ch_pauses", "sans_objet"), ("ch_pauses__motif", "x" * 501)], "ch_pauses__motif", "501 caractères"),
        ([("ch_eau", "sans_objet")], "ch_eau", "Choisissez une des réponses proposées."),
        ([("ch_eau", "oui"), ("ch_eau", "non")], "ch_eau", "Donnez une seule réponse."),
        ([("ch_mots", "a\x00b")], "ch_mots", "caractère illisible"),
        ([("ch_niveaux", "Soleil | 1")], "ch_niveaux", "Ligne 1 : « Soleil » n'est pas une réponse possible"),
    ],
)
def test_what_cannot_be_read_is_said_where_it_stands_and_the_rest_is_kept(
    pairs: Posted, anchor: str, words: str
) -> None:
    form = posted([*pairs, ("ch_locaux", "plus_28")])
    assert not form.validate()
    (fault,) = form.faults()
    assert fault.anchor == anchor
    assert words in fault.words
    assert form.answers() == {("ch_locaux", "*"): Answer(value="plus_28")}
    page = draw(*boxes_of_form(form))
    (error,) = page.xpath("//*[contains(@class, 'govuk-error-message')]")
    assert error.get("id") == f"{anchor}-error"
    assert page.xpath(f"//*[@id='{anchor}']"), "the summary's link lands on the control"
    assert page.xpath("//div[contains(@class, 'has-error')]")


def test_everything_typed_comes_back() -> None:
    pairs = [
        ("ch_eau", "partiellement"),
        ("ch_pauses", "sans_objet"),
        ("ch_pauses__motif", '<b>"motif"</b>' + "x" * 500),
        ("ch_litres", "assez"),
        ("ch_mots", "</textarea><script>\nligne 2"),
        ("ch_transmise_le", "30/02/2026"),
        ("ch_niveaux", "Soleil | <i>"),
    ]
    form = posted(pairs)
    assert not form.validate()
    page = draw(*boxes_of_form(form))
    fields = page.fields
    assert {name: fields[name].strip() for name, _ in pairs} == dict(pairs)
    assert not page.xpath("//script | //i | //textarea//*")


def test_what_is_drawn_from_answers_is_read_back_the_same() -> None:
    book = AnswerBook(
        theme="chaleur",
        answers={
            ("ch_situations", "*"): Answer(value=("dehors", "nouveaux")),
            ("ch_eau", "*"): Answer(value="oui"),
            ("ch_eau", "UT2"): Answer(value="non"),
            ("ch_pauses", "UT1"): Answer(value="sans_objet", reason="à l'ombre"),
            ("ch_litres", "*"): Answer(value=Decimal("1234567.5")),
            ("ch_mots", "*"): Answer(value="\nDeux\nlignes & <i>"),
            ("ch_transmise_le", "*"): Answer(value=date(2026, 5, 15)),
            ("ch_niveaux", "*"): Answer(value=((("mesure", "eau"), ("jaune", "a | b\\"), ("rouge", "")),)),
        },
    )
    theme = dataclasses.replace(
        WITH_ROLES,
        sha256="2" * 64,
        questions=tuple(dataclasses.replace(question, maximum=None) for question in WITH_ROLES.questions),
    )
    found: dict[tuple[str, str], Answer | None] = {}
    for section in ("tri", "eau"):
        questions = [question for question in theme.questions if question.section == section]
        page = draw(*boxes_of_answers(questions, book, units=UNITS))
        form = section_form(theme, section, units=KEYS)(MultiDict(posted_by(page)))
        assert form.validate(), form.faults()
        found.update(form.answers())
        for (question, unit), _ in form.answers().items():
            assert form.mark(question, unit) == answer_mark(book.answers.get((question, unit)))
    kept = {place: answer for place, answer in found.items() if answer is not None}
    assert kept == {**book.answers, ("ch_mots", "*"): Answer(value="Deux\nlignes & <i>")}


def test_a_unit_answers_otherwise_where_it_may() -> None:
    pairs = [("ch_eau", "oui"), ("ch_eau.UT2", "non"), ("ch_pauses.UT1", "sans_objet")]
    form = posted(pairs, theme=WITH_ROLES, units=KEYS)
    assert not form.validate()
    assert form.answers()["ch_eau", "UT2"] == Answer(value="non")
    assert [fault.anchor for fault in form.faults()] == ["ch_pauses.UT1__motif"]
    page = draw(
        *boxes_of_form(posted([*pairs, ("ch_pauses__base", NO_ANSWER)], theme=WITH_ROLES, units=KEYS), units=UNITS)
    )
    assert len(page.xpath("//details[@open]")) == 2
    assert "Couvreurs" in page.text_content()


def test_a_unit_can_go_back_to_the_common_answer() -> None:
    book = AnswerBook(theme="chaleur", answers={("ch_eau", "UT2"): Answer(value="non")})
    (box,) = boxes_of_answers([CONTROL], book, units=UNITS)
    page = draw(box)
    ticked = page.xpath("//input[@checked]")
    assert [(radio.get("name"), radio.get("value")) for radio in ticked] == [("ch_eau.UT1", ""), ("ch_eau.UT2", "non")]
    assert page.xpath("//label[@for='ch_eau.UT2']")[0].text_content() == "Comme les autres"
    form = posted([("ch_eau.UT2", "")], theme=WITH_ROLES, units=KEYS)
    assert form.validate()
    assert form.answers() == {("ch_eau", "UT2"): None}


def test_papers_hold_for_the_firm_and_one_unit_has_no_exception() -> None:
    papers = section_form(THEME, "eau", units=KEYS)(MultiDict())
    assert "ch_eau.UT1" not in papers
    assert "ch_eau.UT1" in section_form(WITH_ROLES, "eau", units=KEYS)(MultiDict())
    assert "ch_eau.UT1" not in section_form(WITH_ROLES, "eau", units=("UT1",))(MultiDict())
    assert "ch_mots.UT1" in papers
    assert "ch_litres.UT1" not in papers


def test_the_form_class_is_kept_by_content_section_and_units() -> None:
    assert section_form(THEME, "eau") is section_form(dataclasses.replace(THEME), "eau")
    assert section_form(THEME, "eau", units=KEYS) is not section_form(THEME, "eau")
    assert section_form(THEME, "eau") is not section_form(dataclasses.replace(THEME, sha256="3" * 64), "eau")
    with pytest.raises(KeyError):
        section_form(THEME, "absente")


def test_a_mark_changes_with_the_value_and_with_the_reason() -> None:
    marks = {
        answer_mark(answer)
        for answer in (
            None,
            Answer(value="oui"),
            Answer(value="oui", reason="x"),
            Answer(value=("oui",)),
            Answer(value=Decimal(3)),
            Answer(value="3"),
            Answer(value=date(2026, 1, 3)),
        )
    }
    assert len(marks) == 7
    assert answer_mark(Answer(value=Decimal("3.5"))) == answer_mark(Answer(value=Decimal("3.5")))


def test_the_law_is_folded_under_its_question() -> None:
    (box,) = boxes_of_answers([WATER], AnswerBook(theme="chaleur", answers={}))
    law = Law("De l'eau fraîche est fournie", "art. R. 4463-4 du code du travail", date(2026, 3, 27))
    page = draw(box, laws=(law,))
    (fold,) = page.xpath("//details")
    assert fold.xpath("./summary")[0].text_content() == "Pour vous aider pour la question : Texte de ch_eau\u202f?"
    assert "Ce que dit le texte : De l’eau fraîche est fournie" in fold.text_content()
    assert "art.\u00a0R.\u00a04463-4 du code du travail. Texte lu le 27 mars 2026." in fold.text_content()
    (box,) = boxes_of_answers([BREAKS], AnswerBook(theme="chaleur", answers={}))
    doubtful = dataclasses.replace(law, to_check=True)
    (fold,) = draw(box, laws=(doubtful,)).xpath("//details")
    assert fold.xpath("./summary")[0].text_content().startswith("Ce que dit le texte pour la question")
    assert "Règle à vérifier auprès de votre SPSTI." in fold.text_content()
    assert "Texte lu" not in fold.text_content()


def test_a_group_left_unticked_says_nothing_and_a_cleared_text_does() -> None:
    form = posted([("ch_eau__base", NO_ANSWER), ("ch_mots", " "), ("ch_locaux", "plus_28")])
    assert form.validate()
    assert {change.name: change.answer for change in form.changes()} == {
        "ch_mots": None,
        "ch_locaux": Answer(value="plus_28"),
    }


def test_a_unit_says_it_goes_back_to_the_common_answer() -> None:
    form = posted([("ch_eau.UT2", "")], theme=WITH_ROLES, units=KEYS)
    assert form.validate()
    (change,) = form.changes()
    assert (change.name, change.answer) == ("ch_eau.UT2", None)


def test_a_reason_that_stayed_in_the_page_is_not_kept_with_another_answer() -> None:
    form = posted([("ch_pauses", "oui"), ("ch_pauses__motif", "à l'ombre")])
    assert form.validate()
    assert form.answers() == {("ch_pauses", "*"): Answer(value="oui")}


def test_two_values_are_shown_with_nothing_ticked_and_words_ask_which() -> None:
    pairs = [("ch_eau", "oui"), ("ch_mots", "Mes mots")]
    clash = TwoValues(lines=(("Non", "gérante", "20 h 31"), ("Oui", "chef d'équipe", "20 h 38")), mark="?abc")
    page = draw(*boxes_of_form(posted(pairs), clashes={"ch_eau": clash, "ch_mots": clash}))
    assert not page.xpath("//input[@checked]")
    assert page.xpath("//textarea[@name='ch_mots']")[0].text.strip() == "Mes mots"
    assert page.fields["ch_eau__base"] == page.fields["ch_mots__base"] == "?abc"
    assert [str(box) for box in page.xpath("//input[@name='ch_mots__choix']/@value")] == ["la_leur", "la_mienne"]
    assert not page.xpath("//input[@name='ch_eau__choix']")
    assert "Non" in page.xpath("//*[@id='ch_eau-deux']")[0].text_content()


def test_the_legend_is_followed_by_something_one_sees() -> None:
    """The legend floats: what follows it clears the float, and a hidden field would not."""
    book = AnswerBook(theme="chaleur", answers={})
    for box in boxes_of_answers(WITH_ROLES.questions, book, units=UNITS):
        for legend in draw(box).xpath("//legend"):
            assert legend.getnext().get("type") != "hidden"


def test_the_unit_of_a_number_is_shown() -> None:
    assert LITRES.unit in draw(*boxes_of_answers([LITRES], AnswerBook(theme="chaleur", answers={}))).text_content()


def test_a_table_left_with_its_headings_alone_is_no_answer() -> None:
    (box,) = boxes_of_answers([QUESTIONS[-1]], AnswerBook(theme="chaleur", answers={}))
    form = section_form(THEME, "eau")(MultiDict(posted_by(draw(box))))
    assert form.validate(), form.faults()
    assert form.answers() == {("ch_niveaux", "*"): None}
