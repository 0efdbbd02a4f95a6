"""The grid « Qui, et à quelle fréquence ? »: one small form per situation and unit, its name in front of its fields."""

from __future__ import annotations

from typing import Any

from app.domain.answer_marks import MINE
from forms.base import PlainForm
from forms.kinds import MarkField
from forms.plain_fields import CodeField
from forms.words import say
from questionnaires.schema import Level

NOT_CONCERNED = "0"
UNKNOWN = Level.UNKNOWN.value
FREQUENCIES = {"1": 1, "2": 2, "3": 3, "4": 4}
"""Codes of a cell that say how often."""

NOBODY = say("Dites qui est concerné, ou décochez cette situation à la page précédente : aucune unité ne l'est.")


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
