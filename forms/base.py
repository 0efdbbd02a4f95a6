"""The form every page reads through: plain WTForms, for reading and checking; drawing is done by our own templates.

CSRF is guarded once for the whole site, so a form carries no token of its own; messages are written in French by the
value readers, so no catalogue of messages is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass

from wtforms import Form


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
        return tuple(FieldFault(anchor=field.id, words=field.errors[0]) for field in self if field.errors)
