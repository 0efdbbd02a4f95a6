"""`jalon backup` and `jalon restore`: what they say, and how they end."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from app.cli import main
from app.models.engine import Database, open_database
from app.services.demo import demo_files, load_demo
from app.services.mail import Mail
from app.services.outbox import post_mail
from app.services.prevention_services import find_service
from questionnaires import catalogue
from tests.cli.test_commands import ENGLISH, plain
from tests.engines import NOON

Capture = pytest.CaptureFixture[str]
KEY = "z" * 40


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_database: Database, sqlite_address: str) -> Database:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_address)
    firms = {name: body for name, body in demo_files().items() if name.startswith("boulangerie")}
    load_demo(sqlite_database, firms, catalogue=catalogue.load(), seal_key=KEY.encode(), at=NOON)
    return sqlite_database


def run(*typed: object, capsys: Capture, code: int = 0) -> tuple[str, str]:
    """Runs `jalon` and returns what it said, in French only."""
    assert main([str(each) for each in typed]) == code
    read = capsys.readouterr()
    assert not ENGLISH.search(plain(read.out + read.err))
    return plain(read.out), plain(read.err)


def test_a_backup_says_its_fingerprint_and_where_the_keys_are(base: Database, capsys: Capture, tmp_path: Path) -> None:
    said, _ = run("backup", tmp_path / "b.zip", capsys=capsys)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert sha256(archive.read("manifest.json")).hexdigest() in said
    assert "Les clés de l'installation n'y sont pas" in said
    assert str(tmp_path / "instance") in said
    assert not (tmp_path / "instance").exists()  # a backup makes no key


def test_what_was_saved_is_counted_table_by_table_and_verified(
    base: Database, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "b.zip", capsys=capsys)
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{tmp_path / 'r.db'}")
    monkeypatch.setenv("JALON_SEAL_KEY", KEY)
    said, warned = run("restore", tmp_path / "b.zip", capsys=capsys)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        tables = json.loads(archive.read("manifest.json"))["tables"]
    for table in tables:
        assert f"  {table['name']} : {table['rows']}\n" in said
    assert f"{len(tables)} tables" in said
    assert "Aucune anomalie" in said
    assert "Sans la clé des scellés" not in said
    assert warned == ""


def test_without_the_key_of_the_seals_the_way_on_is_told_and_no_key_is_made(
    base: Database, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "b.zip", capsys=capsys)
    monkeypatch.delenv("JALON_DATABASE_URL")
    said, warned = run("restore", tmp_path / "b.zip", capsys=capsys)
    assert "Sans la clé des scellés, leur authenticité n'est pas vérifiée" in said
    assert "Remettez les fichiers seal_key et secret_key d'origine" in warned
    assert [each.name for each in (tmp_path / "instance").iterdir() if "key" in each.name] == []
    (tmp_path / "instance" / "seal_key").write_text(KEY + "\n", encoding="utf-8")
    verified, _ = run("verify", capsys=capsys)
    assert "Sans la clé" not in verified


def test_the_key_of_another_installation_is_seen(
    base: Database, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "b.zip", capsys=capsys)
    monkeypatch.setenv("JALON_SEAL_KEY", "y" * 40)
    said, _ = run("restore", tmp_path / "b.zip", "--db", f"sqlite:///{tmp_path / 'r.db'}", capsys=capsys, code=3)
    assert "anomalie" in said


def test_a_version_forged_in_the_file_is_found_by_the_check_after(
    base: Database, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("backup", tmp_path / "b.zip", capsys=capsys)
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = "tables/document_version.jsonl"
    forged = files[name].replace(b"2026-", b"2025-")
    manifest = files["manifest.json"].replace(
        sha256(files[name]).hexdigest().encode(), sha256(forged).hexdigest().encode()
    )
    with zipfile.ZipFile(tmp_path / "forged.zip", "w") as archive:
        for each, body in {**files, name: forged, "manifest.json": manifest}.items():
            archive.writestr(each, body)
    monkeypatch.setenv("JALON_SEAL_KEY", KEY)
    target = f"sqlite:///{tmp_path / 'r.db'}"
    said, _ = run("restore", tmp_path / "forged.zip", "--db", target, capsys=capsys, code=3)
    assert "anomalie" in said


def test_mails_that_may_have_left_since_are_told(base: Database, capsys: Capture, tmp_path: Path) -> None:
    with base.read() as session:
        service = find_service(session, "garrigues")
    assert service is not None
    with base.unit_of_work(service_id=service.id) as uow:
        post_mail(uow, Mail(kind="essai", recipient="a@exemple.fr", subject="Essai", paragraphs=("Bonjour.",)), at=NOON)
    run("backup", tmp_path / "b.zip", capsys=capsys)
    _, warned = run("restore", tmp_path / "b.zip", "--db", f"sqlite:///{tmp_path / 'r.db'}", capsys=capsys)
    assert "1 e-mail attend dans la base" in warned


def test_refusals_say_what_to_do(base: Database, capsys: Capture, tmp_path: Path, sqlite_address: str) -> None:
    file, empty = tmp_path / "b.zip", f"sqlite:///{tmp_path / 'r.db'}"
    run("backup", file, capsys=capsys)
    refused = {
        ("backup", file): "ajoutez --replace",
        ("backup", tmp_path / "absent" / "b.zip"): "n'existe pas",
        ("backup", tmp_path): "existe déjà",
        ("backup", file, "--replace", "--db", empty): "n'existe pas : il n'y a rien à sauvegarder",
        ("restore", tmp_path / "absent.zip"): "n'existe pas",
        ("restore", tmp_path): "c'est un dossier",
        ("restore", file): "La base n'est pas vide",
    }
    for typed, words in refused.items():
        _, said = run(*typed, capsys=capsys, code=2)
        assert words in said, typed
    (tmp_path / "b.zip").write_bytes(file.read_bytes()[:5000])
    _, said = run("restore", file, "--db", empty, capsys=capsys, code=2)
    assert "abîmé ou incomplet" in said
    assert not (tmp_path / "r.db").exists()
    run("backup", file, "--replace", capsys=capsys)


def test_a_value_nobody_can_read_stops_the_backup_and_leaves_no_file(
    base: Database, capsys: Capture, tmp_path: Path
) -> None:
    with base.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET created_at = 'hier'")
    _, said = run("backup", tmp_path / "b.zip", capsys=capsys, code=2)
    assert "une valeur de la table account ne se lit pas" in said
    assert [each.name for each in tmp_path.iterdir() if "b.zip" in each.name] == []


def test_an_empty_database_is_not_saved(capsys: Capture, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'vide.db'}"
    open_database(address).engine.connect().close()
    _, said = run("backup", tmp_path / "b.zip", "--db", address, capsys=capsys, code=2)
    assert "rien à sauvegarder" in said
