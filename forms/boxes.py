"""What a template needs to draw a question: a plain value, made from stored answers or from what was just posted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.domain.answer_marks import answer_mark
from app.domain.answers import AnswerBook, Value
from app.domain.establishment import EVERY_UNIT, WorkUnit
from app.domain.plain_values import show_day, show_number
from app.domain.values import codes_of, table_text
from forms.cells import CellRow, cell_rows, typed_by_cells
from forms.section import RADIOS, SectionForm, choice_name, field_name, mark_name, may_differ, reason_name
from questionnaires.schema import Kind, Option, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoValues:
    """One field that two people filled otherwise: what the page shows of it."""

    lines: tuple[tuple[str, str, str], ...]
    """(value, function, time) of the stored one, then of the person's own."""
    mark: str
    """Mark to send back: undecided, over the stored value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerBox:
    """One question as drawn, for every unit or for one."""

    question: Question = field(hash=False)  # compared, but too deep to hash at each drawing
    unit: str
    """Unit key, or `*`."""
    unit_label: str
    typed: tuple[str, ...]
    """Codes that are ticked, or the text of the field."""
    reason: str = ""
    mark: str = ""
    error: str = ""
    reason_error: str = ""
    exceptions: tuple[AnswerBox, ...] = ()
    clash: TwoValues | None = None

    @property
    def name(self) -> str:
        """Name of the field, and id of its first control."""
        return field_name(self.question.id, self.unit)

    @property
    def reason_name(self) -> str:
        """Name and id of the field of the reason."""
        return reason_name(self.name)

    @property
    def mark_name(self) -> str:
        """Name of the hidden field of the mark."""
        return mark_name(self.name)

    @property
    def choice_name(self) -> str:
        """Name and first id of the buttons that choose between two values."""
        return choice_name(self.name)

    @property
    def asks_which(self) -> bool:
        """Whether a choice between two values is asked apart: where a tick is not itself the choice."""
        return self.clash is not None and self.question.kind not in RADIOS

    @property
    def kind(self) -> str:
        """Name of the partial that draws it."""
        return self.question.kind.value

    @property
    def codes(self) -> tuple[Option, ...]:
        """Codes to offer, with their labels."""
        return codes_of(self.question)

    @property
    def written(self) -> str:
        """Text of the field: what was typed, without the codes of its boxes."""
        codes = {option.code for option in self.codes}
        text = next((item for item in self.typed if item not in codes), "")
        if not text and self.question.kind is Kind.TABLE and not self.typed:
            return offered_rows(self.question)
        return text

    @property
    def cell_rows(self) -> tuple[CellRow, ...]:
        """The rows of a table that is typed cell by cell; empty for another, which is typed as a text."""
        return cell_rows(self.question, self.name, self.written) if typed_by_cells(self.question) else ()

    @property
    def described_by(self) -> str:
        """Ids that explain the question, for `aria-describedby` of its group."""
        ids = [f"{self.name}-why"] if self.unit == EVERY_UNIT else []
        return " ".join([*ids, f"{self.name}-error"] if self.error else ids)

    @property
    def faulty(self) -> bool:
        """Whether something is to correct, here or in a unit."""
        return bool(self.error or self.reason_error) or any(box.faulty for box in self.exceptions)

    @property
    def clashing(self) -> bool:
        """Whether two values are shown, here or in a unit."""
        return self.clash is not None or any(box.clashing for box in self.exceptions)

    @property
    def differs(self) -> bool:
        """Whether a unit has its own answer, or an error to show."""
        return any(any(box.typed) or box.faulty or box.clashing for box in self.exceptions)


def boxes_of_answers(
    questions: Iterable[Question],
    book: AnswerBook,
    *,
    units: Collection[WorkUnit] = (),
    apart: Mapping[str, Collection[str]] | None = None,
) -> tuple[AnswerBox, ...]:
    """The questions with their stored answers; no form is built to draw a page.

    `apart` says, by question, which units may answer otherwise; without it, all of them may.
    """

    def box(question: Question, unit: str, label: str, exceptions: tuple[AnswerBox, ...] = ()) -> AnswerBox:
        answer = book.answers.get((question.id, unit))
        return AnswerBox(
            question=question,
            unit=unit,
            unit_label=label,
            typed=typed_of(question, answer.value) if answer else (),
            reason=answer.reason if answer else "",
            mark=answer_mark(answer),
            exceptions=exceptions,
        )

    def exceptions(question: Question) -> tuple[AnswerBox, ...]:
        shown = [unit for unit in _units_of(question, units) if apart is None or unit.key in apart.get(question.id, ())]
        return tuple(box(question, unit.key, unit.name) for unit in shown)

    return tuple(box(question, EVERY_UNIT, "", exceptions(question)) for question in questions)


def boxes_of_form(
    form: SectionForm,
    *,
    units: Collection[WorkUnit] = (),
    marks: Mapping[str, str] | None = None,
    clashes: Mapping[str, TwoValues] | None = None,
) -> tuple[AnswerBox, ...]:
    """The questions with everything that was just typed, right or wrong, and what is wrong with it.

    `marks` are those of the fields saved meanwhile, `clashes` the fields that somebody else filled otherwise.
    """

    def box(question: Question, unit: str, label: str, exceptions: tuple[AnswerBox, ...] = ()) -> AnswerBox:
        name = field_name(question.id, unit)
        reason = form[reason_name(name)] if question.not_applicable else None
        clash = (clashes or {}).get(name)
        unticked = clash is not None and question.kind in RADIOS
        return AnswerBox(
            question=question,
            unit=unit,
            unit_label=label,
            typed=() if unticked else form.field(question.id, unit).typed,
            reason=next(iter(getattr(reason, "typed", ())), "") if reason is not None else "",
            mark=clash.mark if clash else (marks or {}).get(name) or form.mark(question.id, unit) or answer_mark(None),
            error=form.error(question.id, unit),
            reason_error=next(iter(reason.errors), "") if reason is not None else "",
            exceptions=exceptions,
            clash=clash,
        )

    def exceptions(question: Question) -> tuple[AnswerBox, ...]:
        shown = [unit for unit in _units_of(question, units) if form.mark(question.id, unit.key) is not None]
        return tuple(box(question, unit.key, unit.name) for unit in shown)

    return tuple(
        box(question, EVERY_UNIT, "", exceptions(question))
        for question in form.questions
        if form.mark(question.id) is not None
    )


def typed_of(question: Question, value: Value) -> tuple[str, ...]:
    """What a person would have ticked or typed to give that value."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Decimal):
        return (show_number(value),)
    if isinstance(value, date):
        return (show_day(value),)
    if question.kind is Kind.TABLE:
        return (table_text(question, tuple(row for row in value if not isinstance(row, str))),)
    return tuple(code for code in value if isinstance(code, str))


def offered_rows(question: Question) -> str:
    """The headings of an unanswered table, one a line with empty cells, when its first column is a closed list."""
    first, others = question.columns[0], question.columns[1:]
    if not others:
        return ""
    return "\n".join(option.label + " |" * len(others) for option in first.options)


def _units_of(question: Question, units: Collection[WorkUnit]) -> Collection[WorkUnit]:
    return units if len(units) > 1 and may_differ(question) else ()
