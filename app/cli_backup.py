"""`jalon backup` and `jalon restore`: the whole installation in one file, and back into an empty database."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import click

from app.cli_french import TAMPERED, FrenchCommand, Refusal
from app.domain.typography import french, french_date
from app.domain.words import counted
from app.models.engine import open_database, read_url
from app.models.migrate import head_revision
from app.services.backup_format import BackupFault
from app.services.backups import Backup, make_backup
from app.services.clock import system_clock
from app.services.outbox_orders import outbox_state
from app.services.restoring import NOT_EMPTY, NotEmpty, OpenedBackup, open_backup, restore_backup
from app.services.system_words import shown_path, system_words
from app.services.verification import verification_words, verify_database
from app.settings import Settings

KEYS_APART = (
    "Les clés de l'installation n'y sont pas : gardez une copie de seal_key et de secret_key (dossier {folder}, ou "
    "variables JALON_SEAL_KEY et JALON_SECRET_KEY) dans un autre lieu que la sauvegarde. Sans seal_key, les scellés "
    "passés ne se vérifient plus ; sans secret_key, toute l'équipe refait son second facteur."
)
NO_SEAL_KEY = (
    "Attention : il n'y a pas de clé des scellés ici. Remettez les fichiers seal_key et secret_key d'origine dans "
    "{folder} avant de servir le portail, puis lancez « jalon verify »."
)
WAITING = (
    "{count} dans la base : ce qui serait parti depuis la sauvegarde partirait une seconde fois. Regardez "
    "« jalon mail list » avant de lancer « jalon worker »."
)

_DB = click.option("--db", "address", metavar="URL", help="Base de données ; celle des réglages par défaut.")


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Remplace le fichier s'il existe.")
@_DB
def backup(file: Path, *, replace: bool, address: str | None) -> None:
    """Sauvegarde toute la base dans un fichier zip, portail en marche ou non."""
    settings = Settings.from_env(os.environ)
    url = settings.database_url if address is None else address
    _refuse_missing(url)
    with closing(open_database(url)) as database:
        try:
            made = make_backup(database, file, replace=replace, at=system_clock())
        except BackupFault as fault:
            raise Refusal(f"{shown_path(file)} : {fault}. Rien n'a été écrit.") from fault
        except OSError as error:
            raise Refusal(f"Impossible d'écrire {shown_path(file)} : {system_words(error)}.") from error
    click.echo(french(_made_words(file, made)))
    click.echo(french(KEYS_APART.format(folder=settings.instance)))


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@_DB
def restore(file: Path, address: str | None) -> int:
    """Remet une sauvegarde dans une base vide, SQLite ou PostgreSQL, puis vérifie les registres."""
    settings = Settings.from_env(os.environ)
    url = settings.database_url if address is None else address
    opened = _opened(file)
    if address is None:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        restore_backup(opened, url)
    except NotEmpty as refused:
        raise Refusal(NOT_EMPTY) from refused
    except BackupFault as fault:
        raise Refusal(f"{shown_path(file)} : {fault}. Rien n'a été remis.") from fault
    click.echo(french(_restored_words(opened)))
    key = _seal_key(settings)
    with closing(open_database(url)) as database:
        result = verify_database(database, key=key)
        waiting = outbox_state(database, limit=0).counts["a_envoyer"]
    click.echo(french(verification_words(result)))
    if key is None:
        click.echo(french(NO_SEAL_KEY.format(folder=settings.instance)), err=True)
    if waiting:
        click.echo(french(WAITING.format(count=counted(waiting, "e-mail attend", "e-mails attendent"))), err=True)
    return TAMPERED if result.findings else 0


def _opened(file: Path) -> OpenedBackup:
    try:
        return open_backup(file)
    except BackupFault as fault:
        raise Refusal(f"{shown_path(file)} : {fault}. Rien n'a été remis.") from fault
    except OSError as error:
        raise Refusal(f"Impossible de lire {shown_path(file)} : {system_words(error)}.") from error


def _refuse_missing(address: str) -> None:
    url = read_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():  # else SQLite would make it
        raise Refusal(f"{url.database} n'existe pas : il n'y a rien à sauvegarder.")


def _seal_key(settings: Settings) -> bytes | None:
    """The key that is there; none is made here, for a new one would hide that the old one is missing."""
    if settings.seal_key:
        return settings.seal_key.encode("utf-8")
    kept = settings.instance / "seal_key"
    return kept.read_text(encoding="utf-8").strip().encode("utf-8") if kept.exists() else None


def _made_words(file: Path, made: Backup) -> str:
    rows, tables = _rows(made.manifest.rows), counted(len(made.manifest.tables), "table")
    size = f"{max(1, round(made.size / 1024))} Ko"
    return "\n".join(
        (
            f"{shown_path(file)} : {rows}, {tables}, {size}, schéma {made.manifest.revision}.",
            f"Empreinte à noter ailleurs : {made.fingerprint}",
        )
    )


def _restored_words(opened: OpenedBackup) -> str:
    manifest = opened.manifest
    at = manifest.made_at
    said = [
        f"Sauvegarde du {french_date(at.date())} à {at:%H:%M} (UTC), schéma {manifest.revision}, empreinte "
        f"{opened.fingerprint}",
        *(f"  {table.shape.name} : {table.rows}" for table in manifest.tables),
        f"Total : {_rows(manifest.rows)}, {counted(len(manifest.tables), 'table')}.",
    ]
    head = head_revision()
    if head != manifest.revision:
        said.append(f"La base passe du schéma {manifest.revision} au schéma {head}.")
    return "\n".join(said)


def _rows(count: int) -> str:
    return counted(count, "ligne")
