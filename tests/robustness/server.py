"""The portal as `jalon serve` runs it, in a process group of its own that can be killed at any instant."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

SECRET, SEAL = "s" * 40, "z" * 40
START = 60.0
"""Seconds the server may take to answer, on a machine that does something else."""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """One server, started and killed as often as asked; it always listens on the same port of this machine."""

    address: str
    """Of its database."""
    folder: Path
    port: int = field(default_factory=_free_port)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("JALON_")}
        environ |= {
            "JALON_INSTANCE": str(self.folder),
            "JALON_DATABASE_URL": self.address,
            "JALON_SECRET_KEY": SECRET,
            "JALON_SEAL_KEY": SEAL,
            "JALON_PORT": str(self.port),
        }
        command = [sys.executable, "-c", "import sys; from app.cli import main; sys.exit(main())", "serve"]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                self.kill()
                raise RuntimeError(self.log())
            time.sleep(0.05)

    def kill(self) -> None:
        """SIGKILL to the whole group: no process of it can tidy anything up."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def log(self) -> str:
        """What it said on its streams since the first start."""
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")

    def _answers(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()
