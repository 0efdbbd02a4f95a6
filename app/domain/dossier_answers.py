"""The answers as given and the theme's own table, for a dossier."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from app.domain.answers import AnswerBook, Value
from app.domain.assessment import ThemeAssessment
from app.domain.dossier import ActionLine, AnswerLine, BlockCard, BlockLine
from app.domain.establishment import EVERY_UNIT, Establishment, WorkUnit
from app.domain.inputs import ActionStatus
from app.domain.reading import Reader
from app.domain.values import show_value
from questionnaires.schema import BlockRow, Kind, Level, Question, Theme


def answer_lines(assessment: ThemeAssessment, establishment: Establishment) -> tuple[AnswerLine, ...]:
    """Every answer that counts, in the order of the theme, the firm's first and the exceptions after.

    An answer to a question that is not asked any more (a theme opened again, a unit that is gone) is kept in the draft
    and is no part of what the document rests on.
    """
    theme, book = assessment.theme, assessment.book
    reader = Reader(theme, book, establishment)
    places: dict[str, WorkUnit | None] = {EVERY_UNIT: None, **{unit.key: unit for unit in establishment.units}}
    lines = []
    for question in theme.questions:
        units = [
            unit
            for known, unit in book.answers
            if known == question.id and unit in places and reader.visible(question, places[unit]) is not False
        ]
        for unit in sorted(units, key=lambda key: (key != EVERY_UNIT, key)):
            answer = book.answers[(question.id, unit)]
            lines.append(
                AnswerLine(
                    theme=theme.theme,
                    question=question.id,
                    text=question.text,
                    unit=unit,
                    code=answer_code(answer.value),
                    words=show_value(question, answer.value),
                    reason=answer.reason,
                )
            )
    return tuple(lines)


def answer_code(value: Value) -> str:
    """The stored form of an answer on one line: codes, a number, an ISO day, or table cells."""
    if isinstance(value, tuple):
        return " ".join(each if isinstance(each, str) else "; ".join(f"{k}={v}" for k, v in each) for each in value)
    return str(value)


def block_card(
    assessment: ThemeAssessment,
    establishment: Establishment,
    actions: Sequence[ActionLine],
    *,
    label: Callable[[str], str],
) -> BlockCard:
    """The theme's own table: what is in place, what changes at each level, what is planned."""
    theme = assessment.theme
    block = theme.block
    if block is None:
        message = f"the theme {theme.theme} has no table of its own"
        raise ValueError(message)
    table = theme.question(block.table_question)
    said = _levels_said(assessment.book, table)
    names = {unit.key: unit.name for unit in establishment.units}
    writer = _BlockWriter(assessment, actions, label, names)
    return BlockCard(
        theme=theme.theme,
        title=block.title,
        intro=block.intro,
        level_labels=tuple(column.label for column in table.columns[1:]),
        lines=tuple(writer.line(row, said.get(row.id, ("",) * (len(table.columns) - 1))) for row in block.rows),
        notes=tuple(writer.line(row, ()) for row in block.notes),
    )


def _levels_said(book: AnswerBook, table: Question) -> Mapping[str, tuple[str, ...]]:
    """Row id -> the words of each level, several rows on one heading joined."""
    answer = book.answer(table.id)
    said: dict[str, tuple[str, ...]] = {}
    if answer is None or not isinstance(answer.value, tuple):
        return said
    first, *others = (column.id for column in table.columns)
    for row in answer.value:
        if isinstance(row, str):
            continue
        cells = dict(row)
        heading = cells.get(first, "")
        texts = tuple(cells.get(column, "") for column in others)
        before = said.get(heading, ("",) * len(texts))
        said[heading] = tuple(" ; ".join(part for part in pair if part) for pair in zip(before, texts, strict=True))
    return said


class _BlockWriter:
    """Writes the lines of a theme's table."""

    def __init__(
        self,
        assessment: ThemeAssessment,
        actions: Sequence[ActionLine],
        label: Callable[[str], str],
        names: Mapping[str, str],
    ) -> None:
        self._theme: Theme = assessment.theme
        self._assessment = assessment
        self._actions = actions
        self._label = label
        self._names = names

    def line(self, row: BlockRow, levels: tuple[str, ...]) -> BlockLine:
        """One heading of the table."""
        measures = {measure.id for measure in self._theme.measures if measure.question in row.questions}
        return BlockLine(
            label=row.label,
            article=self._label(row.article) if row.article else "",
            usual=tuple(text for question in row.questions for text in self._usual(self._theme.question(question))),
            levels=levels,
            actions=tuple(
                action.key
                for action in self._actions
                if action.chosen
                and action.status != ActionStatus.DROPPED
                and (action.measure in measures or self._verifies(action, row))
            ),
        )

    def _verifies(self, action: ActionLine, row: BlockRow) -> bool:
        return any(action.measure == f"verifier.{question}" for question in row.questions)

    def _usual(self, question: Question) -> list[str]:
        """What the answers say is in place, with the units where it differs; a day is given as it was noted."""
        if question.kind is Kind.DATE:
            return self._day(question)
        by_level: dict[Level, list[str]] = {}
        for row in self._assessment.rows:
            for control in row.controls:
                if control.question.id == question.id:
                    units = by_level.setdefault(control.level, [])
                    if row.unit.key not in units:
                        units.append(row.unit.key)
        for control in self._assessment.firm_controls:
            if control.question.id == question.id:
                by_level.setdefault(control.level, [])
        texts = []
        for level, suffix in ((Level.YES, ""), (Level.PARTLY, " (en partie)")):
            if level in by_level and question.in_place:
                where = "" if len(by_level) == 1 else f" : {self._where(by_level[level])}" if by_level[level] else ""
                texts.append(f"{question.in_place}{suffix}{where}")
        return texts

    def _day(self, question: Question) -> list[str]:
        answer = self._assessment.book.answer(question.id)
        if answer is None or not isinstance(answer.value, date):
            return []
        return [f"{question.short[:1].upper()}{question.short[1:]} : {show_value(question, answer.value)}"]

    def _where(self, units: Sequence[str]) -> str:
        return " ; ".join(self._names[unit] for unit in units)
