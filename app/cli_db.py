"""`jalon db`: the schema of the database."""

from __future__ import annotations

import os
from contextlib import closing

import click

from app.cli_french import FrenchGroup
from app.domain.typography import french
from app.models.engine import open_database
from app.models.migrate import head_revision, upgrade
from app.services.cases import make_missing_cases
from app.services.clock import system_clock
from app.settings import Settings, prepare_instance


@click.group(cls=FrenchGroup)
def db() -> None:
    """Prépare la base de données."""


@db.command("upgrade")
def upgrade_command() -> None:
    """Amène la base au schéma de cette version, en la copiant d'abord (SQLite)."""
    settings = prepare_instance(Settings.from_env(os.environ))
    before = upgrade(settings.database_url)
    after = head_revision()
    if before == after:
        click.echo(french(f"La base est déjà à jour (schéma {after})."))
    else:
        click.echo(french(f"La base passe du schéma {before or 'vide'} au schéma {after}."))
    if before is not None and before != after:
        with closing(open_database(settings.database_url)) as database:
            make_missing_cases(database, at=system_clock())
