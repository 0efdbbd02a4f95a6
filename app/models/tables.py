"""All tables in one import, for what needs the whole schema: migrations, comparison, tests."""

from __future__ import annotations

from sqlalchemy import MetaData

from app.extensions import Base
from app.models.access_record import AccessRecord
from app.models.account import Account, AccountSession, LoginAttempt, SignInCode
from app.models.advice import AdviceCase, Remark
from app.models.affiliation import Affiliation, MemberImport
from app.models.campaign import Campaign
from app.models.content import ContentVersion
from app.models.document import DocumentFile, DocumentVersion, RegisterLine, Seal
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow, ThemeDraft
from app.models.establishment import Company, EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.exchange import Exchange, HelpRequest, Transmission
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.membership import Invitation, Membership, Trial
from app.models.once import UsedKey
from app.models.rating import Rating
from app.models.service import Service

GLOBAL_TABLES: tuple[type[Base], ...] = (
    Service,
    ContentVersion,
    Account,
    AccountSession,
    SignInCode,
    LoginAttempt,
)

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
    Membership,
    Invitation,
    Trial,
    OutboxMail,
    Exchange,
    HelpRequest,
    UsedKey,
    Affiliation,
    MemberImport,
    AdviceCase,
    Remark,
    Campaign,
)

FROZEN_TABLES: tuple[type[Base], ...] = (
    ContentVersion,
    DocumentVersion,
    DocumentFile,
    RegisterLine,
    Seal,
    Rating,
    Fact,
    Transmission,
    AccessRecord,
)
"""Tables whose rows are written once; triggers refuse any change on both engines."""


def schema() -> MetaData:
    """The whole schema."""
    return Base.metadata
