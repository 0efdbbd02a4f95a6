"""A file of members, read whole: what is right as rows, and every fault of every row with what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.domain.plain_values import ValueFault, shown_raw
from app.intake import member_cells as cells
from app.intake.member_cells import CellContext, text_of
from app.intake.member_columns import COLUMNS, Header, HeaderFaults, read_header
from app.intake.sheet_rows import Cell, SheetRow, TableFault, sheet_rows

MAX_ROWS: Final = 20_000
"""Members a file may hold."""
MOST_FAULTS: Final = 5_000
"""Faults told one by one; beyond, they are counted."""
MOST_REMARKS: Final = 500


class FileRefused(ValueError):
    """Nothing of the file can be used; `reasons` holds one French sentence each."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__(" ".join(reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """One thing wrong in one cell."""

    line: int
    """Number of the line, as a spreadsheet shows it."""
    column: str
    read: str
    """What stands there; empty for an empty cell."""
    words: str
    """What is wrong, in French, without a capital."""
    remedy: str
    """What may be written instead, in French; empty when the words say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something mended, or worth a look, in a row that is taken."""

    line: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """One member, checked; None is what the file does not say."""

    line: int
    siret: str
    name: str
    naf: str
    headcount: int
    headcount_on: date
    postal_code: str
    member_number: str | None
    sector: str | None
    team: str | None
    since: date | None
    until: date | None
    email: str | None
    record_on: date | None
    duerp_on: date | None
    idcc: str | None
    risk_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersFile:
    """What was read of a file."""

    lines: int
    """Rows that hold something, without the names of the columns."""
    rows: tuple[MemberRow, ...]
    faults: tuple[RowFault, ...]
    more_faults: int
    """Faults that are counted and not told."""
    rejected: int
    """Rows with a fault."""
    remarks: tuple[Remark, ...]
    ignored: tuple[str, ...]
    """Columns that are not read."""
    columns: frozenset[str]
    """Columns that are there."""


_Reader = Callable[[Cell, CellContext], Any]
_FIELDS: Final[Mapping[str, tuple[str, _Reader]]] = {
    "siret": ("siret", cells.siret_cell),
    "raison_sociale": ("name", cells.name_cell),
    "code_naf": ("naf", cells.naf_cell),
    "effectif": ("headcount", cells.people_cell),
    "date_effectif": ("headcount_on", cells.past_day_cell),
    "code_postal": ("postal_code", cells.postal_cell),
    "num_adherent": ("member_number", cells.label_cell),
    "secteur": ("sector", cells.label_cell),
    "medecin_equipe": ("team", cells.team_cell),
    "date_adhesion": ("since", cells.past_day_cell),
    "date_radiation": ("until", cells.day_cell),
    "email_contact": ("email", cells.email_cell),
    "date_fiche_entreprise": ("record_on", cells.past_day_cell),
    "date_dernier_duerp": ("duerp_on", cells.past_day_cell),
    "idcc": ("idcc", cells.idcc_cell),
    "risque_at": ("risk_code", cells.risk_cell),
}
"""Column -> field of MemberRow, and its reader."""
_REQUIRED: Final = frozenset(column.key for column in COLUMNS if column.required)


@dataclass(slots=True)
class _Reading:
    """What is gathered while the rows go by."""

    label_of: Callable[[str], str | None]
    today: date
    rows: list[MemberRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    more_faults: int = 0
    rejected: int = 0
    remarks: list[Remark] = field(default_factory=list)
    lines_of: dict[str, int] = field(default_factory=dict)
    """SIRET -> the line it was first met on."""


def read_members(content: bytes, *, label_of: Callable[[str], str | None], today: date) -> MembersFile:
    """Reads a CSV or a workbook of members; raises FileRefused when nothing of it can be used."""
    try:
        rows = sheet_rows(content)
        header = _header(rows)
        reading = _Reading(label_of=label_of, today=today)
        lines = 0
        for row in rows:
            lines += 1
            if lines > MAX_ROWS:
                raise FileRefused("Ce fichier a plus de 20 000 adhérents : coupez-le en plusieurs fichiers.")
            _refuse_nir(row, header)
            _read_row(row, header, reading)
    except TableFault as fault:
        raise FileRefused(str(fault)) from fault
    if not lines:
        raise FileRefused("Ce fichier a des noms de colonnes, et aucun adhérent en dessous.")
    return MembersFile(
        lines=lines,
        rows=tuple(reading.rows),
        faults=tuple(reading.faults),
        more_faults=reading.more_faults,
        rejected=reading.rejected,
        remarks=tuple(reading.remarks),
        ignored=header.ignored,
        columns=frozenset(key for key, _place in header.places),
    )


def _header(rows: Iterator[SheetRow]) -> Header:
    first = next(rows, None)
    if first is None:
        raise FileRefused("Ce fichier est vide.")
    try:
        return read_header([text_of(cell) for cell in first.cells])
    except HeaderFaults as faults:
        raise FileRefused(*faults.reasons) from faults


def _refuse_nir(row: SheetRow, header: Header) -> None:
    """A social security number refuses the file, wherever it stands: its column is not looked for by its name alone."""
    siret = next(place for key, place in header.places if key == "siret")
    for place, cell in enumerate(row.cells):
        if place != siret and cells.holds_a_nir(cell):
            raise FileRefused(
                f"Ligne {row.line} : une case contient un numéro de sécurité sociale. Le portail n'en garde aucun : "
                "supprimez cette colonne du fichier, puis envoyez-le de nouveau."
            )


def _read_row(row: SheetRow, header: Header, reading: _Reading) -> None:
    context = CellContext(today=reading.today, label_of=reading.label_of)
    values: dict[str, Any] = {name: None for name, _read in _FIELDS.values()}
    faults: list[RowFault] = []
    for key, place in header.places:
        cell = row.cells[place] if place < len(row.cells) else None
        try:
            values[_FIELDS[key][0]] = _read_cell(key, cell, context)
        except ValueFault as fault:
            faults.append(_fault(row.line, key, cell, fault))
    faults += _contradictions(row.line, values)
    if not faults:
        faults += _double(row.line, values["siret"], reading)
    if faults:
        _keep_faults(faults, reading)
        return
    reading.rows.append(MemberRow(line=row.line, **values))
    room = MOST_REMARKS - len(reading.remarks)
    reading.remarks += [Remark(line=row.line, words=words) for words in context.remarks[: max(0, room)]]


def _read_cell(key: str, cell: Cell, context: CellContext) -> Any:
    if text_of(cell):
        return _FIELDS[key][1](cell, context)
    if key in _REQUIRED:
        raise ValueFault("la case est vide", next(column.holds for column in COLUMNS if column.key == key))
    return None


def _fault(line: int, key: str, cell: Cell, fault: ValueFault) -> RowFault:
    read = text_of(cell)
    return RowFault(
        line=line,
        column=key,
        read=shown_raw(read).removeprefix("« ").removesuffix(" »") if read else "",
        words=fault.words,
        remedy=fault.accepted,
    )


def _contradictions(line: int, values: Mapping[str, Any]) -> list[RowFault]:
    since, until = values["since"], values["until"]
    if since is None or until is None or until >= since:
        return []
    return [
        RowFault(
            line=line,
            column="date_radiation",
            read=f"{until:%d/%m/%Y}",
            words=f"la radiation précède l'adhésion du {since:%d/%m/%Y}",
            remedy="corrigez l'une des deux dates",
        )
    ]


def _double(line: int, siret: str, reading: _Reading) -> list[RowFault]:
    first = reading.lines_of.setdefault(siret, line)
    if first == line:
        return []
    return [
        RowFault(
            line=line,
            column="siret",
            read=siret,
            words=f"ce SIRET est déjà à la ligne {first}",
            remedy=f"gardez une seule des deux lignes ; la ligne {first} est prise",
        )
    ]


def _keep_faults(faults: list[RowFault], reading: _Reading) -> None:
    reading.rejected += 1
    room = max(0, MOST_FAULTS - len(reading.faults))
    reading.faults += faults[:room]
    reading.more_faults += len(faults[room:])
