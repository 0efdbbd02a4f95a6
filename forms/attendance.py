"""Who came to a session, line by line or pasted as a list: a firm, its employers, its workers; numbers only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from wtforms import Field, ValidationError

from app.domain.activity_rules import MOST_ATTENDEES, MOST_LINES
from app.domain.firm_values import read_siret
from app.domain.plain_values import ValueFault, read_count
from forms.base import PlainForm
from forms.read_field import LONGEST_READ, ReadField, count, text
from forms.words import say

UNPLACED = "inconnue"
"""Code of a firm that nobody knows."""

_LINE = re.compile(r"ligne-(\d{1,4})-entreprise", re.ASCII)
_CELLS = re.compile(r"[;\t,]")
_CELL_COUNT = 3


def attending_firm(raw: str) -> UUID | str:
    """The identity of a firm, or the code of one that nobody knows."""
    if raw == UNPLACED:
        return UNPLACED
    try:
        return UUID(raw)
    except ValueError:
        raise ValueError(say("Cette entreprise n'est pas connue du service : retirez la ligne.")) from None


class LineForm(PlainForm):
    """One line: a firm and how many came of it."""

    entreprise = ReadField(
        "", attending_firm, missing=say("Cette entreprise n'est pas connue du service : retirez la ligne.")
    )
    employeurs = ReadField(say("Employeurs"), count(0, MOST_ATTENDEES))
    salaries = ReadField(say("Salariés"), count(0, MOST_ATTENDEES))

    def validate_employeurs(self, field: Field) -> None:
        """Refuses a line where nobody came."""
        if field.errors or self.salaries.errors or self.salaries.process_errors:
            return
        if not (field.data or 0) and not (self.salaries.data or 0):
            raise ValidationError(say("Écrivez combien de personnes sont venues, ou retirez la ligne."))

    @property
    def firm(self) -> UUID | None:
        """The firm; None when nobody knows it."""
        chosen = self.entreprise.data
        return chosen if isinstance(chosen, UUID) else None

    number: int = 0
    """Its number in the names of the fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedLine:
    """One line of a pasted list, read."""

    number: int
    """Of the line in the text, from 1."""
    siret: str
    employers: int
    workers: int
    raw: str


def line_form(number: int, formdata: Any = None, **values: object) -> LineForm:
    """The form of the line of that number."""
    form = LineForm(formdata, prefix=f"ligne-{number}-", data=values)
    form.number = number
    return form


def lines_of(formdata: Mapping[str, str]) -> list[LineForm]:
    """The lines that were sent, in their order."""
    numbers = sorted({int(found[1]) for name in formdata if (found := _LINE.fullmatch(name))})
    return [line_form(number, formdata) for number in numbers[:MOST_LINES]]


def next_number(lines: list[LineForm]) -> int:
    """The number of a line that is added."""
    return max((line.number for line in lines), default=0) + 1


def read_list(raw: str) -> tuple[tuple[PastedLine, ...], tuple[tuple[str, str], ...]]:
    """The lines of a pasted list, and those that cannot be read: (line as typed, what is wrong in French).

    Cells are parted by a semicolon, a tab or a comma; a first line of headings is passed over.
    """
    words = text(LONGEST_READ)(raw)
    read: list[PastedLine] = []
    faults: list[tuple[str, str]] = []
    for number, typed in enumerate(words.splitlines(), start=1):
        if not typed.strip() or (number == 1 and "siret" in typed.lower()):
            continue
        if len(read) + len(faults) == MOST_LINES:
            faults.append((typed, say("Ligne {n} : la liste s'arrête à {most} lignes.", n=number, most=MOST_LINES)))
            break
        try:
            read.append(_pasted(number, typed))
        except ValueError as wrong:
            faults.append((typed, wrong.args[0]))
    return tuple(read), tuple(faults)


def _pasted(number: int, typed: str) -> PastedLine:
    cells = [cell.strip().strip('"') for cell in _CELLS.split(typed)]
    if len(cells) != _CELL_COUNT:
        raise ValueError(
            say("Ligne {n} : écrivez trois valeurs, SIRET;employeurs;salariés, comme 73282932000074;1;2.", n=number)
        )
    try:
        siret = read_siret(cells[0])
    except ValueFault:
        raise ValueError(say("Ligne {n} : ce SIRET est mal recopié.", n=number)) from None
    employers, workers = (_people(number, cell) for cell in cells[1:])
    if not employers + workers:
        raise ValueError(say("Ligne {n} : personne n'est venu ; retirez-la ou corrigez les nombres.", n=number))
    return PastedLine(number=number, siret=siret, employers=employers, workers=workers, raw=typed)


def _people(number: int, cell: str) -> int:
    try:
        return read_count(cell or "0", maximum=MOST_ATTENDEES)
    except ValueFault:
        raise ValueError(
            say("Ligne {n} : écrivez des nombres entiers de 0 à {most}.", n=number, most=MOST_ATTENDEES)
        ) from None
