"""The actions of a dossier: what the employer took on first, then what is still only proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain import words
from app.domain.action_drafts import Draft, draft_of, dropped, first_steps
from app.domain.action_plan import Nature, Proposal, due_date, paper_due
from app.domain.assessment import ControlReading, Row, ThemeAssessment
from app.domain.dossier import ActionLine, DutyFlag, LawPoint, RiskRow
from app.domain.inputs import ChosenAction, FirmAssessment
from app.domain.library import Library
from app.domain.obligations import PROGRAM_FROM
from app.domain.rating import Priority
from app.domain.typography import french_date
from questionnaires.measures import measures_for
from questionnaires.nomenclature import FACTORS
from questionnaires.schema import NEVER_ESSENTIAL, Level, Measure, Rank, Theme

LAW_POINT = "droit"
"""Stored priority of an action that only settles a paper: outside the P scale."""

LAW_POINT_WORDS = "Point de droit à régler"

OWN_RANK_WORDS = "mesure de l'entreprise"
CHECK_RANK = "VERIF"
CHECK_RANK_WORDS = "vérification"


_SAID: dict[Level, str] = {Level.NO: "non", Level.PARTLY: "en partie", Level.UNKNOWN: "à vérifier"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDraft:
    """A line of the plan beside what it was written from."""

    draft: Draft
    line: ActionLine


def action_lines(
    firm: FirmAssessment,
    assessments: Sequence[ThemeAssessment],
    proposals: Sequence[Proposal],
    *,
    rows: Sequence[RiskRow],
    library: Library,
) -> tuple[ActionLine, ...]:
    """Chosen actions in the order of the plan, then the proposals nobody took; raises UnknownMeasure."""
    written = written_drafts(firm, assessments, proposals, rows=rows, library=library)
    return tuple(each.line for each in written)


def written_drafts(
    firm: FirmAssessment,
    assessments: Sequence[ThemeAssessment],
    proposals: Sequence[Proposal],
    *,
    rows: Sequence[RiskRow],
    library: Library,
) -> tuple[WrittenDraft, ...]:
    """The lines of `action_lines`, each with its draft: a page must know which action a line stands for."""
    drafts = [draft_of(chosen, assessments, proposals) for chosen in firm.actions]
    taken = {draft.proposal.key for draft in drafts if draft.proposal is not None and not dropped(draft)}
    drafts.extend(
        Draft(
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
    ordered = sorted(drafts, key=lambda draft: draft.order)
    keys = {(row.theme, row.situation, row.unit): row.key for row in rows}
    writer = _Writer(firm=firm, library=library, row_keys=keys, first=first_steps(ordered))
    return tuple(
        WrittenDraft(draft=draft, line=writer.line(f"A{number:02d}", draft)) for number, draft in enumerate(ordered, 1)
    )


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes lines: knows the firm, the library and the keys of the rows."""

    firm: FirmAssessment
    library: Library
    row_keys: Mapping[tuple[str, str, str], str]
    first: Sequence[Draft]

    def line(self, key: str, draft: Draft) -> ActionLine:
        chosen = draft.chosen or ChosenAction()
        measure = draft.measure
        program = self.firm.establishment.headcount >= PROGRAM_FROM
        rank = _rank(draft)
        factors = dict.fromkeys(FACTORS[row.situation.factor] for row in draft.rows if row.situation.factor is not None)
        band = words.COST_NAMES[measure.cost] if measure and (draft.chosen is None or not program) else ""
        return ActionLine(
            key=key,
            chosen=draft.chosen is not None,
            own_words=bool(chosen.text),
            measure=measure.id if measure else draft.proposal.key if draft.proposal else chosen.measure or "",
            theme=draft.theme.theme if draft.theme else "",
            text=draft.text,
            why=_why(draft),
            rank=rank.value if rank else CHECK_RANK if draft.proposal or draft.look else "",
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
            first_step=any(draft is each for each in self.first),
        )

    def _row_key(self, row: Row) -> str:
        return self.row_keys[(row.theme.theme, row.situation.id, row.unit.key)]

    def _proposed_due(self, draft: Draft) -> date:
        if draft.proposal is not None:
            return draft.proposal.due
        as_of = self.firm.assessed_on
        if draft.theme is None or draft.paper:
            return paper_due(as_of)
        return due_date(draft.theme, draft.priority, duty=False, as_of=as_of)

    def _duties(self, draft: Draft) -> tuple[DutyFlag, ...]:
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


def _rank(draft: Draft) -> Rank | None:
    if draft.measure is not None:
        return draft.measure.rank
    if draft.chosen is not None and draft.chosen.rank:
        return Rank(draft.chosen.rank)
    return None


def _rank_words(draft: Draft, rank: Rank | None) -> str:
    if rank is not None:
        return words.RANK_NAMES[rank]
    return CHECK_RANK_WORDS if draft.proposal is not None or draft.look else OWN_RANK_WORDS


_LOOKS = {
    Nature.CHECK: "Contrôle sur place à faire",
    Nature.OBSERVE: "Situation à revoir avec ceux qui la vivent",
}
"""Why of the actions that look instead of changing something; true whether or not something is unknown."""


def _why(draft: Draft) -> str:
    """What the action answers, in words: « Lieu de repos : non »."""
    proposal = draft.proposal
    if proposal is None or proposal.question is None:
        return _LOOKS.get(proposal.nature, "") if proposal else ""
    levels = {
        control.level
        for row in proposal.rows
        for control in row.controls
        if control.question.id == proposal.question.id
    }
    said = " ou ".join(words_of for level, words_of in _SAID.items() if level in levels)
    name = proposal.question.short
    where = ", selon la ligne" if len(levels) > 1 else ""
    return f"{name[:1].upper()}{name[1:]} : {said}{where}"
