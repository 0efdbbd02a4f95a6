"""What becomes of the fact a mail stands for: an invitation the server refuses for good was never sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.service import Service
from app.models.tenancy import service_of
from app.services.clock import local_day
from app.services.facts import Act, FactKind, note_fact

_REFUSED_BY = "serveur d'e-mails"


def settle_fact(uow: Session, row: OutboxMail, *, at: datetime) -> None:
    """Takes back the invitation of a mail that was refused, and counts it anew when the mail leaves after all.

    An invitation sent to several addresses is taken back with the last of them.
    """
    if row.fact_id is None or row.state not in {"refuse", "envoye"}:
        return
    fact = uow.get(Fact, row.fact_id)
    if fact is None or fact.establishment_id is None:
        return
    void = uow.scalar(select(Fact.id).where(Fact.voids_id == fact.id))
    act = Act(
        kind=FactKind.INVITED,
        on=local_day(at, uow.get_one(Service, service_of(uow)).zone),
        at=at,
        actor_role=fact.actor_role,
        campaign=fact.campaign,
        format=fact.format,
        account_id=fact.account_id,
    )
    if row.state == "envoye" and void is not None:
        row.fact_id = note_fact(uow, fact.establishment_id, act)
    elif row.state == "refuse" and void is None and not _another(uow, row):
        refused = replace(
            act, kind=FactKind.INVITATION_FAILED, actor_role=_REFUSED_BY, account_id=None, voids_id=fact.id
        )
        note_fact(uow, fact.establishment_id, refused)


def _another(uow: Session, row: OutboxMail) -> bool:
    """Whether another mail of the same invitation left, or may leave."""
    other = select(OutboxMail.id).where(
        OutboxMail.fact_id == row.fact_id, OutboxMail.id != row.id, OutboxMail.state != "refuse"
    )
    return uow.scalar(other.limit(1)) is not None
