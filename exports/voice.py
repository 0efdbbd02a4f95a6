"""The voice of a printed file: sentences of the interface are translated, every text gets its typography."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from app.domain.typography import french, french_date, printable


def identity(text: str) -> str:
    """The text itself: the translation of a file printed in the language it is written in."""
    return text


class Voice:
    """Says the sentences of the interface and tells the texts of a dossier, ready to be printed."""

    def __init__(self, *, translate: Callable[[str], str], language: str) -> None:
        self._translate = translate
        self._typeset = french if language.startswith("fr") else identity
        self._told: dict[str, str] = {}

    def say(self, sentence: str, **values: object) -> str:
        """A sentence of the interface: translated, then its `{name}` places filled with texts of the dossier."""
        said = self._translate(sentence)
        return self.tell(said.format(**values) if values else said)

    def label(self, name: str) -> str:
        """A name programs also read (that of a sheet): translated, its plain apostrophe kept."""
        return printable(self._translate(name))

    def count(self, number: int, one: str, many: str) -> str:
        """A number with the sentence for one or for several (French counts 0 as one)."""
        return self.say(many if number > 1 else one, count=number)

    def tell(self, text: str) -> str:
        """A text of the dossier: letters untouched, characters no file can hold removed.

        A text met again in the same file is not set again: half of the words of a section are repeated ones.
        """
        told = self._told.get(text)
        if told is None:
            told = self._told[text] = self._typeset(printable(text))
        return told

    def day(self, day: date | None, *, missing: str = "à fixer") -> str:
        """A day in words, or the words for a day nobody has set."""
        return self.tell(french_date(day)) if day else self.say(missing)

    def short_day(self, day: date | None, *, missing: str = "à fixer") -> str:
        """A day in figures, for the narrow columns of a table."""
        return day.strftime("%d/%m/%Y") if day else self.say(missing)

    def listed(self, texts: Iterable[str], *, missing: str = "", mark: str = ", ") -> str:
        """Texts in a row, or the words for none."""
        joined = mark.join(text for text in texts if text)
        return self.tell(joined) if joined else self.say(missing)

    def or_gap(self, text: str, missing: str) -> str:
        """The text, or the words of the gap it leaves."""
        return self.tell(text) if text.strip() else self.say(missing)
