"""The two forms of a try-out: what it takes to begin, and what it takes to keep it."""

from __future__ import annotations

from wtforms import Field, StringField, ValidationError

from app.domain.plain_values import ValueFault, read_count
from forms.base import PlainForm
from forms.lines import read_field_line
from forms.words import say

MOST_EMPLOYEES = 5_000
NONE_OF_THEM = "aucune"
"""Code of the answer « none of these activities »."""


class TrialForm(PlainForm):
    """An activity in one's own words, which may be left empty, and a number of employees."""

    activite = StringField(say("Votre activité"))
    code_naf = StringField(say("Laquelle est la vôtre ?"))
    cherche = StringField()
    """The words that the activities offered answer to."""
    effectif = StringField(say("Nombre de salariés"))

    words: str = ""
    headcount: int = 0

    @property
    def chosen(self) -> str:
        """Code of the activity that was chosen among those found for these very words; empty when none was."""
        return str(self.code_naf.data or "") if self.words and self.cherche.data == self.words else ""

    def validate_activite(self, field: Field) -> None:
        """Keeps the words of the activity."""
        self.words = read_field_line(field, limit=100, missing="")

    def validate_effectif(self, field: Field) -> None:
        """Keeps the number of employees."""
        try:
            self.headcount = read_count(field.data or "", minimum=1, maximum=MOST_EMPLOYEES)
        except ValueFault as fault:
            raise ValidationError(
                say("Écrivez le nombre de salariés en chiffres, de 1 à {most}.", most=MOST_EMPLOYEES)
            ) from fault


class KeepForm(PlainForm):
    """What the person who keeps a try-out is in the firm."""

    fonction = StringField(say("Votre fonction dans l'entreprise"))

    function: str = ""

    def validate_fonction(self, field: Field) -> None:
        """Keeps the function."""
        self.function = read_field_line(
            field, limit=80, missing=say("Écrivez votre fonction, par exemple gérante, artisan ou assistant.")
        )
