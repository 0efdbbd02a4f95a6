"""The rows of a table somebody sends, CSV or Excel workbook, within bounds; nothing in it is run nor followed.

A CSV is read in UTF-8, UTF-16 with its mark, or cp1252, whatever its separator. A workbook is walked through as a
package first (size, ratio, macros, links, document types), then read row by row.
"""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from openpyxl import load_workbook

Cell = str | int | float | bool | date | datetime | time | timedelta | None

_KINDS: Final = (str, int, float, bool, date, datetime, time, timedelta)

MAX_BYTES: Final = 5_000_000
MAX_UNPACKED: Final = 40_000_000
MAX_RATIO: Final = 100
"""Unpacked over packed: a real workbook stays under 30."""
MAX_PARTS: Final = 300
MAX_COLUMNS: Final = 80
LAST_LINE: Final = 100_000
"""Lines looked at, blank ones included."""
_LINE_ENDS_IN_A_CELL: Final = 20

_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEPARATORS: Final = (";", "\t", ",")
_BROKEN: Final = "Ce classeur est abîmé ou incomplet. Ouvrez-le dans votre tableur et enregistrez-le de nouveau."
_TOO_LARGE: Final = (
    "Ce classeur est trop lourd une fois ouvert. Gardez la seule feuille des adhérents, ou enregistrez-la en CSV."
)


class TableFault(ValueError):
    """The file cannot be read as a table; the message says why and what to do, in French."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not blank."""

    line: int
    """Number of the line, as a spreadsheet shows it."""
    cells: tuple[Cell, ...]


def sheet_rows(content: bytes) -> Iterator[SheetRow]:
    """The rows that hold something, in order; raises TableFault, at once or on the way."""
    if not content.strip():
        raise TableFault("Ce fichier est vide.")
    if len(content) > MAX_BYTES:
        raise TableFault(f"Ce fichier pèse {-(-len(content) // 1_000_000)} Mo : 5 Mo au plus. Coupez-le en deux.")
    if content.startswith(_OLD_EXCEL):
        raise TableFault(
            "Ce classeur est d'un ancien format, ou protégé par un mot de passe. Enregistrez-le en .xlsx sans mot de "
            "passe, ou en CSV."
        )
    rows = _workbook_rows(content) if content.startswith(_ZIP) else _csv_rows(content)
    for line, cells in enumerate(rows, start=1):
        if line > LAST_LINE:
            raise TableFault("Ce fichier a plus de 100 000 lignes : retirez les lignes vides de la fin.")
        if any(cell is not None and str(cell).strip() for cell in cells):
            if len(cells) > MAX_COLUMNS:
                raise TableFault(f"Ce fichier a plus de {MAX_COLUMNS} colonnes : gardez celles des adhérents.")
            yield SheetRow(line, cells)


def _csv_rows(content: bytes) -> Iterator[tuple[Cell, ...]]:
    text = _decoded(content)
    separator, text = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line = 0
    while True:
        line += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableFault(f"Ligne {line} : une case est bien trop longue, ou un guillemet reste ouvert.") from error
        if any(cell.count("\n") > _LINE_ENDS_IN_A_CELL for cell in cells):
            raise TableFault(f"Ligne {line} : un guillemet s'ouvre et ne se ferme pas. Fermez-le, ou retirez-le.")
        while cells and not cells[-1]:
            cells.pop()
        yield tuple(cells)


def _decoded(content: bytes) -> str:
    codecs = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for codec in codecs:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise TableFault("Ce fichier n'est ni un CSV ni un classeur .xlsx. Enregistrez la liste dans l'un de ces formats.")


def _separator(text: str) -> tuple[str, str]:
    """The separator of the file, and the text without the line by which some tools announce it."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5 and first.strip()[4] in _SEPARATORS:
        return first.strip()[4], rest
    header = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    return max(_SEPARATORS, key=header.count), text


def _workbook_rows(content: bytes) -> Iterator[tuple[Cell, ...]]:
    _walk_through(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a reader does not know of a workbook is no concern of its sender
        try:
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), None)
            if sheet is None:
                raise TableFault("Ce classeur n'a aucune feuille visible.")
            sheet.reset_dimensions()  # what the file says of its own size is not believed
            for cells in sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True):
                yield _trimmed(cells)
        except TableFault:
            raise
        except Exception as error:  # a damaged workbook makes the reader raise anything at all
            raise TableFault(_BROKEN) from error


def _trimmed(read: Iterable[object]) -> tuple[Cell, ...]:
    cells = [cell if isinstance(cell, _KINDS) else None if cell is None else str(cell) for cell in read]
    while cells and cells[-1] in (None, ""):
        cells.pop()
    return tuple(cells)


def _walk_through(content: bytes) -> None:
    """Refuses a package that is a bomb, runs something, points elsewhere, or declares its own entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            names = {part.filename.lower() for part in parts}
            if "[content_types].xml" not in names or not any(name.startswith("xl/") for name in names):
                raise TableFault("Ce fichier n'est pas un classeur .xlsx. Enregistrez la liste en .xlsx ou en CSV.")
            _refuse_sizes(parts, len(content))
            if any("vbaproject" in name or "/macrosheets/" in name for name in names):
                raise TableFault("Ce classeur contient des macros. Enregistrez-le en .xlsx, sans macro, ou en CSV.")
            if any(name.startswith("xl/externallinks/") for name in names):
                raise TableFault(
                    "Ce classeur va chercher des valeurs dans d'autres classeurs. Collez les valeurs seules, ou "
                    "enregistrez la feuille en CSV."
                )
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _refuse_entities(package.read(part))
    except TableFault:
        raise
    except Exception as error:  # a package can be wrong in as many ways as a workbook
        raise TableFault(_BROKEN) from error


def _refuse_sizes(parts: list[zipfile.ZipInfo], packed: int) -> None:
    # Python reads no more of a part than the size it declares, so declared sizes are enough to bound the work.
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed:
        raise TableFault(_TOO_LARGE)


def _refuse_entities(part: bytes) -> None:
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\x00" in part[:200]:
        raise TableFault(_BROKEN)
