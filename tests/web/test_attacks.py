"""What somebody tries who wants more than is his: on a shared computer, with another's identities, in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.roles import Role
from tests.web.filled import filled_firm
from tests.web.people import Portal, open_portal


@pytest.fixture
def portal(sqlite_address: str, tmp_path: Path) -> Iterator[Portal]:
    with open_portal(sqlite_address, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("page", ["", "document/versions/1/docx", "document/plan", "plan/agenda.ics", "plan/plan.xlsx"])
def test_nothing_of_a_firm_stays_on_the_disk_of_a_shared_computer(portal: Portal, page: str) -> None:
    firm = filled_firm(portal).establishment_id
    client = portal.person(role=Role.EMPLOYER, establishment_id=firm)
    answer = client.raw("GET", f"/{portal.slug}/e/{firm}/{page}", status=200)
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_comes_back_once_signed_out_stays_on_no_disk(portal: Portal) -> None:
    firm = portal.establishment()
    client = portal.client()
    token = client.tokens(f"/{portal.slug}/connexion")
    lost = client.raw(
        "POST",
        f"/{portal.slug}/e/{firm}/unites/nouvelle",
        status=401,
        data={**token, "nom": "Fournil"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert "Fournil" in lost.text
    assert lost.headers["Cache-Control"] == "no-store"


def test_the_page_that_shows_an_address_stays_on_no_disk(portal: Portal) -> None:
    client, way_in = portal.client(), f"/{portal.slug}/connexion"
    client.post(way_in, {"adresse": "gerante@exemple.fr"})
    page = client.get(f"{way_in}/code")
    assert "gerante@exemple.fr" in page.text
    assert page.answer.headers["Cache-Control"] == "no-store"
