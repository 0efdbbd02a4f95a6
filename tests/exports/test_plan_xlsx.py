"""The plan as a workbook: dates, numbers, texts, print set-up, same bytes."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from app.domain.dossier import Dossier
from exports.plan_xlsx import LIST_COLUMNS, PROGRAM_COLUMNS, write_plan
from tests.exports import sample
from tests.exports.opened import plain


def written(dossier: Dossier) -> bytes:
    out = io.BytesIO()
    write_plan(dossier, out)
    return out.getvalue()


def book(dossier: Dossier) -> Any:
    return openpyxl.load_workbook(io.BytesIO(written(dossier)))


def column(sheet: Any, title: str) -> list[Any]:
    """The cells under a title."""
    titles = [plain(cell.value) for cell in sheet[1]]
    return [row[titles.index(title)] for row in sheet.iter_rows(min_row=2)]


def test_sheets_ready_to_filter_and_print() -> None:
    sheets = book(sample.PROJECT)
    assert sheets.sheetnames == ["Plan d'actions", "Lignes de risque", "Points de droit", "À propos"]
    for sheet in sheets.worksheets[:3]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.print_area
    for sheet in sheets.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.page_setup.paperSize == 9


def test_dates_are_dates_and_numbers_are_numbers() -> None:
    sheets = book(sample.PROJECT)
    plan, rows = sheets["Plan d'actions"], sheets["Lignes de risque"]
    due = column(plan, "Échéance")
    assert [cell.value for cell in due] == [datetime(2027, 1, 15), datetime(2027, 5, 15), *[None] * 4]  # noqa: DTZ001 - a sheet has no zone
    assert due[0].number_format == "dd/mm/yyyy"
    assert [cell.value for cell in column(rows, "Gravité")] == [4, 4, 4, 2]
    assert [cell.value for cell in column(rows, "Maîtrise")] == [3, 3, 3, None]
    assert [cell.value for cell in column(rows, "Personnes exposées")] == [6, 6, 2, 1]


@pytest.mark.parametrize("text", ["=1+1", "+33 4", "-5", "@SUM(A1)", "http://exemple.fr", "0123", "{=A1}"])
def test_a_text_stays_a_text(text: str) -> None:
    action = replace(sample.ACTIONS[0], text=text, owner=text, cost=text)
    cells = column(book(replace(sample.PROJECT, actions=(action,)))["Plan d'actions"], "Action")
    assert [cell.value for cell in cells] == [text]
    assert cells[0].data_type == "s"
    assert cells[0].hyperlink is None


def test_columns_follow_the_size() -> None:
    for dossier, columns in ((sample.AS_VERSION, LIST_COLUMNS), (sample.PROGRAM, PROGRAM_COLUMNS)):
        titles = [plain(cell.value) for cell in book(dossier)["Plan d'actions"][1]]
        assert titles[: len(columns)] == [each.title for each in columns]
    assert {"Conditions d'exécution", "Indicateur de résultat", "Estimation du coût"} <= {
        each.title for each in PROGRAM_COLUMNS
    }


def test_proposals_are_said_to_be_proposals_and_left_out_of_a_version() -> None:
    states = [cell.value for cell in column(book(sample.PROJECT)["Plan d'actions"], "État")]
    assert states[2:4] == ["À faire", "proposée, non retenue à ce jour"]
    keys = [cell.value for cell in column(book(sample.AS_VERSION)["Plan d'actions"], "N°")]
    assert keys == ["A01", "A02", "A03"]


def test_about_says_whose_plan_of_what_day_and_state() -> None:
    facts = {plain(row[0].value): row[1].value for row in book(sample.PROJECT)["À propos"].iter_rows()}
    assert facts["État"] == "PROJET, sans numéro"
    assert facts["Effectif"] == 9
    assert facts["Date de l'évaluation"].date() == date(2026, 11, 21)
    assert "version 1 du 21 novembre 2026" in {
        plain(str(row[1].value)) for row in book(sample.AS_VERSION)["À propos"].iter_rows()
    }


def test_rows_name_their_unit_and_point_only_at_actions_of_the_workbook() -> None:
    for dossier in (sample.PROJECT, sample.AS_VERSION):
        sheets = book(dossier)
        held = {cell.value for cell in column(sheets["Plan d'actions"], "N°")}
        rows = sheets["Lignes de risque"]
        told = {key for cell in column(rows, "Actions") for key in (cell.value or "").split(", ") if key}
        assert told
        assert told <= held
        assert column(rows, "Unité")[0].value == "UT1 Couvreurs"


def test_points_of_law_have_their_sheet_when_there_are_some() -> None:
    sheet = book(sample.PROJECT)["Points de droit"]
    assert [plain(cell.value) for cell in column(sheet, "Ce que demande le texte")] == [
        plain(point.text) for point in sample.PROJECT.law_points
    ]
    assert all(isinstance(cell.value, datetime) for cell in column(sheet, "Échéance"))
    assert "Points de droit" not in book(replace(sample.PROJECT, law_points=())).sheetnames


def test_same_dossier_same_bytes() -> None:
    assert written(sample.PROJECT) == written(sample.PROJECT)
    assert written(sample.PROJECT) != written(sample.AS_VERSION)
    properties = book(sample.PROJECT).properties
    assert properties.created.date() == date(2026, 11, 21)
    assert plain(properties.creator) == "Couverture d'exemple, gérante"


def test_an_empty_plan_and_a_cell_too_long_for_a_sheet() -> None:
    assert book(sample.EMPTY)["Plan d'actions"].max_row == 1
    action = replace(sample.ACTIONS[0], text="x" * 40_000 + "\x00", why="a\x0bb")
    plan = book(replace(sample.PROJECT, actions=(action,)))["Plan d'actions"]
    (cell,) = column(plan, "Action")
    assert len(cell.value) < 32_767
    assert cell.value.endswith("[…]")
    assert column(plan, "Pourquoi")[0].value == "ab"


def test_an_ampersand_in_the_name_is_not_a_command_of_the_footer() -> None:
    dossier = replace(sample.PROJECT, establishment=replace(sample.ESTABLISHMENT, name="A & B"))
    assert (
        "A && B" in book(dossier)["À propos"].oddFooter.left.text
        or "A & B" in book(dossier)["À propos"].oddFooter.left.text
    )


def test_a_day_no_workbook_can_count_is_written_in_words() -> None:
    old = replace(sample.PROJECT, establishment=replace(sample.PROJECT.establishment, headcount_on=date(1, 1, 1)))
    out = io.BytesIO()
    write_plan(old, out)
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    about = {row[0].value: row[1].value for row in book.worksheets[-1].iter_rows() if len(row) > 1}
    assert any(isinstance(value, str) and value.startswith("1er") for value in about.values())
