"""Firms that are rarely thought of: what they get must still be true, and nothing they said may vanish."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.answers import Value
from app.domain.dossier import ActionLine, Dossier
from app.domain.dossier_builder import build_dossier
from app.domain.establishment import EVERY_UNIT
from app.domain.inputs import ActionStatus, Override, OverrideField
from app.domain.overrides import OverrideRefused
from tests.domain import firms
from tests.domain.firms import seen
from tests.domain.sound_firms import GROUND, OFFICE, TEAMS, build, by_hand, row, taken, ticked

# --- nothing said, nothing lost ------------------------------------------------------------------------------------


def test_a_firm_without_a_theme_gets_a_title_that_ends() -> None:
    dossier = build_dossier(firms.firm(OFFICE), firms.library())
    assert dossier.title == "Contribution au document unique d'évaluation des risques professionnels"


def test_a_situation_whose_units_are_gone_concerns_every_unit() -> None:
    dossier = build(TEAMS, ticked("dehors"), {"dehors": seen({"UT9": 4})})
    assert {each.unit for each in dossier.rows} == {"UT1", "UT2"}
    assert all("fréquence" in each.unknowns for each in dossier.rows)


def test_an_exception_of_the_first_question_never_hides_the_controls_of_a_situation() -> None:
    facts = {"dehors": seen({"UT1": 4, "UT2": 4})}
    answers = ticked("dehors", ch_horaires_rythme="non")
    plain = build(TEAMS, answers, facts)
    apart = build(TEAMS, answers, facts, exceptions={("ch_situations_exposantes", "UT2"): ("seul",)})
    assert row(plain, "UT2").priority == row(apart, "UT2").priority == "P1"
    assert row(apart, "UT2").sentence == row(plain, "UT2").sentence


def test_facts_without_a_situation_do_not_close_a_theme_on_an_old_ground() -> None:
    dossier = build(OFFICE, {"ch_situations_exposantes": ("seul",), "ch_confirmation_hors_champ": "arret_ete"}, {})
    assert dossier.closed == ()
    assert any(family.startswith("12.") for family in dossier.families_left)


def test_a_theme_opened_again_does_not_print_why_it_was_closed() -> None:
    answers = ticked("dehors", ch_confirmation_hors_champ="arret_ete")
    opened = build(OFFICE, answers, {"dehors": seen({"UT1": 4})}, exceptions={("ch_eau_fraiche", "UT9"): "non"})
    assert "ch_confirmation_hors_champ" not in {line.question for line in opened.answers}
    assert {line.unit for line in opened.answers} == {EVERY_UNIT}, "a unit that is gone says nothing any more"
    closed = build(OFFICE, {**answers, "ch_situations_exposantes": ("aucune",), "ch_alerte_isoles": "non"}, {})
    said = {line.question for line in closed.answers}
    assert "ch_confirmation_hors_champ" in said
    assert "ch_alerte_isoles" not in said


def test_a_duty_unmet_in_a_unit_without_any_row_is_a_point_of_law() -> None:
    facts = {"dehors": seen({"UT1": 4})}
    apart = build(TEAMS, ticked("dehors"), facts, exceptions={("ch_eau_fraiche", "UT2"): "non"})
    assert "CH-O5" in {point.obligation for point in apart.law_points}
    same = build(TEAMS, ticked("dehors", ch_eau_fraiche="non"), facts)
    assert "CH-O5" not in {point.obligation for point in same.law_points}, "the row carries it already"


# --- actions ---------------------------------------------------------------------------------------------------------


def lines(dossier: Dossier, measure: str) -> list[ActionLine]:
    """The lines of one measure or check."""
    return [action for action in dossier.actions if action.measure == measure]


@pytest.mark.parametrize(
    "key", ["verifier.ch_locaux_temperature", "controler.chaleur", "observer.local_calme.UT1", "observer.source.UT7"]
)
def test_a_check_taken_on_survives_its_answer(key: str) -> None:
    facts = {"local_calme": seen({"UT1": 3}, checked="2026-10")}
    dossier = build(OFFICE, ticked("local_calme"), facts, actions=(taken(key, ActionStatus.DONE),))
    (line,) = lines(dossier, key)
    assert line.text.startswith(("Vérifier", "Observer"))
    assert (line.rank, line.own_words, line.first_step, line.status) == ("VERIF", False, False, "fait")


def test_a_dropped_measure_is_proposed_again_and_a_done_one_is_not() -> None:
    facts = {"dehors": seen({"UT1": 4, "UT2": 4})}
    answers = ticked("dehors", ch_lieu_de_repos="non")
    for status, count in ((ActionStatus.DROPPED, 2), (ActionStatus.DONE, 1), (ActionStatus.RUNNING, 1)):
        dossier = build(TEAMS, answers, facts, actions=(taken("ch_m_repos_abri", status),))
        assert len(lines(dossier, "ch_m_repos_abri")) == count, status
        assert [line.first_step for line in lines(dossier, "ch_m_repos_abri")].count(True) == (
            status is not ActionStatus.DONE
        )
        block = dossier.blocks[0]
        kept = {key for line in block.lines for key in line.actions}
        chosen = dossier.actions[0].key
        assert (chosen in kept) is (status is not ActionStatus.DROPPED)


def test_two_measures_of_one_question_are_one_first_step() -> None:
    facts = {"dehors": seen({"UT1": 4, "UT2": 4})}
    answers = ticked("dehors", ch_lieu_de_repos="non", ch_eau_fraiche="non", ch_horaires_rythme="non")
    actions = (taken("ch_m_repos_abri"), taken("ch_m_repos_climatise"), taken("ch_m_repos_reperage"))
    steps = [action for action in build(TEAMS, answers, facts, actions=actions).actions if action.first_step]
    assert len(steps) == 2
    assert len({action.why for action in steps}) == 2


def test_only_a_paper_is_a_point_of_law() -> None:
    answers: dict[str, Value | None] = {
        "ch_situations_exposantes": ("aucune",),
        "ch_confirmation_hors_champ": "releves",
        "ch_eau_fraiche": "non",
    }
    dossier = build(OFFICE, answers, {}, actions=(taken("ch_m_horaires_ete"), taken("ch_m_eau_glacieres")))
    assert [line.priority for line in lines(dossier, "ch_m_eau_glacieres")] == ["droit"]
    assert [line.priority for line in lines(dossier, "ch_m_horaires_ete")] == ["P4"]


def test_an_answer_that_differs_between_units_is_not_told_of_all() -> None:
    facts = {"dehors": seen({"UT1": 4, "UT2": 4})}
    answers = ticked("dehors", ch_eau_fraiche="non")
    apart = build(TEAMS, answers, facts, exceptions={("ch_eau_fraiche", "UT2"): "partiellement"})
    assert apart.actions[0].why == "Eau fraîche au poste : non ou en partie, selon la ligne"
    assert build(TEAMS, answers, facts).actions[0].why == "Eau fraîche au poste : non"


def test_a_check_nobody_knows_of_counts_at_its_worst() -> None:
    (line,) = build(OFFICE, ticked("dehors"), {"dehors": seen({"UT1": 3}, checked=None)}).actions
    assert (line.measure, line.priority) == ("controler.chaleur", "P2")


def test_a_row_with_nothing_unknown_is_not_said_to_be_incomplete() -> None:
    facts = {"local_calme": seen({"UT1": 3}, checked="2026-10", accident=True)}
    (line,) = build(OFFICE, ticked("local_calme"), facts).actions
    assert "compléter" not in line.text
    assert "préciser" not in line.why


# --- values set by hand --------------------------------------------------------------------------------------------


def test_lowering_a_gravity_does_not_open_the_door_to_a_better_mastery() -> None:
    """The two together would take a deadly situation with an essential missing out of P1 and its guards."""
    facts = {"chez_client": seen({"UT1": 4})}
    answers = ticked("chez_client", ch_horaires_rythme="non")
    lower = by_hand(OverrideField.GRAVITY, 3, "chez_client", reason="Trajets courts")
    better = by_hand(OverrideField.MASTERY, 2, "chez_client", **GROUND)
    assert build(OFFICE, answers, facts, overrides=(lower,)).rows[0].priority == "P1"
    with pytest.raises(OverrideRefused, match="une protection essentielle manque"):
        build(OFFICE, answers, facts, overrides=(better, lower))


def test_raising_a_gravity_is_seen_before_the_mastery_is_judged() -> None:
    """Two half-done essentials are a 2 on a serious danger and a 3 on a deadly one: 2 is then better, not free."""
    heat = firms.heat()
    serious = replace(heat.situation("chez_client"), gravity=3)
    theme = replace(heat, situations=tuple(serious if each.id == serious.id else each for each in heat.situations))
    library = replace(firms.library(), themes={"chaleur": theme})
    answers = ticked("chez_client", ch_horaires_rythme="partiellement", ch_eau_fraiche="partiellement")
    firm = firms.firm(OFFICE, firms.book(answers, {"chez_client": seen({"UT1": 4})}))
    higher = by_hand(OverrideField.GRAVITY, 4, "chez_client")
    free = by_hand(OverrideField.MASTERY, 2, "chez_client")
    assert build_dossier(replace(firm, overrides=(free,)), library).rows[0].mastery == 2
    assert build_dossier(replace(firm, overrides=(higher,)), library).rows[0].priority == "P1"
    with pytest.raises(OverrideRefused, match="demande un motif"):
        build_dossier(replace(firm, overrides=(higher, free)), library)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"checked_on": "2025-11"}, "moins de douze mois"), ({"measure": "individual"}, "mesure collective")],
)
def test_a_better_mastery_rests_on_a_collective_measure_seen_lately(change: dict[str, str], words: str) -> None:
    individual = next(each.id for each in firms.heat().measures if each.rank == "INDIV")
    ground = {**GROUND, **change}
    if ground["measure"] == "individual":
        ground["measure"] = individual
    facts = {"local_calme": seen({"UT1": 4})}
    with pytest.raises(OverrideRefused, match=words):
        build(
            OFFICE,
            ticked("local_calme"),
            facts,
            overrides=(by_hand(OverrideField.MASTERY, 1, "local_calme", **ground),),
        )


def test_a_value_set_by_hand_is_printed_in_words() -> None:
    facts = {"local_calme": seen({"UT1": 4})}
    better = by_hand(OverrideField.MASTERY, 1, "local_calme", **GROUND)
    held = build(OFFICE, ticked("local_calme"), facts, overrides=(better,)).rows[0]
    text = firms.heat().measure("ch_m_horaires_ete").text
    assert held.overrides[0].reason == (
        f"Voitures refaites. Mesure en place : {text} (contrôle sur place : octobre 2026)"
    )
    worse = by_hand(OverrideField.MASTERY, 3, "local_calme")
    held = build(OFFICE, ticked("local_calme"), facts, overrides=(worse,)).rows[0]
    assert "motif" not in held.sentence, "lowering is free and may have none"
    assert "D'après les réponses, l'essentiel est là" in held.sentence
    higher = by_hand(OverrideField.GRAVITY, 4, "local_calme")
    held = build(OFFICE, ticked("local_calme"), facts, overrides=(higher,)).rows[0]
    assert "sans séquelle" not in held.gravity_reason


def test_the_row_the_employer_treats_first_stands_first_in_its_band() -> None:
    facts = {"dehors": seen({"UT1": 4, "UT2": 4})}
    answers = ticked("dehors", ch_eau_fraiche="non")
    exceptions: dict[tuple[str, str], Value] = {("ch_eau_fraiche", "UT2"): "ne_sait_pas"}
    first = Override(theme="chaleur", situation="dehors", unit="UT1", field=OverrideField.FIRST, value=1)
    plain = build(TEAMS, answers, facts, exceptions=exceptions)
    assert [each.unit for each in plain.rows] == ["UT2", "UT1"], "to be assessed before the firm rows of the band"
    marked = build(TEAMS, answers, facts, exceptions=exceptions, overrides=(first,))
    assert [(each.unit, each.first) for each in marked.rows] == [("UT1", True), ("UT2", False)]


def test_two_half_done_essentials_are_counted_in_words() -> None:
    facts = {"dehors": seen({"UT1": 4}, checked="2026-10")}
    answers = ticked("dehors", ch_eau_fraiche="partiellement", ch_horaires_rythme="partiellement")
    sentence = build(OFFICE, answers, facts).rows[0].sentence
    assert sentence.startswith("On peut en mourir, et deux protections essentielles ne sont qu'en partie en place : ")
