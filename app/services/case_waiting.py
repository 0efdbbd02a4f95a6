"""What waits for the service in a case, and what the service waits for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.need import Motive, Waiting
from app.domain.workflow import Actor
from app.models.exchange import ASKING, Exchange
from app.services.case_sources import CaseSources
from app.services.facts import FactKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Both sides of the waiting."""

    waiting: tuple[Waiting, ...]
    since: datetime | None
    """Since when the oldest of them waits."""
    awaits: bool
    """Whether the service asked something that is not settled."""
    awaited_on: date | None
    """The nearest day it asked it for."""
    themes: frozenset[str]
    """Themes they bear on."""


def pending_of(sources: CaseSources) -> Pending:
    """What waits in a case, from its rows."""
    asks = [each for each in sources.exchanges if _asks(each)]
    found = [*_helps(sources), *_reviews(sources, asks), *_replies(sources), *_versions(sources)]
    days = [ask.due_on for ask in asks if ask.due_on is not None]
    return Pending(
        waiting=tuple(Waiting(motive=motive, theme=theme) for motive, theme, _ in found),
        since=min((at for _, _, at in found), default=None),
        awaits=bool(asks),
        awaited_on=min(days, default=None),
        themes=frozenset(theme for _, theme, _ in found) | frozenset(ask.theme for ask in asks),
    )


_Found = tuple[Motive, str, datetime]


def _asks(row: Exchange) -> bool:
    return row.actor == Actor.ADVISER and row.kind in ASKING and row.answers_id is None and row.settled_at is None


def _helps(sources: CaseSources) -> Iterator[_Found]:
    for row in sources.readable.helps:
        yield Motive.HELP, row.theme, row.opened_at


def _reviews(sources: CaseSources, asks: Iterable[Exchange]) -> Iterator[_Found]:
    """Submissions that no review closed, but those that wait for the employer's answer."""
    reviewed = {fact.subject for fact in sources.facts if fact.kind == FactKind.THEME_REVIEWED}
    for submitted in sources.readable.submitted:
        asked = any(ask.theme == submitted.theme and ask.created_at >= submitted.sent_at for ask in asks)
        if str(submitted.version_id) not in reviewed and not asked:
            yield Motive.REVIEW, submitted.theme, submitted.sent_at


def _replies(sources: CaseSources) -> Iterator[_Found]:
    """Threads whose last word is the employer's, said since the last act of the service."""
    last_act = last_act_of(sources)
    replies = [each for each in sources.exchanges if each.answers_id is not None]
    for opening in sources.exchanges:
        if opening.answers_id is not None or opening.actor != Actor.ADVISER:
            continue
        said = list(_said(opening, replies))
        if said and (last_act is None or max(said) > last_act):
            declined = opening.outcome == "declinee"
            yield Motive.DECLINED if declined else Motive.REPLY, opening.theme, max(said)


def _said(opening: Exchange, replies: Iterable[Exchange]) -> Iterator[datetime]:
    for reply in replies:
        if reply.answers_id == opening.id and reply.actor != Actor.ADVISER:
            yield reply.created_at
    # A proposed measure taken into the plan asks nothing of the service; declined, or done, it is worth a look.
    if opening.settled_at is not None and opening.outcome != "acceptee":
        yield opening.settled_at


def last_act_of(sources: CaseSources) -> datetime | None:
    """The last time somebody of the service wrote, reviewed or logged something here."""
    written = [row.created_at for row in sources.exchanges if row.actor == Actor.ADVISER]
    noted = [fact.recorded_at for fact in sources.facts if fact.kind in (FactKind.THEME_REVIEWED, FactKind.LOGGED)]
    return max([*written, *noted], default=None)


def _versions(sources: CaseSources) -> Iterator[_Found]:
    """The last version handed over, while nobody of the service has done anything since."""
    last_act = last_act_of(sources)
    last = max((each.at for each in sources.readable.handed), default=None)
    if last is not None and (last_act is None or last > last_act):
        yield Motive.VERSION, "", last
