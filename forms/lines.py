"""Lines typed in a form whose field is a plain one, refused by its `validate_…` method."""

from __future__ import annotations

from wtforms import Field, ValidationError

from forms.read_field import line


def read_field_line(field: Field, *, limit: int, missing: str) -> str:
    """The words of a field on one line; raises ValidationError, with `missing` when nothing is typed.

    Nothing typed is accepted when `missing` is empty.
    """
    try:
        words: str = line(limit)(field.data or "")
    except ValueError as fault:
        raise ValidationError(fault.args[0]) from fault
    if not words and missing:
        raise ValidationError(missing)
    return words
