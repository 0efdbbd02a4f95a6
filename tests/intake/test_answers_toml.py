"""The answers file: a good one is read whole, a bad one tells all its faults at once, with key and line."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.inputs import ActionStatus, FirmAssessment, OverrideField
from app.intake.answers_faults import FAULT_LIMIT, AnswersFault, AnswersFaults
from app.intake.answers_toml import read_answers
from tests.intake.small_theme import GOOD, SmallCatalogue


def read(words: str | bytes) -> FirmAssessment:
    data = words.encode() if isinstance(words, str) else words
    return read_answers(data, catalogue=SmallCatalogue(), file="firme.toml")


def faults_of(words: str | bytes) -> tuple[AnswersFault, ...]:
    with pytest.raises(AnswersFaults) as refused:
        read(words)
    return refused.value.faults


def only_fault(old: str, new: str) -> AnswersFault:
    """The one fault of the good file after one change."""
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in the good file"
    faults = faults_of(GOOD.replace(old, new))
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def changed(old: str, new: str) -> FirmAssessment:
    assert GOOD.count(old) == 1
    return read(GOOD.replace(old, new))


def test_a_good_file_is_read_whole() -> None:
    firm = read(GOOD)
    assert firm.assessed_on == date(2026, 11, 21)
    assert firm.establishment.siret == "73282932000074"
    assert firm.establishment.naf_label == "Travaux de couverture par éléments"
    assert firm.establishment.sectors == {"btp"}
    assert [unit.key for unit in firm.establishment.units] == ["UT1", "UT2"]
    assert firm.establishment.unit("UT1").people.apprentices == 1
    book = firm.books[0]
    assert book.answers["ch_eau", "UT2"].value == "oui"
    assert book.answers["ch_pauses", "UT2"].reason == "bureau climatisé"
    assert book.answers["ch_litres", "*"].value == Decimal("2.5")
    facts = book.facts_of("dehors")
    assert facts.frequency == {"UT1": 4}
    assert facts.people == {"UT1": 4}
    assert facts.words == {"UT1": "Pose en plein soleil"}
    assert facts.in_place == {"*": "Glacière"}
    assert facts.checked_on == {"*": "2026-06"}
    assert facts.accident == {"UT1": False}, "« ne_sait_pas » of UT2 must not fall back on the word for all"
    assert book.facts_of("combles").frequency == {}, "a ticked situation without units: everyone, unknown frequency"
    assert [action.measure for action in firm.actions] == ["ch_m_glaciere", None]
    assert firm.actions[1].theme == "chaleur"
    assert firm.actions[1].status is ActionStatus.DONE
    assert firm.overrides[0].field is OverrideField.FIRST
    assert firm.validation is not None
    assert firm.validation.participants[0].form == "réunion"


@pytest.mark.parametrize(
    ("units", "frequency"),
    [
        ("3", {"UT1": 3, "UT2": 3}),
        ("{ UT1 = 4 }", {"UT1": 4}),
        ("{ UT1 = 4, UT2 = 'ne_sait_pas' }", {"UT1": 4, "UT2": None}),
        ("{ value = 2, except = { UT1 = 4 } }", {"UT1": 4, "UT2": 2}),
        ("{ value = 2, except = { UT2 = 0 } }", {"UT1": 2}),
        ("'ne_sait_pas'", {"UT1": None, "UT2": None}),
    ],
)
def test_who_is_concerned_and_how_often_is_written_three_ways(units: str, frequency: dict[str, int | None]) -> None:
    firm = read(GOOD.replace("{ UT1 = 4, UT2 = 0 }", units))
    assert firm.books[0].facts_of("dehors").frequency == frequency


def test_without_validation_there_is_none() -> None:
    assert read(GOOD.split("[validation]", maxsplit=1)[0]).validation is None


def test_a_file_from_a_windows_editor_is_read() -> None:
    assert read(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()) == read(GOOD)


def test_french_spellings_of_days_and_numbers_are_read() -> None:
    firm = changed("assessed_on = 2026-11-21", 'assessed_on = "21/11/2026"')
    assert firm.assessed_on == date(2026, 11, 21)
    assert changed("ch_litres = 2.5", 'ch_litres = "2,5"') == read(GOOD)


def test_la_poste_has_its_own_siret_rule() -> None:
    assert changed("732 829 320 00074", "356 000 000 00001").establishment.siret == "35600000000001"
    assert only_fault("732 829 320 00074", "356 000 000 00002").key == "establishment.siret"


def test_a_siret_may_be_unknown_and_may_carry_any_space() -> None:
    assert changed('siret = "732 829 320 00074"\n', "").establishment.siret is None
    assert changed("732 829 320 00074", "732\u202f829\u00a0320 00074").establishment.siret == "73282932000074"


ONE_FAULT = [
    ("format = 1\n", "format = 2\n", "format", "le format « 2 » n'est pas connu"),
    ("format = 1\n", "", "format", "« format » manque"),
    ("assessed_on = 2026-11-21", "assessed_on = 1999-11-21", "assessed_on", "hors des bornes"),
    ("732 829 320 00074", "732 829 320 00075", "establishment.siret", "la clé du SIRET"),
    ("732 829 320 00074", "732 829 320", "establishment.siret", "a 9 chiffres au lieu de 14"),
    ("43.91B", "43.91X", "establishment.naf", "le code NAF 43.91X n'existe pas"),
    ("43.91B", "couvreur", "establishment.naf", "n'est pas un code NAF"),
    ("headcount = 9", 'headcount = "neuf"', "establishment.headcount", "« neuf » n'est pas un nombre"),
    ("headcount_on = 2026-11-01", "headcount_on = 2026-12-01", "establishment.headcount_on", "daté d'après"),
    ('cse = "aucun"', 'cse = "non"', "establishment.cse", "« non » n'est pas un code connu"),
    ('name = "Toits d\'exemple"', 'name = "  "', "establishment.name", "le texte est vide"),
    ('key = "UT2"', 'key = "UT2"\nplace = "x"', "work_units[2].place", "vouliez-vous dire « places »"),
    ("men = 6", "men = 7", "work_units[1].people", "femmes et hommes font 7, plus que le total de 6"),
    ("temps = 1", "temps = 7", "work_units[1].people.temps", "7 intérimaires"),
    ("apprentices = 1", "apprentices = 1.5", "work_units[1].people.apprentices", "n'est pas un nombre entier"),
    ('["exterieur"]', '["exterieure"]', "work_units[1].flags", "vouliez-vous dire « exterieur »"),
    ("headcount = 9", "headcount = 9\nheadcont = 9", "establishment.headcont", "clé inconnue (vouliez-vous dire"),
    ("ch_locaux =", "ch_locau =", "themes.chaleur.answers.ch_locau", "vouliez-vous dire « ch_locaux »"),
    ('"non_mesuree"', '"non_mesure"', "themes.chaleur.answers.ch_locaux", "n'est pas une réponse possible"),
    ('{ UT2 = "oui" }', '{ UT2 = "sans_objet" }', "themes.chaleur.answers.ch_eau.except.UT2", "« sans_objet »"),
    (', reason = "bureau climatisé"', "", "themes.chaleur.answers.ch_pauses.except.UT2.value", "demande un motif"),
    ('{ UT2 = "oui" }', '{ UT3 = "oui" }', "themes.chaleur.answers.ch_eau.except.UT3", "n'est pas déclarée"),
    ("ch_litres = 2.5", "ch_litres = 21", "themes.chaleur.answers.ch_litres", "21 est hors des bornes"),
    ("ch_litres = 2.5", "ch_litres = {}", "themes.chaleur.answers.ch_litres", "aucune réponse n'est donnée"),
    ("UT1 = 4, UT2 = 0", "UT1 = 5", "themes.chaleur.situations.dehors.units.UT1", "« 5 » n'est pas une fréquence"),
    ("UT1 = 4, UT2 = 0", "UT1 = 4, UT9 = 1", "themes.chaleur.situations.dehors.units.UT9", "n'est pas déclarée"),
    ("{ UT1 = 4 }", "{ UT1 = 7 }", "themes.chaleur.situations.dehors.people.UT1", "plus que l'unité"),
    ("{ UT1 = 4 }", "{ UT2 = 1 }", "themes.chaleur.situations.dehors.people.UT2", "n'est pas concernée"),
    ('checked_on = "2026-06"', 'checked_on = "juin"', "themes.chaleur.situations.dehors.checked_on", "pas un mois"),
    ('checked_on = "2026-06"', 'checked_on = "2026-12"', "themes.chaleur.situations.dehors.checked_on", "suit l'éval"),
    ("situations.combles]", "situations.echelle]", "themes.chaleur.situations.echelle", "pas de situation « echelle »"),
    ('"combles", ', "", "themes.chaleur.situations.combles", "n'est pas cochée dans ch_situations"),
    ('field = "first"', 'field = "gravity"', "themes.chaleur.overrides[1].value", "« value » manque"),
    ('field = "first"', 'field = "first"\nvalue = 2', "themes.chaleur.overrides[1].value", "hors des bornes"),
    ('"ch_m_glaciere"', '"ch_m_glace"', "actions[1].measure", "vouliez-vous dire « ch_m_glaciere »"),
    ('measure = "ch_m_glaciere"', 'measure = "ch_m_glaciere"\nrank = "TECH"', "actions[1].rank", "avec measure"),
    ('measure = "ch_m_glaciere"', "", "actions[1]", "soit measure, soit text"),
    ("due = 2027-05-15", "due = 2027-05-15\nstart = 2027-06-01", "actions[1].start", "suit l'échéance"),
    ('status = "fait"', 'status = "en_cours"', "actions[2].done_on", "qu'avec status"),
    ('rank = "INDIV"', 'rank = "indiv"', "actions[2].rank", "n'est pas un code connu"),
    ('trigger = "annuelle"', 'trigger = "mensuelle"', "validation.trigger", "n'est pas un code connu"),
    ('reason = "Première évaluation"', "", "validation.reason", "« reason » manque"),
    ("on = 2026-11-18", "on = 2026-11-22", "validation.participants[1].on", "suit la décision"),
    ("on = 2026-11-18", "on = 2026-02-30", "validation.participants[1].on", "n'existe pas dans le calendrier"),
    ('roles = ["couvreurs"]', "roles = []", "validation.participants[1].roles", "la liste est vide"),
    ("[validation]", "[validation]\nvalidated_on = 2026-11-20", "validation.validated_on", "précède"),
    ("[validation]", "[valid]\nx = 1\n[validation]", "valid", "clé inconnue"),
]


@pytest.mark.parametrize(("old", "new", "key", "words"), ONE_FAULT)
def test_one_slip_gives_one_fault_with_its_key(old: str, new: str, key: str, words: str) -> None:
    fault = only_fault(old, new)
    assert fault.key == key
    assert words in fault.words
    assert fault.file == "firme.toml"


@pytest.mark.parametrize(
    ("key", "told"), [("UT1", "donnée à deux unités"), ("UT01", "n'est pas une clé"), ("ut3", "UT99")]
)
def test_unit_keys_have_one_form_and_are_given_once(key: str, told: str) -> None:
    unit = f'[[work_units]]\nkey = "{key}"\nname = "Dépôt"\npeople = {{ total = 4 }}\n\n[validation]'
    fault = only_fault("[validation]", unit)
    assert fault.key == "work_units[3].key"
    assert told in str(fault)


def test_the_line_of_the_key_is_told() -> None:
    fault = only_fault("ch_litres = 2.5", "ch_litres = 21")
    assert fault.line == GOOD.split("ch_litres")[0].count("\n") + 1
    assert str(fault) == (
        f"firme.toml, ligne {fault.line}, themes.chaleur.answers.ch_litres : 21 est hors des bornes. "
        "Accepté : un nombre de 0 à 20."
    )


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    words = GOOD
    slips = [slip for slip in ONE_FAULT if slip[1] and "format" not in slip[0]]
    chosen = {old: (new, key) for old, new, key, _ in slips if old not in ("headcount = 9",)}
    wanted = set()
    for old, (new, key) in chosen.items():
        if words.count(old) == 1:
            words = words.replace(old, new)
            wanted.add(key.split(".")[0].split("[")[0])
    faults = faults_of(words)
    assert len(faults) >= 15
    assert wanted <= {fault.key.split(".")[0].split("[")[0] for fault in faults}
    lines = [fault.line for fault in faults if fault.line is not None]
    assert lines == sorted(lines)


def test_a_measure_is_taken_on_once() -> None:
    again = '[[actions]]\nmeasure = "ch_m_glaciere"\n\n[validation]'
    assert "est déjà dans la liste" in only_fault("[validation]", again).words


def test_a_value_is_set_by_hand_once() -> None:
    table = GOOD[GOOD.index("[[themes.chaleur.overrides]]") :].split("\n[[actions]]")[0]
    fault = only_fault(table, f"{table}\n{table}")
    assert fault.key == "themes.chaleur.overrides[2]"
    assert fault.words == "« first » est déjà donné pour dehors et UT1"


def test_no_unit_concerned_is_a_contradiction() -> None:
    fault = faults_of(GOOD.replace("UT1 = 4, UT2 = 0", "UT1 = 0, UT2 = 0"))[0]
    assert fault.key == "themes.chaleur.situations.dehors.units"
    assert "aucune unité n'est concernée" in fault.words


def test_a_farm_is_told_of_the_msa_unless_a_service_follows_it() -> None:
    fault = only_fault("43.91B", "01.13Z")
    assert fault.key == "establishment.naf"
    assert "MSA" in fault.words
    assert "establishment.service" in fault.accepted
    followed = GOOD.replace("43.91B", "01.13Z").replace("headcount = 9", 'headcount = 9\nservice = "SPSTI d\'exemple"')
    assert read(followed).establishment.service == "SPSTI d'exemple"


def test_an_unknown_theme_names_those_that_exist() -> None:
    fault = faults_of(GOOD + "\n[themes.canicule.answers]\nch_x = 1\n")[0]
    assert (fault.key, fault.accepted) == ("themes.canicule", "chaleur")


def test_a_file_that_is_not_utf_8_says_on_which_line() -> None:
    fault = faults_of(GOOD.encode("cp1252"))[0]
    assert fault.line == 11
    assert "UTF-8" in fault.words


@pytest.mark.parametrize(
    ("words", "line", "told"),
    [
        ('format = 1\nname = "x\n', 2, "coupe un texte"),
        ("format = 1\nformat = 1\nx", 2, "écrite deux fois"),
        ("format 1", 1, "il manque le signe ="),
    ],
)
def test_broken_toml_gives_line_and_column(words: str, line: int, told: str) -> None:
    (fault,) = faults_of(words)
    assert told in fault.words
    assert fault.column is not None
    if "deux fois" not in told:
        assert fault.line == line
        assert f"ligne {line}, colonne {fault.column}" in str(fault)


def test_a_big_file_is_refused_unread() -> None:
    (fault,) = faults_of(b"\xff" * 10_000_000)
    assert fault.words == "le fichier fait 10,0 Mo"
    assert fault.accepted == "un fichier de réponses de 1 Mo au plus"


@pytest.mark.parametrize("part", ["a", "'a'", '"a"', r'"\""', " a\t"])
@pytest.mark.parametrize(("before", "after"), [("", " = 1"), ("  [", "]"), ("x = { ", " = 1 }"), ("x = {y=1,", "=1}")])
def test_a_key_of_very_many_parts_is_refused_unparsed(part: str, before: str, after: str) -> None:
    # 100 000 parts took the parser 40 GB: a few hundred KB stopped the machine.
    (fault,) = faults_of(f"format = 1\n{before}{'.'.join([part] * 40)}{after}\n")
    assert (fault.line, fault.words) == (2, "une clé a trop de parties séparées par des points")


def test_many_dots_in_a_text_are_no_key() -> None:
    dots = ".".join(["a"] * 100)
    book = changed("Pose en plein soleil", f"Pose en plein soleil {dots}").books[0]
    assert book.situations["dehors"].words == {"UT1": f"Pose en plein soleil {dots}"}


@pytest.mark.parametrize(
    "words", ["", "format = 1", "a = [" + "[" * 5000, "a = " + "9" * 5000, "a = 1e99999999999999999"]
)
def test_degenerate_files_are_refused_in_words(words: str) -> None:
    assert faults_of(words)


def test_a_flood_of_faults_is_cut_short() -> None:
    flood = "".join(f"cle_{number} = {number}\n" for number in range(20_000))
    assert len(faults_of(flood + GOOD)) == FAULT_LIMIT


def test_a_wrong_type_anywhere_is_told_not_raised() -> None:
    for key in ("establishment", "work_units", "themes", "actions", "validation"):
        kept = [block for block in GOOD.split("\n\n") if f"[{key}" not in block]
        for value in ("1", '"x"', "[1]", "[]", "true"):
            told = faults_of(f"{key} = {value}\n" + "\n\n".join(kept)) if value != "[]" or key != "actions" else ()
            assert all(fault.words for fault in told)


_TOKENS = [
    "1",
    "-1",
    "9e99",
    "nan",
    '""',
    '"x"',
    "true",
    "[]",
    "{}",
    "[[]]",
    "2026-02-30",
    "UT1",
    "=",
    '"',
    "]",
    "\n",
    "é",
    "\\",
]


@given(st.integers(0, 2**32), st.lists(st.sampled_from(_TOKENS), min_size=1, max_size=4), st.booleans())
def test_a_mangled_file_is_read_or_refused_in_words(seed: int, tokens: list[str], by_word: bool) -> None:
    chance = random.Random(seed)
    words = GOOD
    for token in tokens:
        parts = words.split(" ") if by_word else words.split("\n")
        parts[chance.randrange(len(parts))] = token
        words = (" " if by_word else "\n").join(parts)
    try:
        read(words)
    except AnswersFaults as refused:
        told = [str(fault) for fault in refused.faults]
        if not told or not all(fault.words for fault in refused.faults):
            pytest.fail(f"a refusal without words: {told}")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    with pytest.raises(AnswersFaults):
        read(data)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_one_wrong_character_never_raises_anything_else(place: int, character: str) -> None:
    try:
        read(GOOD[:place] + character + GOOD[place + 1 :])
    except AnswersFaults as refused:
        told = refused.faults
    else:
        told = ()
    assert all(fault.words for fault in told)


def test_an_impossible_day_does_not_hide_what_is_broken_further() -> None:
    words = GOOD.replace("2026-11-18", "2026-02-30").replace("2027-05-15", "2027-13-01")
    assert [fault.key for fault in faults_of(words)] == ["actions[1].due", "validation.participants[1].on"]
    unquoted = GOOD.replace("2027-05-15", "15/05/2027").replace('"2026-06"', "06/2026")
    assert read(unquoted) == read(GOOD)
    (broken,) = faults_of(words + '\nreste = "')
    assert broken.line == words.count("\n") + 2
    assert "coupe un texte" in broken.words or "guillemet" in broken.words
