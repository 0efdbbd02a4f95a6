"""A firm that can always be rated and planned: what no longer holds is set aside and said, instead of refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.action_drafts import UnknownMeasure, draft_of
from app.domain.assessment import ThemeAssessment
from app.domain.dossier_builder import assess_firm
from app.domain.inputs import ChosenAction, FirmAssessment
from app.domain.lawful import SetAside, lawful_overrides
from app.domain.library import Library


@dataclass(frozen=True, slots=True, kw_only=True)
class MendedFirm:
    """A firm, rated, and what had to be set aside for that."""

    firm: FirmAssessment
    """Without the values set by hand that no longer hold; as many actions as before, in the same order."""
    assessments: tuple[ThemeAssessment, ...]
    refused: tuple[SetAside, ...]


def mend(firm: FirmAssessment, library: Library) -> MendedFirm:
    """The firm and its ratings, with computed values wherever a value set by hand no longer holds."""
    lawful = lawful_overrides(firm, library.themes)
    held = replace(firm, overrides=lawful.kept)
    assessments = assess_firm(held, library)
    actions = tuple(readable(action, assessments) for action in firm.actions)
    return MendedFirm(firm=replace(held, actions=actions), assessments=assessments, refused=lawful.refused)


def readable(action: ChosenAction, assessments: Sequence[ThemeAssessment]) -> ChosenAction:
    """The action, in words of its own when no theme has its measure any more: a plan never loses a line."""
    try:
        draft_of(action, assessments, ())
    except UnknownMeasure:
        return replace(action, measure=None, text=f"Mesure d'un ancien questionnaire ({action.measure})")
    return action
