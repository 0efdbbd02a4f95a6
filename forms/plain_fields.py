"""Fields of plain things on the domain's value readers: a line, a text, a day, a code, several codes.

What cannot be read is a sentence of the field that says how to mend it; what was typed stays in `raw_data`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from wtforms import Field, ValidationError

from app.domain.plain_values import TEXT_LIMIT, ValueFault, read_day
from forms.read_field import line, text
from forms.words import say


class TextField(Field):
    """Words on several lines, or on one with `line`; `missing` is said when nothing is written."""

    data: str

    def __init__(self, label: str, *, limit: int = TEXT_LIMIT, line: bool = False, missing: str = "", **kwargs: Any):
        super().__init__(label, **kwargs)
        self.limit = limit
        self.line = line
        self.missing = missing
        self._fault: str = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; the first of several."""
        self.data = ""
        if not valuelist:
            return
        self.data = (line if self.line else text)(self.limit)(str(valuelist[0]))

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (parameter of WTForms' method)
        """Refuse an empty text where words are needed."""
        if self.missing and not self.data and not self.process_errors:
            raise ValidationError(self.missing)


class DayField(Field):
    """A day, or None; between two bounds when they are given to `read_within`."""

    data: date | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted."""
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        try:
            self.data = read_day(str(valuelist[0]))
        except ValueFault:
            raise ValueError(say("Écrivez une date qui existe, comme 15/05/2027, entre 1990 et 2100.")) from None


class CodeField(Field):
    """One of the codes offered, or empty; `missing` is said when none is chosen."""

    data: str

    def __init__(self, label: str, *, codes: Collection[str] = (), missing: str = "", **kwargs: Any):
        super().__init__(label, **kwargs)
        self.codes = codes
        self.missing = missing

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep a code that was offered."""
        self.data = next((str(each) for each in valuelist if each in self.codes), "")
        if not self.data and any(str(each).strip() for each in valuelist):
            raise ValueError(say("Choisissez une des réponses proposées."))

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 (parameter of WTForms' method)
        """Refuse no choice where one is needed."""
        if self.missing and not self.data and not self.process_errors:
            raise ValidationError(self.missing)


class CodesField(Field):
    """Some of the codes offered, each once; every code is kept when none are said to be offered."""

    data: tuple[str, ...]

    def __init__(self, label: str, *, codes: Collection[str] | None = None, most: int = 500, **kwargs: Any):
        super().__init__(label, **kwargs)
        self.codes = codes
        self.most = most

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the codes that were offered, in the order they came."""
        given = dict.fromkeys(str(each) for each in valuelist[: self.most])
        self.data = tuple(each for each in given if self.codes is None or each in self.codes)


class TickField(Field):
    """A single box."""

    data: bool

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Ticked when anything was sent."""
        self.data = bool(valuelist)


class VersionField(Field):
    """Version of the row a page was drawn with; 0 when it cannot be read, which is nobody's version."""

    data: int

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep a number of at most nine digits."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
