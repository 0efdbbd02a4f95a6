"""Time, injected: services receive a clock and never ask the machine themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present instant, with its zone."""


def system_clock() -> datetime:
    """The present instant in UTC, from the machine."""
    return datetime.now(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an instant in a time zone (`Europe/Paris`): the day that law and indicators count."""
    return instant.astimezone(ZoneInfo(zone)).date()
