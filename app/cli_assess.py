"""`jalon assess`: one answers file in, the Word section, the plan and the dossier out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import inspect

from app.cli_french import FrenchCommand, Refusal
from app.domain.dossier import Dossier
from app.domain.inputs import FirmAssessment
from app.domain.typography import french
from app.domain.words import PRIORITY_NAMES, TO_ASSESS, counted
from app.intake.answers_faults import AnswersFaults
from app.intake.answers_toml import read_answers
from app.intake.answers_warnings import warnings_in
from app.models.engine import Database, open_database
from app.models.migrate import head_revision, revision_at, upgrade
from app.services.clock import system_clock
from app.services.folders import FolderFault, file_names, refuse_unwritable, write_folder
from app.services.headless import Home, assess_firm_file, refusals
from app.services.system_words import shown_path, system_words
from app.settings import Settings, prepare_instance
from questionnaires import catalogue

OWN_SERVICE = "local"
"""Slug of the service of answers files, when the installation was not told another."""

RECORDED = "Les réponses sont enregistrées dans la base ; seuls les fichiers manquent."

SERVICE_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?", re.ASCII)
"""How a service is named on the command line and in addresses."""

READ_LIMIT = 20_000_000
"""Bytes read at most: enough to tell that a file is too big without filling the memory."""


@click.command(cls=FrenchCommand)
@click.argument("file", metavar="FICHIER", type=click.Path(path_type=Path))
@click.option("--out", metavar="DOSSIER", required=True, type=click.Path(path_type=Path), help="Où écrire.")
@click.option("--db", "address", metavar="URL", help="Base où enregistrer ; sinon une base jetée à la fin.")
@click.option("--service", "slug", metavar="CODE", default=OWN_SERVICE, help="SPSTI de la base (local par défaut).")
def assess(file: Path, out: Path, address: str | None, slug: str) -> None:
    """Évalue une entreprise décrite par un fichier de réponses."""
    if not SERVICE_CODE.fullmatch(slug):
        raise Refusal("Le code du service s'écrit en minuscules sans accent, chiffres et tirets : --service ast-34.")
    content = catalogue.load()
    firm = _read(file)
    told = refusals(firm, content)
    if told:
        raise Refusal(_told(file, told))
    for warning in warnings_in(firm):
        click.echo(french(f"Attention, {warning.key} : {warning.words}"), err=True)
    _refuse_output(out)
    home = Home(slug=slug, name=firm.establishment.service or "Service de prévention", seal_key=_seal_key(address))
    with _database(address) as database:
        produced = assess_firm_file(database, firm, home=home, catalogue=content, at=system_clock())
    try:
        places = write_folder(out, file_names(produced))
    except FolderFault as error:
        recorded = f" {RECORDED}" if address else ""
        raise Refusal(f"{error}{recorded}") from error
    click.echo(french(_summary(produced.documents.dossier)))
    for place in places:
        click.echo(f"  {shown_path(place)}")


def _refuse_output(out: Path) -> None:
    """Before anything is recorded: a version is not to be made for files that cannot be written."""
    try:
        refuse_unwritable(out)
    except FolderFault as fault:
        raise Refusal(str(fault)) from fault


def _read(file: Path) -> FirmAssessment:
    try:
        with file.open("rb") as stream:
            data = stream.read(READ_LIMIT)
    except OSError as error:
        raise Refusal(f"Impossible de lire {shown_path(file)} : {system_words(error)}.") from error
    try:
        return read_answers(data, catalogue=catalogue.load(), file=shown_path(file.name))
    except AnswersFaults as faults:
        raise Refusal(_told(file, tuple(str(fault) for fault in faults.faults))) from faults


def _told(file: Path, faults: tuple[str, ...]) -> str:
    count = "une faute" if len(faults) == 1 else f"{len(faults)} fautes"
    return "\n".join((f"{shown_path(file.name)} : {count}, rien n'a été écrit.", *(f"- {fault}" for fault in faults)))


def _seal_key(address: str | None) -> bytes | None:
    if address is None:
        return None
    return prepare_instance(Settings.from_env(os.environ)).seal_key.encode("utf-8")


@contextmanager
def _database(address: str | None) -> Iterator[Database]:
    """The database asked for, brought to the present schema when it is new; a temporary one otherwise."""
    with TemporaryDirectory(prefix="jalon-") as folder:
        url = f"sqlite:///{Path(folder) / 'jalon.sqlite'}" if address is None else address
        revision = revision_at(url)
        if revision is None:
            _refuse_foreign(url)
            upgrade(url)
        elif revision != head_revision():
            raise Refusal("La base a un autre schéma que ce programme : lancez d'abord « jalon db upgrade ».")
        database = open_database(url)
        try:
            yield database
        finally:
            database.close()


def _refuse_foreign(url: str) -> None:
    """A base that has tables and no schema of ours belongs to another program: ours are not to be added to it."""
    database = open_database(url)
    try:
        tables = inspect(database.engine).get_table_names()
    finally:
        database.close()
    if tables:
        raise Refusal("Cette base est celle d'un autre programme : donnez l'adresse d'une base vide ou de Jalon.")


def _summary(dossier: Dossier) -> str:
    name = dossier.establishment.name
    state = f"version {dossier.version.number}" if dossier.version else "projet"
    codes = [row.priority for row in dossier.rows]
    counts = [f"{codes.count(each.name)} {each.name}" for each in PRIORITY_NAMES if each.name in codes]
    if TO_ASSESS in codes:
        counts.append(f"{codes.count(TO_ASSESS)} à évaluer")
    risks = f"{counted(len(codes), 'situation')} ({', '.join(counts)})" if codes else "aucune situation"
    actions = counted(sum(action.chosen for action in dossier.actions), "action retenue", "actions retenues")
    return f"{name} : {state}, {risks}, {actions}."
