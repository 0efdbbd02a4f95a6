"""What the page of a case holds; app.services.case_views fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.domain.alerts import Alert
from app.domain.case_diff import ThemeDiff
from app.domain.workflow import State
from app.models.exchange import Exchange
from app.models.fact import Fact
from app.services.case_rows import Who
from app.services.case_waiting import Pending
from app.services.readable import Help, Readable

SUBMITTED, HELPED, HANDED, SHUT = "soumis", "aide", "transmis", ""
"""How a theme is open to the service: submitted, by a request for help, in a version handed over, not at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTheme:
    """One theme of an establishment: where it stands, and what of it is open."""

    theme: str
    title: str
    state: State
    assessed_on: date | None
    finished_on: date | None
    open_by: str
    help: Help | None

    @property
    def is_open(self) -> bool:
        """Whether anything of it may be read."""
        return self.open_by != SHUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who gave an answer, and when."""

    role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTheme:
    """The theme whose answers the page shows."""

    theme: str
    title: str
    open_by: str
    at: datetime | None
    """When it was frozen; None for answers as they stand."""
    number: int | None
    """Number of the version it is in."""
    author_role: str
    diff: ThemeDiff
    before_at: datetime | None
    """When the dossier it is compared with was frozen."""
    before_number: int | None
    alerts: tuple[Alert, ...]
    signed: Mapping[tuple[str, str], Signed]
    """(question, unit) -> who gave the answer that is shown, where the portal knows."""
    version_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """Everything the page of a case shows."""

    who: Who
    readable: Readable
    themes: tuple[CaseTheme, ...]
    shown: ShownTheme | None
    """None when nothing is open."""
    thread: tuple[Exchange, ...]
    facts: tuple[Fact, ...]
    """Submissions, reviews and logged acts, oldest first."""
    pending: Pending
    visited_on: date | None
    bases: Mapping[str, UUID | None]
    """Theme that is open -> the frozen dossier it is read in, None for answers as they stand."""
