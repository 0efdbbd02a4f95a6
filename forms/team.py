"""The forms of the staff: inviting a colleague, changing what a colleague is."""

from __future__ import annotations

from wtforms import Field, ValidationError

from app.domain.activity import PROFESSIONS
from app.domain.email_addresses import read_email
from app.domain.plain_values import ValueFault
from app.domain.roles import STAFF_ROLES
from forms.base import PlainForm
from forms.plain_fields import CodeField, CodesField, TextField
from forms.words import say

FUNCTION_LIMIT = 80
ROLES = tuple(role.value for role in STAFF_ROLES)
_FUNCTION = say("Écrivez sa fonction, par exemple ergonome ou infirmière, jamais son nom.")


class ColleagueInvitationForm(PlainForm):
    """An address, a first role, a function."""

    adresse = TextField(
        say("Adresse e-mail"), limit=254, line=True, missing=say("Écrivez l'adresse e-mail de votre collègue.")
    )
    role = CodeField(say("Premier rôle"), codes=ROLES, missing=say("Choisissez le premier rôle de cette personne."))
    fonction = TextField(say("Sa fonction dans le service"), limit=FUNCTION_LIMIT, line=True, missing=_FUNCTION)

    email: str = ""

    def validate_adresse(self, field: Field) -> None:
        """Keeps the address."""
        if not field.data or field.errors:
            return
        try:
            self.email = read_email(field.data)
        except ValueFault as fault:
            raise ValidationError(say("Écrivez une adresse e-mail complète, comme prenom.nom@exemple.fr.")) from fault


class ColleagueForm(PlainForm):
    """Roles, function, trade, sectors."""

    roles = CodesField(say("Ce que cette personne fait dans le service"), codes=ROLES)
    fonction = TextField(say("Sa fonction"), limit=FUNCTION_LIMIT, line=True, missing=_FUNCTION)
    profession = CodeField(say("Son métier"), codes=tuple(PROFESSIONS))
    secteurs = CodesField(say("Les secteurs qu'elle suit"))

    def validate_roles(self, field: Field) -> None:
        """Refuse a colleague who does nothing."""
        if not field.data:
            raise ValidationError(
                say("Cochez au moins un rôle. Pour retirer tous les accès, déclarez son départ du service.")
            )


class LeavingForm(PlainForm):
    """Who takes the cases over: an account, or « personne »."""

    repreneur = CodeField(say("Qui reprend ses dossiers ?"), missing=say("Dites qui reprend ses dossiers."))
