"""The statements that the pages of a draft send most, built once: building one costs more than sending it.

They take `establishment_id`, and `theme` for those of one theme. The service is added by the session they are sent in
(app.models.tenancy), which keeps what it has filtered of them.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlalchemy.orm import aliased

from app.models.content import ContentVersion
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow, ThemeDraft
from app.models.establishment import EstablishmentRow, EstablishmentState, WorkUnitRow

_OWNED: BindParameter[UUID] = bindparam("establishment_id")
_THEME: BindParameter[str] = bindparam("theme")
_every = aliased(ThemeDraft)

PLACE: Final = (
    select(EstablishmentRow, EstablishmentState)
    .join(EstablishmentState, EstablishmentState.establishment_id == EstablishmentRow.id)
    .where(EstablishmentRow.id == _OWNED)
    .order_by(EstablishmentState.stated_on, EstablishmentState.seq)
)
"""The establishment beside everything it has declared, the first declaration first."""

UNITS: Final = (
    select(WorkUnitRow)
    .where(WorkUnitRow.establishment_id == _OWNED, WorkUnitRow.archived_on.is_(None))
    .order_by(WorkUnitRow.position, WorkUnitRow.key)
)
"""Work units in use."""

DRAFT: Final = (
    select(
        EstablishmentRow,
        EstablishmentState,
        ThemeDraft,
        ContentVersion.sha256,
        select(func.max(_every.position)).where(_every.establishment_id == _OWNED).scalar_subquery(),
    )
    .join(EstablishmentState, EstablishmentState.establishment_id == EstablishmentRow.id)
    .outerjoin(ThemeDraft, and_(ThemeDraft.establishment_id == EstablishmentRow.id, ThemeDraft.theme == _THEME))
    .outerjoin(ContentVersion, ContentVersion.id == ThemeDraft.content_version_id)
    .where(EstablishmentRow.id == _OWNED)
    .order_by(EstablishmentState.stated_on, EstablishmentState.seq)
)
"""PLACE with the draft of one theme, the hash of its content, and the last position of a draft."""

DRAFTS: Final = (
    select(ThemeDraft, ContentVersion.sha256)
    .join(ContentVersion, ContentVersion.id == ThemeDraft.content_version_id)
    .where(ThemeDraft.establishment_id == _OWNED)
    .order_by(ThemeDraft.position)
)
"""Every draft, with the hash of its content."""

ANSWERS: Final = select(AnswerRow).where(AnswerRow.establishment_id == _OWNED)
ANSWERS_OF_THEME: Final = ANSWERS.where(AnswerRow.theme == _THEME)
FACTS: Final = select(SituationFactRow).where(SituationFactRow.establishment_id == _OWNED)
FACTS_OF_THEME: Final = FACTS.where(SituationFactRow.theme == _THEME)
OVERRIDES: Final = (
    select(RatingOverride).where(RatingOverride.establishment_id == _OWNED).order_by(RatingOverride.position)
)
OVERRIDES_OF_THEME: Final = OVERRIDES.where(RatingOverride.theme == _THEME)
ACTIONS: Final = (
    select(ChosenActionRow)
    .where(ChosenActionRow.establishment_id == _OWNED)
    .order_by(ChosenActionRow.position, ChosenActionRow.id)
)
"""Every action, those put aside too."""
