"""What deserves a look before the rest of a dossier is read; each rule is a function named after what it finds.

A rule reads a frozen dossier that the service may read, never a draft. What it finds is a code with its numbers: the
words are made where they are shown (app.web.case_words), so that they exist in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.domain.dossier import ActionLine, AnswerLine, Dossier, RiskRow
from app.domain.inputs import ActionStatus
from app.domain.rating import Priority
from app.domain.words import RANK_NAMES
from questionnaires.schema import Duty, Level, Question, Rank, Theme

HASTY_SECONDS = 90
"""A theme answered in less was hardly read."""
FEWEST_ANSWERS = 5
"""Fewer answers are quickly given by anybody."""

SEVERE = frozenset({Priority.P1.name, Priority.P2.name})
"""Priorities of the situations that cannot wait."""
_LEVELS = frozenset(level.value for level in Level)
_OVER = frozenset({ActionStatus.DONE.value, ActionStatus.DROPPED.value})


class AlertKind(StrEnum):
    """What is in doubt: whether one may rely on it, whether it is whole, up to date, abreast of what is known."""

    RELIABLE = "fiable"
    WHOLE = "complet"
    UP_TO_DATE = "a_jour"
    KNOWLEDGE = "connaissances"
    UNKNOWN = "inconnu"


class AlertCode(StrEnum):
    """The rules, the gravest first."""

    HASTY = "oui_rapide"
    SCREENED_OUT = "expose_ecarte"
    INDIVIDUAL_ONLY = "individuel_seul"
    UNKNOWN_DUTY = "obligation_inconnue"
    LOOSE_PLAN = "plan_incomplet"
    OVERDUE = "demande_en_retard"


KINDS = {
    AlertCode.HASTY: AlertKind.RELIABLE,
    AlertCode.SCREENED_OUT: AlertKind.WHOLE,
    AlertCode.INDIVIDUAL_ONLY: AlertKind.KNOWLEDGE,
    AlertCode.UNKNOWN_DUTY: AlertKind.UNKNOWN,
    AlertCode.LOOSE_PLAN: AlertKind.WHOLE,
    AlertCode.OVERDUE: AlertKind.UP_TO_DATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing found in one theme."""

    code: AlertCode
    theme: str
    count: int
    """Seconds, situations, actions or answers, as the rule says."""
    names: tuple[str, ...] = ()
    """Situations, actions or questions in the words of the content."""
    question: str = ""
    """Question to ask about; empty for the whole theme."""

    @property
    def kind(self) -> AlertKind:
        """What is in doubt."""
        return KINDS[self.code]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One theme of a dossier that the service may read, and what the rules need beside it."""

    dossier: Dossier
    content: Theme
    """The questions of the theme; one that the dossier does not know is passed over."""
    sectors: frozenset[str]
    """Sectors of the firm's trade."""
    seconds: int | None = None
    """From the first answer to the last when it was submitted; None when nobody measured."""

    @property
    def theme(self) -> str:
        """Code of the theme."""
        return self.content.theme

    def answers(self) -> tuple[AnswerLine, ...]:
        """The answers of this theme."""
        return tuple(line for line in self.dossier.answers if line.theme == self.theme)

    def rows(self) -> tuple[RiskRow, ...]:
        """The situations of this theme."""
        return tuple(row for row in self.dossier.rows if row.theme == self.theme)

    def actions(self) -> tuple[ActionLine, ...]:
        """The actions of this theme that the employer took on and has not given up."""
        return tuple(
            line
            for line in self.dossier.actions
            if line.chosen and line.theme == self.theme and line.status != ActionStatus.DROPPED.value
        )

    def questions(self) -> dict[str, Question]:
        """The questions of the content by id."""
        return {question.id: question for question in self.content.questions}


def alerts_of(opened: Opened) -> tuple[Alert, ...]:
    """Everything the rules find in one theme, the gravest first."""
    found = [alert for rule in _RULES for alert in rule(opened)]
    order = list(AlertCode)
    return tuple(sorted(found, key=lambda alert: order.index(alert.code)))


def all_yes_in_no_time(opened: Opened) -> Iterator[Alert]:
    """Every control answered « oui », from the first to the last in less than 90 seconds."""
    codes = [line.code for line in opened.answers() if line.code in _LEVELS]
    hasty = opened.seconds is not None and opened.seconds < HASTY_SECONDS
    if hasty and len(codes) >= FEWEST_ANSWERS and set(codes) == {Level.YES.value}:
        yield Alert(code=AlertCode.HASTY, theme=opened.theme, count=opened.seconds or 0)


def only_individual_measures(opened: Opened) -> Iterator[Alert]:
    """Situations at P1 or P2 that nothing protects but equipment or instructions for each person."""
    ranks = {line.key: line.rank for line in opened.actions()}
    found = [row.label for row in opened.rows() if row.priority in SEVERE and _individual_alone(row, ranks)]
    if found:
        names = tuple(dict.fromkeys(found))
        yield Alert(code=AlertCode.INDIVIDUAL_ONLY, theme=opened.theme, count=len(found), names=names)


def _individual_alone(row: RiskRow, ranks: dict[str, str]) -> bool:
    in_place = [measure.kind == RANK_NAMES[Rank.INDIVIDUAL] for measure in row.in_place]
    planned = [ranks[key] == Rank.INDIVIDUAL.value for key in row.actions if key in ranks and ranks[key] in set(Rank)]
    return bool(in_place or planned) and all((*in_place, *planned))


def exposed_trade_screened_out(opened: Opened) -> Iterator[Alert]:
    """A trade where the risk is often found, and a screening that says « aucune de ces situations »."""
    screening = opened.questions().get(opened.content.screening)
    said = next((line for line in opened.answers() if line.question == opened.content.screening), None)
    if screening is None or said is None:
        return
    ticked = set(said.code.split())
    none_of_them = any(option.exclusive and option.code in ticked for option in screening.options)
    often = [option.label for option in screening.options if opened.sectors.intersection(option.often_in)]
    if none_of_them and often:
        yield Alert(
            code=AlertCode.SCREENED_OUT,
            theme=opened.theme,
            count=len(often),
            names=tuple(often),
            question=screening.id,
        )


def plan_without_owner_or_date(opened: Opened) -> Iterator[Alert]:
    """Actions taken on that nobody is named for, or that have no date."""
    loose = [line.text for line in opened.actions() if line.status not in _OVER and (not line.owner or not line.due)]
    if loose:
        yield Alert(code=AlertCode.LOOSE_PLAN, theme=opened.theme, count=len(loose), names=tuple(loose))


def unknown_on_a_precise_duty(opened: Opened) -> Iterator[Alert]:
    """« Je ne sais pas » where the law asks for a precise thing."""
    questions = opened.questions()
    for code in dict.fromkeys(line.question for line in opened.answers() if line.code == Level.UNKNOWN.value):
        question = questions.get(code)
        if question is not None and _precise_here(question, opened.sectors):
            yield Alert(
                code=AlertCode.UNKNOWN_DUTY, theme=opened.theme, count=1, names=(question.short,), question=question.id
            )


def _precise_here(question: Question, sectors: frozenset[str]) -> bool:
    return question.duty is Duty.PRECISE and (not question.duty_sectors or bool(sectors & set(question.duty_sectors)))


_RULES = (
    all_yes_in_no_time,
    exposed_trade_screened_out,
    only_individual_measures,
    unknown_on_a_precise_duty,
    plan_without_owner_or_date,
)
