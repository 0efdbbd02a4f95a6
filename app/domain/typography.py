"""French typography of printed text: spaces and apostrophes only, never a letter.

Content and answers are written with plain spaces and straight apostrophes; this filter runs once, at print time, on
every sentence, the employer's included. It is idempotent: a text that went through it already comes back unchanged.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

NARROW: Final = "\u202f"
"""Narrow no-break space: before ; : ! ? and », after «, between thousands."""
NO_BREAK: Final = "\u00a0"
"""No-break space: before a unit, inside a date, after « n° » and « L. »."""

MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

_SPACES = "[ \u00a0\u202f]"
_SPACE_SET = frozenset(" \u00a0\u202f")
_MONTH = "|".join(MONTHS)
_UNITS = (
    "€|%|°C|km/h|km|cm|mm|m²|m³|m|kg|g|L|l|dB|h|min|ans?|mois|semaines?|jours?|heures?|minutes?|litres?"
    "|personnes?|salariés?|salariées?|euros?"
)
_BEFORE_TIGHT = frozenset(")»%€°")
_ENDS = frozenset(" \u00a0\u202f\n»")

# Each pattern starts with the character it looks for and looks behind afterwards: the scan is then five times faster,
# and this filter runs on every text of every document.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_APOSTROPHE = re.compile(f"'(?<=[^\\W\\d_]')(?=[^\\W\\d_]|{_SPACES}?«)")
_OPENING = re.compile(f"«{_SPACES}*(?=\\S)")
_PUNCTUATION = re.compile("[;:!?»]")
_DIGIT = re.compile(r"\d")
_AFTER_DIGIT = re.compile(f"\\d(?:er)?{_SPACES}")
_BEFORE_DIGIT = re.compile(f"{_SPACES}(?:[LRD]\\.{_SPACES})?\\d")
_THOUSANDS = re.compile("\\d(?<![\\d.,\u00a0]\\d)\\d{0,2}(?:[ \u202f]\\d{3})+(?![\\d\u00a0])")
_UNIT = re.compile(f"(\\d){_SPACES}(?=(?:{_UNITS})(?!\\w))")
_DATE = re.compile(f"(\\d(?<!\\d\\d)\\d?(?:er)?){_SPACES}({_MONTH})(?!\\w)")
_MONTH_YEAR = re.compile(f"({_MONTH}){_SPACES}(?=\\d{{4}}(?!\\d))")
_REFERENCE = re.compile(f"((?:n°|[LRD]\\.|p\\.)(?={_SPACES}\\d)|art\\.(?={_SPACES}[\\dLRD])){_SPACES}")


def printable(text: str) -> str:
    """The text without the characters XML 1.0 forbids (its production 2); carriage returns become newlines."""
    if text.isprintable():
        return text
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_KEPT_LENGTH = 600
"""Characters: the sentences of the content come back on every page, and what is kept stays under 10 MB."""


def french(text: str) -> str:
    """The text with French spaces and apostrophes; letters, figures and punctuation marks stay as they are."""
    # Other kinds of text (ready markup) are equal to a plain one: one must never come back in the place of the other.
    return _short(text) if type(text) is str and len(text) <= _KEPT_LENGTH else _french(text)


def _french(text: str) -> str:
    if "'" in text:
        text = _APOSTROPHE.sub("\u2019", text)
    if "«" in text:
        text = _OPENING.sub(f"«{NARROW}", text)
    if _PUNCTUATION.search(text):
        text = _punctuated(text)
    if _DIGIT.search(text):
        text = _figures(text)
    return text


_short = lru_cache(maxsize=4096)(_french)


def _punctuated(text: str) -> str:
    """One narrow space before each mark that wants one, in place of the spaces already there."""
    pieces = []
    done = 0
    for found in _PUNCTUATION.finditer(text):
        mark = found.start()
        end = mark
        while end > done and text[end - 1] in _SPACE_SET:
            end -= 1
        if end < mark or _wants_space(text, mark):
            pieces += [text[done:end], NARROW]
            done = mark
    return "".join([*pieces, text[done:]])


def _wants_space(text: str, mark: int) -> bool:
    """True for a mark that touches its word: any », and another only where a sentence may stop (not `12:30`)."""
    before = text[mark - 1 : mark]
    if text[mark] == "»":
        return bool(before) and before != "«" and not before.isspace()
    after = text[mark + 1 : mark + 2]
    return (before.isalnum() or before in _BEFORE_TIGHT) and (not after or after in _ENDS)


def _figures(text: str) -> str:
    if _AFTER_DIGIT.search(text):
        text = _THOUSANDS.sub(lambda found: found.group().replace(" ", NARROW), text)
        text = _UNIT.sub(rf"\1{NO_BREAK}", text)
        text = _DATE.sub(rf"\1{NO_BREAK}\2", text)
    if _BEFORE_DIGIT.search(text):
        text = _MONTH_YEAR.sub(rf"\1{NO_BREAK}", text)
        text = _REFERENCE.sub(rf"\1{NO_BREAK}", text)
    return text


def french_date(day: date) -> str:
    """« 1er juin 2027 », with plain spaces: `french` makes them no-break."""
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def french_month(year_month: str) -> str:
    """« juin 2026 » for `2026-06`; any other text comes back as it is."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", year_month)
    return f"{MONTHS[int(found[2]) - 1]} {found[1]}" if found else year_month


def french_siret(siret: str) -> str:
    """The 14 digits in groups of 3, 3, 3 and 5, joined by no-break spaces; any other text comes back as it is."""
    if not re.fullmatch(r"\d{14}", siret):
        return siret
    return NO_BREAK.join((siret[:3], siret[3:6], siret[6:9], siret[9:]))
