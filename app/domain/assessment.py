"""From the answers of one establishment on one theme to rated rows: the engine's main door.

`assess_theme` is pure: the day comes in as an argument, nothing is read from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.answers import AnswerBook, SituationFacts
from app.domain.calendar import add_months
from app.domain.establishment import Establishment, WorkUnit
from app.domain.inputs import Override, OverrideField
from app.domain.overrides import AppliedOverride, apply_overrides
from app.domain.rating import Control, Rated, RowFacts, rate
from app.domain.reading import Reader, for_unit
from app.domain.sentences import Naming, explain, floor_words
from questionnaires.schema import NEVER_ESSENTIAL, Level, Question, Role, Situation, Theme

REVIEW_MONTHS = 12
"""A theme closed as « sans objet » is looked at again after a year, or when the premises change."""

ACCIDENT_TOLD_FROM = 11
"""Employees from which a document may say that something already happened: under it, people would be recognised."""

ACCIDENT_TOLD_AMONG = 5
"""Persons exposed on a row from which it may say so: an office of one names its only worker, whatever the firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlReading:
    """One control of a row, as read: its question, its role there, and its level."""

    question: Question
    role: Role
    level: Level
    precise_duty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One situation in one unit, rated."""

    theme: Theme
    situation: Situation
    unit: WorkUnit
    said: SituationFacts
    facts: RowFacts
    """What was rated, hand-set values included."""
    controls: tuple[ControlReading, ...]
    computed: Rated
    """The rating before any value set by hand."""
    rated: Rated
    overrides: tuple[AppliedOverride, ...]
    first: bool
    sentence: str

    @property
    def people(self) -> int:
        """Persons exposed: said for the unit, else the whole unit."""
        return self.said.people.get(self.unit.key, self.unit.people.total)

    @property
    def unknown_controls(self) -> tuple[ControlReading, ...]:
        """Essential and support controls nobody has answered."""
        return tuple(
            control for control in self.controls if control.level is Level.UNKNOWN and control.role is not Role.PAPER
        )

    @property
    def unmet_duties(self) -> tuple[ControlReading, ...]:
        """Precise duties answered « non » in this row (rule R6')."""
        return tuple(
            control
            for control in self.controls
            if control.precise_duty and control.level is Level.NO and control.role is not Role.PAPER
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A theme closed because nothing of it exists here, with the reason given."""

    reason: str
    closed_on: date
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeAssessment:
    """A theme assessed for one establishment."""

    theme: Theme
    book: AnswerBook
    rows: tuple[Row, ...]
    """In the order of the document: most urgent worst bound first, then what is to be assessed."""
    closed: Closed | None
    open_reason: str
    """Why nothing could be concluded, in words; empty when there are rows or the theme is closed."""
    firm_controls: tuple[ControlReading, ...]
    """Questions asked whatever the situations (papers, duties that bind everybody), read for the whole firm."""


def assess_theme(
    theme: Theme,
    book: AnswerBook,
    establishment: Establishment,
    *,
    as_of: date,
    overrides: Sequence[Override] = (),
) -> ThemeAssessment:
    """Rate every row of a theme; raises OverrideRefused when a hand-set value breaks its limits."""
    reader = Reader(theme, book, establishment)
    mine = [override for override in overrides if override.theme == theme.theme]
    rows = [
        _row(reader, theme.situation(situation), unit, as_of=as_of, overrides=mine)
        for unit in establishment.units
        for situation in reader.retained(unit)
    ]
    closed, open_reason = _closing(reader, as_of=as_of)
    return ThemeAssessment(
        theme=theme,
        book=book,
        rows=tuple(sorted(rows, key=lambda row: sort_key(row, establishment))),
        closed=closed,
        open_reason=open_reason,
        firm_controls=_firm_controls(reader),
    )


def sort_key(row: Row, establishment: Establishment) -> tuple[object, ...]:
    """Total order of rows: worst bound, the employer's first, to be assessed, nothing in place, then people (R8)."""
    frail = row.unit.people.temps + row.unit.people.apprentices + ("isole" in row.unit.flags)
    return (
        row.rated.worst.priority,
        not row.first,
        row.rated.firm,
        -row.rated.worst.mastery,
        -row.people,
        -frail,
        row.theme.theme,
        [situation.id for situation in row.theme.situations].index(row.situation.id),
        [unit.key for unit in establishment.units].index(row.unit.key),
    )


def _row(reader: Reader, situation: Situation, unit: WorkUnit, *, as_of: date, overrides: Sequence[Override]) -> Row:
    controls = _controls(reader, situation, unit)
    said = reader.book.facts_of(situation.id)
    facts = RowFacts(
        gravity=situation.gravity,
        frequency=said.frequency.get(unit.key),
        essentials=_of_role(controls, Role.ESSENTIAL),
        supports=_of_role(controls, Role.SUPPORT),
        checked=reader.checked(situation.id, unit, as_of=as_of),
        accident=for_unit(said.accident, unit.key),
    )
    computed = rate(facts)
    mine = [each for each in overrides if each.situation == situation.id and each.unit == unit.key]
    individual = {measure.id for measure in reader.theme.measures if measure.rank in NEVER_ESSENTIAL}
    held, applied = apply_overrides(facts, mine, situation=situation, as_of=as_of, individual=individual)
    rated = rate(held)
    row = Row(
        theme=reader.theme,
        situation=situation,
        unit=unit,
        said=said,
        facts=held,
        controls=controls,
        computed=computed,
        rated=rated,
        overrides=applied,
        first=any(each.field is OverrideField.FIRST and each.value for each in mine),
        sentence="",
    )
    month = for_unit(said.checked_on, unit.key) or ""
    sentence = explain(held, computed=computed, naming=naming(controls, month))
    many = min(row.people, unit.people.total) >= ACCIDENT_TOLD_AMONG
    floor = floor_words(held, rated, openly=many and reader.establishment.headcount >= ACCIDENT_TOLD_FROM)
    return replace(row, sentence=" ".join(part for part in (sentence, floor) if part))


def _controls(reader: Reader, situation: Situation, unit: WorkUnit) -> tuple[ControlReading, ...]:
    controls = []
    for question in reader.theme.questions:
        role = reader.role(question, situation=situation.id, unit=unit)
        if role is None:
            continue
        level = reader.level(question, situation=situation.id, unit=unit)
        if level is not None:
            duty = reader.precise_duty(question, situation=situation.id)
            controls.append(ControlReading(question=question, role=role, level=level, precise_duty=duty))
    return tuple(controls)


def _of_role(controls: Sequence[ControlReading], role: Role) -> tuple[Control, ...]:
    return tuple(
        Control(question=control.question.id, level=control.level, precise_duty=control.precise_duty)
        for control in controls
        if control.role is role
    )


def naming(controls: Sequence[ControlReading], month: str = "") -> Naming:
    """How the controls of a row are named in its sentences."""
    return Naming(
        names={control.question.id: control.question.short for control in controls},
        soft=frozenset(control.question.id for control in controls if control.question.control in NEVER_ESSENTIAL),
        month=month,
    )


def _firm_controls(reader: Reader) -> tuple[ControlReading, ...]:
    """Papers of the firm, and when no row carries them, the duties that bind everybody."""
    read = []
    for question in reader.theme.questions:
        papers = any(role is Role.PAPER for _, role in question.roles)
        if not question.roles or not (papers or question.always):
            continue
        level = _firm_level(reader, question, _uncarried(reader, question))
        if level is not None:
            duty = reader.precise_duty(question)
            read.append(ControlReading(question=question, role=Role.PAPER, level=level, precise_duty=duty))
    return tuple(read)


def _uncarried(reader: Reader, question: Question) -> tuple[WorkUnit, ...]:
    """Units whose answer no row shows: all of them for a paper, else those that answer apart and have no such row."""

    def carried(unit: WorkUnit) -> bool:
        return any(question.role_in(each) not in (None, Role.PAPER) for each in reader.retained(unit))

    units = reader.establishment.units
    if not any(carried(unit) for unit in units):
        return units
    return tuple(unit for unit in units if not carried(unit) and (question.id, unit.key) in reader.book.answers)


def _firm_level(reader: Reader, question: Question, units: Sequence[WorkUnit]) -> Level | None:
    """The weakest level of the question over these units; None when it is not asked there."""
    if reader.visible(question, None) is False:
        return None
    order = (Level.NO, Level.UNKNOWN, Level.PARTLY, Level.YES)
    situation = question.roles[0][0] if question.roles else ""
    levels = {reader.level(question, situation=situation, unit=unit) for unit in units}
    return next((level for level in order if level in levels), None)


def _closing(reader: Reader, *, as_of: date) -> tuple[Closed | None, str]:
    theme = reader.theme
    if not reader.screened():
        return None, "La question de départ sur les situations présentes n'a pas encore de réponse."
    if not reader.nothing_retained():
        return None, ""
    asked = bool(theme.closing) and reader.visible(theme.question(theme.closing or ""), None) is True
    answer = reader.book.answer(theme.closing or "") if asked else None
    if theme.closing and (answer is None or answer.value == Level.UNKNOWN):
        return None, "Aucune situation n'est retenue, mais rien ne permet encore de l'affirmer."
    labels = {option.code: option.label for option in theme.question(theme.closing).options} if theme.closing else {}
    reason = labels.get(str(answer.value), "") if answer is not None else ""
    if answer is not None and answer.reason:
        reason = f"{reason} : {answer.reason}" if reason else answer.reason
    review = add_months(as_of, REVIEW_MONTHS)
    return Closed(reason=reason, closed_on=as_of, review_on=review), ""
