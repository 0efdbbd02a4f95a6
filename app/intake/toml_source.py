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

DEEPEST_KEY = 32
"""Parts of a dotted key above which a file is refused: the parser's memory grows as their square, answers use 5."""

_BAD_DATES = 50
_UNREADABLE = (ValueError, ArithmeticError, RecursionError)
"""What the standard parser raises: bad TOML or bytes, a number without end, lists without end."""
_DATE = re.compile(r"(?<![\w\"'/.-])(?:\d{4}-\d{1,2}(?:-\d{1,2})?|(?:\d{1,2}/)?\d{1,2}/\d{4})(?![\w\"'/:-])")
"""A day or a month, real or not, outside quotes."""
_KEY_PART = rb"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')[ \t]*"""
_DEEP_KEY = re.compile(rb"(?:^|[\[{,])[ \t]*(?:%b\.[ \t]*){%d}" % (_KEY_PART, DEEPEST_KEY), re.MULTILINE)
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")
_PLACE = re.compile(r"ligne (\d+)(?:, colonne (\d+))?")


def open_toml(data: bytes, *, file: str) -> tuple[dict[str, object], str]:
    """The tables of an answers file and its text; raises `AnswersFaults` when it cannot be opened.

    A day that does not exist (2026-02-30), or one without its quotes (15/05/2027), stops a TOML parser at once. It is
    handed on as a text instead, so that the reader of that key judges it together with the other faults.
    """
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 1_000_000:.1f}".replace(".", ",")
        raise _refused(file, f"le fichier fait {size} Mo", "un fichier de réponses de 1 Mo au plus")
    if deep := _DEEP_KEY.search(data):
        line = data.count(b"\n", 0, deep.end()) + 1
        raise _refused(file, "une clé a trop de parties séparées par des points", "une clé écrite simplement", line)
    mended = _mend_dates(data)
    try:
        return toml_tables(mended, file=file)
    except ContentFaults as broken:
        raise AnswersFaults(_moved(fault.place, fault.what, fault.remedy, file) for fault in broken.faults) from None


def _mend_dates(data: bytes) -> bytes:
    """The same file, the days no TOML parser takes put between quotes one after the other."""
    for _ in range(_BAD_DATES):
        try:
            words = data.decode("utf-8-sig")
            tomllib.loads(words, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            quoted = _quote_date(words, str(error))
            if quoted is None:
                return data
            data = quoted.encode()
        except _UNREADABLE:
            return data
        else:
            return data
    return data


def _quote_date(words: str, message: str) -> str | None:
    """The text with the day or month the parser stumbled on between quotes; None when it stumbled on something else."""
    place = _POSITION.search(message)
    if place is None:
        return None
    lines = words.split("\n")
    line, column = lines[int(place[1]) - 1], int(place[2]) - 1
    for found in _DATE.finditer(line):
        if found.start() <= column < found.end():
            lines[int(place[1]) - 1] = f'{line[: found.start()]}"{found[0]}"{line[found.end() :]}'
            return "\n".join(lines)
    return None


def _moved(place: str, what: str, remedy: str, file: str) -> AnswersFault:
    """A fault of the shared TOML opener, as a fault of an answers file."""
    found = _PLACE.search(place)
    line = int(found[1]) if found else None
    column = int(found[2]) if found and found[2] else None
    return AnswersFault(file=file, key="", line=line, column=column, words=f"{what}. {remedy}")


def _refused(file: str, words: str, accepted: str, line: int | None = None) -> AnswersFaults:
    return AnswersFaults((AnswersFault(file=file, key="", line=line, words=words, accepted=accepted),))
