"""A write that another one crossed is decided again, a few times: one rule for every act that may be repeated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from app.models.engine import Busy, Conflict

TRIES = 3
"""How often a save is tried when two of them cross: read again, decide again."""

_T = TypeVar("_T")


def again(act: Callable[[], _T], *, tries: int = TRIES) -> _T:
    """What `act` gives, tried again when another write crossed it; raises Conflict when it always does.

    A database that stayed locked (Busy) is not tried again: ten seconds were waited for already.
    """
    for _ in range(tries - 1):
        try:
            return act()
        except Busy:
            raise
        except Conflict:
            continue
    return act()
