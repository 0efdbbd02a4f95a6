"""What a file of members changes in a service, row by row, worked out in four reads whatever its size."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.domain.plain_values import show_day
from app.intake.members_table import MemberRow, MembersFile, RowFault
from app.models.affiliation import Affiliation
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.stored_values import canonical, store_set
from app.services.member_report import MOST_LISTED, FirmNamed, ImportReport, KeptNewer
from questionnaires import naf
from questionnaires.catalogue import Catalogue

_Any = Row[*tuple[Any, ...]]

AFFILIATION_FIELDS: Final = (
    "member_number",
    "sector",
    "team",
    "since",
    "until",
    "record_on",
    "duerp_on",
    "idcc",
    "risk_code",
)
"""Fields of MemberRow and of Affiliation, under the same names."""
_EMPTY_AFFILIATION: Final[dict[str, Any]] = {
    name: None if name in {"since", "until", "record_on", "duerp_on"} else "" for name in AFFILIATION_FIELDS
}
_MEMBER: Final = (EstablishmentRow.attachment == "rattache", EstablishmentRow.claim_state == "")
_MEMBER_IDS: Final = select(EstablishmentRow.id).where(*_MEMBER)
STATE_KEPT: Final = ("cse", "employer_role", "service_name")
"""What a new declaration takes from the last one: the file says nothing of it."""


@dataclass(slots=True)
class KnownMember:
    """A member as the base knows it."""

    row: _Any
    state: _Any | None = None
    """Its last declaration."""
    state_seq: int = 0
    """The last number given, whatever its day."""
    affiliation: _Any | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """What one row of the file does; empty fields change nothing."""

    row: MemberRow
    known: KnownMember | None
    """None for a member to make."""
    living: dict[str, Any]
    state: dict[str, Any]
    affiliation: dict[str, Any]

    @property
    def changes(self) -> bool:
        """Whether anything is written."""
        return self.known is None or bool(self.living or self.state or self.affiliation)


@dataclass(slots=True)
class MemberPlan:
    """Everything a file does."""

    changes: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    left_out: int = 0
    ended: int = 0
    claimed: list[FirmNamed] = field(default_factory=list)
    kept: list[KeptNewer] = field(default_factory=list)
    absent: list[FirmNamed] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    """Rows that are right in the file and cannot be placed in the base."""

    def report(self, file: MembersFile) -> ImportReport:
        """The plan as it is told."""
        faults = sorted((*file.faults, *self.faults), key=lambda fault: fault.line)
        created = sum(change.known is None for change in self.changes)
        return ImportReport(
            lines=file.lines,
            created=created,
            updated=len(self.changes) - created,
            unchanged=self.unchanged,
            rejected=file.rejected + len(self.faults),
            left_out=self.left_out,
            ended=self.ended,
            absent=tuple(self.absent[:MOST_LISTED]),
            absent_count=len(self.absent),
            claimed=tuple(self.claimed[:MOST_LISTED]),
            claimed_count=len(self.claimed),
            kept=tuple(self.kept[:MOST_LISTED]),
            kept_count=len(self.kept),
            faults=tuple(faults[:MOST_LISTED]),
            more_faults=file.more_faults + max(0, len(faults) - MOST_LISTED),
            remarks=file.remarks,
            ignored=file.ignored,
            mark=self._mark(),
        )

    def _mark(self) -> str:
        told = [
            [
                change.row.siret,
                str(change.known.row.id) if change.known else "",
                *(sorted(map(str, part.items())) for part in (change.living, change.state, change.affiliation)),
            ]
            for change in self.changes
        ]
        return sha256(canonical(told).encode()).hexdigest()


def plan_members(session: Session, file: MembersFile, catalogue: Catalogue, *, on: date) -> MemberPlan:
    """Compares the file with the members of the session's service; writes nothing."""
    known = _known_members(session)
    by_siret: dict[str, list[KnownMember]] = defaultdict(list)
    for member in known.values():
        if member.row.siret:
            by_siret[member.row.siret].append(member)
    claims = {
        row.siret: row.name
        for row in session.execute(
            select(EstablishmentRow.siret, EstablishmentRow.name).where(
                EstablishmentRow.attachment == "a_rattacher",
                EstablishmentRow.claim_state == "",
                EstablishmentRow.siret.is_not(None),
            )
        )
    }
    plan = MemberPlan()
    seen: set[UUID] = set()
    for row in file.rows:
        found = by_siret.get(row.siret, [])
        seen.update(member.row.id for member in found)
        if len(found) > 1:
            plan.faults.append(_ambiguous(row, len(found)))
            continue
        if row.siret in claims:
            plan.claimed.append(FirmNamed(name=claims[row.siret], siret=row.siret))
        _place(plan, row, found[0] if found else None, file=file, catalogue=catalogue, on=on)
    plan.absent = [
        FirmNamed(name=member.row.name, siret=member.row.siret or "")
        for key, member in known.items()
        if key not in seen and not _ended(member, on)
    ]
    plan.absent.sort(key=lambda firm: (firm.name.casefold(), firm.siret))
    return plan


def _place(
    plan: MemberPlan,
    row: MemberRow,
    known: KnownMember | None,
    *,
    file: MembersFile,
    catalogue: Catalogue,
    on: date,
) -> None:
    if known is None:
        if row.until is not None and row.until < on:
            plan.left_out += 1
            return
        said = {name: getattr(row, name) for name in AFFILIATION_FIELDS}
        affiliation = {name: _EMPTY_AFFILIATION[name] if value is None else value for name, value in said.items()}
        state = _state_fields(row, catalogue)
        plan.changes.append(RowChange(row=row, known=None, living={}, state=state, affiliation=affiliation))
        return
    newer = known.state is not None and known.state.stated_on > row.headcount_on
    state = _state_fields(row, catalogue) if _state_differs(row, known) else {}
    if newer and state:
        if known.state is not None and (known.state.naf, known.state.headcount) != (row.naf, row.headcount):
            plan.kept.append(_kept(row, known.state))
        state = {}
    change = RowChange(
        row=row,
        known=known,
        living=_living(row, known, newer=newer),
        state=state,
        affiliation=_affiliation(row, known, file.columns),
    )
    if not change.changes:
        plan.unchanged += 1
        return
    if change.affiliation and change.affiliation["until"] is not None and not _ended(known, None):
        plan.ended += 1
    plan.changes.append(change)


def _living(row: MemberRow, known: KnownMember, *, newer: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"sector": row.sector, "contact_email": row.email}
    if not newer:
        said |= {"name": row.name, "postal_code": row.postal_code}
    return {name: value for name, value in said.items() if value is not None and getattr(known.row, name) != value}


def _state_fields(row: MemberRow, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "stated_on": row.headcount_on,
        "naf": row.naf,
        "naf_label": catalogue.naf_label(row.naf) or "",
        "naf_nomenclature": naf.NOMENCLATURE,
        "sectors": store_set(catalogue.sectors_of(row.naf)),
        "headcount": row.headcount,
        "headcount_on": row.headcount_on,
    }


def _state_differs(row: MemberRow, known: KnownMember) -> bool:
    state = known.state
    return state is None or (state.naf, state.headcount, state.headcount_on) != (
        row.naf,
        row.headcount,
        row.headcount_on,
    )


def _affiliation(row: MemberRow, known: KnownMember, columns: frozenset[str]) -> dict[str, Any]:
    """The fields of a new affiliation, all of them; empty when it would say what the last one does."""
    last = known.affiliation
    before = {name: getattr(last, name) for name in AFFILIATION_FIELDS} if last is not None else _EMPTY_AFFILIATION
    said = {name: value for name in AFFILIATION_FIELDS if (value := getattr(row, name)) is not None}
    if "date_radiation" in columns:
        said["until"] = row.until
    after = {**before, **said}
    return after if last is None or after != before else {}


def _kept(row: MemberRow, state: _Any) -> KeptNewer:
    words = (
        f"le fichier dit {row.naf}, {row.headcount} personnes au {show_day(row.headcount_on)} ; la déclaration du "
        f"{show_day(state.stated_on)} est plus récente et reste : {state.naf}, {state.headcount} personnes"
    )
    return KeptNewer(line=row.line, name=row.name, words=words)


def _ambiguous(row: MemberRow, count: int) -> RowFault:
    return RowFault(
        line=row.line,
        column="siret",
        read=row.siret,
        words=f"{count} adhérents de la base portent ce SIRET",
        remedy="rien n'est changé, faute de savoir lequel : réglez d'abord ce doublon",
    )


def _ended(member: KnownMember, on: date | None) -> bool:
    """Whether the last affiliation has an end, before that day when one is given."""
    last = member.affiliation
    return last is not None and last.until is not None and (on is None or last.until < on)


def _known_members(session: Session) -> dict[UUID, KnownMember]:
    columns = (
        EstablishmentRow.id,
        EstablishmentRow.siret,
        EstablishmentRow.name,
        EstablishmentRow.postal_code,
        EstablishmentRow.sector,
        EstablishmentRow.contact_email,
    )
    known = {row.id: KnownMember(row=row) for row in session.execute(select(*columns).where(*_MEMBER))}
    for state in session.execute(_STATES):
        member = known.get(state.establishment_id)
        if member is not None:
            member.state, member.state_seq = state, max(member.state_seq, state.seq)
    for affiliation in session.execute(_AFFILIATIONS):
        member = known.get(affiliation.establishment_id)
        if member is not None:
            member.affiliation = affiliation
    return known


_STATES: Final = (
    select(
        EstablishmentState.establishment_id,
        EstablishmentState.seq,
        EstablishmentState.stated_on,
        EstablishmentState.naf,
        EstablishmentState.headcount,
        EstablishmentState.headcount_on,
        *(getattr(EstablishmentState, name) for name in STATE_KEPT),
    )
    .where(EstablishmentState.establishment_id.in_(_MEMBER_IDS))
    .order_by(EstablishmentState.stated_on, EstablishmentState.seq)
)
_AFFILIATIONS: Final = (
    select(Affiliation.establishment_id, Affiliation.seq, *(getattr(Affiliation, name) for name in AFFILIATION_FIELDS))
    .where(Affiliation.establishment_id.in_(_MEMBER_IDS))
    .order_by(Affiliation.seq)
)
