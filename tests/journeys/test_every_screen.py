"""Every page of a firm that did everything, on the narrowest screen: axe, nothing wider, targets on a phone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from app.domain.roles import Role
from tests.journeys.town import Eyes, Town, read_whole
from tests.web.addresses import addresses, values_of
from tests.web.filled import Filled, filled_firm
from tests.web.people import open_portal
from tests.web.test_every_page import FILES

pytestmark = pytest.mark.xdist_group("chromium")

AWAY = {"account.signed_out", "account.closed", "language.choose"}
"""Pages that end what the others need; the strict client reads them."""


@pytest.fixture(scope="module")
def street(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[tuple[Town, Filled]]:
    """A portal with a firm that did everything."""
    folder = tmp_path_factory.mktemp("street")
    base = folder / "jalon.db"
    base.write_bytes(sqlite_template.read_bytes())
    with open_portal(f"sqlite:///{base}", folder, demo=True) as portal:
        server = make_server("127.0.0.1", 0, read_whole(portal.app), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Town(portal=portal, site=f"http://127.0.0.1:{server.server_port}", browser=browser), filled_firm(portal)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("who", ["employeur", "service"])
def test_every_page_fits_the_narrowest_screen(street: tuple[Town, Filled], who: str) -> None:
    town, firm = street
    portal = town.portal
    client = portal.person(establishment_id=firm.establishment_id) if who == "employeur" else None
    client = client or portal.person(role=Role.ADMIN)
    eyes = Eyes(widths=(320,), narrow=(360,))
    with town.visitor(width=320) as context:
        context.add_cookies([{"name": "jalon", "value": client.cookie("jalon"), "url": town.site}])
        page = context.new_page()
        for endpoint, address in addresses(portal.app, values_of(firm)):
            if endpoint in FILES or endpoint in AWAY or (who == "service") != endpoint.startswith("staff."):
                continue
            answer = page.goto(town.site + address)
            if answer is not None and answer.status == 200:
                eyes.look(page)
    print(f"{who}: {len(eyes.seen)} pages looked at")
    assert not eyes.faults, "\n\n".join(eyes.faults)
    assert len(eyes.seen) >= (1 if who == "service" else 30)
