"""The rows a case comes from, read in one go: what was opened, said, asked, reviewed, visited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.activity import VISITS
from app.models.affiliation import Affiliation
from app.models.exchange import Exchange
from app.models.fact import Fact
from app.services.facts import FactKind
from app.services.readable import Readable, readable_themes

SECONDS = "secondes"
"""Unit of the quantity of a `theme_soumis` fact: from the first answer to the last."""
_KINDS = (
    FactKind.THEME_SUBMITTED.value,
    FactKind.THEME_REVIEWED.value,
    FactKind.LOGGED.value,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSources:
    """What the case of an establishment rests on."""

    readable: Readable
    facts: tuple[Fact, ...]
    """Submissions, reviews and logged acts that nothing voided, oldest first."""
    exchanges: tuple[Exchange, ...]
    """The whole thread with its internal notes, oldest first."""
    record_on: date | None
    """Latest day of a company record that an affiliation says."""

    @property
    def seconds(self) -> Mapping[UUID, int]:
        """Submission -> seconds from its first answer to its last, where they were measured."""
        return {
            UUID(fact.subject): int(fact.quantity)
            for fact in self.facts
            if fact.kind == FactKind.THEME_SUBMITTED and fact.unit == SECONDS and fact.quantity is not None
        }

    def visited_by(self, on: date) -> date | None:
        """Last day, by the one given, that somebody of the service was in the firm; None when nobody knows of any."""
        days = [
            *(fact.happened_on for fact in self.facts if is_visit(fact)),
            *([self.record_on] if self.record_on else []),
        ]
        return max((day for day in days if day <= on), default=None)


def is_visit(fact: Fact) -> bool:
    """Whether a fact is an act done in the firm."""
    return fact.category in VISITS and fact.format == "sur_site"


def sources_of(session: Session, establishment_id: UUID) -> CaseSources:
    """Everything a case comes from, in four statements."""
    record = select(func.max(Affiliation.record_on)).where(Affiliation.establishment_id == establishment_id)
    return CaseSources(
        readable=readable_themes(session, establishment_id),
        facts=facts_of(session, establishment_id),
        exchanges=thread_of(session, establishment_id),
        record_on=session.scalar(record),
    )


def thread_of(session: Session, establishment_id: UUID) -> tuple[Exchange, ...]:
    """The whole thread with its internal notes, oldest first."""
    query = select(Exchange).where(Exchange.establishment_id == establishment_id)
    return tuple(session.scalars(query.order_by(Exchange.created_at, Exchange.id)))


def facts_of(session: Session, establishment_id: UUID) -> tuple[Fact, ...]:
    """Submissions, reviews and logged acts that nothing voided, oldest first."""
    of_it = select(Fact).where(Fact.establishment_id == establishment_id)
    rows: Sequence[Fact] = session.scalars(
        of_it.where((Fact.kind.in_(_KINDS)) | (Fact.voids_id.is_not(None))).order_by(Fact.recorded_at, Fact.id)
    ).all()
    voided = {row.voids_id for row in rows}
    return tuple(row for row in rows if row.kind in _KINDS and row.id not in voided)
