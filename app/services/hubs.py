"""The hub of an establishment: what waits, what to go on with, the two first steps, the list of tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.pace import told_minutes
from app.domain.workflow import State
from app.models.document import DocumentVersion
from app.models.establishment import EstablishmentRow
from app.models.exchange import ASKING, Exchange, HelpRequest, Transmission
from app.services.exchanges import Message, message_of
from app.services.plan_views import PlanLine, PlanView, plan_view
from questionnaires.catalogue import Catalogue

OPEN = frozenset({State.TO_DO, State.IN_PROGRESS, State.CHANGE_REQUESTED})
"""States in which something is left to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeTask:
    """One theme of the list of tasks."""

    theme: str
    title: str
    state: State
    minutes: int
    """What is left of it when nothing is answered; an order of size once it is begun."""
    situations: int
    """Situations retained so far, all units together."""

    @property
    def open(self) -> bool:
        """Whether something is left to answer."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class LastVersion:
    """The last version of the document, and whether the service received it."""

    number: int
    validated_on: date
    transmitted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubView:
    """Everything the hub shows."""

    plan: PlanView
    requests: tuple[Message, ...]
    """What the service waits an answer to, the nearest date first."""
    proposals: tuple[Message, ...]
    """Measures the service proposed and nobody decided, the oldest first."""
    version: LastVersion | None
    helped: tuple[str, ...]
    """Themes whose answers are open to the service by a request for help, until it is closed."""
    themes: tuple[ThemeTask, ...]

    @property
    def next_theme(self) -> ThemeTask | None:
        """The theme to go on with: one that is begun, else the first to do."""
        begun = (task for task in self.themes if task.state in {State.IN_PROGRESS, State.CHANGE_REQUESTED})
        return next(begun, next((task for task in self.themes if task.open), None))

    @property
    def up_to_date(self) -> bool:
        """Whether the last version holds every answer; one given on the day of the version may have come after it."""
        answered = self.plan.answered_on
        return self.version is not None and (answered is None or answered <= self.version.validated_on)

    @property
    def steps(self) -> tuple[PlanLine, ...]:
        """The two first steps, once something was answered."""
        return self.plan.first_steps

    @property
    def units(self) -> int:
        """Work units in use."""
        return len(self.plan.firm.establishment.units)


def hub_view(session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date) -> HubView:
    """The hub on a day, in eight statements; raises UnknownEstablishment."""
    plan = plan_view(session, establishment_id, catalogue=catalogue, on=on)
    beside = _beside(session, establishment_id)
    return HubView(
        plan=plan,
        requests=beside.requests,
        proposals=beside.proposals,
        version=beside.version,
        helped=beside.helped,
        themes=tuple(_tasks(plan, catalogue)),
    )


_OWNED: BindParameter[UUID] = bindparam("establishment_id")
_later = aliased(DocumentVersion)
_LAST = (
    select(func.max(_later.number)).where(_later.establishment_id == _OWNED, _later.kind == "version").scalar_subquery()
)
_BESIDE = (
    select(DocumentVersion.number, DocumentVersion.validated_on, Transmission.sent_on, Exchange, HelpRequest.theme)
    .select_from(EstablishmentRow)
    .outerjoin(
        DocumentVersion,
        and_(DocumentVersion.establishment_id == EstablishmentRow.id, DocumentVersion.number == _LAST),
    )
    .outerjoin(Transmission, Transmission.document_version_id == DocumentVersion.id)
    .outerjoin(
        Exchange,
        and_(
            Exchange.establishment_id == EstablishmentRow.id,
            Exchange.kind.in_((*ASKING, "proposition")),
            Exchange.settled_at.is_(None),
        ),
    )
    .outerjoin(
        HelpRequest,
        and_(HelpRequest.establishment_id == EstablishmentRow.id, HelpRequest.closed_at.is_(None)),
    )
    .where(EstablishmentRow.id == _OWNED)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beside:
    """What stands beside the plan."""

    version: LastVersion | None
    requests: tuple[Message, ...]
    proposals: tuple[Message, ...]
    helped: tuple[str, ...]


def _beside(session: Session, establishment_id: UUID) -> _Beside:
    """One statement for the three: they are repeated beside one another, and there are few of them."""
    found = session.execute(_BESIDE, {"establishment_id": establishment_id}).all()
    version = None
    if found and found[0].number is not None and found[0].validated_on is not None:
        first = found[0]
        version = LastVersion(number=first.number, validated_on=first.validated_on, transmitted_on=first.sent_on)
    kept = {row.Exchange.id: message_of(row.Exchange) for row in found if row.Exchange is not None}
    ordered = sorted(kept.values(), key=_soonest)
    return _Beside(
        version=version,
        requests=tuple(each for each in ordered if each.waiting),
        proposals=tuple(each for each in ordered if each.to_decide),
        helped=tuple(sorted({row.theme for row in found if row.theme is not None})),
    )


def _soonest(message: Message) -> tuple[bool, date, float]:
    return message.due_on is None, message.due_on or date.max, message.created_at.timestamp()


def _tasks(plan: PlanView, catalogue: Catalogue) -> Iterable[ThemeTask]:
    states = dict(plan.states)
    rated = {assessment.theme.theme: assessment for assessment in plan.assessments}
    for code in catalogue.codes:
        assessment = rated.get(code)
        theme = assessment.theme if assessment else catalogue.theme(code)
        place = plan.firm.establishment
        yield ThemeTask(
            theme=code,
            title=theme.title,
            state=State(states.get(code, State.TO_DO.value)),
            minutes=told_minutes(theme, assessment.book if assessment else None, place),
            situations=len(assessment.rows) if assessment else 0,
        )
