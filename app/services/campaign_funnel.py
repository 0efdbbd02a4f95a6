"""How far the targets of a campaign went, step by step, from the facts: numbers, and the names behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.domain.roles import Role
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.membership import Membership
from app.services.campaigns import CampaignLine
from app.services.facts import FactKind
from app.services.mailings import REST
from app.services.staff_views import alphabetical

PAGE_SIZE = 50
STEPS: Final = ("cibles", "invites", "engages", "soumis", "section", "plan")
"""Codes of the steps, in their order."""
_BEGUN: Final = (
    FactKind.THEME_STARTED,
    FactKind.THEME_FINISHED,
    FactKind.THEME_SET_ASIDE,
    FactKind.THEME_SUBMITTED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetLine:
    """One target: who it is, and the last step it reached; never an answer."""

    establishment_id: UUID
    name: str
    siret: str
    sector: str
    step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPage:
    """One page of targets."""

    lines: tuple[TargetLine, ...]
    total: int
    number: int
    pages: int


def campaign_funnel(session: Session, campaign: CampaignLine) -> dict[str, int]:
    """How many targets reached each step since the campaign was opened, in one statement."""
    reached = _reached(campaign).subquery()
    numbers = session.execute(
        select(*(func.coalesce(func.sum(reached.c[step]), 0).label(step) for step in STEPS)).where(
            reached.c.cibles == 1
        )
    ).one()
    return {step: int(getattr(numbers, step)) for step in STEPS}


def targets_of(session: Session, campaign: CampaignLine, *, missing: str, page: int) -> TargetPage:
    """The targets by name; with a step, those that have not reached it. A page that is not there gives the nearest."""
    reached = _reached(campaign).subquery()
    wanted = [reached.c.cibles == 1, *([reached.c[missing] == 0] if missing in STEPS else [])]
    total = session.scalar(select(func.count()).select_from(reached).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    rows = session.execute(
        select(
            EstablishmentRow.id,
            EstablishmentRow.name,
            EstablishmentRow.siret,
            EstablishmentRow.sector,
            *(reached.c[step] for step in STEPS),
        )
        .join(reached, reached.c.establishment_id == EstablishmentRow.id)
        .where(*wanted)
        .order_by(*alphabetical(), EstablishmentRow.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    lines = tuple(
        TargetLine(
            establishment_id=row.id,
            name=row.name,
            siret=row.siret or "",
            sector=row.sector,
            step=next(step for step in reversed(STEPS) if getattr(row, step)),
        )
        for row in rows
    )
    return TargetPage(lines=lines, total=total, number=number, pages=pages)


def never_invited(session: Session, campaign: CampaignLine, *, at: datetime) -> tuple[list[UUID], int]:
    """Targets this campaign has not invited and that a mail can reach today, and how many have no address at all.

    Who was written to less than REST ago is left for another day.
    """
    reached = _reached(campaign).subquery()
    employer = exists().where(
        Membership.establishment_id == EstablishmentRow.id,
        Membership.role == Role.EMPLOYER.value,
        Membership.to_on.is_(None),
    )
    void = aliased(Fact)
    recent = exists().where(
        Fact.establishment_id == EstablishmentRow.id,
        Fact.kind == FactKind.INVITED.value,
        Fact.recorded_at > at - REST,
        ~exists().where(void.voids_id == Fact.id),
    )
    rows = session.execute(
        select(
            EstablishmentRow.id,
            or_(EstablishmentRow.contact_email != "", employer).label("known"),
            recent.label("recent"),
        )
        .join(reached, reached.c.establishment_id == EstablishmentRow.id)
        .where(
            reached.c.cibles == 1,
            reached.c.invites == 0,
            EstablishmentRow.attachment == "rattache",
            EstablishmentRow.claim_state == "",
        )
        .order_by(EstablishmentRow.created_at, EstablishmentRow.id)
    ).all()
    ready = [row.id for row in rows if row.known and not row.recent]
    return ready, sum(not row.known for row in rows)


def _reached(campaign: CampaignLine) -> Select[*tuple[Any, ...]]:
    """Establishment by establishment, 1 or 0 for each step; engaged is an account open and the theme begun."""
    of_theme = Fact.theme == campaign.theme
    account = _any(Fact.kind == FactKind.ACCOUNT_OPENED.value)
    begun = _any(and_(Fact.kind.in_([kind.value for kind in _BEGUN]), of_theme))
    steps = {
        "cibles": _any(and_(Fact.kind == FactKind.TARGETED.value, Fact.campaign == campaign.code)),
        "invites": _any(and_(Fact.kind == FactKind.INVITED.value, Fact.campaign == campaign.code)),
        "engages": account * begun,
        "soumis": _any(and_(Fact.kind == FactKind.THEME_SUBMITTED.value, of_theme)),
        "section": _any(
            or_(
                and_(Fact.kind == FactKind.SECTION_MADE.value, Fact.theme.in_((campaign.theme, ""))),
                and_(Fact.kind == FactKind.VERSION_MADE.value, _among(campaign.theme)),
            )
        ),
        "plan": _any(and_(Fact.kind == FactKind.ACTION_PLANNED.value, of_theme)),
    }
    void, back = aliased(Fact), aliased(Fact)
    taken_back = exists().where(
        back.kind == FactKind.THEME_WITHDRAWN.value,
        back.establishment_id == Fact.establishment_id,
        back.subject == Fact.subject,
        Fact.kind == FactKind.THEME_SUBMITTED.value,
    )
    return (
        select(Fact.establishment_id, *(column.label(step) for step, column in steps.items()))
        .where(
            Fact.establishment_id.is_not(None),
            Fact.kind.in_([kind.value for kind in _KINDS]),
            or_(Fact.kind == FactKind.ACCOUNT_OPENED.value, Fact.happened_on >= campaign.opened_on),
            ~exists().where(void.voids_id == Fact.id),
            ~taken_back,
        )
        .group_by(Fact.establishment_id)
    )


_KINDS: Final = (
    FactKind.TARGETED,
    FactKind.INVITED,
    FactKind.ACCOUNT_OPENED,
    *_BEGUN,
    FactKind.SECTION_MADE,
    FactKind.VERSION_MADE,
    FactKind.ACTION_PLANNED,
)


def _among(theme: str) -> ColumnElement[bool]:
    """Whether a version is about the theme: its fact names all of its themes, between spaces."""
    return (literal(" ") + Fact.theme + " ").contains(f" {theme} ", autoescape=True)


def _any(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0))
