"""`jalon mail` and `jalon worker`: what an administrator reads and orders, and a worker that stops when told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from gunicorn.app.base import BaseApplication

from app.cli import main
from app.models.engine import Database, open_database
from app.models.service import Service
from tests.cli.test_commands import free_port, plain
from tests.engines import service_in
from tests.services.mail_server import Postman, mail_server
from tests.services.outbox_rows import code_mail, plain_mail, posted, stored

ROOT = Path(__file__).resolve().parents[2]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def base(sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_address)
    with closing(open_database(sqlite_address)) as opened:
        yield opened


@pytest.fixture
def service(base: Database) -> Service:
    return service_in(base, "spsti45")


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    """A mail server that the environment names."""
    taking = Postman()
    with mail_server(taking) as server:
        monkeypatch.setenv("JALON_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        monkeypatch.setenv("JALON_MAIL_FROM", "Service <jalon@exemple.fr>")
        yield taking


def test_an_empty_outbox_says_so(base: Database, capsys: Capture) -> None:
    assert main(["mail", "list"]) == 0
    assert capsys.readouterr().out == "Aucun e-mail.\n"


def test_what_waits_is_shown_without_its_code_and_sent_once(
    base: Database, service: Service, postman: Postman, capsys: Capture
) -> None:
    mail_id = posted(base, service)
    assert main(["mail", "list"]) == 0
    said = plain(capsys.readouterr().out)
    assert f"{mail_id}  à envoyer\n    gerante@exemple.fr, le 21/11/2026 à 13 h 00 : Votre code pour vous" in said
    assert said.endswith("E-mails – à envoyer : 1.\n")
    assert "482913" not in said
    for _ in range(2):
        assert main(["worker", "--once"]) == 0
    assert len(postman.taken) == 1
    assert main(["mail", "list"]) == 0
    assert plain(capsys.readouterr().out) == "E-mails – envoyé : 1.\n"


def test_a_refused_mail_is_told_then_leaves_on_order(
    base: Database, service: Service, postman: Postman, capsys: Capture
) -> None:
    mail_id = posted(base, service, plain_mail())
    postman.recipient_answers = ["550 5.1.1 inconnu ici"]
    assert main(["worker", "--once"]) == 0
    told = plain(capsys.readouterr().err)
    assert told == f"E-mail {mail_id} : refusé. Le serveur d'e-mails refuse (550) : « 5.1.1 inconnu ici »\n"
    assert main(["worker", "--once"]) == 0
    assert main(["mail", "list"]) == 0
    assert f"{mail_id}  refusé, 1 essai\n" in plain(capsys.readouterr().out)
    assert main(["mail", "retry", str(mail_id)]) == 0
    assert main(["worker", "--once"]) == 0
    assert stored(base, service, mail_id).state == "envoye"
    assert main(["mail", "retry", str(mail_id)]) == 2
    assert "cet e-mail est envoyé" in plain(capsys.readouterr().err)


def test_mails_are_forgotten_by_their_numbers(base: Database, service: Service, capsys: Capture) -> None:
    numbers = [str(posted(base, service, code_mail(f"{name}@exemple.fr"))) for name in "ab"]
    assert main(["mail", "forget", *numbers]) == 0
    assert main(["mail", "list"]) == 0
    assert capsys.readouterr().out.endswith("Aucun e-mail.\n")
    assert main(["mail", "forget", numbers[0]]) == 2
    assert "aucun e-mail n'a ce numéro" in plain(capsys.readouterr().err)


@pytest.mark.parametrize("order", ["retry", "forget"])
def test_a_number_that_is_none_changes_nothing(order: str, base: Database, service: Service, capsys: Capture) -> None:
    mail_id = posted(base, service)
    assert main(["mail", order, str(mail_id), "douze"]) == 2
    assert "« douze » n'est pas le numéro d'un e-mail" in plain(capsys.readouterr().err)
    assert stored(base, service, mail_id).attempts == 0


def test_without_a_mail_server_the_worker_and_the_server_say_so(
    base: Database, service: Service, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_id = posted(base, service)
    words = "Les e-mails attendent dans la base : aucun serveur d'envoi n'est réglé (JALON_SMTP_URL).\n"
    assert main(["worker", "--once"]) == 0
    assert plain(capsys.readouterr().err) == words
    assert stored(base, service, mail_id).state == "a_envoyer"
    monkeypatch.setattr(BaseApplication, "run", lambda _self: None)
    assert main(["serve", "--port", str(free_port())]) == 0
    assert plain(capsys.readouterr().err) == words


def test_with_a_mail_server_nothing_is_said_at_start(
    base: Database, postman: Postman, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BaseApplication, "run", lambda _self: None)
    assert main(["serve", "--port", str(free_port())]) == 0
    assert capsys.readouterr().err == ""


def test_a_worker_without_tables_stops_with_a_sentence(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JALON_INSTANCE", str(tmp_path))
    assert main(["worker"]) == 1
    assert "lancez « jalon db upgrade »" in plain(capsys.readouterr().err)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_sends_as_mails_come_and_stops_when_told(
    number: signal.Signals, base: Database, service: Service, postman: Postman
) -> None:
    with running("worker") as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().startswith("Jalon travaille")
        posted(base, service)
        waited(lambda: bool(postman.taken))
        worker.send_signal(number)
        assert worker.wait(20) == 0
        assert worker.stdout.read() == ""


def test_a_worker_beside_a_server_goes_with_it(base: Database) -> None:
    with running("worker", "--parent", "1") as worker:
        assert worker.wait(20) == 0


def test_a_demonstration_runs_its_worker_and_takes_it_along(tmp_path: Path) -> None:
    environ = {"JALON_INSTANCE": str(tmp_path)}
    with running("demo", "--port", str(free_port()), **environ) as demo:
        assert demo.stdout is not None
        assert any(line.startswith("Jalon est prêt") for line in iter(demo.stdout.readline, ""))
        waited(lambda: len(children(demo.pid, "worker")) == 1)
        (beside,) = children(demo.pid, "worker")
        time.sleep(1.5)  # its signals are in place
        demo.terminate()
        assert demo.wait(20) == 0
        assert not Path(f"/proc/{beside}").exists()


def running(*typed: str, **environ: str) -> subprocess.Popen[str]:
    """The command in a process of its own, whose output is read line by line."""
    program = "import sys; from app.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", program, *typed],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environ},
        stdout=subprocess.PIPE,
        text=True,
    )


def children(parent: int, word: str) -> list[int]:
    """Processes of that parent whose command holds the word; where the system does not tell, the test is skipped."""
    listing = Path(f"/proc/{parent}/task/{parent}/children")
    if not listing.exists():
        pytest.skip("this system does not list the children of a process")
    found = [int(number) for number in re.findall(r"\d+", listing.read_text())]
    commands = {number: Path(f"/proc/{number}/cmdline") for number in found}
    return [number for number, path in commands.items() if path.exists() and word in path.read_text().split("\0")]


def waited(come: object, seconds: float = 20) -> None:
    """Waits until the condition holds; fails when it does not in time."""
    assert callable(come)
    end = time.monotonic() + seconds
    while not come():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
