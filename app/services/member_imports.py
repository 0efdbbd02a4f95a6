"""A file of members: read, shown, then applied in one transaction; the same file twice changes nothing.

Nothing is deleted nor ended because it is absent from the file. What is dated gets a new row, only when something
differs; a claim on a SIRET of the file is left to the page of claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from app.intake.members_table import MembersFile, read_members
from app.models.affiliation import Affiliation, MemberImport
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.models.service import Service
from app.models.upserts import change_rows, insert_rows
from app.services.cases import refresh_visited
from app.services.member_plan import STATE_KEPT, MemberPlan, RowChange, plan_members
from app.services.member_report import ImportReport, read_report, store_report
from app.services.once import key_of, mark_done, refuse_twice
from app.services.row_changes import Fields
from questionnaires.catalogue import Catalogue

_PURPOSE: Final = "adherents"
_AT_ONCE: Final = 500
"""Rows locked in one statement."""
_LONGEST_NAME: Final = 120


class UnknownImport(LookupError):
    """No such import in this service."""


class ImportSettled(Exception):
    """The import is applied or given up already: nothing is done twice."""


class BaseChanged(Exception):
    """The base changed since the preview, so that the file does something else: nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importing:
    """Where and when a file is brought in, and with what content."""

    database: Database
    service_id: UUID
    catalogue: Catalogue
    on: date
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportView:
    """An import as its page shows it."""

    import_id: UUID
    file_name: str
    state: str
    """`propose`, `applique` or `abandonne`."""
    report: ImportReport
    created_at: datetime
    settled_at: datetime | None


def preview_members(importing: Importing, content: bytes) -> ImportReport:
    """What a file would do, keeping nothing; raises FileRefused."""
    file = _read(importing, content)
    with importing.database.read(service_id=importing.service_id) as session:
        return plan_members(session, file, importing.catalogue, on=importing.on).report(file)


def propose_import(
    importing: Importing, content: bytes, *, file_name: str, account_id: UUID | None, key: str = ""
) -> UUID:
    """Keeps a file with what it would do; a proposal nobody settled is given up. Raises FileRefused, AlreadyDone."""
    report = preview_members(importing, content)
    key = key_of(key, sha256(content).hexdigest())
    with importing.database.unit_of_work(service_id=importing.service_id) as uow:
        refuse_twice(uow, key, purpose=_PURPOSE)
        for earlier in uow.scalars(select(MemberImport).where(MemberImport.state == "propose")):
            _settle(earlier, "abandonne", at=importing.at)
        row = MemberImport(
            file_name=file_name[-_LONGEST_NAME:],
            content=content,
            content_sha256=sha256(content).hexdigest(),
            state="propose",
            report=store_report(report),
            account_id=account_id,
            created_at=importing.at,
            settled_at=None,
        )
        uow.add(row)
        uow.flush()
        mark_done(uow, key, purpose=_PURPOSE, outcome=str(row.id), at=importing.at)
        return row.id


def read_import(session: Session, import_id: UUID) -> ImportView:
    """The import of that identity; raises UnknownImport when the session's service has none."""
    row = session.scalar(select(MemberImport).where(MemberImport.id == import_id))
    if row is None:
        raise UnknownImport(str(import_id))
    return _view(row)


def waiting_import(session: Session) -> ImportView | None:
    """The import that waits for a decision, None without."""
    query = select(MemberImport).where(MemberImport.state == "propose").order_by(MemberImport.created_at.desc())
    row = session.scalars(query.limit(1)).first()
    return _view(row) if row is not None else None


def apply_import(importing: Importing, import_id: UUID) -> ImportReport:
    """Does what the preview said, in one transaction, and erases the file.

    Raises BaseChanged, after keeping the new preview, when the file would do something else by now; ImportSettled,
    UnknownImport, Conflict.
    """
    with importing.database.read(service_id=importing.service_id) as session:
        content = _waiting(session, import_id).content or b""
    file = _read(importing, content)
    with importing.database.unit_of_work(service_id=importing.service_id) as uow:
        # Two imports at once would each make the same members: the second one waits here.
        uow.scalar(select(Service.id).where(Service.id == importing.service_id).with_for_update())
        row = _waiting(uow, import_id)
        plan = plan_members(uow, file, importing.catalogue, on=importing.on)
        report = plan.report(file)
        same = report.mark == read_report(row.report).mark
        row.report = store_report(report)
        if same:
            _write(uow, plan, importing)
            _settle(row, "applique", at=importing.at)
    if not same:
        raise BaseChanged
    return report


def give_up_import(database: Database, import_id: UUID, *, service_id: UUID, at: datetime) -> None:
    """Erases a file without applying it; raises ImportSettled, UnknownImport."""
    with database.unit_of_work(service_id=service_id) as uow:
        _settle(_waiting(uow, import_id), "abandonne", at=at)


def _read(importing: Importing, content: bytes) -> MembersFile:
    return read_members(content, label_of=importing.catalogue.naf_label, today=importing.on)


def _waiting(session: Session, import_id: UUID) -> MemberImport:
    query = select(MemberImport).where(MemberImport.id == import_id).options(undefer(MemberImport.content))
    row = session.scalar(query)
    if row is None:
        raise UnknownImport(str(import_id))
    if row.state != "propose":
        raise ImportSettled
    return row


def _settle(row: MemberImport, state: str, *, at: datetime) -> None:
    row.state, row.content, row.settled_at = state, None, at


def _view(row: MemberImport) -> ImportView:
    return ImportView(
        import_id=row.id,
        file_name=row.file_name,
        state=row.state,
        report=read_report(row.report),
        created_at=row.created_at,
        settled_at=row.settled_at,
    )


def _write(uow: Session, plan: MemberPlan, importing: Importing) -> None:
    made = [(uuid4(), change) for change in plan.changes if change.known is None]
    _make_establishments(uow, made, importing)
    _change_establishments(uow, [change for change in plan.changes if change.known is not None and change.living])
    placed = [*made, *((change.known.row.id, change) for change in plan.changes if change.known is not None)]
    host = uow.get_one(Service, importing.service_id)
    insert_rows(uow, EstablishmentState, _states(placed, service_name=host.name, at=importing.at))
    insert_rows(uow, Affiliation, _affiliations(placed, importing))
    refresh_visited(uow, recorded_at=importing.at, on=importing.on)


def _make_establishments(uow: Session, made: Sequence[tuple[UUID, RowChange]], importing: Importing) -> None:
    if not made:
        return
    known = {
        row.siren: row.id for row in uow.execute(select(Company.siren, Company.id).order_by(Company.created_at.desc()))
    }
    companies: list[Fields] = []
    for _key, change in made:
        siren = change.row.siret[:9]
        if siren not in known:
            known[siren] = uuid4()
            companies.append({"id": known[siren], "siren": siren, "name": change.row.name, "created_at": importing.at})
    insert_rows(uow, Company, companies)
    insert_rows(
        uow,
        EstablishmentRow,
        (
            {
                "id": key,
                "company_id": known[change.row.siret[:9]],
                "siret": change.row.siret,
                "siret_state": "connu",
                "siret_words": "",
                "name": change.row.name,
                "address": "",
                "postal_code": change.row.postal_code,
                "attachment": "rattache",
                "claim_state": "",
                "sector": change.row.sector or "",
                "contact_email": change.row.email or "",
                "created_at": importing.at,
            }
            for key, change in made
        ),
    )


def _change_establishments(uow: Session, changed: Sequence[RowChange]) -> None:
    wanted: dict[UUID, dict[str, Any]] = {
        change.known.row.id: change.living for change in changed if change.known is not None
    }
    ids = sorted(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        some = select(EstablishmentRow).where(EstablishmentRow.id.in_(ids[start : start + _AT_ONCE]))
        rows = uow.scalars(some.order_by(EstablishmentRow.id).with_for_update()).all()
        change_rows(uow, [(row, wanted[row.id]) for row in rows])


def _states(placed: Sequence[tuple[UUID, RowChange]], *, service_name: str, at: datetime) -> Iterator[Fields]:
    for key, change in placed:
        if change.state:
            last = change.known.state if change.known else None
            kept = (
                {name: getattr(last, name) for name in STATE_KEPT}
                if last is not None
                else {"cse": "aucun", "employer_role": "", "service_name": service_name}
            )
            seq = change.known.state_seq + 1 if change.known else 1
            yield {"establishment_id": key, "seq": seq, "recorded_at": at, **kept, **change.state}


def _affiliations(placed: Sequence[tuple[UUID, RowChange]], importing: Importing) -> Iterator[Fields]:
    for key, change in placed:
        if change.affiliation:
            last = change.known.affiliation if change.known else None
            yield {
                "establishment_id": key,
                "seq": last.seq + 1 if last is not None else 1,
                "stated_on": importing.on,
                "source": "import",
                "recorded_at": importing.at,
                **change.affiliation,
            }
