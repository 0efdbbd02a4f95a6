"""A bad theme file says all that is wrong at once, each with its place and what to write."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.reader import ContentFaults, read_theme
from questionnaires.reader_faults import ContentFault
from questionnaires.schema import Duty, Kind, Level, Rank, Role
from tests.questionnaires.good_theme import GOOD, changed


def faults_of(text: str | bytes) -> tuple[tuple[str, str, str], ...]:
    raw = text.encode() if isinstance(text, str) else text
    with pytest.raises(ContentFaults) as caught:
        read_theme(raw, file="froid.toml")
    assert {fault.file for fault in caught.value.faults} == {"froid.toml"}
    return tuple((fault.place, fault.what, fault.remedy) for fault in caught.value.faults)


def test_good_file_becomes_the_dataclasses() -> None:
    theme = read_theme(GOOD.encode(), file="froid.toml")

    assert theme.season_start == (11, 15)
    assert [situation.gravity_locked for situation in theme.situations] == [True, False]
    assert theme.situation("chambre").factor is None
    shelter = theme.question("fr_abri")
    assert shelter.roles == (("dehors", Role.ESSENTIAL), ("chambre", Role.SUPPORT))
    assert (shelter.kind, shelter.control, shelter.duty) == (Kind.YES_PARTLY_NO, Rank.TECHNICAL, Duty.PRECISE)
    assert theme.question("fr_gants").duty is Duty.NONE
    assert theme.question("fr_temperature").maximum == Decimal("20.5")
    assert theme.question("fr_temperature").levels[1].at_least == Decimal(-40)
    assert theme.question("fr_mots").visible_if[0].headcount_min == 2
    assert theme.measure("fr_m_abri").answers == (Level.NO, Level.PARTLY)
    assert theme.block is not None
    assert theme.block.rows[0].questions == ("fr_abri",)


def test_version_is_kept_with_its_text_and_its_hash() -> None:
    theme = read_theme(GOOD.encode(), file="froid.toml")

    assert theme.sha256 == sha256(GOOD.encode()).hexdigest()
    assert read_theme(theme.source.encode(), file="froid.toml") == theme


def test_windows_line_ends_and_byte_order_mark_are_read() -> None:
    text = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()

    assert read_theme(text, file="froid.toml").situations == read_theme(GOOD.encode(), file="froid.toml").situations


SLIPS = {
    "unknown key of the file": (
        'version = "2026.11"',
        'version = "2026.11"\nverzion = 1',
        "tête du fichier",
        "verzion",
    ),
    "unknown key of an item": ('short = "gants adaptés"', 'shrt = "gants"', "fr_gants", "clé inconnue « shrt »"),
    "missing key": ('damage = "Gelures"', "", "chambre", "« damage » manque"),
    "empty key": ('damage = "Gelures"', 'damage = "  "', "chambre", "« damage » est vide"),
    "missing key of the file": ('prefix = "fr"', "", "tête du fichier", "« prefix » manque"),
    "number for words": ('year = "2024"', "year = 2024", "fr_f1", "« year » n'est pas un texte"),
    "words for a number": ("gravity = 3", 'gravity = "3"', "chambre", "« gravity » n'est pas un nombre entier"),
    "true for a number": ("gravity = 3", "gravity = true", "chambre", "« gravity » n'est pas un nombre entier"),
    "number for true": ("gravity_locked = true", "gravity_locked = 1", "dehors", "ni true ni false"),
    "infinite number": ("maximum = 20.5", "maximum = inf", "fr_temperature", "« maximum » n'est pas un nombre"),
    "words for a list": ('helps = ["SPSTI"]', 'helps = "SPSTI"', "fr_m_abri", "« helps » n'est pas une liste"),
    "table for a list": ("[[references]]", "[references]", "tête du fichier", "« references » n'est pas une liste"),
    "list for a table": ("[block]", "[[block]]", "tête du fichier", "« block » n'est pas une table"),
    "words for a table": (
        'levels = [{ level = "oui", at_least = 2 }, { level = "non", at_least = -40 }]',
        'levels = ["oui"]',
        "fr_temperature",
        "« levels » n'est pas une liste de tables",
    ),
    "true for a decimal": ("maximum = 20.5", "maximum = true", "fr_temperature", "« maximum » n'est pas un nombre"),
    "words for a decimal": ("maximum = 20.5", 'maximum = "20"', "fr_temperature", "« maximum » n'est pas un nombre"),
    "table without columns": ('kind = "text"', 'kind = "table"', "fr_mots", "« columns » manque"),
    "roles as a list": ('roles = { chambre = "essentiel" }', "roles = []", "fr_temperature", "pas une table de rôles"),
    "unknown code": ('control = "INDIV"', 'control = "EPI"', "fr_gants", "ne peut pas être « EPI »"),
    "unknown role": (
        'roles = { chambre = "essentiel" }',
        'roles = { chambre = "vital" }',
        "fr_temperature",
        "« vital »",
    ),
    "bad day of the year": ('"11-15"', '"02-30"', "tête du fichier", "n'est pas un jour de l'année"),
    "control character": ('"Gelures"', '"Gel\\u0007ures"', "chambre", "caractère invisible"),
    "bad id": ('id = "fr_gants"', 'id = "fr_Gants"', "fr_Gants", "ne peut pas être « fr_Gants »"),
    "foreign prefix": ('id = "fr_mots"', 'id = "ch_mots"', "ch_mots", "ne commence pas par fr_"),
    "bad prefix": ('prefix = "fr"', 'prefix = "froid"', "tête du fichier", "« prefix » ne peut pas être « froid »"),
    "bad situation id": ('id = "chambre"', 'id = "Chambre"', "Chambre", "ne peut pas être « Chambre »"),
    "bad option code": ('code = "releves"', 'code = "relevés"', "fr_confirmation, options n° 1", "« relevés »"),
    "id twice": ('id = "fr_gants"', 'id = "fr_abri"', "fr_abri", "cet id est deux fois dans « questions »"),
    "option twice": ('code = "releves"', 'code = "ne_sait_pas"', "fr_confirmation", "« ne_sait_pas » est deux fois"),
    "family out of range": ("families = [12]", "families = [12, 21]", "tête du fichier", "« families » cite 21"),
    "family partly covered elsewhere": (
        "families = [12]",
        'families = [12]\npartly = [{ family = 5, left = "reste" }]',
        "tête du fichier",
        "5 n'est pas dans « families »",
    ),
    "gravity out of range": ("gravity = 3", "gravity = 5", "chambre", "« gravity » ne peut pas être 5"),
    "principle out of range": ("principles = [3, 8]", "principles = [10]", "fr_m_abri", "« principles » cite 10"),
    "unknown screening": ('screening = "fr_situations"', 'screening = "fr_rien"', "tête du fichier", "« fr_rien »"),
    "screening of one": ('screening = "fr_situations"', 'screening = "fr_confirmation"', "tête du fichier", "choices"),
    "closing that closes all": ('closing = "fr_confirmation"', 'closing = "fr_abri"', "tête du fichier", "ouvert"),
    "closing without words": ('closing_words = "Aucun travail au froid."', "", "tête du fichier", "« closing_words »"),
    "closing without none": (", exclusive = true", ', situation = "dehors"', "fr_situations", "« aucune »"),
    "option that does nothing": (', fact = "seul"', "", "fr_situations, options n° 3", "ne retient rien"),
    "option of another question": (
        'label = "Relevés"',
        'label = "R", fact = "seul"',
        "fr_confirmation, options n° 1",
        "repérage",
    ),
    "unknown section": (
        'section = "reperage"\nkind = "choice"',
        'section = "x"\nkind = "choice"',
        "fr_confirmation",
        "« x »",
    ),
    "role in an unknown situation": (
        'roles = { chambre = "essentiel" }',
        'roles = { cave = "essentiel" }',
        "fr_temperature",
        "cave",
    ),
    "unknown promoting fact": ('essential_when = "seul"', 'essential_when = "nuit"', "fr_alerte", "« nuit »"),
    "unknown obligation": ('obligations = ["FR-O1"]', 'obligations = ["FR-O9"]', "fr_abri", "« FR-O9 »"),
    "unknown situation of an option": (
        ', situation = "chambre"',
        ', situation = "cave"',
        "fr_situations, options n° 2",
        "cave",
    ),
    "unknown fact of an option": (', fact = "seul"', ', fact = "nuit"', "fr_situations, options n° 3", "nuit"),
    "condition on nothing known": (
        'any_of = ["aucune"]',
        'any_of = ["rien"]',
        "fr_confirmation, visible_if n° 1",
        "« rien »",
    ),
    "condition on an unknown question": (
        '{ question = "fr_situations", any_of = ["aucune"] }',
        '{ question = "fr_x", any_of = ["aucune"] }',
        "fr_confirmation, visible_if n° 1",
        "« fr_x »",
    ),
    "condition on a later question": (
        '{ question = "fr_situations", any_of = ["aucune"] }',
        '{ question = "fr_abri", any_of = ["oui"] }',
        "fr_confirmation, visible_if n° 1",
        "vient après",
    ),
    "condition on a number": (
        '{ sectors = ["btp"] }',
        '{ question = "fr_temperature", any_of = ["oui"] }',
        "fr_alerte, visible_if n° 1",
        "n'a pas de codes de réponse",
    ),
    "condition on « sans objet » not offered": (
        '{ sectors = ["btp"] }',
        '{ question = "fr_abri", any_of = ["sans_objet"] }',
        "fr_alerte, visible_if n° 1",
        "« sans_objet »",
    ),
    "condition without answers": (', any_of = ["aucune"]', "", "fr_confirmation, visible_if n° 1", "« any_of » manque"),
    "answers without their question": (
        '{ question = "fr_situations", any_of = ["aucune"] }',
        '{ any_of = ["aucune"] }',
        "fr_confirmation, visible_if n° 1",
        "« question » manque",
    ),
    "two conditions in one": (
        '{ sectors = ["btp"] }',
        '{ sectors = ["btp"], headcount_max = 9 }',
        "fr_alerte, visible_if n° 1",
        "une condition et une seule",
    ),
    "empty condition": ('{ sectors = ["btp"] }', "{}", "fr_alerte, visible_if n° 1", "une condition et une seule"),
    "impossible head count": (
        "headcount_min = 2",
        "headcount_min = 9, headcount_max = 2",
        "fr_mots, visible_if n° 1",
        "dépasse",
    ),
    "options given twice": (
        "not_applicable = true",
        'options = [{ code = "oui", label = "Oui" }]',
        "fr_gants",
        "n'a pas de sens pour le type yes_partly_no",
    ),
    "choice of one": ('  { code = "releves", label = "Relevés" },\n', "", "fr_confirmation", "« options » manque"),
    "number without unit": ('unit = "degrés"', "", "fr_temperature", "« unit » manque"),
    "minimum over maximum": ("minimum = -40", "minimum = 40", "fr_temperature", "dépasse « maximum »"),
    "unit without number": ('example = "Le quai', 'unit = "m"\nexample = "Le quai', "fr_mots", "qu'avec un nombre"),
    "minimum without number": (
        'example = "Le quai',
        'minimum = 1\nexample = "Le quai',
        "fr_mots",
        "qu'avec un nombre",
    ),
    "maximum without number": (
        'example = "Le quai',
        'maximum = 1\nexample = "Le quai',
        "fr_mots",
        "qu'avec un nombre",
    ),
    "options of free words": (
        'example = "Le quai',
        'options = [{ code = "a", label = "A" }]\nexample = "Le quai',
        "fr_mots",
        "changez kind pour choice",
    ),
    "columns without table": (
        'example = "Le quai',
        'columns = [{ id = "a", label = "A" }]\nexample = "Le quai',
        "fr_mots",
        "columns",
    ),
    "levels without choice": ("not_applicable = true", 'levels = [{ level = "oui" }]', "fr_gants", "« levels »"),
    "number rule without bound": (", at_least = 2 }", " }", "fr_temperature, levels n° 1", "« at_least » manque"),
    "rule for no situation": (
        ", at_least = 2 }",
        ', at_least = 2, situations = ["cave"] }',
        "fr_temperature, levels n° 1",
        "cave",
    ),
    "measure of no question": ('question = "fr_alerte"', 'question = "fr_x"', "fr_m_alerte", "« fr_x »"),
    "measure for no answer": (
        'question = "fr_alerte"',
        'question = "fr_alerte"\nanswers = []',
        "fr_m_alerte",
        "« answers »",
    ),
    "family of another theme": (
        "family = 12\ngravity = 3",
        "family = 2\ngravity = 3",
        "chambre",
        "n'est pas dans « families »",
    ),
    "block on no table": (
        'table_question = "fr_tableau"',
        'table_question = "fr_mots"',
        "block",
        "pas une question table",
    ),
    "block rows not offered": ('{ code = "horaires",', '{ code = "heures",', "fr_tableau", "les lignes du tableau"),
    "block on an unknown question": (
        'questions = ["fr_alerte"]',
        'questions = ["fr_x"]',
        "block, notes n° 1",
        "« fr_x »",
    ),
    "broken line": (
        'title = "Travailler au froid"\nshort',
        "title = Travailler\nshort",
        "ligne 3, colonne 9",
        "TOML illisible",
    ),
    "key twice": ('version = "2026.11"', 'version = "1"\nversion = "2"', "ligne 3, colonne 14", "deux fois"),
    "date that does not exist": (
        'version = "2026.11"',
        "version = 2026-02-30",
        "ligne 2, colonne 11",
        "une date n'existe pas",
    ),
}


@pytest.mark.parametrize(("old", "new", "place", "words"), SLIPS.values(), ids=SLIPS)
def test_each_slip_is_named_at_its_place(old: str, new: str, place: str, words: str) -> None:
    faults = faults_of(changed(old, new))

    assert [fault for fault in faults if fault[0] == place and words in f"{fault[1]}. {fault[2]}"], faults
    assert all(remedy for _place, _what, remedy in faults)


def test_rule_of_a_choice_cites_its_options() -> None:
    text = changed('label = "Je ne sais pas" },\n]', 'label = "?" },\n]\nlevels = [{ level = "oui", options = ["x"] }]')

    assert [(place, what) for place, what, _remedy in faults_of(text)] == [
        ("fr_confirmation, levels n° 1", "« options » cite « x », qui n'est pas une option"),
    ]


@pytest.mark.parametrize("rule", ['{ level = "oui" }', '{ level = "oui", options = ["releves"], at_least = 2 }'])
def test_rule_of_a_choice_says_options_and_nothing_else(rule: str) -> None:
    text = changed('label = "Je ne sais pas" },\n]', f'label = "?" }},\n]\nlevels = [{rule}]')

    assert [fault[2] for fault in faults_of(text)] == ["Pour un choix, une règle dit options = [...], et rien d'autre"]


def test_all_faults_come_at_once_and_one_slip_is_told_once() -> None:
    text = GOOD
    for old, new in (
        ("families = [12]", 'families = "douze"'),
        ("gravity = 3", "gravity = 7"),
        ('kind = "number"', 'kind = "nombre"'),
        ('essential_when = "seul"', 'essential_when = "nuit"'),
        ('question = "fr_alerte"', 'question = "fr_alarme"'),
        ("[[references]]", '[[references]]\nlien = "x"'),
    ):
        assert old in text
        text = text.replace(old, new)

    assert [(place, what) for place, what, _remedy in faults_of(text)] == [
        ("tête du fichier", "« families » n'est pas une liste"),
        ("fr_temperature", "« kind » ne peut pas être « nombre »"),
        ("ED1", "clé inconnue « lien »"),
        ("chambre", "« gravity » ne peut pas être 7"),
        ("fr_alerte", "« essential_when » cite « nuit » (fait aggravant), qui n'existe pas"),
        ("fr_m_alerte", "« question » cite « fr_alarme » (question), qui n'existe pas"),
    ]


def test_file_that_is_not_utf8_says_its_line() -> None:
    faults = faults_of(GOOD.encode().replace("séquelles".encode(), "séquelles".encode("latin-1")))

    assert faults == (("ligne 31", "ce n'est pas de l'UTF-8", "Enregistrez le fichier en UTF-8"),)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"#" * 1_000_001, "trop gros"),
        (b"a = " + b"[" * 100_000, "trop de listes l'une dans l'autre"),
        (b"a = " + b"9" * 5_000, "un nombre est trop long pour être lu"),
        (b"a = 1e9999999999999999999999", "un nombre est trop long pour être lu"),
    ],
    ids=["huge", "deep", "long number", "long exponent"],
)
def test_file_that_could_choke_the_reader_is_refused(text: bytes, what: str) -> None:
    assert [fault[:2] for fault in faults_of(text)] == [("fichier", what)]


def test_empty_file_says_every_missing_key() -> None:
    missing = {what.split("»")[0].strip("« ") for _place, what, _remedy in faults_of(b"")}

    assert missing == {
        *("theme", "version", "title", "short_title", "prefix"),
        *("families", "screening", "situations", "sections", "questions"),
    }


def test_faults_read_as_lines() -> None:
    with pytest.raises(ContentFaults) as caught:
        read_theme(changed('damage = "Gelures"', "").encode(), file="froid.toml")

    assert str(caught.value) == "froid.toml · chambre : « damage » manque. Ajoutez cette clé."


LINES = GOOD.splitlines()
PIECES = [
    '"',
    "[",
    "]",
    "{",
    "}",
    "=",
    "true",
    "0",
    "-1",
    '""',
    "[]",
    "{}",
    "\n",
    "1e400",
    "2026-01-01",
    '"fr_abri"',
    "nan",
]


@settings(max_examples=150, deadline=None)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, len(LINES) - 1),
            st.sampled_from(["drop", "twice", "value", "insert"]),
            st.sampled_from(PIECES),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_no_edit_of_lines_breaks_the_reader(edits: list[tuple[int, str, str]]) -> None:
    lines = list(LINES)
    for number, edit, piece in edits:
        key = lines[number].split("=")[0]
        lines[number] = {
            "drop": "",
            "twice": f"{lines[number]}\n{lines[number]}",
            "value": f"{key}= {piece}",
            "insert": f"{lines[number]}{piece}",
        }[edit]
    _reads_or_refuses("\n".join(lines).encode())


@settings(max_examples=150, deadline=None)
@given(start=st.integers(0, len(GOOD)), length=st.integers(0, 40), put=st.binary(max_size=8))
def test_no_mutated_bytes_break_the_reader(start: int, length: int, put: bytes) -> None:
    raw = GOOD.encode()
    _reads_or_refuses(raw[:start] + put + raw[start + length :])


def _reads_or_refuses(raw: bytes) -> None:
    """A theme that is whole, or a refusal that says what is wrong and how to mend it."""
    faults: tuple[ContentFault, ...] = ()
    try:
        read = read_theme(raw, file="froid.toml").sha256
    except ContentFaults as refused:
        read, faults = "", refused.faults
    assert read == sha256(raw).hexdigest() or faults
    assert all(fault.what and fault.remedy for fault in faults)
