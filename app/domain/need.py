"""How much an establishment needs its service, in points, and why; docs/queue.md gives the formula to read.

Worked out from what the service may read and from nothing else. What the calendar adds (a request overdue, a visit too
long ago) is added when the queue is read, so that what is stored never goes stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.alerts import Alert, AlertCode
from app.domain.dossier import ActionLine, RiskRow
from app.domain.inputs import ActionStatus
from app.domain.rating import Priority

WEIGHTS: Mapping[str, int] = {Priority.P1.name: 3, Priority.P2.name: 1}
"""Points of one situation at that priority."""
BARE = 2
"""Times the points of a situation that nothing protects and no action answers."""
NEVER_VISITED = 2
"""Times the points of the situations of a firm that nobody visited."""
MOST_SEVERE = 60
"""Points that situations give at most: a long inventory must not hide who asks for help."""
ALERT = 4
MOST_ALERTS = 20
"""Points of one alert, and of all of them at most."""
OVERDUE = 15
"""Points added on reading when a request is overdue."""
LONG_AGO = 5
"""Points added on reading when the last visit is more than four years old."""
LONG_AGO_YEARS = 4


class Motive(StrEnum):
    """Why an establishment is in the queue, beside its alerts."""

    BARE = "grave_sans_mesure"
    SEVERE = "grave"
    HELP = "aide"
    REPLY = "reponse"
    REVIEW = "relecture"
    VERSION = "version"
    DECLINED = "declinee"
    NEVER = "jamais_visitee"


POINTS: Mapping[Motive, int] = {
    Motive.HELP: 20,
    Motive.REPLY: 15,
    Motive.REVIEW: 10,
    Motive.VERSION: 5,
    Motive.DECLINED: 3,
}
"""Points of what waits for the service, once however many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason with its weight; the words are made where they are shown (app.web.case_words)."""

    code: str
    """A motive or the code of an alert."""
    points: int
    count: int
    theme: str = ""
    """Theme it bears on, when it bears on one."""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits for the service."""

    motive: Motive
    theme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """The situations of the dossiers the service may read, counted."""

    severe: Mapping[str, int]
    """`P1`, `P2` -> how many have some protection, or an action that answers them."""
    bare: Mapping[str, int]
    """`P1`, `P2` -> how many have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The points without the calendar's, and the reasons, weightiest first."""

    points: int
    reasons: tuple[Reason, ...]


def is_bare(row: RiskRow, actions: Sequence[ActionLine]) -> bool:
    """Whether nothing is in place for a situation and the employer took on no action for it."""
    taken = {line.key for line in actions if line.chosen and line.status != ActionStatus.DROPPED.value}
    return not row.in_place and not row.in_place_words and not taken.intersection(row.actions)


def need_of(situations: Situations, waiting: Sequence[Waiting], alerts: Sequence[Alert], *, visited: bool) -> Need:
    """Points and reasons of one establishment."""
    reasons = [*_severe(situations, visited=visited), *_waiting(waiting), *_alerts(alerts)]
    if reasons and not visited:
        reasons.append(Reason(code=Motive.NEVER, points=0, count=0))
    reasons.sort(key=lambda reason: -reason.points)
    return Need(points=sum(reason.points for reason in reasons), reasons=tuple(reasons))


def _severe(situations: Situations, *, visited: bool) -> list[Reason]:
    times = 1 if visited else NEVER_VISITED
    reasons = []
    left = MOST_SEVERE
    for motive, counts, factor in ((Motive.BARE, situations.bare, BARE), (Motive.SEVERE, situations.severe, 1)):
        points = min(left, times * factor * sum(WEIGHTS[priority] * count for priority, count in counts.items()))
        left -= points
        if sum(counts.values()):
            reasons.append(Reason(code=motive, points=points, count=sum(counts.values())))
    return reasons


def _waiting(waiting: Sequence[Waiting]) -> list[Reason]:
    reasons = []
    for motive, points in POINTS.items():
        themes = [each.theme for each in waiting if each.motive is motive]
        if themes:
            named = set(themes)
            theme = themes[0] if len(named) == 1 else ""
            reasons.append(Reason(code=motive, points=points, count=len(themes), theme=theme))
    return reasons


def _alerts(alerts: Sequence[Alert]) -> list[Reason]:
    reasons: list[Reason] = []
    left = MOST_ALERTS
    for code in AlertCode:
        found = [alert for alert in alerts if alert.code is code]
        if found:
            points = min(left, ALERT * len(found))
            left -= points
            theme = found[0].theme if len({alert.theme for alert in found}) == 1 else ""
            count = found[0].count if len(found) == 1 else len(found)
            names = tuple(dict.fromkeys(name for alert in found for name in alert.names))
            reasons.append(Reason(code=code, points=points, count=count, theme=theme, names=names[:2]))
    return reasons
