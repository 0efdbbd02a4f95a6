"""`jalon verify`: checks the register of a database, or of a folder of documents, and says what it cannot show."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from app.cli_french import TAMPERED, FrenchCommand, Refusal
from app.domain.register_check import Finding, FindingKind
from app.domain.typography import french
from app.domain.words import counted
from app.models.engine import open_database, read_url
from app.services.folders import FolderFault, verify_folder
from app.services.verification import Verification, verify_database
from app.settings import Settings, prepare_instance

UNREADABLE = (
    "Une valeur de la base ne peut pas être lue : elle a été écrite hors de Jalon. La vérification s'est arrêtée là ; "
    "comparez la base à sa dernière sauvegarde."
)


@click.command(cls=FrenchCommand)
@click.argument("folder", metavar="[DOSSIER]", required=False, type=click.Path(path_type=Path))
@click.option("--db", "address", metavar="URL", help="Base à vérifier ; celle des réglages par défaut.")
@click.option("--anchor", "anchors", metavar="EMPREINTE", multiple=True, help="Empreinte lue au pied d'une version.")
@click.option("--json", "as_json", is_flag=True, help="Résultat en JSON.")
def verify(folder: Path | None, address: str | None, anchors: tuple[str, ...], as_json: bool) -> int:
    """Vérifie que rien n'a été modifié, retiré ou ajouté depuis l'inscription."""
    if folder is not None:
        try:
            result = verify_folder(folder, anchors=anchors)
        except FolderFault as fault:
            raise Refusal(str(fault)) from fault
    else:
        settings = prepare_instance(Settings.from_env(os.environ))
        result = _verified(settings.database_url if address is None else address, settings, anchors)
    click.echo(_json(result) if as_json else french(_words(result)))
    return TAMPERED if result.findings else 0


def _verified(address: str, settings: Settings, anchors: tuple[str, ...]) -> Verification:
    url = read_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():  # else SQLite would make it
        raise Refusal(f"{url.database} n'existe pas : lancez « jalon db upgrade » pour faire cette base.")
    database = open_database(address)
    try:
        return verify_database(database, key=settings.seal_key.encode("utf-8"), anchors=anchors)
    except (ValueError, TypeError, AttributeError):  # a column no longer holds what Jalon writes: a date that is a word
        finding = Finding(kind=FindingKind.LINE_ALTERED, establishment="", seq=0, words=UNREADABLE)
        return Verification(lines=0, seals=0, findings=(finding,), limits=())
    finally:
        database.close()


def _words(result: Verification) -> str:
    counts = f"{counted(result.lines, 'ligne')} de registre, {counted(result.seals, 'scellé')}"
    if result.findings:
        head = f"{counted(len(result.findings), 'anomalie')} ({counts}) :"
        said = [head, *(f"- {finding.words}" for finding in result.findings)]
    else:
        said = [f"Aucune anomalie : {counts}."]
    if result.limits:
        said += ["Ce que cette vérification ne peut pas montrer :", *(f"- {each}" for each in result.limits)]
    return "\n".join(said)


def _json(result: Verification) -> str:
    return json.dumps(
        {
            "lines": result.lines,
            "seals": result.seals,
            "findings": [
                {"kind": each.kind, "establishment": each.establishment, "seq": each.seq, "words": each.words}
                for each in result.findings
            ],
            "limits": result.limits,
        },
        ensure_ascii=False,
        indent=2,
    )
