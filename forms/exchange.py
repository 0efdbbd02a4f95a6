"""The form of an answer to the service."""

from __future__ import annotations

from wtforms import Field, StringField, TextAreaField, ValidationError

from app.domain.plain_values import ValueFault, read_text
from forms.base import PlainForm
from forms.words import say

ANSWER_LIMIT = 2000
"""Characters of one answer."""


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
            self.words = read_text(field.data or "", limit=ANSWER_LIMIT)
        except ValueFault as fault:
            raise ValidationError(
                say("Écrivez un texte de {limit} caractères au plus, sans signe illisible.", limit=ANSWER_LIMIT)
            ) from fault
        if not self.words and not self.settled:
            raise ValidationError(say("Écrivez votre réponse, ou cochez « C'est fait »."))
