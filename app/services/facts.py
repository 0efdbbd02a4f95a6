"""Facts: one line per act that the indicators of the CPOM count, written in the transaction of the act."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.domain.acts import FactKind
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.services.establishments import known_establishment, state_on, states_on
from questionnaires.naf import section_of

__all__ = ["Act", "FactKind", "note_collective", "note_fact", "note_facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act to count."""

    kind: FactKind
    on: date
    """Local day in the service's zone."""
    at: datetime
    actor_role: str
    """Function of who did it."""
    subject: str = ""
    """What it bears on: « version 2 », an action, a version's content."""
    theme: str = ""
    format: str = ""
    source: str = "portail"
    content_version_id: UUID | None = None
    voids_id: UUID | None = None
    """The fact that this one takes back: from then on it counts no more."""
    account_id: UUID | None = None
    """Who of the service did it; None for the acts of employers."""
    category: str = ""
    """Among `app.domain.activity.CATEGORIES` for an act in the workplace, empty otherwise."""
    profession: str = ""
    minutes: int | None = None
    quantity: int | None = None
    unit: str = ""
    words: str = ""
    origin: str = ""
    partner: str = ""
    campaign: str = ""
    contract_action: str = ""
    due_on: date | None = None
    """Day an action of the plan is due."""


def note_fact(uow: Session, establishment_id: UUID, act: Act) -> UUID | None:
    """Writes the act with what was true of the establishment that day, and returns it; a try-out leaves no fact."""
    row = known_establishment(uow, establishment_id)
    if row.attachment == "essai":
        return None
    fact = _fact(uow, row, state_on(uow, row.id, act.on), act)
    uow.add(fact)
    uow.flush()
    return fact.id


def note_facts(uow: Session, rows: Iterable[EstablishmentRow], act: Act) -> dict[UUID, UUID]:
    """Writes the same act for many establishments, in two statements; returns the fact of each, try-outs left out."""
    counted = [row for row in rows if row.attachment != "essai"]
    states = states_on(uow, [row.id for row in counted], act.on)
    facts = {row.id: _fact(uow, row, states[row.id], act) for row in counted if row.id in states}
    uow.add_all(facts.values())
    uow.flush()
    return {establishment_id: fact.id for establishment_id, fact in facts.items()}


def _fact(uow: Session, row: EstablishmentRow, state: EstablishmentState, act: Act) -> Fact:
    return Fact(
        establishment_id=row.id,
        siret=row.siret,
        naf=state.naf,
        naf_nomenclature=state.naf_nomenclature,
        section=section_of(state.naf),
        headcount=state.headcount,
        headcount_on=state.headcount_on,
        territory=row.postal_code or None,
        sector=row.sector,
        **_said(uow, act),
    )


def note_collective(uow: Session, act: Act) -> UUID:
    """Writes an act that bears on no single establishment (a session, a presence nobody could place)."""
    fact = Fact(establishment_id=None, **_said(uow, act))
    uow.add(fact)
    uow.flush()
    return fact.id


def _said(uow: Session, act: Act) -> dict[str, Any]:
    return {
        "kind": act.kind.value,
        "subject": act.subject,
        "happened_on": act.on,
        "recorded_at": act.at,
        "actor_role": act.actor_role,
        "profession": act.profession,
        "theme": act.theme,
        "campaign": act.campaign,
        "contract_action": act.contract_action,
        "pathway_step": "",
        "minutes": act.minutes,
        "quantity": None if act.quantity is None else Decimal(act.quantity),
        "unit": act.unit,
        "format": act.format,
        "source": act.source,
        "content_version_id": act.content_version_id,
        "voids_id": act.voids_id,
        "voids_kind": "" if act.voids_id is None else uow.get_one(Fact, act.voids_id).kind,
        "category": act.category,
        "words": act.words,
        "origin": act.origin,
        "partner": act.partner,
        "due_on": act.due_on,
        "account_id": act.account_id,
    }
