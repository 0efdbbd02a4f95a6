"""The rows the page of a case is made of, each read in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, ScalarSelect, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.domain.roles import Role
from app.models.account import Account
from app.models.advice import AdviceCase
from app.models.affiliation import Affiliation
from app.models.content import ContentVersion
from app.models.document import DocumentVersion
from app.models.draft import RatingOverride, ThemeDraft
from app.models.establishment import EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.membership import Membership
from app.services.cases import is_case
from app.services.establishments import UnknownEstablishment
from app.services.readable import Readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The establishment of a case and who follows it."""

    place: EstablishmentRow
    state: EstablishmentState
    """What it declared last."""
    units: tuple[WorkUnitRow, ...]
    case: AdviceCase | None
    affiliation: Affiliation | None
    """As the service last recorded it."""
    record_on: date | None
    """Latest day of a company record that an affiliation says."""
    holder: str
    """Who follows the case, in words; empty when nobody does."""


def who(session: Session, establishment_id: UUID, *, on: date) -> Who:
    """The establishment, its units, its case and its affiliation; raises UnknownEstablishment for what is no case."""
    query = _whole(establishment_id, on)
    found: list[tuple[Any, ...]] = [*map(tuple, session.execute(query))]
    if not found or not is_case(found[0][0]):
        raise UnknownEstablishment(str(establishment_id))
    place, state, _unit, known, affiliation, email, function, record_on = found[-1]
    units = dict.fromkeys(row[2] for row in found if row[2] is not None)
    return Who(
        place=place,
        state=state,
        units=tuple(units),
        case=known,
        affiliation=affiliation,
        record_on=record_on,
        holder=f"{function} ({email})" if function and email else email or "",
    )


def _whole(establishment_id: UUID, on: date) -> Executable:
    """Establishment, declaration, unit, case, affiliation, holder: a row a unit, the last declaration last."""
    recorded = aliased(Affiliation)
    last_record = select(recorded.id).where(recorded.establishment_id == establishment_id)
    records = select(func.max(recorded.record_on)).where(recorded.establishment_id == establishment_id)
    held = and_(
        Membership.account_id == Account.id,
        Membership.establishment_id.is_(None),
        Membership.role == Role.ADVISER.value,
    )
    in_use = and_(WorkUnitRow.establishment_id == EstablishmentRow.id, WorkUnitRow.archived_on.is_(None))
    return (
        select(
            EstablishmentRow,
            EstablishmentState,
            WorkUnitRow,
            AdviceCase,
            Affiliation,
            Account.email,
            Membership.function,
            records.scalar_subquery(),
        )
        .select_from(EstablishmentRow)
        .join(EstablishmentState, EstablishmentState.id.in_(_declarations(establishment_id, on)))
        .outerjoin(WorkUnitRow, in_use)
        .outerjoin(AdviceCase, AdviceCase.establishment_id == EstablishmentRow.id)
        .outerjoin(Affiliation, Affiliation.id == last_record.order_by(recorded.seq.desc()).limit(1).scalar_subquery())
        .outerjoin(Account, Account.id == AdviceCase.assigned_to)
        .outerjoin(Membership, held)
        .where(EstablishmentRow.id == establishment_id)
        .order_by(EstablishmentState.stated_on, EstablishmentState.seq, WorkUnitRow.position, WorkUnitRow.key)
    )


def _declarations(establishment_id: UUID, on: date) -> tuple[ScalarSelect[UUID], ScalarSelect[UUID]]:
    """Its last declaration by that day, and its first for a firm that declared nothing by then."""
    declared = aliased(EstablishmentState)
    of_it = select(declared.id).where(declared.establishment_id == establishment_id)
    by_then = of_it.where(declared.stated_on <= on).order_by(declared.stated_on.desc(), declared.seq.desc())
    first = of_it.order_by(declared.stated_on, declared.seq)
    return by_then.limit(1).scalar_subquery(), first.limit(1).scalar_subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRows:
    """The drafts of an establishment with the hash of their content, and the values set by hand in them."""

    drafts: tuple[tuple[ThemeDraft, str], ...]
    overrides: tuple[RatingOverride, ...]


def draft_rows(session: Session, establishment_id: UUID) -> DraftRows:
    """Every draft and every value set by hand of an establishment."""
    query = (
        select(ThemeDraft, ContentVersion.sha256, RatingOverride)
        .join(ContentVersion, ContentVersion.id == ThemeDraft.content_version_id)
        .outerjoin(
            RatingOverride,
            and_(
                RatingOverride.establishment_id == ThemeDraft.establishment_id, RatingOverride.theme == ThemeDraft.theme
            ),
        )
        .where(ThemeDraft.establishment_id == establishment_id)
        .order_by(ThemeDraft.position, RatingOverride.position)
    )
    found: list[tuple[Any, ...]] = [*map(tuple, session.execute(query))]
    return DraftRows(
        drafts=tuple(dict.fromkeys((draft, sha256) for draft, sha256, _ in found)),
        overrides=tuple(override for _, _, override in found if override is not None),
    )


def payloads(session: Session, readable: Readable) -> Sequence[DocumentVersion]:
    """The frozen dossiers a case may need, oldest first: submitted last and before, the last two handed over."""
    before = {each.theme: each.version_id for each in readable.former}
    ids = [*(each.version_id for each in readable.submitted), *before.values(), *readable.received[-2:]]
    if not ids:
        return ()
    query = select(DocumentVersion).where(DocumentVersion.id.in_(ids))
    return session.scalars(query.order_by(DocumentVersion.recorded_at, DocumentVersion.id)).all()
