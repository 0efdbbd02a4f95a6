"""The firm as its people write it: opened by its employer, changed afterwards, read on one card.

An establishment claimed here is « à rattacher »: its author uses it at once, nobody else is told of it, and two
claims on one SIRET stand side by side until the administrator of the service sees them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.establishment import Cse
from app.domain.roles import Role
from app.models.engine import Conflict, Database
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.membership import Membership
from app.models.stored_values import read_list, store_set
from app.services.establishments import company_of, forget_lone_company, known_establishment, state_on
from app.services.facts import Act, FactKind, note_fact
from app.services.naf_search import Activity
from app.services.once import mark_done, refuse_twice
from app.services.row_changes import Fields, change, differs

OPENING = "entreprise"
"""Purpose of the one-use key of the form that opens a firm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFirm:
    """What somebody says of a firm, checked: to open it, or to say anew what it is."""

    name: str
    siret: str | None
    """14 digits, checked by their key."""
    siret_state: str
    """Among `SIRET_STATES`."""
    siret_words: str
    address: str
    postal_code: str
    activity: Activity
    headcount: int
    headcount_on: date
    cse: Cse
    employer_role: str
    """The function of the employer (« gérante »), never a name."""
    service_name: str
    """Name of the SPSTI, as its face shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmCard:
    """An establishment as it stands on a day."""

    establishment_id: UUID
    said: NewFirm
    attachment: str
    """`rattache`, `a_rattacher` or `essai`."""
    refusal: str
    """Why the service does not take it as its member; empty otherwise."""
    stated_on: date
    mark: str
    """Changes whenever something of the firm does; posted back by the form that changes it."""


class FirmChanged(Exception):
    """Somebody else changed the firm after the form was shown: nothing was written."""

    def __init__(self, now: FirmCard) -> None:
        super().__init__("changed by somebody else")
        self.now = now
        """As it stands."""


def create_firm(
    database: Database, firm: NewFirm, *, service_id: UUID, account_id: UUID, at: datetime, on: date, key: str
) -> UUID:
    """Opens a firm for the account that claims it and returns its establishment; raises AlreadyDone, Conflict."""

    def create() -> UUID:
        with database.unit_of_work(service_id=service_id) as uow:
            refuse_twice(uow, key, purpose=OPENING)
            row = _claim(uow, firm, account_id, at=at, on=on)
            mark_done(uow, key, purpose=OPENING, outcome=str(row.id), at=at)
            return row.id

    try:
        return create()
    except Conflict:  # two taps at once, with no row to wait at: the second one now finds what the first made
        return create()


def _claim(uow: Session, firm: NewFirm, account_id: UUID, *, at: datetime, on: date) -> EstablishmentRow:
    """The firm, « à rattacher », with the account that claims it as its employer."""
    row = open_firm(uow, firm, attachment="a_rattacher", at=at, on=on)
    uow.add(
        Membership(
            account_id=account_id,
            establishment_id=row.id,
            role=Role.EMPLOYER.value,
            function=firm.employer_role,
            from_on=on,
            to_on=None,
            created_at=at,
        )
    )
    note_fact(uow, row.id, Act(kind=FactKind.ACCOUNT_OPENED, on=on, at=at, actor_role=firm.employer_role))
    return row


def open_firm(uow: Session, firm: NewFirm, *, attachment: str, at: datetime, on: date) -> EstablishmentRow:
    """Makes the company, the establishment and its first state, in the unit of work of whoever opens it."""
    row = EstablishmentRow(
        company_id=company_of(uow, siret=firm.siret, name=firm.name, at=at).id,
        attachment=attachment,
        created_at=at,
        **_living(firm),
    )
    uow.add(row)
    uow.flush()
    uow.add(_state(row.id, firm, seq=1, at=at, on=on))
    uow.flush()
    return row


def change_firm(
    database: Database, establishment_id: UUID, firm: NewFirm, *, service_id: UUID, mark: str, at: datetime, on: date
) -> FirmCard:
    """Says anew what a firm is, and returns the card of before.

    What is dated gets a new row, only when something differs; name, address and SIRET are living. Raises FirmChanged
    when the card of `mark` is not the present one and says something else, Conflict, UnknownEstablishment.
    """
    with database.unit_of_work(service_id=service_id) as uow:
        row = known_establishment(uow, establishment_id, lock=True)
        before = firm_card(uow, establishment_id, on)
        if before.said == firm:
            return before
        if before.mark != mark:
            raise FirmChanged(before)
        left = row.company_id
        if row.siret != firm.siret:
            row.company_id = company_of(uow, siret=firm.siret, name=firm.name, at=at).id
        change(row, _living(firm))
        last = _last_seq(uow, establishment_id)
        if differs(state_on(uow, establishment_id, on), _dated(firm)):
            uow.add(_state(establishment_id, firm, seq=last + 1, at=at, on=on))
        if row.company_id != left:
            uow.flush()
            forget_lone_company(uow, left)
    return before


def firm_card(session: Session, establishment_id: UUID, on: date) -> FirmCard:
    """The establishment as it stands on a day; raises UnknownEstablishment when the session's service has none."""
    row = known_establishment(session, establishment_id)
    state = state_on(session, establishment_id, on)
    activity = Activity(
        code=state.naf,
        label=state.naf_label,
        nomenclature=state.naf_nomenclature,
        sectors=frozenset(read_list(state.sectors)),
    )
    return FirmCard(
        establishment_id=row.id,
        said=NewFirm(
            name=row.name,
            siret=row.siret,
            siret_state="connu" if row.siret and row.siret_state == "inconnu" else row.siret_state,
            siret_words=row.siret_words,
            address=row.address,
            postal_code=row.postal_code,
            activity=activity,
            headcount=state.headcount,
            headcount_on=state.headcount_on,
            cse=Cse(state.cse),
            employer_role=state.employer_role,
            service_name=state.service_name,
        ),
        attachment=row.attachment,
        refusal=row.claim_words if row.claim_state == "refusee" else "",
        stated_on=state.stated_on,
        mark=f"{row.row_version}.{state.seq}",
    )


def _living(firm: NewFirm) -> Fields:
    return {
        "siret": firm.siret,
        "siret_state": firm.siret_state,
        "siret_words": firm.siret_words,
        "name": firm.name,
        "address": firm.address,
        "postal_code": firm.postal_code,
    }


def _dated(firm: NewFirm) -> Fields:
    return {
        "naf": firm.activity.code,
        "naf_label": firm.activity.label,
        "naf_nomenclature": firm.activity.nomenclature,
        "sectors": store_set(firm.activity.sectors),
        "headcount": firm.headcount,
        "headcount_on": firm.headcount_on,
        "cse": firm.cse.value,
        "employer_role": firm.employer_role,
        "service_name": firm.service_name,
    }


def _state(establishment_id: UUID, firm: NewFirm, *, seq: int, at: datetime, on: date) -> EstablishmentState:
    return EstablishmentState(establishment_id=establishment_id, seq=seq, stated_on=on, recorded_at=at, **_dated(firm))


def _last_seq(uow: Session, establishment_id: UUID) -> int:
    of_it = select(func.max(EstablishmentState.seq)).where(EstablishmentState.establishment_id == establishment_id)
    return uow.scalar(of_it) or 0
