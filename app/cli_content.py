"""`jalon content`: checks the themes, the cited law and the helps that are shipped."""

from __future__ import annotations

import click

from app.cli_french import FrenchGroup, Refusal
from app.domain.typography import french
from app.domain.words import counted
from questionnaires import catalogue
from questionnaires.check import check_catalogue
from questionnaires.schema import Theme


@click.group(cls=FrenchGroup)
def content() -> None:
    """Vérifie le contenu des questionnaires."""


@content.command("check")
def check_command() -> None:
    """Lit tous les thèmes et dit toutes leurs fautes."""
    content_read = catalogue.load()
    faults = check_catalogue(content_read)
    if faults:
        raise Refusal("\n".join((f"{counted(len(faults), 'faute')} :", *(f"- {fault}" for fault in faults))))
    for theme in content_read.themes:
        click.echo(french(f"{theme.theme} {theme.version} : {_counts(theme)}. Aucune faute."))


def _counts(theme: Theme) -> str:
    return (
        f"{len(theme.questions)} questions, {len(theme.situations)} situations, {len(theme.measures)} mesures, "
        f"{len(theme.obligations)} obligations"
    )
