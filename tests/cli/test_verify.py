"""`jalon verify` on a folder of documents."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Path:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    assert main(["assess", str(EXAMPLES / "boulangerie-4.toml"), "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    return tmp_path / "out"


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'")


def test_an_untouched_folder_is_clean_and_says_what_that_is_worth(folder: Path, capsys: Capture) -> None:
    assert main(["verify", str(folder)]) == 0
    said = plain(capsys.readouterr().out)
    assert said.startswith("Aucune anomalie : 1 ligne de registre")
    assert "Comparez l'empreinte" in said


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("dossier.json", "contenu_modifie"),
        ("section-chaleur.docx", "fichier_modifie"),
        ("plan.xlsx", "fichier_modifie"),
    ],
)
def test_one_changed_byte_is_found(folder: Path, name: str, kind: str, capsys: Capture) -> None:
    body = bytearray((folder / name).read_bytes())
    body[len(body) // 2] ^= 1
    (folder / name).write_bytes(body)
    assert main(["verify", str(folder), "--json"]) == 3
    assert kind in [each["kind"] for each in json.loads(capsys.readouterr().out)["findings"]]


def test_a_changed_register_is_found(folder: Path, capsys: Capture) -> None:
    lines = json.loads((folder / "register.json").read_bytes())
    lines[0]["drafted_on"] = "2020-01-01"
    (folder / "register.json").write_text(json.dumps(lines), encoding="utf-8")
    assert main(["verify", str(folder)]) == 3
    assert "1 anomalie" in plain(capsys.readouterr().out)


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1]", '[{"seq": 1}]', "\xff", "[" * 100_000])
def test_a_register_that_is_none_is_refused_in_words(folder: Path, text: str, capsys: Capture) -> None:
    (folder / "register.json").write_bytes(text.encode("latin-1"))
    assert main(["verify", str(folder)]) == 2
    assert "register.json" in capsys.readouterr().err


def test_a_missing_file_is_found(folder: Path, capsys: Capture) -> None:
    (folder / "section-chaleur.docx").unlink()
    assert main(["verify", str(folder)]) == 3
    assert "docx" in capsys.readouterr().out


def test_a_folder_without_documents_is_told(tmp_path: Path, capsys: Capture) -> None:
    assert main(["verify", str(tmp_path)]) == 2
    assert "Impossible de lire" in plain(capsys.readouterr().err)


def test_a_name_too_long_is_refused_in_words(capsys: Capture) -> None:
    assert main(["verify", "x" * 5000]) == 2
    assert "le nom est trop long" in plain(capsys.readouterr().err)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE register_line SET drafted_on = 'hier'",
        "UPDATE register_line SET id = x'ff00' WHERE seq = 1",
        "UPDATE register_line SET seq = 'x' WHERE rowid = (SELECT min(rowid) FROM register_line)",
        "UPDATE document_version SET payload = x'ff00'",
    ],
)
def test_a_column_that_holds_something_else_is_a_finding(
    tampering: str, folder: Path, tmp_path: Path, capsys: Capture
) -> None:
    base = tmp_path / "base.sqlite"
    address = f"sqlite:///{base}"
    for _ in range(2):
        assert main(["assess", str(EXAMPLES / "boulangerie-4.toml"), "--out", str(folder), "--db", address]) == 0
    with closing(sqlite3.connect(base)) as tampered, tampered:
        for (trigger,) in tampered.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            tampered.execute(f'DROP TRIGGER "{trigger}"')
        tampered.execute(tampering)
    capsys.readouterr()
    assert main(["verify", "--db", address]) == 3
    assert "1 anomalie" in plain(capsys.readouterr().out)
    assert main(["verify", "--db", address, "--json"]) == 3
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert "écrite hors de Jalon" in finding["words"]
