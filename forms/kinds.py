"""How each kind of question is read from a posted page: one builder per kind, all on the domain's value readers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.utils import unset_value

from app.domain.answers import Value
from app.domain.plain_values import ValueFault, read_line
from app.domain.values import EMPTY_TABLE, REASON_LIMIT, codes_of, read_value
from forms.cells import text_of_cells, typed_by_cells
from questionnaires.schema import Kind, Question

_CODED = frozenset({Kind.YES_PARTLY_NO, Kind.CHOICE, Kind.CHOICES})


class AnswerField(Field):
    """Reads the answer of one question; `data` is the stored value, None when nothing was answered.

    `typed` keeps what was posted, so that a page drawn again shows it.
    """

    data: Value | None
    several = False

    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(question.text, **kwargs)
        self.question = question
        self.typed: tuple[str, ...] = ()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; a ValueError raised here is an error of the field."""
        self.typed = tuple(str(item) for item in valuelist)
        given = [item for item in self.typed if item.strip()]
        self.data = None
        if not given:
            return
        if len(given) > 1 and not self.several:
            raise ValueError("Donnez une seule réponse.")
        try:
            self.data = read_value(self.question, given if self.several else given[0])
        except ValueFault as fault:
            if fault.words == EMPTY_TABLE:
                return  # the page offers the headings of a table: left alone, they are no answer
            raise ValueError(_asked_again(self.question, fault)) from None


class CodesField(AnswerField):
    """Reads several codes."""

    several = True


class ValueOrCodeField(AnswerField):
    """Reads a value typed beside boxes such as « Je ne sais pas »."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; a value and a box together contradict each other."""
        given = {str(item).strip() for item in valuelist} - {""}
        labels = [option.label for option in codes_of(self.question) if option.code in given]
        if labels and len(given) > 1:
            self.typed, self.data = tuple(str(item) for item in valuelist), None
            raise ValueError(f"Écrivez une réponse ou cochez « {labels[0]} », pas les deux.")
        super().process_formdata(valuelist)


class TableField(ValueOrCodeField):
    """Reads a table, typed as a text or cell by cell; `typed` holds the text of the cells."""

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read what was posted, the cells put together."""
        text = None
        if formdata is not None and typed_by_cells(self.question):
            text = text_of_cells(self.question, self.name, formdata)
        if text is not None:
            given = [*formdata.getlist(self.name), *([text] if text else [])]
            formdata = MultiDict([(self.name, value) for value in given])
        super().process(formdata, data, extra_filters)


class ReasonField(Field):
    """Reads the reason of a « sans objet », on one line."""

    data: str

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was posted; a ValueError raised here is an error of the field."""
        self.typed = tuple(str(item) for item in valuelist)
        self.data = ""
        if any(item.strip() for item in self.typed):
            try:
                self.data = read_line(self.typed[0], limit=REASON_LIMIT)
            except ValueFault as fault:
                raise ValueError(_sentence(fault)) from None


class MarkField(Field):
    """Reads the mark of the answer the page was drawn with; None when the question was not on the page."""

    data: str | None

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the mark as it was posted."""
        self.data = str(valuelist[0])[:64] if valuelist else None


def _one(question: Question) -> Any:
    return AnswerField(question)


def _several(question: Question) -> Any:
    return CodesField(question)


def _value_or_code(question: Question) -> Any:
    return ValueOrCodeField(question)


def _table(question: Question) -> Any:
    return TableField(question)


FIELDS: dict[Kind, Callable[[Question], Any]] = {
    Kind.YES_PARTLY_NO: _one,
    Kind.CHOICE: _one,
    Kind.CHOICES: _several,
    Kind.NUMBER: _value_or_code,
    Kind.TEXT: _value_or_code,
    Kind.DATE: _value_or_code,
    Kind.TABLE: _table,
}
"""Kind -> builder of an unbound WTForms field for a question."""


def _asked_again(question: Question, fault: ValueFault) -> str:
    if question.kind not in _CODED:
        return _sentence(fault)
    if " ne va pas " in fault.words:
        return f"{fault.words[:1].upper()}{fault.words[1:]} : décochez-la, ou décochez les autres."
    return "Choisissez une des réponses proposées."


def _sentence(fault: ValueFault) -> str:
    first = f"{fault.words[:1].upper()}{fault.words[1:]}."
    return f"{first} Accepté : {fault.accepted}." if fault.accepted else first
