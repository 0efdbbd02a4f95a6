"""`jalon indicators`: the figures of a year as a workbook and CSV files; the rows behind them for the service alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import click

from app.cli_french import FrenchCommand, Refusal
from app.domain.entrances import has_entrance
from app.domain.indicator_report import InternalRow, Report
from app.domain.indicators import IndicatorQuery
from app.domain.suppression import DEFAULT_UNITS, FLOOR_UNITS, Rule
from app.domain.typography import french
from app.models.engine import Database, open_database
from app.models.migrate import head_revision, revision_at
from app.models.service import Service
from app.services.clock import local_day, system_clock
from app.services.indicator_reports import internal_rows, make_report
from app.services.prevention_services import ServiceRefused, known_service, services_of
from app.services.system_words import shown_path, system_words
from app.settings import Settings, prepare_instance
from exports.indicators_csv import csv_bytes
from exports.indicators_sheets import Table, internal_sheet, sheets_of
from exports.indicators_xlsx import write_tables

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


@click.command(cls=FrenchCommand)
@click.option("--year", metavar="ANNÉE", required=True, type=click.IntRange(_FIRST_YEAR, _LAST_YEAR))
@click.option("--out", metavar="FICHIER", required=True, type=click.Path(path_type=Path), help="Classeur .xlsx.")
@click.option("--service", "slug", metavar="CODE", help="Service à compter ; le seul de la base par défaut.")
@click.option("--csv", "folder", metavar="DOSSIER", type=click.Path(path_type=Path), help="Les mêmes tables en CSV.")
@click.option(
    "--units",
    metavar="NOMBRE",
    default=DEFAULT_UNITS,
    show_default=True,
    type=click.IntRange(FLOOR_UNITS, 100),
    help="Établissements au moins derrière un nombre imprimé.",
)
@click.option("--internal", is_flag=True, help="Les lignes avec SIRET, pour le service seulement : rien d'autre.")
def indicators(year: int, out: Path, slug: str | None, folder: Path | None, units: int, internal: bool) -> None:
    """Écrit les indicateurs d'une année dans un classeur, petits nombres masqués."""
    query = IndicatorQuery(first=date(year, 1, 1), last=date(year, 12, 31))
    with _database() as database:
        host = _service(database, slug)
        on = local_day(system_clock(), host.zone)
        with database.read(service_id=host.id) as session:
            if internal:
                tables = _internal(internal_rows(session, query))
            else:
                report = make_report(session, query, service=host.name, rule=Rule(units=units), made_on=on)
                tables = _tables(report)
    title = f"{host.name} : indicateurs {year}"
    _written(out, lambda: _write_book(tables, out, title, on))
    click.echo(french(f"{host.name}, année {year} : {shown_path(out)}"))
    if folder is not None:
        _written(folder, lambda: _write_folder(tables, folder))
        click.echo(french(f"Les mêmes tables en CSV : {shown_path(folder)}"))
    if internal:
        click.echo(french("Ce fichier porte des SIRET : il ne sort pas du service."))


def _internal(rows: tuple[InternalRow, ...]) -> tuple[Table, ...]:
    return (internal_sheet(rows),)


def _tables(report: Report) -> tuple[Table, ...]:
    return sheets_of(report)


def _write_book(tables: tuple[Table, ...], out: Path, title: str, on: date) -> None:
    with out.open("wb") as stream:
        write_tables(tables, stream, title=title, made_on=on)


def _write_folder(tables: tuple[Table, ...], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        (folder / f"{table.name.lower().replace(' ', '_')}.csv").write_bytes(csv_bytes(table))


def _written(path: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except (OSError, ValueError) as error:
        why = system_words(error) if isinstance(error, OSError) else "nom de fichier inutilisable"
        raise Refusal(f"Impossible d'écrire {shown_path(path)} : {why}.") from error


def _service(database: Database, slug: str | None) -> Service:
    with database.read() as session:
        if slug is not None:
            try:
                return known_service(session, slug)
            except ServiceRefused as refused:
                raise Refusal(str(refused)) from refused
        known = list(services_of(session))
    with_entrance = [each for each in known if has_entrance(each.slug)]
    found = with_entrance or known
    if not found:
        raise Refusal("Aucun service dans cette base : ouvrez le premier avec « jalon service create ».")
    if len(found) > 1:
        raise Refusal(f"Plusieurs services : choisissez-en un avec --service ({', '.join(s.slug for s in found)}).")
    return found[0]


@contextmanager
def _database() -> Iterator[Database]:
    settings = prepare_instance(Settings.from_env(os.environ))
    if revision_at(settings.database_url) != head_revision():
        raise Refusal("La base n'est pas au schéma de ce programme : lancez d'abord « jalon db upgrade ».")
    database = open_database(settings.database_url)
    try:
        yield database
    finally:
        database.close()
