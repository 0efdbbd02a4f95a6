"""The forms of an account: an address, a code, a password. Names of secrets begin so that they never come back."""

from __future__ import annotations

import re

from wtforms import BooleanField, Field, PasswordField, StringField, ValidationError

from app.domain.email_addresses import read_email
from app.domain.plain_values import ValueFault
from forms.base import PlainForm
from forms.words import Said, say

LONGEST_PASSWORD_FIELD = 4096
"""Characters read of a password; what is longer is no password, and is not worth the time of a hash."""

_BETWEEN = re.compile(r"[\s\u202f\u00a0.-]+")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


def _read_address(field: Field) -> str:
    try:
        return read_email(field.data)
    except ValueFault as fault:
        raise ValidationError(say("Écrivez votre adresse e-mail complète, comme nom@exemple.fr.")) from fault


def _read_code(field: Field) -> str:
    digits = _BETWEEN.sub("", (field.data or "")[:100])
    if not digits:
        raise ValidationError(say("Écrivez le code à 6 chiffres."))
    if not _SIX_DIGITS.fullmatch(digits):
        raise ValidationError(say("Le code a 6 chiffres et rien d'autre. Recopiez-le tel quel."))
    return digits


def _read_password(field: Field, missing: Said) -> str:
    password: str = field.data or ""
    if not password:
        raise ValidationError(missing)
    return password[:LONGEST_PASSWORD_FIELD]


class AddressForm(PlainForm):
    """An e-mail address, to which a code is sent."""

    adresse = StringField(say("Adresse e-mail"))

    email: str = ""

    def validate_adresse(self, field: Field) -> None:
        """Keeps the address."""
        self.email = _read_address(field)


class PasswordSignInForm(PlainForm):
    """An address and its password."""

    identifiant = StringField(say("Adresse e-mail"))
    mot_de_passe = PasswordField(say("Mot de passe"))

    email: str = ""
    password: str = ""

    def validate_identifiant(self, field: Field) -> None:
        """Keeps the address."""
        self.email = _read_address(field)

    def validate_mot_de_passe(self, field: Field) -> None:
        """Keeps the password exactly as typed."""
        self.password = _read_password(field, say("Écrivez votre mot de passe, ou demandez un code."))


class CodeForm(PlainForm):
    """Six digits, however they are spaced."""

    code = StringField(say("Code à 6 chiffres"))

    digits: str = ""

    def validate_code(self, field: Field) -> None:
        """Keeps the digits."""
        self.digits = _read_code(field)


class OwnPasswordForm(PlainForm):
    """The password of who is signed in already, asked again before something that matters."""

    mot_de_passe = PasswordField(say("Mot de passe"))

    password: str = ""

    def validate_mot_de_passe(self, field: Field) -> None:
        """Keeps the password exactly as typed."""
        self.password = _read_password(field, say("Écrivez votre mot de passe, ou demandez un code."))


class NewPasswordForm(PlainForm):
    """A password to choose, after the present one when it must be given."""

    mot_de_passe_actuel = PasswordField(say("Mot de passe actuel"))
    mot_de_passe_nouveau = PasswordField(say("Nouveau mot de passe"))

    current: str = ""
    chosen: str = ""
    asks_current: bool = False

    def validate_mot_de_passe_actuel(self, field: Field) -> None:
        """Keeps the present password, when it is asked."""
        if self.asks_current:
            self.current = _read_password(field, say("Écrivez votre mot de passe actuel."))

    def validate_mot_de_passe_nouveau(self, field: Field) -> None:
        """Keeps the new one; whether it is accepted is decided by the service of passwords."""
        self.chosen = _read_password(field, say("Écrivez le mot de passe que vous choisissez."))


class SecondFactorForm(PlainForm):
    """The code of the authenticator."""

    code_appli = StringField(say("Code de l'application"))

    digits: str = ""

    def validate_code_appli(self, field: Field) -> None:
        """Keeps the digits."""
        self.digits = _read_code(field)


class CloseForm(PlainForm):
    """The box that says the consequences were read."""

    compris = BooleanField(say("J'ai compris : mon compte ferme pour de bon"))

    def validate_compris(self, field: Field) -> None:
        """Refuses an empty box."""
        if not field.data:
            raise ValidationError(say("Cochez la case pour fermer votre compte, ou revenez sans rien changer."))
