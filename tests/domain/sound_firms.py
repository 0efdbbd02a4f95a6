"""Firms where everything is in place: a test changes one thing and looks at the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.answers import SituationFacts, Value
from app.domain.dossier import Dossier, RiskRow
from app.domain.dossier_builder import build_dossier
from app.domain.establishment import Establishment
from app.domain.inputs import ActionStatus, ChosenAction, Override, OverrideField
from questionnaires.schema import Kind
from tests.domain import firms

OFFICE = firms.establishment(firms.unit("UT1", "Bureau", 1))
TEAMS = firms.establishment(firms.unit("UT1", "Toiture", 4), firms.unit("UT2", "Atelier", 3))

SOUND: dict[str, Value | None] = {
    **{question.id: "oui" for question in firms.heat().questions if question.kind is Kind.YES_PARTLY_NO},
    "ch_locaux_temperature": "moins_28",
}


def build(
    place: Establishment,
    answers: Mapping[str, Value | None],
    facts: Mapping[str, SituationFacts],
    *,
    exceptions: Mapping[tuple[str, str], Value] | None = None,
    actions: tuple[ChosenAction, ...] = (),
    overrides: tuple[Override, ...] = (),
) -> Dossier:
    """The project of a firm."""
    book = firms.book(answers, facts, exceptions=exceptions)
    return build_dossier(replace(firms.firm(place, book), actions=actions, overrides=overrides), firms.library())


def ticked(*codes: str, **answers: Value) -> dict[str, Value | None]:
    """Everything in place, these boxes ticked, these answers changed."""
    return {**SOUND, "ch_situations_exposantes": codes, **answers}


def row(dossier: Dossier, unit: str) -> RiskRow:
    """The only row of a unit."""
    (found,) = [each for each in dossier.rows if each.unit == unit]
    return found


def taken(measure: str, status: ActionStatus = ActionStatus.PLANNED) -> ChosenAction:
    """A measure or a check the employer took on."""
    return ChosenAction(measure=measure, theme="chaleur", status=status)


def by_hand(field: OverrideField, value: int, situation: str, **more: str) -> Override:
    """A value set by hand in the first unit."""
    return Override(theme="chaleur", situation=situation, unit="UT1", field=field, value=value, **more)  # type: ignore[arg-type]  # the words given are all texts


GROUND = {"reason": "Voitures refaites", "measure": "ch_m_horaires_ete", "checked_on": "2026-10"}
