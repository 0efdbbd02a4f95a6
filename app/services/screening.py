"""What exists here, and who meets it how often: what is suggested first, and the grid saved cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.domain.answer_marks import Settled, settle, words_mark
from app.domain.establishment import Establishment, WorkUnit
from app.domain.pace import often_here
from app.models.draft import SituationFactRow
from app.models.engine import Database
from app.services.attempts import again
from app.services.row_changes import replace_rows
from app.services.said_facts import FREQUENCY, SaidFacts, situations_of
from app.services.saving import Saved, SettledFacts, clash_of, named
from app.services.theme_drafts import DraftRows, Seat, Workbook, note_answer, open_rows
from forms.base import FieldFault
from forms.grid import FREQUENCIES, NOBODY, NOT_CONCERNED, UNKNOWN, CellForm, cell_form, cell_name
from questionnaires.schema import Option, Situation, Theme

Place = tuple[str, str]
"""(situation, unit)."""

Grid = Mapping[Place, CellForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The boxes of the screening question, in the order they are shown."""

    often: tuple[Option, ...]
    """Situations often found in this trade, or that a unit's own flags make likely."""
    others: tuple[Option, ...]
    facts: tuple[Option, ...]
    alone: tuple[Option, ...]
    """« Aucune », which goes with nothing else."""
    known: Mapping[str, tuple[str, ...]]
    """Code of a fact -> names of the units that tell it already."""


def screening_choices(theme: Theme, place: Establishment) -> Choices:
    """How the boxes are shown to this establishment; nothing is ticked for anybody."""
    options = theme.question(theme.screening).options
    situations = [option for option in options if option.situation]
    often = tuple(option for option in situations if often_here(option, place))
    facts = tuple(option for option in options if option.fact)
    return Choices(
        often=often,
        others=tuple(option for option in situations if option not in often),
        facts=facts,
        alone=tuple(option for option in options if not option.situation and not option.fact),
        known={option.code: _units_with(theme, option, place) for option in facts},
    )


def retained(workbook: Workbook) -> tuple[Situation, ...]:
    """The situations that exist here, in the order of the theme."""
    reader, units = workbook.reader, workbook.establishment.units
    found = {situation for unit in units for situation in reader.retained(unit)}
    return tuple(situation for situation in workbook.theme.situations if situation.id in found)


def cell_code(workbook: Workbook, situation: str, unit: str) -> str:
    """What a cell shows ticked: a frequency, « pas concerné », « je ne sais pas », or empty when nobody said."""
    placed = workbook.book.facts_of(situation).frequency.keys() & {each.key for each in workbook.establishment.units}
    said = workbook.said.get((situation, unit))
    if not placed or said is None:
        return ""
    if not said.concerned:
        return NOT_CONCERNED
    if said.frequency is not None:
        return str(said.frequency)
    return UNKNOWN if FREQUENCY in said.unknowns else ""


def save_grid(database: Database, seat: Seat, posted: Any) -> Saved[Grid]:
    """Stores what the grid posted, situation by situation; raises UnknownTheme, MoveRefused, Conflict."""

    def save() -> Saved[Grid]:
        with database.unit_of_work(service_id=seat.service_id) as uow:
            draft = open_rows(uow, seat, with_overrides=False)
            before = draft.workbook()
            units = before.establishment.units
            grid = {
                (situation.id, unit.key): cell_form(situation.id, unit.key, posted)
                for situation in retained(before)
                for unit in units
            }
            sorted_ = _settle(grid, before, draft)
            after = before
            if sorted_.written:
                state = note_answer(uow, draft)
                write_facts(uow, draft, sorted_.written)
                said = {**before.said, **sorted_.written}
                after = replace(
                    before,
                    said=said,
                    book=replace(before.book, situations=situations_of(said)),
                    state=state,
                    assessed_on=seat.on,
                )
        return Saved(
            at=seat.at,
            form=grid,
            workbook=after,
            marks=sorted_.marks,
            clashes=tuple(sorted_.clashes),
            faults=tuple(sorted_.faults),
        )

    return again(save)


def write_facts(uow: Session, draft: DraftRows, written: Mapping[Place, SaidFacts]) -> None:
    """Makes the rows of the draft say these facts, signed and dated."""
    seat = draft.seat
    replace_rows(
        uow,
        SituationFactRow,
        known={place: row for place, row in draft.facts.items() if place in written},
        wanted={
            (situation, unit): {"theme": seat.theme, "situation": situation, "unit": unit, **said.fields()}
            for (situation, unit), said in written.items()
        },
        shared={"service_id": seat.service_id, "establishment_id": seat.establishment_id},
        stamps={"author_role": seat.author.words, "answered_at": seat.at},
    )


def _settle(grid: Grid, workbook: Workbook, draft: DraftRows) -> SettledFacts:
    sorted_ = SettledFacts()
    for situation in dict.fromkeys(name for name, _ in grid):
        cells = {unit: form for (name, unit), form in grid.items() if name == situation}
        _settle_situation(situation, cells, workbook, draft, sorted_)
    return sorted_


def _settle_situation(
    situation: str, cells: Mapping[str, CellForm], workbook: Workbook, draft: DraftRows, sorted_: SettledFacts
) -> None:
    codes = {unit: cell_code(workbook, situation, unit) for unit in cells}
    marks: dict[str, str] = {}
    told: set[str] = set()
    for unit, cell in cells.items():
        given = cell.frequence.data or ""
        name = cell_name(situation, unit)
        if not cell.shown or not given:
            about = _about(workbook, situation, unit)
            sorted_.faults += [replace(fault, words=named(about, fault.words)) for fault in cell.faults()]
            continue
        stored = words_mark(codes[unit])
        settled = settle(words_mark(given), base=cell.frequence__base.data or "", stored=stored, choice=cell.choice)
        if settled is Settled.CLASH:
            sorted_.clashes.append(
                clash_of(name, codes[unit], given, mark=stored, row=draft.facts.get((situation, unit)))
            )
            continue
        if settled is Settled.WRITE:
            codes[unit] = given
            told.add(unit)
        if settled is not Settled.LEFT:
            marks[name] = words_mark(given)
    if told and all(code == NOT_CONCERNED for code in codes.values()):
        last = next(iter(cells))
        sorted_.faults.append(
            FieldFault(
                anchor=cell_name(situation, last), words=named(workbook.theme.situation(situation).label, NOBODY)
            )
        )
        return
    sorted_.marks.update(marks)
    if told:
        sorted_.written.update(_rows(situation, codes, workbook, told))


def _about(workbook: Workbook, situation: str, unit: str) -> str:
    return f"{workbook.theme.situation(situation).label}, {workbook.establishment.unit(unit).name}"


def _rows(situation: str, codes: Mapping[str, str], workbook: Workbook, told: Iterable[str]) -> dict[Place, SaidFacts]:
    """The rows to write: those that were told, and the units nobody spoke of, which count as concerned until told."""
    found = {}
    for unit, code in codes.items():
        known = workbook.said.get((situation, unit), SaidFacts())
        unknowns = known.unknowns - {FREQUENCY} | ({FREQUENCY} if code == UNKNOWN else frozenset())
        wanted = replace(
            known, concerned=code != NOT_CONCERNED, frequency=FREQUENCIES.get(code), unknowns=frozenset(unknowns)
        )
        if unit in told or wanted != known or (situation, unit) not in workbook.said:
            found[situation, unit] = wanted
    return found


def _units_with(theme: Theme, option: Option, place: Establishment) -> tuple[str, ...]:
    fact = theme.fact(option.fact or "")

    def tells(unit: WorkUnit) -> bool:
        counts = {"temps": unit.people.temps, "apprentices": unit.people.apprentices}
        return bool(unit.flags.intersection(fact.unit_flags)) or any(counts.get(name, 0) for name in fact.unit_counts)

    return tuple(unit.name for unit in place.units if tells(unit))
