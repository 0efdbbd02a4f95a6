"""The plan of an establishment as pages show it: what to do first, what was taken on, what is only proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain import words
from app.domain.action_drafts import Draft, draft_of
from app.domain.action_plan import order_key
from app.domain.assessment import ThemeAssessment
from app.domain.closing import DropReason, RiskChange, read_drop
from app.domain.dossier import ActionLine, LawPoint
from app.domain.dossier_actions import LAW_POINT, WrittenDraft, law_points, written_drafts
from app.domain.dossier_builder import Edition
from app.domain.dossier_json import clean_dossier
from app.domain.inputs import ActionStatus, ChosenAction, FirmAssessment
from app.domain.lawful import build_lawful
from app.domain.mending import readable
from app.domain.obligations import size_rules
from app.domain.rating import Priority
from app.models.draft import ChosenActionRow
from app.services.assessment_rows import read_action
from app.services.documents import last_dossier
from app.services.plan_sources import PlanSources, gather
from exports.plan_xlsx import write_plan
from questionnaires.catalogue import Catalogue
from questionnaires.schema import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWay:
    """Another measure for the same question."""

    key: str
    text: str
    rank_words: str
    cost: str
    indicator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One line of the plan: an action taken on, or a proposal."""

    line: ActionLine
    action_id: UUID | None
    """None for a proposal."""
    row_version: int
    proposal: str
    """Key to take the proposal on by; empty when nothing is proposed for it any more."""
    theme_title: str
    places: tuple[str, ...]
    """« Travail physique dehors (Couvreurs, Atelier) », one per situation."""
    late_days: int
    others: tuple[OtherWay, ...]
    risk_change: RiskChange | None
    drop_reason: DropReason | None
    closing_words: str
    missing: str
    """What a programme lacks on this action, in words; empty under 50 employees."""
    said: ChosenAction | None
    """What was written on it, nothing added; None for a proposal."""
    questions: tuple[str, ...]
    """Ids of the control questions it is about."""

    @property
    def status(self) -> ActionStatus:
        """State of the action."""
        return ActionStatus(self.line.status)

    @property
    def running(self) -> bool:
        """Whether it was taken on and is still to be done."""
        return self.action_id is not None and self.status in {ActionStatus.PLANNED, ActionStatus.RUNNING}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGroup:
    """The actions of one priority."""

    code: str
    """`P1` to `P4`, or `droit` for what only settles a paper."""
    delay: str
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedAction:
    """An action put aside, which can come back."""

    action_id: UUID
    text: str
    removed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """The whole plan, on one day."""

    on: date
    name: str
    program: bool
    """The head count asks for the annual programme (L4121-3-1 III 1°)."""
    title: str
    """Legal title of the list or of the programme."""
    missing: tuple[str, ...]
    """What the whole programme lacks, actions apart."""
    first_steps: tuple[PlanLine, ...]
    groups: tuple[PlanGroup, ...]
    """Taken on and still to be done, by priority."""
    over: tuple[PlanLine, ...]
    """Done or given up."""
    removed: tuple[RemovedAction, ...]
    proposals: tuple[PlanLine, ...]
    law_points: tuple[LawPoint, ...]
    refused: tuple[str, ...]
    """Values set by hand that no longer hold, in words."""
    open_themes: tuple[tuple[str, str], ...]
    """(title, why) of the themes nothing can be concluded of yet."""
    firm: FirmAssessment
    assessments: tuple[ThemeAssessment, ...]
    answered_on: date | None
    """Day of the last answer; None before the first."""
    states: tuple[tuple[str, str], ...]
    """(theme, state of its draft), in order."""

    @property
    def taken(self) -> tuple[PlanLine, ...]:
        """Every action taken on and still to be done, in the order of the plan."""
        return tuple(line for group in self.groups for line in group.lines)

    @property
    def late(self) -> tuple[PlanLine, ...]:
        """Actions whose day is past, the oldest first."""
        return tuple(sorted((line for line in self.taken if line.late_days), key=lambda each: -each.late_days))

    @property
    def upcoming(self) -> tuple[PlanLine, ...]:
        """Actions whose day is to come, the nearest first."""
        dated = [(line.line.due, line.line.key, line) for line in self.taken if line.line.due and not line.late_days]
        return tuple(line for _, _, line in sorted(dated, key=lambda each: each[:2]))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show: no answer that leads to an action, and no action."""
        return not (self.groups or self.over or self.proposals or self.law_points or self.removed)

    @property
    def situations(self) -> tuple[tuple[str, str], ...]:
        """(code, label) of the situations that exist here, for an action in one's own words to answer."""
        found = {
            situation_code(row.theme.theme, row.situation.id): row.situation.label
            for assessment in self.assessments
            for row in assessment.rows
        }
        return tuple(found.items())

    def line(self, action_id: UUID) -> PlanLine | None:
        """The line of an action in use."""
        return next((each for each in (*self.taken, *self.over) if each.action_id == action_id), None)


def situation_code(theme: str, situation: str) -> str:
    """Name of a situation among those of every theme: `chaleur.dehors`."""
    return f"{theme}.{situation}"


def plan_view(session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date) -> PlanView:
    """The plan as it stands on a day, in seven statements; raises UnknownEstablishment."""
    return view_of(gather(session, establishment_id, catalogue=catalogue, on=on))


def view_of(sources: PlanSources) -> PlanView:
    """The plan those sources make."""
    firm, on = sources.firm, sources.firm.assessed_on
    written = written_drafts(
        firm, sources.assessments, sources.proposals, rows=sources.risk_rows(), library=sources.library
    )
    rules = size_rules(firm.establishment, validated_on=None, as_of=on, actions=tuple(each.line for each in written))
    lacking = {key: rest for key, _, rest in (each.partition(" : ") for each in rules.missing) if rest}
    lines = [(each.draft, _line(each, sources, lacking)) for each in written]
    chosen = [line for _, line in lines if line.action_id is not None]
    return PlanView(
        on=on,
        name=firm.establishment.name,
        program=rules.program,
        title=rules.actions_title,
        missing=tuple(each for each in rules.missing if " : " not in each),
        first_steps=_first_steps(lines),
        groups=tuple(_groups(line for line in chosen if line.running)),
        over=tuple(line for line in chosen if not line.running),
        removed=tuple(_removed(row, sources) for row in sources.removed),
        proposals=tuple(line for _, line in lines if line.action_id is None),
        law_points=law_points(
            sources.assessments, sectors=firm.establishment.sectors, label=sources.library.label, as_of=on
        ),
        refused=tuple(_refused(sources)),
        open_themes=tuple(
            (each.theme.short_title, each.open_reason) for each in sources.assessments if each.open_reason
        ),
        firm=firm,
        assessments=sources.assessments,
        answered_on=max((draft.assessed_on for draft in sources.drafts), default=None),
        states=tuple((draft.theme, draft.state) for draft in sources.drafts),
    )


def plan_workbook(session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date) -> bytes:
    """The plan as a workbook, marked « PROJET »: the very bytes of the project documents."""
    sources = gather(session, establishment_id, catalogue=catalogue, on=on)
    firm = replace(sources.firm, overrides=(*sources.firm.overrides, *(each.override for each in sources.refused)))
    dossier, _ = build_lawful(firm, sources.library, edition=Edition(previous=last_dossier(session, establishment_id)))
    out = BytesIO()
    write_plan(clean_dossier(dossier), out)
    return out.getvalue()


def questions_of(draft: Draft) -> tuple[Question, ...]:
    """The control questions an action is about: the measure's own, or the weak ones of the rows it answers."""
    if draft.theme is None:
        return ()
    own = draft.measure.question if draft.measure else None
    if own is None and draft.chosen is not None and draft.chosen.measure:
        nature, _, target = draft.chosen.measure.partition(".")
        own = target if nature == "verifier" else None
    if own is not None:
        return tuple(question for question in draft.theme.questions if question.id == own)
    weak = {
        control.question.id
        for row in draft.rows
        for control in row.controls
        if control.level.value in {"non", "partiellement", "ne_sait_pas"}
    }
    return tuple(question for question in draft.theme.questions if question.id in weak)


def draft_of_row(row: ChosenActionRow, sources: PlanSources) -> Draft:
    """What an action of the plan answers, whether or not it is in use."""
    return draft_of(readable(read_action(row), sources.assessments), sources.assessments, sources.proposals)


def places_of(draft: Draft) -> tuple[str, ...]:
    """Where it acts, one text per situation with its units."""
    units: dict[str, list[str]] = {}
    for row in draft.rows:
        units.setdefault(row.situation.label, []).append(row.unit.name)
    return tuple(f"{label} ({', '.join(names)})" for label, names in units.items())


def _line(each: WrittenDraft, sources: PlanSources, lacking: dict[str, str]) -> PlanLine:
    row = _row_of(each.draft, sources)
    draft, line = each.draft, each.line
    reason, said = read_drop(row.closing_words) if row else (None, "")
    late = row is not None and line.due is not None and line.status in {ActionStatus.PLANNED, ActionStatus.RUNNING}
    return PlanLine(
        line=line,
        action_id=row.id if row else None,
        row_version=row.row_version if row else 0,
        proposal=draft.proposal.key if draft.proposal else "",
        theme_title=draft.theme.short_title if draft.theme else "",
        places=places_of(draft),
        late_days=max(0, (sources.firm.assessed_on - line.due).days) if late and line.due else 0,
        others=_others(draft) if row is None else (),
        risk_change=RiskChange(row.risk_change) if row and row.risk_change else None,
        drop_reason=reason,
        closing_words=said,
        missing=lacking.get(line.key, "") if row else "",
        said=draft.chosen,
        questions=tuple(question.id for question in questions_of(draft)),
    )


def _row_of(draft: Draft, sources: PlanSources) -> ChosenActionRow | None:
    """The row a draft was made from: told by identity, since two actions may say the same."""
    pairs = zip(sources.firm.actions, sources.actions, strict=True)
    return next((row for action, row in pairs if action is draft.chosen), None)


def _others(draft: Draft) -> tuple[OtherWay, ...]:
    if draft.proposal is None:
        return ()
    return tuple(
        OtherWay(
            key=each.id,
            text=each.text,
            rank_words=words.RANK_NAMES[each.rank],
            cost=words.COST_NAMES[each.cost],
            indicator=each.indicator,
        )
        for each in draft.proposal.others
    )


def _first_steps(lines: Sequence[tuple[Draft, PlanLine]]) -> tuple[PlanLine, ...]:
    steps = [(draft, line) for draft, line in lines if line.line.first_step]
    steps.sort(key=lambda step: order_key(step[0].proposal) if step[0].proposal else ())
    return tuple(line for _, line in steps)


def _groups(lines: Iterable[PlanLine]) -> Iterable[PlanGroup]:
    kept = list(lines)
    for code in (*(each.name for each in Priority), LAW_POINT):
        of_it = tuple(line for line in kept if line.line.priority == code)
        if of_it:
            delay = "" if code == LAW_POINT else words.PRIORITY_DELAYS[Priority[code]]
            yield PlanGroup(code=code, delay=delay, lines=of_it)


def _removed(row: ChosenActionRow, sources: PlanSources) -> RemovedAction:
    return RemovedAction(
        action_id=row.id,
        text=draft_of_row(row, sources).text,
        removed_on=row.archived_on or sources.firm.assessed_on,
    )


def _refused(sources: PlanSources) -> Iterable[str]:
    units = {unit.key: unit.name for unit in sources.firm.establishment.units}
    for each in sources.refused:
        if each.has_row:
            situation = sources.library.themes[each.override.theme].situation(each.override.situation)
            yield f"{situation.label}, {units.get(each.override.unit, each.override.unit)} : {each.words}"
