"""The one command, `jalon`: its list of subcommands, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy.exc import OperationalError

from app.cli_db import db
from app.cli_french import BAD_INPUT, FrenchGroup, usage_words
from app.cli_serve import demo, serve
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


jalon.add_command(db)
jalon.add_command(demo)
jalon.add_command(serve)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 2 refused with its reasons in French on the error stream."""
    try:
        outcome = jalon.main(args=arguments, prog_name="jalon", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as shown:
        click.echo(shown.format_message())
        return BAD_INPUT
    except click.UsageError as error:
        return _refused(usage_words(error), BAD_INPUT)
    except click.ClickException as error:
        return _refused(error.format_message(), error.exit_code)
    except SettingsError as error:
        return _refused(str(error), BAD_INPUT)
    except DatabaseUrlError as error:
        return _refused(f"JALON_DATABASE_URL : {error}", BAD_INPUT)
    except OperationalError:  # its own words are English, and may repeat the address with its password
        return _refused("La base de données ne répond pas : vérifiez JALON_DATABASE_URL.", UNAVAILABLE)
    except click.Abort:
        return _refused("Interrompu.", INTERRUPTED)
    return outcome if isinstance(outcome, int) else 0


def _refused(message: str, code: int) -> int:
    click.echo(french(message), err=True)
    return code
