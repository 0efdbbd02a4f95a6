"""The theme « chaleur » says what its design decided: roles, thresholds, duties, places of every fact, stable ids."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from app.domain.answers import Answer
from app.domain.reading import read_level
from questionnaires.catalogue import load
from questionnaires.schema import COST_ORDER, DELAY_ORDER, RANK_ORDER, Duty, Kind, Level, Rank, Role

THEME = load().theme("chaleur")

# Columns: the control questions; rows: the situations. E essentiel, A appui, P papier, S and N and X: appui that the
# fact « seul », « nouveaux » or « epi » turns into an essential, · no role.
ROLES = """
situation       duerp plan veille eau litres repos horaires procede temp tenues port alerte reflexes nouveaux vuln coact
dehors          P     A    A      E   E      E     E        A       ·    A      X    S      A        N        P    P
combles_toiture P     A    A      E   E      E     E        A       ·    A      X    S      A        N        P    P
source          P     A    ·      E   ·      ·     E        E       A    A      X    S      A        N        P    ·
local_effort    P     A    ·      E   ·      A     E        A       E    A      X    S      A        N        P    ·
local_calme     P     ·    ·      A   ·      ·     ·        ·       E    ·      ·    ·      ·        ·        P    ·
chez_client     P     A    A      E   ·      A     E        ·       ·    A      X    E      A        N        P    P
"""

QUESTIONS = {
    "duerp": "ch_duerp_volet_chaleur",
    "plan": "ch_plan_par_niveau",
    "veille": "ch_veille_meteo",
    "eau": "ch_eau_fraiche",
    "litres": "ch_eau_chantier_litres",
    "repos": "ch_lieu_de_repos",
    "horaires": "ch_horaires_rythme",
    "procede": "ch_procede_effort",
    "temp": "ch_locaux_temperature",
    "tenues": "ch_vetements_epi",
    "port": "ch_duree_port_epi",
    "alerte": "ch_alerte_isoles",
    "reflexes": "ch_reflexes_secours",
    "nouveaux": "ch_nouveaux_acclimatation",
    "vuln": "ch_personnes_vulnerables",
    "coact": "ch_coactivite_documents",
}

WITHOUT_ROLE = {
    "ch_situations_exposantes",
    "ch_confirmation_hors_champ",
    "ch_eau_courante_chantier",
    "ch_procedure_transmise_le",
    "ch_impact_femmes_hommes",
    "ch_mesures_vigilance",
}

MEASURES = {
    "ch_m_alerte_dispositif",
    "ch_m_alerte_procedure",
    "ch_m_alerte_travail_a_deux",
    "ch_m_coactivite_paragraphe",
    "ch_m_duerp_recenser",
    "ch_m_duerp_relever",
    "ch_m_eau_boissons",
    "ch_m_eau_glacieres",
    "ch_m_epi_allege",
    "ch_m_epi_duree",
    "ch_m_horaires_ete",
    "ch_m_horaires_report",
    "ch_m_horaires_report_btp",
    "ch_m_litres_preparation",
    "ch_m_locaux_isolation",
    "ch_m_locaux_postes",
    "ch_m_locaux_stores",
    "ch_m_locaux_ventilateurs",
    "ch_m_nouveaux_accueil",
    "ch_m_nouveaux_charge",
    "ch_m_nouveaux_mineurs",
    "ch_m_plan_clients",
    "ch_m_plan_page",
    "ch_m_procede_appareils",
    "ch_m_procede_mecaniser",
    "ch_m_procede_ombre",
    "ch_m_procede_source",
    "ch_m_reflexes_quart_heure",
    "ch_m_reflexes_sst",
    "ch_m_repos_abri",
    "ch_m_repos_climatise",
    "ch_m_repos_reperage",
    "ch_m_tenues_ete",
    "ch_m_tenues_ombre_au_poste",
    "ch_m_veille_referent",
    "ch_m_vulnerables_amenagement",
    "ch_m_vulnerables_contact",
}

_LETTERS = {"E": Role.ESSENTIAL, "A": Role.SUPPORT, "P": Role.PAPER} | dict.fromkeys("SNX", Role.SUPPORT)
_FACTS = {"S": "seul", "N": "nouveaux", "X": "epi"}


def role_cells() -> list[tuple[str, str, str]]:
    """(situation, question, letter) for every cell of the table."""
    (_, *head), *lines = (line.split() for line in ROLES.strip().splitlines())
    return [
        (situation, QUESTIONS[column], letter)
        for situation, *letters in lines
        for column, letter in zip(head, letters, strict=True)
    ]


def test_every_question_has_the_role_of_the_table_in_every_situation() -> None:
    wanted = {(situation, question): _LETTERS.get(letter) for situation, question, letter in role_cells()}

    assert {key: THEME.question(key[1]).role_in(key[0]) for key in wanted} == wanted
    assert {question.id for question in THEME.questions if not question.roles} == WITHOUT_ROLE
    assert {question.id for question in THEME.questions} == WITHOUT_ROLE | set(QUESTIONS.values())


def test_an_aggravating_fact_strengthens_exactly_the_controls_of_the_table() -> None:
    wanted = {question: _FACTS[letter] for _, question, letter in role_cells() if letter in _FACTS}

    assert {q.id: q.essential_when for q in THEME.questions if q.essential_when} == wanted


def test_situations_keep_their_gravity_and_lock() -> None:
    assert {(s.id, s.gravity, s.gravity_locked) for s in THEME.situations} == {
        ("dehors", 4, True),
        ("combles_toiture", 4, True),
        ("source", 4, True),
        ("local_effort", 4, True),
        ("local_calme", 2, False),
        ("chez_client", 4, False),
    }
    assert {situation.family for situation in THEME.situations} == {12}


def test_only_heat_made_by_the_work_is_a_factor_of_hardship() -> None:
    """Outdoor weather does not count for the threshold of D4163-2."""
    assert {s.id: s.factor for s in THEME.situations if s.factor} == {"source": "temperatures_extremes"}


@pytest.mark.parametrize(
    ("situation", "levels"),
    [
        ("local_calme", "oui oui partiellement non ne_sait_pas"),
        ("source", "oui oui partiellement non ne_sait_pas"),
        ("local_effort", "oui partiellement non non ne_sait_pas"),
    ],
)
def test_the_same_temperature_reads_differently_with_the_work(situation: str, levels: str) -> None:
    question = THEME.question("ch_locaux_temperature")
    codes = ["moins_28", "de_28_a_30", "de_30_a_33", "plus_33", "non_mesuree"]

    assert [option.code for option in question.options] == codes
    assert [read_level(question, Answer(value=code), situation=situation) for code in codes] == levels.split()


@pytest.mark.parametrize(("litres", "level"), [("0", "non"), ("2.9", "non"), ("3", "oui"), ("4.5", "oui")])
def test_three_litres_are_enough_and_less_is_not(litres: str, level: str) -> None:
    question = THEME.question("ch_eau_chantier_litres")

    assert read_level(question, Answer(value=Decimal(litres)), situation="dehors") == level


def test_litres_are_asked_of_builders_without_running_water_everywhere() -> None:
    sectors, situations, water = THEME.question("ch_eau_chantier_litres").visible_if

    assert sectors.sectors == ("btp",)
    assert set(situations.any_of) == {"dehors", "combles_toiture"}
    assert (water.question, set(water.any_of)) == ("ch_eau_courante_chantier", {"partiellement", "non", "ne_sait_pas"})


def test_precise_duties_are_few_and_their_scope_is_said() -> None:
    precise = {q.id: (q.duty_sectors, q.obligations) for q in THEME.questions if q.duty is Duty.PRECISE}

    assert precise == {
        "ch_eau_fraiche": ((), ("CH-O5",)),
        "ch_eau_chantier_litres": (("btp",), ("CH-O6",)),
        "ch_lieu_de_repos": (("btp",), ("CH-O11",)),
        "ch_alerte_isoles": ((), ("CH-O14",)),
    }


def test_papers_are_no_precise_duty() -> None:
    papers = [question for question in THEME.questions if Role.PAPER in dict(question.roles).values()]

    assert {question.id for question in papers} == {
        "ch_duerp_volet_chaleur",
        "ch_personnes_vulnerables",
        "ch_coactivite_documents",
    }
    assert {(question.duty, question.control) for question in papers} == {(Duty.GENERAL, None)}


def test_every_fine_situation_is_placed_once_and_the_effect_is_told_as_damage() -> None:
    covers = [situation.covers for situation in THEME.situations] + [fact.covers for fact in THEME.facts]
    placed = Counter(code for codes in covers for code in codes)

    assert placed == Counter(f"S-CH-{number:02}" for number in range(1, 16))
    assert [s.id for s in THEME.situations if "baisse de vigilance" not in s.damage] == []


def test_screening_offers_each_situation_and_fact_under_its_own_code() -> None:
    options = THEME.question("ch_situations_exposantes").options

    assert {o.code: o.situation for o in options if o.situation} == {s.id: s.id for s in THEME.situations}
    assert {o.code: o.fact for o in options if o.fact} == {f.id: f.id for f in THEME.facts}
    assert [o.code for o in options if o.exclusive] == ["aucune"]


def test_what_a_unit_already_says_is_known_without_asking() -> None:
    assert {fact.id: (fact.unit_flags, fact.unit_counts) for fact in THEME.facts} == {
        "seul": (("isole",), ()),
        "nouveaux": ((), ("temps", "apprentices")),
        "epi": ((), ()),
    }


def test_a_closed_theme_still_asks_what_binds_everybody() -> None:
    assert {q.id for q in THEME.questions if q.always} == {"ch_eau_fraiche", "ch_personnes_vulnerables"}
    codes = [option.code for option in THEME.question("ch_confirmation_hors_champ").options]
    assert codes == ["releves", "locaux_climatises", "arret_ete", "ne_sait_pas"]


def test_ids_of_measures_are_stable() -> None:
    assert {measure.id for measure in THEME.measures} == MEASURES


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("ch_eau_fraiche", "ch_m_eau_glacieres"),
        ("ch_lieu_de_repos", "ch_m_repos_abri"),
        ("ch_horaires_rythme", "ch_m_horaires_ete"),
        ("ch_alerte_isoles", "ch_m_alerte_procedure"),
        ("ch_nouveaux_acclimatation", "ch_m_nouveaux_charge"),
        ("ch_vetements_epi", "ch_m_tenues_ombre_au_poste"),
        ("ch_duree_port_epi", "ch_m_epi_duree"),
    ],
)
def test_the_measure_proposed_first_suits_every_trade(question: str, first: str) -> None:
    measures = [measure for measure in THEME.measures if measure.question == question]
    order = sorted(
        measures, key=lambda m: (RANK_ORDER.index(m.rank), DELAY_ORDER.index(m.delay), COST_ORDER.index(m.cost), m.id)
    )

    assert order[0].id == first
    assert order[0].sectors == ()


def test_clothes_and_fans_are_individual_measures() -> None:
    """Collective in the source, but worn or used by one person (L4121-2, 8°)."""
    assert {measure.id for measure in THEME.measures if measure.rank is Rank.INDIVIDUAL} == {
        "ch_m_epi_allege",
        "ch_m_locaux_ventilateurs",
        "ch_m_tenues_ete",
        "ch_m_vulnerables_amenagement",
    }


def test_the_block_has_the_eight_headings_and_three_notes() -> None:
    assert THEME.block is not None
    assert [row.label[:2] for row in THEME.block.rows] == [f"{number}°" for number in range(1, 9)]
    assert {row.article for row in THEME.block.rows} == {"R4463-3"}
    assert [note.article for note in THEME.block.notes] == ["R4463-4", "R4463-5", "R4463-6"]


def test_figures_read_at_second_hand_are_never_printed() -> None:
    shown = [figure for figure in THEME.figures if figure.shown]

    assert [figure.id for figure in shown] == ["CH-F1", "CH-F2", "CH-F3"]
    assert not [figure.id for figure in shown if re.search(r"lue? (par|dans)", figure.source)]
    assert "pas des seuils légaux" in THEME.figures[1].fact


def test_short_names_and_protections_fit_inside_a_sentence() -> None:
    for question in THEME.questions:
        assert question.short[:1].islower(), question.id
        assert not question.short.endswith("."), question.id
        assert not question.in_place.endswith("."), question.id
        assert re.match(r"[a-zé]+(er|ir|re)\b|$", question.verify), question.id


def test_questions_speak_to_the_employer_in_one_sentence() -> None:
    for question in THEME.questions:
        assert question.text.endswith("?"), question.id
        assert question.text.count("?") == 1, question.id
        assert len(question.why) <= 110, question.id


def test_cited_articles_carry_the_version_that_was_read() -> None:
    laws = load().laws
    cited = {article for obligation in THEME.obligations for article in obligation.articles}
    unread = {article for article in cited if laws[article].version_id is None}

    assert unread == {"ARRETE-2025-05-27"}
    assert {article for article in cited if laws[article].to_check} == unread
    for article in cited - unread:
        assert re.fullmatch(r"LEGIARTI\d{12}", laws[article].version_id or ""), article


def test_the_heat_decree_is_dated_from_the_day_it_applies() -> None:
    laws = load().laws

    for number in range(1, 9):
        assert laws[f"R4463-{number}"].in_force_since == date(2025, 7, 1)


def test_a_date_and_words_are_asked_without_changing_the_rating() -> None:
    kinds = {question.id: question.kind for question in THEME.questions if question.id in WITHOUT_ROLE}

    assert kinds["ch_procedure_transmise_le"] is Kind.DATE
    assert kinds["ch_impact_femmes_hommes"] is Kind.TEXT
    assert kinds["ch_mesures_vigilance"] is Kind.TABLE
    assert THEME.question("ch_procedure_transmise_le").visible_if[0].any_of == (Level.YES, Level.PARTLY)
