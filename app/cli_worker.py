"""`jalon worker`: sends mails and deletes what has had its time, beside the pages."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import FrameType

import click
from sqlalchemy.exc import DBAPIError

from app.cli_french import FrenchCommand
from app.domain.typography import french
from app.models.engine import Conflict, open_database
from app.services.clock import system_clock
from app.services.jobs import Turn, Worker, transport_of
from app.services.mail_sending import Fate, Outcome
from app.settings import Settings, prepare_instance

PAUSE = 3.0
"""Seconds between two turns: a code is awaited by somebody in front of the screen."""
LONG_PAUSE = 30.0
"""Seconds before trying again when the database does not answer."""
NO_SERVER = "Les e-mails attendent dans la base : aucun serveur d'envoi n'est réglé (JALON_SMTP_URL)."

_FATES = {
    Fate.SENT: "envoyé.",
    Fate.LATER: "remis à plus tard.",
    Fate.REFUSED: "refusé.",
    Fate.UNSURE: "peut-être parti.",
}


@click.command(cls=FrenchCommand)
@click.option("--once", is_flag=True, help="Fait une fois ce qui est à faire, puis s'arrête.")
@click.option("--parent", type=int, hidden=True, help="S'arrête quand ce processus n'est plus là.")
def worker(*, once: bool, parent: int | None) -> None:
    """Envoie les e-mails et efface ce qui a fait son temps, à côté du portail."""
    settings = prepare_instance(Settings.from_env(os.environ))
    transport = transport_of(settings)
    if transport is None:
        click.echo(french(NO_SERVER), err=True)
    with closing(open_database(settings.database_url)) as database:
        at_work = Worker(database=database, transport=transport, clock=system_clock)
        if parent is None:
            _tell(at_work.turn())  # what is wrong at once stops the command with its sentence
            if once:
                return
            click.echo(french("Jalon travaille : e-mails et rangement (Ctrl+C pour arrêter)."))
        with _stopped_by_signals(at_work):
            _go_on(at_work, parent)


def _go_on(at_work: Worker, parent: int | None) -> None:
    pause = PAUSE
    while not at_work.stop.wait(pause) and (parent is None or os.getppid() == parent):
        try:
            _tell(at_work.turn())
            pause = PAUSE
        except (Conflict, DBAPIError, OSError):
            click.echo(french("La base de données ne répond pas pour l'instant : nouvel essai bientôt."), err=True)
            pause = LONG_PAUSE


def _tell(turn: Turn) -> None:
    """One line for each mail that did not leave, by its number: an address has no place in a log."""
    for mail_id, outcome in turn.mails:
        if outcome.fate is not Fate.SENT:
            click.echo(french(f"E-mail {mail_id} : {_said(outcome)}"), err=True)
    if turn.doubted:
        click.echo(french("Des e-mails sont peut-être partis : « jalon mail list » les montre."), err=True)


def _said(outcome: Outcome) -> str:
    return f"{_FATES[outcome.fate]} {outcome.words}".strip()


@contextmanager
def _stopped_by_signals(at_work: Worker) -> Iterator[None]:
    """SIGTERM and SIGINT let the mail being sent end, then stop; what was there before is put back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        at_work.stop.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
