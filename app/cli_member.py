"""`jalon member`: the members of a service, brought in from a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click

from app.cli_french import BAD_INPUT, FrenchGroup, Refusal
from app.domain.typography import french
from app.domain.words import counted
from app.intake.members_table import FileRefused
from app.intake.sheet_rows import MAX_BYTES
from app.models.engine import Database, open_database
from app.models.migrate import head_revision, revision_at
from app.models.service import Service
from app.services.clock import local_day, system_clock
from app.services.member_imports import BaseChanged, Importing, apply_import, preview_members, propose_import
from app.services.member_report import ImportReport, store_report
from app.services.prevention_services import ServiceRefused, known_service
from app.services.system_words import shown_path, system_words
from app.settings import Settings, prepare_instance
from questionnaires import catalogue

_MOST_SHOWN = 200
"""Rejected cells and remarks printed; the rest is counted, and is in --json."""


@click.group(cls=FrenchGroup)
def member() -> None:
    """Importe les adhérents d'un service."""


@member.command("import")
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--service", "slug", metavar="CODE", required=True, help="Le service dont ce sont les adhérents.")
@click.option("--apply", "write", is_flag=True, help="Écrit dans la base ; sans cette option, rien n'est écrit.")
@click.option("--json", "as_json", is_flag=True, help="Donne le rapport en JSON.")
def import_command(file: Path, slug: str, *, write: bool, as_json: bool) -> int:
    """Dit ce qu'un fichier d'adhérents (CSV ou .xlsx) changerait, et l'applique avec --apply.

    Le code de sortie est 0 quand toutes les lignes sont prises, 2 quand des lignes sont rejetées.
    """
    content = _content(file)
    settings = prepare_instance(Settings.from_env(os.environ))
    if revision_at(settings.database_url) != head_revision():
        raise Refusal("La base n'est pas au schéma de ce programme : lancez d'abord « jalon db upgrade ».")
    database = open_database(settings.database_url)
    try:
        report = _run(_importing(database, slug), content, file=file, write=write)
    finally:
        database.close()
    if as_json:
        click.echo(json.dumps(json.loads(store_report(report)), ensure_ascii=False, indent=2))
    else:
        for line in _told(report, applied=write):
            click.echo(french(line))
    return BAD_INPUT if report.rejected else 0


def _run(importing: Importing, content: bytes, *, file: Path, write: bool) -> ImportReport:
    try:
        if not write:
            return preview_members(importing, content)
        import_id = propose_import(importing, content, file_name=file.name, account_id=None)
        return apply_import(importing, import_id)
    except BaseChanged as changed:
        raise Refusal("La base a changé pendant l'import, rien n'est écrit : recommencez.") from changed
    except FileRefused as refused:
        raise Refusal("\n".join((f"{shown_path(file)} ne peut pas être importé :", *refused.reasons))) from refused


def _importing(database: Database, slug: str) -> Importing:
    at = system_clock()
    try:
        with database.read() as session:
            host: Service = known_service(session, slug)
    except ServiceRefused as refused:
        raise Refusal(str(refused)) from refused
    return Importing(
        database=database, service_id=host.id, catalogue=catalogue.load(), on=local_day(at, host.zone), at=at
    )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = system_words(error) if isinstance(error, OSError) else "nom de fichier inutilisable"
        raise Refusal(f"Impossible de lire {shown_path(path)} : {why}.") from error


def _told(report: ImportReport, *, applied: bool) -> Iterator[str]:
    yield "Import appliqué." if applied else "Essai à blanc : rien n'est écrit. Ajoutez --apply pour écrire."
    yield f"  {counted(report.lines, 'ligne lue', 'lignes lues')}"
    yield f"  {counted(report.created, 'adhérent créé', 'adhérents créés')}"
    yield f"  {counted(report.updated, 'adhérent mis à jour', 'adhérents mis à jour')}"
    if report.ended:
        yield f"    dont {counted(report.ended, 'radié', 'radiés')}"
    yield f"  {counted(report.unchanged, 'adhérent inchangé', 'adhérents inchangés')}"
    yield f"  {counted(report.rejected, 'ligne rejetée', 'lignes rejetées')}"
    if report.left_out:
        yield f"  {counted(report.left_out, 'ligne laissée', 'lignes laissées')} : déjà radiée et inconnue de la base"
    yield from _faults(report)
    yield from _section("À regarder", [f"ligne {each.line} : {each.words}" for each in report.remarks])
    yield from _section(
        "Déclarations plus récentes gardées", [f"ligne {each.line}, {each.name} : {each.words}" for each in report.kept]
    )
    yield from _section(
        f"Rattachements à décider ({report.claimed_count})",
        [f"{each.siret} {each.name}" for each in report.claimed],
    )
    yield from _section(
        f"Adhérents absents du fichier ({report.absent_count}), laissés tels quels",
        [f"{each.siret or 'sans SIRET'} {each.name}" for each in report.absent],
    )
    if report.ignored:
        yield f"Colonnes non lues : {', '.join(report.ignored)}."


def _faults(report: ImportReport) -> Iterator[str]:
    lines = []
    for fault in report.faults:
        remedy = f". Attendu : {fault.remedy}" if fault.remedy else ""
        lines.append(f"ligne {fault.line}, {fault.column} : {fault.words}{remedy}.")
    yield from _section("Rejets", lines)
    if report.more_faults:
        yield f"  et {counted(report.more_faults, 'autre')}"


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"{title} :"
    yield from (f"  {line}" for line in lines[:_MOST_SHOWN])
    if len(lines) > _MOST_SHOWN:
        yield f"  … et {counted(len(lines) - _MOST_SHOWN, 'autre')} : voir --json"
