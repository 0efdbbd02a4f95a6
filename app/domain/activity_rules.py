"""What a logged act may be: its day, its length, how many people, and how it is usually done; no clock."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.domain.activity import SESSION_CATEGORIES, VISITS
from app.domain.calendar import add_months

MOST_MINUTES: Final = 24 * 60
"""An act lasts a day at most."""

MOST_ATTENDEES: Final = 2_000
"""Participations of one firm, in one role, at one session."""

MOST_LINES: Final = 300
"""Lines of attendance of one session."""

MONTHS_BACK: Final = 24
"""How far back an act may be logged."""

COMMENT_LIMIT: Final = 500
TITLE_LIMIT: Final = 120
"""Characters."""

_REMOTE: Final = frozenset({"conseil", "webinaire"})


def first_day(today: date) -> date:
    """The oldest day an act may be logged for."""
    return add_months(today, -MONTHS_BACK)


def usual_format(category: str) -> str:
    """How an act of that category is done when nobody says otherwise; empty when there is no usual way."""
    if category in _REMOTE:
        return "distance"
    if category in SESSION_CATEGORIES:
        return "collectif"
    return "sur_site" if category in VISITS or category == "participation_cse" else ""


def duration(minutes: int) -> str:
    """A length as people say it: « 45 min », « 1 h », « 1 h 30 »; the same in both languages."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"
