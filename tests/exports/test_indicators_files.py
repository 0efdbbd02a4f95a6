"""The figures of a year as files: real numbers, `s` and `so`, decimal comma, no formula."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl

from app.domain.indicator_report import ActLine, Check, InternalRow, Line, PartLine, Report
from app.domain.indicator_specs import BY_CODE, SPECS
from exports.indicators_csv import csv_bytes
from exports.indicators_sheets import Table, internal_sheet, sheets_of
from exports.indicators_xlsx import write_tables

FORMULA = '=HYPERLINK("x")'


def line(code: str, value: Decimal | str, numerator: int | str = "so", denominator: int | str = "so") -> Line:
    return Line(spec=BY_CODE[code], value=value, numerator=numerator, denominator=denominator)


def part(words: str, value: int | str) -> PartLine:
    return PartLine(code="POR-04", label=BY_CODE["POR-04"].label, words=words, value=value, establishments=value)


REPORT = Report(
    service="Santé Travail des Garrigues",
    first=date(2026, 1, 1),
    last=date(2026, 12, 31),
    made_on=date(2027, 1, 12),
    software="Jalon 0.1.0",
    units=5,
    lines=(
        line("POR-04", Decimal(1234)),
        line("POR-05", Decimal("16.8"), 21, 125),
        line("POR-07", "so"),
        line("POR-17", "s"),
    ),
    parts=(),
    by_section=(part("F : Construction", 12), part("Non renseigné", "s")),
    by_band=(part("1 à 9", 12),),
    by_sector=(part(FORMULA, 0),),
    acts=(
        ActLine(
            month="2026-03",
            category="Atelier",
            theme="chaleur",
            format="Collectif",
            acts=2,
            establishments=14,
            participants=31,
        ),
    ),
    checks=(Check(words="Adhérents sans code NAF", number=3),),
)


def workbook(tables: tuple[Table, ...]) -> tuple[bytes, openpyxl.Workbook]:
    out = io.BytesIO()
    write_tables(tables, out, title="Indicateurs 2026", made_on=REPORT.made_on)
    return out.getvalue(), openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def test_every_sheet_is_there_ready_to_sort_and_print() -> None:
    _, book = workbook(sheets_of(REPORT))
    assert book.sheetnames == [
        *("Lisez-moi", "Synthese", "Ventilation_NAF", "Ventilation_Effectif", "Ventilation_Territoire", "Detail"),
        *("Actions_menees", "Dictionnaire", "Controle"),
    ]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"


def test_numbers_are_numbers_and_what_is_hidden_is_a_letter() -> None:
    _, book = workbook(sheets_of(REPORT))
    found = {row[0]: row[3:6] for row in book["Synthese"].iter_rows(min_row=2, values_only=True)}
    assert found == {
        "POR-04": (1234, "so", "so"),
        "POR-05": (16.8, 21, 125),
        "POR-07": ("so", "so", "so"),
        "POR-17": ("s", "so", "so"),
    }
    assert book["Ventilation_NAF"]["D3"].value == "s"
    assert (book["Ventilation_Territoire"]["D2"].value, book["Ventilation_Territoire"]["D2"].data_type) == (0, "n")
    assert book["Lisez-moi"]["B3"].value == datetime(2026, 1, 1)  # noqa: DTZ001 - a cell of a workbook has no zone - a sheet has no zone
    assert book["Actions_menees"]["G2"].value == 31


def test_no_word_becomes_a_formula() -> None:
    tables = sheets_of(REPORT)
    _, book = workbook(tables)
    cell = book["Ventilation_Territoire"]["C2"]
    assert (cell.value, cell.data_type) == (FORMULA, "s")
    assert "'=HYPERLINK" in csv_bytes(tables[4]).decode("utf-8-sig")


def test_the_dictionary_tells_every_indicator() -> None:
    _, book = workbook(sheets_of(REPORT))
    rows = list(book["Dictionnaire"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [spec.code for spec in SPECS]
    assert all(all(cell not in {None, ""} for cell in row) for row in rows)


def test_the_csv_opens_in_a_french_spreadsheet() -> None:
    content = csv_bytes(sheets_of(REPORT)[1])
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0][:4] == ["Code", "Indicateur", "Unité", "Résultat"]
    assert [row[3] for row in rows[1:]] == ["1234", "16,8", "so", "s"]


def test_same_figures_same_bytes() -> None:
    assert workbook(sheets_of(REPORT))[0] == workbook(sheets_of(REPORT))[0]


def test_the_internal_sheet_keeps_the_zeros_of_a_siret() -> None:
    row = InternalRow(
        code="POR-04",
        label="Établissements engagés",
        establishment="Toitures\x0b du Larzac",
        siret="00012345600017",
        day=date(2026, 3, 2),
        theme="chaleur",
        act="Thème commencé",
        minutes=None,
        quantity=None,
        unit="",
    )
    _, book = workbook((internal_sheet([row]),))
    cells = next(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert cells[3] == "00012345600017"
    assert cells[4] == datetime(2026, 3, 2)  # noqa: DTZ001 - a cell of a workbook has no zone
