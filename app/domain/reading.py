"""From answers to controls: what is asked, what was said, and how it reads in one situation of one unit.

Visibility has three values: asked, not asked, and undetermined when the answer it hangs on is missing. An
undetermined control reads as unknown, so that a missing answer never makes a row look better.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeGuard, TypeVar

from app.domain.answers import Answer, AnswerBook, Value
from app.domain.calendar import months_since
from app.domain.establishment import EVERY_UNIT, Establishment, WorkUnit
from questionnaires.schema import Condition, Duty, Kind, Level, Question, Role, Theme

_T = TypeVar("_T")

MONTHS_A_CHECK_HOLDS = 12
"""A check on site holds for less than 12 months."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the answers of one establishment on one theme."""

    theme: Theme
    book: AnswerBook
    establishment: Establishment
    _retained: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _facts: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _opened: dict[str | None, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _asked: dict[tuple[str, str | None], bool | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """What was found once of each unit: every question of a theme asks it again, and nothing here ever changes."""

    def retained(self, unit: WorkUnit) -> tuple[str, ...]:
        """Situations that exist in the unit, in the order of the theme.

        A situation whose units are all gone concerns every unit, like one nobody has placed: it never vanishes.
        """
        if unit.key not in self._retained:
            self._retained[unit.key] = self._find_retained(unit)
        return self._retained[unit.key]

    def facts(self, unit: WorkUnit) -> frozenset[str]:
        """Aggravating facts that hold in the unit: ticked, or already known from the unit itself."""
        if unit.key not in self._facts:
            self._facts[unit.key] = self._find_facts(unit)
        return self._facts[unit.key]

    def _find_retained(self, unit: WorkUnit) -> tuple[str, ...]:
        ticked = self._ticked(EVERY_UNIT)
        units = {each.key for each in self.establishment.units}
        present = []
        for situation in self.theme.situations:
            placed = units.intersection(self.book.facts_of(situation.id).frequency)
            if situation.id in ticked and (not placed or unit.key in placed):
                present.append(situation.id)
        return tuple(present)

    def _find_facts(self, unit: WorkUnit) -> frozenset[str]:
        ticked = self._ticked(unit.key)
        known = set()
        for fact in self.theme.facts:
            counts = {"temps": unit.people.temps, "apprentices": unit.people.apprentices}
            if (
                fact.id in ticked
                or unit.flags.intersection(fact.unit_flags)
                or any(counts.get(name, 0) > 0 for name in fact.unit_counts)
            ):
                known.add(fact.id)
        return frozenset(known)

    def _find_visible(self, question: Question, unit: WorkUnit | None) -> bool | None:
        if question.roles and not question.always and not self._concerns(question, unit):
            return False
        return _all_hold(self._holds(condition, unit) for condition in question.visible_if)

    def screened(self) -> bool:
        """Whether the screening question was answered."""
        return self.book.answer(self.theme.screening) is not None

    def nothing_retained(self) -> bool:
        """Whether the screening was answered with no situation at all."""
        ticked = self._ticked(EVERY_UNIT)
        return self.screened() and not any(situation.id in ticked for situation in self.theme.situations)

    def visible(self, question: Question, unit: WorkUnit | None) -> bool | None:
        """Whether the question is asked in the unit (None: for the firm); None when it cannot be known yet."""
        place = question.id, unit.key if unit is not None else None
        if place not in self._asked:
            self._asked[place] = self._find_visible(question, unit)
        return self._asked[place]

    def level(self, question: Question, *, situation: str, unit: WorkUnit) -> Level | None:
        """How the control reads in a row: a level, UNKNOWN, or None when it does not count (not asked, sans objet)."""
        seen = self.visible(question, unit)
        if seen is False:
            return None
        answer = self.book.answer(question.id, unit.key)
        if seen is None or answer is None:
            return Level.UNKNOWN
        read = read_level(question, answer, situation=situation)
        return None if read is Level.NOT_APPLICABLE else read

    def role(self, question: Question, *, situation: str, unit: WorkUnit) -> Role | None:
        """Role of the question in a row, support promoted to essential by an aggravating fact of the unit."""
        role = question.role_in(situation)
        if role is Role.SUPPORT and question.essential_when in self.facts(unit):
            return Role.ESSENTIAL
        return role

    def precise_duty(self, question: Question, *, situation: str = "") -> bool:
        """Whether the law asks precisely for this control here; without a situation, whether it asks anywhere."""
        if question.duty is not Duty.PRECISE:
            return False
        if situation and question.duty_situations and situation not in question.duty_situations:
            return False
        return not question.duty_sectors or bool(self.establishment.sectors.intersection(question.duty_sectors))

    def checked(self, situation: str, unit: WorkUnit, *, as_of: date) -> bool | None:
        """Whether the protections were seen on site less than 12 months before `as_of`; None when unknown."""
        month = for_unit(self.book.facts_of(situation).checked_on, unit.key)
        if month is None or month == Level.UNKNOWN:
            return None
        if month == Level.NO:
            return False
        return 0 <= months_since(month, as_of) < MONTHS_A_CHECK_HOLDS

    def _ticked(self, unit_key: str) -> frozenset[str]:
        answer = self.book.answer(self.theme.screening, unit_key)
        codes = answer.value if answer is not None and _is_many(answer.value) else ()
        question = self.theme.question(self.theme.screening)
        named = {option.code: option.situation or option.fact or option.code for option in question.options}
        return frozenset(named.get(code, code) for code in codes)

    def _concerns(self, question: Question, unit: WorkUnit | None) -> bool:
        units = (unit,) if unit is not None else self.establishment.units
        concerned = {situation for situation, _ in question.roles}
        return any(situation in concerned for each in units for situation in self.retained(each))

    def _holds(self, condition: Condition, unit: WorkUnit | None) -> bool | None:
        if condition.sectors:
            return bool(self.establishment.sectors.intersection(condition.sectors))
        if condition.question is None:
            size = self.establishment.headcount
            return (condition.headcount_min or 0) <= size and (
                condition.headcount_max is None or size <= condition.headcount_max
            )
        return self._parent_holds(condition, unit)

    def _parent_holds(self, condition: Condition, unit: WorkUnit | None) -> bool | None:
        parent = self.theme.question(condition.question or "")
        seen = self.visible(parent, unit)
        if seen is False:
            return False
        codes = self._codes(parent, unit)
        if codes.intersection(condition.any_of):
            return True if seen else None
        if not codes or Level.UNKNOWN in codes:
            return None  # the missing or unknown answer may still open this question
        return False

    def _codes(self, parent: Question, unit: WorkUnit | None) -> frozenset[str]:
        if parent.id == self.theme.screening:
            return self._screened_codes(unit)
        answer = self.book.answer(parent.id, EVERY_UNIT if unit is None else unit.key)
        if answer is None:
            return frozenset()
        if _is_many(answer.value):
            return frozenset(answer.value)
        return frozenset({str(answer.value)})

    def _screened_codes(self, unit: WorkUnit | None) -> frozenset[str]:
        """What the screening opens: a unit's own answer speaks of its facts, never against a situation it has."""
        key = unit.key if unit is not None else None
        if key not in self._opened:
            units = (unit,) if unit is not None else self.establishment.units
            present = (frozenset(self.retained(each)) | self.facts(each) for each in units)
            self._opened[key] = self._ticked(key or EVERY_UNIT).union(*present)
        return self._opened[key]


def read_level(question: Question, answer: Answer, *, situation: str) -> Level:
    """Level of an answer in a situation, by the question's own rules when it is not a yes/partly/no one."""
    value = answer.value
    if question.kind is Kind.YES_PARTLY_NO:
        return Level(str(value))
    if value == Level.NOT_APPLICABLE:
        return Level.NOT_APPLICABLE
    for rule in question.levels:
        if rule.situations and situation not in rule.situations:
            continue
        if isinstance(value, str) and value in rule.options:
            return rule.level
        if isinstance(value, Decimal) and rule.at_least is not None and value >= rule.at_least:
            return rule.level
    return Level.UNKNOWN


def for_unit(mapping: Mapping[str, _T], unit: str) -> _T | None:
    """What was said for a unit: its own word, else the word for every unit, else None."""
    return mapping.get(unit, mapping.get(EVERY_UNIT))


def _is_many(value: Value) -> TypeGuard[tuple[str, ...]]:
    return isinstance(value, tuple) and all(isinstance(code, str) for code in value)


def _all_hold(answers: Iterable[bool | None]) -> bool | None:
    undetermined = False
    for answer in answers:
        if answer is False:
            return False
        undetermined = undetermined or answer is None
    return None if undetermined else True
