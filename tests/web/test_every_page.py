"""Every page of the portal, as everybody who may open it sees it: the rules of the house, SQL statements, valid HTML.

The pages are those of the application's own map, and those a form gives when it comes back: everything is read once,
then judged by each test. A page nobody thought of is judged like the others.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from lxml import html
from sqlalchemy import select

from app.domain.closing import RiskChange
from app.domain.roles import Role
from app.domain.workflow import Actor
from app.models.draft import ChosenActionRow
from app.services.action_plans import PlanWriter, finish_action
from app.services.authors import Author
from app.services.passwords import hash_password
from questionnaires import catalogue
from tests.services.issuing import example, issue, record
from tests.web.addresses import address_of, addresses, rules_of, values_of
from tests.web.client import StrictClient
from tests.web.filled import Filled, filled_firm, submit_chaleur
from tests.web.people import Portal, account, membership, open_portal
from tests.web.vnu import faults_of

pytestmark = pytest.mark.xdist_group("every_page")

MOST_STATEMENTS = 10

ALLOWED = {
    "plan.risk": 11,  # the priority before and after: everything the plan reads, then when it closed and what was kept
    "pilot.index": 15,  # ten count every indicator, the others are the door, the choices and the funnel
}
"""Endpoint -> statements it may send where the rule is not enough, with the reason beside it."""

FILES = {
    "document.project": "Word made on the spot",
    "document.section": "Word made on the spot",
    "document.workbook": "Excel made on the spot",
    "document.version_file": "frozen bytes",
    "document.register": "JSON",
    "plan.calendar": "iCalendar",
    "plan.workbook": "Excel made on the spot",
    "door.example_file": "frozen bytes",
    "members.template": "CSV",
    "members.rejects": "CSV",
    "door.alive": "for probes",
    "entrance.logo": "picture",
    "entrance.colour": "style sheet",
    "pilot.export": "Excel or CSV made on the spot",
    "pilot.export_rows": "Excel made on the spot",
    "case_acts.draft": "Word made on the spot",
    "case_acts.version": "frozen bytes",
    "demo_mail.source": "a mail as mail programs draw it, whose styles stand on each element",
}
"""Endpoints that answer no page of ours, and what they answer."""

MANAGER = "gerante@exemple.fr"
"""Who manages both firms, and signs in with a password."""
PASSWORD = "quatre chats verts dansent"

VISITORS = ("firme remplie", "firme vide", "essai", "lecteur", "service", "préventeur", "anonyme")
EXTRA = ("essai?nouveau=1", "connexion?suite=/", "connexion?moyen=mot-de-passe")
"""Addresses of the entrance that the map does not tell apart."""

ENDS_SESSION = ("/deconnexion", "/cloture", "/fermer", "/appareils")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A page as somebody got it."""

    who: str
    endpoint: str
    address: str
    status: int
    statements: int
    source: str
    """Empty when it is no page."""
    faults: str = ""
    """What the strict client says of it."""

    @property
    def place(self) -> str:
        return f"{self.who} · {self.endpoint} · {self.address} ({self.status})"


@dataclass(frozen=True, kw_only=True)
class World:
    """A portal where one firm has done everything and another nothing."""

    portal: Portal
    full: Filled
    empty: UUID

    done: UUID
    """An action that is finished."""
    sent: UUID
    """A firm that submitted its theme: what an adviser reads."""

    def visitor(self, who: str, language: str) -> tuple[StrictClient, dict[str, object]]:
        """A browser of that person, and the values of the addresses they ask for."""
        values = values_of(self.full)
        client = self.portal.client()
        if who == "firme remplie":
            sent = {"identifiant": MANAGER, "mot_de_passe": PASSWORD}
            client.post(f"/{self.portal.slug}/connexion", sent)
        elif who == "firme vide":
            client = self.portal.person(establishment_id=self.empty)
            values["establishment_id"] = self.empty
        elif who == "lecteur":
            client = self.portal.person(role=Role.READER, establishment_id=self.full.establishment_id)
        elif who == "service":
            client = self.portal.person(role=Role.ADMIN)
        elif who == "préventeur":
            client = self.portal.person(role=Role.ADVISER, function="ergonome")
            values["firm_id"] = self.sent
        elif who == "essai":
            answer = client.post(f"/{self.portal.slug}/essai", {"effectif": "4"})
            values["establishment_id"] = re.findall(r"/e/([0-9a-f-]{36})/", str(answer.location))[0]
        return self._reader(client, language), values

    def _reader(self, client: StrictClient, language: str) -> StrictClient:
        """The same person, who reads in that language."""
        reader = self.portal.client(language=language)
        with client.session() as kept, reader.session() as taken:
            taken.update(kept)
        return reader


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("every_page")
    base = folder / "jalon.db"
    base.write_bytes(sqlite_template.read_bytes())
    with open_portal(f"sqlite:///{base}", folder, demo=True) as portal:
        full, empty = filled_firm(portal), portal.establishment("Épicerie vide", units=())
        manager = account(portal.database, MANAGER, password_hash=hash_password(PASSWORD))
        for firm in (full.establishment_id, empty):
            membership(portal.database, portal.service, manager, establishment_id=firm)
        issue(portal.database, portal.service, full.establishment_id, example("boulangerie-4"), at=portal.clock.now)
        sent = record(portal.database, portal.service, example("couverture-9"), at=portal.clock.now)
        submit_chaleur(portal, portal.service, sent)
        done = _finish_one(portal, full)
        yield World(portal=portal, full=full, empty=empty, done=done, sent=sent)


def _finish_one(portal: Portal, full: Filled) -> UUID:
    """Closes the second action of the firm: the page of what changed is open."""
    with portal.database.read(service_id=full.service.id) as session:
        query = select(ChosenActionRow.id).where(
            ChosenActionRow.establishment_id == full.establishment_id, ChosenActionRow.id != full.action_id
        )
        chosen = session.scalars(query.order_by(ChosenActionRow.position)).first()
    assert chosen is not None
    by = PlanWriter(
        database=portal.database,
        service_id=full.service.id,
        establishment_id=full.establishment_id,
        catalogue=catalogue.load(),
        author=Author(actor=Actor.EMPLOYER, words="gérante", account_id=None),
        on=portal.today,
        at=portal.clock.now,
    )
    finish_action(by, chosen, change_of_risk=RiskChange.LOWER, done_on=portal.today)
    return chosen


@pytest.fixture(scope="module")
def french(world: World) -> list[Reading]:
    """Every page in French, then what each form of the full firm gives when nothing is filled in."""
    found = [reading for who in VISITORS for reading in read_all(world, who, "fr")]
    return [*found, *forms_sent_empty(world)]


@pytest.fixture(scope="module")
def english(world: World) -> list[Reading]:
    return [
        reading for who in ("firme remplie", "essai", "service", "anonyme") for reading in read_all(world, who, "en")
    ]


def read_all(world: World, who: str, language: str) -> Iterator[Reading]:
    """Every page that person may ask for."""
    client, values = world.visitor(who, language)
    entrance = f"/{world.portal.slug}/"
    again: dict[str, dict[str, object]] = {
        "plan.risk": {"action_id": world.done},
        "document.transmit": {"number": 2},
    }
    other = {
        endpoint: address_of(world.portal.app, rule, {**values, **again[endpoint]})
        for rule in rules_of(world.portal.app)
        if (endpoint := rule.endpoint) in again
    }
    asked = [(endpoint, other.get(endpoint, address)) for endpoint, address in addresses(world.portal.app, values)]
    for section in catalogue.load().theme("chaleur").sections:
        theirs = addresses(world.portal.app, {**values, "section": section.id})
        asked += [each for each in theirs if each[0] == "themes.section" and each not in asked]
    asked += [("extra", entrance + each) for each in EXTRA]
    for endpoint, address in asked:
        if endpoint not in FILES and endpoint != "language.choose":
            yield read(world, client, (who, endpoint, address))


def read(
    world: World, client: StrictClient, asked: tuple[str, str, str], sent: dict[str, str] | None = None
) -> Reading:
    """The answer to a GET, or to a form with these fields."""
    who, endpoint, address = asked
    with world.portal.statements() as statements:
        method = "GET" if sent is None else "POST"
        answer = client._client.open(address, method=method, data=sent, buffered=True)
    source = answer.text if (answer.content_type or "").startswith("text/html") else ""
    faults = ""
    if source and not 300 <= answer.status_code < 400:
        try:
            client.read(answer)
        except AssertionError as error:
            faults = str(error)
    else:
        source = ""
    return Reading(
        who=who,
        endpoint=endpoint,
        address=address,
        status=answer.status_code,
        statements=len(statements),
        source=source,
        faults=faults,
    )


def forms_sent_empty(world: World) -> Iterator[Reading]:
    """The page each form gives when only its hidden fields are sent: most come back with faults."""
    client, values = world.visitor("firme remplie", "fr")
    seen: set[str] = set()
    for endpoint, address in addresses(world.portal.app, values):
        if endpoint in FILES:
            continue
        answer = client._client.get(address, buffered=True)
        if answer.status_code != 200 or not (answer.content_type or "").startswith("text/html"):
            continue
        for form in html.document_fromstring(answer.text).iter("form"):
            action = form.get("action") or address
            hidden = {
                str(each.get("name")): each.get("value") or ""
                for each in form.iter("input")
                if each.get("type") == "hidden"
            }
            if action in seen or "csrf_token" not in hidden or any(part in action for part in ENDS_SESSION):
                continue
            seen.add(action)
            yield read(world, client, ("renvoi", endpoint, action), hidden)


def test_every_visitor_reads_many_pages_and_none_is_broken(french: list[Reading]) -> None:
    broken = [reading.place for reading in french if reading.status >= 500]
    assert not broken, "\n".join(broken)
    read = Counter(reading.who for reading in french if reading.status == 200)
    print(f"pages read: {dict(read)}")
    assert read["firme remplie"] >= 45
    assert read["firme vide"] >= 30
    assert read["essai"] >= 25
    assert read["lecteur"] >= 25
    assert read["service"] >= 12
    assert sum(reading.status == 422 for reading in french) >= 5, "some forms must come back with their faults"


@pytest.mark.parametrize("who", [*VISITORS, "renvoi"])
def test_every_page_holds_the_rules_of_the_house(french: list[Reading], who: str) -> None:
    wrong = [f"{reading.place}\n{reading.faults}" for reading in french if reading.who == who and reading.faults]
    assert not wrong, "\n\n".join(wrong)


def test_every_page_of_the_full_firm_exists(french: list[Reading]) -> None:
    """What is only a refusal proves nothing of a page: the firm that did everything opens them all."""
    away = {
        "account.confirm": "asks only before some acts",
        "account.second_factor": "for the staff",
        "account.address_code": "after an address was asked for",
        "account.code": "after a code was asked for",
        "invitations.show": "the token is not one",
        "trial.keep": "for a try-out",
        "entrance.without_slash": "leads to the entrance",
        "account.sign_in": "leads on who is signed in",
        "exchanges.message": "leads to its place in the thread",
        "extra": "ways to sign in",
        "door.index": "the only service is the home page",
    }
    mine = [
        reading
        for reading in french
        if reading.who == "firme remplie" and reading.endpoint not in away and "/service/" not in reading.address
    ]
    absent = [reading.place for reading in mine if reading.status != 200]
    assert not absent, "\n".join(absent)


def test_no_page_sends_more_statements_than_the_rule(french: list[Reading]) -> None:
    over = [
        f"{reading.place}: {reading.statements}"
        for reading in french
        if reading.who != "renvoi" and reading.statements > ALLOWED.get(reading.endpoint, MOST_STATEMENTS)
    ]
    most = max((reading.statements, reading.place) for reading in french if reading.who != "renvoi")
    print(f"most statements: {most[0]}, {most[1]}")
    assert not over, "\n".join(over)


def test_the_checker_of_html_finds_nothing(french: list[Reading], tmp_path: Path) -> None:
    pages = {reading.place: reading.source for reading in french if reading.source}
    assert len(pages) > 150
    pages["faute voulue"] = '<!doctype html><html lang="fr"><title>Faute</title><p id="a"><span id="a"></span>'
    faults = faults_of(pages, tmp_path)
    meant = [fault for fault in faults if "faute voulue" in fault]
    assert meant, "the checker sees nothing at all"
    assert faults == meant, "\n".join(faults)


def test_every_page_is_in_english_for_who_asked_for_it(english: list[Reading]) -> None:
    wrong: dict[str, str] = {}
    for reading in english:
        for fault in reading.faults.splitlines()[1:]:
            wrong.setdefault(fault, reading.place)
    said = "\n".join(f"{fault}    [{place}]" for fault, place in sorted(wrong.items()))
    assert not wrong, f"{len(wrong)} sentences:\n{said}"
