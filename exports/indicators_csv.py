"""Tables as CSV for a French spreadsheet: UTF-8 with its mark, semicolons, decimal comma, no formula."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

from exports.indicators_sheets import Table, Value

MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(table: Table) -> bytes:
    """The table as the bytes of a file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.titles)
    writer.writerows([_told(value) for value in row] for row in table.rows)
    return (MARK + out.getvalue()).encode("utf-8", errors="replace")


def _told(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value:f}".replace(".", ",")
        case date():
            return value.isoformat()
        case str():
            # A word that begins like a formula would be computed when the file is opened.
            return f"'{value}" if value.startswith(_FORMULA) else value
        case _:
            return str(value)
