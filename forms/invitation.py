"""The form that invites somebody to an establishment."""

from __future__ import annotations

from wtforms import Field, StringField, ValidationError

from app.domain.email_addresses import read_email
from app.domain.plain_values import ValueFault
from app.domain.roles import FIRM_ROLES, Role
from forms.base import PlainForm
from forms.lines import read_field_line
from forms.words import say


class InvitationForm(PlainForm):
    """An address, a role of the firm, a function."""

    adresse = StringField(say("Adresse e-mail"))
    role = StringField(say("Ce que cette personne pourra faire"))
    fonction = StringField(say("Sa fonction dans l'entreprise"))

    email: str = ""
    chosen: Role = Role.READER
    function: str = ""

    def validate_adresse(self, field: Field) -> None:
        """Keeps the address."""
        try:
            self.email = read_email(field.data)
        except ValueFault as fault:
            raise ValidationError(say("Écrivez une adresse e-mail complète, comme prenom.nom@exemple.fr.")) from fault

    def validate_role(self, field: Field) -> None:
        """Keeps the role."""
        known = {role.value: role for role in FIRM_ROLES}
        if field.data not in known:
            raise ValidationError(say("Choisissez ce que cette personne pourra faire."))
        self.chosen = known[field.data]

    def validate_fonction(self, field: Field) -> None:
        """Keeps the function."""
        self.function = read_field_line(
            field, limit=80, missing=say("Écrivez sa fonction, par exemple comptable ou chef d'équipe, jamais son nom.")
        )
