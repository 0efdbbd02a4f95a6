"""The thread between an establishment and its service, on the establishment's side: read, answer, say it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.workflow import Actor
from app.models.engine import Database
from app.models.exchange import ASKING, Exchange
from app.models.service import Service
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.clock import local_day
from app.services.establishments import known_establishment
from app.services.once import key_of, mark_done, refuse_twice

KEPT_INSIDE = ("note",)
"""Kinds that never leave the service."""
ANSWERED = "reponse_echange"
"""Purpose of the one-use key of an answer."""


class UnknownExchange(LookupError):
    """No such message in this establishment, or one that is not shown to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as the establishment reads it."""

    exchange_id: UUID
    kind: str
    theme: str
    question: str
    words: str
    from_service: bool
    author_role: str
    created_at: datetime
    due_on: date | None
    settled_at: datetime | None
    answers_id: UUID | None
    outcome: str = ""
    """What became of a proposed measure; empty while nobody decided."""

    @property
    def to_decide(self) -> bool:
        """Whether it is a measure that nobody has taken on nor declined."""
        return self.kind == "proposition" and not self.outcome

    @property
    def waiting(self) -> bool:
        """Whether it waits for something from the establishment."""
        return self.kind in ASKING and self.settled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A message of the service and what was answered to it, oldest first."""

    opening: Message
    replies: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the establishment answers; `settled` says that what was asked is done."""

    exchange_id: UUID
    words: str
    settled: bool


def message_of(row: Exchange) -> Message:
    """A row as a message."""
    return Message(
        exchange_id=row.id,
        kind=row.kind,
        theme=row.theme,
        question=row.question,
        words=row.words,
        from_service=row.actor == Actor.ADVISER,
        author_role=row.author_role,
        created_at=row.created_at,
        due_on=row.due_on,
        settled_at=row.settled_at,
        answers_id=row.answers_id,
        outcome=row.outcome,
    )


def shown_message(session: Session, establishment_id: UUID, exchange_id: UUID) -> bool:
    """Whether the establishment is shown a message under that identity that opens a thread."""
    query = select(Exchange.id).where(
        Exchange.id == exchange_id,
        Exchange.establishment_id == establishment_id,
        Exchange.kind.not_in(KEPT_INSIDE),
        Exchange.answers_id.is_(None),
    )
    return session.scalar(query) is not None


def threads_of(session: Session, establishment_id: UUID) -> tuple[Thread, ...]:
    """Every thread of an establishment, those that wait first, then the latest; internal notes are left out."""
    query = (
        select(Exchange)
        .where(Exchange.establishment_id == establishment_id, Exchange.kind.not_in(KEPT_INSIDE))
        .order_by(Exchange.created_at, Exchange.id)
    )
    messages = [message_of(row) for row in session.scalars(query)]
    return tuple(sorted(_threads(messages), key=_order))


def _threads(messages: list[Message]) -> Iterable[Thread]:
    for message in messages:
        if message.answers_id is None:
            replies = tuple(each for each in messages if each.answers_id == message.exchange_id)
            yield Thread(opening=message, replies=replies)


def _order(thread: Thread) -> tuple[bool, float]:
    last = (thread.replies or (thread.opening,))[-1]
    return not (thread.opening.waiting or thread.opening.to_decide), -last.created_at.timestamp()


def settle_requests(uow: Session, establishment_id: UUID, theme: str, *, at: datetime) -> None:
    """Settles the requests for a change of a theme that wait: it was submitted anew, or its reading is closed.

    Nobody is to be reminded of them. Questions stay: they wait for words.
    """
    waiting = select(Exchange).where(
        Exchange.establishment_id == establishment_id,
        Exchange.theme == theme,
        Exchange.kind == "demande",
        Exchange.settled_at.is_(None),
    )
    for row in uow.scalars(waiting):
        row.settled_at = at


def answer(
    database: Database,
    *,
    service_id: UUID,
    establishment_id: UUID,
    reply: Reply,
    author: Author,
    key: str,
    at: datetime,
) -> None:
    """Adds the establishment's answer to a message of its service.

    Raises UnknownExchange when there is no such message here, AlreadyDone at the second tap.
    """
    key = key_of(key, reply)
    with database.unit_of_work(service_id=service_id) as uow:
        # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
        known_establishment(uow, establishment_id, lock=True)
        refuse_twice(uow, key, purpose=ANSWERED)
        asked = uow.scalar(
            select(Exchange).where(
                Exchange.id == reply.exchange_id,
                Exchange.establishment_id == establishment_id,
                Exchange.kind.not_in(KEPT_INSIDE),
                Exchange.answers_id.is_(None),
            )
        )
        if asked is None:
            raise UnknownExchange(str(reply.exchange_id))
        if reply.words:
            uow.add(
                Exchange(
                    establishment_id=establishment_id,
                    document_version_id=asked.document_version_id,
                    answers_id=asked.id,
                    kind="reponse",
                    theme=asked.theme,
                    question=asked.question,
                    unit=asked.unit,
                    words=reply.words,
                    due_on=None,
                    actor=author.actor.value,
                    author_role=author.words,
                    account_id=author.account_id,
                    created_at=at,
                    settled_at=None,
                )
            )
        if reply.settled and asked.kind in ASKING and asked.settled_at is None:
            asked.settled_at = at
        refresh_case(uow, establishment_id, on=local_day(at, uow.get_one(Service, service_id).zone))
        mark_done(uow, key, purpose=ANSWERED, outcome=str(reply.exchange_id), at=at)
