"""`jalon member import`: a dry run unless told otherwise, the same report either way, every refusal in French."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.cli import main
from app.models.affiliation import MemberImport
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from tests.cli.test_commands import ENGLISH, plain
from tests.engines import service_in
from tests.intake.members_file import members_file

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database, sqlite_address: str) -> Database:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_address)
    service_in(sqlite_database, "garrigues")
    return sqlite_database


@pytest.fixture
def members(tmp_path: Path) -> Path:
    path = tmp_path / "adherents.csv"
    path.write_bytes(members_file(members=30, bad=4).csv())
    return path


def run(*typed: str, capsys: Capture, code: int) -> str:
    assert main(["member", "import", *typed]) == code
    read = capsys.readouterr()
    said = plain(read.out + read.err)
    assert not ENGLISH.search(said)
    return said


def count(base: Database) -> int:
    service = service_in(base, "garrigues")
    with base.read(service_id=service.id) as session:
        return session.scalar(select(func.count()).select_from(EstablishmentRow)) or 0


def test_a_dry_run_tells_every_rejected_row_and_writes_nothing(base: Database, members: Path, capsys: Capture) -> None:
    said = run(str(members), "--service", "garrigues", capsys=capsys, code=2)
    assert "Essai à blanc : rien n'est écrit" in said
    assert "30 lignes lues" in said
    assert "26 adhérents créés" in said
    assert "4 lignes rejetées" in said
    for line, column in members_file(members=30, bad=4).bad.items():
        assert f"ligne {line}, {column} :" in said
    assert count(base) == 0


def test_apply_writes_once_and_the_second_time_changes_nothing(base: Database, members: Path, capsys: Capture) -> None:
    assert "Import appliqué" in run(str(members), "--service", "garrigues", "--apply", capsys=capsys, code=2)
    assert count(base) == 26
    said = run(str(members), "--service", "garrigues", "--apply", capsys=capsys, code=2)
    assert "0 adhérent créé" in said
    assert "26 adhérents inchangés" in said
    assert count(base) == 26
    with base.read(service_id=service_in(base, "garrigues").id) as session:
        kept = session.scalars(select(MemberImport)).all()
        assert {(row.state, row.account_id) for row in kept} == {("applique", None)}
        assert [session.scalar(select(MemberImport.content).where(MemberImport.id == row.id)) for row in kept] == [
            None
        ] * 2


def test_a_file_without_a_fault_ends_well(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "adherents.xlsx"
    path.write_bytes(members_file(members=5, bad=0).xlsx())
    assert "0 ligne rejetée" in run(str(path), "--service", "garrigues", capsys=capsys, code=0)


def test_the_report_can_be_read_by_a_program(members: Path, capsys: Capture) -> None:
    assert main(["member", "import", str(members), "--service", "garrigues", "--json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert (report["created"], report["rejected"], len(report["faults"])) == (26, 4, 4)


@pytest.mark.parametrize(
    ("content", "slug", "said"),
    [
        (b"siret;nom\n1;2", "garrigues", "parle de personnes"),
        (b"", "garrigues", "vide"),
        (b"siret;effectif\n1;2", "garrigues", "Il manque les colonnes"),
        (b"siret", "ailleurs", "Aucun service ne porte le code"),
        (None, "garrigues", "Impossible de lire"),
    ],
)
def test_what_cannot_be_done_is_refused_in_french(
    content: bytes | None, slug: str, said: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "fichier.csv"
    if content is not None:
        path.write_bytes(content)
    assert said in run(str(path), "--service", slug, capsys=capsys, code=2)


def test_the_service_is_asked_for(members: Path, capsys: Capture) -> None:
    assert "Il manque CODE" in run(str(members), capsys=capsys, code=2)
