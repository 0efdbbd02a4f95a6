"""What a caller hands to the engine and to the services: one firm, its answers, its choices, its validation.

The portal's forms and the answers file both end here, so that they cannot diverge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.answers import AnswerBook
from app.domain.establishment import Establishment


class ActionStatus(StrEnum):
    """State of an action of the plan."""

    PLANNED = "a_faire"
    RUNNING = "en_cours"
    DONE = "fait"
    DROPPED = "abandonne"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAction:
    """An action the employer takes on: a proposed measure, or one in his own words.

    Exactly one of `measure` and `text` is filled. `situations` says which situations an own action answers
    (empty for a measure: the engine knows). `due`, `owner`, `cost` and the rest may be empty: the document says so.
    """

    measure: str | None = None
    text: str | None = None
    theme: str = ""
    situations: tuple[str, ...] = ()
    rank: str | None = None
    owner: str = ""
    """A function, never a name."""
    start: date | None = None
    due: date | None = None
    cost: str = ""
    indicator: str = ""
    conditions: str = ""
    """Conditions d'exécution, required from 50 employees (L4121-3-1 III 1°)."""
    resources: str = ""
    collective_sought: str = ""
    """Answer to « une mesure collective a-t-elle été recherchée ? » for an individual measure (D15)."""
    status: ActionStatus = ActionStatus.PLANNED
    done_on: date | None = None


class OverrideField(StrEnum):
    """What the employer may change on a computed row."""

    GRAVITY = "gravity"
    MASTERY = "mastery"
    FIRST = "first"
    """« Je la traite en priorité »: sorts the row first inside its band."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A value set by hand beside the computed one, with its reason (design: rating, what the employer may change)."""

    theme: str
    situation: str
    unit: str
    field: OverrideField
    value: int
    """Gravity 1-4, mastery 1-4, or 1 for `first`."""
    reason: str = ""
    measure: str = ""
    """The collective measure that justifies a better mastery."""
    checked_on: str = ""
    """Month of its check on site, `2026-06`."""
    author_role: str = ""
    made_on: date | None = None


class Trigger(StrEnum):
    """The three triggers of a version (article R4121-2)."""

    YEARLY = "annuelle"
    CHANGE = "amenagement"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """One moment when workers took part; roles are functions, never names."""

    on: date
    form: str
    """`observation`, `entretien`, `réunion`, `questionnaire`."""
    roles: tuple[str, ...]
    units: tuple[str, ...] = ()
    contribution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """The employer's decision to make a version."""

    trigger: Trigger
    reason: str
    participants: tuple[Participation, ...] = ()
    cse_on: date | None = None
    """Day the CSE was consulted (50 and more) or was shown the list (11 to 49)."""
    cse_words: str = ""
    validated_on: date | None = None
    """Day of the decision; `assessed_on` when absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmAssessment:
    """One firm and everything it said, as read from an answers file or gathered from the portal."""

    assessed_on: date
    establishment: Establishment
    books: tuple[AnswerBook, ...]
    actions: tuple[ChosenAction, ...]
    overrides: tuple[Override, ...]
    validation: Validation | None
