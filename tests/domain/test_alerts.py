"""Each rule of alerts, on a dossier made of a shipped example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.domain.alerts import Alert, AlertCode, AlertKind, Opened, alerts_of
from app.domain.dossier import AnswerLine, Dossier, InPlace, RiskRow
from app.domain.dossier_builder import Edition
from app.domain.library import Library
from app.domain.words import RANK_NAMES
from app.intake.answers_toml import read_answers
from app.services.documents import built
from questionnaires import catalogue
from questionnaires.schema import Duty, Rank

CONTENT = catalogue.load()
HEAT = CONTENT.theme("chaleur")
INDIVIDUAL = InPlace(text="Couvre-nuque", kind=RANK_NAMES[Rank.INDIVIDUAL], partly=False)
COLLECTIVE = InPlace(text="Local frais", kind=RANK_NAMES[Rank.TECHNICAL], partly=False)


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    path = Path(__file__).parents[2] / "examples" / "couverture-9.toml"
    firm = read_answers(path.read_bytes(), catalogue=CONTENT, file=path.name)
    library = Library(themes={"chaleur": HEAT}, laws=CONTENT.laws, helps=CONTENT.helps)
    return built(firm, library, edition=Edition())


def opened(dossier: Dossier, *, seconds: int | None = None, naf: str = "43.91B") -> Opened:
    return Opened(dossier=dossier, content=HEAT, sectors=CONTENT.sectors_of(naf), seconds=seconds)


def found(opened: Opened, code: AlertCode) -> list[Alert]:
    return [alert for alert in alerts_of(opened) if alert.code is code]


def answering(dossier: Dossier, code: str, *, of: str = "oui partiellement non ne_sait_pas sans_objet") -> Dossier:
    lines = [replace(line, code=code) if line.code in of.split() else line for line in dossier.answers]
    return replace(dossier, answers=tuple(lines))


def with_row(dossier: Dossier, **values: Any) -> Dossier:
    row: RiskRow = replace(dossier.rows[0], **values)
    return replace(dossier, rows=(row,), actions=())


# --- every answer « oui » in under 90 seconds ----------------------------------------------------------------------


def test_every_yes_in_84_seconds_is_said_with_its_seconds(dossier: Dossier) -> None:
    alerts = found(opened(answering(dossier, "oui"), seconds=84), AlertCode.HASTY)
    assert [(alert.count, alert.kind, alert.theme) for alert in alerts] == [(84, AlertKind.RELIABLE, "chaleur")]


@pytest.mark.parametrize("seconds", [90, 3600, None])
def test_every_yes_at_a_reading_pace_is_no_alert(dossier: Dossier, seconds: int | None) -> None:
    assert not found(opened(answering(dossier, "oui"), seconds=seconds), AlertCode.HASTY)


def test_one_answer_that_is_not_yes_is_no_alert(dossier: Dossier) -> None:
    yes = answering(dossier, "oui")
    spoilt = [replace(line, code="non") if line.question == "ch_eau_fraiche" else line for line in yes.answers]
    assert not found(opened(replace(yes, answers=tuple(spoilt)), seconds=30), AlertCode.HASTY)


def test_four_answers_are_quickly_given_by_anybody(dossier: Dossier) -> None:
    few = [line for line in answering(dossier, "oui").answers if line.code == "oui"][:4]
    assert not found(opened(replace(dossier, answers=tuple(few)), seconds=30), AlertCode.HASTY)


# --- only individual measures --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("priority", "expected"), [("P1", 1), ("P2", 1), ("P3", 0), ("P4", 0), ("a_evaluer", 0)])
def test_equipment_alone_on_a_severe_situation_is_an_alert(dossier: Dossier, priority: str, expected: int) -> None:
    alone = with_row(dossier, priority=priority, in_place=(INDIVIDUAL,), actions=())
    alerts = found(opened(alone), AlertCode.INDIVIDUAL_ONLY)
    assert len(alerts) == expected
    assert all(alert.names == (dossier.rows[0].label,) and alert.kind is AlertKind.KNOWLEDGE for alert in alerts)


def test_one_collective_protection_is_enough(dossier: Dossier) -> None:
    assert not found(
        opened(with_row(dossier, priority="P1", in_place=(INDIVIDUAL, COLLECTIVE), actions=())),
        AlertCode.INDIVIDUAL_ONLY,
    )


def test_a_collective_action_taken_on_is_enough_and_a_proposal_is_not(dossier: Dossier) -> None:
    action = next(line for line in dossier.actions if line.rank == "TECH" and line.chosen)
    row = replace(dossier.rows[0], priority="P1", in_place=(INDIVIDUAL,), actions=(action.key,))
    planned = replace(dossier, rows=(row,), actions=(action,))
    assert not found(opened(planned), AlertCode.INDIVIDUAL_ONLY)
    proposed = replace(planned, actions=(replace(action, chosen=False),))
    assert found(opened(proposed), AlertCode.INDIVIDUAL_ONLY)


def test_nothing_at_all_is_not_individual_measures_alone(dossier: Dossier) -> None:
    bare = with_row(dossier, priority="P1", in_place=(), actions=())
    assert not found(opened(bare), AlertCode.INDIVIDUAL_ONLY)


# --- exposed trade, screening « aucune » ---------------------------------------------------------------------------


def screened_out(dossier: Dossier) -> Dossier:
    lines = [replace(line, code="aucune") if line.question == HEAT.screening else line for line in dossier.answers]
    return replace(dossier, answers=tuple(lines))


def test_a_roofer_who_says_none_of_these_is_an_alert(dossier: Dossier) -> None:
    alerts = found(opened(screened_out(dossier)), AlertCode.SCREENED_OUT)
    assert [alert.question for alert in alerts] == [HEAT.screening]
    assert alerts[0].names
    assert alerts[0].kind is AlertKind.WHOLE


def test_the_same_in_a_trade_that_is_not_exposed_is_no_alert(dossier: Dossier) -> None:
    assert not found(Opened(dossier=screened_out(dossier), content=HEAT, sectors=frozenset()), AlertCode.SCREENED_OUT)


def test_a_roofer_who_names_his_situations_is_no_alert(dossier: Dossier) -> None:
    assert not found(opened(dossier), AlertCode.SCREENED_OUT)


# --- plan without owner or date ------------------------------------------------------------------------------------


def test_actions_without_owner_or_without_date_are_counted(dossier: Dossier) -> None:
    first, second, third = (line for line in dossier.actions[:3])
    loose = (
        replace(first, chosen=True, owner=""),
        replace(second, chosen=True, due=None),
        replace(third, chosen=True, owner="gérante", due=date(2027, 1, 5)),
    )
    alerts = found(opened(replace(dossier, actions=loose)), AlertCode.LOOSE_PLAN)
    assert [(alert.count, alert.names) for alert in alerts] == [(2, (first.text, second.text))]


@pytest.mark.parametrize("values", [{"chosen": False}, {"status": "fait"}, {"status": "abandonne"}])
def test_a_proposal_or_an_action_that_is_over_is_not_loose(dossier: Dossier, values: dict[str, Any]) -> None:
    line = replace(dossier.actions[0], **{"chosen": True, "owner": "", **values})
    assert not found(opened(replace(dossier, actions=(line,))), AlertCode.LOOSE_PLAN)


# --- « je ne sais pas » on a precise duty --------------------------------------------------------------------------


def unknown(question: str) -> AnswerLine:
    return AnswerLine(
        theme="chaleur", question=question, text="?", unit="*", code="ne_sait_pas", words="Je ne sais pas", reason=""
    )


def test_an_unknown_points_at_its_question_only_where_the_duty_is_precise(dossier: Dossier) -> None:
    sectors = CONTENT.sectors_of("43.91B")
    lines = tuple(unknown(question.id) for question in HEAT.questions)
    precise = {
        question.id
        for question in HEAT.questions
        if question.duty is Duty.PRECISE and (not question.duty_sectors or sectors & set(question.duty_sectors))
    }
    alerts = found(opened(replace(dossier, answers=lines)), AlertCode.UNKNOWN_DUTY)
    assert {alert.question for alert in alerts} == precise
    assert precise
    assert all(alert.kind is AlertKind.UNKNOWN for alert in alerts)


def test_a_precise_duty_of_another_trade_is_no_alert(dossier: Dossier) -> None:
    there = next(question for question in HEAT.questions if question.duty is Duty.PRECISE and question.duty_sectors)
    said = replace(dossier, answers=(unknown(there.id),))
    assert not found(Opened(dossier=said, content=HEAT, sectors=frozenset()), AlertCode.UNKNOWN_DUTY)
    assert found(Opened(dossier=said, content=HEAT, sectors=frozenset(there.duty_sectors)), AlertCode.UNKNOWN_DUTY)


def test_alerts_come_the_gravest_first_and_stay_in_their_theme(dossier: Dossier) -> None:
    said = answering(screened_out(dossier), "oui")
    codes = [alert.code for alert in alerts_of(opened(said, seconds=20))]
    assert codes == sorted(codes, key=list(AlertCode).index)
    elsewhere = Opened(dossier=dossier, content=replace(HEAT, theme="routier"), sectors=frozenset(), seconds=1)
    assert alerts_of(elsewhere) == ()
