"""Every endpoint, asked by everybody: what it declares is what it does, and a stranger learns nothing.

The matrix is made of the application's own map: a page nobody declared, or an argument nobody gave a real value for,
fails. Strangers use real identities of the firm, and must get word for word the 404 of an identity that does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.domain.roles import Role
from app.web.doors import FIRM_DOORS, Door, door_of
from tests.engines import service_in
from tests.web.addresses import NOWHERE, address_of, values_of
from tests.web.filled import Filled, filled_firm, submit_chaleur
from tests.web.people import Portal, account, membership, open_portal, signed_in


@dataclass(frozen=True, kw_only=True)
class World:
    """A portal with two services, a firm that is full, and everybody who may knock."""

    portal: Portal
    firm: Filled
    neighbour: Filled
    """Another firm of the same service."""
    foreign: Filled
    """A firm of another service."""
    visitors: dict[str, FlaskClient]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("routes"), sqlite_template) as opened:
        yield opened


@contextmanager
def open_world(folder: Path, sqlite_template: Path) -> Iterator[World]:
    """A world of its own, on a copy of a database at head."""
    base = folder / "jalon.db"
    base.write_bytes(sqlite_template.read_bytes())
    with open_portal(f"sqlite:///{base}", folder) as portal:
        portal.app.config["WTF_CSRF_ENABLED"] = False  # a missing token would answer before the door does
        firm = filled_firm(portal)
        submit_chaleur(portal, firm.service, firm.establishment_id)
        other = filled_firm(portal, file="couverture-9.toml")
        south = service_in(portal.database, "sud")
        foreign = filled_firm(portal, file="boulangerie-4.toml", service=south)

        def visitor(role: Role, at: Filled | None, *, staff: bool = False, home: Filled = firm) -> FlaskClient:
            someone = account(portal.database, f"{uuid4().hex}@exemple.fr")
            membership(
                portal.database,
                home.service,
                someone,
                role=role,
                establishment_id=at.establishment_id if at else None,
            )
            return signed_in(portal.app, portal.database, someone, staff=staff)._client

        visitors = {
            "anonyme": portal.app.test_client(),
            "employeur": visitor(Role.EMPLOYER, firm),
            "contributeur": visitor(Role.CONTRIBUTOR, firm),
            "lecteur": visitor(Role.READER, firm),
            "voisin": visitor(Role.EMPLOYER, other),
            "étranger": visitor(Role.EMPLOYER, foreign, home=foreign),
            "préventeur sans second facteur": visitor(Role.ADVISER, None),
            "préventeur": visitor(Role.ADVISER, None, staff=True),
            "pilote": visitor(Role.PILOT, None, staff=True),
            "admin": visitor(Role.ADMIN, None, staff=True),
            "préventeur d'un autre service": visitor(Role.ADVISER, None, staff=True, home=foreign),
            "pilote d'un autre service": visitor(Role.PILOT, None, staff=True, home=foreign),
            "admin d'un autre service": visitor(Role.ADMIN, None, staff=True, home=foreign),
        }
        yield World(portal=portal, firm=firm, neighbour=other, foreign=foreign, visitors=visitors)


ABSENT = {"entrance.logo", "door.example_file", "claims.refusing"}
"""What this portal has not: its service has no logo, no example is loaded, its firms claim nothing."""

FOREIGN_IDENTITIES = {"action_id", "exchange_id", "membership_id", "invitation_id"}
"""Arguments of addresses that are identities of one firm, beside its own."""

FIRM = {"employeur", "contributeur", "lecteur"}
STAFF = {"préventeur sans second facteur", "préventeur", "pilote", "admin"}
ELSEWHERE = {"préventeur d'un autre service", "pilote d'un autre service", "admin d'un autre service"}
"""The staff of another service."""
EVERYBODY = {*FIRM, *STAFF, *ELSEWHERE, "voisin", "étranger"}

LET_IN: dict[Door, set[str]] = {
    Door.OPEN: {"anonyme", *EVERYBODY},
    Door.SIGNED_IN: EVERYBODY,
    Door.FIRM_READ: FIRM,
    Door.FIRM_WRITE: FIRM - {"lecteur"},
    Door.FIRM_DECIDE: {"employeur"},
    Door.STAFF: {"préventeur", "pilote", "admin"},
    Door.ADVISE: {"préventeur"},
    Door.COUNT: {"pilote"},
    Door.ADMIN: {"admin"},
}


def expected(door: Door, visitor: str) -> str:
    """What the door says of a visitor: `in`, `sign_in`, `404`, `403`, `second_factor`."""
    if visitor in LET_IN[door]:
        return "in"
    if visitor == "anonyme":
        return "sign_in"
    if visitor not in (FIRM if door in FIRM_DOORS else STAFF):
        return "404"
    return "second_factor" if visitor == "préventeur sans second facteur" else "403"


def outcome(answer: TestResponse, *, door: Door) -> str:
    """What an answer means."""
    place, _, query = answer.headers.get("Location", "").partition("?")
    if answer.status_code == 401 and "/second-facteur" in answer.get_data(as_text=True):
        return "second_factor"  # a form: it waits on its page
    if answer.status_code == 401 or (place.endswith("/connexion") and "suite=" in query):
        return "sign_in"
    if place.endswith("/second-facteur"):
        return "second_factor"
    if answer.status_code in {403, 404}:
        return str(answer.status_code)
    return "in" if answer.status_code < 500 else f"broken {answer.status_code}"


def rules(world: World) -> list[Rule]:
    return sorted(
        (rule for rule in world.portal.app.url_map.iter_rules() if rule.endpoint not in NOWHERE),
        key=lambda rule: (rule.rule, sorted(rule.methods or ())),
    )


def address(world: World, rule: Rule, *, establishment_id: UUID | None = None) -> str:
    values = values_of(world.firm)
    if establishment_id is not None:
        values["establishment_id"] = establishment_id
    return address_of(world.portal.app, rule, values)


def methods(rule: Rule) -> list[str]:
    return sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"})


def test_every_endpoint_declares_its_door(world: World) -> None:
    app = world.portal.app
    assert [rule.endpoint for rule in rules(world) if door_of(app, rule.endpoint) is None] == []


def test_every_door_holds_for_everybody(world: World) -> None:
    wrong, tried = [], 0
    for rule in rules(world):
        door = door_of(world.portal.app, rule.endpoint)
        assert door is not None
        for method in methods(rule):
            for name, visitor in world.visitors.items():
                if method == "POST" and expected(door, name) == "in":
                    continue  # what a form does is tested with its page; here it would change the firm
                if rule.endpoint == "account.sign_out":
                    continue  # it would sign the visitor out for the rest of the matrix
                answer = visitor.open(address(world, rule), method=method, buffered=True)
                tried += 1
                got = outcome(answer, door=door)
                wanted = expected(door, name)
                missing = got == "404" and wanted == "in" and ("token" in rule.arguments or rule.endpoint in ABSENT)
                if got != wanted and not missing:
                    wrong.append(f"{method} {rule.rule} · {name}: {got} instead of {wanted}")
    endpoints = len(rules(world))
    print(f"{endpoints} rules, {len(world.visitors)} visitors: {tried} requests, {len(wrong)} wrong answers")
    assert wrong == []
    assert tried > 200, tried


def test_a_firm_that_is_not_yours_answers_like_one_that_does_not_exist(world: World) -> None:
    told, tried = [], 0
    for rule in rules(world):
        door = door_of(world.portal.app, rule.endpoint)
        if door not in FIRM_DOORS:
            continue
        for method in methods(rule):
            for name in ("voisin", "étranger", *sorted(STAFF - {"préventeur sans second facteur"}), *sorted(ELSEWHERE)):
                real = world.visitors[name].open(address(world, rule), method=method, buffered=True)
                random = world.visitors[name].open(
                    address(world, rule, establishment_id=uuid4()), method=method, buffered=True
                )
                tried += 1
                if (real.status_code, plain(real)) != (404, plain(random)):
                    told.append(f"{method} {rule.rule} · {name}")
    print(f"a firm that is not yours: {tried} pairs compared, {len(told)} differ")
    assert told == []
    assert tried > 50, tried


def test_identities_of_another_firm_under_ones_own_open_nothing(world: World) -> None:
    """Somebody who puts the firm's own identities under the address of his establishment gets a 404, at every door."""
    mine = {"voisin": world.neighbour, "étranger": world.foreign}
    told, tried = [], 0
    for rule in rules(world):
        others = FOREIGN_IDENTITIES & set(rule.arguments)
        if not others or "establishment_id" not in rule.arguments:
            continue
        for name, own in mine.items():
            values = {**values_of(own), **{each: values_of(world.firm)[each] for each in others}}
            here = address_of(world.portal.app, rule, values)
            for method in methods(rule):
                data = {"establishment_id": str(world.firm.establishment_id), "csrf_token": ""}
                answer = world.visitors[name].open(here, method=method, data=data, buffered=True)
                tried += 1
                if answer.status_code != 404:
                    told.append(f"{method} {rule.rule} · {name}: {answer.status_code}")
    print(f"identities of another firm under one's own: {tried} requests, {len(told)} answered")
    assert told == []
    assert tried > 20, tried


def test_an_identity_of_the_body_is_not_read_instead_of_that_of_the_address(world: World) -> None:
    neighbour, tried = world.visitors["voisin"], 0
    for rule in rules(world):
        if "POST" not in methods(rule) or door_of(world.portal.app, rule.endpoint) not in FIRM_DOORS:
            continue
        data = {"establishment_id": str(world.neighbour.establishment_id)}
        answer = neighbour.post(address(world, rule), data=data, buffered=True)
        tried += 1
        assert answer.status_code == 404, rule.rule
    assert tried > 20, tried


def plain(answer: TestResponse) -> str:
    """The body without what changes at each request."""
    text = re.sub(r'nonce="[^"]*"|value="[^"]{20,}"|suite=[^"]*', "", answer.get_data(as_text=True))
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text)
