"""No form answers a 500, whatever is typed, repeated, left out or sent in another type.

The forms are found on the pages themselves: every page an employer can open is read, and each field of each form
it holds is sent every hostile value. The same inputs are tried at each run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote_from_bytes
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html

from app.domain.roles import Role
from app.web.doors import door_of
from tests.web.addresses import addresses, values_of
from tests.web.filled import Filled, filled_firm, submit_chaleur
from tests.web.people import Portal, open_portal

HOSTILE: dict[str, str] = {
    "empty": "",
    "spaces": " \u00a0\u202f ",
    "null": "a\x00b",
    "surrogate": "\ud800",
    "huge number": str(2**63),
    "negative": "-1",
    "scientific": "1e400",
    "not a number": "NaN",
    "bad day": "31/02/2026",
    "far day": "01/01/99999",
    "long": "a" * 100_000,
    "markup": "<script>]]></script>&\"'",
    "formula": "=cmd|' /C calc'!A0",
    "right to left": "\u202e\u0627\u0644\ufeff",
    "somebody else's": str(uuid4()),
    "control": "\x01\x0b\x1f\x7f\u2028",
}
"""What a person, a paste or a robot may send in a field."""

ALONE = 2
"""Hostile values a field meets while the rest of its form is right."""


@dataclass(frozen=True)
class FoundForm:
    """A form as its page shows it: where it posts, and what it would send untouched."""

    action: str
    fields: tuple[tuple[str, str], ...]


@pytest.fixture
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[tuple[Portal, Filled]]:
    """A portal of its own for each test: what one sends must not change what the next one finds."""
    folder = tmp_path_factory.mktemp("hostile")
    base = folder / "jalon.db"
    base.write_bytes(sqlite_template.read_bytes())
    with open_portal(f"sqlite:///{base}", folder, demo=True) as portal:
        portal.app.config["WTF_CSRF_ENABLED"] = False
        portal.app.config["PROPAGATE_EXCEPTIONS"] = False
        yield portal, filled_firm(portal)


def pages(portal: Portal, firm: Filled) -> Iterator[str]:
    """Every address of the portal that can be built with real values."""
    for _endpoint, address in addresses(portal.app, values_of(firm)):
        yield address


def forms_of(client: FlaskClient, address: str) -> list[FoundForm]:
    answer = client.get(address, buffered=True)
    assert answer.status_code < 500, f"GET {address}: {answer.status_code}"
    if not (answer.content_type or "").startswith("text/html") or answer.status_code != 200:
        return []
    tree = html.document_fromstring(answer.text)
    found = []
    for form in (each for each in tree.iter("form") if (each.get("method") or "").lower() == "post"):
        names: dict[str, str] = {}
        for field in form.iter("input", "select", "textarea", "button"):
            name, value = field.get("name"), field.get("value") or ""
            if name is None:
                continue
            if field.tag == "textarea":
                names.setdefault(name, field.text or "")
            elif field.get("type") in {"radio", "checkbox"} and field.get("checked") is not None:
                names[name] = value
            else:
                names.setdefault(name, value)
        found.append(FoundForm(action=form.get("action") or address, fields=tuple(names.items())))
    return found


def variants(form: FoundForm, turn: int) -> Iterator[tuple[str, dict[str, object]]]:
    """The form untouched, empty, wholly hostile, then hostile in one field at a time.

    Wholly hostile: the values move from field to field, so that each field meets each of them. One at a time: what a
    form that is otherwise right does with `ALONE` of them; each field is also repeated or left out, in its turn.
    """
    base: dict[str, object] = dict(form.fields)
    names = [name for name, _ in form.fields if name != "csrf_token"]
    values = list(HOSTILE)
    yield "untouched", base
    yield "nothing", {}
    for step, first in enumerate(values):
        said = {name: HOSTILE[values[(step + place) % len(values)]] for place, name in enumerate(names)}
        yield f"all, from {first}", {**base, **said}
    for place, name in enumerate(names, start=turn):
        for number in range(ALONE):
            label = values[(ALONE * place + number) % len(values)]
            yield f"{name}: {label}", {**base, name: HOSTILE[label]}
        if place % 2:
            yield f"{name}: repeated", {**base, name: ["oui", "non", "x"]}
        else:
            yield f"{name}: missing", {key: value for key, value in base.items() if key != name}


def sent(client: FlaskClient, address: str, fields: dict[str, object]) -> int:
    body = "&".join(
        f"{quoted(name)}={quoted(str(each))}"
        for name, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    )
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded", buffered=True).status_code


@lru_cache(maxsize=1000)
def quoted(text: str) -> str:
    """Percent-encoded; half of a surrogate pair goes as the bytes a broken client would send."""
    return quote_from_bytes(text.encode("utf-8", errors="surrogatepass"))


KEPT_APART = ("/deconnexion", "/cloture", "/fermer")
"""Acts that end the session or the account of who tries: their own tests try them."""


def browser(portal: Portal, firm: Filled, role: Role) -> FlaskClient:
    """Somebody of the firm, or of the service; an adviser finds a theme that was submitted."""
    if role is Role.EMPLOYER:
        return portal.person(role=role, establishment_id=firm.establishment_id)._client
    submit_chaleur(portal, firm.service, firm.establishment_id)
    return portal.person(role=role, function="ergonome")._client


@pytest.mark.parametrize(("role", "least"), [(Role.EMPLOYER, 25), (Role.ADVISER, 12)])
def test_no_form_gives_a_500(opened: tuple[Portal, Filled], role: Role, least: int) -> None:
    portal, firm = opened
    client = browser(portal, firm, role)
    seen: dict[tuple[str, tuple[str, ...]], FoundForm] = {}
    for address in sorted(set(pages(portal, firm))):
        for form in forms_of(client, address):
            if not any(part in form.action for part in KEPT_APART):
                seen.setdefault((form.action, tuple(name for name, _ in form.fields)), form)
    tried, broken = 0, []
    statuses: Counter[int] = Counter()
    met: dict[tuple[str, str], set[str]] = {}
    known = {value: label for label, value in HOSTILE.items()}
    for turn, form in enumerate(seen.values()):
        for label, fields in variants(form, turn):
            status = sent(client, form.action, fields)
            tried += 1
            statuses[status] += 1
            for name, value in fields.items():
                if isinstance(value, str) and value in known:
                    met.setdefault((form.action, name), set()).add(known[value])
            if status >= 500:
                broken.append(f"POST {form.action} · {label}: {status}")
    fewest = min(len(labels) for (_, name), labels in met.items() if name != "csrf_token")
    print(f"{len(seen)} forms, {len(met)} fields, {tried} inputs tried, {len(broken)} answers 500; {dict(statuses)}")
    assert broken == []
    assert fewest >= 6, fewest
    assert len(seen) > least
    assert tried > 20 * least


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"a": 1}'),
        ("multipart/form-data", b"no boundary"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--',
        ),
        ("text/plain", b"\x00\xff"),
        ("application/x-www-form-urlencoded", b"%FF%FE=%ED%A0%80&=&&a"),
    ],
)
def test_no_other_content_type_gives_a_500(opened: tuple[Portal, Filled], kind: str, body: bytes) -> None:
    portal, firm = opened
    client = portal.person(role=Role.EMPLOYER, establishment_id=firm.establishment_id)._client
    tried = [
        address
        for endpoint, address in addresses(portal.app, values_of(firm), "POST")
        if door_of(portal.app, endpoint) is not None and "deconnexion" not in address
    ]
    broken = [
        f"{address}: {status}"
        for address in tried
        if (status := client.post(address, data=body, content_type=kind, buffered=True).status_code) >= 500
    ]
    assert broken == []
