"""A real browser and a real server, both on this machine only."""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from app.factory import create_app
from app.models.engine import open_database
from app.models.migrate import upgrade
from app.services.prevention_services import ServiceFacts, create_service
from app.settings import Settings
from tests.engines import NOON
from tests.journeys.town import Town, open_town, read_whole
from tests.needs import missing
from tests.web.shelf import three_examples

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""What Chromium needs to start as root and to call nobody."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session; the machine's own, never a downloaded one."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the portal with three examples and one entrance, « garrigues »."""
    folder: Path = tmp_path_factory.mktemp("site")
    address = f"sqlite:///{folder / 'test.sqlite'}"
    upgrade(address)
    with closing(open_database(address)) as database:
        create_service(database, "garrigues", ServiceFacts(name="Santé Travail des Garrigues"), at=NOON)
    settings = Settings(
        instance=folder,
        database_url=address,
        secret_key="s" * 40,
        seal_key="z" * 40,
        demo=True,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
    )
    server = make_server("127.0.0.1", 0, read_whole(create_app(settings, shelf=three_examples())), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A portal where people sign up, answer and validate; its clock is moved by hand."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with open_town(browser, tmp_path_factory.mktemp("town")) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as wide as the test's parameter says, in CSS pixels."""
    context = browser.new_context(
        viewport={"width": getattr(request, "param", 1280), "height": 900}, locale="fr-FR", accept_downloads=True
    )
    opened = context.new_page()
    yield opened
    context.close()
