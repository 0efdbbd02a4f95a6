"""The actions of a dossier: what the employer took on first, then what is still only proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain import words
from app.domain.action_plan import (
    FIRST_STEPS,
    Nature,
    Proposal,
    Weakness,
    due_date,
    measures_for,
    order_key,
    paper_due,
)
from app.domain.assessment import ControlReading, Row, ThemeAssessment
from app.domain.dossier import ActionLine, DutyFlag, LawPoint, RiskRow
from app.domain.inputs import ChosenAction, FirmAssessment
from app.domain.library import Library
from app.domain.obligations import PROGRAM_FROM
from app.domain.rating import Priority
from app.domain.typography import french_date
from questionnaires.nomenclature import FACTORS
from questionnaires.schema import NEVER_ESSENTIAL, Level, Measure, Rank, Role, Theme

LAW_POINT = "droit"
"""Stored priority of an action that only settles a paper: outside the P scale."""

LAW_POINT_WORDS = "Point de droit à régler"

OWN_RANK_WORDS = "mesure de l'entreprise"
CHECK_RANK = "VERIF"
CHECK_RANK_WORDS = "vérification"


class UnknownMeasure(ValueError):
    """A chosen action names a measure that no theme of the assessment has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """An action line before it has a key: what it answers and where it sorts."""

    chosen: ChosenAction | None
    proposal: Proposal | None
    measure: Measure | None
    theme: Theme | None
    rows: tuple[Row, ...]
    paper: bool

    @property
    def priority(self) -> Priority:
        if self.proposal is not None:
            return self.proposal.priority
        if self.rows and self.measure is None:
            return min(row.rated.best.priority for row in self.rows)
        return Priority.P4 if self.measure is not None else Priority.P3

    @property
    def order(self) -> tuple[object, ...]:
        inner = order_key(self.proposal) if self.proposal else (self.priority,)
        label = self.measure.id if self.measure else (self.chosen.text or "") if self.chosen else ""
        return (self.chosen is None, self.paper, self.priority, self.proposal is None, inner, label)


def action_lines(
    firm: FirmAssessment,
    assessments: Sequence[ThemeAssessment],
    proposals: Sequence[Proposal],
    *,
    rows: Sequence[RiskRow],
    library: Library,
) -> tuple[ActionLine, ...]:
    """Chosen actions in the order of the plan, then the proposals nobody took; raises UnknownMeasure."""
    drafts = [_draft(chosen, assessments, proposals) for chosen in firm.actions]
    taken = {draft.proposal.key for draft in drafts if draft.proposal is not None}
    drafts.extend(
        _Draft(
            chosen=None,
            proposal=proposal,
            measure=proposal.measure,
            theme=proposal.theme,
            rows=proposal.rows,
            paper=False,
        )
        for proposal in proposals
        if proposal.key not in taken
    )
    first = {proposal.key for proposal in sorted(proposals, key=order_key)[:FIRST_STEPS]}
    keys = {(row.theme, row.situation, row.unit): row.key for row in rows}
    writer = _Writer(firm=firm, library=library, row_keys=keys, first=first)
    return tuple(writer.line(f"A{number:02d}", draft) for number, draft in enumerate(sorted(drafts, key=_order), 1))


def law_points(
    assessments: Sequence[ThemeAssessment], *, sectors: frozenset[str], label: Callable[[str], str], as_of: date
) -> tuple[LawPoint, ...]:
    """Papers and firm-wide duties that are missing, incomplete or unknown, dated, outside the P scale."""
    points = [
        _law_point(assessment.theme, control, sectors=sectors, label=label, as_of=as_of)
        for assessment in assessments
        for control in assessment.firm_controls
        if control.level is not Level.YES and control.question.obligations
    ]
    return tuple(sorted(points, key=lambda point: (point.due, point.obligation)))


def _law_point(
    theme: Theme,
    control: ControlReading,
    *,
    sectors: frozenset[str],
    label: Callable[[str], str],
    as_of: date,
) -> LawPoint:
    question = control.question
    obligation = theme.obligation(question.obligations[0])
    state = {Level.NO: "Manque", Level.PARTLY: "Incomplet"}.get(control.level, "Sans réponse")
    level = Level.NO if control.level is Level.UNKNOWN else control.level
    measures = measures_for(theme, question, level, sectors=sectors)
    todo = f" À faire : {measures[0].text}" if measures else ""
    if control.level is Level.UNKNOWN:
        todo = f" À vérifier : {question.verify or question.short}"
    urgent = control.precise_duty and control.level is Level.NO
    return LawPoint(
        obligation=question.obligations[0],
        text=obligation.text,
        articles=tuple(dict.fromkeys(label(each) for key in question.obligations for each in _articles(theme, key))),
        what=f"{state} : {question.short}.{todo}",
        due=due_date(theme, Priority.P1, duty=True, as_of=as_of) if urgent else paper_due(as_of),
    )


def _articles(theme: Theme, obligation: str) -> tuple[str, ...]:
    return theme.obligation(obligation).articles


def _order(draft: _Draft) -> tuple[object, ...]:
    return draft.order


def _draft(chosen: ChosenAction, assessments: Sequence[ThemeAssessment], proposals: Sequence[Proposal]) -> _Draft:
    if chosen.measure is None:
        rows = tuple(
            row
            for assessment in assessments
            if assessment.theme.theme == chosen.theme or not chosen.theme
            for row in assessment.rows
            if row.situation.id in chosen.situations
        )
        theme = next((each.theme for each in assessments if each.theme.theme == chosen.theme), None)
        return _Draft(chosen=chosen, proposal=None, measure=None, theme=theme, rows=rows, paper=False)
    looked = next((each for each in proposals if each.key == chosen.measure and each.measure is None), None)
    if looked is not None:
        return _Draft(chosen=chosen, proposal=looked, measure=None, theme=looked.theme, rows=looked.rows, paper=False)
    return _draft_of_measure(chosen, assessments, proposals)


def _draft_of_measure(
    chosen: ChosenAction, assessments: Sequence[ThemeAssessment], proposals: Sequence[Proposal]
) -> _Draft:
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
        paper = proposal is None and not rows
        return _Draft(chosen=chosen, proposal=proposal, measure=measure, theme=assessment.theme, rows=rows, paper=paper)
    message = f"Aucun thème de cette évaluation n'a la mesure « {chosen.measure} »."
    raise UnknownMeasure(message)


def _rows_of(rows: Iterable[Row], question: str) -> Iterable[Row]:
    for row in rows:
        if any(each.question.id == question and each.role is not Role.PAPER for each in row.controls):
            yield row


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes lines: knows the firm, the library and the keys of the rows."""

    firm: FirmAssessment
    library: Library
    row_keys: Mapping[tuple[str, str, str], str]
    first: set[str]

    def line(self, key: str, draft: _Draft) -> ActionLine:
        chosen = draft.chosen or ChosenAction()
        measure = draft.measure
        program = self.firm.establishment.headcount >= PROGRAM_FROM
        rank = _rank(draft)
        factors = dict.fromkeys(FACTORS[row.situation.factor] for row in draft.rows if row.situation.factor is not None)
        band = words.COST_NAMES[measure.cost] if measure and (draft.chosen is None or not program) else ""
        return ActionLine(
            key=key,
            chosen=draft.chosen is not None,
            own_words=draft.chosen is not None and measure is None and draft.proposal is None,
            measure=measure.id if measure else draft.proposal.key if draft.proposal else "",
            theme=draft.theme.theme if draft.theme else "",
            text=_text(draft),
            why=_why(draft),
            rank=rank.value if rank else CHECK_RANK if draft.proposal else "",
            rank_words=_rank_words(draft, rank),
            principles=measure.principles if measure else (),
            priority=LAW_POINT if draft.paper else draft.priority.name,
            priority_words=LAW_POINT_WORDS if draft.paper else words.priority_words(draft.priority, draft.priority),
            rows=tuple(self._row_key(row) for row in draft.rows),
            factor=words.listed(tuple(factors)),
            duties=self._duties(draft),
            owner=chosen.owner,
            start=chosen.start,
            due=chosen.due,
            proposed_due=self._proposed_due(draft),
            delay_words=words.DELAY_NAMES[measure.delay] if measure else "",
            cost=chosen.cost or band,
            indicator=chosen.indicator or (measure.indicator if measure else ""),
            conditions=chosen.conditions,
            resources=chosen.resources,
            helps=self._helps(measure),
            collective_sought=chosen.collective_sought,
            individual=rank in NEVER_ESSENTIAL,
            status=chosen.status.value,
            status_words=words.STATUS_NAMES[chosen.status],
            done_on=chosen.done_on,
            first_step=draft.proposal is not None and draft.proposal.key in self.first,
        )

    def _row_key(self, row: Row) -> str:
        return self.row_keys[(row.theme.theme, row.situation.id, row.unit.key)]

    def _proposed_due(self, draft: _Draft) -> date:
        if draft.proposal is not None:
            return draft.proposal.due
        as_of = self.firm.assessed_on
        if draft.theme is None or draft.paper:
            return paper_due(as_of)
        return due_date(draft.theme, draft.priority, duty=False, as_of=as_of)

    def _duties(self, draft: _Draft) -> tuple[DutyFlag, ...]:
        proposal = draft.proposal
        if proposal is None or not proposal.duty or proposal.question is None:
            return ()
        theme = proposal.theme
        return tuple(
            DutyFlag(
                obligation=key,
                text=theme.obligation(key).text,
                articles=tuple(self.library.label(article) for article in theme.obligation(key).articles),
            )
            for key in proposal.question.obligations
        )

    def _helps(self, measure: Measure | None) -> tuple[str, ...]:
        if measure is None:
            return ()
        as_of = self.firm.assessed_on
        helps = [self.library.helps[code] for code in measure.helps if code in self.library.helps]
        return tuple(
            f"{each.name} (sous réserve, lu le {french_date(each.verified_on)})"
            for each in helps
            if (each.valid_until is None or each.valid_until >= as_of)
            and (not each.sectors or self.firm.establishment.sectors.intersection(each.sectors))
        )


def _text(draft: _Draft) -> str:
    if draft.measure is not None:
        return draft.measure.text
    if draft.proposal is not None:
        return draft.proposal.text
    return draft.chosen.text or "" if draft.chosen else ""


def _rank(draft: _Draft) -> Rank | None:
    if draft.measure is not None:
        return draft.measure.rank
    if draft.chosen is not None and draft.chosen.rank:
        return Rank(draft.chosen.rank)
    return None


def _rank_words(draft: _Draft, rank: Rank | None) -> str:
    if rank is not None:
        return words.RANK_NAMES[rank]
    return CHECK_RANK_WORDS if draft.proposal is not None else OWN_RANK_WORDS


def _why(draft: _Draft) -> str:
    """What the action answers, in words: « Lieu de repos : non »."""
    proposal = draft.proposal
    if proposal is None or proposal.question is None:
        return (
            {Nature.CHECK: "Protections non vérifiées sur place", Nature.OBSERVE: "Situation à préciser"}.get(
                proposal.nature, ""
            )
            if proposal
            else ""
        )
    said = {Weakness.NO: "non", Weakness.PARTLY: "en partie", Weakness.UNKNOWN: "à vérifier"}[proposal.weakness]
    name = proposal.question.short
    return f"{name[:1].upper()}{name[1:]} : {said}"
