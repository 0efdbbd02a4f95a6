"""From the bytes of an answers file to its TOML tables; what cannot be opened is told with its line and column."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal

from app.intake.answers_faults import AnswersFault, AnswersFaults
from questionnaires.reader_faults import ContentFaults
from questionnaires.reader_toml import toml_tables

MAX_BYTES = 1_000_000
"""Size above which an answers file is refused unread; a firm with 99 units is under a tenth of it."""

_BAD_DATES = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_PLACE = re.compile(r"ligne (\d+)(?:, colonne (\d+))?")


def open_toml(data: bytes, *, file: str) -> tuple[dict[str, object], str]:
    """The tables of an answers file and its text; raises `AnswersFaults` when it cannot be opened.

    A day that does not exist (2026-02-30) stops a TOML parser at once. It is handed on as a text instead, so that the
    reader of that key says what is wrong with it together with the other faults.
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1_000_000:.1f}".replace(".", ",")
        raise _refused(file, f"le fichier fait {size} Mo", "un fichier de réponses de 1 Mo au plus")
    words = _mend_dates(data)
    try:
        return toml_tables(data if words is None else words.encode(), file=file)
    except ContentFaults as broken:
        raise AnswersFaults(_moved(fault.place, fault.what, fault.remedy, file) for fault in broken.faults) from None


def _mend_dates(data: bytes) -> str | None:
    """The text with its impossible days between quotes; None when it has none or cannot be read at all."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    mended = None
    for _ in range(_BAD_DATES):
        try:
            tomllib.loads(words, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            quoted = _quote_date(words, str(error))
            if quoted is None:
                return mended
            words = mended = quoted
        except (ValueError, ArithmeticError, RecursionError):
            return mended
        else:
            return mended
    return mended


def _quote_date(words: str, message: str) -> str | None:
    place = _POSITION.search(message)
    if not message.startswith("Invalid date") or place is None:
        return None
    lines = words.split("\n")
    line, start = lines[int(place[1]) - 1], int(place[2]) - 1
    found = _DATE.match(line, start)
    if found is None:
        return None
    lines[int(place[1]) - 1] = f'{line[:start]}"{found[0]}"{line[found.end() :]}'
    return "\n".join(lines)


def _moved(place: str, what: str, remedy: str, file: str) -> AnswersFault:
    """A fault of the shared TOML opener, as a fault of an answers file."""
    found = _PLACE.search(place)
    line = int(found[1]) if found else None
    column = int(found[2]) if found and found[2] else None
    return AnswersFault(file=file, key="", line=line, column=column, words=f"{what}. {remedy}")


def _refused(file: str, words: str, accepted: str) -> AnswersFaults:
    return AnswersFaults((AnswersFault(file=file, key="", line=None, words=words, accepted=accepted),))
