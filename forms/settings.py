"""The form of the settings of a service."""

from __future__ import annotations

import re
from typing import Final

from wtforms import Field, ValidationError

from app.domain.colours import refusal
from forms.base import PlainForm
from forms.plain_fields import CodeField, TextField, TickField
from forms.words import say

_PHONE: Final = re.compile(r"\+?[0-9][0-9 .()-]{3,24}")
_GENERAL: Final = 300

ZONES: Final[tuple[tuple[str, str], ...]] = (
    ("Europe/Paris", say("Métropole (Europe/Paris)")),
    ("America/Guadeloupe", say("Guadeloupe, Saint-Martin, Saint-Barthélemy")),
    ("America/Martinique", say("Martinique")),
    ("America/Cayenne", say("Guyane")),
    ("Indian/Reunion", say("La Réunion")),
    ("Indian/Mayotte", say("Mayotte")),
    ("America/Miquelon", say("Saint-Pierre-et-Miquelon")),
    ("Pacific/Noumea", say("Nouvelle-Calédonie")),
    ("Pacific/Tahiti", say("Polynésie française")),
    ("Pacific/Wallis", say("Wallis-et-Futuna")),
)
"""Time zones a French service may live in, with their words."""


class SettingsForm(PlainForm):
    """Everything a service says of itself but its name and its logo; a zone set by the command line may stay."""

    telephone = TextField(say("Téléphone"), limit=40, line=True)
    heures = TextField(say("Heures du téléphone"), limit=200, line=True)
    adresse = TextField(say("Adresse postale"), limit=_GENERAL, line=True)
    couleur = TextField(say("Couleur du service"), limit=20, line=True, missing=say("Écrivez la couleur du service."))
    mots_invitation = TextField(say("Mots ajoutés aux e-mails d'invitation"), limit=1_000)
    mots_lettre = TextField(say("Mots ajoutés aux lettres d'invitation"), limit=1_000)
    reception = TickField(say("Le service déclare ce portail comme canal de réception des documents uniques"))
    fuseau = CodeField(say("Fuseau horaire"), missing=say("Choisissez le fuseau horaire du service."))
    mentions = TextField(say("Mentions légales"))

    def validate_telephone(self, field: Field) -> None:
        """Refuse a phone that no phone can call."""
        if field.data and not field.errors and not _PHONE.fullmatch(field.data):
            raise ValidationError(say("Écrivez le numéro en chiffres, par exemple 04 65 71 20 30."))

    def validate_couleur(self, field: Field) -> None:
        """Refuse a colour that cannot be read on the pages."""
        said = refusal(field.data) if field.data and not field.errors else ""
        if said:
            raise ValidationError(said)
