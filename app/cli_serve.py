"""`jalon serve` and `jalon demo`: the portal behind an embedded gunicorn."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app.cli_french import FrenchCommand, Refusal
from app.cli_worker import NO_SERVER
from app.domain.typography import french
from app.factory import create_app
from app.models.engine import open_database
from app.models.migrate import upgrade
from app.services.clock import system_clock
from app.services.demo import demo_files, load_demo
from app.services.demo_people import accounts_table, demo_accounts
from app.settings import Settings, prepare_instance
from questionnaires import catalogue

WORKERS = 2
THREADS = 2
"""Two of each: more threads only queue behind one another, since drawing a page is CPU work."""
BACKLOG = 512
"""Connections that may wait to be accepted."""
STOPPING = 10.0
"""Seconds the worker of a demonstration may take to stop."""

_PORT = click.option("--port", metavar="PORT", help="Port d'écoute, à la place de JALON_PORT.")


class _Portal(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn without its own command line: one application, one socket already open."""

    def __init__(
        self,
        application: Flask,
        *,
        listener: socket.socket,
        address: str,
        beside: Mapping[str, str] | None = None,
    ) -> None:
        """`beside` is the environment of a worker to run as long as the server does."""
        self._application = application
        self._listener = listener
        self._address = address
        self._beside = beside
        self._worker: subprocess.Popen[bytes] | None = None
        super().__init__()

    def load_config(self) -> None:
        """Settings of the server; its messages stay silent under warnings, ours says it is ready."""
        choices: dict[str, Any] = {
            "bind": f"fd://{self._listener.detach()}",
            "workers": WORKERS,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 10,
            "control_socket_disable": True,  # else it opens a socket in the home folder, which may be read-only
            "forwarder_headers": "",  # else a header named SCRIPT_NAME or PATH_INFO changes the address asked for
            "loglevel": "warning",
            "proc_name": "jalon",
            "when_ready": self._ready,
            "on_exit": self._stop_worker,
        }
        for name, value in choices.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, built once before the workers are forked."""
        return self._application

    def _ready(self, _server: object) -> None:
        click.echo(french(f"Jalon est prêt : {self._address} (Ctrl+C pour arrêter)"))
        if self._beside is not None:
            self._worker = subprocess.Popen(_worker_command(), env=dict(self._beside), stdin=subprocess.DEVNULL)  # noqa: S603 (our own program)

    def _stop_worker(self, _server: object) -> None:
        if self._worker is None:
            return
        self._worker.terminate()
        try:
            self._worker.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self._worker.kill()


@click.command(cls=FrenchCommand)
@_PORT
def serve(port: str | None) -> None:
    """Sert le portail avec les réglages de l'environnement."""
    settings = prepare_instance(_settings(port))
    listener = open_listener(settings.host, settings.port)
    if settings.smtp is None and not settings.demo:
        click.echo(french(NO_SERVER), err=True)
    _run(settings, listener)


@click.command(cls=FrenchCommand)
@_PORT
def demo(port: str | None) -> None:
    """Prépare une démonstration sur cette machine et la sert, exemples compris."""
    settings = prepare_instance(_settings(port, demo=True))
    listener = open_listener(settings.host, settings.port)  # a taken port is told before anything slow is done
    upgrade(settings.database_url)
    _load(settings)
    _run(settings, listener, beside=_environ(port, demo=True))


def open_listener(host: str, port: int) -> socket.socket:
    """A socket listening there; raises Refusal with its own sentence when the port or the address is not free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Refusal(_refusal(error, host, port)) from error
    return listener


def _settings(port: str | None, *, demo: bool = False) -> Settings:
    return Settings.from_env(_environ(port, demo=demo))


def _environ(port: str | None, *, demo: bool) -> dict[str, str]:
    environ = dict(os.environ)
    if port is not None:
        environ["JALON_PORT"] = port
    if demo:
        environ["JALON_DEMO"] = "oui"
    return environ


def _worker_command() -> list[str]:
    """A worker that stops with this process, even when this one is killed."""
    return [
        sys.executable,
        "-c",
        "import sys; from app.cli import main; sys.exit(main())",
        "worker",
        "--parent",
        str(os.getpid()),
    ]


def _load(settings: Settings) -> None:
    """Make what the demonstration lacks, and say who may sign in; connections are closed before the workers fork."""
    files = demo_files()
    if not files:
        click.echo(french("Les exemples ne sont pas livrés avec cette installation : la page s'en passe."), err=True)
    database = open_database(settings.database_url)
    try:
        load_demo(
            database,
            files,
            catalogue=catalogue.load(),
            seal_key=settings.seal_key.encode("utf-8"),
            at=system_clock(),
        )
        with database.read() as session:
            people = demo_accounts(session)
    finally:
        database.close()
    for line in accounts_table(people):
        click.echo(french(line))


def _run(settings: Settings, listener: socket.socket, *, beside: Mapping[str, str] | None = None) -> None:
    _Portal(create_app(settings), listener=listener, address=settings.base_url + "/", beside=beside).run()


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Le port {port} est déjà pris par un autre programme. "
            f"Arrêtez-le, ou choisissez un autre port : make run PORT={port + 1 if port < 65535 else 8123}"
        )
    if error.errno == errno.EACCES:
        return f"Le port {port} est réservé au système. Prenez un port à partir de 1024, par exemple 8000."
    return f"L'adresse {host} n'est pas celle de cette machine : vérifiez JALON_HOST."
