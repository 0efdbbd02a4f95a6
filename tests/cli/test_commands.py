"""The command line: French words, exit codes, no traceback for a slip of the keyboard."""

from __future__ import annotations

import errno
import re
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from gunicorn.app.base import BaseApplication

from app.cli import main
from app.models.engine import Busy, Conflict
from app.models.migrate import BrokenReferences
from app.services.establishments import AmbiguousEstablishment
from questionnaires.reader_faults import ContentFault

Capture = pytest.CaptureFixture[str]
ENGLISH = re.compile(r"\b(usage|options:|commands:|error|no such|missing|show this|invalid|try)\b", re.I)


@pytest.fixture(autouse=True)
def own_instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["serv"], "Commande inconnue : serv. Vouliez-vous dire serve ? Aide : jalon --help"),
        (["serve", "--prot", "3"], "Option inconnue : --prot. Vouliez-vous dire --port ? Aide : jalon serve --help"),
        (["serve", "--port"], "L’option --port attend une valeur."),
        (["serve", "de", "trop"], "Commande mal formée : un argument manque ou est en trop. Aide : jalon serve --help"),
        (["serve", "--port", "abc"], "« abc » n’est pas un port"),
    ],
)
def test_a_slip_of_the_keyboard_gets_a_sentence(typed: list[str], said: str, capsys: Capture) -> None:
    assert main(typed) == 2
    read = capsys.readouterr()
    assert read.out == ""
    plain = read.err.replace("\u202f", " ").replace("\u00a0", " ")
    assert said in plain
    assert not ENGLISH.search(plain)


@pytest.mark.parametrize(
    "typed",
    [
        ["--help"],
        ["serve", "--help"],
        ["demo", "--help"],
        ["db", "--help"],
        ["content", "--help"],
        ["assess", "--help"],
        ["verify", "--help"],
        ["backup", "--help"],
        ["restore", "--help"],
        ["mail", "--help"],
        ["mail", "list", "--help"],
        ["mail", "retry", "--help"],
        ["mail", "forget", "--help"],
        ["worker", "--help"],
    ],
)
def test_help_is_in_french(typed: list[str], capsys: Capture) -> None:
    assert main(typed) == 0
    said = capsys.readouterr().out
    assert said.startswith("Utilisation\u202f: jalon")
    assert "Affiche cette aide." in said
    assert not ENGLISH.search(said)


def test_the_command_alone_shows_its_help_and_is_not_a_success(capsys: Capture) -> None:
    assert main([]) == 2
    assert "Commandes\u202f:" in capsys.readouterr().out


def test_the_database_is_prepared_once(capsys: Capture, tmp_path: Path) -> None:
    assert main(["db", "upgrade"]) == 0
    assert "passe du schéma vide au schéma" in capsys.readouterr().out
    assert (tmp_path / "instance" / "jalon.sqlite").stat().st_size > 0
    assert main(["db", "upgrade"]) == 0
    assert "déjà à jour" in capsys.readouterr().out


def test_a_database_that_does_not_answer_is_told_without_its_password(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JALON_DATABASE_URL", "postgresql://jalon:motdepasse@127.0.0.1:1/jalon")
    assert main(["db", "upgrade"]) == 1
    said = capsys.readouterr().err
    assert said == "La base de données ne répond pas\u202f: vérifiez JALON_DATABASE_URL.\n"


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u2019", "'")


@pytest.mark.parametrize("command", [["db", "upgrade"], ["verify"]])
def test_a_file_that_is_no_database_is_told_and_left_alone(
    command: list[str], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "lettre.txt"
    letter.write_text("Bonjour. " * 500, encoding="utf-8")
    monkeypatch.setenv("JALON_DATABASE_URL", f"sqlite:///{letter}")
    assert main(command) == 1
    assert plain(capsys.readouterr().err).startswith("La base de données n'est pas utilisable : ce fichier")
    assert letter.read_text(encoding="utf-8") == "Bonjour. " * 500


def test_a_database_of_a_newer_program_is_told(capsys: Capture, tmp_path: Path) -> None:
    assert main(["db", "upgrade"]) == 0
    with closing(sqlite3.connect(tmp_path / "instance" / "jalon.sqlite")) as base, base:
        base.execute("UPDATE alembic_version SET version_num = '9999'")
    capsys.readouterr()
    assert main(["db", "upgrade"]) == 1
    assert "version plus récente de Jalon" in plain(capsys.readouterr().err)


def test_a_database_without_our_tables_is_told(tmp_path: Path, capsys: Capture) -> None:
    base = tmp_path / "vide.sqlite"
    assert main(["verify", "--db", f"sqlite:///{base}"]) == 2
    assert "n'existe pas : lancez « jalon db upgrade »" in plain(capsys.readouterr().err)
    assert not base.exists()
    base.touch()
    assert main(["verify", "--db", f"sqlite:///{base}"]) == 1
    assert "n'a pas les tables de ce programme" in plain(capsys.readouterr().err)


def test_a_console_without_our_spaces_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "said.txt").open("w", encoding="cp1252") as console:
        monkeypatch.setattr("sys.stdout", console)
        assert main(["db", "upgrade"]) == 0
    assert "La base passe du schéma vide" in (tmp_path / "said.txt").read_text(encoding="cp1252")


def test_a_full_disk_under_the_answer_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.cli_db.upgrade", full)
    assert main(["db", "upgrade"]) == 1
    assert plain(capsys.readouterr().err) == "Le système a refusé : le disque est plein.\n"


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Busy("locked"), 1, "La base de données est occupée par une autre écriture : recommencez dans un instant."),
        (Conflict("changed"), 1, "La base a changé pendant l'opération, qui est abandonnée : recommencez."),
        (BrokenReferences("a -> b"), 1, "La mise à jour laisserait des lignes sans attache : elle est annulée"),
        (AmbiguousEstablishment("2 établissements répondent à X."), 2, "2 établissements répondent à X."),
    ],
)
def test_what_stops_a_command_is_told_with_its_exit_code(
    fault: Exception, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def stopped(*_: object) -> None:
        raise fault

    monkeypatch.setattr("app.cli_db.upgrade", stopped)
    assert main(["db", "upgrade"]) == code
    assert plain(capsys.readouterr().err).startswith(said)


def test_wrong_settings_are_told_all_at_once(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_PORT", "abc")
    monkeypatch.setenv("JALON_HOST", "0.0.0.0")
    assert main(["demo"]) == 2
    assert re.findall(r"^- (\w+)", capsys.readouterr().err, flags=re.MULTILINE) == ["JALON_PORT", "JALON_HOST"]


def test_the_content_is_checked(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["content", "check"]) == 0
    assert "chaleur" in capsys.readouterr().out
    fault = ContentFault(file="chaleur.toml", place="ch_eau", what="question sans texte", remedy="Écrivez-la")
    monkeypatch.setattr("app.cli_content.check_catalogue", lambda _catalogue: (fault, fault))
    assert main(["content", "check"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("2 fautes\u202f:\n- chaleur.toml · ch_eau\u202f: question sans texte.")


def test_a_theme_that_takes_too_long_fails_the_check(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli_content.LIMIT_MINUTES", 8)
    assert main(["content", "check"]) == 2
    read = capsys.readouterr()
    assert "boulangerie-4\u202f: 8,1 minutes" in read.out.replace("\u00a0", " ")
    slow = read.err.replace("\u00a0", " ")
    assert "8 minutes au plus" in slow
    assert "couverture-9" in slow
    assert "aide-a-domicile-38" not in slow


def test_no_header_of_a_request_changes_the_address_it_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # gunicorn trusts SCRIPT_NAME and PATH_INFO sent from this machine: a 500, or a proxy's path rules walked around.
    seen = []
    monkeypatch.setattr(BaseApplication, "run", lambda self: seen.append(self.cfg.forwarder_headers))
    assert main(["serve", "--port", str(free_port())]) == 0
    assert seen == [[]]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
