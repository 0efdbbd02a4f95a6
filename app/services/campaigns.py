"""Campaigns: opened with their targets in one transaction, closed, listed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.campaigns import (
    MOST_TARGETS,
    Candidate,
    Chosen,
    TargetChoice,
    campaign_code,
    choice_words,
    choose,
)
from app.models.campaign import Campaign
from app.models.engine import Database
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.services.facts import Act, FactKind, note_facts
from app.services.once import key_of, mark_done, refuse_twice
from app.services.staff_views import members_only
from questionnaires.naf import section_of

AT_ONCE = 1_000
"""Targets read and written together: a statement takes so many values and no more."""
_PURPOSE = "campagne"


class UnknownCampaign(LookupError):
    """The service has no campaign of that code."""


class NoTarget(Exception):
    """The choice keeps no member of the service."""


class TooManyTargets(Exception):
    """The choice keeps more members than a campaign may target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignWish:
    """What a campaign is to be."""

    name: str
    theme: str
    contract_action: str
    """In the words of the contract; empty when none."""
    choice: TargetChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Opener:
    """Who opens or closes a campaign, for which service, when."""

    service_id: UUID
    account_id: UUID | None
    words: str
    """Function of who does it."""
    on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignLine:
    """A campaign as lists and its page name it."""

    code: str
    name: str
    theme: str
    contract_action: str
    chosen_by: str
    opened_on: date
    closed_on: date | None
    targets: int


def candidates_of(session: Session, *, on: date) -> tuple[Candidate, ...]:
    """Every member of the session's service with what targets are chosen by, in one read."""
    rows = session.execute(
        select(
            EstablishmentRow.id,
            EstablishmentRow.siret,
            EstablishmentRow.sector,
            EstablishmentState.naf,
            EstablishmentState.headcount,
            EstablishmentState.stated_on,
        )
        .join(EstablishmentState, EstablishmentState.establishment_id == EstablishmentRow.id)
        .where(*members_only())
        .order_by(
            EstablishmentRow.created_at, EstablishmentRow.id, EstablishmentState.stated_on, EstablishmentState.seq
        )
    )
    found: dict[UUID, Candidate] = {}
    for establishment_id, siret, sector, naf, headcount, stated_on in rows:
        if stated_on <= on or establishment_id not in found:
            found[establishment_id] = Candidate(
                establishment_id=establishment_id,
                siret=siret or "",
                section=section_of(naf) or "",
                headcount=headcount,
                sector=sector,
            )
    return tuple(found.values())


def chosen_by(session: Session, choice: TargetChoice, *, on: date) -> Chosen:
    """The members that a choice keeps today."""
    return choose(candidates_of(session, on=on), choice)


def open_campaign(database: Database, wish: CampaignWish, *, by: Opener, key: str = "") -> str:
    """Opens a campaign with its targets, and returns its code; targets are frozen from then on.

    Raises NoTarget, TooManyTargets, AlreadyDone.
    """
    key = key_of(key, wish.name, wish.theme, wish.contract_action, choice_words(wish.choice), wish.choice.sirets)
    with database.unit_of_work(service_id=by.service_id) as uow:
        refuse_twice(uow, key, purpose=_PURPOSE)
        targets = chosen_by(uow, wish.choice, on=by.on).targets
        if not targets:
            raise NoTarget
        if len(targets) > MOST_TARGETS:
            raise TooManyTargets(len(targets))
        code = campaign_code(wish.name, by.on.year, set(uow.scalars(select(Campaign.code))))
        uow.add(
            Campaign(
                code=code,
                name=wish.name,
                theme=wish.theme,
                contract_action=wish.contract_action,
                chosen_by=choice_words(wish.choice),
                opened_on=by.on,
                closed_on=None,
                created_at=by.at,
            )
        )
        _target(uow, [each.establishment_id for each in targets], _act(wish, code, by))
        mark_done(uow, key, purpose=_PURPOSE, outcome=code, at=by.at)
    return code


def close_campaign(database: Database, code: str, *, by: Opener) -> None:
    """Closes a campaign that day; one that is closed keeps its day. Raises UnknownCampaign."""
    with database.unit_of_work(service_id=by.service_id) as uow:
        row = uow.scalar(select(Campaign).where(Campaign.code == code))
        if row is None:
            raise UnknownCampaign(code)
        if row.closed_on is None:
            row.closed_on = by.on


def campaigns_of(session: Session) -> tuple[CampaignLine, ...]:
    """The campaigns of the session's service: open ones first, then the latest."""
    rows = session.scalars(
        select(Campaign).order_by(Campaign.closed_on.is_not(None), Campaign.opened_on.desc(), Campaign.code)
    ).all()
    counts = _targeted(session, None)
    return tuple(_line(row, counts[row.code]) for row in rows)


def campaign_of(session: Session, code: str) -> CampaignLine:
    """The campaign of that code; raises UnknownCampaign."""
    row = session.scalar(select(Campaign).where(Campaign.code == code))
    if row is None:
        raise UnknownCampaign(code)
    return _line(row, _targeted(session, code)[code])


def _target(uow: Session, ids: list[UUID], act: Act) -> None:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        rows = uow.scalars(select(EstablishmentRow).where(EstablishmentRow.id.in_(some))).all()
        note_facts(uow, rows, act)


def _act(wish: CampaignWish, code: str, by: Opener) -> Act:
    return Act(
        kind=FactKind.TARGETED,
        on=by.on,
        at=by.at,
        actor_role=by.words,
        theme=wish.theme,
        campaign=code,
        contract_action=wish.contract_action,
        account_id=by.account_id,
    )


def _targeted(session: Session, code: str | None) -> Counter[str]:
    """Targets by campaign, or of one."""
    counted = (
        select(Fact.campaign, func.count(Fact.establishment_id.distinct()).label("targets"))
        .where(Fact.kind == FactKind.TARGETED.value, *([Fact.campaign == code] if code is not None else []))
        .group_by(Fact.campaign)
    )
    return Counter({row.campaign: row.targets for row in session.execute(counted)})


def _line(row: Campaign, targets: int) -> CampaignLine:
    return CampaignLine(
        code=row.code,
        name=row.name,
        theme=row.theme,
        contract_action=row.contract_action,
        chosen_by=row.chosen_by,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        targets=targets,
    )
