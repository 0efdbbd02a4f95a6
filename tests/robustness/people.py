"""People who write without a pause until the server dies under them, and remember what it told them."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from threading import Event
from urllib.parse import urlencode
from uuid import UUID, uuid4

from lxml import html
from lxml.html import HtmlElement

from app.services.demo_people import PASSWORD, seed_of
from app.services.second_factor import code_at
from tests.robustness.server import SECRET
from tests.web.walking import shown_form

CUT = (OSError, HTTPException)
"""What a client gets when the server is killed while it answers."""
QUESTION = "ch_eau_fraiche"
ANSWERS = ("oui", "partiellement", "non", "ne_sait_pas")

Fields = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server said."""

    status: int
    location: str
    body: str

    @property
    def tree(self) -> HtmlElement:
        return html.document_fromstring(self.body)


@dataclass
class Browser:
    """Cookies and nothing else; one connection per request, as after a crash."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, fields: Fields, *, autosave: bool = False) -> Answer:
        return self._ask("POST", path, fields, {"X-Jalon-Autosave": "1"} if autosave else {})

    def _ask(self, method: str, path: str, fields: Fields | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        if fields is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields is not None else None, sent)
            got = connection.getresponse()
            body = got.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for value in got.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(value).items()}
        return Answer(status=got.status, location=got.headers.get("Location", ""), body=body)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A form that was sent: what it would leave, and what is needed to send it again."""

    act: str
    path: str
    fields: Fields
    words: str
    """Words nobody else writes; empty where an act leaves none."""


@dataclass
class Writer:
    """Somebody who writes: `told` is what the server said is done, `pending` what it never answered."""

    browser: Browser
    dice: random.Random
    told: set[str] = field(default_factory=set)
    """Words of the acts that were answered « done »."""
    pending: Sent | None = None
    counts: Counter[str] = field(default_factory=Counter)

    def work(self, stop: Event) -> None:
        """Writes until the server is gone, or `stop` is set; what was cut last time is sent again first."""
        try:
            if self.pending is not None:
                self._send(self.pending)
            while not stop.is_set():
                name, act = self.dice.choice(self.acts())
                self.counts[f"{name}, tried"] += 1
                act()
        except CUT:
            self.counts["cut"] += 1
            if self.pending is not None:
                self.counts[f"{self.pending.act}, cut while it was written"] += 1

    def acts(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        """What this person does."""
        raise NotImplementedError

    def fill(self, act: str, page: str, values: dict[str, str], *, words: str = "", button: str = "") -> bool:
        """Fills the form of a page that has these fields and sends it; False when there is no such form today."""
        shown = self.browser.get(page)
        if shown.status != 200:
            return False
        form = _form(shown.tree, set(values), button)
        if form is None:
            return False
        kept = [(name, value) for name, value in shown_form(form) if name not in values]
        path = form.get("action") or page
        return self._send(Sent(act=act, path=path, fields=[*kept, *values.items()], words=words))

    def _send(self, sent: Sent) -> bool:
        self.pending = sent
        answer = self.browser.post(sent.path, sent.fields, autosave=sent.act == "answer")
        self.pending = None
        done = answer.status in {200, 303} and "/connexion" not in answer.location
        if answer.status == 200:  # an autosave: what clashes, or is not right, is told and not written
            said = json.loads(answer.body)
            done = not said["conflicts"] and not said["faults"]
        self.counts[f"{sent.act}, {'done' if done else f'answered {answer.status}, not done'}"] += 1
        if done:
            self._done(sent)
        return done

    def _done(self, sent: Sent) -> None:
        if sent.words:
            self.told.add(sent.words)

    def new_words(self) -> str:
        """Words that this act alone leaves."""
        return f"mot-{uuid4().hex[:16]}"


def enter(writer: Writer, email: str, slug: str) -> bool:
    """Signs in with the password of the demonstration, on a browser that replaces the old one."""
    fresh, page = Browser(writer.browser.port), f"/{slug}/connexion"
    (token, *_) = fresh.get(page).tree.xpath("//input[@name='csrf_token']/@value")
    fields = [("csrf_token", str(token)), ("identifiant", email), ("mot_de_passe", PASSWORD)]
    answer = fresh.post(page, fields)
    done = answer.status == 303 and "/connexion" not in answer.location
    writer.counts[f"sign in, {'done' if done else f'answered {answer.status}, not done'}"] += 1
    if done:
        writer.browser = fresh
    return done


def _form(tree: HtmlElement, names: set[str], button: str) -> HtmlElement | None:
    """The first form that has these fields (and this button)."""
    for form in tree.xpath("//main//form[.//input[@name='csrf_token']]"):
        there = {str(name) for name in form.xpath(".//@name")}
        if names <= there and (not button or form.xpath(f".//button[contains(normalize-space(), {button!r})]")):
            return form
    return None


@dataclass
class Employer(Writer):
    """The employer of one firm: answers, plan, versions, submission, help, transmission."""

    email: str = ""
    slug: str = ""
    place: UUID | None = None
    answers: list[str] = field(default_factory=lambda: [""])
    """What may be stored of the question he answers: the last value that was told, then those that were cut.

    Empty for what was there before he began.
    """

    def acts(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        return (
            *[("answer", self.answer)] * 4,
            *[("action", self.add_action)] * 2,
            *[("version", self.make_version)] * 3,
            ("submission", self.submit),
            ("help", self.ask_help),
            ("transmission", self.hand_over),
            ("sign in", self.sign_in),
        )

    @property
    def base(self) -> str:
        return f"/{self.slug}/e/{self.place}"

    def sign_in(self) -> None:
        enter(self, self.email, self.slug)

    def answer(self) -> None:
        said = self.dice.choice(ANSWERS)
        self.fill("answer", f"{self.base}/themes/chaleur/eau_repos", {QUESTION: said})

    def _send(self, sent: Sent) -> bool:
        if sent.act == "answer":
            self.answers = [*self.answers, dict(sent.fields)[QUESTION]]
        done = super()._send(sent)
        if sent.act == "answer":
            self.answers = self.answers[-1:] if done else self.answers[:-1]
        return done

    def add_action(self) -> None:
        words = self.new_words()
        self.fill("action", f"{self.base}/plan/ajouter", {"action": words}, words=words)

    def make_version(self) -> None:
        words = self.new_words()
        values = {"declencheur": "information", "motif": words}
        self.fill("version", f"{self.base}/document/valider", values | {"valider": "1"}, words=words)

    def submit(self) -> None:
        theme = f"{self.base}/themes/chaleur"
        for act, button in (("withdrawal", "Retirer"), ("submission", "Soumettre")):
            if self.fill(act, f"{theme}/soumettre", {}, button=button):
                return
        self.fill("finish", f"{theme}/verifier", {}, button="Terminer")

    def ask_help(self) -> None:
        words, page = self.new_words(), f"{self.base}/themes/chaleur/aide"
        if not self.fill("help", page, {"besoin": words}, words=words):
            self.fill("help closed", page, {}, button="Fermer")

    def hand_over(self) -> None:
        shown = self.browser.get(f"{self.base}/document")
        numbers = [int(each) for each in re.findall(r"/versions/(\d+)", shown.body)]
        if numbers:
            self.fill("transmission", f"{self.base}/document/versions/{max(numbers)}/transmettre", {})


@dataclass
class Adviser(Writer):
    """An adviser of the service: logs visits, adds notes and advice to cases. Signs in once: a code serves once."""

    email: str = ""
    slug: str = ""
    places: list[UUID] = field(default_factory=list)

    def acts(self) -> tuple[tuple[str, Callable[[], None]], ...]:
        return (("visit", self.log_visit), ("note", self.add_note), ("advice", self.advise))

    def sign_in(self) -> None:
        if not enter(self, self.email, self.slug):
            return
        page = f"/{self.slug}/connexion/second-facteur"
        code = code_at(SECRET, seed_of(self.email), at=datetime.now(UTC))
        self.fill("second factor", page, {"code_appli": code})

    def log_visit(self) -> None:
        words, place = self.new_words(), self.dice.choice(self.places)
        values = {
            "categorie": "visite_entreprise",
            "jour": datetime.now(UTC).date().isoformat(),
            "minutes": "30",
            "commentaire": words,
        }
        self.fill("visit", f"/{self.slug}/service/journal/noter?firm={place}", values, words=words)

    def add_note(self) -> None:
        self._add("note", {"genre": "note"})

    def advise(self) -> None:
        self._add("advice", {"genre": "conseil", "sujet": "chaleur"})

    def _add(self, act: str, values: dict[str, str]) -> None:
        words, place = self.new_words(), self.dice.choice(self.places)
        page = f"/{self.slug}/service/dossier/{place}/ajouter"
        self.fill(act, page, {**values, "mots": words}, words=words)
