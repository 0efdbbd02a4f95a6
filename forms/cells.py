"""A table whose rows are known, typed cell by cell: the fields of its cells, and the text they make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.plain_values import ValueFault
from app.domain.values import rows_of_text, table_text
from questionnaires.schema import Column, Kind, Option, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell as drawn."""

    name: str
    label: str
    """Of its column."""
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """One row as drawn: its heading, which is given, and the cells to fill."""

    code: str
    label: str
    cells: tuple[Cell, ...]


def typed_by_cells(question: Question) -> bool:
    """Whether a question is a table whose first column is a closed list, and the others free words."""
    if question.kind is not Kind.TABLE or len(question.columns) < 2:
        return False
    return bool(question.columns[0].options) and not any(column.options for column in question.columns[1:])


def cell_rows(question: Question, name: str, text: str) -> tuple[CellRow, ...]:
    """The cells of a table, filled with what its text says.

    Empty when the text holds what they cannot show: a heading twice, a row of no heading, a damaged character. The
    page then shows the text itself.
    """
    try:
        lines = rows_of_text(question, text)
    except ValueFault:
        return ()
    known = {_code(question, row): row for row in lines}
    if len(known) < len(lines) or not known.keys() <= {option.code for option in _headings(question)}:
        return ()
    return tuple(
        CellRow(
            code=option.code,
            label=option.label,
            cells=tuple(
                Cell(
                    name=cell_name(name, option, column),
                    label=column.label,
                    value=known.get(option.code, {}).get(column.id, ""),
                )
                for column in question.columns[1:]
            ),
        )
        for option in _as_stored(_headings(question), list(known))
    )


def text_of_cells(question: Question, name: str, posted: Any) -> str | None:
    """The text of a table that came back cell by cell, empty when they all are; None when no cell came.

    Rows keep the order they came in, so that a page left as it was gives back the same answer.
    """
    places = {key: place for place, key in enumerate(posted)}
    rows, came, said = [], False, False
    first = question.columns[1]
    order = sorted(_headings(question), key=lambda each: places.get(cell_name(name, each, first), len(places)))
    for option in order:
        cells = [(question.columns[0].id, option.code)]
        for column in question.columns[1:]:
            given = posted.getlist(cell_name(name, option, column))
            words = " ".join(str(given[0]).split()) if given else ""
            came, said = came or bool(given), said or bool(words)
            cells.append((column.id, words))
        rows.append(tuple(cells))
    if not came:
        return None
    return table_text(question, tuple(rows)) if said else ""


def cell_name(name: str, heading: Option, column: Column) -> str:
    """Name of the field of a cell, and its id: `ch_vigilance__eau__orange`."""
    return f"{name}__{heading.code}__{column.id}"


def _as_stored(headings: tuple[Option, ...], codes: list[str]) -> list[Option]:
    """The headings in their order; those of the stored rows first when they stand in another."""
    if codes == [each.code for each in headings if each.code in codes]:
        return list(headings)
    return sorted(headings, key=lambda each: codes.index(each.code) if each.code in codes else len(codes))


def _headings(question: Question) -> tuple[Option, ...]:
    return question.columns[0].options


def _code(question: Question, row: Mapping[str, str]) -> str:
    written = row.get(question.columns[0].id, "")
    return next((each.code for each in _headings(question) if written.casefold() == each.label.casefold()), written)
