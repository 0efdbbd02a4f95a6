"""The command line in French: usage lines, headings and refusals, which click words in English."""

from __future__ import annotations

from typing import Any

import click

from app.domain.typography import french

UNAVAILABLE = 1
"""Exit code when what was asked is right but cannot be done now."""
BAD_INPUT = 2
"""Exit code of a refusal: what was asked or given cannot be used."""
TAMPERED = 3
"""Exit code of a check that found something altered, removed or added."""
INTERRUPTED = 130
"""Exit code of a command stopped from the keyboard, as shells count it."""


class Refusal(click.ClickException):
    """Something the person gave cannot be used; the message is the French text shown on the error stream."""

    exit_code = BAD_INPUT


class _Formatter(click.HelpFormatter):
    _HEADINGS = {"Commands": "Commandes", "Positional arguments": "Arguments"}  # noqa: RUF012 (a constant of the class)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or french("Utilisation : "))

    def write_heading(self, heading: str) -> None:
        self.write(french(f"{'':>{self.current_indent}}{self._HEADINGS.get(heading, heading)} :\n"))


class _Context(click.Context):
    formatter_class = _Formatter


class FrenchCommand(click.Command):
    """A command whose help page is in French."""

    context_class = _Context

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("options_metavar", "[OPTIONS]")
        super().__init__(*args, **options)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option, worded in French."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Affiche cette aide."
        return option


class FrenchGroup(FrenchCommand, click.Group):
    """A group of commands whose help page is in French."""

    command_class = FrenchCommand
    group_class = type

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("subcommand_metavar", "COMMANDE [ARGUMENTS]...")
        super().__init__(*args, **options)


def usage_words(error: click.UsageError) -> str:
    """What is wrong with the command typed, and where to read how to type it."""
    path = error.ctx.command_path if error.ctx else "jalon"
    return f"{_what(error)} Aide : {path} --help"


def _what(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"Option inconnue : {error.option_name}.{_near(error.possibilities)}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"Commande inconnue : {error.command_name}.{_near(error.possibilities)}"
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return f"Il manque {error.param.make_metavar(error.ctx) if error.ctx else error.param.name}."
    if isinstance(error, click.BadOptionUsage):
        return f"L'option {error.option_name} attend une valeur."
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"Valeur inutilisable pour {error.param.opts[0]}."
    return "Commande mal formée : un argument manque ou est en trop."


def _near(possibilities: list[str] | None) -> str:
    return f" Vouliez-vous dire {possibilities[0]} ?" if possibilities else ""
