"""Every address of the portal, built from the application's own map with real values of one firm.

An argument nobody gave a value for fails: a page that is added is asked for by every test that reads this map.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.routing import Rule

from tests.web.filled import Filled

REAL: dict[str, object] = {
    "example": "boulangerie-d-exemple",
    "name": "section-chaleur.docx",
    "code": "en",
    "theme": "chaleur",
    "section": "eau_repos",
    "situation": "source",
    "unit": "UT1",
    "number": 1,
    "kind": "docx",
    "unit_key": "UT1",
    "token": "x" * 43,
    "campaign": "chaleur-2026",
    "indicator": "POR-04",
    "ending": "xlsx",
}
"""Arguments of addresses that are no identity of the firm; those come from the firm itself."""

IDENTITIES = {
    "establishment_id",
    "action_id",
    "exchange_id",
    "membership_id",
    "invitation_id",
    "mail_id",
    "import_id",
    "colleague_id",
    "remark_id",
    "fact_id",
    "session_id",
}

NOWHERE = {"static"}
"""Endpoints of the framework, whose argument is a file."""


def values_of(firm: Filled, **others: object) -> dict[str, object]:
    """What stands for each argument on the pages of that firm."""
    identities = {name: getattr(firm, name) for name in IDENTITIES}
    return {**REAL, **identities, "firm_id": firm.establishment_id, "slug": firm.service.slug, **others}


def rules_of(app: Flask, method: str = "GET") -> list[Rule]:
    """The rules that answer to a method, always in the same order."""
    asked = (rule for rule in app.url_map.iter_rules() if rule.endpoint not in NOWHERE)
    return sorted((rule for rule in asked if method in (rule.methods or ())), key=lambda rule: (rule.rule, method))


def address_of(app: Flask, rule: Rule, values: Mapping[str, object]) -> str:
    """The address of a rule with these values."""
    missing = [name for name in rule.arguments if name not in values]
    assert not missing, f"{rule.rule}: give a real value for {missing} in tests/web/addresses.py"
    with app.test_request_context():
        built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None, rule.rule
    return built[1]


def addresses(app: Flask, values: Mapping[str, object], method: str = "GET") -> Iterator[tuple[str, str]]:
    """Endpoint and address of everything that answers to a method."""
    for rule in rules_of(app, method):
        yield rule.endpoint, address_of(app, rule, values)
