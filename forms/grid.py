"""The grid « Qui, et à quelle fréquence ? »: one small form per situation and unit, its name in front of its fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.domain.answer_marks import MINE
from app.domain.establishment import WorkUnit
from forms.base import PlainForm
from forms.boxes import TwoValues
from forms.kinds import MarkField
from forms.plain_fields import CodeField
from forms.words import say
from questionnaires.schema import Level

NOT_CONCERNED = "0"
UNKNOWN = Level.UNKNOWN.value
FREQUENCIES = {"1": 1, "2": 2, "3": 3, "4": 4}
"""Codes of a cell that say how often."""

LABELS = {
    NOT_CONCERNED: say("Pas concerné"),
    "1": say("Par an"),
    "2": say("Par mois"),
    "3": say("Par semaine"),
    "4": say("Tous les jours"),
    UNKNOWN: say("Je ne sais pas"),
}
"""Words of the codes, in the order of the page, short enough for two or three on a line of a phone."""

LONG_LABELS = {
    NOT_CONCERNED: LABELS[NOT_CONCERNED],
    "1": say("Quelques fois par an"),
    "2": say("Quelques fois par mois"),
    "3": say("Quelques fois par semaine, ou une à deux heures par jour"),
    "4": LABELS["4"],
    UNKNOWN: LABELS[UNKNOWN],
}
"""The same where they stand alone."""

NOBODY = say("Dites qui est concerné, ou décochez cette situation à la page précédente : aucune unité ne l'est.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """One cell as drawn."""

    name: str
    unit: WorkUnit
    code: str
    """What is ticked; empty for nothing."""
    mark: str
    alone: bool
    """The only unit of the firm: « pas concerné » would say what unticking the situation says."""
    error: str = ""
    clash: TwoValues | None = None

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """(code, words) of the buttons."""
        return tuple((code, words) for code, words in LABELS.items() if not (self.alone and code == NOT_CONCERNED))


class CellForm(PlainForm):
    """How often one unit meets one situation; `frequence` holds a code, empty when nothing was ticked."""

    frequence = CodeField("", codes=(NOT_CONCERNED, *FREQUENCIES, UNKNOWN))
    frequence__base = MarkField()

    choice = MINE
    """Nothing is ticked where two values are shown: a tick is the choice."""

    @property
    def shown(self) -> bool:
        """Whether the cell was on the page."""
        return self.frequence__base.data is not None


def cell_form(situation: str, unit: str, posted: Any) -> CellForm:
    """One cell, read and checked."""
    form = CellForm(posted, prefix=prefix_of(situation, unit))
    form.validate()
    return form


def prefix_of(situation: str, unit: str) -> str:
    """What stands before the names of the fields of one situation in one unit."""
    return f"{situation}.{unit}."


def cell_name(situation: str, unit: str) -> str:
    """Name of a cell, and id of its first button."""
    return f"{prefix_of(situation, unit)}frequence"
