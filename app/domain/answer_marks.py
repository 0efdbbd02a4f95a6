"""The mark of an answer: what a page shows is posted back as a mark, so that a change made meanwhile is seen."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256

from app.domain.answers import Answer

NO_ANSWER = "vide"
"""Mark of a question nobody answered."""


def answer_mark(answer: Answer | None) -> str:
    """A short mark, the same for the same value and reason; not a secret, only a comparison."""
    if answer is None:
        return NO_ANSWER
    shown = json.dumps([type(answer.value).__name__, answer.value, answer.reason], default=_plain, ensure_ascii=False)
    return sha256(shown.encode()).hexdigest()[:16]


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not part of an answer")
