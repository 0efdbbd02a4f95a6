"""The commands of an installer: each refusal has its own sentence, exits with an error and shows no traceback."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CHOOSE = ROOT / "tools" / "choose-python.sh"
SHELL = shutil.which("sh") or "/bin/sh"


def run(*command: str, path: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command, run from the root; `path` alone is searched for programs when it is given."""
    kept = {"PATH": str(path) if path else os.environ["PATH"], "HOME": "/nowhere", "LC_ALL": "C.UTF-8", **environ}
    return subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, timeout=60, check=False)


def fake_python(folder: Path, name: str, *, version: str, ensurepip: bool = True) -> None:
    """A program that answers the three questions of choose-python.sh like a Python of that version."""
    numbers = tuple(int(part) for part in version.split("."))
    old, no_venv = int(numbers < (3, 11)), int(not ensurepip)
    program = folder / name
    answers = f"*print*) echo {version};; *exit*) exit {old};; *ensurepip*) exit {no_venv};;"
    program.write_text(f'#!/bin/sh\ncase "$2" in {answers} esac\n', encoding="utf-8")
    program.chmod(0o755)


def stub(folder: Path, name: str) -> None:
    """What a version manager leaves on the PATH for a version that is not active."""
    program = folder / name
    program.write_text('#!/bin/sh\necho "command not found" >&2\nexit 127\n', encoding="utf-8")
    program.chmod(0o755)


def choose(folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    return run(SHELL, str(CHOOSE), given, path=folder)


def test_help_is_what_make_says_first_and_lists_every_target() -> None:
    said = run("make")
    assert said.returncode == 0
    listed = re.findall(r"^  make (\w+) ", said.stdout, flags=re.MULTILINE)
    assert listed == ["help", "setup", "run", "test", "lint", "bench", "assets", "messages", "screens", "lock"]
    assert said.stdout == run("make", "help").stdout


def test_the_version_the_tests_run_on_is_taken_first(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", version="3.14.1")
    assert choose(tmp_path).stdout == "python3\n"
    fake_python(tmp_path, "python3.11", version="3.11.2")
    assert choose(tmp_path).stdout == "python3.11\n"


def test_a_stub_and_an_old_python_are_passed_over(tmp_path: Path) -> None:
    stub(tmp_path, "python3.11")
    fake_python(tmp_path, "python3.12", version="3.12.0", ensurepip=False)
    fake_python(tmp_path, "python3", version="3.9.2")
    fake_python(tmp_path, "python", version="3.13.0")
    assert choose(tmp_path).stdout == "python\n"


def test_only_an_old_python(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", version="3.9.2")
    said = choose(tmp_path)
    assert said.returncode == 1
    assert said.stderr.startswith("Ce Python est trop ancien (python3, version 3.9.2) : Jalon demande Python 3.11")


def test_no_ensurepip(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3", version="3.11.2", ensurepip=False)
    said = choose(tmp_path)
    assert said.returncode == 1
    assert "sans le module ensurepip" in said.stderr
    assert "apt install python3-venv" in said.stderr


def test_no_python_at_all(tmp_path: Path) -> None:
    said = choose(tmp_path)
    assert (said.returncode, said.stderr) == (
        1,
        "Python est introuvable. Installez Python 3.11 ou plus récent, puis recommencez.\n",
    )


def test_a_python_given_by_hand_is_taken_or_refused_by_name(tmp_path: Path) -> None:
    fake_python(tmp_path, "python3.11", version="3.11.2")
    said = choose(tmp_path, "python9")
    assert said.returncode == 1
    assert said.stderr.startswith("« python9 » ne se lance pas")
    fake_python(tmp_path, "mine", version="3.12.1")
    assert choose(tmp_path, "mine").stdout == "mine\n"


@pytest.mark.parametrize("ensurepip", [True, False])
def test_make_setup_stops_there_and_leaves_nothing(tmp_path: Path, *, ensurepip: bool) -> None:
    fake_python(tmp_path, "old", version="3.12.1" if not ensurepip else "3.8.1", ensurepip=ensurepip)
    said = run("make", "setup", f"PYTHON={tmp_path / 'old'}", f"VENV={tmp_path / 'venv'}")
    assert said.returncode != 0
    assert said.stdout == ""
    assert ("trop ancien" if ensurepip else "ensurepip") in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "venv").exists()


def test_a_port_that_is_taken_has_its_own_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = run(
            sys.executable,
            "-c",
            "import sys; from app.cli import main; sys.exit(main())",
            "demo",
            "--port",
            str(port),
            JALON_INSTANCE=str(tmp_path),
        )
    assert said.returncode == 2
    assert said.stderr.startswith(f"Le port {port} est déjà pris par un autre programme.")
    assert "make run PORT=" in said.stderr
    assert "Traceback" not in said.stderr


def test_the_server_starts_serves_and_keeps_its_data(tmp_path: Path) -> None:
    for _ in range(2):
        assert _served(tmp_path) == b"ok\n"
        kept = {path.name for path in tmp_path.iterdir()}
        assert {"secret_key", "seal_key", "demo.sqlite"} <= kept
    secret = (tmp_path / "secret_key").read_text(encoding="utf-8")
    assert _served(tmp_path) == b"ok\n"
    assert (tmp_path / "secret_key").read_text(encoding="utf-8") == secret


def _served(folder: Path) -> bytes:
    """Starts the demonstration, asks the probe, stops it; its answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "import sys; from app.cli import main; sys.exit(main())",
        "demo",
        "--port",
        str(port),
    ]
    environ = {**os.environ, "JALON_INSTANCE": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            ready = next((line for line in server.stdout if line.startswith("Jalon est prêt")), "")
            assert ready, "the demonstration stopped before it was ready"
            with socket.create_connection(("127.0.0.1", port), timeout=20) as asked:
                asked.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                answer = b""
                while received := asked.recv(4096):
                    answer += received
        finally:
            server.terminate()
            assert server.wait(timeout=20) == 0
    return answer.partition(b"\r\n\r\n")[2]
