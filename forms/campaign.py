"""The form of a campaign: its name, its theme, how its targets are chosen."""

from __future__ import annotations

from typing import Any

from wtforms import Field, ValidationError

from app.domain.activity import SIZE_BANDS
from app.domain.campaigns import PastedList, TargetChoice, read_list
from forms.base import PlainForm
from forms.plain_fields import CodeField, CodesField, TextField
from forms.words import say

CRITERIA, LIST = "criteres", "liste"
LONGEST_LIST = 500_000
"""Characters of a pasted list: twenty thousand SIRET with their spaces."""


class ListField(Field):
    """A pasted list of SIRET; `data` is what was understood of it."""

    data: PastedList

    def process_data(self, value: Any) -> None:
        """Start from an empty list."""
        self.data = value or PastedList(sirets=(), unreadable=())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was pasted; raises ValueError when it is too long."""
        pasted = str(valuelist[0]) if valuelist else ""
        self.data = read_list(pasted[:LONGEST_LIST])
        if len(pasted) > LONGEST_LIST:
            raise ValueError(say("Collez 20 000 SIRET au plus en une fois."))


class CampaignForm(PlainForm):
    """A campaign before it is opened."""

    nom = TextField(
        say("Nom de la campagne"),
        limit=120,
        line=True,
        missing=say("Donnez un nom à la campagne, par exemple Chaleur dans le bâtiment."),
    )
    theme = CodeField(say("Thème"), missing=say("Choisissez le thème proposé aux entreprises."))
    action = TextField(say("Action du CPOM qu'elle sert"), limit=200, line=True)
    par = CodeField(
        say("Comment choisir les établissements ?"),
        codes=(CRITERIA, LIST),
        missing=say("Dites comment choisir les établissements."),
    )
    sections = CodesField(say("Sections d'activité"))
    tranches = CodesField(say("Effectifs"), codes=tuple(band[0] for band in SIZE_BANDS))
    secteurs = CodesField(say("Secteurs du service"))
    liste = ListField(say("Liste de SIRET"))

    def validate_liste(self, field: ListField) -> None:
        """Refuse an empty list where the list decides."""
        if self.par.data == LIST and not field.data.sirets and not field.errors:
            raise ValidationError(say("Collez au moins un SIRET de 14 chiffres."))

    @property
    def choice(self) -> TargetChoice:
        """How the targets are chosen."""
        if self.par.data == LIST:
            return TargetChoice(sirets=self.liste.data.sirets)
        return TargetChoice(
            sections=frozenset(self.sections.data or ()),
            bands=frozenset(self.tranches.data or ()),
            sectors=frozenset(self.secteurs.data or ()),
        )
