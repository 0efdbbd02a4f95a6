"""A portal that listens on this machine, with the hands that walk through it and the eyes that look at each page."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from app.domain.answers import AnswerBook
from app.models.document import DocumentVersion
from app.models.engine import open_database
from app.models.mail import OutboxMail
from app.models.migrate import upgrade
from app.services.assessments import load_assessment
from app.services.prevention_services import ServiceFacts, create_service
from questionnaires import catalogue
from tests.engines import NOON
from tests.services.issuing import example, record
from tests.web.people import Portal, open_portal
from tests.web.walking import Filled

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
"""What is not a fault is not told: the whole result of a long page is megabytes."""

_SMALL = """() => [...document.querySelectorAll('a, summary, button, input:not([type=hidden]), select, textarea')]
    .filter(node => node.offsetParent && getComputedStyle(node).display !== 'inline')
    .filter(node => !node.closest('.govuk-skip-link, .jl-trail a, .govuk-visually-hidden'))
    .map(node => [node.textContent.trim() || node.name, node.getBoundingClientRect().height])
    .filter(([_, height]) => height < 43.5)"""
_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_FOLDS = "open => document.querySelectorAll('details').forEach(fold => { fold.open = open })"
_ORDER = "() => [...new Set([...document.querySelectorAll('main form [name]')].map(node => node.name))]"

THEME = catalogue.load().theme("chaleur")

_IN_CSS = str.maketrans({'"': '\\"', "\n": "\\a "})
"""How a value is written in a selector."""

_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True)
class Town:
    """The portal, where it listens, and a browser to go there."""

    portal: Portal
    site: str
    browser: Browser

    @property
    def entrance(self) -> str:
        """Address of the entrance."""
        return f"{self.site}/{self.portal.slug}/"

    def firm(self, name: str = "boulangerie-4", *, answered: bool = False) -> UUID:
        """One more firm of the examples, with its units and its screening; with every answer when that is asked for."""
        said = example(name)
        place = replace(said.establishment, name=f"Boulangerie {next(_NUMBERS)}", siret=None)
        if not answered:
            said = replace(said, books=tuple(map(_screened, said.books)), actions=(), overrides=())
        whole = replace(said, establishment=place, validation=None)
        return record(self.portal.database, self.portal.service, whole, at=self.portal.clock.now)

    @contextmanager
    def visitor(self, *, width: int = 1280, scripts: bool = True) -> Iterator[BrowserContext]:
        """A browser on which nobody is signed in."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            locale="fr-FR",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        yield context
        context.close()

    @contextmanager
    def person(
        self, firm: UUID, *, email: str = "", width: int = 1280, scripts: bool = True
    ) -> Iterator[BrowserContext]:
        """A browser on which an employer of the firm is signed in."""
        client = self.portal.person(establishment_id=firm, email=email)
        with self.visitor(width=width, scripts=scripts) as context:
            context.add_cookies([{"name": "jalon", "value": client.cookie("jalon"), "url": self.site}])
            yield context

    def page_of(self, firm: UUID, path: str = "") -> str:
        """Address of a page of the firm."""
        return f"{self.entrance}e/{firm}/{path}"

    def last_code(self, email: str) -> str:
        """The code of the last mail to that address, read where mails wait to be sent."""
        with self.portal.database.read(service_id=self.portal.service.id) as session:
            query = select(OutboxMail.text).where(OutboxMail.recipient == email).order_by(OutboxMail.created_at)
            found = re.search(r"\b(\d{3}) (\d{3})\b", session.scalars(query).all()[-1])
        assert found is not None
        return found[1] + found[2]

    def answer(self, firm: UUID, question: str) -> object:
        """The stored answer to a question, None when there is none."""
        with self.portal.database.read(service_id=self.portal.service.id) as session:
            (book,) = load_assessment(session, firm, assessed_on=self.portal.today).books
        found = book.answers.get((question, "*"))
        return found.value if found else None

    def versions(self, firm: UUID) -> int:
        """How many versions the firm has."""
        with self.portal.database.read(service_id=self.portal.service.id) as session:
            query = select(DocumentVersion.id).where(
                DocumentVersion.establishment_id == firm, DocumentVersion.kind == "version"
            )
            return len(session.scalars(query).all())


def _screened(book: AnswerBook) -> AnswerBook:
    """The book with its screening alone."""
    kept = {place: answer for place, answer in book.answers.items() if place[0] == THEME.screening}
    return replace(book, answers=kept)


def read_whole(app: WSGIApplication) -> WSGIApplication:
    """The application with each answer read and closed before it is sent.

    The server of the tests leaves the file of an answer open when the browser hangs up while it is sent.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer


@contextmanager
def open_town(browser: Browser, folder: Path) -> Iterator[Town]:
    """A portal with one service that receives documents, served until the end of the block."""
    address = f"sqlite:///{folder / 'town.sqlite'}"
    upgrade(address)
    facts = ServiceFacts(name="Santé Travail des Garrigues", phone="04 65 71 20 30", reception=True)
    with closing(open_database(address)) as database:
        create_service(database, "garrigues", facts, at=NOON)
    with open_portal(address, folder, slug="garrigues") as portal:
        server = make_server("127.0.0.1", 0, read_whole(portal.app), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Town(portal=portal, site=f"http://127.0.0.1:{server.server_port}", browser=browser)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def names_of(page: Page) -> list[str]:
    """Names of the fields of the page, from top to bottom."""
    return [str(name) for name in page.evaluate(_ORDER)]


@dataclass
class Hands:
    """Somebody's hands on a page: they tap and type as a person does, and count it."""

    page: Page
    taps: int = 0
    keys: int = 0
    pages: int = 0
    places: list[str] = field(default_factory=list)

    def tap(self, target: Locator) -> None:
        """One tap."""
        target.click()
        self.taps += 1

    def write(self, target: Locator, words: str) -> None:
        """A tap on the field, then the words."""
        target.fill(words)
        self.taps += 1
        self.keys += len(words)

    def send(self, name: str, *, at: Locator | None = None) -> None:
        """Taps a button that sends its form, and waits for the next page."""
        button = (at or self.page.locator("main")).get_by_role("button", name=name)
        assert button.count(), f"no button « {name} » on {self.page.url}"
        with self.page.expect_navigation():
            self.tap(button.first)
        self.pages += 1

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Taps a link of the page."""
        link = self.page.locator("main").get_by_role("link", name=name).first
        assert link.count(), f"no link « {name} » on {self.page.url}"
        with self.page.expect_navigation():
            self.tap(link)
        self.pages += 1

    def fill(self, wanted: Filled) -> None:
        """Fills what the page asks and is wanted, from top to bottom."""
        for name in names_of(self.page):
            if name in wanted:
                values = wanted[name]
                for value in [values] if isinstance(values, str) else values:
                    self._give(name, value)

    def _give(self, name: str, value: str) -> None:
        fields = self.page.locator(f'main [name="{name}"]')
        box = fields.and_(self.page.locator(f'[value="{value.translate(_IN_CSS)}"]:is([type=radio], [type=checkbox])'))
        target = box if box.count() else fields.and_(self.page.locator(":not([type=radio], [type=checkbox])"))
        if not target.is_visible():
            self.tap(target.locator("xpath=ancestor::details[not(@open)]/summary"))
        if not box.count():
            self.write(target, value)
        elif not target.is_checked():
            self.tap(target)


@dataclass
class Eyes:
    """Looks once at each kind of page that is met, at these widths: axe, nothing wider than the screen, targets."""

    widths: tuple[int, ...]
    narrow: tuple[int, ...]
    """Widths at which only the width of the page is looked at; 640 is a screen of 1280 at 200 %."""
    apart: str = r"/themes/"
    """Pages looked at by their own tests."""
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def look(self, page: Page) -> None:
        """Looks at a page, unless one of its kind was seen; what is wrong is told at the end of the walk."""
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", page.url.split("/", 3)[3].partition("?")[0])
        if path in self.seen or re.search(self.apart, path):
            return
        self.seen.add(path)
        size = page.viewport_size or {"width": 1280, "height": 900}
        page.evaluate(_FOLDS, True)
        for width in (*self.widths, *self.narrow):
            page.set_viewport_size({"width": width, "height": 900})
            where = f"/{path} at {width}"
            if page.evaluate(_WIDE) > 0:
                self.faults.append(f"{where}: wider than the screen by {page.evaluate(_WIDE)}")
            if width in self.widths:
                found = Axe().run(page, options=AXE)
                if found.violations_count:
                    self.faults.append(f"{where}: {found.generate_report()}")
            if width == 360:
                self.faults += [
                    f"{where}: target of {height:.0f} px, « {name} »" for name, height in page.evaluate(_SMALL)
                ]
        page.set_viewport_size(size)
        page.evaluate(_FOLDS, False)
