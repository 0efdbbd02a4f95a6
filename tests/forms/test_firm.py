"""What people type of a firm and of its units, right and wrong."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from app.domain.establishment import UNIT_FLAGS, People
from app.models.establishment import SIRET_STATES as STORED_STATES
from forms.firm import SIRET_STATES, FirmForm
from forms.words import Said
from forms.work_unit import UnitForm
from questionnaires import catalogue

TODAY = date(2026, 11, 24)
CONTENT = catalogue.load()
RIGHT = {
    "nom": "Toitures d'exemple",
    "siret": "732 829 320 00074",
    "activite": "43.91B",
    "effectif": "9",
    "effectif_le": "24/11/2026",
    "cse": "aucun",
    "fonction": "gérante",
}
UNIT = {"nom": "Équipe", "total": "5"}


def firm(*pairs: tuple[str, str], **changes: str) -> FirmForm:
    form = FirmForm(MultiDict([*({**RIGHT, **changes}).items(), *pairs]))
    form.check(catalogue=CONTENT, today=TODAY)
    return form


def unit(*pairs: tuple[str, str], **changes: str) -> UnitForm:
    form = UnitForm(MultiDict([*({**UNIT, **changes}).items(), *pairs]))
    form.validate()
    return form


def faults(form: FirmForm | UnitForm) -> dict[str, str]:
    return {fault.anchor: fault.words for fault in form.faults()}


def test_a_firm_is_read_as_it_was_typed() -> None:
    form = firm()
    assert faults(form) == {}
    assert (form.siret.data, form.siret_state) == ("73282932000074", "connu")
    assert (form.effectif.data, form.effectif_le.data) == (9, TODAY)
    assert form.chosen(CONTENT) == "43.91B"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("732 829 320 00075", "Ce SIRET n'existe pas : un chiffre au moins est mal recopié."),
        ("732829320", "Ce SIRET a 9 chiffres au lieu de 14."),
        (str(2**63), "Ce SIRET a 19 chiffres au lieu de 14."),
        ("7328293200007O", "Un SIRET s'écrit en chiffres, sans lettre"),
        ("-73282932000074", "Un SIRET s'écrit en chiffres"),
        ("732829\x0032000074", "Un SIRET s'écrit en chiffres"),
        ("\ud800", "Un SIRET s'écrit en chiffres"),
        ("7" * 100_000, "Ce SIRET a 100\u202f000 chiffres au lieu de 14."),
    ],
)
def test_a_wrong_siret_is_told_in_words(typed: str, said: str) -> None:
    assert faults(firm(siret=typed))["siret"].startswith(said)


@pytest.mark.parametrize(
    "typed", ["73282932000074", "732\u00a0829\u202f320\u200900074", "732.829.320.00074", " 732 829 320 000 74 "]
)
def test_a_siret_takes_any_space(typed: str) -> None:
    assert firm(siret=typed).siret.data == "73282932000074"


def test_la_poste_has_its_own_rule() -> None:
    assert firm(siret="356 000 000 49837").siret.data == "35600000049837"
    assert "siret" in faults(firm(siret="356 000 000 49838"))


@pytest.mark.parametrize(
    ("number", "ticked", "state"),
    [
        ("", "", "inconnu"),
        ("", "connu", "inconnu"),
        ("", "inconnu", "inconnu"),
        ("", "en_cours", "en_cours"),
        ("", "ferme", "ferme"),
        ("73282932000074", "", "connu"),
        ("73282932000074", "inconnu", "connu"),
        ("73282932000074", "en_cours", "connu"),
        ("73282932000074", "ferme", "ferme"),
    ],
)
def test_every_state_of_a_siret_has_a_way_on(number: str, ticked: str, state: str) -> None:
    form = firm(siret=number, siret_etat=ticked)
    assert faults(form) == {}
    assert form.siret_state == state


def test_the_states_offered_are_those_that_are_stored() -> None:
    assert SIRET_STATES == STORED_STATES
    assert tuple(UnitForm().particularites.codes) == tuple(UNIT_FLAGS)


def test_nothing_typed_asks_for_what_is_needed_and_no_more() -> None:
    form = FirmForm(MultiDict())
    assert not form.check(catalogue=CONTENT, today=TODAY)
    assert list(faults(form)) == ["nom", "cherche", "effectif", "cse", "fonction"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("nom", "a\x00b"), ("nom", "\ud800"), ("nom", "é" * 201), ("nom", " \u00a0\u202f "),
        ("siret_etat", "autre"), ("siret_mots", "\x00"), ("siret_mots", "x" * 301),
        ("adresse", "\udfff"), ("adresse", "x" * 100_001), ("postal", "3415"), ("postal", "00100"),
        ("postal", "34150-2"), ("effectif", "-1"), ("effectif", str(2**63)), ("effectif", "1e400"),
        ("effectif", "NaN"), ("effectif", "neuf"), ("effectif", "2,5"), ("effectif_le", "29/02/2026"),
        ("effectif_le", "31/11/2026"), ("effectif_le", "01/01/99999"), ("effectif_le", "25/11/2026"),
        ("effectif_le", "hier"), ("cse", "oui"), ("cse", ""), ("fonction", ""), ("fonction", "x" * 81),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_at_its_own_field(field: str, typed: str) -> None:
    assert list(faults(firm(**{field: typed}))) == [field]


@pytest.mark.parametrize("form", [firm(siret="1"), firm(effectif="x"), firm(nom=""), unit(total="0"), unit(hommes="9")])
def test_every_fault_can_be_translated(form: FirmForm | UnitForm) -> None:
    assert faults(form)
    assert all(isinstance(words, Said) for words in faults(form).values())


def test_a_leap_day_that_exists_is_a_day() -> None:
    assert firm(effectif_le="29/02/2024").effectif_le.data == date(2024, 2, 29)


def test_no_date_is_today_for_who_reads_it() -> None:
    form = firm(effectif_le="")
    assert faults(form) == {}
    assert form.effectif_le.data is None


def test_a_field_sent_twice_is_read_once_or_refused() -> None:
    assert faults(firm(("nom", "Toitures d'exemple"))) == {}
    assert list(faults(firm(("nom", "Autre")))) == ["nom"]
    assert list(faults(firm(("activite", "10.71C")))) == ["cherche", "activite"]


@pytest.mark.parametrize("code", ["", "99.99Z", "\x00", "43.91B; DROP", "x" * 1000])
def test_an_activity_that_does_not_exist_is_asked_again(code: str) -> None:
    assert "cherche" in faults(firm(activite=code))


def test_a_code_of_another_nomenclature_stays_the_choice_of_the_firm_that_has_it() -> None:
    form = FirmForm(MultiDict({**RIGHT, "activite": "43.91Y"}))
    form.kept_code = "43.91Y"
    assert form.check(catalogue=CONTENT, today=TODAY)
    assert form.chosen(CONTENT) == "43.91Y"


def test_a_code_typed_in_the_search_is_a_choice() -> None:
    form = firm(activite="", cherche="4391b")
    assert faults(form) == {}
    assert form.chosen(CONTENT) == "43.91B"
    assert firm(activite="10.71C", cherche="4391b").chosen(CONTENT) == "43.91B"


def test_new_words_wait_for_a_choice_whatever_was_chosen_before() -> None:
    assert list(faults(firm(cherche="boulanger"))) == ["cherche"]
    assert faults(firm(cherche="couvreur", cherche_avant="couvreur")) == {}


def test_a_farm_is_asked_once_whether_this_service_follows_it() -> None:
    assert list(faults(firm(activite="01.13Z"))) == ["suivi"]
    assert faults(firm(activite="01.13Z", suivi="oui")) == {}
    assert list(faults(firm(activite="02.20Z"))) == ["suivi"]
    assert faults(firm(activite="03.11Z")) == {}


def test_a_unit_is_read_as_it_was_typed() -> None:
    form = unit(("particularites", "nuit"), ("particularites", "exterieur"), femmes="2", hommes="3", apprentis="1")
    assert faults(form) == {}
    assert form.people == People(total=5, women=2, men=3, temps=0, apprentices=1)
    assert form.particularites.data == ("exterieur", "nuit")


def test_women_and_men_may_be_left_out_and_zero_is_an_answer() -> None:
    assert unit().people == People(total=5)
    assert unit(femmes="0", hommes="5").people == People(total=5, women=0, men=5)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nom": ""}, "nom"), ({"nom": "a\x00"}, "nom"), ({"total": ""}, "total"), ({"total": "0"}, "total"),
        ({"total": "-3"}, "total"), ({"total": str(2**63)}, "total"), ({"total": "2,5"}, "total"),
        ({"femmes": "3", "hommes": "3"}, "femmes"), ({"femmes": "6"}, "femmes"),
        ({"interimaires": "6"}, "interimaires"), ({"apprentis": "6"}, "apprentis"), ({"apprentis": "un"}, "apprentis"),
        ({"activites": "\ud800"}, "activites"), ({"lieux": "x" * 1001}, "lieux"),
        ({"femmes_hommes": "x" * 100_001}, "femmes_hommes"), ({"particularites": "autre"}, "particularites"),
        ({"version": "abc"}, "version"),
    ],
)  # fmt: skip
def test_a_wrong_number_or_word_of_a_unit_is_refused_at_its_field(changes: dict[str, str], field: str) -> None:
    assert list(faults(unit(**changes))) == [field]
