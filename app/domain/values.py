"""One parser and one printed form for each kind of question.

`read_value` takes what a form or a file holds and gives the stored value; `show_value` gives the French words of a
stored value. Both are dictionaries by kind: a kind without its two functions fails a test, not a reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from app.domain.answers import TableRow, Value
from app.domain.plain_values import (
    ValueFault,
    read_day,
    read_line,
    read_number,
    read_text,
    show_day,
    show_number,
    shown_raw,
    suggestion,
)
from questionnaires.schema import Column, Kind, Level, Option, Question

LEVEL_WORDS: dict[Level, str] = {
    Level.YES: "Oui",
    Level.PARTLY: "En partie",
    Level.NO: "Non",
    Level.UNKNOWN: "Je ne sais pas",
    Level.NOT_APPLICABLE: "Sans objet",
}
"""Words of the five answers of a control question, in the order of the page."""

REASON_LIMIT = 500
"""Characters of the reason of a « sans objet »."""

ROW_LIMIT = 200
"""Rows of a table answer; more is a file to attach, not an answer."""

EMPTY_TABLE = "le tableau est vide"
"""What is said of a table whose rows hold nothing beside their headings."""

CELL_MARK = "|"
"""Between two cells of a table typed as text; `\\|` is the character itself."""

_WITHOUT_VALUE = frozenset({Kind.NUMBER, Kind.DATE})
"""Kinds that take « je ne sais pas » beside their value; texts and tables are left blank instead."""


def codes_of(question: Question) -> tuple[Option, ...]:
    """The codes a question takes, with their labels, in the order shown; empty for words and tables."""
    if question.kind is Kind.YES_PARTLY_NO:
        offered = [level for level in Level if level is not Level.NOT_APPLICABLE or question.not_applicable]
        return tuple(_level_option(level) for level in offered)
    added = [Level.UNKNOWN] if question.kind in _WITHOUT_VALUE else []
    if question.not_applicable:
        added.append(Level.NOT_APPLICABLE)
    known = {option.code for option in question.options}
    return question.options + tuple(_level_option(level) for level in added if level not in known)


def read_value(question: Question, raw: object) -> Value:
    """The stored value of what was written for a question; raises `ValueFault` in French words.

    Codes outside the value itself (« je ne sais pas » for a number, « sans objet » where it is offered) come back as
    that code.
    """
    if _is_blank(raw):
        raise ValueFault("la réponse est vide", accepted_by(question))
    if question.kind not in (Kind.YES_PARTLY_NO, Kind.CHOICE) and isinstance(raw, str):
        code = raw.strip()
        if code == Level.NOT_APPLICABLE and not question.not_applicable and question.kind is not Kind.TEXT:
            raise ValueFault("« sans objet » n'est pas proposé pour cette question", accepted_by(question))
        if question.kind is not Kind.CHOICES and any(option.code == code for option in codes_of(question)):
            return code
    return READERS[question.kind](question, raw)


def show_value(question: Question, value: Value) -> str:
    """The French words of a stored answer; a code the question no longer has is shown as it is."""
    if isinstance(value, str):
        return _show_code(question, value)
    return WORDS[question.kind](question, value)


def accepted_by(question: Question) -> str:
    """What a question accepts, in French, for a message."""
    codes = ", ".join(option.code for option in codes_of(question))
    match question.kind:
        case Kind.CHOICES:
            return f"un ou plusieurs codes parmi {codes}"
        case Kind.NUMBER:
            unit = f" ({question.unit})" if question.unit else ""
            return f"un nombre en chiffres, par exemple 3 ou 2,5{unit}, ou {codes}"
        case Kind.DATE:
            return f"une date comme 15/05/2027 ou 2027-05-15, ou {codes}"
        case Kind.TEXT:
            return "des mots"
        case Kind.TABLE:
            return f"des lignes avec {', '.join(column.id for column in question.columns)}"
        case _:
            return codes


def table_text(question: Question, rows: tuple[TableRow, ...]) -> str:
    """A table as text, one row a line, cells between `|`; `read_value` reads it back to the same rows."""
    lines = []
    for row in rows:
        cells = dict(row)
        shown = [_label(column.options, cells.get(column.id, "")) for column in question.columns]
        lines.append(f" {CELL_MARK} ".join(_escaped(cell) for cell in shown).rstrip())
    return "\n".join(lines)


def _read_code(question: Question, raw: object) -> Value:
    return _code(codes_of(question), raw)


def _read_codes(question: Question, raw: object) -> Value:
    given = raw if isinstance(raw, list | tuple) else [raw]
    options = codes_of(question)
    chosen = {_code(options, item) for item in given}
    alone = [option for option in options if option.exclusive and option.code in chosen]
    if alone and len(chosen) > 1:
        raise ValueFault(
            f"« {alone[0].label} » ne va pas avec une autre réponse", f"{alone[0].code} seul, ou les autres sans lui"
        )
    if alone and alone[0] not in question.options:
        return alone[0].code  # « sans objet » says there is no answer: it is not one of the answers
    return tuple(option.code for option in options if option.code in chosen)


def _read_number(question: Question, raw: object) -> Value:
    return read_number(raw, minimum=question.minimum, maximum=question.maximum)


def _read_text(_: Question, raw: object) -> Value:
    words = read_text(raw)
    if not words:
        raise ValueFault("le texte est vide", "des mots")
    return words


def _read_date(_: Question, raw: object) -> Value:
    return read_day(raw)


def _read_table(question: Question, raw: object) -> Value:
    given = rows_of_text(question, raw) if isinstance(raw, str) else raw
    if not isinstance(given, list | tuple):
        raise ValueFault(f"{shown_raw(raw)} n'est pas un tableau", accepted_by(question))
    if len(given) > ROW_LIMIT:
        raise ValueFault(f"le tableau a {len(given)} lignes", f"au plus {ROW_LIMIT} lignes")
    rows = [_row(question, item, number) for number, item in enumerate(given, start=1)]
    filled = tuple(row for row in rows if _says_something(question, row))
    if not filled:
        raise ValueFault(EMPTY_TABLE, accepted_by(question))
    return filled


def rows_of_text(question: Question, raw: str) -> list[dict[str, str]]:
    """The cells of a table typed as text, by column, unread; raises `ValueFault`."""
    rows = []
    for number, line in enumerate(read_text(raw, limit=100_000).split("\n"), start=1):
        cells = [_unescaped(cell) for cell in _split_cells(line)]
        if len(cells) > len(question.columns):
            raise ValueFault(f"ligne {number} : {len(cells)} cases", f"au plus {len(question.columns)} cases par ligne")
        if any(cells):
            rows.append(dict(zip((column.id for column in question.columns), cells, strict=False)))
    return rows


def _row(question: Question, item: object, number: int) -> TableRow:
    if not isinstance(item, Mapping):
        raise ValueFault(f"ligne {number} : {shown_raw(item)} n'est pas une ligne", accepted_by(question))
    unknown = [str(key) for key in item if key not in {column.id for column in question.columns}]
    if unknown:
        raise ValueFault(f"ligne {number} : colonne « {unknown[0][:60]} » inconnue", accepted_by(question))
    try:
        cells = tuple((column.id, _cell(column, item.get(column.id, ""))) for column in question.columns)
    except ValueFault as fault:
        raise ValueFault(f"ligne {number} : {fault.words}", fault.accepted) from None
    missing = [column for column, (_, cell) in zip(question.columns, cells, strict=True) if column.options and not cell]
    if missing and any(cell for _, cell in cells):
        codes = ", ".join(option.code for option in missing[0].options)
        raise ValueFault(f"ligne {number} : « {missing[0].label} » n'est pas rempli", codes)
    return cells


def _cell(column: Column, raw: object) -> str:
    if _is_blank(raw):
        return ""
    if not column.options:
        return " ".join(read_text(raw).split())
    words = read_line(raw)
    by_label = {option.label.casefold(): option.code for option in column.options}
    return by_label.get(words.casefold()) or _code(column.options, words)


def _says_something(question: Question, row: TableRow) -> bool:
    """Whether a row holds more than its first heading: a page offers the headings with nothing beside them."""
    if len(row) > 1 and question.columns[0].options:
        return any(cell for _, cell in row[1:])
    return any(cell for _, cell in row)


def _code(options: tuple[Option, ...], raw: object) -> str:
    codes = [option.code for option in options]
    accepted = ", ".join(codes)
    if not isinstance(raw, str):
        raise ValueFault(f"{shown_raw(raw)} n'est pas un code entre guillemets", accepted)
    code = raw.strip()
    if code in codes:
        return code
    said = [option.code for option in options if option.label.casefold() == code.casefold()]
    meant = suggestion(said[0] if said else code.casefold(), codes)
    raise ValueFault(f"{shown_raw(raw)} n'est pas une réponse possible{meant}", accepted)


def _is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip()) or (isinstance(raw, list | tuple) and not raw)


def _level_option(level: Level) -> Option:
    return Option(code=level.value, label=LEVEL_WORDS[level], exclusive=True)


def _label(options: tuple[Option, ...], code: str) -> str:
    return next((option.label for option in options if option.code == code), code)


def _split_cells(line: str) -> list[str]:
    if "\t" in line and CELL_MARK not in line:
        return [cell.strip() for cell in line.split("\t")]  # pasted from a spreadsheet
    return [cell.strip() for cell in re.findall(r"(?:^|\|)((?:\\.|[^|\\]|\\$)*)", line)]


def _escaped(cell: str) -> str:
    return cell.replace("\\", "\\\\").replace(CELL_MARK, "\\" + CELL_MARK)


def _unescaped(cell: str) -> str:
    return re.sub(r"\\(.)", r"\1", cell)


def _show_code(question: Question, value: Value) -> str:
    return _label(codes_of(question), str(value))


def _show_codes(question: Question, value: Value) -> str:
    codes = value if isinstance(value, tuple) else ()
    return " ; ".join(_label(question.options, str(code)) for code in codes)


def _show_number(question: Question, value: Value) -> str:
    shown = show_number(value) if isinstance(value, Decimal) else str(value)
    return f"{shown}\u00a0{question.unit}" if question.unit else shown


def _show_date(_: Question, value: Value) -> str:
    return show_day(value) if isinstance(value, date) else str(value)


def _show_table(question: Question, value: Value) -> str:
    rows = value if isinstance(value, tuple) else ()
    return "\n".join(_show_row(question, dict(row)) for row in rows if not isinstance(row, str))


def _show_row(question: Question, cells: Mapping[str, str]) -> str:
    shown = [(column.label, _label(column.options, cells.get(column.id, ""))) for column in question.columns]
    head, rest = shown[0][1], [f"{label} : {cell}" for label, cell in shown[1:] if cell]
    return f"{head} – {' ; '.join(rest)}" if rest else head


READERS: dict[Kind, Callable[[Question, object], Value]] = {
    Kind.YES_PARTLY_NO: _read_code,
    Kind.CHOICE: _read_code,
    Kind.CHOICES: _read_codes,
    Kind.NUMBER: _read_number,
    Kind.TEXT: _read_text,
    Kind.DATE: _read_date,
    Kind.TABLE: _read_table,
}
"""Kind -> reader of a raw value."""

WORDS: dict[Kind, Callable[[Question, Value], str]] = {
    Kind.YES_PARTLY_NO: _show_code,
    Kind.CHOICE: _show_code,
    Kind.CHOICES: _show_codes,
    Kind.NUMBER: _show_number,
    Kind.TEXT: _show_code,
    Kind.DATE: _show_date,
    Kind.TABLE: _show_table,
}
"""Kind -> printed words of a stored value."""
