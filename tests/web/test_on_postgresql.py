"""The pages on PostgreSQL: every page of a full firm opens, and an answer is saved."""

from __future__ import annotations

from pathlib import Path

from tests.web.addresses import addresses, values_of
from tests.web.client import Page
from tests.web.filled import filled_firm
from tests.web.people import open_portal
from tests.web.walking import shown_form


def test_every_page_of_a_full_firm_opens(postgresql_address: str, tmp_path: Path) -> None:
    with open_portal(postgresql_address, tmp_path) as portal:
        firm = filled_firm(portal)
        client = portal.person(establishment_id=firm.establishment_id)
        opened = 0
        for _, address in addresses(portal.app, values_of(firm)):
            answer = client._client.get(address, buffered=True)
            assert answer.status_code < 500, address
            opened += answer.status_code == 200
        assert opened > 40, opened


def test_an_answer_is_saved_and_read_again(postgresql_address: str, tmp_path: Path) -> None:
    with open_portal(postgresql_address, tmp_path) as portal:
        firm = filled_firm(portal)
        client = portal.person(establishment_id=firm.establishment_id)
        address = f"/{portal.slug}/e/{firm.establishment_id}/themes/chaleur/eau_repos"
        for said in ("non", "partiellement"):
            client.raw("POST", address, status=303, data={**answered(client.get(address)), "ch_eau_fraiche": said})
            assert answered(client.get(address))["ch_eau_fraiche"] == said


def answered(page: Page) -> dict[str, str]:
    """The form of questions as it is shown."""
    (form,) = page.tree.xpath("//form[@data-autosave]")
    return dict(shown_form(form))
