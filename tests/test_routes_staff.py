"""The staff of another service, with real identities in the address and in the body: it reads and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.models.dumps import Row, snapshot
from app.web.doors import Door, door_of
from tests.test_routes import World, methods, open_world, plain, rules
from tests.web.addresses import IDENTITIES, address_of, values_of
from tests.web.walking import shown_form

WHO = {
    Door.STAFF: "préventeur d'un autre service",
    Door.ADVISE: "préventeur d'un autre service",
    Door.COUNT: "pilote d'un autre service",
    Door.ADMIN: "admin d'un autre service",
}
"""Who of the other service passes each door at home."""

OURS = {*IDENTITIES, "firm_id"}
"""Arguments of addresses, and names of fields, that are identities of a service."""

NAMES = (
    "entreprise",
    "etablissement",
    "adherent",
    "adherents",
    "firme",
    "dossier",
    "collegue",
    "compte",
    "membre",
    "repreneur",
    "preventeur",
    "remarque",
    "soumission",
    "seance",
    "acte",
    "import",
    "invitation",
)
"""Names under which a form may one day take an identity."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("staff"), sqlite_template) as opened:
        yield opened


def staff_rules(world: World) -> list[tuple[Rule, Door]]:
    found = ((rule, door_of(world.portal.app, rule.endpoint)) for rule in rules(world))
    return [(rule, door) for rule, door in found if door in WHO and door is not None]


def test_staff_of_another_service_reaches_nothing_by_real_identities(there: World) -> None:
    """At home, under one's own address, somebody else's identity answers as one that does not exist."""
    told, tried = [], 0
    for rule, door in staff_rules(there):
        taken = OURS & set(rule.arguments)
        if not taken:
            continue
        visitor, home, ours = there.visitors[WHO[door]], values_of(there.foreign), values_of(there.firm)
        real = address_of(there.portal.app, rule, {**home, **{name: ours[name] for name in taken}})
        random = address_of(there.portal.app, rule, {**home, **dict.fromkeys(taken, uuid4())})
        for method in methods(rule):
            answer, other = (there_at_last(visitor, each, method) for each in (real, random))
            tried += 1
            if (answer.status_code, plain(answer)) != (404, plain(other)):
                told.append(f"{method} {rule.rule}: {answer.status_code}, {other.status_code}")
    print(f"staff of another service, identities in the address: {tried} pairs compared, {len(told)} differ")
    assert told == []
    assert tried > 5, tried


def there_at_last(visitor: FlaskClient, address: str, method: str) -> TestResponse:
    """The answer to a request, or to the page it sends back to: a form without its fields may ask for them first."""
    answer = visitor.open(address, method=method, buffered=True)
    return visitor.get(answer.location, buffered=True) if answer.status_code == 303 else answer


def test_staff_of_another_service_changes_nothing_by_real_identities(there: World) -> None:
    """Every form of the staff, sent at home with the identities of another service in its fields."""
    before = rows_of(there, there.firm.service.id)
    known = {str(row[0]) for rows in before.values() for row in rows}
    broken, tried = [], 0
    for rule, door in staff_rules(there):
        visitor, here = there.visitors[WHO[door]], address_of(there.portal.app, rule, values_of(there.foreign))
        bodies = [bare(there)] if "POST" in methods(rule) else []
        if "GET" in methods(rule):
            page = visitor.get(here, buffered=True)
            bodies += changed_forms(there, page.get_data(as_text=True)) if page.mimetype == "text/html" else []
        for body in bodies:
            answer = visitor.post(body.get("", here), data={name: v for name, v in body.items() if name}, buffered=True)
            tried += 1
            if answer.status_code >= 500:
                broken.append(f"POST {body.get('', here)}: {answer.status_code}")
    assert broken == []
    assert rows_of(there, there.firm.service.id) == before
    taken = [
        f"{table}: {value}"
        for table, rows in rows_of(there, there.foreign.service.id).items()
        for row in rows
        for value in row
        if not isinstance(value, bytes) and known & set(_UUID.findall(str(value)))
    ]
    print(f"staff of another service, identities in the body: {tried} forms sent, {len(taken)} identities taken")
    assert taken == []
    assert tried > 5, tried


def bare(world: World) -> dict[str, str]:
    """Every identity of the firm, under every name a form may read."""
    ours = values_of(world.firm)
    named = {name: str(ours[name]) for name in OURS}
    return {**dict.fromkeys(NAMES, str(world.firm.establishment_id)), **named}


def changed_forms(world: World, page: str) -> list[dict[str, str]]:
    """The forms of a page as they are shown, every identity in them replaced; "" is where the form is sent."""
    tree: HtmlElement = html.document_fromstring(page)
    forms: list[HtmlElement] = tree.xpath("//main//form[translate(@method, 'POST', 'post') = 'post']")
    ours = values_of(world.firm)
    found = []
    for form in forms:
        swapped = {name: str(ours.get(name, world.firm.establishment_id)) for name in identity_fields(form)}
        if swapped:
            action = str(form.get("action") or "")
            found.append({**dict(shown_form(form)), **swapped, **({"": action} if action else {})})
    return found


def identity_fields(form: HtmlElement) -> set[str]:
    """Names of the fields of a form that hold an identity, or offer one."""
    places: list[HtmlElement] = form.xpath(".//input[@name] | .//select[@name]//option")
    named = [(each if each.tag == "input" else each.xpath("ancestor::select")[0], each.get("value")) for each in places]
    return {str(field.get("name")) for field, value in named if _UUID.fullmatch(value or "")}


def rows_of(world: World, service_id: UUID) -> dict[str, list[Row]]:
    """Every row of a service, its identity first."""
    found = {}
    with snapshot(world.portal.database.engine) as taken:
        for shape in taken.tables:
            names = [column.name for column in shape.columns]
            if "service_id" not in names:
                continue
            own, identity = names.index("service_id"), names.index("id")
            found[shape.name] = [(row[identity], *row) for row in taken.rows(shape.name) if row[own] == service_id]
    return found
