"""What the head count asks: thresholds 11 and 50, the CSE line, and what blocks a version."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.dossier_builder import Edition, build_dossier
from app.domain.establishment import Cse
from app.domain.inputs import ActionStatus, ChosenAction, Participation, Trigger, Validation
from app.domain.obligations import ValidationRefused, check_validation, cse_line, size_rules
from tests.domain import firms
from tests.domain.firms import DAY, ROOFER, ROOFER_ANSWERS, ROOFER_SITUATIONS

VALID = Validation(trigger=Trigger.YEARLY, reason="Première évaluation")


@pytest.mark.parametrize(
    ("headcount", "annual", "program"),
    [(1, False, False), (10, False, False), (11, True, False), (49, True, False), (50, True, True)],
)
def test_the_thresholds_11_and_50(headcount: int, annual: bool, program: bool) -> None:
    place = replace(ROOFER, headcount=headcount)
    rules = size_rules(place, validated_on=DAY, as_of=DAY, actions=())
    assert (rules.annual_update, rules.program) == (annual, program)
    assert rules.next_due == (date(2027, 11, 21) if annual else None)
    assert ("Programme annuel" in rules.actions_title) is program
    assert ("pas de rythme annuel imposé" in rules.update_rule) is not annual


def test_a_programme_lists_what_the_law_asks_and_is_missing() -> None:
    place = replace(ROOFER, headcount=55)
    firm = replace(
        firms.firm(place, firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS)),
        actions=(
            ChosenAction(measure="ch_m_eau_glacieres", theme="chaleur", owner="gérante"),
            ChosenAction(
                text="Ombrer la cour",
                theme="chaleur",
                situations=("dehors",),
                owner="gérante",
                due=date(2027, 5, 1),
                cost="900 €",
                indicator="°C au poste",
                conditions="pose par l'atelier",
            ),
        ),
    )
    dossier = build_dossier(firm, firms.library())
    complete = next(action.key for action in dossier.actions if action.own_words)
    assert len(dossier.size.missing) == 2
    assert "conditions d'exécution, estimation du coût, échéance" in dossier.size.missing[0]
    assert dossier.size.missing[1] == "ressources de l'entreprise pouvant être mobilisées"
    assert not dossier.size.missing[0].startswith(complete)


def test_a_dropped_measure_neither_fills_nor_spoils_the_programme() -> None:
    dropped = ChosenAction(measure="ch_m_eau_glacieres", theme="chaleur", status=ActionStatus.DROPPED)
    firm = firms.firm(replace(ROOFER, headcount=55), firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS))
    assert build_dossier(replace(firm, actions=(dropped,)), firms.library()).size.missing == (
        "aucune mesure n'est retenue à ce jour",
    )


def test_a_programme_is_for_the_year_to_come_from_its_day() -> None:
    title = size_rules(replace(ROOFER, headcount=50), validated_on=DAY, as_of=DAY, actions=()).actions_title
    assert title.endswith("année à venir à compter du 21 novembre 2026")


def test_nothing_is_claimed_of_the_workers_that_nobody_noted() -> None:
    met = Participation(on=DAY, form="réunion", roles=("couvreurs",))
    assert "associés" not in cse_line(ROOFER, VALID)
    assert "associés" in cse_line(ROOFER, replace(VALID, participants=(met,)))


def test_a_programme_without_any_measure_says_so() -> None:
    firm = firms.firm(replace(ROOFER, headcount=55), firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS))
    assert build_dossier(firm, firms.library()).size.missing == ("aucune mesure n'est retenue à ce jour",)


@pytest.mark.parametrize(
    ("cse", "headcount", "on", "start"),
    [
        (Cse.NONE, 9, None, "Sans objet : moins de 11 salariés"),
        (Cse.NONE, 20, None, "Pas de CSE à ce jour ; il se met en place quand l'effectif atteint 11 salariés pendant"),
        (Cse.VACANT, 20, date(2026, 3, 2), "Pas de CSE : procès-verbal de carence du 02/03/2026."),
        (Cse.ELECTED, 20, date(2026, 3, 2), "Liste des actions présentée au CSE le 02/03/2026."),
        (Cse.ELECTED, 60, date(2026, 3, 2), "CSE consulté le 02/03/2026."),
        (Cse.ELECTED, 20, None, "CSE élu : date de présentation de la liste non renseignée."),
        (Cse.ELECTED, 60, None, "CSE élu : date de consultation non renseignée."),
    ],
)
def test_the_cse_line_says_what_was_really_done(cse: Cse, headcount: int, on: date | None, start: str) -> None:
    place = replace(ROOFER, cse=cse, headcount=headcount)
    assert cse_line(place, replace(VALID, cse_on=on)).startswith(start)


@pytest.mark.parametrize(
    ("headcount", "validation", "words"),
    [
        (9, replace(VALID, reason="  "), "pourquoi cette version"),
        (50, VALID, "date de consultation du CSE"),
        (50, replace(VALID, cse_on=date(2026, 11, 22)), "suit le jour de la validation"),
        (50, replace(VALID, cse_on=date(2026, 11, 22), cse_words="Report"), "suit le jour de la validation"),
        (12, replace(VALID, cse_on=date(2026, 11, 22)), "suit le jour de la validation"),
    ],
)
def test_a_version_is_refused_in_words(headcount: int, validation: Validation, words: str) -> None:
    with pytest.raises(ValidationRefused, match=words):
        check_validation(replace(ROOFER, headcount=headcount), validation, as_of=DAY)


def test_a_version_is_accepted_with_a_consultation_or_a_written_reason() -> None:
    large = replace(ROOFER, headcount=50)
    check_validation(large, replace(VALID, cse_on=DAY), as_of=DAY)
    check_validation(large, replace(VALID, cse_words="Élections en cours"), as_of=DAY)
    check_validation(ROOFER, VALID, as_of=DAY)


def test_no_unit_no_version() -> None:
    with pytest.raises(ValidationRefused, match="unité de travail"):
        check_validation(replace(ROOFER, units=()), VALID, as_of=DAY)


def test_a_version_names_its_trigger_and_a_project_has_none() -> None:
    firm = firms.firm(ROOFER, firms.book(ROOFER_ANSWERS, ROOFER_SITUATIONS))
    version = build_dossier(firm, firms.library(), edition=Edition(number=2, validation=VALID))
    assert version.kind == "version"
    assert version.version is not None
    assert (version.version.number, version.version.trigger) == (2, "annuelle")
    assert "R. 4121-2" in version.version.trigger_words
    project = build_dossier(firm, firms.library())
    assert (project.kind, project.version) == ("projet", None)
