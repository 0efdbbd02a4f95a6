"""The one command, `jalon`: its list of subcommands, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy.exc import OperationalError

from app.cli_assess import assess
from app.cli_content import content
from app.cli_db import db
from app.cli_french import BAD_INPUT, FrenchGroup, usage_words
from app.cli_serve import demo, serve
from app.cli_verify import verify
from app.domain.typography import french
from app.models.engine import DatabaseUrlError
from app.settings import SettingsError

UNAVAILABLE = 1
"""Exit code when what was asked is right but cannot be done now."""
INTERRUPTED = 130
"""Exit code of a command stopped from the keyboard, as shells count it."""


@click.group(cls=FrenchGroup)
def jalon() -> None:
    """Jalon : évaluation des risques professionnels des petites entreprises."""


jalon.add_command(assess)
jalon.add_command(content)
jalon.add_command(db)
jalon.add_command(demo)
jalon.add_command(serve)
jalon.add_command(verify)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 2 refused with its reasons in French on the error stream."""
    try:
        outcome = jalon.main(args=arguments, prog_name="jalon", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message())
        return BAD_INPUT
    except (click.ClickException, click.Abort, SettingsError, DatabaseUrlError, OperationalError) as error:
        message, code = _told(error)
        click.echo(french(message), err=True)
        return code
    return outcome if isinstance(outcome, int) else 0


def _told(error: Exception) -> tuple[str, int]:
    """What to say of a refusal, and the exit code."""
    match error:
        case click.UsageError():
            return usage_words(error), BAD_INPUT
        case click.ClickException():
            return error.format_message(), error.exit_code
        case DatabaseUrlError():
            return f"JALON_DATABASE_URL : {error}", BAD_INPUT
        case OperationalError():  # its own words are English, and may repeat the address with its password
            return "La base de données ne répond pas : vérifiez JALON_DATABASE_URL.", UNAVAILABLE
        case click.Abort():
            return "Interrompu.", INTERRUPTED
        case _:
            return str(error), BAD_INPUT
