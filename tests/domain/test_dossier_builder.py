"""From an assessed firm to its dossier: lasting keys, every pressing row answered, nothing personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.domain.action_drafts import UnknownMeasure
from app.domain.answers import SituationFacts
from app.domain.dossier import Dossier
from app.domain.dossier_builder import Edition, build_dossier
from app.domain.dossier_json import from_json, to_json
from app.domain.inputs import ChosenAction, FirmAssessment, Trigger, Validation
from tests.domain import firms
from tests.domain.firms import ROOFER, ROOFER_ANSWERS, ROOFER_SITUATIONS, seen

VALID = Validation(trigger=Trigger.INFORMATION, reason="Nouvelle machine")


def roofer(*actions: ChosenAction, **situations: SituationFacts) -> FirmAssessment:
    answers = {**ROOFER_ANSWERS, "ch_eau_chantier_litres": Decimal(1)}
    places = {**ROOFER_SITUATIONS, **situations}
    answers["ch_situations_exposantes"] = (*places, "nouveaux")
    return replace(firms.firm(ROOFER, firms.book(answers, places)), actions=actions)


def build(firm: FirmAssessment, *, previous: Dossier | None = None) -> Dossier:
    return build_dossier(firm, firms.library(), edition=Edition(number=1, validation=VALID, previous=previous))


def test_the_dossier_survives_its_own_json() -> None:
    dossier = build(roofer(ChosenAction(measure="ch_m_eau_glacieres", theme="chaleur", due=date(2027, 5, 15))))
    assert from_json(to_json(dossier)) == dossier


def test_the_same_firm_gives_the_same_bytes() -> None:
    assert to_json(build(roofer())) == to_json(build(roofer()))


def test_row_keys_stay_from_one_version_to_the_next() -> None:
    first = build(roofer())
    without = dict(ROOFER_SITUATIONS)
    del without["dehors"]
    changed = replace(
        roofer(),
        books=(
            firms.book(
                {**ROOFER_ANSWERS, "ch_situations_exposantes": (*without, "source")},
                {**without, "source": seen({"UT1": 1})},
            ),
        ),
    )
    second = build(changed, previous=first)
    before = {(row.situation, row.unit): row.key for row in first.rows}
    after = {(row.situation, row.unit): row.key for row in second.rows}
    assert after["combles_toiture", "UT1"] == before["combles_toiture", "UT1"] == "UT1-R02"
    assert after["source", "UT1"] == "UT1-R03", "the number of a row that went away is not given to another"
    assert [row.key for row in second.former_rows] == ["UT1-R01", "UT2-R01", "UT3-R01"][: len(second.former_rows)]


def test_a_row_that_comes_back_two_versions_later_finds_its_key_again() -> None:
    def only(situation: str, *, previous: Dossier | None) -> Dossier:
        places = {situation: seen({"UT1": 3})}
        answers = {**ROOFER_ANSWERS, "ch_situations_exposantes": (situation,)}
        return build(firms.firm(ROOFER, firms.book(answers, places)), previous=previous)

    first = only("dehors", previous=None)
    second = only("source", previous=first)
    third = only("combles_toiture", previous=second)
    fourth = only("dehors", previous=third)
    assert [each.rows[0].key for each in (first, second, third, fourth)] == [
        "UT1-R01",
        "UT1-R02",
        "UT1-R03",
        "UT1-R01",
    ]
    assert [row.key for row in fourth.former_rows] == ["UT1-R02", "UT1-R03"]


def test_every_pressing_row_points_to_actions_and_every_action_to_rows() -> None:
    dossier = build(roofer(ChosenAction(measure="ch_m_eau_glacieres", theme="chaleur")))
    keys = {row.key for row in dossier.rows}
    for row in dossier.rows:
        assert row.actions or row.at_worst not in ("P1", "P2")
    for action in dossier.actions:
        assert set(action.rows) <= keys
        for row in dossier.rows:
            assert (row.key in action.rows) == (action.key in row.actions)


def test_chosen_actions_come_first_and_proposals_nobody_took_stay() -> None:
    chosen = ChosenAction(measure="ch_m_eau_glacieres", theme="chaleur", owner="gérante", due=date(2027, 5, 15))
    dossier = build(roofer(chosen))
    assert [action.chosen for action in dossier.actions] == [True] + [False] * (len(dossier.actions) - 1)
    assert dossier.actions[0].owner == "gérante"
    assert "ch_m_eau_glacieres" not in [action.measure for action in dossier.actions[1:]]
    assert sum(action.first_step for action in dossier.actions) == 2


def test_taking_another_measure_of_the_same_question_replaces_the_proposal() -> None:
    theme = firms.heat()
    rest = [m.id for m in theme.measures if m.question == "ch_lieu_de_repos"]
    assert len(rest) > 1
    dossier = build(roofer(ChosenAction(measure=rest[-1], theme="chaleur")))
    assert not [action for action in dossier.actions if not action.chosen and action.measure in rest]


def test_a_check_can_be_taken_on() -> None:
    dossier = build(roofer(ChosenAction(measure="verifier.ch_locaux_temperature", theme="chaleur", owner="gérante")))
    taken = [action for action in dossier.actions if action.chosen]
    assert [action.text.split(" :")[0] for action in taken] == ["Vérifier"]
    assert len([a for a in dossier.actions if a.measure == "verifier.ch_locaux_temperature"]) == 1


def test_a_measure_of_no_theme_is_refused() -> None:
    with pytest.raises(UnknownMeasure, match="ch_m_inconnue"):
        build(roofer(ChosenAction(measure="ch_m_inconnue", theme="chaleur")))


def test_measures_in_place_say_so_and_partly_says_partly() -> None:
    dossier = build(roofer())
    site = next(row for row in dossier.rows if row.situation == "dehors")
    assert site.in_place
    assert {item.partly for item in site.in_place} == {True}, "nothing is fully in place in this firm"


@pytest.mark.parametrize(("headcount", "office", "told"), [(9, 6, False), (11, 6, True), (30, 1, False)])
def test_an_accident_is_only_told_where_nobody_can_be_recognised(headcount: int, office: int, told: bool) -> None:
    """Neither in a firm of nine, nor for an office of one in a firm of thirty."""
    firm = firms.firm(
        replace(ROOFER, headcount=headcount, units=(*ROOFER.units[:2], firms.unit("UT3", "Bureau", office))),
        firms.book(
            {
                **dict.fromkeys(ROOFER_ANSWERS, "oui"),
                "ch_situations_exposantes": ("local_calme",),
                "ch_eau_chantier_litres": Decimal(4),
                "ch_locaux_temperature": "moins_28",
            },
            {"local_calme": seen({"UT3": 1}, checked="2026-10", accident=True)},
        ),
    )
    (row,) = build(firm).rows
    assert row.priority == "P2"
    assert ("déjà arrivé" in row.sentence) is told
    assert b"accident" not in to_json(build(firm)), "not even the method may say what « précaution » stands for"


def test_women_and_men_are_not_counted_in_small_units() -> None:
    people = replace(ROOFER.units[0].people, women=2, men=4)
    small = replace(ROOFER.units[1].people, women=1, men=1)
    place = replace(
        ROOFER, units=(replace(ROOFER.units[0], people=people), replace(ROOFER.units[1], people=small), ROOFER.units[2])
    )
    cards = build(replace(roofer(), establishment=place)).units
    assert (cards[0].women, cards[0].men) == (2, 4)
    assert (cards[1].women, cards[1].men) == (None, None)


def test_no_family_is_left_out_of_the_list_of_what_remains() -> None:
    dossier = build(roofer())
    assert len(dossier.families_left) == 20
    (thermal,) = [family for family in dossier.families_left if family.startswith("12.")]
    assert "froid" in thermal, "heat alone does not assess the thermal conditions (D05)"
    assert dossier.title.startswith("Contribution au document unique")


def test_a_theme_left_open_says_why() -> None:
    dossier = build(firms.firm(ROOFER, firms.book({"ch_situations_exposantes": ("aucune",)}, {})))
    assert [theme.theme for theme in dossier.open_themes] == ["chaleur"]
    assert dossier.open_themes[0].reason
    assert any(family.startswith("12. ") and "froid" not in family for family in dossier.families_left)


def test_every_article_cited_on_a_row_or_an_action_is_in_the_table_of_texts() -> None:
    dossier = build(roofer())
    labels = {law.label for law in dossier.laws}
    cited = {
        article
        for flags in [row.duties for row in dossier.rows] + [action.duties for action in dossier.actions]
        for flag in flags
        for article in flag.articles
    } | {article for point in dossier.law_points for article in point.articles}
    assert cited
    assert cited <= labels
