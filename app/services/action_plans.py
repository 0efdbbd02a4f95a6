"""What people do to a plan: take on, add, change, start, close, give up, put aside, bring back. One act, one write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.action_plan import Nature, Proposal
from app.domain.closing import DropReason, RiskChange, store_drop
from app.domain.dossier_actions import CHECK_RANK
from app.domain.dossier_rows import row_id
from app.domain.inputs import ActionStatus, ChosenAction
from app.models.draft import ChosenActionRow
from app.models.engine import Conflict, Database
from app.models.stored_values import store_list
from app.services.action_facts import keep_planned, note_action, note_reopened
from app.services.assessment_rows import action_fields
from app.services.authors import Author
from app.services.establishments import known_establishment
from app.services.facts import FactKind
from app.services.once import mark_done, refuse_twice
from app.services.plan_sources import PlanSources, gather
from app.services.plan_views import draft_of_row
from app.services.ratings import keep_ratings
from app.services.row_changes import Fields, change
from questionnaires.catalogue import Catalogue

OPEN = frozenset({ActionStatus.PLANNED, ActionStatus.RUNNING})
"""States of an action that is still to be done."""

CHOOSE, ADD = "plan.choose", "plan.add"
"""Purposes of the one-use keys."""


class UnknownAction(LookupError):
    """No such action in the plan of this establishment."""


class ActionMoved(Exception):
    """The action is no longer in a state that allows what was asked; `status` is the present one."""

    def __init__(self, status: ActionStatus) -> None:
        super().__init__(status.value)
        self.status = status


class ActionChanged(Conflict):
    """Somebody changed the action since the page was drawn; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWriter:
    """Who writes in which plan, and when."""

    database: Database
    service_id: UUID
    establishment_id: UUID
    catalogue: Catalogue
    author: Author
    on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDetails:
    """What may be written on an action; `words`, `situations`, `rank` only on one in the employer's own words."""

    owner: str = ""
    start: date | None = None
    due: date | None = None
    cost: str = ""
    indicator: str = ""
    conditions: str = ""
    resources: str = ""
    collective_sought: str = ""
    words: str = ""
    theme: str = ""
    situations: tuple[str, ...] = ()
    rank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What taking on proposals did."""

    count: int
    """Actions now in the plan for it, those that were already there included."""
    gone: int
    """Proposals that no longer exist: an answer changed since the page was drawn."""


def choose_actions(by: PlanWriter, keys: Collection[str], *, with_dates: bool, key: str) -> Taken:
    """Takes proposals on; one that is in the plan already is left as it is, one put aside comes back.

    Raises AlreadyDone when this form was sent before.
    """
    key = _same_choice(key, keys)
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
        known_establishment(uow, by.establishment_id, lock=True)
        refuse_twice(uow, key, purpose=CHOOSE)
        sources = _sources(uow, by)
        offered = _offered(sources)
        wanted = [each for each in dict.fromkeys(keys) if each in offered]
        active = {row.measure for row in sources.actions if row.status != ActionStatus.DROPPED}
        aside = {row.measure: row for row in reversed(sources.removed) if row.status in OPEN}
        position = _next_position(uow, by.establishment_id)
        for each in wanted:
            if each in active:
                continue
            if each in aside:
                change(aside[each], {"archived_on": None})
                keep_planned(uow, by, aside[each])
                continue
            proposal = offered[each]
            due = proposal.due if with_dates else None
            action = ChosenAction(measure=each, theme=proposal.theme.theme, due=due)
            _add(uow, by, action, position, rank=_rank_of(proposal, each))
            position += 1
        taken = Taken(count=len(wanted), gone=len(set(keys)) - len(wanted))
        mark_done(uow, key, purpose=CHOOSE, outcome=str(taken.count), at=by.at)
    return taken


def add_action(by: PlanWriter, details: ActionDetails, *, key: str) -> UUID:
    """Adds a measure in the employer's own words; raises AlreadyDone when this form was sent before."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        known_establishment(uow, by.establishment_id, lock=True)
        refuse_twice(uow, key, purpose=ADD)
        action = ChosenAction(
            text=details.words,
            theme=details.theme,
            situations=details.situations,
            rank=details.rank or None,
            owner=details.owner,
            start=details.start,
            due=details.due,
            cost=details.cost,
            indicator=details.indicator,
            conditions=details.conditions,
            resources=details.resources,
            collective_sought=details.collective_sought,
        )
        row = _add(uow, by, action, _next_position(uow, by.establishment_id), rank=details.rank)
        mark_done(uow, key, purpose=ADD, outcome=str(row.id), at=by.at)
        return row.id


def take_measure(uow: Session, by: PlanWriter, *, theme: str, measure: str, words: str) -> ChosenActionRow:
    """Takes on, in the unit of work of an acceptance, a measure that the service proposed; nothing is taken twice.

    Words of the adviser's own, or a measure that the answers of the establishment do not know, become an action in
    these words.
    """
    sources = _sources(uow, by)
    taken = [
        row for row in sources.actions if measure and row.measure == measure and row.status != ActionStatus.DROPPED
    ]
    aside = [row for row in sources.removed if measure and row.measure == measure and row.status in OPEN]
    if taken:
        return taken[0]
    if aside:
        change(aside[0], {"archived_on": None})
        keep_planned(uow, by, aside[0])
        return aside[0]
    content = sources.library.themes.get(theme)
    known = next((each for each in content.measures if each.id == measure), None) if content else None
    action = ChosenAction(measure=known.id, theme=theme) if known else ChosenAction(text=words, theme=theme)
    return _add(uow, by, action, _next_position(uow, by.establishment_id), rank=known.rank.value if known else "")


def change_action(by: PlanWriter, action_id: UUID, details: ActionDetails, *, version: int) -> None:
    """Writes the details of an action; raises ActionChanged when it is no longer the version that was shown."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id)
        if row.row_version != version:
            raise ActionChanged("the action was changed by somebody else")
        change(row, _fields_of(row, details))
        keep_planned(uow, by, row)


def start_action(by: PlanWriter, action_id: UUID) -> None:
    """« Je commence »; nothing when it has begun already. Raises ActionMoved when it is over."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id, lock=True)
        if row.status == ActionStatus.RUNNING:
            return
        _refuse_unless(row, {ActionStatus.PLANNED})
        change(row, {"status": ActionStatus.RUNNING.value})
        note_action(uow, by, row, FactKind.ACTION_STARTED)


def finish_action(by: PlanWriter, action_id: UUID, *, change_of_risk: RiskChange, done_on: date) -> None:
    """« C'est fait »: closes the action and keeps the rating its rows have today, to be compared with the next one.

    Raises ActionMoved when it is over already, ValueError when the day is to come.
    """
    if done_on > by.on:
        raise ValueError("an action cannot be done on a day to come")
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id, lock=True)
        _refuse_unless(row, OPEN)
        if change_of_risk is not RiskChange.SAME:
            sources = _sources(uow, by)
            keep_ratings(uow, sources, _places(row, sources), at=by.at)
        change(
            row,
            {
                "status": ActionStatus.DONE.value,
                "done_on": done_on,
                "risk_change": change_of_risk.value,
                "closing_words": "",
            },
        )
        note_action(uow, by, row, FactKind.ACTION_DONE, on=done_on)


def rate_again(by: PlanWriter, action_id: UUID) -> int:
    """Keeps a new dated rating of each row of the action whose rating changed, and returns how many did."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id, lock=True)
        sources = _sources(uow, by)
        return keep_ratings(uow, sources, _places(row, sources), at=by.at)


def drop_action(by: PlanWriter, action_id: UUID, *, reason: DropReason, words: str) -> None:
    """Gives an action up, with the reason; what it answered is proposed again. Raises ActionMoved when it is over."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id, lock=True)
        _refuse_unless(row, OPEN)
        change(row, {"status": ActionStatus.DROPPED.value, "closing_words": store_drop(reason, words)})
        note_action(uow, by, row, FactKind.ACTION_DROPPED, format_=reason.value)


def reopen_action(by: PlanWriter, action_id: UUID) -> None:
    """Takes back « C'est fait » or « J'abandonne »: the action is to be done again, and the fact no longer counts."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id, lock=True)
        if row.status in OPEN:
            return
        note_reopened(uow, by, row)
        change(
            row,
            {"status": ActionStatus.PLANNED.value, "done_on": None, "risk_change": None, "closing_words": ""},
        )


def remove_action(by: PlanWriter, action_id: UUID) -> None:
    """Puts an action aside; it keeps everything written on it and can come back."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = _row(uow, by, action_id, lock=True, removed=True)
        if row.archived_on is None:
            change(row, {"archived_on": by.on})
            keep_planned(uow, by, row)


def restore_action(by: PlanWriter, action_id: UUID) -> bool:
    """Brings back an action that was put aside, as it was; False when its measure has been taken on again since."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        known_establishment(uow, by.establishment_id, lock=True)
        row = _row(uow, by, action_id, removed=True)
        if row.archived_on is None:
            return True
        twins = select(ChosenActionRow.id).where(
            ChosenActionRow.establishment_id == by.establishment_id,
            ChosenActionRow.archived_on.is_(None),
            ChosenActionRow.measure == row.measure,
            ChosenActionRow.status != ActionStatus.DROPPED.value,
        )
        if row.measure is not None and uow.scalars(twins).first() is not None:
            return False
        change(row, {"archived_on": None})
        keep_planned(uow, by, row)
        return True


def _same_choice(key: str, keys: Collection[str]) -> str:
    """The key of this very choice: who goes back to the page and ticks something else does another thing."""
    return sha256(" ".join([key, *sorted(keys)]).encode("utf-8", errors="replace")).hexdigest() if key else ""


def _sources(uow: Session, by: PlanWriter) -> PlanSources:
    return gather(uow, by.establishment_id, catalogue=by.catalogue, on=by.on)


def _offered(sources: PlanSources) -> Mapping[str, Proposal]:
    """Everything that can be taken on: each proposal, and the other measures of its question."""
    offered = {}
    for proposal in sources.proposals:
        offered[proposal.key] = proposal
        offered |= {measure.id: proposal for measure in proposal.others}
    return offered


def _rank_of(proposal: Proposal, key: str) -> str:
    if proposal.nature is not Nature.MEASURE:
        return CHECK_RANK
    return proposal.theme.measure(key).rank.value


def _next_position(uow: Session, establishment_id: UUID) -> int:
    query = select(func.max(ChosenActionRow.position)).where(ChosenActionRow.establishment_id == establishment_id)
    last = uow.scalar(query)
    return 0 if last is None else last + 1


def _add(uow: Session, by: PlanWriter, action: ChosenAction, position: int, *, rank: str) -> ChosenActionRow:
    row = ChosenActionRow(establishment_id=by.establishment_id, **action_fields(action, position))
    uow.add(row)
    uow.flush()
    note_action(uow, by, row, FactKind.ACTION_CHOSEN, format_=rank)
    keep_planned(uow, by, row)
    return row


def _row(
    uow: Session, by: PlanWriter, action_id: UUID, *, lock: bool = False, removed: bool = False
) -> ChosenActionRow:
    """The action, locked when it is to change state; one that was put aside only with `removed`."""
    query = select(ChosenActionRow).where(
        ChosenActionRow.id == action_id, ChosenActionRow.establishment_id == by.establishment_id
    )
    row = uow.scalar(query.with_for_update() if lock else query)
    if row is None or (row.archived_on is not None and not removed):
        raise UnknownAction(str(action_id))
    return row


def _refuse_unless(row: ChosenActionRow, allowed: Collection[ActionStatus]) -> None:
    if row.status not in allowed:
        raise ActionMoved(ActionStatus(row.status))


def _fields_of(row: ChosenActionRow, details: ActionDetails) -> Fields:
    fields: dict[str, object] = {
        "owner": details.owner,
        "start": details.start,
        "due": details.due,
        "cost": details.cost,
        "indicator": details.indicator,
        "conditions": details.conditions,
        "resources": details.resources,
        "collective_sought": details.collective_sought,
    }
    if row.words is not None:
        fields |= {
            "words": details.words,
            "theme": details.theme,
            "situations": store_list(details.situations),
            "rank": details.rank or None,
        }
    return fields


def _places(row: ChosenActionRow, sources: PlanSources) -> frozenset[tuple[str, str, str]]:
    """The rows of the inventory the action answers."""
    return frozenset(row_id(each) for each in draft_of_row(row, sources).rows)
