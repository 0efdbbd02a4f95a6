"""The forms of the document: making a version of it, asking for help on a theme."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wtforms import Field

from app.domain.inputs import Participation, Trigger
from forms.base import PlainForm
from forms.plain_fields import CodeField, CodesField, DayField, TextField, VersionField
from forms.words import say

MOST_MOMENTS = 5
"""Moments of participation one version may tell."""
LINE = 200
"""Characters of the functions of a moment."""
PROSE = 2_000
MOST_UNITS = 100

FORM_NAMES = {
    "observation": say("Observation"),
    "entretien": say("Entretien"),
    "réunion": say("Réunion"),
    "questionnaire": say("Questionnaire"),
}
FORMS = tuple(FORM_NAMES)
"""How workers took part; stored and printed as they stand."""

TRIGGERS: tuple[tuple[str, str, str], ...] = (
    (
        Trigger.YEARLY.value,
        say("La mise à jour annuelle"),
        say("Elle est due chaque année à partir de 11 salariés."),
    ),
    (
        Trigger.CHANGE.value,
        say("Une décision d'aménagement important"),
        say("Nouveaux locaux, nouvelles machines, nouvelle organisation ou nouveaux horaires."),
    ),
    (
        Trigger.INFORMATION.value,
        say("Une information nouvelle sur un risque"),
        say("Un accident, une mesure, un conseil reçu, ou une première évaluation."),
    ),
)
"""(code, words, hint) of the three triggers of article R4121-2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The fields of one moment, as the page draws them."""

    number: int
    day: Field
    form: Field
    roles: Field
    units: Field
    words: Field


class _ReasonForm(PlainForm):
    """Why a version is made, and when it was decided."""

    declencheur = CodeField(
        say("Pourquoi cette version ?"),
        codes=tuple(code for code, _, _ in TRIGGERS),
        missing=say("Choisissez ce qui motive cette version : la loi en connaît trois motifs."),
    )
    motif = TextField(
        say("En quelques mots, qu'est-ce qui a changé ?"),
        limit=PROSE,
        missing=say("Dites en quelques mots pourquoi cette version est faite."),
    )
    jour = DayField(say("Date de votre décision"))


def _moment_fields(number: int) -> dict[str, Any]:
    start = f"moment_{number}_"
    return {
        f"{start}jour": DayField(say("Date")),
        f"{start}forme": CodeField(say("Forme"), codes=FORMS),
        f"{start}fonctions": TextField(say("Qui y était"), limit=LINE, line=True),
        f"{start}unites": CodesField(say("Unités concernées"), most=MOST_UNITS),
        f"{start}apport": TextField(say("Ce qui en est ressorti"), limit=PROSE),
    }


# Built before the fields that follow on the page, so that faults are told in its order.
_MomentsForm: Any = type(
    "_MomentsForm",
    (_ReasonForm,),
    {name: field for number in range(1, MOST_MOMENTS + 1) for name, field in _moment_fields(number).items()},
)


class ValidationForm(_MomentsForm):  # type: ignore[misc]  # its base is made of repeated fields
    """Why a version is made, when, who took part, what was done with the CSE."""

    cse_jour = DayField(say("Date"))
    cse_mots = TextField(say("Précision"), limit=PROSE)
    lignes = VersionField("")

    today: date | None = None
    previous: date | None = None
    """Day of the version before; None for a first one."""
    cse_due: bool = False
    """From 50 employees: a day, or the written reason of its absence."""
    asks_cse_day: bool = True
    asks_cse_words: bool = True
    """What the page asks of the CSE; the rest is not read."""

    @property
    def shown(self) -> int:
        """How many moments the page draws: those asked for, and all that hold something."""
        filled = [number for number in range(1, MOST_MOMENTS + 1) if self._typed(number)]
        return min(max([1, self.lignes.data or 0, *filled]), MOST_MOMENTS)

    def moments(self, more: int = 0) -> tuple[Moment, ...]:
        """The moments to draw, with some more empty ones."""
        return tuple(self._moment(number) for number in range(1, min(self.shown + more, MOST_MOMENTS) + 1))

    def participants(self, units: Collection[str]) -> tuple[Participation, ...]:
        """The moments that were told, with the units that exist; to call on a form that is right."""
        told = [self._moment(number) for number in range(1, MOST_MOMENTS + 1) if self._typed(number)]
        return tuple(
            Participation(
                on=each.day.data,
                form=each.form.data,
                roles=tuple(role for role in (part.strip() for part in each.roles.data.split(",")) if role),
                units=tuple(unit for unit in each.units.data if unit in units),
                contribution=each.words.data,
            )
            for each in told
        )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, the days against today, and that a moment begun is told whole."""
        super().validate(extra_validators)
        self._check_days()
        for number in range(1, MOST_MOMENTS + 1):
            if self._typed(number):
                self._check_moment(self._moment(number))
        self._check_cse()
        return not self.faults()

    def _check_days(self) -> None:
        for field in (self.jour, self.cse_jour):
            if self.today and field.data and field.data > self.today:
                field.errors = [say("Cette date est dans l'avenir : écrivez celle d'aujourd'hui ou un jour passé.")]
        decided = self.jour.data
        if not decided and not self.jour.errors:
            self.jour.errors = [say("Écrivez la date de votre décision.")]
        if self.previous and decided and decided < self.previous:
            words = say("La version précédente date du {day} : écrivez ce jour ou un jour après.", day=self.previous)
            self.jour.errors = [words]

    def _check_moment(self, moment: Moment) -> None:
        if not moment.day.errors and not moment.day.data:
            moment.day.errors = [say("Écrivez la date de ce moment, ou videz ses autres champs.")]
        elif self.today and moment.day.data and moment.day.data > self.today:
            moment.day.errors = [say("Cette date est dans l'avenir : on note ici ce qui a déjà eu lieu.")]
        if not moment.form.errors and not moment.form.data:
            moment.form.errors = [say("Choisissez la forme de ce moment, ou videz ses autres champs.")]
        if not moment.roles.errors and not moment.roles.data:
            moment.roles.errors = [say("Dites qui a pris part : des fonctions, pas des noms.")]

    def _check_cse(self) -> None:
        day, words, decided = self.cse_jour, self.cse_mots, self.jour.data
        if not self.asks_cse_day:
            day.data, day.errors = None, []
        if not self.asks_cse_words:
            words.data, words.errors = "", []
        if day.errors or words.errors:
            return
        if day.data and decided and day.data > decided:
            day.errors = [say("Cette date suit celle de votre décision : laissez-la vide tant que ce n'est pas fait.")]
        elif self.cse_due and not day.data and not words.data and self.asks_cse_day:
            day.errors = [
                say("À partir de 50 salariés, écrivez cette date, ou dites plus bas pourquoi il n'y en a pas.")
            ]
        elif self.cse_due and not day.data and not words.data:
            words.errors = [say("À partir de 50 salariés, dites pourquoi le CSE n'est pas consulté.")]

    def _typed(self, number: int) -> bool:
        moment = self._moment(number)
        fields = (moment.day, moment.form, moment.roles, moment.units, moment.words)
        return any(str(item).strip() for field in fields for item in (field.raw_data or ()))

    def _moment(self, number: int) -> Moment:
        return Moment(number=number, **{name: self[f"moment_{number}_{code}"] for name, code in _PARTS})


_PARTS = (("day", "jour"), ("form", "forme"), ("roles", "fonctions"), ("units", "unites"), ("words", "apport"))


class HelpForm(PlainForm):
    """What help is asked for; nothing need be said."""

    besoin = TextField(say("Votre question, si vous en avez une"), limit=PROSE)
