"""The library of remarks that is shipped, and the reader that refuses a bad file in French, everything at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from app.domain.remark_words import filled, left_to_fill
from questionnaires import catalogue
from questionnaires.catalogue import Catalogue
from questionnaires.check import check_catalogue
from questionnaires.reader_faults import ContentFaults
from questionnaires.remarks import VARIABLE, VARIABLES, check_remarks, read_remarks, unknown_variables

GOOD = '[[remarks]]\nid = "a"\ntitle = "Titre"\nkind = "conseil"\nwords = "Chez {{entreprise}}, bravo."\n'


def faults(text: str) -> list[str]:
    with pytest.raises(ContentFaults) as refused:
        read_remarks(text.encode(), file="remarques.toml", themes=("chaleur",))
    return [str(fault) for fault in refused.value.faults]


def test_the_shipped_library_is_whole() -> None:
    remarks = catalogue.load().remarks
    assert len(remarks) >= 25
    assert Counter(remark.theme for remark in remarks)["chaleur"] >= 15
    assert sum(not remark.theme for remark in remarks) >= 8
    assert {remark.kind.value for remark in remarks} == {"conseil", "question", "demande"}
    assert len({remark.title for remark in remarks}) == len(remarks)
    assert check_catalogue(catalogue.load()) == ()


@pytest.mark.parametrize("remark", catalogue.load().remarks, ids=lambda remark: remark.id)
def test_a_shipped_remark_advises_and_never_approves(remark: object) -> None:
    words: str = remark.words  # type: ignore[attr-defined]  # a remark
    assert not [bad for bad in ("conforme", "validé", "obligatoire", "sanction", "amende") if bad in words.casefold()]
    assert len(words) <= 400
    assert filled(words, dict.fromkeys(VARIABLES, "x")) == VARIABLE.sub("x", words)
    assert not left_to_fill(filled(words, dict.fromkeys(VARIABLES, "x")))


def test_a_request_says_for_when() -> None:
    asked = [remark for remark in catalogue.load().remarks if remark.kind.value == "demande"]
    assert asked
    assert all("{{date}}" in remark.words for remark in asked)


def test_an_unknown_variable_is_refused_with_those_that_exist() -> None:
    (fault,) = faults(GOOD.replace("entreprise", "societe"))
    assert "a" in fault
    assert "variable inconnue « societe »" in fault
    assert "entreprise, unite, situation, question, date" in fault


def test_an_unknown_theme_a_missing_key_and_a_double_are_told_at_once() -> None:
    found = faults(GOOD + 'theme = "froid"\n' + GOOD.replace('title = "Titre"\n', ""))
    assert any("thème « froid » inconnu" in fault for fault in found)
    assert any("« title » manque" in fault for fault in found)
    assert any("deux fois" in fault for fault in found)


@pytest.mark.parametrize("kind", ["note", "proposition", "reponse", ""])
def test_a_remark_is_sent_as_a_remark_a_question_or_a_request(kind: str) -> None:
    assert faults(GOOD.replace('"conseil"', f'"{kind}"'))


@pytest.mark.parametrize("text", ["", "rien = 1\n", "[[remarks]]\n", "[remarks]\n", "\x00", "[[autres]]\nid = 'a'\n"])
def test_a_file_that_holds_no_remark_is_refused_in_words(text: str) -> None:
    assert faults(text)


def test_a_title_holds_no_variable() -> None:
    assert "sans accolades" in faults(GOOD.replace("Titre", "Chez {{entreprise}}"))[0]


def test_a_question_that_its_theme_does_not_have_is_found() -> None:
    theme = catalogue.load().theme("chaleur")
    bad = read_remarks(
        (GOOD + 'theme = "chaleur"\nquestion = "ch_rien"\n' + GOOD.replace('"a"', '"b"') + 'question = "x"\n').encode(),
        file="remarques.toml",
        themes=("chaleur",),
    )
    found = [str(fault) for fault in check_remarks(bad, {"chaleur": theme})]
    assert "n'a pas de question « ch_rien »" in found[0]
    assert "sans thème" in found[1]


def test_content_without_a_library_has_no_remark(tmp_path: Path) -> None:
    (tmp_path / "themes").mkdir()
    assert Catalogue(root=tmp_path).remarks == ()


# --- the words ---


def test_what_is_known_is_replaced_and_what_is_not_stays_to_fill() -> None:
    words = filled("Chez {{ entreprise }}, unité {{unite}}.", {"entreprise": "Toitures"})
    assert words == "Chez Toitures, unité [unité de travail à compléter]."
    assert left_to_fill(words)
    assert left_to_fill(words.replace(" ", "\u00a0"))
    assert not left_to_fill("Chez Toitures, unité [Atelier].")


def test_a_value_is_never_read_as_a_variable() -> None:
    assert filled("{{entreprise}}", {"entreprise": "{{unite}}", "unite": "secret"}) == "{{unite}}"
    assert filled("{{entreprise}}", {"entreprise": r"\1 {{"}) == r"\1 {{"


@pytest.mark.parametrize("words", ["{{", "}}", "{{}}", "{{{entreprise}}}", "{{ }}", "{" * 5000])
def test_odd_braces_break_nothing(words: str) -> None:
    assert isinstance(filled(words, {}), str)
    assert isinstance(left_to_fill(words), bool)
    assert isinstance(unknown_variables(words), tuple)
