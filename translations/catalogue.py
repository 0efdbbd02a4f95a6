"""The translations of one language, read once from its `.po` file and held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent
TRANSLATED = ("en",)
"""Languages with a file here; French is the source, and its words need none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What was translated; a message that was not reads in French."""

    messages: Mapping[str, str]
    """French message -> its translation."""
    plurals: Mapping[tuple[str, str], tuple[str, str]]
    """(French for one, French for several) -> the same in the other language."""

    def text(self, msgid: str) -> str:
        """The message in this language."""
        return self.messages.get(msgid, msgid)

    def counted(self, one: str, several: str, count: int) -> str:
        """The message for that many things, by the rule of English: 1 alone is singular."""
        return self.plurals.get((one, several), (one, several))[count != 1]


def po_file(language: str) -> Path:
    """Where the translations of a language are written."""
    return FOLDER / f"{language}.po"


def read_catalog(language: str) -> Catalog:
    """The file of a language as Babel reads it; raises PoFileError with the line when it is not a `.po` file."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def load(language: str) -> Catalogue:
    """The catalogue of a language; empty and fuzzy entries are left out."""
    messages: dict[str, str] = {}
    plurals: dict[tuple[str, str], tuple[str, str]] = {}
    for message in read_catalog(language):
        if not message.id or message.fuzzy:
            continue
        written = message.string
        if isinstance(message.id, str):
            if written:
                messages[message.id] = str(written)
        elif isinstance(written, tuple) and len(written) == 2 and all(written):
            plurals[message.id[0], message.id[1]] = (written[0], written[1])
    return Catalogue(messages=messages, plurals=plurals)
