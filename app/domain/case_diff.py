"""What changed in one theme between two dossiers that the service could read: answers, situations, words, plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.dossier import ActionLine, AnswerLine, Dossier, RiskRow
from app.domain.inputs import ActionStatus
from questionnaires.schema import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """One answer, now and before."""

    question: str
    text: str
    unit: str
    """Key of the unit, or `*`."""
    before: str
    """In words; empty when it was not given."""
    now: str
    """In words; empty when it is given no more."""
    code: str
    reason: str
    changed: bool

    @property
    def unknown(self) -> bool:
        """Whether « Je ne sais pas » was answered."""
        return self.code == Level.UNKNOWN.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationChange:
    """One situation in one unit, now and before."""

    row: RiskRow
    before: RiskRow | None
    gone: bool
    """It was in the dossier before and is there no more; `row` is then that one."""
    compared: bool
    """There was a dossier before."""

    @property
    def new(self) -> bool:
        """Whether it was not in the dossier before."""
        return self.compared and self.before is None and not self.gone

    @property
    def changed(self) -> bool:
        """Whether anything of it that is shown changed."""
        return self.gone or self.new or (self.before is not None and _shown(self.before) != _shown(self.row))

    @property
    def words_changed(self) -> bool:
        """Whether what the employer wrote of it changed."""
        return self.before is not None and self.before.words != self.row.words

    @property
    def in_place_changed(self) -> bool:
        """Whether what he wrote of the protections changed."""
        return self.before is not None and self.before.in_place_words != self.row.in_place_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionChange:
    """One action of the plan, and whether it was there before."""

    line: ActionLine
    before: ActionLine | None
    compared: bool

    @property
    def changed(self) -> bool:
        """Whether it is new, or another owner, date or state."""
        if self.before is None:
            return self.compared
        return _planned(self.before) != _planned(self.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeDiff:
    """One theme of a dossier beside the one before."""

    answers: tuple[AnswerChange, ...]
    situations: tuple[SituationChange, ...]
    actions: tuple[ActionChange, ...]
    compared: bool
    """There was a dossier before to compare with."""

    @property
    def changes(self) -> int:
        """How many things changed."""
        found: list[bool] = [each.changed for each in self.answers]
        found += [each.changed for each in self.situations]
        found += [each.changed for each in self.actions]
        return sum(found)


def diff_of(now: Dossier, before: Dossier | None, theme: str) -> ThemeDiff:
    """One theme of a dossier, beside what an earlier one said; nothing is said to have changed without one."""
    return ThemeDiff(
        answers=tuple(_answers(now, before, theme)),
        situations=tuple(_situations(now, before, theme)),
        actions=tuple(_actions(now, before, theme)),
        compared=before is not None,
    )


def _answers(now: Dossier, before: Dossier | None, theme: str) -> list[AnswerChange]:
    lines = _of_theme(now.answers, theme)
    known = {(line.question, line.unit): line for line in _of_theme(before.answers, theme)} if before else {}
    present = {(line.question, line.unit) for line in lines}
    gone = [line for key, line in known.items() if key not in present]
    found = [
        AnswerChange(
            question=line.question,
            text=line.text,
            unit=line.unit,
            before=former.words if (former := known.get((line.question, line.unit))) else "",
            now=line.words,
            code=line.code,
            reason=line.reason,
            changed=before is not None and (former is None or (former.code, former.reason) != (line.code, line.reason)),
        )
        for line in lines
    ]
    return found + [
        AnswerChange(
            question=line.question,
            text=line.text,
            unit=line.unit,
            before=line.words,
            now="",
            code="",
            reason="",
            changed=True,
        )
        for line in gone
    ]


def _of_theme(lines: Sequence[AnswerLine], theme: str) -> list[AnswerLine]:
    return [line for line in lines if line.theme == theme]


def _situations(now: Dossier, before: Dossier | None, theme: str) -> list[SituationChange]:
    compared = before is not None
    rows = [row for row in now.rows if row.theme == theme]
    known = {(row.situation, row.unit): row for row in before.rows if row.theme == theme} if before else {}
    found = [
        SituationChange(row=row, before=known.pop((row.situation, row.unit), None), gone=False, compared=compared)
        for row in rows
    ]
    return found + [SituationChange(row=row, before=row, gone=True, compared=True) for row in known.values()]


def _shown(row: RiskRow) -> tuple[object, ...]:
    return (row.priority, row.gravity, row.frequency, row.mastery, row.words, row.in_place_words, row.in_place)


def _actions(now: Dossier, before: Dossier | None, theme: str) -> list[ActionChange]:
    known = {_identity(line): line for line in before.actions if _taken(line, theme)} if before else {}
    return [
        ActionChange(line=line, before=known.get(_identity(line)), compared=before is not None)
        for line in now.actions
        if _taken(line, theme)
    ]


def _taken(line: ActionLine, theme: str) -> bool:
    return line.chosen and line.theme == theme and line.status != ActionStatus.DROPPED.value


def _identity(line: ActionLine) -> tuple[str, str]:
    return line.measure, "" if line.measure else line.text


def _planned(line: ActionLine) -> tuple[object, ...]:
    return line.owner, line.due, line.status, line.done_on, line.text
