"""Plain arithmetic on days; no clock."""

from __future__ import annotations

import calendar
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day some months later, or the last day of a shorter month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def months_since(month: str, day: date) -> int:
    """Whole months from a month written `2026-06` to that of a day; negative when it is to come."""
    year, _, number = month.partition("-")
    return (day.year * 12 + day.month) - (int(year) * 12 + int(number))
