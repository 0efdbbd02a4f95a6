"""The form of one section of a theme: its questions, their exceptions by unit, their reasons and their marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from app.domain.answer_marks import MINE
from app.domain.answers import Answer
from app.domain.establishment import EVERY_UNIT
from forms.base import PlainForm
from forms.kinds import FIELDS, AnswerField, MarkField, ReasonField
from questionnaires.schema import Kind, Level, Question, Role, Theme

CACHE_SIZE = 256
"""Form classes kept; one is made of a content version, a section and a list of unit keys, which many firms share."""

RADIOS = frozenset({Kind.YES_PARTLY_NO, Kind.CHOICE})
"""Kinds answered by a radio button: it cannot be unticked, so none ticked says nothing."""

_classes: dict[tuple[str, str, tuple[str, ...]], type[SectionForm]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What came back of one question for one place."""

    question: Question
    unit: str
    """Unit key, or `*`."""
    answer: Answer | None
    """None: it was cleared."""
    base: str
    """Mark it was shown with."""
    choice: str = ""
    """What was chosen between two values."""

    @property
    def name(self) -> str:
        """Name of its field."""
        return field_name(self.question.id, self.unit)


class SectionForm(PlainForm):
    """Reads the answers of one section; built by `section_form`, never used bare."""

    questions: ClassVar[tuple[Question, ...]] = ()
    units: ClassVar[tuple[str, ...]] = ()

    def validate(self, extra_validators: Any = None) -> bool:
        """Check every field, then that each « sans objet » has its reason."""
        readable = super().validate(extra_validators)
        return self._check_reasons() and readable

    def answers(self) -> dict[tuple[str, str], Answer | None]:
        """(question, unit or `*`) -> answer, or None when it was left blank.

        Only what was on the page and can be read: a question that was not shown, or whose answer has an error, is
        absent, so that nothing is lost by saving the rest.
        """
        found: dict[tuple[str, str], Answer | None] = {}
        for question, unit in self.places():
            if (
                self.mark(question.id, unit) is None
                or self.error(question.id, unit)
                or self._reason_error(question, unit)
            ):
                continue
            value = self.field(question.id, unit).data
            found[question.id, unit] = (
                None if value is None else Answer(value=value, reason=self._reason(question, unit))
            )
        return found

    def changes(self) -> tuple[Change, ...]:
        """What came back and can be read, with the marks it was shown with; a group left unticked says nothing."""
        read = self.answers()
        return tuple(
            Change(
                question=question,
                unit=unit,
                answer=read[question.id, unit],
                base=self.mark(question.id, unit) or "",
                choice=self._choice(question, unit),
            )
            for question, unit in self.places()
            if (question.id, unit) in read and not (question.kind in RADIOS and not self.field(question.id, unit).typed)
        )

    def places(self) -> Iterator[tuple[Question, str]]:
        """Each (question, unit or `*`) the form reads, in the order of the page."""
        for question in self.questions:
            yield question, EVERY_UNIT
            for unit in self.units if may_differ(question) else ():
                yield question, unit

    def field(self, question: str, unit: str = EVERY_UNIT) -> AnswerField:
        """The answer field of a question."""
        found = self[field_name(question, unit)]
        if not isinstance(found, AnswerField):
            raise KeyError(question)
        return found

    def mark(self, question: str, unit: str = EVERY_UNIT) -> str | None:
        """The mark of the answer the page was drawn with; None when the question was not on the page."""
        mark = self[mark_name(field_name(question, unit))].data
        return mark if isinstance(mark, str) else None

    def error(self, question: str, unit: str = EVERY_UNIT) -> str:
        """What is wrong with an answer, or empty."""
        field = self.field(question, unit)
        return next(iter((*field.errors, *field.process_errors)), "")

    def _check_reasons(self) -> bool:
        given = True
        for question, unit in self.places():
            if self.field(question.id, unit).data != Level.NOT_APPLICABLE or not question.not_applicable:
                continue
            field = self[reason_name(field_name(question.id, unit))]
            if not field.errors and not self._reason(question, unit):
                field.errors = [f"Dites pourquoi « {question.short} » est sans objet chez vous."]
            given = given and not field.errors
        return given

    def _choice(self, question: Question, unit: str) -> str:
        if question.kind in RADIOS:
            return MINE  # two values were shown and nothing ticked: what is ticked now is the choice
        found = self[choice_name(field_name(question.id, unit))].data
        return str(found or "")

    def _reason(self, question: Question, unit: str) -> str:
        if self.field(question.id, unit).data != Level.NOT_APPLICABLE or not question.not_applicable:
            return ""  # the field of the reason may still hold what was typed before another answer was ticked
        own = self[reason_name(field_name(question.id, unit))].data
        return str(own or "")

    def _reason_error(self, question: Question, unit: str) -> bool:
        return question.not_applicable and bool(self[reason_name(field_name(question.id, unit))].errors)


def section_form(theme: Theme, section: str, *, units: tuple[str, ...] = ()) -> type[SectionForm]:
    """The form class of a section for these unit keys; raises KeyError when the theme has no such section."""
    if section not in {known.id for known in theme.sections}:
        raise KeyError(section)
    exceptions = units if len(units) > 1 else ()  # with one unit, its answer is the answer
    key = (theme.sha256, section, exceptions)
    found = _classes.get(key)
    if found is None:
        questions = tuple(question for question in theme.questions if question.section == section)
        found = _form_class(questions, exceptions)
        if len(_classes) >= CACHE_SIZE:
            _classes.pop(next(iter(_classes)), None)
        _classes[key] = found
    return found


def may_differ(question: Question) -> bool:
    """Whether a unit may answer otherwise: papers, numbers of the firm and exposure hold for all, words need not."""
    return question.kind is Kind.TEXT or any(role is not Role.PAPER for _, role in question.roles)


def field_name(question: str, unit: str = EVERY_UNIT) -> str:
    """Name of an answer's field: `ch_eau_fraiche`, or `ch_eau_fraiche.UT2` for an exception."""
    return question if unit == EVERY_UNIT else f"{question}.{unit}"


def reason_name(name: str) -> str:
    """Name of the field of the reason of a « sans objet »."""
    return f"{name}__motif"


def mark_name(name: str) -> str:
    """Name of the hidden field that carries the mark of the answer shown."""
    return f"{name}__base"


def choice_name(name: str) -> str:
    """Name of the buttons that choose between two values."""
    return f"{name}__choix"


def _form_class(questions: tuple[Question, ...], units: tuple[str, ...]) -> type[SectionForm]:
    fields: dict[str, Any] = {"questions": questions, "units": units}
    for question in questions:
        for unit in (EVERY_UNIT, *(units if may_differ(question) else ())):
            name = field_name(question.id, unit)
            fields[name] = FIELDS[question.kind](question)
            fields[mark_name(name)] = MarkField()
            if question.kind not in RADIOS:
                fields[choice_name(name)] = MarkField()
            if question.not_applicable:
                fields[reason_name(name)] = ReasonField()
    return type("SectionForm", (SectionForm,), fields)
