"""A table handed out as CSV, as French spreadsheets open it; no cell of it is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(rows: Iterable[Sequence[str]], *, name: str) -> Response:
    """The answer that downloads these rows."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerows([plain(cell) for cell in row] for row in rows)
    answer = Response(stream.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def plain(cell: str) -> str:
    """The cell as text: a spreadsheet would run one that begins like a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
