"""What the stories of the demonstration are played with: the stage, the accounts, a firm as its file says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.email_addresses import email_key
from app.domain.inputs import FirmAssessment
from app.models.account import Account
from app.models.service import Service
from app.services.demo_transaction import OneTransaction
from app.services.firms import NewFirm
from app.services.naf_search import Activity
from questionnaires.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where the stories are played."""

    database: OneTransaction
    service: Service
    catalogue: Catalogue
    firms: Mapping[str, FirmAssessment]
    """Answers by name of file."""
    password_hash: str


def account_of(uow: Session, email: str, *, password_hash: str, at: datetime) -> UUID:
    """The account of that address, made when there is none, its address proved."""
    known = uow.scalar(select(Account.id).where(Account.email_key == email_key(email)))
    if known is not None:
        return known
    row = Account(
        email=email,
        email_key=email_key(email),
        password_hash=password_hash,
        totp_secret=None,
        totp_step=0,
        created_at=at,
        confirmed_at=at,
        closed_at=None,
    )
    uow.add(row)
    uow.flush()
    return row.id


def firm_of(said: FirmAssessment, *, service_name: str, postal_code: str, on: date, closed: str = "") -> NewFirm:
    """What an answers file says of a firm, as the form that opens one that day; `closed` is said of a closed SIRET."""
    place = said.establishment
    return NewFirm(
        name=place.name,
        siret=place.siret,
        siret_state="ferme" if closed else "connu",
        siret_words=closed,
        address=place.address,
        postal_code=postal_code,
        activity=Activity(
            code=place.naf, label=place.naf_label, nomenclature=place.naf_nomenclature, sectors=place.sectors
        ),
        headcount=place.headcount,
        headcount_on=on,
        cse=place.cse,
        employer_role=place.employer_role,
        service_name=service_name,
    )
