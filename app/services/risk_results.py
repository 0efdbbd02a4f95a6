"""What closing an action changed: the priority of each of its rows before, and today."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.rating import Priority
from app.domain.words import priority_words
from app.models.rating import Rating
from app.services.action_facts import closed_at
from app.services.plan_sources import PlanSources
from app.services.plan_views import draft_of_row
from app.services.ratings import last_ratings, place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One row of the inventory, before the action was closed and today."""

    label: str
    unit: str
    before: str
    """Code of the priority; empty when none was kept, as in a try-out."""
    before_words: str
    after: str
    after_words: str
    sentence: str
    """Why it is so today: names what is still weak."""

    @property
    def changed(self) -> bool:
        """Whether the priority moved."""
        return bool(self.before) and self.before_words != self.after_words


def risk_results(session: Session, sources: PlanSources, action_id: UUID) -> tuple[RowResult, ...]:
    """The rows an action in use answers; raises LookupError when the plan has no such action."""
    row = next((each for each in sources.actions if each.id == action_id), None)
    if row is None:
        raise LookupError(str(action_id))
    closing = closed_at(session, action_id)
    known = last_ratings(session, sources.establishment.id, until=closing) if closing else {}
    places = {(each.theme.theme, each.situation.id, each.unit.key): each for each in draft_of_row(row, sources).rows}
    results = []
    for each in sources.risk_rows():
        if place_of(each) in places:
            before = known.get(place_of(each))
            results.append(
                RowResult(
                    label=each.label,
                    unit=places[place_of(each)].unit.name,
                    before=before.priority if before else "",
                    before_words=_words(before) if before else "",
                    after=each.priority,
                    after_words=each.priority_words,
                    sentence=each.sentence,
                )
            )
    return tuple(results)


def _words(rating: Rating) -> str:
    return priority_words(Priority[rating.at_best], Priority[rating.at_worst])
