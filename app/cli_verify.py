"""`jalon verify`: checks the register of a database, or of a folder of documents, and says what it cannot show."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from app.cli_french import TAMPERED, FrenchCommand, Refusal
from app.domain.typography import french
from app.models.engine import open_database, read_url
from app.services.folders import FolderFault, verify_folder
from app.services.verification import Verification, verification_words, verify_database
from app.settings import Settings, prepare_instance


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
    click.echo(_json(result) if as_json else french(verification_words(result)))
    return TAMPERED if result.findings else 0


def _verified(address: str, settings: Settings, anchors: tuple[str, ...]) -> Verification:
    url = read_url(address)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():  # else SQLite would make it
        raise Refusal(f"{url.database} n'existe pas : lancez « jalon db upgrade » pour faire cette base.")
    database = open_database(address)
    try:
        return verify_database(database, key=settings.seal_key.encode("utf-8"), anchors=anchors)
    finally:
        database.close()


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
