"""How values and words look on a page, in each language: typography, dates, hours, sizes, numbers of things.

A template is written in French. It is compiled once for each language, so that a page costs no translation.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup

from app.domain.typography import NARROW, NO_BREAK, french, french_date
from app.domain.words import counted
from app.web.language import ENGLISH, FRENCH, Language, current, english_date, translated, word
from translations.catalogue import load
from translations.runs import literals, rewrite

_TAG = r"<(?:\{\{.*?\}\}|\{%.*?%\}|[^>{]|\{(?![{%]))+>"
_PIECES = re.compile(
    r"(&#?\w+;|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<(?:script|style|pre|code|textarea)\b.*?</(?:script|style|pre|code|textarea)>|"
    + _TAG
    + ")",
    flags=re.DOTALL,
)
_AT_START = re.compile("^ (?=[;:!?»])")
_AT_END = re.compile("(?<=«) $")
"""A sign whose neighbour is a value or a tag, which `french` cannot see from inside the piece."""
_EXPRESSION = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", flags=re.DOTALL)
_SPOKEN = re.compile(
    r"\b(aria-label|aria-description|title|alt|placeholder|data-l|data-say-[\w-]+|content)"
    r'="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"',
    flags=re.DOTALL,
)
_FRENCH_SPACE = re.compile("[ \u00a0\u202f](?=[;:!?](?:\\s|$))")
_EXTENSION = "jalon_languages"

PHONE_LINE = 34
"""Characters of a line of a field at 360 px."""
MOST_ROWS = 16


class FrenchTemplates(Extension):
    """Applies French typography to the words written in the templates, once, when they are compiled.

    Text between tags and the attributes people read or hear are changed; values, code and addresses are not:
    a value goes through the `fr` filter.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 (parameters of jinja2's method)
        """The source with its words set in French typography."""
        return _set(literals(source, str) if "_(" in source else source, french)


class EnglishTemplates(Extension):
    """Puts the English words in place of the French ones, once, when a template is compiled."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 (parameters of jinja2's method)
        """The source in English; a message without translation stays in French."""
        return _set(rewrite(source, load(ENGLISH).text), _english)


def install(app: Flask) -> None:
    """Give the templates of both languages their words and their filters.

    The translations are read here: a file that cannot be read stops the start, not the first English page.
    """
    load(ENGLISH)
    french_pages = app.jinja_env
    french_pages.trim_blocks = True
    french_pages.lstrip_blocks = True
    english_pages = french_pages.overlay()
    # What other modules add later to the French environment is seen from the English one.
    english_pages.filters = ChainMap({}, french_pages.filters)  # type: ignore[assignment]  # jinja2 reads any mapping
    english_pages.globals = ChainMap[str, object]({"lang": ENGLISH}, french_pages.globals)  # type: ignore[assignment]  # same reason
    french_pages.add_extension(FrenchTemplates)
    english_pages.add_extension(EnglishTemplates)
    french_pages.globals["lang"] = FRENCH
    french_pages.filters.update(filters(FRENCH))
    english_pages.filters.update(filters(ENGLISH))
    app.extensions[_EXTENSION] = {FRENCH: french_pages, ENGLISH: english_pages}


def environment(language: Language) -> Environment:
    """Where the templates of that language are compiled and kept."""
    kept: Environment = current_app.extensions[_EXTENSION][language]
    return kept


def filters(language: Language) -> dict[str, Callable[..., str]]:
    """The filters of the templates in one language."""
    if language == FRENCH:
        return {
            "fr": _unless_drawn(french),
            "content": _unless_drawn(french),
            "word": french,
            "day": day,
            "hour": hour,
            "moment": moment,
            "size": size,
            "many": many,
            "rows": rows,
        }
    return {
        "fr": _unless_drawn(lambda text: translated(text, ENGLISH)),
        "content": _unless_drawn(content_in_french),
        "word": lambda text: word(text, ENGLISH),
        "day": english_day,
        "hour": english_hour,
        "moment": lambda instant, zone: f"{english_day(_local(instant, zone))} at {english_hour(instant, zone)}",
        "size": lambda octets: f"{_kilobytes(octets)}{NO_BREAK}kB",
        "many": english_many,
        "rows": rows,
    }


def day(value: date) -> str:
    """A day in full: « 1er mars 2027 »."""
    return french(french_date(value))


def hour(instant: datetime, zone: str) -> str:
    """The time of an instant where the service is: « 20 h 42 »."""
    local = _local(instant, zone)
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local.minute:02}"


def moment(instant: datetime, zone: str) -> str:
    """The day and the time of an instant where the service is: « 24 novembre 2026 à 20 h 42 »."""
    return f"{day(_local(instant, zone))} à {hour(instant, zone)}"


def size(octets: int) -> str:
    """A size of file: « 48 Ko », rounded up so that a file never weighs nothing."""
    return f"{_kilobytes(octets)}{NO_BREAK}Ko"


def many(count: int, one: str, several: str | None = None) -> str:
    """A number and its noun in agreement, kept on one line."""
    return counted(count, one, several).replace(" ", NO_BREAK, 1)


def rows(text: str, least: int) -> str:
    """Rows of a field that show the whole of what it holds on a phone, up to what a phone can show."""
    lines = sum(max(1, -(-len(line) // PHONE_LINE)) for line in text.splitlines())
    return str(min(max(least, lines), MOST_ROWS))


def english_day(value: date) -> str:
    """A day in full: « 1 March 2027 »."""
    return english_date(value).replace(" ", NO_BREAK)


def english_hour(instant: datetime, zone: str) -> str:
    """The time of an instant where the service is: « 8:42 pm »."""
    local = _local(instant, zone)
    return f"{local.hour % 12 or 12}:{local.minute:02}{NO_BREAK}{'am' if local.hour < 12 else 'pm'}"


def english_many(count: int, one: str, several: str | None = None) -> str:
    """A number and its noun in agreement: 1 alone is singular in English."""
    return f"{count}{NO_BREAK}{one if count == 1 else several or one + 's'}"


def content(text: str) -> str:
    """Words that stay in French, given to a template by Python among others that are translated."""
    return content_in_french(text) if current() == ENGLISH else text


def _unless_drawn(filter_: Callable[[str], str]) -> Callable[[str], str]:
    """The filter, which leaves alone what a template has drawn already: its words were set where they stand."""
    return lambda text: text if isinstance(text, Markup) else filter_(text)


def content_in_french(text: str) -> Markup:
    """Words that stay in French on an English page, such as a question: read aloud with the right voice."""
    return Markup('<span lang="fr">{}</span>').format(french(text)) if text else Markup()


def _local(instant: datetime, zone: str) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("an instant says its zone")
    return instant.astimezone(ZoneInfo(zone))


def _kilobytes(octets: int) -> int:
    return max(1, -(-octets // 1024))


def _set(source: str, typography: Callable[[str], str]) -> str:
    """The source of a template with that typography on the words people read, and on nothing else."""
    pieces = _PIECES.split(source)
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            pieces[index] = typography(_beside_values(piece, first=not index))
        elif piece.startswith("<"):
            pieces[index] = _SPOKEN.sub(lambda found: f'{found[1]}="{_attribute(found[2], typography)}"', piece)
    return "".join(pieces)


def _attribute(words: str, typography: Callable[[str], str]) -> str:
    pieces = _EXPRESSION.split(words)
    pieces[::2] = [typography(_beside_values(piece, first=not index)) for index, piece in enumerate(pieces[::2])]
    return "".join(pieces)


def _beside_values(piece: str, *, first: bool) -> str:
    return _AT_END.sub(NARROW, piece if first else _AT_START.sub(NARROW, piece))


def _english(text: str) -> str:
    """The text without the spaces and quotation marks of French, which a sign between two values would keep."""
    return _FRENCH_SPACE.sub("", re.sub("«[ \u202f]?", "“", re.sub("[ \u202f]?»", "”", text)))
