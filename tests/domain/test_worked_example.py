"""The worked example of the rating: a roofing firm of 9, badly prepared, then mended step by step."""

from __future__ import annotations

from decimal import Decimal

from app.domain.action_plan import propose
from app.domain.answers import AnswerBook, Value
from app.domain.assessment import Row, ThemeAssessment, assess_theme
from app.domain.rating import Priority
from app.domain.words import priority_words
from tests.domain import firms
from tests.domain.firms import DAY, ROOFER, ROOFER_ANSWERS, ROOFER_SITUATIONS, seen


def answered(**changes: Value) -> AnswerBook:
    litres = {"ch_eau_chantier_litres": Decimal(1)}
    return firms.book({**ROOFER_ANSWERS, **litres, **changes}, ROOFER_SITUATIONS)


def assessed(book: AnswerBook) -> ThemeAssessment:
    return assess_theme(firms.heat(), book, ROOFER, as_of=DAY)


def row(assessment: ThemeAssessment, situation: str) -> Row:
    return next(each for each in assessment.rows if each.situation.id == situation)


def printed(assessment: ThemeAssessment) -> dict[str, str]:
    return {
        each.situation.id: priority_words(each.rated.best.priority, each.rated.worst.priority)
        for each in assessment.rows
    }


def test_the_four_rows_before() -> None:
    assessment = assessed(answered())
    assert printed(assessment) == {
        "dehors": "P1 : agir sans attendre",
        "combles_toiture": "P1 : agir sans attendre",
        "local_effort": "P1 : agir sans attendre",
        "local_calme": "À évaluer (P3, au pire P2)",
    }
    for situation in ("dehors", "combles_toiture", "local_effort"):
        assert row(assessment, situation).rated.best.mastery == row(assessment, situation).rated.worst.mastery == 3


def test_the_sentences_name_what_is_really_missing() -> None:
    assessment = assessed(answered())
    theme = assessment.theme
    for question in ("ch_eau_chantier_litres", "ch_lieu_de_repos", "ch_nouveaux_acclimatation"):
        assert theme.question(question).short in row(assessment, "dehors").sentence
    assert theme.question("ch_locaux_temperature").short in row(assessment, "local_calme").sentence
    assert theme.question("ch_eau_fraiche").short not in row(assessment, "dehors").sentence


def test_the_unknown_temperature_cannot_change_the_workshop() -> None:
    workshop = row(assessed(answered()), "local_effort")
    assert workshop.rated.firm
    assert [control.question.id for control in workshop.unknown_controls] == ["ch_locaux_temperature"]


def test_the_plan_and_its_two_first_steps() -> None:
    proposals = propose(assessed(answered()), sectors=ROOFER.sectors, as_of=DAY)
    asked = [(each.priority.name, each.question.id if each.question else each.key) for each in proposals]
    assert asked[:4] == [
        ("P1", "ch_nouveaux_acclimatation"),
        ("P1", "ch_eau_chantier_litres"),
        ("P1", "ch_lieu_de_repos"),
        ("P1", "ch_locaux_temperature"),
    ]
    assert sorted(asked[4:6]) == [("P1", "ch_eau_fraiche"), ("P1", "ch_horaires_rythme")]
    assert asked[6:8] == [("P2", "ch_plan_par_niveau"), ("P2", "ch_reflexes_secours")]
    assert {name for name, _ in asked[8:]} == {"P3"}
    assert {question for _, question in asked[8:]} == {
        "ch_alerte_isoles",
        "ch_veille_meteo",
        "ch_vetements_epi",
        "ch_procede_effort",
    }
    assert proposals[3].text.startswith("Vérifier : ")


def test_points_of_law_stay_outside_the_scale() -> None:
    assessment = assessed(answered())
    assert {control.question.id for control in assessment.firm_controls} == {
        "ch_duerp_volet_chaleur",
        "ch_personnes_vulnerables",
        "ch_coactivite_documents",
    }


def test_after_four_actions_the_site_is_p2_and_the_workshop_to_be_assessed() -> None:
    mended = answered(
        ch_nouveaux_acclimatation="oui",
        ch_eau_chantier_litres=Decimal(3),
        ch_lieu_de_repos="oui",
        ch_eau_fraiche="oui",
    )
    assert printed(assessed(mended)) == {
        "dehors": "P2 : à planifier en priorité",
        "combles_toiture": "P2 : à planifier en priorité",
        "local_effort": "À évaluer (P2, au pire P1)",
        "local_calme": "À évaluer (P3, au pire P2)",
    }


def test_after_the_whole_plan_and_a_check_on_site() -> None:
    answers: dict[str, Value | None] = {
        **ROOFER_ANSWERS,
        "ch_eau_chantier_litres": Decimal(3),
        "ch_nouveaux_acclimatation": "oui",
        "ch_lieu_de_repos": "oui",
        "ch_eau_fraiche": "oui",
        "ch_horaires_rythme": "oui",
        "ch_plan_par_niveau": "oui",
        "ch_reflexes_secours": "oui",
        "ch_locaux_temperature": "moins_28",
    }
    checked = {situation: seen(facts.frequency, checked="2026-10") for situation, facts in ROOFER_SITUATIONS.items()}
    assessment = assessed(firms.book(answers, checked))
    ends = {each.situation.id: each.rated.priority for each in assessment.rows}
    assert ends == {
        "dehors": Priority.P3,
        "combles_toiture": Priority.P3,
        "local_effort": Priority.P3,
        "local_calme": Priority.P4,
    }
    assert row(assessment, "dehors").sentence == "Tout l'essentiel est en place et vérifié sur place (octobre 2026)."
