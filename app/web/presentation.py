"""How values and words look on a page: French typography, dates, sizes, numbers of things."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask
from jinja2.ext import Extension

from app.domain.typography import NARROW, NO_BREAK, french, french_date
from app.domain.words import counted

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
_SPOKEN = re.compile(r'\b(aria-label|title|alt|placeholder|data-l|content)="([^"{]*)"')


class FrenchTemplates(Extension):
    """Applies French typography to the words written in the templates, once, when they are compiled.

    Text between tags and the attributes people read or hear are changed; values, code and addresses are not:
    a value goes through the `fr` filter.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 (parameters of jinja2's method)
        """The source with its words set in French typography."""
        pieces = _PIECES.split(source)
        for index, piece in enumerate(pieces):
            if index % 2 == 0:
                pieces[index] = french(_AT_END.sub(NARROW, _AT_START.sub(NARROW, piece) if index else piece))
            elif piece.startswith("<"):
                pieces[index] = _SPOKEN.sub(lambda found: f'{found[1]}="{french(found[2])}"', piece)
        return "".join(pieces)


def install(app: Flask) -> None:
    """Give the templates their filters and the typography of their own words."""
    app.jinja_env.add_extension(FrenchTemplates)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(fr=french, day=day, size=size, many=many)


def day(value: date) -> str:
    """A day in full: « 1er mars 2027 »."""
    return french(french_date(value))


def size(octets: int) -> str:
    """A size of file: « 48 Ko », rounded up so that a file never weighs nothing."""
    return f"{max(1, -(-octets // 1024))}{NO_BREAK}Ko"


def many(count: int, one: str, several: str | None = None) -> str:
    """A number and its noun in agreement, kept on one line."""
    return counted(count, one, several).replace(" ", NO_BREAK, 1)
