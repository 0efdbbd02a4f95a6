"""The form every page reads through: plain WTForms, for reading and checking; drawing is done by our own templates.

CSRF is guarded once for the whole site, so a form carries no token of its own; messages are written in French by the
value readers, so no catalogue of messages is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

from wtforms import Field, Form

from forms.words import Said, say

NAMELESS = frozenset(
    {
        "Ce champ est arrivé avec deux valeurs : gardez-en une.",
        "Ce texte contient un caractère illisible : effacez-le et retapez-le.",
        "Choisissez parmi les cases proposées.",
        "Choisissez une des réponses proposées.",
        "Écrivez un nombre entier en chiffres, de {least} à {most}.",
        "Écrivez une date qui existe, comme 15/05/2027.",
        "Écrivez une date qui existe, comme 15/05/2027, entre 1990 et 2100.",
        "Écrivez {limit} caractères au plus ; il y en a {count}.",
    }
)
"""Models of the faults that any field may have: away from their field, they say which one it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFault:
    """One line of the error summary: where to go and what to do."""

    anchor: str
    """Id of the first control of the field."""
    words: str


class PlainForm(Form):
    """A form that tells its faults in the order of the page."""

    class Meta:
        """No token, no catalogue."""

        csrf = False
        locales = False

    def faults(self) -> tuple[FieldFault, ...]:
        """Everything to correct, first fault of each field, in the order of the fields."""
        return tuple(FieldFault(anchor=field.id, words=_told(field)) for field in self if field.errors)


def _told(field: Field) -> str:
    """The first fault of a field, as the summary of the page says it."""
    fault: str = field.errors[0]
    label: str = field.label.text
    if label and isinstance(fault, Said) and fault.msgid in NAMELESS:
        return say("« {about} » : {words}", about=label, words=fault)
    return fault
