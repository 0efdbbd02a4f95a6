"""The campaign of the demonstration, « Chaleur dans le bâtiment », and the sectors its firms are in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import select

from app.domain.campaigns import TargetChoice
from app.models.account import Account
from app.models.engine import Database
from app.models.service import Service
from app.services.campaign_funnel import never_invited
from app.services.campaigns import CampaignWish, NoTarget, Opener, campaign_of, open_campaign
from app.services.demo_people import STAFF
from app.services.demo_transaction import one_firm
from app.services.invitation_letters import Letter
from app.services.mailings import Mailing, Way, invite_many

CAMPAIGN: Final = "campagne"
"""What its facts are marked with, as those of a firm are with the code of the firm."""

SECTORS: Final = {"34999": "Sauveclaire", "30999": "Trois Ponts"}
"""Postal code -> sector of the service."""

_ON: Final = date(2026, 9, 14)
"""All the builders are known by then."""
_AT: Final = datetime(2026, 9, 14, 7, 30, tzinfo=UTC)
_WISH: Final = CampaignWish(
    name="Chaleur dans le bâtiment",
    theme="chaleur",
    contract_action="Fiche action 3 : prévenir les effets de la chaleur",
    choice=TargetChoice(sections=frozenset("F")),
)
_PILOT: Final = "pilote@garrigues.example"


def play_campaign(database: Database, service: Service) -> None:
    """Opens the campaign and invites its targets by letter; nothing while no builder is there."""
    words = next(function for email, _role, function in STAFF if email == _PILOT)
    with one_firm(database, service.id, CAMPAIGN) as joined:
        with joined.read() as session:
            account_id = session.scalar(select(Account.id).where(Account.email == _PILOT))
        opener = Opener(service_id=service.id, account_id=account_id, words=words, on=_ON, at=_AT)
        try:
            code = open_campaign(joined, _WISH, by=opener)
        except NoTarget:
            return
        with joined.read() as session:
            campaign = campaign_of(session, code)
            ready, _silent = never_invited(session, campaign, at=_AT)
        mailing = Mailing(
            letter=Letter(service_name=service.name, entrance=f"/{service.slug}"),
            way=Way.PRINTED,
            on=_ON,
            at=_AT,
            account_id=account_id,
        )
        invite_many(joined, service.id, ready, campaign=code, mailing=mailing)
