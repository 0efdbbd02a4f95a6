"""All tables in one import, for what needs the whole schema: migrations, comparison, tests."""

from __future__ import annotations

from sqlalchemy import MetaData

from app.extensions import Base
from app.models.content import ContentVersion
from app.models.document import DocumentFile, DocumentVersion, RegisterLine, Seal
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow, ThemeDraft
from app.models.establishment import Company, EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.fact import Fact
from app.models.rating import Rating
from app.models.service import Service

GLOBAL_TABLES: tuple[type[Base], ...] = (Service, ContentVersion)

LIVING_TABLES: tuple[type[Base], ...] = (
    Company,
    EstablishmentRow,
    EstablishmentState,
    WorkUnitRow,
    ThemeDraft,
    AnswerRow,
    SituationFactRow,
    RatingOverride,
    ChosenActionRow,
)

FROZEN_TABLES: tuple[type[Base], ...] = (
    ContentVersion,
    DocumentVersion,
    DocumentFile,
    RegisterLine,
    Seal,
    Rating,
    Fact,
)
"""Tables whose rows are written once; triggers refuse any change on both engines."""


def schema() -> MetaData:
    """The whole schema."""
    return Base.metadata
