"""Saves the answers of one page of questions: field by field, so that nothing blocks the rest.

The form is read inside the unit of work: which questions exist is a matter of the content version of the draft, and
which units of the units of that instant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.domain.answer_marks import Settled, answer_mark, settle
from app.domain.answers import Answer
from app.domain.establishment import EVERY_UNIT
from app.domain.values import show_value
from app.domain.workflow import State
from app.models.draft import AnswerRow
from app.models.engine import Database
from app.services import assessment_rows as rows
from app.services.attempts import again
from app.services.row_changes import remove, replace_rows
from app.services.saving import Clash, Saved, clash_of, named
from app.services.theme_drafts import DraftRows, Seat, Workbook, note_answer, open_rows
from forms.base import FieldFault
from forms.section import Change, SectionForm, section_form
from questionnaires.schema import Question, Theme

SCREENING = ""
"""The page of the screening question, whatever the content calls its section."""

Place = tuple[str, str]
"""(question, unit or `*`)."""


class UnknownSection(LookupError):
    """The theme has no such page of questions."""


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The fields of a page, settled."""

    written: Mapping[Place, Answer | None]
    marks: Mapping[str, str]
    clashes: tuple[Clash, ...]


def save_section(database: Database, seat: Seat, section: str, posted: Any) -> Saved[SectionForm]:
    """Stores what a page of questions posted, and says what became of each field.

    Raises UnknownTheme, UnknownSection, MoveRefused, and Conflict when other writes never let it through.
    """

    def save() -> Saved[SectionForm]:
        with database.unit_of_work(service_id=seat.service_id) as uow:
            draft = open_rows(uow, seat, with_overrides=False)
            before = draft.workbook()
            page = section or screening_section(before.theme)
            form = _read(before, page, posted)
            sorted_ = _settle(form, draft)
            after = before
            if sorted_.written:
                state = note_answer(uow, draft)
                _write(uow, draft, sorted_.written)
                after = _answered(before, sorted_.written, seat, state)
        return Saved(
            at=seat.at,
            form=form,
            workbook=after,
            marks=sorted_.marks,
            clashes=sorted_.clashes,
            faults=_named_faults(form, before),
            opened=len(shown_ids(after, page) - shown_ids(before, page)),
        )

    return again(save)


def screening_section(theme: Theme) -> str:
    """Section of the screening question."""
    return theme.question(theme.screening).section


def shown_questions(workbook: Workbook, section: str) -> tuple[Question, ...]:
    """The questions of a page that are asked today: somewhere in the firm, and surely."""
    reader = workbook.reader
    units = (None, *workbook.establishment.units)
    return tuple(
        question
        for question in workbook.theme.questions
        if question.section == section and any(reader.visible(question, unit) for unit in units)
    )


def shown_ids(workbook: Workbook, section: str) -> frozenset[str]:
    """The ids of the questions of a page that are asked today."""
    return frozenset(question.id for question in shown_questions(workbook, section))


def _read(workbook: Workbook, section: str, posted: Any) -> SectionForm:
    keys = tuple(unit.key for unit in workbook.establishment.units)
    try:
        form = section_form(workbook.theme, section, units=keys)(posted)
    except KeyError:
        raise UnknownSection(section) from None
    form.validate()
    return form


def _named_faults(form: SectionForm, workbook: Workbook) -> tuple[FieldFault, ...]:
    """Everything to correct, each with the name of its question: two of them may be wrong in the same way."""
    questions = {question.id: question for question in form.questions}
    names = {unit.key: unit.name for unit in workbook.establishment.units}
    found = []
    for fault in form.faults():
        question, _, unit = fault.anchor.partition("__")[0].partition(".")
        asked = questions[question]
        about = f"{asked.short or asked.text}, {names[unit]}" if unit else asked.short or asked.text
        found.append(FieldFault(anchor=fault.anchor, words=named(about, fault.words)))
    return tuple(found)


def _settle(form: SectionForm, draft: DraftRows) -> _Sorted:
    written: dict[Place, Answer | None] = {}
    marks: dict[str, str] = {}
    clashes = []
    for change in form.changes():
        place = change.question.id, change.unit
        row = draft.answers.get(place)
        known = rows.read_answer(row) if row is not None else None
        mark, stored = answer_mark(change.answer), answer_mark(known)
        settled = settle(mark, base=change.base, stored=stored, choice=change.choice)
        if settled is Settled.CLASH:
            clashes.append(_clash(change, known, row))
        elif settled is not Settled.LEFT:
            marks[change.name] = mark
        if settled is Settled.WRITE:
            written[place] = change.answer
    return _Sorted(written, marks, tuple(clashes))


def _clash(change: Change, known: Answer | None, row: AnswerRow | None) -> Clash:
    stored, mine = _words(change.question, known), _words(change.question, change.answer)
    return clash_of(change.name, stored, mine, mark=answer_mark(known), row=row)


def _words(question: Question, answer: Answer | None) -> str:
    if answer is None:
        return ""
    shown = show_value(question, answer.value)
    return f"{shown} : {answer.reason}" if answer.reason else shown


def _write(uow: Session, draft: DraftRows, written: Mapping[Place, Answer | None]) -> None:
    seat = draft.seat
    wanted = {
        place: rows.answer_fields(seat.theme, *place, answer) for place, answer in written.items() if answer is not None
    }
    gone = replace_rows(
        uow,
        AnswerRow,
        known={place: row for place, row in draft.answers.items() if place in written},
        wanted=wanted,
        shared={"service_id": seat.service_id, "establishment_id": seat.establishment_id},
        stamps={"author_role": seat.author.words, "answered_at": seat.at},
    )
    remove(uow, gone)


def _answered(workbook: Workbook, written: Mapping[Place, Answer | None], seat: Seat, state: State) -> Workbook:
    answers = {**workbook.book.answers, **written}
    kept = {place: answer for place, answer in answers.items() if answer is not None}
    return replace(workbook, book=replace(workbook.book, answers=kept), state=state, assessed_on=seat.on)


def apart(workbook: Workbook, questions: Collection[Question]) -> dict[str, frozenset[str]]:
    """By question, the units that may answer otherwise: where it is asked, when that is more than one of them."""
    reader, units = workbook.reader, workbook.establishment.units
    found = {}
    for question in questions:
        asked = {unit.key for unit in units if reader.visible(question, unit) is not False}
        own = {unit for known, unit in workbook.book.answers if known == question.id and unit != EVERY_UNIT}
        found[question.id] = frozenset(asked | own if len(asked) > 1 or own else ())
    return found
