"""What stands in the plan before it is written: what was taken on, what is only proposed, and their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.action_plan import (
    CHECK_WORDS,
    FIRST_STEPS,
    OBSERVE_WORDS,
    Nature,
    Proposal,
    order_key,
    verify_words,
)
from app.domain.assessment import Row, ThemeAssessment
from app.domain.inputs import ActionStatus, ChosenAction
from app.domain.rating import Priority
from questionnaires.schema import Measure, Role, Theme


class UnknownMeasure(ValueError):
    """A chosen action names a measure that no theme of the assessment has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An action line before it has a key: what it answers and where it sorts."""

    chosen: ChosenAction | None
    proposal: Proposal | None
    measure: Measure | None
    theme: Theme | None
    rows: tuple[Row, ...]
    paper: bool
    look: str = ""
    """Words of a check or an observation taken on and no longer proposed, since what it looked for is known."""

    @property
    def priority(self) -> Priority:
        """How urgent it is: the proposal's, the rows' for an own action, else nothing presses."""
        if self.proposal is not None:
            return self.proposal.priority
        if self.measure is not None or self.look:
            return Priority.P4
        return min((row.rated.best.priority for row in self.rows), default=Priority.P3)

    @property
    def text(self) -> str:
        """Its words: the measure's, the check's, or the employer's own."""
        if self.measure is not None:
            return self.measure.text
        if self.proposal is not None:
            return self.proposal.text
        return self.look or (self.chosen.text or "" if self.chosen else "")

    @property
    def order(self) -> tuple[object, ...]:
        """Taken on before proposed, then the order of the plan."""
        inner = order_key(self.proposal) if self.proposal else (self.priority,)
        label = self.measure.id if self.measure else (self.chosen.text or self.chosen.measure) if self.chosen else ""
        return (self.chosen is None, self.paper, self.priority, self.proposal is None, inner, label or "")


def first_steps(drafts: Sequence[Draft]) -> list[Draft]:
    """The two most useful things still to do, one for each proposal."""
    left: dict[str, Draft] = {}
    for draft in drafts:
        if draft.proposal is not None and not _over(draft):
            left.setdefault(draft.proposal.key, draft)
    done = {draft.proposal.key for draft in drafts if draft.proposal is not None and _done(draft)}
    steps = (draft for key, draft in left.items() if key not in done)
    return sorted(steps, key=lambda draft: order_key(draft.proposal) if draft.proposal else ())[:FIRST_STEPS]


def dropped(draft: Draft) -> bool:
    """Whether the employer gave it up: what it answered is to be proposed again."""
    return draft.chosen is not None and draft.chosen.status is ActionStatus.DROPPED


def _done(draft: Draft) -> bool:
    return draft.chosen is not None and draft.chosen.status is ActionStatus.DONE


def _over(draft: Draft) -> bool:
    return dropped(draft) or _done(draft)


def draft_of(chosen: ChosenAction, assessments: Sequence[ThemeAssessment], proposals: Sequence[Proposal]) -> Draft:
    """What an action taken on answers; raises UnknownMeasure when no theme has it."""
    if chosen.measure is None:
        rows = tuple(
            row
            for assessment in assessments
            if assessment.theme.theme == chosen.theme or not chosen.theme
            for row in assessment.rows
            if row.situation.id in chosen.situations
        )
        theme = next((each.theme for each in assessments if each.theme.theme == chosen.theme), None)
        return Draft(chosen=chosen, proposal=None, measure=None, theme=theme, rows=rows, paper=False)
    looked = next((each for each in proposals if each.key == chosen.measure and each.measure is None), None)
    if looked is not None:
        return Draft(chosen=chosen, proposal=looked, measure=None, theme=looked.theme, rows=looked.rows, paper=False)
    return _draft_of_look(chosen, assessments) or _draft_of_measure(chosen, assessments, proposals)


def _draft_of_look(chosen: ChosenAction, assessments: Sequence[ThemeAssessment]) -> Draft | None:
    """A check or an observation taken on earlier, once its answer is known: it stays, with the same words."""
    nature, _, target = (chosen.measure or "").partition(".")
    for assessment in assessments:
        theme = assessment.theme
        words_of = ""
        rows: Iterable[Row] = ()
        if nature == Nature.VERIFY and any(question.id == target for question in theme.questions):
            words_of = verify_words(theme.question(target))
            rows = _rows_of(assessment.rows, target)
        elif nature == Nature.CHECK and target == theme.theme:
            words_of, rows = CHECK_WORDS, assessment.rows
        elif nature == Nature.OBSERVE and target.rpartition(".")[0] in {each.id for each in theme.situations}:
            words_of = OBSERVE_WORDS
            rows = [row for row in assessment.rows if f"{row.situation.id}.{row.unit.key}" == target]
        if words_of:
            return Draft(
                chosen=chosen, proposal=None, measure=None, theme=theme, rows=tuple(rows), paper=False, look=words_of
            )
    return None


def _draft_of_measure(
    chosen: ChosenAction, assessments: Sequence[ThemeAssessment], proposals: Sequence[Proposal]
) -> Draft:
    for assessment in assessments:
        measure = next((each for each in assessment.theme.measures if each.id == chosen.measure), None)
        if measure is None:
            continue
        proposal = next(
            (
                each
                for each in proposals
                if each.theme.theme == assessment.theme.theme
                and each.question is not None
                and each.question.id == measure.question
            ),
            None,
        )
        rows = proposal.rows if proposal else tuple(_rows_of(assessment.rows, measure.question))
        paper = any(each.question.id == measure.question for each in assessment.firm_controls)
        return Draft(chosen=chosen, proposal=proposal, measure=measure, theme=assessment.theme, rows=rows, paper=paper)
    message = f"Aucun thème de cette évaluation n'a la mesure « {chosen.measure} »."
    raise UnknownMeasure(message)


def _rows_of(rows: Iterable[Row], question: str) -> Iterable[Row]:
    for row in rows:
        if any(each.question.id == question and each.role is not Role.PAPER for each in row.controls):
            yield row
