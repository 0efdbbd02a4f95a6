"""The journal of the doors: each proof and each refusal is a line, and nothing that was typed is in it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from app.domain.roles import Role
from app.services.passwords import hash_password
from app.web.security_log import LOGGER, PROOFS
from tests.web.people import EVENING, Portal, account, open_portal
from tests.web.test_account_entering import PASSWORD, by_password

KNOWN = "secret.gerante@exemple.fr"


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())

    def read(self) -> list[dict[str, object]]:
        return [json.loads(text) for text in self.texts]


@pytest.fixture
def journal() -> Iterator[Lines]:
    lines, log = Lines(), logging.getLogger(LOGGER)
    log.addHandler(lines)
    yield lines
    log.removeHandler(lines)


def test_a_wrong_and_a_right_password_are_two_lines_that_can_be_put_side_by_side(
    portal: Portal, journal: Lines
) -> None:
    account(portal.database, KNOWN, password_hash=hash_password(PASSWORD))
    for typed, status in (("une autre phrase longue", 422), (PASSWORD, 303)):
        by_password(portal, portal.client(), KNOWN, typed, status=status)
    wrong, right = journal.read()
    assert (wrong["event"], wrong["status"]) == ("proof_refused", 422)
    assert (right["event"], right["status"], right["endpoint"]) == ("proof", 303, "account.ask_sign_in")
    assert wrong["tried"] == right["tried"] != ""
    assert wrong["network"] == right["network"] != ""
    assert datetime.fromisoformat(str(right["at"])) == EVENING
    assert right["entrance"] == portal.slug


def test_nothing_that_was_typed_is_written(portal: Portal, journal: Lines) -> None:
    secret = 'perroquet\n{"event":"forged"}'
    client = portal.client()
    by_password(portal, client, KNOWN, secret, status=422)
    client.post(f"/{portal.slug}/connexion", {"identifiant": f"{secret}@exemple.fr", "mot_de_passe": "x"}, status=422)
    assert len(journal.texts) == 2
    for text in journal.texts:
        assert "\n" not in text
        assert not any(word in text for word in ("perroquet", "exemple.fr", "forged", "127.0.0.1"))


def test_somebody_signed_in_before_a_closed_door_is_a_line(portal: Portal, journal: Lines) -> None:
    firm = portal.establishment()
    pilot = portal.person(role=Role.PILOT)
    pilot.get(f"/{portal.slug}/e/{firm}/", status=404)
    pilot.get(f"/{portal.slug}/service/remarques", status=403)
    first, second = journal.read()
    assert (first["event"], first["endpoint"], first["status"]) == ("refused", "hub.index", 404)
    assert (second["event"], second["status"]) == ("refused", 403)
    assert first["account"] == second["account"] != ""


def test_a_form_without_its_token_is_a_line_and_a_dead_link_is_none(portal: Portal, journal: Lines) -> None:
    client = portal.client()
    client.get(f"/{portal.slug}/nulle-part", status=404)
    client.raw("GET", f"/{portal.slug}/e/{uuid4()}/", status=303)
    assert journal.texts == []
    client.raw("POST", f"/{portal.slug}/essai", status=400)
    assert [line["status"] for line in journal.read()] == [400]


def test_the_proofs_are_endpoints_of_the_portal(portal: Portal) -> None:
    assert set(portal.app.view_functions) >= PROOFS


def test_a_demonstration_keeps_its_terminal_for_people(sqlite_address: str, tmp_path: Path, journal: Lines) -> None:
    with open_portal(sqlite_address, tmp_path, demo=True) as portal:
        by_password(portal, portal.client(), KNOWN, "une autre phrase longue", status=422)
    assert journal.texts == []
