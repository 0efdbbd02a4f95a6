"""The form of a work unit: who, what, where, how many."""

from __future__ import annotations

from typing import Any

from app.domain.establishment import UNIT_FLAGS, People
from app.domain.firm_values import people_faults
from forms.base import PlainForm
from forms.read_field import CodesField, ReadField, count, line, text
from forms.words import say

MOST_PEOPLE = 100_000


class UnitForm(PlainForm):
    """What somebody says of a unit."""

    nom = ReadField(
        say("Nom de l'unité"), line(200), missing=say("Donnez un nom à l'unité, par exemple Équipe chantier.")
    )
    activites = ReadField(say("Que fait-on dans cette unité ?"), text(2000))
    lieux = ReadField(say("Où ?"), text(1000))
    total = ReadField(
        say("Combien de personnes en tout ?"),
        count(1, MOST_PEOPLE),
        missing=say("Écrivez le nombre de personnes de l'unité."),
    )
    femmes = ReadField(say("Dont femmes"), count(0, MOST_PEOPLE))
    hommes = ReadField(say("Dont hommes"), count(0, MOST_PEOPLE))
    interimaires = ReadField(say("Dont intérimaires"), count(0, MOST_PEOPLE))
    apprentis = ReadField(say("Dont apprentis"), count(0, MOST_PEOPLE))
    particularites = CodesField(say("Le travail de cette unité, c'est aussi…"), tuple(UNIT_FLAGS))
    femmes_hommes = ReadField(say("Le travail touche-t-il différemment les femmes et les hommes ?"), text(2000))
    version = ReadField("", count(0, 2**31))
    """The version of the unit the page showed."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then that the numbers do not contradict each other."""
        super().validate(extra_validators)
        if self.total.data:
            self._check_people()
        return not self.faults()

    @property
    def people(self) -> People:
        """The persons of the unit; to be read once the form is right."""
        return People(
            total=self.total.data or 0,
            women=self.femmes.data,
            men=self.hommes.data,
            temps=self.interimaires.data or 0,
            apprentices=self.apprentis.data or 0,
        )

    def _check_people(self) -> None:
        total = self.people.total
        for fault in people_faults(self.people):
            if fault.field == "temps":
                self.interimaires.errors = [
                    say("Pas plus d'intérimaires que de personnes en tout ({total}).", total=total)
                ]
            elif fault.field == "apprentices":
                self.apprentis.errors = [say("Pas plus d'apprentis que de personnes en tout ({total}).", total=total)]
            else:
                self.femmes.errors = [say("Femmes et hommes font plus que le total de {total} personnes.", total=total)]
