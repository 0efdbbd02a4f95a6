"""One parser for each plain thing a person writes: words, a number, a count, a day, a month.

The answers file, the forms and the imports all read through here, so that « 3,5 » or « 15/05/2027 » means the same
everywhere. What cannot be read raises `ValueFault`: what is wrong and what is accepted, in French.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches

TEXT_LIMIT = 5_000
"""Characters of a free text; longer than any real answer, short enough for a cell of a document."""

NUMBER_LIMIT = Decimal(10) ** 12
"""No answer is larger than this in size, whatever its unit."""

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Years a day or a month may have: outside, it is a slip of the pen."""

DAY_ACCEPTED = "une date comme 15/05/2027 ou 2027-05-15"
MONTH_ACCEPTED = "un mois comme 2026-06 ou 06/2026"

_DIGITS = 15
_DECIMALS = 6
_NUMBER = re.compile(rf"[+-]?\d{{1,{_DIGITS}}}(?:\.\d{{1,{_DECIMALS}}})?", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_ISO_MONTH = re.compile(r"(\d{4})-(\d{1,2})", re.ASCII)
_FRENCH_MONTH = re.compile(r"(\d{1,2})/(\d{4})", re.ASCII)
_DIRECTION_MARKS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")


class ValueFault(ValueError):
    """A value cannot be read: `words` says what is wrong, `accepted` what may be written instead (French)."""

    def __init__(self, words: str, accepted: str = "") -> None:
        super().__init__(f"{words}. Accepté : {accepted}." if accepted else f"{words}.")
        self.words = words
        self.accepted = accepted


def shown_raw(raw: object) -> str:
    """What was written, short and on one line, to quote it in a message."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "une table entre accolades"
    if isinstance(raw, list | tuple):
        return "une liste"
    words = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in str(raw)[:80]).strip()
    return f"« {words[:60]}… »" if len(words) > 60 else f"« {words} »"


def suggestion(written: str, known: Iterable[str]) -> str:
    """« (vouliez-vous dire X ?) », after a space, when a known word is close to what was written; empty otherwise."""
    close = get_close_matches(written[:60], tuple(known), n=1)
    return f" (vouliez-vous dire « {close[0]} » ?)" if close else ""


def read_text(raw: object, *, limit: int = TEXT_LIMIT) -> str:
    """Words as typed, without control characters other than line feed and tab; raises `ValueFault`.

    The text is in Unicode NFC and trimmed. A NUL or half of a surrogate pair is a damaged text: it is refused, not
    mended, since nobody can tell what stood there.
    """
    if not isinstance(raw, str):
        raise ValueFault(f"{shown_raw(raw)} n'est pas un texte", "un texte entre guillemets")
    if "\x00" in raw or any("\ud800" <= character <= "\udfff" for character in raw):
        raise ValueFault("le texte contient un caractère illisible", "un texte en UTF-8, à recopier ou retaper")
    words = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    words = "".join(character for character in words if _printable(character)).strip()
    if len(words) > limit:
        raise ValueFault(f"le texte fait {len(words)} caractères", f"au plus {limit} caractères")
    return words


def read_line(raw: object, *, limit: int = 300) -> str:
    """Words on one line: line feeds and tabs become spaces; raises `ValueFault` when nothing is left."""
    words = " ".join(read_text(raw, limit=limit).split())
    if not words:
        raise ValueFault("le texte est vide", f"un texte de {limit} caractères au plus")
    return words


def read_number(raw: object, *, minimum: Decimal | None = None, maximum: Decimal | None = None) -> Decimal:
    """A number written with a comma or a point and any kind of space; raises `ValueFault` outside its bounds."""
    accepted = _number_accepted(minimum, maximum)
    number = _number(raw)
    if number is None:
        raise ValueFault(f"{shown_raw(raw)} n'est pas un nombre", accepted)
    if abs(number) > NUMBER_LIMIT:
        raise ValueFault("ce nombre est trop grand", accepted)
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        raise ValueFault(f"{show_number(number)} est hors des bornes", accepted)
    return number


def read_count(raw: object, *, minimum: int = 0, maximum: int = 100_000) -> int:
    """A whole number within its bounds, both included; raises `ValueFault`."""
    number = read_number(raw, minimum=Decimal(minimum), maximum=Decimal(maximum))
    if number != number.to_integral_value():
        accepted = _number_accepted(Decimal(minimum), Decimal(maximum))
        raise ValueFault(f"{show_number(number)} n'est pas un nombre entier", accepted)
    return int(number)


def read_day(raw: object, *, first: int = FIRST_YEAR) -> date:
    """A day written JJ/MM/AAAA or in ISO, or a date already, from that year on; raises `ValueFault`."""
    if isinstance(raw, datetime):
        raise ValueFault("une heure suit la date", DAY_ACCEPTED)
    if isinstance(raw, date):
        return _sane(raw, DAY_ACCEPTED, first)
    words = "".join(str(raw).split()) if isinstance(raw, str) else ""
    if found := _ISO_DAY.fullmatch(words):
        year, month, day = found.groups()
    elif found := _FRENCH_DAY.fullmatch(words):
        day, month, year = found.groups()
    else:
        raise ValueFault(f"{shown_raw(raw)} n'est pas une date", DAY_ACCEPTED)
    try:
        return _sane(date(int(year), int(month), int(day)), DAY_ACCEPTED, first)
    except ValueFault:
        raise
    except ValueError:
        raise ValueFault(f"la date {shown_raw(raw)} n'existe pas dans le calendrier", DAY_ACCEPTED) from None


def read_month(raw: object) -> str:
    """A month as `2026-06`, written `2026-06` or `06/2026`, or a day of that month; raises `ValueFault`."""
    if isinstance(raw, date):
        return f"{read_day(raw):%Y-%m}"
    words = "".join(str(raw).split()) if isinstance(raw, str) else ""
    if found := _ISO_MONTH.fullmatch(words):
        year, month = found.groups()
    elif found := _FRENCH_MONTH.fullmatch(words):
        month, year = found.groups()
    else:
        raise ValueFault(f"{shown_raw(raw)} n'est pas un mois", MONTH_ACCEPTED)
    if not 1 <= int(month) <= 12:
        raise ValueFault(f"le mois {month} n'existe pas", MONTH_ACCEPTED)
    return f"{_sane(date(max(int(year), 1), int(month), 1), MONTH_ACCEPTED):%Y-%m}"


def show_number(number: Decimal) -> str:
    """A number as written in French: `1 500,5` with a narrow no-break space between thousands."""
    return f"{number:,f}".replace(",", "\u202f").replace(".", ",")


def show_day(day: date) -> str:
    """A day as written in French: `15/05/2027`."""
    return f"{day:%d/%m/%Y}"


def _printable(character: str) -> bool:
    if character in "\n\t":
        return True
    return unicodedata.category(character) != "Cc" and character not in _DIRECTION_MARKS


def _number(raw: object) -> Decimal | None:
    if isinstance(raw, bool):
        return None
    if isinstance(raw, str):
        words = "".join(raw.split()).replace("\u2212", "-").replace(",", ".")
        return _plain(Decimal(words)) if _NUMBER.fullmatch(words) else None
    if not isinstance(raw, int | Decimal):
        return None
    number = Decimal(raw)
    if not number.is_finite():
        return None
    return _plain(number) if number.adjusted() < _DIGITS else NUMBER_LIMIT * 10


def _plain(number: Decimal) -> Decimal:
    """The same number without exponent nor trailing zeros, so that 3,50 and 3.5 are stored alike."""
    rounded = round(number, _DECIMALS)
    whole = rounded.to_integral_value()
    return whole + 0 if rounded == whole else rounded.normalize()


def _number_accepted(minimum: Decimal | None, maximum: Decimal | None) -> str:
    if minimum is not None and maximum is not None:
        return f"un nombre de {show_number(minimum)} à {show_number(maximum)}"
    if minimum is not None:
        return f"un nombre d'au moins {show_number(minimum)}"
    if maximum is not None:
        return f"un nombre d'au plus {show_number(maximum)}"
    return "un nombre en chiffres, par exemple 3 ou 2,5"


def _sane(day: date, accepted: str, first: int = FIRST_YEAR) -> date:
    if not first <= day.year <= LAST_YEAR:
        raise ValueFault(f"l'année {day.year} est hors des bornes", f"{accepted}, de {first} à {LAST_YEAR}")
    return day
