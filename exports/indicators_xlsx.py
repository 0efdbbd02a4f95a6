"""Tables as a workbook: real numbers and dates, texts that stay texts, ready to sort, filter and print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import BinaryIO, Final

import xlsxwriter

from exports.indicators_sheets import Table, Value

_A4: Final = 9
_CELL_LIMIT: Final = 32_000
_WRITABLE: Final = {code: " " for code in range(32) if code not in {9, 10, 13}}


def write_tables(tables: Sequence[Table], out: BinaryIO, *, title: str, made_on: date) -> None:
    """Write the tables to `out`, one sheet each; same tables, same bytes."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "created": datetime.combine(made_on, time(), tzinfo=UTC)})
    formats = {
        "title": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "day": book.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"}),
        "whole": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "decimal": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
        "secret": book.add_format({"align": "right", "valign": "top"}),
    }
    for table in tables:
        _write(book.add_worksheet(table.name), table, formats)
    book.close()


def _write(sheet: xlsxwriter.worksheet.Worksheet, table: Table, formats: dict[str, object]) -> None:
    for column, (title, width) in enumerate(zip(table.titles, table.widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, formats["title"])
    for row, values in enumerate(table.rows, start=1):
        for column, value in enumerate(values):
            _cell(sheet, row, column, value, formats)
    last_row, last_column = max(1, len(table.rows)), len(table.titles) - 1
    sheet.autofilter(0, 0, last_row, last_column)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&8{table.name.replace('&', '&&')}&R&8&P / &N")


def _cell(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, formats: dict[str, object]
) -> None:
    match value:
        case None:
            return
        case Decimal() if value != value.to_integral_value():
            sheet.write_number(row, column, float(value), formats["decimal"])
        case Decimal() | int():
            sheet.write_number(row, column, int(value), formats["whole"])
        case date():
            sheet.write_datetime(row, column, datetime.combine(value, time()), formats["day"])
        case "s" | "so":
            sheet.write_string(row, column, value, formats["secret"])
        case _:
            sheet.write_string(row, column, value.translate(_WRITABLE)[:_CELL_LIMIT], formats["text"])
