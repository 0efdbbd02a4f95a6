"""What the pilot may filter by: the sectors and the campaigns of the service."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from app.models.campaign import Campaign
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignChoice:
    """One campaign."""

    code: str
    name: str
    theme: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotChoices:
    """Sectors by name, campaigns latest first."""

    sectors: tuple[str, ...]
    campaigns: tuple[CampaignChoice, ...]

    def campaign(self, code: str) -> CampaignChoice | None:
        """The campaign of that code."""
        return next((each for each in self.campaigns if each.code == code), None)


def pilot_choices(session: Session) -> PilotChoices:
    """Sectors that an establishment is or was in, and the campaigns, in two statements."""
    members = select(EstablishmentRow.sector).where(EstablishmentRow.sector != "")
    past = select(Fact.sector).where(Fact.sector != "")
    campaigns = session.scalars(select(Campaign).order_by(Campaign.opened_on.desc(), Campaign.code))
    return PilotChoices(
        sectors=tuple(sorted(session.scalars(union(members, past)))),
        campaigns=tuple(CampaignChoice(code=row.code, name=row.name, theme=row.theme) for row in campaigns),
    )
