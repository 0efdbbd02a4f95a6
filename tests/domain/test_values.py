"""One parser and one printed form per kind: what people type, what is refused and in which words."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.plain_values import (
    TEXT_LIMIT,
    ValueFault,
    read_count,
    read_day,
    read_line,
    read_month,
    read_number,
    read_text,
    show_number,
)
from app.domain.values import READERS, WORDS, read_value, show_value, table_text
from questionnaires.schema import Kind, Option
from tests.intake.small_theme import (
    BREAKS,
    LITRES,
    QUESTIONS,
    ROOMS,
    SCREENING,
    SENT,
    TABLE,
    WATER,
    make_question,
)
from tests.intake.small_theme import WORDS as TEXT_QUESTION


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("3", "3"),
        ("3,5", "3.5"),
        ("3.50", "3.5"),
        (" 1 500 ", "1500"),
        ("1\u202f500,25", "1500.25"),
        ("1\u00a0500", "1500"),
        ("-2", "-2"),
        ("\u22122", "-2"),
        ("-0", "0"),
        (3, "3"),
        (Decimal("2.50"), "2.5"),
        (Decimal("1E3"), "1000"),
    ],
)
def test_numbers_are_read_however_they_are_typed(typed: object, number: str) -> None:
    assert read_number(typed) == Decimal(number)
    assert str(read_number(typed)) == number


@pytest.mark.parametrize(
    "typed", ["", "assez", "3 litres", "1,5,2", "1e3", "NaN", "٣", True, None, [], 2.5, Decimal("NaN")]
)
def test_what_is_not_a_number_is_refused_in_words(typed: object) -> None:
    with pytest.raises(ValueFault, match="n'est pas un nombre"):
        read_number(typed)


@pytest.mark.parametrize("typed", [10**30, Decimal("1E+400"), Decimal("-1E+400"), "999999999999999"])
def test_a_number_beyond_all_use_is_refused(typed: object) -> None:
    with pytest.raises(ValueFault, match="trop grand"):
        read_number(typed)


def test_bounds_are_said_with_the_refusal() -> None:
    with pytest.raises(ValueFault) as fault:
        read_number("20,5", minimum=Decimal(0), maximum=Decimal(20))
    assert fault.value.words == "20,5 est hors des bornes"
    assert fault.value.accepted == "un nombre de 0 à 20"
    assert read_number("20", maximum=Decimal(20)) == 20


def test_a_count_is_a_whole_number() -> None:
    assert read_count("12") == 12
    with pytest.raises(ValueFault, match="n'est pas un nombre entier"):
        read_count("1,5")
    with pytest.raises(ValueFault, match="un nombre de 1 à 9"):
        read_count(0, minimum=1, maximum=9)


def test_thousands_are_shown_with_a_narrow_space() -> None:
    assert show_number(Decimal("1234567.5")) == "1\u202f234\u202f567,5"


@pytest.mark.parametrize(
    "typed",
    ["15/05/2027", "15/5/2027", "15.05.2027", "15-05-2027", "2027-05-15", " 15 / 05 / 2027 ", date(2027, 5, 15)],
)
def test_days_are_read_in_french_and_in_iso(typed: object) -> None:
    assert read_day(typed) == date(2027, 5, 15)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("30/02/2026", "n'existe pas dans le calendrier"),
        ("2026-02-30", "n'existe pas dans le calendrier"),
        ("demain", "n'est pas une date"),
        ("15/05/27", "n'est pas une date"),
        ("01/01/0001", "l'année 1 est hors des bornes"),
        ("01/01/0000", "n'existe pas"),
        (datetime(2026, 5, 15, 8), "une heure suit la date"),  # noqa: DTZ001 - TOML gives local times without zone
        (date(3026, 5, 15), "l'année 3026"),
        (20260515, "n'est pas une date"),
    ],
)
def test_days_that_are_none_are_refused_in_words(typed: object, words: str) -> None:
    with pytest.raises(ValueFault, match=words):
        read_day(typed)


@pytest.mark.parametrize("typed", ["2026-06", "06/2026", "6/2026", "2026-6", date(2026, 6, 15)])
def test_months_are_read_both_ways(typed: object) -> None:
    assert read_month(typed) == "2026-06"


@pytest.mark.parametrize("typed", ["2026-13", "13/2026", "juin 2026", "0000-06", 6, "3026-06"])
def test_months_that_are_none_are_refused(typed: object) -> None:
    with pytest.raises(ValueFault, match="2026-06"):
        read_month(typed)


def test_text_keeps_lines_and_loses_control_characters() -> None:
    assert read_text(" a\r\nb\tc\x07\u202e\x85 ") == "a\nb\tc"
    assert read_text("e\u0301") == "é"
    assert read_line(" deux\nlignes ") == "deux lignes"


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b", "\udfff"])
def test_a_damaged_text_is_refused_not_mended(typed: str) -> None:
    with pytest.raises(ValueFault, match="caractère illisible"):
        read_text(typed)


def test_text_is_bounded_after_trimming() -> None:
    assert len(read_text(f" {'é' * TEXT_LIMIT} ")) == TEXT_LIMIT
    with pytest.raises(ValueFault, match="5001 caractères"):
        read_text("é" * (TEXT_LIMIT + 1))


@given(st.text())
def test_text_is_read_the_same_twice_and_holds_in_xml(words: str) -> None:
    try:
        read = read_text(words)
    except ValueFault:
        return
    assert read_text(read) == read
    assert all(c in "\n\t" or ord(c) >= 32 for c in read)
    assert not {"\ufffe", "\uffff"} & set(read)


def test_every_kind_has_a_reader_and_words() -> None:
    assert set(READERS) == set(WORDS) == set(Kind)


def test_sans_objet_is_refused_where_it_is_not_offered() -> None:
    assert read_value(BREAKS, "sans_objet") == "sans_objet"
    with pytest.raises(ValueFault) as fault:
        read_value(WATER, "sans_objet")
    assert fault.value.accepted == "oui, partiellement, non, ne_sait_pas"
    with pytest.raises(ValueFault, match="n'est pas proposé"):
        read_value(SENT, "sans_objet")


def test_a_number_and_a_day_may_be_unknown() -> None:
    assert read_value(LITRES, "ne_sait_pas") == "ne_sait_pas"
    assert read_value(SENT, " ne_sait_pas ") == "ne_sait_pas"
    assert read_value(LITRES, "sans_objet") == "sans_objet"
    assert read_value(TEXT_QUESTION, "ne_sait_pas") == "ne_sait_pas"
    assert show_value(LITRES, "ne_sait_pas") == "Je ne sais pas"


def test_a_near_miss_is_told() -> None:
    with pytest.raises(ValueFault, match="vouliez-vous dire « partiellement »"):
        read_value(WATER, "partielement")
    with pytest.raises(ValueFault, match="vouliez-vous dire « partiellement »"):
        read_value(WATER, "En partie")
    with pytest.raises(ValueFault, match="true n'est pas un code"):
        read_value(WATER, True)


def test_codes_come_back_in_the_order_of_the_question_without_doubles() -> None:
    assert read_value(SCREENING, ["nouveaux", "dehors", "dehors"]) == ("dehors", "nouveaux")
    assert read_value(SCREENING, "dehors") == ("dehors",)


def test_an_exclusive_code_stands_alone() -> None:
    assert read_value(SCREENING, ["aucune"]) == ("aucune",)
    with pytest.raises(ValueFault, match="« Aucune » ne va pas avec une autre réponse"):
        read_value(SCREENING, ["aucune", "dehors"])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.kind.value)
@pytest.mark.parametrize("blank", [None, "", "  ", []])
def test_a_blank_answer_is_no_answer(question: object, blank: object) -> None:
    with pytest.raises(ValueFault, match="la réponse est vide"):
        read_value(question, blank)  # type: ignore[arg-type]  # parametrised by the questions themselves


def test_sans_objet_among_several_codes_is_not_one_of_them() -> None:
    question = dataclasses.replace(SCREENING, not_applicable=True)
    assert read_value(question, ["sans_objet"]) == "sans_objet"
    assert read_value(question, ["aucune"]) == ("aucune",)
    assert show_value(question, "sans_objet") == "Sans objet"
    with pytest.raises(ValueFault, match="« Sans objet » ne va pas avec une autre réponse"):
        read_value(question, ["sans_objet", "dehors"])


ROWS = (
    (("mesure", "eau"), ("jaune", "2 | 3 L"), ("rouge", "")),
    (("mesure", "pause"), ("jaune", ""), ("rouge", "C:\\ 10 min")),
)


def test_a_table_is_read_from_rows_and_from_text() -> None:
    rows = [{"mesure": "eau", "jaune": "2 | 3 L"}, {"mesure": "pause", "rouge": "C:\\ 10\nmin"}]
    assert read_value(TABLE, rows) == ROWS
    assert read_value(TABLE, "eau | 2 \\| 3 L\n\nPAUSES |  | C:\\\\ 10 min") == ROWS
    assert read_value(TABLE, "Eau\t2\t4") == ((("mesure", "eau"), ("jaune", "2"), ("rouge", "4")),)


def test_headings_offered_with_nothing_beside_them_are_no_rows() -> None:
    assert read_value(TABLE, "Eau | |\nPauses | 10 min |") == (
        (("mesure", "pause"), ("jaune", "10 min"), ("rouge", "")),
    )
    with pytest.raises(ValueFault, match="le tableau est vide"):
        read_value(TABLE, "Eau | |\nPauses | |")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Eau | 1 | 2 | 3", "ligne 1 : 4 cases"),
        ("Eau | 1 | 2\nSoleil | 1", "ligne 2 : « Soleil » n'est pas une réponse possible"),
        (" | 1 | 2", "ligne 1 : « Mesure » n'est pas rempli"),
        ([{"mesure": "eau", "vert": "1"}], "ligne 1 : colonne « vert » inconnue"),
        (["eau"], "ligne 1 : « eau » n'est pas une ligne"),
        (12, "n'est pas un tableau"),
        ([{"mesure": "eau", "jaune": "1"}] * 201, "201 lignes"),
    ],
)
def test_bad_rows_are_named_by_their_number(raw: object, words: str) -> None:
    with pytest.raises(ValueFault, match=words):
        read_value(TABLE, raw)


_CELL = st.text(st.sampled_from("ab |\\é\t"), max_size=6)


@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=4))
def test_a_table_shown_as_text_reads_back_the_same(cells: list[tuple[str, str]]) -> None:
    try:
        rows = read_value(TABLE, [{"mesure": "eau", "jaune": one, "rouge": two} for one, two in cells])
    except ValueFault:
        return
    assert isinstance(rows, tuple)
    assert read_value(TABLE, table_text(TABLE, rows)) == rows  # type: ignore[arg-type]  # rows of a table


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        (WATER, "partiellement", "En partie"),
        (ROOMS, "non_mesuree", "Jamais mesurée"),
        (ROOMS, "code_retire", "code_retire"),
        (SCREENING, ("dehors", "nouveaux"), "Travail dehors ; Nouveaux arrivés"),
        (LITRES, Decimal("1500.5"), "1\u202f500,5\u00a0litres par jour"),
        (SENT, date(2026, 5, 9), "09/05/2026"),
        (TEXT_QUESTION, "Mes mots", "Mes mots"),
        (TABLE, ROWS, "Eau – Jaune : 2 | 3 L\nPauses – Rouge : C:\\ 10 min"),
    ],
)
def test_answers_are_shown_in_french_words(question: object, value: object, words: str) -> None:
    assert show_value(question, value) == words  # type: ignore[arg-type]  # parametrised by pairs that fit


@given(st.sampled_from(QUESTIONS), st.one_of(st.text(), st.integers(), st.booleans(), st.lists(st.text()), st.dates()))
def test_whatever_is_typed_is_read_or_refused_in_words(question: object, raw: object) -> None:
    try:
        value = read_value(question, raw)  # type: ignore[arg-type]  # drawn among questions
    except ValueFault as fault:
        told = str(fault)
    else:
        told = show_value(question, value)  # type: ignore[arg-type]  # drawn among questions
    assert told


def test_a_choice_with_its_own_unknown_code_is_not_given_a_second_one() -> None:
    question = make_question("ch_x", Kind.NUMBER, options=(Option(code="ne_sait_pas", label="Aucune idée"),))
    assert show_value(question, "ne_sait_pas") == "Aucune idée"
    assert show_value(dataclasses.replace(question, options=()), "ne_sait_pas") == "Je ne sais pas"
