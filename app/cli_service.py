"""`jalon service`: the entrances of the installation, and the first people of a service's staff."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from app.cli_french import FrenchGroup, Refusal
from app.domain.email_addresses import read_email
from app.domain.entrances import has_entrance
from app.domain.plain_values import ValueFault, read_line, read_text
from app.domain.roles import ROLE_WORDS, Role
from app.domain.typography import french, french_date
from app.intake.images import MAX_BYTES, ImageFault, Picture, read_picture
from app.models.engine import Database, open_database
from app.models.migrate import head_revision, revision_at
from app.services.clock import local_day, system_clock
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import AlreadyMember, invite
from app.services.prevention_services import (
    ServiceFacts,
    ServiceRefused,
    create_service,
    known_service,
    services_of,
    update_service,
)
from app.services.system_words import shown_path, system_words
from app.settings import Settings, prepare_instance

_PHONE = re.compile(r"\+?[0-9][0-9 .()-]{3,24}")
_STAFF = {role.value: role for role in (Role.ADMIN, Role.ADVISER, Role.PILOT)}
_NAME_LIMIT = 120
_LINE_LIMIT = 200

_FACTS = (
    click.option("--name", metavar="NOM", help="Nom du service, tel que ses adhérents le connaissent."),
    click.option("--zone", metavar="FUSEAU", help="Fuseau horaire (Europe/Paris par défaut)."),
    click.option("--phone", metavar="NUMÉRO", help="Téléphone, affiché en haut de chaque page."),
    click.option("--hours", metavar="HEURES", help="Heures du téléphone : du lundi au vendredi, 8 h 30 - 17 h."),
    click.option("--address", metavar="ADRESSE", help="Adresse postale."),
    click.option("--colour", metavar="#RRVVBB", help="Couleur du service ; refusée si elle se lit mal."),
    click.option("--logo", metavar="FICHIER", type=click.Path(path_type=Path), help="PNG ou JPEG, 500 ko au plus."),
    click.option("--legal", metavar="TEXTE", help="Mentions légales : éditeur, directeur de publication, hébergeur."),
    click.option(
        "--reception/--no-reception",
        default=None,
        help="Le service reçoit (ou non) les documents uniques par ce portail.",
    ),
)


def _facts(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what a service is, shared by `create` and `update`."""
    for option in reversed(_FACTS):
        command = option(command)
    return command


@click.group(cls=FrenchGroup)
def service() -> None:
    """Crée et change les entrées des services de prévention."""


@service.command("create")
@click.argument("slug", metavar="CODE")
@_facts
def create(slug: str, **said: Any) -> None:
    """Ouvre l'entrée d'un service, à l'adresse /CODE/."""
    facts = _read(said)
    with _database() as (database, settings), _refusals():
        made = create_service(database, slug, facts, at=system_clock())
    click.echo(french(f"{made.name} : son entrée est ouverte."))
    click.echo(f"  {settings.base_url}/{slug}/")
    if not facts.legal_words:
        click.echo(french(f"Mentions légales à donner : jalon service update {slug} --legal …"))


@service.command("update")
@click.argument("slug", metavar="CODE")
@_facts
def update(slug: str, **said: Any) -> None:
    """Change ce qui est dit d'un service ; ce qui n'est pas donné reste."""
    if all(value is None for value in said.values()):
        raise Refusal("Rien à changer : donnez au moins une option, par exemple --phone. Aide : --help")
    facts = _read(said)
    with _database() as (database, _settings), _refusals():
        changed = update_service(database, slug, facts)
    click.echo(french(f"{changed.name} : c'est changé."))


@service.command("list")
def list_services() -> None:
    """Montre les services de cette base."""
    with _database() as (database, settings), database.read() as session:
        known = [each for each in services_of(session) if has_entrance(each.slug)]
    if not known:
        click.echo(french("Aucun service : ouvrez la première entrée avec « jalon service create »."))
    for each in known:
        click.echo(french(f"{each.slug} : {each.name}"))
        click.echo(f"  {settings.base_url}/{each.slug}/")


@service.command("invite")
@click.argument("slug", metavar="CODE")
@click.option("--email", metavar="ADRESSE", required=True, help="À qui le lien est envoyé.")
@click.option("--role", metavar="RÔLE", required=True, help="admin, preventeur ou pilote.")
@click.option("--function", metavar="FONCTION", required=True, help="Fonction dans le service, jamais un nom.")
def invite_command(slug: str, email: str, role: str, function: str) -> None:
    """Invite une personne dans l'équipe d'un service, et donne son lien personnel."""
    if role not in _STAFF:
        raise Refusal(f"Rôle inconnu : « {role} ». Rôles du service : {', '.join(_STAFF)}.")
    wish = InvitationWish(
        email=_value("--email", lambda: read_email(email)),
        role=_STAFF[role],
        function=_value("--function", lambda: read_line(function, limit=80)),
        establishment_id=None,
    )
    at = system_clock()
    with _database() as (database, settings), _refusals():
        with database.read() as session:
            host = known_service(session, slug)
        letter = Letter(service_name=host.name, entrance=f"{settings.base_url}/{slug}")
        try:
            made = invite(database, wish, letter, service_id=host.id, author=None, on=local_day(at, host.zone), at=at)
        except AlreadyMember as known:
            raise Refusal(f"{wish.email} est déjà {ROLE_WORDS[wish.role]} de ce service.") from known
    until = french_date(made.expires_on)
    click.echo(french(f"Invitation de {wish.email} comme {ROLE_WORDS[wish.role]}, bonne jusqu'au {until}."))
    click.echo(french("Le message part avec les autres e-mails. Le lien est personnel et ne sera plus montré :"))
    click.echo(f"  {made.link}")


def _read(said: dict[str, Any]) -> ServiceFacts:
    """What was given on the command line, read; raises Refusal with the option that is wrong."""
    phone = _line(said, "phone", _LINE_LIMIT)
    if phone and not _PHONE.fullmatch(phone):
        raise Refusal("--phone : écrivez le numéro en chiffres, par exemple 04 65 71 20 30.")
    legal = said["legal"]
    return ServiceFacts(
        name=_line(said, "name", _NAME_LIMIT),
        zone=said["zone"],
        phone=phone,
        phone_hours=_line(said, "hours", _LINE_LIMIT),
        address=_line(said, "address", 300),
        legal_words=None if legal is None else _value("--legal", lambda: read_text(legal)),
        colour=said["colour"],
        reception=said["reception"],
        logo=None if said["logo"] is None else _logo(said["logo"]),
    )


def _line(said: dict[str, Any], name: str, limit: int) -> str | None:
    raw = said[name]
    if raw is None or (raw == "" and name != "name"):
        return None if raw is None else ""
    return _value(f"--{name}", lambda: read_line(raw, limit=limit))


def _value(option: str, read: Callable[[], str]) -> str:
    try:
        return read()
    except ValueFault as fault:
        raise Refusal(f"{option} : {fault}") from fault


def _logo(path: Path) -> Picture:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = system_words(error) if isinstance(error, OSError) else "nom de fichier inutilisable"
        raise Refusal(f"Impossible de lire {shown_path(path)} : {why}.") from error
    try:
        return read_picture(content)
    except ImageFault as fault:
        raise Refusal(f"--logo {shown_path(path)} : {fault}.") from fault


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ServiceRefused as refused:
        raise Refusal(str(refused)) from refused


@contextmanager
def _database() -> Iterator[tuple[Database, Settings]]:
    """The database of the settings, at the schema of this program; raises Refusal with the way on."""
    settings = prepare_instance(Settings.from_env(os.environ))
    if revision_at(settings.database_url) != head_revision():
        raise Refusal("La base n'est pas au schéma de ce programme : lancez d'abord « jalon db upgrade ».")
    database = open_database(settings.database_url)
    try:
        yield database, settings
    finally:
        database.close()
