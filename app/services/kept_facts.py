"""What was done in a try-out, counted on the day an account keeps it: a try-out leaves no fact, a firm does.

The day is that of the keeping: before it nobody of the service had to know of the firm. An action that was closed
keeps the day it was done, as it does in a firm.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.closing import read_drop
from app.domain.inputs import ActionStatus
from app.domain.workflow import State
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.exchange import HelpRequest
from app.services.action_facts import keep_planned, note_action
from app.services.authors import Author
from app.services.facts import Act, FactKind, note_fact
from questionnaires.catalogue import Catalogue, load

_ENDS = {State.FINISHED.value: FactKind.THEME_FINISHED, State.SET_ASIDE.value: FactKind.THEME_SET_ASIDE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Who keeps which try-out, and when."""

    establishment_id: UUID
    author: Author
    on: date
    """Local day."""
    at: datetime
    catalogue: Catalogue = field(default_factory=load)


def note_kept(uow: Session, by: Keeper) -> None:
    """Counts the themes, the requests for help and the actions of a try-out that has just become a firm."""
    mine = by.establishment_id
    drafts = select(ThemeDraft).where(ThemeDraft.establishment_id == mine).order_by(ThemeDraft.position)
    for draft in uow.scalars(drafts).all():
        _note_theme(uow, by, draft)
    helps = select(HelpRequest).where(HelpRequest.establishment_id == mine).order_by(HelpRequest.opened_at)
    for help_asked in uow.scalars(helps).all():
        asked = _act(by, FactKind.HELP_ASKED, theme=help_asked.theme, subject=str(help_asked.id))
        note_fact(uow, mine, asked)
    actions = select(ChosenActionRow).where(
        ChosenActionRow.establishment_id == mine, ChosenActionRow.archived_on.is_(None)
    )
    for row in uow.scalars(actions.order_by(ChosenActionRow.position)).all():
        _note_action(uow, by, row)


def _note_theme(uow: Session, by: Keeper, draft: ThemeDraft) -> None:
    kinds = [FactKind.THEME_STARTED]
    if draft.state in _ENDS:
        kinds.append(_ENDS[draft.state])
    for kind in kinds:
        said = _act(by, kind, theme=draft.theme, content_version_id=draft.content_version_id)
        note_fact(uow, by.establishment_id, said)


def _note_action(uow: Session, by: Keeper, row: ChosenActionRow) -> None:
    note_action(uow, by, row, FactKind.ACTION_CHOSEN)
    keep_planned(uow, by, row)
    if row.status == ActionStatus.RUNNING:
        note_action(uow, by, row, FactKind.ACTION_STARTED)
    if row.status == ActionStatus.DONE:
        note_action(uow, by, row, FactKind.ACTION_DONE, on=row.done_on)
    if row.status == ActionStatus.DROPPED:
        note_action(uow, by, row, FactKind.ACTION_DROPPED, format_=read_drop(row.closing_words)[0] or "")


def _act(by: Keeper, kind: FactKind, *, theme: str, subject: str = "", content_version_id: UUID | None = None) -> Act:
    return Act(
        kind=kind,
        on=by.on,
        at=by.at,
        actor_role=by.author.words,
        theme=theme,
        subject=subject,
        content_version_id=content_version_id,
    )
