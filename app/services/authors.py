"""Who acts, as it is kept beside what was done: a function and a side, never a name."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.domain.workflow import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The author of an act."""

    words: str
    """Function (« gérante »), kept beside an answer and printed with it."""
    actor: Actor
    account_id: UUID | None
    """None for a try-out without an account."""
