"""Every page that a member may read opens for every firm of the demonstration, whatever state it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.extensions import db
from app.factory import create_app
from app.models.document import DocumentVersion
from app.models.draft import ChosenActionRow, SituationFactRow
from app.models.engine import Database, open_database
from app.models.establishment import EstablishmentRow, WorkUnitRow
from app.models.exchange import Exchange
from app.models.membership import Membership
from app.models.migrate import upgrade
from app.services.demo import DEMO_SERVICE, demo_files, load_demo
from app.services.demo_firms import DEMO_FIRMS
from app.services.prevention_services import known_service
from app.settings import Settings
from app.web.doors import Door, door_of
from questionnaires import catalogue
from tests.web.addresses import address_of, rules_of
from tests.web.client import StrictClient
from tests.web.people import EVENING, signed_in

NAMES = (
    "Association d'aide à domicile d'exemple",
    "Auberge du Gué",
    "Boulangerie d'exemple",
    "Bureau d'études Clairlogis",
    "Couverture d'exemple",
    "Maçonnerie des Trois Ponts",
    "Menuiserie du Val Sauveclair",
    "Résidence des Deux Cyprès",
    "Toitures de Sauveclaire",
    "Traiteur de la Combe",
    "Transports Sauveclairois",
    "Épicerie de Sauveclaire",
)
ASKED = 12
"""Doors of a member that answer a GET, at the very least."""


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demonstration behind an application, at 20 h 42."""

    app: Flask
    database: Database
    service_id: UUID


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo")
    yield from _opened(folder)


def _opened(folder: Path) -> Iterator[Demo]:
    settings = Settings(
        instance=folder,
        database_url=f"sqlite:///{folder / 'demo.sqlite'}",
        secret_key="s" * 40,
        seal_key="z" * 40,
        demo=True,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
    )
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    load_demo(database, demo_files(), catalogue=catalogue.load(), seal_key=b"z" * 40, at=EVENING)
    with database.read() as session:
        service_id = known_service(session, DEMO_SERVICE).id
    app = create_app(settings, clock=lambda: EVENING)
    yield Demo(app=app, database=database, service_id=service_id)
    database.close()
    with app.app_context():
        db.engine.dispose()


def choices(session: Session, place: UUID) -> Mapping[str, Sequence[object]]:
    """What each argument of an address may be for that firm; empty when it has none."""
    units = session.scalars(select(WorkUnitRow.key).where(WorkUnitRow.establishment_id == place)).all()
    rows = session.execute(
        select(SituationFactRow.situation, SituationFactRow.unit).where(
            SituationFactRow.establishment_id == place, SituationFactRow.concerned
        )
    ).all()
    versions = session.scalars(select(DocumentVersion.number).where(DocumentVersion.establishment_id == place))
    actions = session.scalars(select(ChosenActionRow.id).where(ChosenActionRow.establishment_id == place))
    opening = select(Exchange.id).where(
        Exchange.establishment_id == place, Exchange.kind != "note", Exchange.answers_id.is_(None)
    )
    return {
        "exchange_id": list(session.scalars(opening)),
        "theme": ["chaleur"],
        "section": [section.id for section in catalogue.load().theme("chaleur").sections[1:]],
        "situation": sorted({situation for situation, _ in rows}),
        "unit": sorted({unit for _, unit in rows}),
        "unit_key": units,
        "number": [number for number in versions if number],
        "kind": ["docx", "xlsx"],
        "action_id": list(actions),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_page_a_member_may_read_opens(demonstration: Demo, name: str) -> None:
    with demonstration.database.read(service_id=demonstration.service_id) as session:
        place = session.scalars(select(EstablishmentRow.id).where(EstablishmentRow.name == name)).one()
        employer = session.scalars(
            select(Membership.account_id).where(
                Membership.establishment_id == place, Membership.role == Role.EMPLOYER.value
            )
        ).one()
        known = choices(session, place)
    client = signed_in(demonstration.app, demonstration.database, employer)
    asked = set()
    for rule in rules_of(demonstration.app):
        if door_of(demonstration.app, rule.endpoint) is not Door.FIRM_READ:
            continue
        free = sorted(rule.arguments - {"slug", "establishment_id"})
        for values in product(*(known[each] for each in free)):
            given = dict(zip(free, values, strict=True))
            path = address_of(demonstration.app, rule, {"slug": DEMO_SERVICE, "establishment_id": place, **given})
            if opens(client, path, may_be_absent=rule.endpoint in MAY_BE_ABSENT):
                asked.add(rule.endpoint)
    assert len(asked) >= ASKED, sorted(asked)


MAY_BE_ABSENT = {
    "document.receipt",  # a version that was not handed over
    "document.section",  # a theme nobody has begun
    "themes.values",  # a situation and a unit that do not meet
}


def opens(client: StrictClient, path: str, *, may_be_absent: bool) -> bool:
    """Whether the address gives a page that holds every rule, or a file; it may send to another page first."""
    answer = client.open("GET", path)
    if answer.status_code == 303:
        client.follow(answer)
        return True
    if answer.status_code == 404 and may_be_absent:
        return False
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    if answer.content_type.startswith("text/html"):
        client.read(answer)
    else:
        assert answer.get_data()
    return True


@pytest.mark.parametrize(
    "page", ["/", "/entreprise", "/unites", "/themes", "/themes/chaleur", "/plan", "/document", "/echanges"]
)
def test_a_reader_is_shown_no_way_that_is_closed(demonstration: Demo, page: str) -> None:
    with demonstration.database.read(service_id=demonstration.service_id) as session:
        reader = session.scalars(select(Membership).where(Membership.role == Role.READER.value)).one()
    client = signed_in(demonstration.app, demonstration.database, reader.account_id)
    base = f"/{DEMO_SERVICE}/e/{reader.establishment_id}"
    shown = client.get(f"{base}{page}")
    ways = {link.partition("#")[0] for link in shown.links().values() if link.startswith(base)}
    closed = {way for way in sorted(ways) if client.open("GET", way).status_code >= 400}
    assert closed == set()
    actions = shown.tree.xpath("//main//form[@method='post']/@action")
    assert actions == []


def test_the_list_of_firms_is_whole(demonstration: Demo) -> None:
    with demonstration.database.read(service_id=demonstration.service_id) as session:
        names = session.scalars(select(EstablishmentRow.name)).all()
    assert sorted(names) == sorted(NAMES)
    assert len(names) == len(DEMO_FIRMS)


def test_the_home_page_is_the_entrance_and_shows_the_examples(demonstration: Demo) -> None:
    client = StrictClient(demonstration.app)
    page = client.follow(client.raw("GET", "/", status=302))
    assert "Couverture d’exemple" in page.text
    assert "Toitures de Sauveclaire" not in page.text


def test_the_sign_in_page_lists_everybody(demonstration: Demo) -> None:
    page = StrictClient(demonstration.app).get(f"/{DEMO_SERVICE}/connexion")
    for email in ("gerante@toitures.example", "cse@aide.example", "ergonome@garrigues.example"):
        assert email in page.text


def test_staff_find_the_firms(demonstration: Demo) -> None:
    with demonstration.database.read(service_id=demonstration.service_id) as session:
        advisers = select(Membership.account_id).where(Membership.role == Role.ADVISER.value)
        staff = session.scalars(advisers.where(Membership.function == "ergonome")).one()
    client = signed_in(demonstration.app, demonstration.database, staff, staff=True)
    assert "12 entreprises" in client.get(f"/{DEMO_SERVICE}/service/").text.replace("\u00a0", " ")
