"""The dated actions of a plan as a calendar file (RFC 5545): one event a day, the same identity at each download."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.services.plan_views import PlanLine, PlanView

MEDIA_TYPE = "text/calendar"

_LINE = 75
"""Octets of a line, its end apart; a longer one is folded (RFC 5545, 3.1)."""


def plan_calendar(view: PlanView, *, link: Callable[[UUID], str], at: datetime) -> bytes:
    """The actions still to be done that have a day, late ones included; `link` gives the address of an action."""
    stamp = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Jalon//Plan d'action//FR",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_text(f'Plan d’action, {view.name}')}",
    ]
    for line in view.taken:
        if line.action_id is not None and line.line.due is not None:
            lines += _event(line, line.action_id, stamp=stamp, link=link(line.action_id))
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line)).encode("utf-8")


def _event(line: PlanLine, action_id: UUID, *, stamp: str, link: str) -> Iterator[str]:
    due = line.line.due
    if due is None:
        return
    said = (
        ("Qui", line.line.owner),
        ("Priorité", line.line.priority_words),
        ("Où", " ; ".join(line.places)),
        ("Coût", line.line.cost),
        ("On le saura", line.line.indicator),
    )
    description = "\n".join([*(f"{name} : {words}" for name, words in said if words), link])
    yield "BEGIN:VEVENT"
    yield f"UID:{action_id}@jalon"
    yield f"DTSTAMP:{stamp}"
    yield f"DTSTART;VALUE=DATE:{due:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(line.line.text)}"
    yield f"DESCRIPTION:{_text(description)}"
    yield f"URL:{link}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(words: str) -> str:
    """A value of type TEXT: the four signs that mean something are escaped, other control characters are left out."""
    words = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(sign for sign in words if sign == "\t" or (ord(sign) >= 32 and ord(sign) != 127))


def _folded(line: str) -> Iterable[str]:
    """The line cut every 75 octets, never inside a character; each part after the first begins with a space."""
    part, used = "", 0
    for sign in line:
        size = len(sign.encode("utf-8"))
        if used + size > _LINE:
            yield part
            part, used = " ", 1
        part += sign
        used += size
    yield part
