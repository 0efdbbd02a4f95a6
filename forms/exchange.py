"""The form of an answer to the service."""

from __future__ import annotations

from wtforms import Field, StringField, TextAreaField, ValidationError

from forms.base import PlainForm
from forms.read_field import text
from forms.words import say

ANSWER_LIMIT = 2000
"""Characters of one answer."""


class DeclineForm(PlainForm):
    """The word that says why a proposed measure is not taken on."""

    raison = TextAreaField(say("Pourquoi pas ?"))
    cle = StringField()

    words: str = ""

    def validate_raison(self, field: Field) -> None:
        """Keeps the word."""
        try:
            self.words = text(ANSWER_LIMIT)(field.data or "")
        except ValueError as fault:
            raise ValidationError(fault.args[0]) from fault
        if not self.words:
            raise ValidationError(say("Dites en un mot pourquoi : votre service adapte son conseil."))


class ReplyForm(PlainForm):
    """Words for the service, and whether what it asked for is done; one of the two is enough."""

    reponse = TextAreaField(say("Votre réponse"))
    fait = StringField(say("C'est fait, la demande peut être classée"))
    cle = StringField()

    words: str = ""

    @property
    def settled(self) -> bool:
        """Whether the box « c'est fait » is ticked."""
        return self.fait.data == "oui"

    def validate_reponse(self, field: Field) -> None:
        """Keeps the words; they may be left out when the box is ticked."""
        try:
            self.words = text(ANSWER_LIMIT)(field.data or "")
        except ValueError as fault:
            raise ValidationError(fault.args[0]) from fault
        if not self.words and not self.settled:
            raise ValidationError(say("Écrivez votre réponse, ou cochez « C'est fait »."))
