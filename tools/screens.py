"""Takes the pictures of docs/screens: `make screens`, or `python tools/screens.py hub plan` for some of them.

The demonstration is loaded in a folder of its own and served at a fixed hour, so that the same pages give the same
pictures. A page that answers 404 or fails is told on the console and left out.
"""

from __future__ import annotations

import argparse
import base64
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from screen_list import SCREENS, Screen  # noqa: E402

from app.factory import create_app  # noqa: E402
from app.models.draft import ChosenActionRow  # noqa: E402
from app.models.engine import Database, open_database  # noqa: E402
from app.models.fact import Fact  # noqa: E402
from app.models.migrate import upgrade  # noqa: E402
from app.services.demo import DEMO_SERVICE, demo_files, load_demo  # noqa: E402
from app.services.demo_people import PASSWORD  # noqa: E402
from app.services.prevention_services import find_service  # noqa: E402
from app.settings import Settings  # noqa: E402
from questionnaires import catalogue  # noqa: E402

OUT = ROOT / "docs" / "screens"
EVENING = datetime(2026, 11, 24, 19, 42, tzinfo=UTC)
"""20 h 42 in Paris."""
WIDTHS = (1280, 360)
"""CSS pixels."""
SCALES = {1280: 0.5, 360: 0.75}
"""Pixels of the kept picture for each CSS pixel: words stay readable, and the folder stays under 4 MB."""
TALLEST = {1280: 1_600, 360: 2_000}
"""CSS pixels of a page that are kept; the rest of a longer one is left out."""
QUALITY = 30
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars", "--disable-sync"]


def main(words: list[str]) -> int:
    """Takes the pictures whose name begins with one of the words, all of them without words; 1 when one is missing."""
    options = argparse.ArgumentParser(description="Prend les images de docs/screens.")
    options.add_argument("words", nargs="*", metavar="DÉBUT", help="début du nom des images voulues")
    options.add_argument("--whole", type=Path, metavar="DOSSIER", help="pages entières en grand, dans ce dossier")
    asked = options.parse_args(words)
    out = asked.whole or OUT
    out.mkdir(parents=True, exist_ok=True)
    chosen = [each for each in SCREENS if not asked.words or each.name.startswith(tuple(asked.words))]
    missing: list[str] = []
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as (address, places), sync_playwright() as runs:
        browser = runs.chromium.launch(executable_path=_chromium(), args=FLAGS)
        for width in WIDTHS:
            missing += _take_all(browser, chosen, address, places, width=width, out=out)
        browser.close()
    if out == OUT:
        kept = {f"{screen.name}-{width}.webp" for screen in SCREENS for width in WIDTHS}
        for old in out.glob("*.webp"):
            if old.name not in kept:
                old.unlink()
    sizes = [path.stat().st_size for path in out.iterdir()]
    print(f"{len(sizes)} fichiers, {sum(sizes) / 1_000_000:.1f} Mo dans {out}")
    for line in missing:
        print(f"manque : {line}")
    return 1 if missing else 0


def _take_all(
    browser: Browser, chosen: list[Screen], address: str, places: dict[str, str], *, width: int, out: Path
) -> list[str]:
    """Takes the pictures of one width, one browser for each person, and returns those that could not be."""
    missing = []
    for who, screens in groupby(sorted(chosen, key=lambda each: each.who), key=lambda each: each.who):
        context = _context(browser, width)
        page = context.new_page()
        if who:
            _sign_in(page, f"{address}/{DEMO_SERVICE}", who)
        for screen in screens:
            try:
                target = f"{address}/{DEMO_SERVICE}{screen.path.format_map(places)}"
                fault = _take(page, screen, target, width, out)
            except (Error, KeyError) as error:
                fault = str(error).splitlines()[0]
            missing += [f"{screen.name}-{width} : {fault}"] if fault else []
        context.close()
    return missing


def _take(page: Page, screen: Screen, target: str, width: int, out: Path) -> str:
    """Takes one picture; what is wrong with its page, when it is not worth one."""
    answer = page.goto(target)
    status = answer.status if answer else 0
    if screen.act is not None:
        screen.act(page)
    if status >= 400 and "error" not in screen.name:
        return str(status)
    _picture(page, out / f"{screen.name}-{width}", width, whole=out != OUT)
    return ""


def _context(browser: Browser, width: int) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 800 if width > 500 else 740},
        locale="fr-FR",
    )
    context.set_default_timeout(5_000)
    return context


def _sign_in(page: Page, entrance: str, email: str) -> None:
    page.goto(f"{entrance}/connexion")
    page.locator('main input[name="identifiant"]').first.fill(email)
    page.locator('main input[name="mot_de_passe"]').first.fill(PASSWORD)
    page.locator("main section[aria-labelledby=par-mot-de-passe] button").click()
    page.wait_for_load_state("load")


def _picture(page: Page, path: Path, width: int, *, whole: bool) -> None:
    """The page as WebP, which Chromium writes smaller than what playwright offers; whole, it is a large PNG."""
    height = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
    options: dict[str, object] = {"format": "png", "captureBeyondViewport": True}
    if not whole:
        clip |= {"height": min(height, TALLEST[width]), "scale": SCALES[width]}
        options |= {"format": "webp", "quality": QUALITY}
    taken = page.context.new_cdp_session(page).send("Page.captureScreenshot", {**options, "clip": clip})
    path.with_suffix(".png" if whole else ".webp").write_bytes(base64.b64decode(taken["data"]))


class _Silent(WSGIRequestHandler):
    """A server that does not write every request on the console."""

    def log_request(self, *_what: object) -> None:
        """Nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, dict[str, str]]]:
    settings = Settings(
        instance=folder,
        database_url=f"sqlite:///{folder / 'demo.sqlite'}",
        secret_key="s" * 40,
        seal_key="z" * 40,
        demo=True,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
    )
    upgrade(settings.database_url)
    database = open_database(settings.database_url)
    load_demo(database, demo_files(), catalogue=catalogue.load(), seal_key=b"z" * 40, at=EVENING)
    places = _places(database)
    database.close()
    app: Flask = create_app(settings, clock=lambda: EVENING)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", places
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _places(database: Database) -> dict[str, str]:
    """Base of the pages of each firm by its code, and of each of its actions by code and measure."""
    with database.read() as session:
        service = find_service(session, DEMO_SERVICE)
    assert service is not None
    with database.read(service_id=service.id) as session:
        first = select(Fact.external_id, Fact.establishment_id).where(Fact.external_id.endswith("-001"))
        bases = {str(code).removesuffix("-001"): place for code, place in session.execute(first)}
        actions = session.execute(select(ChosenActionRow.establishment_id, ChosenActionRow.measure, ChosenActionRow.id))
        found = {(place, measure): action for place, measure, action in actions}
    places = {code: f"/e/{place}" for code, place in bases.items()}
    for code, place in bases.items():
        for (owner, measure), action in found.items():
            if owner == place:
                places[f"{code}_{measure}"] = f"/e/{place}/plan/{action}"
    return places


def _chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit("Chromium est introuvable : installez-le, puis recommencez.")
    return path


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
