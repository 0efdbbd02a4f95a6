"""One reader per column of a file of members: what a spreadsheet did to a value is undone when it can be proved.

Each reader gives the value, or raises ValueFault: what is wrong, and what to write instead. What was mended on the way
is told by a remark, never done in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from stdnum.fr import nir

from app.domain.email_addresses import read_email
from app.domain.firm_values import SIRET_ACCEPTED, is_farm, read_naf, read_postal_code, read_siret
from app.domain.personal_words import personal_words
from app.domain.plain_values import DAY_ACCEPTED, ValueFault, read_day, read_line, read_number, shown_raw
from app.intake.sheet_rows import Cell
from questionnaires import naf as naf_code

FIRST_MEMBER_YEAR: Final = 1940
"""Services of occupational health date from the war; nobody joined before."""
MOST_PEOPLE: Final = Decimal(100_000)

_SIREN, _SIRET = 9, 14
_FEWEST_LEFT: Final = 11
"""A SIREN begins with three zeros at most."""
_SCIENTIFIC: Final = re.compile(r"(\d+)(?:[.,](\d+))?[eE]\+?(\d{1,3})", re.ASCII)
_WHOLE: Final = re.compile(r"(\d+)[.,]0+", re.ASCII)
_EMAIL: Final = re.compile(r"[^\s@]{1,64}@[\w-]{1,63}\.[\w.-]{2,63}")
_LONG_NUMBER: Final = re.compile(r"(?<!\d)[123478](?:[ .\u00a0\u202f]?[\dABab]){14}(?!\d)", re.ASCII)
_DOCTOR: Final = re.compile(r"(?<!\w)(?:dr|docteur|docteure|pr|professeur)\.?\s+\w", re.IGNORECASE)
_HOUR: Final = re.compile(r"[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?\Z")
_SHORT_NAF: Final = re.compile(r"\d\.?\d{2}[A-Za-z]", re.ASCII)
_IDCC: Final = re.compile(r"\d{1,4}", re.ASCII)
_RISK: Final = re.compile(r"[0-9A-Z]{2,8}", re.ASCII)
_EXCEL_ZERO: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = range(14_000, 80_000)
"""Numbers that Excel may keep for a day between 1938 and 2119."""

LOST_DIGITS: Final = (
    "mettez la colonne au format Texte (ou Nombre sans décimale), recopiez les SIRET depuis votre logiciel, puis "
    "enregistrez de nouveau"
)


@dataclass(slots=True)
class CellContext:
    """What readers need beside the cell, and what they say of it."""

    today: date
    label_of: Callable[[str], str | None]
    """Label of a NAF code, None when the nomenclature has none."""
    remarks: list[str] = field(default_factory=list)


def text_of(cell: Cell) -> str:
    """What a person sees in the cell, without the spaces and the apostrophe in front."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).replace(".", ",")
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell).strip().removeprefix("'").strip()


def siret_cell(cell: Cell, context: CellContext) -> str:
    """The SIRET, with the zeros a spreadsheet dropped in front when its key agrees."""
    digits = _siret_digits(cell)
    if len(digits) == _SIREN and digits.isascii() and digits.isdigit():
        raise ValueFault(
            f"{shown_raw(digits)} est un SIREN (9 chiffres)", f"le SIRET de l'établissement : {SIRET_ACCEPTED}"
        )
    if _FEWEST_LEFT <= len(digits) < _SIRET and digits.isascii() and digits.isdigit():
        try:
            found = read_siret(digits.zfill(_SIRET))
        except ValueFault:
            return read_siret(digits)
        context.remarks.append(f"SIRET lu {digits} : complété par les zéros du début, {found}, car la clé est juste")
        return found
    return read_siret(digits)


def _siret_digits(cell: Cell) -> str:
    text = "".join(text_of(cell).split())
    if found := _WHOLE.fullmatch(text):
        return found[1]
    found = _SCIENTIFIC.fullmatch(text)
    if found is None:
        return text
    whole, decimals, exponent = found[1], found[2] or "", int(found[3])
    if len(decimals) < exponent:
        raise ValueFault(f"{shown_raw(text)} a perdu ses derniers chiffres dans le tableur", LOST_DIGITS)
    rest = decimals[exponent:]
    return (whole + decimals[:exponent]) if not rest.strip("0") else text


def name_cell(cell: Cell, _context: CellContext) -> str:
    """The name of the firm."""
    return _line(cell, 200)


def naf_cell(cell: Cell, context: CellContext) -> str:
    """The NAF code, in its present nomenclature."""
    text = text_of(cell)
    if _SHORT_NAF.fullmatch("".join(text.split())):
        text = "0" + "".join(text.split())
    try:
        code = read_naf(text, label_of=context.label_of)
    except ValueFault as fault:
        if naf_code.normalise(text) is None:
            raise
        accepted = "un code de la NAF rév. 2 ; un code de la NAF 2025 n'y figure pas toujours, gardez l'ancien"
        raise ValueFault(fault.words, accepted) from fault
    if is_farm(code):
        context.remarks.append(f"code NAF {code} : une exploitation agricole relève en principe de la MSA")
    return code


def people_cell(cell: Cell, context: CellContext) -> int:
    """The head count, in persons: a part of one is one."""
    number = read_number(_decimal(cell), minimum=Decimal(0), maximum=MOST_PEOPLE)
    whole = int(number.to_integral_value(rounding="ROUND_CEILING"))
    if whole != number:
        shown = str(number).replace(".", ",")
        context.remarks.append(f"effectif {shown} lu comme {whole} personnes : le portail compte des personnes")
    return whole


def _decimal(cell: Cell) -> object:
    if isinstance(cell, float):
        try:
            return Decimal(repr(cell))
        except InvalidOperation:
            return text_of(cell)
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else text_of(cell)


def postal_cell(cell: Cell, _context: CellContext) -> str:
    """The postal code, with the zero a spreadsheet dropped in front."""
    text = "".join(text_of(cell).split())
    return read_postal_code(text.zfill(5) if len(text) == 4 and text.isascii() and text.isdigit() else text)


def day_cell(cell: Cell, _context: CellContext) -> date:
    """A day, whatever its hour."""
    if isinstance(cell, datetime):
        return read_day(cell.date(), first=FIRST_MEMBER_YEAR)
    if isinstance(cell, date):
        return read_day(cell, first=FIRST_MEMBER_YEAR)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int_or_none(cell) in _EXCEL_DAYS:
        return _EXCEL_ZERO + timedelta(days=int(cell))
    return read_day(_HOUR.sub("", text_of(cell)), first=FIRST_MEMBER_YEAR)


def int_or_none(number: float) -> int | None:
    """The whole part of a number, None when it has none (an infinity)."""
    try:
        return int(number)
    except (OverflowError, ValueError):
        return None


def past_day_cell(cell: Cell, context: CellContext) -> date:
    """A day that has come."""
    day = day_cell(cell, context)
    if day > context.today:
        raise ValueFault(f"la date {day:%d/%m/%Y} est dans l'avenir", f"{DAY_ACCEPTED}, passée")
    return day


def label_cell(cell: Cell, _context: CellContext) -> str:
    """A short label of the service's own: a sector, a number of member."""
    return _line(cell, 80)


def team_cell(cell: Cell, context: CellContext) -> str | None:
    """The care team; None, with a remark, when a person's name stands there."""
    words = _line(cell, 80)
    if personal_words(words) or _DOCTOR.search(words):
        context.remarks.append("l'équipe a l'air d'un nom de personne : elle n'est pas reprise")
        return None
    return words


def email_cell(cell: Cell, _context: CellContext) -> str:
    """Where the service writes to the firm."""
    return read_email(text_of(cell))


def idcc_cell(cell: Cell, _context: CellContext) -> str:
    """The 4 digits of a collective agreement."""
    text = text_of(cell).upper().removeprefix("IDCC").strip(" :")
    if not _IDCC.fullmatch(text):
        raise ValueFault(f"{shown_raw(text_of(cell))} n'est pas un numéro de convention collective", "4 chiffres")
    return text.zfill(4)


def risk_cell(cell: Cell, _context: CellContext) -> str:
    """The risk code of the accident branch."""
    text = "".join(text_of(cell).upper().replace(".", "").split())
    if not _RISK.fullmatch(text):
        raise ValueFault(f"{shown_raw(text_of(cell))} n'est pas un code risque", "un code comme 158AA")
    return text


def holds_a_nir(cell: Cell) -> bool:
    """Whether a social security number stands in the cell: 15 digits whose key is right."""
    found = _LONG_NUMBER.search(text_of(cell))
    return found is not None and bool(nir.is_valid(nir.compact(found[0].replace("\u00a0", "").replace("\u202f", ""))))


def _line(cell: Cell, limit: int) -> str:
    words = read_line(text_of(cell), limit=limit)
    if _EMAIL.search(words):
        raise ValueFault("une adresse e-mail n'a pas sa place ici", "l'adresse va dans la colonne email_contact")
    return words
