"""Fields that read one value through a reader of the domain, and refuse it in a sentence that says how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from wtforms import Field

from app.domain.plain_values import ValueFault, read_count, read_day, read_text
from forms.words import say

Read = Callable[[str], Any]
"""Reads what was typed; raises ValueError with the sentence to show."""

LONGEST_READ = 100_000
"""Characters looked at before a text is said to be too long."""


class ReadField(Field):
    """One value; `data` is what was read, None when nothing was typed or when it could not be read.

    Nothing typed is accepted when `missing` is empty. A value sent several times is read once when it is the same.
    """

    data: Any

    def __init__(self, label: str, read: Read, *, missing: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.read = read
        self.missing = missing

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; a ValueError raised here is an error of the field."""
        self.data = None
        given = sorted({str(value) for value in valuelist if str(value).strip()})
        if len(given) > 1:
            raise ValueError(say("Ce champ est arrivé avec deux valeurs : gardez-en une."))
        if given:
            self.data = self.read(given[0])
        elif self.missing:
            raise ValueError(self.missing)


class CodesField(Field):
    """Boxes that are ticked: `data` is the tuple of their codes, in the order of the page."""

    data: tuple[str, ...]

    def __init__(self, label: str, codes: Collection[str], **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.codes = tuple(codes)

    def process_data(self, value: Any) -> None:
        """Keep the codes the page is drawn with."""
        self.data = tuple(code for code in self.codes if code in (value or ()))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; a ValueError raised here is an error of the field."""
        given = {str(value) for value in valuelist if str(value).strip()}
        self.data = tuple(code for code in self.codes if code in given)
        if not given <= set(self.codes):
            raise ValueError(say("Choisissez parmi les cases proposées."))


def line(limit: int) -> Read:
    """Words on one line."""

    def read(raw: str) -> str:
        words = " ".join(_clean(raw).split())
        _refuse_long(words, limit)
        return words

    return read


def text(limit: int) -> Read:
    """Words on several lines."""

    def read(raw: str) -> str:
        words = _clean(raw)
        _refuse_long(words, limit)
        return words

    return read


def count(minimum: int, maximum: int) -> Read:
    """A whole number within its bounds."""

    def read(raw: str) -> int:
        try:
            return read_count(raw, minimum=minimum, maximum=maximum)
        except ValueFault:
            raise ValueError(
                say("Écrivez un nombre entier en chiffres, de {least} à {most}.", least=minimum, most=maximum)
            ) from None

    return read


def day(raw: str) -> Any:
    """A day."""
    try:
        return read_day(raw)
    except ValueFault:
        raise ValueError(say("Écrivez une date qui existe, comme 15/05/2027.")) from None


def one_of(codes: Collection[str]) -> Read:
    """One of the codes of a list."""

    def read(raw: str) -> str:
        if raw not in codes:
            raise ValueError(say("Choisissez une des réponses proposées."))
        return raw

    return read


def _clean(raw: str) -> str:
    try:
        return read_text(raw[: LONGEST_READ + 1], limit=LONGEST_READ + 1)
    except ValueFault:
        raise ValueError(say("Ce texte contient un caractère illisible : effacez-le et retapez-le.")) from None


def _refuse_long(words: str, limit: int) -> None:
    if len(words) > limit:
        raise ValueError(say("Écrivez {limit} caractères au plus ; il y en a {count}.", limit=limit, count=len(words)))
