"""French typography of printed text: spaces and apostrophes only, never a letter.

Content and answers are written with plain spaces and straight apostrophes; this filter runs once, at print time, on
every sentence, the employer's included. It is idempotent: a text that went through it already comes back unchanged.
"""

from __future__ import annotations

import re
from datetime import date
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
_MONTH = "|".join(MONTHS)
_UNITS = (
    "€|%|°C|km/h|km|cm|mm|m²|m³|m|kg|g|L|l|dB|h|min|ans?|mois|semaines?|jours?|heures?|minutes?|litres?"
    "|personnes?|salariés?|salariées?|euros?"
)

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_]|[ \u00a0\u202f]?«)")
_OPENING = re.compile(f"«{_SPACES}*(?=\\S)")
_CLOSING = re.compile(f"(?<=\\S){_SPACES}+(?=[;:!?»])")
_TIGHT_QUOTE = re.compile("(?<=[^\\s«])(?=»)")
_TIGHT = re.compile(f"(?<=[\\w)»%€°])(?=[;:!?](?:{_SPACES}|\\n|$))")
_THOUSANDS = re.compile("(?<![\\d.,\u00a0])\\d{1,3}(?:[ \u202f]\\d{3})+(?![\\d\u00a0])")
_UNIT = re.compile(f"(?<=\\d){_SPACES}(?=(?:{_UNITS})(?!\\w))")
_DATE = re.compile(f"(?<!\\d)(\\d{{1,2}}(?:er)?){_SPACES}({_MONTH})(?:{_SPACES}(\\d{{4}}))?(?!\\w)")
_MONTH_YEAR = re.compile(f"(?<!\\w)({_MONTH}){_SPACES}(?=\\d{{4}}(?!\\d))")
_REFERENCE = re.compile(f"(?<!\\w)(n°|[LRD]\\.|art\\.|p\\.){_SPACES}(?=[\\dLRD])")
_ANY_PUNCTUATION = re.compile("[;:!?»«]")
_ANY_DIGIT_SPACE = re.compile(f"\\d{_SPACES}|(?:\\.|°|{_MONTH}){_SPACES}")


def printable(text: str) -> str:
    """The text without the characters XML 1.0 forbids (its production 2); carriage returns become newlines."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def french(text: str) -> str:
    """The text with French spaces and apostrophes; letters, figures and punctuation marks stay as they are."""
    if "'" in text:
        text = _APOSTROPHE.sub("\u2019", text)
    if _ANY_PUNCTUATION.search(text):
        text = _punctuated(text)
    if _ANY_DIGIT_SPACE.search(text):
        text = _figures(text)
    return text


def _punctuated(text: str) -> str:
    text = _OPENING.sub(f"«{NARROW}", text)
    text = _CLOSING.sub(NARROW, text)
    text = _TIGHT_QUOTE.sub(NARROW, text)
    return _TIGHT.sub(NARROW, text)


def _figures(text: str) -> str:
    text = _THOUSANDS.sub(lambda found: found.group().replace(" ", NARROW), text)
    text = _UNIT.sub(NO_BREAK, text)
    text = _DATE.sub(lambda found: NO_BREAK.join(part for part in found.groups() if part), text)
    text = _MONTH_YEAR.sub(rf"\1{NO_BREAK}", text)
    return _REFERENCE.sub(rf"\1{NO_BREAK}", text)


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
