"""`jalon mail`: where the mails stand, and the orders that only a person may give."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from app.cli_french import FrenchGroup, Refusal
from app.domain.typography import french
from app.domain.words import counted
from app.models.engine import Database, open_database
from app.services.clock import system_clock
from app.services.outbox_orders import (
    STATE_WORDS,
    OrderRefused,
    OutboxLine,
    forget_mail,
    outbox_state,
    retry_mail,
)
from app.settings import Settings, prepare_instance

MOST_LISTED = 200
_ZONE = ZoneInfo("Europe/Paris")
_MAILS = click.argument("mails", metavar="NUMÉRO", nargs=-1, required=True)


@click.group(cls=FrenchGroup)
def mail() -> None:
    """Dit où en sont les e-mails, et relance ou oublie ceux qu'on désigne."""


@mail.command("list")
def list_command() -> None:
    """Montre les e-mails qui ne sont pas partis, et compte les autres."""
    with _database() as database:
        state = outbox_state(database, limit=MOST_LISTED)
    for line in state.lines:
        click.echo(french(_words(line)))
    unseen = sum(state.counts.values()) - state.counts["envoye"] - len(state.lines)
    if unseen:
        click.echo(french(f"… et {counted(unseen, 'autre', 'autres')}."))
    click.echo(french(_summary(state.counts)))


@mail.command("retry")
@_MAILS
def retry_command(mails: tuple[str, ...]) -> None:
    """Envoie de nouveau ces e-mails, même s'ils sont peut-être déjà arrivés."""
    _obey(mails, lambda database, mail_id: retry_mail(database, mail_id, at=system_clock()), "repart au prochain tour")


@mail.command("forget")
@_MAILS
def forget_command(mails: tuple[str, ...]) -> None:
    """Efface ces e-mails pour de bon : ils ne partiront pas."""
    _obey(mails, lambda database, mail_id: forget_mail(database, mail_id, at=system_clock()), "est effacé")


def _obey(mails: tuple[str, ...], order: Callable[[Database, UUID], None], done: str) -> None:
    """Gives the order for each mail, after all numbers were read; stops at the first that is refused."""
    numbers = [_number(text) for text in mails]
    with _database() as database:
        for number in numbers:
            try:
                order(database, number)
            except LookupError:
                raise Refusal(f"{number} : aucun e-mail n'a ce numéro. « jalon mail list » les montre.") from None
            except OrderRefused as refused:
                raise Refusal(f"{number} : {refused}") from None
            click.echo(french(f"{number} : {done}."))


def _number(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError:
        raise Refusal(f"« {text} » n'est pas le numéro d'un e-mail. « jalon mail list » les montre.") from None


@contextmanager
def _database() -> Iterator[Database]:
    settings = prepare_instance(Settings.from_env(os.environ))
    with closing(open_database(settings.database_url)) as database:
        yield database


def _words(line: OutboxLine) -> str:
    """Three lines: number and state; who and what; why it did not leave."""
    written = f"{line.created_at.astimezone(_ZONE):%d/%m/%Y à %H h %M}"
    tried = f", {counted(line.attempts, 'essai')}" if line.attempts else ""
    reason = f"\n    {line.failure}" if line.failure else ""
    return (
        f"{line.mail_id}  {STATE_WORDS[line.state]}{tried}\n    {line.recipient}, le {written} : {line.subject}{reason}"
    )


def _summary(counts: Counter[str]) -> str:
    told = [f"{words} : {counts[state]}" for state, words in STATE_WORDS.items() if counts[state]]
    return ("E-mails – " + " ; ".join(told) + ".") if told else "Aucun e-mail."
