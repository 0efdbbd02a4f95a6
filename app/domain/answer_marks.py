"""The mark of an answer: what a page shows is posted back as a mark, so that a change made meanwhile is seen."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

from app.domain.answers import Answer, Value

NO_ANSWER = "vide"
"""Mark of a question nobody answered."""

UNDECIDED = "?"
"""Stands before the mark of a field that was shown with two values: only a choice replaces the stored one."""

MINE = "la_mienne"
THEIRS = "la_leur"
"""What a person chooses between two values."""


class Settled(StrEnum):
    """What becomes of one field that came back from a page."""

    LEFT = "laisse"
    """The person did not touch it: what is stored stays, whatever it has become."""
    SAME = "pareil"
    WRITE = "ecrit"
    CLASH = "deux_valeurs"
    """Somebody else changed it meanwhile: nothing is replaced, both values are shown."""


def answer_mark(answer: Answer | None) -> str:
    """A short mark, the same for the same value and reason; not a secret, only a comparison."""
    if answer is None:
        return NO_ANSWER
    value, reason = answer.value, answer.reason
    # Not numbers: 1 and 1.0 are equal, and their marks are not.
    if isinstance(value, str) and len(value) + len(reason) <= _KEPT_LENGTH:
        return _mark_of_words(value, reason)
    return _mark(value, reason)


_KEPT_LENGTH = 200
"""Characters: the codes that are ticked come back on every page."""


def _mark(value: Value, reason: str) -> str:
    shown = json.dumps([type(value).__name__, value, reason], default=_plain, ensure_ascii=False)
    return sha256(shown.encode()).hexdigest()[:16]


@lru_cache(maxsize=4096)
def _mark_of_words(words: str, reason: str) -> str:
    return _mark(str(words), reason)


def words_mark(words: str | None) -> str:
    """The mark of a field that is no question; None and nothing are alike."""
    return answer_mark(Answer(value=words) if words else None)


def settle(new: str, *, base: str, stored: str, choice: str = "") -> Settled:
    """What becomes of a field: `new`, `base` (shown with) and `stored` are marks.

    A field somebody left as it was shown is never a conflict: two people who fill the same page do not meet.
    """
    shown = base.removeprefix(UNDECIDED)
    if new == stored:
        return Settled.SAME
    if base.startswith(UNDECIDED):
        if choice == THEIRS:
            return Settled.LEFT
        return Settled.WRITE if choice == MINE and shown == stored else Settled.CLASH
    if new == shown:
        return Settled.LEFT
    return Settled.WRITE if shown == stored else Settled.CLASH


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not part of an answer")
