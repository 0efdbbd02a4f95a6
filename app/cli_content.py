"""`jalon content`: checks the themes, the cited law and the helps that are shipped."""

from __future__ import annotations

from collections.abc import Iterator

import click

from app.cli_french import FrenchGroup, Refusal
from app.domain.pace import LIMIT_MINUTES, Pace, pace
from app.domain.typography import french
from app.domain.words import counted
from app.intake.answers_toml import read_answers
from app.services.demo import EXAMPLES
from questionnaires import catalogue
from questionnaires.catalogue import Catalogue
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
    slow = []
    for name, code, time in _paces(content_read):
        minutes = f"{time.minutes:.1f}".replace(".", ",")
        said = (
            f"{code}, {name} : {minutes} minutes ({counted(time.questions, 'question')}, {counted(time.words, 'mot')})"
        )
        click.echo(french(f"  {said}"))
        if time.minutes > LIMIT_MINUTES:
            slow.append(f"- {said}")
    if slow:
        raise Refusal(french("\n".join((f"Un thème se répond en {LIMIT_MINUTES} minutes au plus :", *slow))))


def _paces(content_read: Catalogue) -> Iterator[tuple[str, str, Pace]]:
    """The time each shipped example takes on each of its themes; nothing where the examples are not installed."""
    for path in sorted(EXAMPLES.glob("*.toml")):
        firm = read_answers(path.read_bytes(), catalogue=content_read, file=path.name)
        for book in firm.books:
            yield path.stem, book.theme, pace(content_read.theme(book.theme), book, firm.establishment)


def _counts(theme: Theme) -> str:
    return (
        f"{len(theme.questions)} questions, {len(theme.situations)} situations, {len(theme.measures)} mesures, "
        f"{len(theme.obligations)} obligations"
    )
