"""Closing the reading of what was submitted: minutes spent, and the exchange with the employer when there was one.

A review bears on one frozen dossier and is closed once. The draft moves to « relu » when it still waits for the
service; when its employer went on answering meanwhile, it stays where he took it. Nothing here approves anything.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.workflow import Move, Refusal, State, advance
from app.models.fact import Fact
from app.models.service import Service
from app.models.tenancy import service_of
from app.services.advising import ActRefused, AdviserSeat, draft_of_theme, open_case, open_themes, tell
from app.services.cases import refresh_case
from app.services.clock import local_day
from app.services.exchanges import settle_requests
from app.services.facts import Act, FactKind, note_fact
from app.services.once import mark_done, refuse_twice
from forms.words import say

CLOSE = "dossier.clore"
"""Purpose of the one-use key of the form that closes a review."""
WAYS = ("sur_site", "distance")
"""How an exchange with the employer may have been held (codes of `app.domain.activity.FORMATS`)."""
COUNTED_AS = "aide_duerp"
"""Category of a review with an exchange: help with the DUERP (cpom.md §5.2)."""
SHORTEST, LONGEST, USUAL = 5, 60, 20
"""Minutes: what is suggested goes from one to the other by fives, and is the usual time when nothing can be told."""
MOST_MINUTES = 600
"""Ten hours: more is a slip of the pen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the adviser says when he closes a review."""

    theme: str
    version_id: UUID
    """The frozen dossier that was on his screen."""
    minutes: int
    way: str = ""
    """Empty without an exchange with the employer; else one of WAYS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedReview:
    """A review that was closed, and by whom."""

    at: datetime
    author_role: str


def suggested_minutes(opened_at: datetime | None, *, at: datetime) -> int:
    """Minutes since the case was first opened today, rounded up to five.

    The usual time when it was not opened today, or so long ago that something else was done meanwhile.
    """
    if opened_at is None or not 0 <= (at - opened_at).total_seconds() <= LONGEST * 60:
        return USUAL
    minutes = -(-int((at - opened_at).total_seconds()) // 60)
    return max(SHORTEST, -(-minutes // 5) * 5)


def closed_reviews(session: Session, establishment_id: UUID, versions: Collection[UUID]) -> dict[UUID, ClosedReview]:
    """Which of these frozen dossiers were read and closed, in one statement."""
    if not versions:
        return {}
    query = select(Fact.subject, Fact.recorded_at, Fact.actor_role).where(
        Fact.establishment_id == establishment_id,
        Fact.kind == FactKind.THEME_REVIEWED.value,
        Fact.subject.in_([str(each) for each in versions]),
    )
    return {UUID(subject): ClosedReview(at=at, author_role=role) for subject, at, role in session.execute(query)}


def close_review(seat: AdviserSeat, closing: Closing, *, key: str) -> None:
    """Closes the reading of what was on the screen.

    Raises ActRefused when somebody closed it already, or when the theme was submitted anew or taken back; AlreadyDone.
    """
    if closing.way and closing.way not in WAYS:
        raise ValueError(closing.way)
    with seat.database.unit_of_work(service_id=seat.service_id) as uow:
        place = open_case(uow, seat.establishment_id, lock=True)
        refuse_twice(uow, key, purpose=CLOSE)
        _refuse_moved(uow, seat, closing)
        draft = draft_of_theme(uow, place.id, closing.theme)
        after = advance(State(draft.state), Move.CLOSE_REVIEW, seat.author.actor) if draft else None
        if draft is not None and after is not None and not isinstance(after, Refusal):
            draft.state = after.value
        settle_requests(uow, place.id, closing.theme, at=seat.at)
        act = Act(
            kind=FactKind.THEME_REVIEWED,
            on=seat.on,
            at=seat.at,
            actor_role=seat.author.words,
            subject=str(closing.version_id),
            theme=closing.theme,
            minutes=closing.minutes,
            category=COUNTED_AS if closing.way else "",
            format=closing.way,
            profession=seat.profession,
            account_id=seat.author.account_id,
        )
        note_fact(uow, place.id, act)
        tell(uow, seat, kind="relecture", theme=closing.theme)
        refresh_case(uow, place.id, on=seat.on)
        mark_done(uow, key, purpose=CLOSE, outcome=str(closing.version_id), at=seat.at)


def _refuse_moved(uow: Session, seat: AdviserSeat, closing: Closing) -> None:
    closed = closed_reviews(uow, seat.establishment_id, [closing.version_id]).get(closing.version_id)
    if closed is not None:
        raise ActRefused(
            say(
                "Cette relecture est déjà close depuis le {day}, par : {who}. Rien n'a été changé.",
                day=local_day(closed.at, uow.get_one(Service, service_of(uow)).zone),
                who=closed.author_role,
            )
        )
    now = open_themes(uow, seat.establishment_id).submitted.get(closing.theme)
    if now is None:
        raise ActRefused(say("L'employeur a repris ce thème : il n'y a plus rien à clore. Rien n'a été changé."))
    if now != closing.version_id:
        raise ActRefused(say("L'entreprise a soumis de nouveau ce thème : lisez-le, puis closez. Rien n'a été changé."))
