"""The forms of the members of a service: the file to read, the address of one of them."""

from __future__ import annotations

from wtforms import Field, FileField, StringField, ValidationError

from app.domain.email_addresses import read_email
from app.domain.plain_values import ValueFault
from forms.base import PlainForm
from forms.words import say


class MemberFileForm(PlainForm):
    """A file of members."""

    fichier = FileField(say("Fichier des adhérents"))

    content: bytes = b""
    name: str = ""

    def validate_fichier(self, field: Field) -> None:
        """Keeps the bytes and the name of the file."""
        sent = field.data
        if not hasattr(sent, "read") or not sent.filename:
            raise ValidationError(say("Choisissez un fichier CSV ou .xlsx sur votre ordinateur."))
        self.content = sent.read()
        shown = "".join(
            letter for letter in sent.filename.replace("\\", "/").rpartition("/")[2] if letter.isprintable()
        )
        self.name = shown or "fichier"


class MemberEmailForm(PlainForm):
    """Where a member is written to."""

    adresse = StringField(say("Adresse e-mail de l'entreprise"))

    email: str = ""

    def validate_adresse(self, field: Field) -> None:
        """Keeps the address."""
        try:
            self.email = read_email(field.data)
        except ValueFault as fault:
            raise ValidationError(say("Écrivez une adresse e-mail complète, comme prenom.nom@exemple.fr.")) from fault
