"""Lines typed in a form, read by the value readers and refused in a sentence that says how to mend them."""

from __future__ import annotations

from wtforms import Field, ValidationError

from app.domain.plain_values import ValueFault, read_text
from forms.words import say


def read_field_line(field: Field, *, limit: int, missing: str) -> str:
    """The words of a field on one line; raises ValidationError, with `missing` when nothing is typed.

    Nothing typed is accepted when `missing` is empty.
    """
    try:
        words = " ".join(read_text(field.data or "", limit=100_000).split())
    except ValueFault as fault:
        raise ValidationError(say("Ce texte contient un caractère illisible : effacez-le et retapez-le.")) from fault
    if len(words) > limit:
        raise ValidationError(
            say("Écrivez {limit} caractères au plus ; il y en a {count}.", limit=limit, count=len(words))
        )
    if not words and missing:
        raise ValidationError(missing)
    return words
