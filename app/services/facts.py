"""Facts: one line per act that the indicators of the CPOM count, written in the transaction of the act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.services.establishments import known_establishment, state_on
from questionnaires.naf import section_of


class FactKind(StrEnum):
    """What was done; the indicators of docs and of `app.domain.indicators` name these codes."""

    INVITED = "invitation_envoyee"
    ACCOUNT_OPENED = "compte_ouvert"
    THEME_STARTED = "theme_commence"
    THEME_FINISHED = "theme_termine"
    THEME_SET_ASIDE = "theme_ecarte"
    THEME_SUBMITTED = "theme_soumis"
    THEME_WITHDRAWN = "soumission_retiree"
    THEME_REVIEWED = "theme_relu"
    HELP_ASKED = "aide_demandee"
    SECTION_MADE = "section_produite"
    ACTION_CHOSEN = "action_retenue"
    ACTION_STARTED = "action_commencee"
    ACTION_DONE = "action_faite"
    ACTION_DROPPED = "action_abandonnee"
    ACTION_REOPENED = "action_rouverte"
    VERSION_MADE = "document_valide"
    TRANSMITTED = "document_transmis"


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


def note_fact(uow: Session, establishment_id: UUID, act: Act) -> None:
    """Writes the act with what was true of the establishment that day; a try-out leaves no fact."""
    row = known_establishment(uow, establishment_id)
    if row.attachment == "essai":
        return
    uow.add(_fact(uow, row, act))


def _fact(uow: Session, row: EstablishmentRow, act: Act) -> Fact:
    state = state_on(uow, row.id, act.on)
    return Fact(
        establishment_id=row.id,
        kind=act.kind.value,
        subject=act.subject,
        happened_on=act.on,
        recorded_at=act.at,
        actor_role=act.actor_role,
        profession="",
        theme=act.theme,
        campaign="",
        contract_action="",
        pathway_step="",
        unit="",
        format=act.format,
        source=act.source,
        content_version_id=act.content_version_id,
        siret=row.siret,
        naf=state.naf,
        naf_nomenclature=state.naf_nomenclature,
        section=section_of(state.naf),
        headcount=state.headcount,
        headcount_on=state.headcount_on,
        territory=row.postal_code or None,
        voids_id=act.voids_id,
    )
