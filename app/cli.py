"""The one command, `jalon`: its list of subcommands, and how a refusal is told."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

import click
from sqlalchemy.exc import DBAPIError

from app.cli_assess import assess
from app.cli_backup import backup, restore
from app.cli_content import content
from app.cli_db import db
from app.cli_french import BAD_INPUT, INTERRUPTED, UNAVAILABLE, FrenchGroup, usage_words
from app.cli_indicators import indicators
from app.cli_mail import mail
from app.cli_member import member
from app.cli_serve import demo, serve
from app.cli_service import service
from app.cli_verify import verify
from app.cli_worker import worker
from app.domain.typography import french
from app.models.engine import Busy, Conflict, DatabaseUrlError, Trouble, trouble_of
from app.models.migrate import BrokenReferences, NewerSchema
from app.services.establishments import AmbiguousEstablishment
from app.services.system_words import shown_path, system_words
from app.settings import SettingsError


@click.group(cls=FrenchGroup)
def jalon() -> None:
    """Jalon : évaluation des risques professionnels des petites entreprises."""


jalon.add_command(assess)
jalon.add_command(backup)
jalon.add_command(content)
jalon.add_command(db)
jalon.add_command(demo)
jalon.add_command(indicators)
jalon.add_command(mail)
jalon.add_command(member)
jalon.add_command(serve)
jalon.add_command(restore)
jalon.add_command(service)
jalon.add_command(verify)
jalon.add_command(worker)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code (those of `app.cli_french`, 0 when done).

    What went wrong is told in French on the error stream, whose typography is set here for every message.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a narrow space must not stop a console that has none
    try:
        outcome = jalon.main(args=arguments, prog_name="jalon", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message())
        return BAD_INPUT
    except _TOLD as error:
        message, code = _told(error)
        click.echo(french(message), err=True)
        return code
    return outcome if isinstance(outcome, int) else 0


_TOLD = (
    click.ClickException,
    click.Abort,
    SettingsError,
    DatabaseUrlError,
    AmbiguousEstablishment,
    Conflict,
    BrokenReferences,
    NewerSchema,
    DBAPIError,
    OSError,
)


def _told(error: Exception) -> tuple[str, int]:
    """What to say of a refusal, and the exit code."""
    match error:
        case click.UsageError():
            return usage_words(error), BAD_INPUT
        case click.ClickException():
            return error.format_message(), error.exit_code
        case DatabaseUrlError():
            return f"JALON_DATABASE_URL : {error}", BAD_INPUT
        case Conflict() | BrokenReferences() | NewerSchema() | DBAPIError() | OSError():
            return _unavailable_words(error), UNAVAILABLE
        case click.Abort():
            return "Interrompu.", INTERRUPTED
        case _:
            return str(error), BAD_INPUT


_TROUBLES: dict[Trouble, str] = {
    Trouble.BUSY: "La base de données est occupée par une autre écriture : recommencez dans un instant.",
    Trouble.NO_TABLES: "La base de données n'a pas les tables de ce programme : lancez « jalon db upgrade ».",
    Trouble.NO_ANSWER: "La base de données ne répond pas : vérifiez JALON_DATABASE_URL.",
    Trouble.DAMAGED: "La base de données n'est pas utilisable : ce fichier n'en est pas une, ou il est abîmé.",
}


_STOPPED: tuple[tuple[type[Exception], str], ...] = (
    (Busy, _TROUBLES[Trouble.BUSY]),
    (Conflict, "La base a changé pendant l'opération, qui est abandonnée : recommencez."),
    (
        BrokenReferences,
        "La mise à jour laisserait des lignes sans attache : elle est annulée, rien n'a changé.",
    ),
    (NewerSchema, "La base vient d'une version plus récente de Jalon : mettez ce programme à jour."),
)


def _unavailable_words(error: Exception) -> str:
    """Why a database or a disk cannot be used now."""
    if isinstance(error, OSError):
        where = f" ({shown_path(error.filename)})" if error.filename else ""
        return f"Le système a refusé : {system_words(error)}{where}."
    if isinstance(error, DBAPIError):
        return _TROUBLES[trouble_of(error)]
    return next(words for kind, words in _STOPPED if isinstance(error, kind))
