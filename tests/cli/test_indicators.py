"""`jalon indicators`: a workbook, CSV files, the internal rows; every refusal in French."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from app.cli import main
from app.models.engine import Database
from bench.indicator_world import build_world
from tests.cli.test_commands import ENGLISH, plain
from tests.engines import service_in

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database, sqlite_address: str) -> Database:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_address)
    return sqlite_database


def run(*typed: str, capsys: Capture, code: int = 0) -> str:
    assert main(["indicators", *typed]) == code
    read = capsys.readouterr()
    said = plain(read.out if code == 0 else read.err)
    assert not ENGLISH.search(said)
    return said


@pytest.fixture
def filled(base: Database, sqlite_address: str) -> None:
    service = service_in(base, "garrigues")
    build_world(Path(sqlite_address.removeprefix("sqlite:///")), service.id, establishments=400)


@pytest.mark.usefixtures("filled")
def test_a_year_becomes_a_workbook_and_csv_without_any_siret(tmp_path: Path, capsys: Capture) -> None:
    out, folder = tmp_path / "indicateurs.xlsx", tmp_path / "csv"
    said = run("--year", "2026", "--out", str(out), "--csv", str(folder), capsys=capsys)
    assert "SPSTI garrigues, année 2026" in said
    book = openpyxl.load_workbook(out)
    summary = {row[0]: row[3] for row in book["Synthese"].iter_rows(min_row=2, values_only=True)}
    assert summary["POR-01"] == 50
    assert len(list(folder.glob("*.csv"))) == len(book.sheetnames)
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert not [text for text in texts if "Firme" in text or (text.isdigit() and len(text) == 14)]


@pytest.mark.usefixtures("filled")
def test_the_internal_rows_are_a_file_of_their_own(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "interne.xlsx"
    said = run("--year", "2026", "--out", str(out), "--internal", "--service", "garrigues", capsys=capsys)
    assert "il ne sort pas du service" in said
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Lignes internes"]
    assert any(row[3] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True))


def test_nothing_to_count_is_no_error(base: Database, tmp_path: Path, capsys: Capture) -> None:
    service_in(base, "garrigues")
    run("--year", "2026", "--out", str(tmp_path / "vide.xlsx"), capsys=capsys)
    assert openpyxl.load_workbook(tmp_path / "vide.xlsx")["Synthese"]["D2"].value == 0


def test_refusals_are_told(base: Database, tmp_path: Path, capsys: Capture) -> None:
    out = str(tmp_path / "x.xlsx")
    assert "Aucun service" in run("--year", "2026", "--out", out, capsys=capsys, code=2)
    service_in(base, "garrigues")
    service_in(base, "causses")
    assert "--service" in run("--year", "2026", "--out", out, capsys=capsys, code=2)
    run("--year", "2026", "--out", out, "--service", "inconnu", capsys=capsys, code=2)
    run("--year", "mille", "--out", out, capsys=capsys, code=2)
    run("--year", "2026", "--out", out, "--units", "2", capsys=capsys, code=2)
    where = str(tmp_path / "absent" / "x.xlsx")
    assert "Impossible d'écrire" in run("--year", "2026", "--out", where, "--service", "causses", capsys=capsys, code=2)
