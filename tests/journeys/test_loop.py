"""The whole loop in a browser: members imported, one invited, a theme submitted, read, changed, closed, counted."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from app.domain.roles import Role
from app.models.access_record import AccessRecord
from app.models.establishment import EstablishmentRow
from app.models.mail import OutboxMail
from tests.intake.members_file import members_file
from tests.journeys.town import THEME, Eyes, Hands, Town, open_town
from tests.services.issuing import example
from tests.web.walking import Filled, wanted

pytestmark = pytest.mark.xdist_group("chromium")

BAKER = example("boulangerie-4")
UNITS: tuple[Filled, ...] = ({"nom": "Fournil", "total": "2"}, {"nom": "Vente", "total": "2"})
UNKNOWN = ("ch_eau_fraiche", "ch_alerte_isoles")
"""Questions on precise duties that the employer first answers « je ne sais pas »."""


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A portal of its own: five hundred members would be in the way of other walks."""
    with open_town(browser, tmp_path_factory.mktemp("loop")) as opened:
        yield opened


@contextmanager
def staff(town: Town, role: Role, function: str, *, width: int = 1280) -> Iterator[BrowserContext]:
    client = town.portal.person(role=role, function=function)
    with town.visitor(width=width) as context:
        context.add_cookies([{"name": "jalon", "value": client.cookie("jalon"), "url": town.site}])
        yield context


@dataclass(frozen=True)
class Loop:
    """What the people of the loop share."""

    town: Town
    eyes: Eyes
    email: str
    name: str

    @property
    def firm(self) -> UUID:
        with self.town.portal.database.read(service_id=self.town.portal.service.id) as session:
            return session.scalars(select(EstablishmentRow.id).where(EstablishmentRow.name == self.name)).one()

    @property
    def case(self) -> str:
        return f"{self.town.entrance}service/dossier/{self.firm}"

    def mails(self) -> str:
        """Every mail to the employer, in one text."""
        with self.town.portal.database.read(service_id=self.town.portal.service.id) as session:
            return "\n".join(session.scalars(select(OutboxMail.text).where(OutboxMail.recipient == self.email)))


def test_the_loop_is_closed_and_the_figure_moves(town: Town, tmp_path: Path) -> None:
    sample = members_file()
    baker = next(row for row in sample.good if row["code_naf"] == "10.71C" and row["email_contact"])
    eyes = Eyes(widths=(1280, 360, 320), narrow=(640,), apart=r"/e/|^garrigues/$|inscription|code")
    loop = Loop(town=town, eyes=eyes, email=baker["email_contact"], name=baker["raison_sociale"])
    path = tmp_path / "adherents.csv"
    path.write_bytes(sample.csv())
    with staff(town, Role.PILOT, "responsable du CPOM") as pilot:
        before = figures(loop, pilot.new_page())
        with staff(town, Role.ADMIN, "assistante") as admin:
            import_and_invite(loop, Hands(admin.new_page()), path)
        with town.visitor() as employer, staff(town, Role.ADVISER, "ergonome") as adviser:
            hands = Hands(employer.new_page())
            answer_and_submit(loop, hands)
            town.portal.clock.forward(days=2)
            adviser_page = fresh(town, adviser, Role.ADVISER, "ergonome")
            review(loop, Hands(adviser_page))
            mend(loop, Hands(fresh_employer(loop, employer)))
            close(loop, Hands(adviser_page))
        see_it_move(loop, Hands(fresh(town, pilot, Role.PILOT, "responsable du CPOM")), before)
    assert not eyes.faults, "\n\n".join(eyes.faults)


def fresh(town: Town, context: BrowserContext, role: Role, function: str) -> Page:
    """A page signed in anew: half an hour of idleness ends the session of the staff, and two days have passed."""
    client = town.portal.person(role=role, function=function)
    context.add_cookies([{"name": "jalon", "value": client.cookie("jalon"), "url": town.site}])
    return context.new_page()


def fresh_employer(loop: Loop, context: BrowserContext) -> Page:
    """The employer back two days later, signed in with a code."""
    context.clear_cookies()
    hands = Hands(context.new_page())
    page = hands.page
    page.goto(f"{loop.town.entrance}connexion")
    page.locator("main form", has=page.get_by_role("button", name="Recevoir un code")).get_by_label("Adresse").fill(
        loop.email
    )
    loop.town.portal.clock.forward(minutes=1)
    hands.send("Recevoir un code")
    page.get_by_label("Code").fill(loop.town.last_code(loop.email))
    hands.send("Continuer")
    page.goto(loop.town.page_of(loop.firm))
    return page


def figures(loop: Loop, page: Page) -> dict[str, str]:
    """The numbers of the dashboard by code."""
    page.goto(f"{loop.town.entrance}service/pilotage")
    loop.eyes.look(page)
    found = {}
    for row in page.locator("table.jl-trio tbody tr").all():
        code = re.search(r"(POR|JOU)-\d+b?", row.inner_text())
        value = row.locator("td").nth(1).inner_text().split("\n")[0].strip()
        if code:
            found[code[0]] = value
    return found


def import_and_invite(loop: Loop, hands: Hands, path: Path) -> None:
    """500 rows, 20 of them bad: shown, applied; one member invited."""
    page = hands.page
    page.goto(f"{loop.town.entrance}service/adherents")
    loop.eyes.look(page)
    hands.follow("Importer un fichier")
    loop.eyes.look(page)
    page.get_by_label("Fichier des adhérents").set_input_files(path)
    begun = time.monotonic()
    hands.send("Envoyer et vérifier")
    shown = time.monotonic() - begun
    numbers = [int(each) for each in re.findall(r"\d+", " ".join(page.locator(".jl-kpi .jl-fig").all_inner_texts()))]
    assert numbers == [480, 0, 0, 20]
    rejected = page.locator("#rejets ~ table tbody tr")
    assert len({row.split("\t")[0].strip() for row in rejected.all_inner_texts()}) == 20
    loop.eyes.look(page)
    begun = time.monotonic()
    hands.send("Appliquer")
    print(f"import of 500 rows: shown in {shown:.1f} s, applied in {time.monotonic() - begun:.1f} s of the machine")
    assert page.get_by_role("heading", level=1).inner_text() == "Import appliqué"
    page.goto(f"{loop.town.entrance}service/adherents")
    hands.write(page.get_by_label("Nom, SIRET ou SIREN"), loop.name)
    hands.send("Chercher")
    loop.eyes.look(page)
    hands.follow(re.compile("^Inviter.*" + re.escape(loop.name.split()[-1])))
    loop.eyes.look(page)
    hands.send("Envoyer l’invitation")


def answer_and_submit(loop: Loop, hands: Hands) -> None:
    """The employer opens the link, describes one unit, answers the theme, takes two actions, asks for advice."""
    page, town = hands.page, loop.town
    link = re.search(r"http\S+/invitation/\S+", loop.mails())
    assert link is not None
    page.goto(f"{town.site}/{link[0].split('/', 3)[3]}")
    town.portal.clock.forward(minutes=1)  # so that the mail of the code is the last one
    hands.follow("Créer mon compte")
    hands.write(page.get_by_label("Adresse e-mail"), loop.email)
    hands.send("Recevoir mon code")
    hands.write(page.get_by_label("Code"), town.last_code(loop.email))
    hands.send("Continuer")
    hands.follow("Plus tard")
    hands.send("Accepter l’invitation")
    page.goto(town.page_of(loop.firm, "unites"))
    for unit in UNITS:
        hands.follow("Ajouter une unité vide")
        hands.fill(unit)
        hands.send("Enregistrer")
    answer(loop, hands, doubtful())
    if page.get_by_role("button", name="Retenir cette action").count():
        hands.send("Retenir cette action")
    else:
        print(page.locator("main").inner_text())
    page.goto(town.page_of(loop.firm, "themes/chaleur/verifier"))
    hands.follow(re.compile("avis"))
    hands.send("Soumettre pour avis")


def doubtful() -> Filled:
    """The example's answers, two of them « je ne sais pas »."""
    said = wanted(THEME, BAKER.books[0], BAKER.establishment.units)
    return {name: "ne_sait_pas" if name.startswith(UNKNOWN) else value for name, value in said.items()}


def answer(loop: Loop, hands: Hands, said: Filled) -> None:
    page = hands.page
    page.goto(loop.town.page_of(loop.firm, "themes/chaleur"))
    hands.follow(re.compile("^Commencer"))
    while not page.url.endswith("/verifier"):
        assert hands.pages < 80, page.url
        hands.fill(said)
        hands.send("Enregistrer et continuer")
    hands.send("Terminer ce thème")


def review(loop: Loop, hands: Hands) -> None:
    """The adviser finds the firm first in the queue, reads three alerts, asks for a change."""
    page = hands.page
    page.goto(f"{loop.town.entrance}service/file")
    loop.eyes.look(page)
    begun = time.monotonic()
    hands.follow(re.compile(re.escape(loop.name)))
    loop.eyes.look(page)
    alerts = page.locator(".jl-alert")
    assert alerts.count() >= 3, page.locator(".jl-alerts").inner_text()
    with page.expect_navigation():
        hands.tap(page.locator(".jl-alert--q").first.get_by_role("link", name=re.compile("^Demander")))
    due = loop.town.portal.today + timedelta(days=14)
    hands.page.locator("#ajouter select[name=genre]").select_option("demande")
    hands.write(page.get_by_label("Message"), "Où les équipes trouvent-elles de l'eau fraîche au fournil ?")
    for label, number in (("Jour", due.day), ("Mois", due.month), ("Année", due.year)):
        box = page.locator("#ajouter").get_by_label(label, exact=True)
        if box.count():
            hands.write(box, str(number))
    whole = page.locator("#ajouter").get_by_label("Réponse attendue le")
    if whole.count() and not page.locator("#ajouter").get_by_label("Jour", exact=True).count():
        hands.write(whole, f"{due:%d/%m/%Y}")
    hands.send("Envoyer")
    took = time.monotonic() - begun
    print(f"a review with a request: {hands.taps + 1} taps, {hands.keys} keys, {took:.1f} s of the machine")
    assert "eau fraîche au fournil" in page.locator(".jl-thread").inner_text().replace("\u00a0", " ")
    loop.eyes.look(page)


def mend(loop: Loop, hands: Hands) -> None:
    """What the adviser asks is first on the hub; the employer answers the question, says so, submits again."""
    page, town = hands.page, loop.town
    first = page.locator("main .jl-card").first
    assert "eau fraîche au fournil" in first.inner_text().replace("\u00a0", " ")
    link = re.search(r"http\S+/echanges/\S+", loop.mails())
    assert link is not None
    page.goto(f"{town.site}/{link[0].split('/', 3)[3]}")
    assert "eau fraîche au fournil" in page.locator("main .jl-ask").first.inner_text().replace("\u00a0", " ")
    page.goto(town.page_of(loop.firm))
    hands.follow(re.compile("^Répondre"))
    hands.write(page.locator("main textarea").first, "Une fontaine depuis lundi.")
    settled = page.locator("main input[type=checkbox]").first
    hands.tap(settled)
    hands.send("Envoyer")
    page.goto(town.page_of(loop.firm, "themes/chaleur"))
    said = wanted(THEME, BAKER.books[0], BAKER.establishment.units)
    page.goto(town.page_of(loop.firm, f"themes/chaleur/{THEME.question(UNKNOWN[0]).section}"))
    hands.fill({name: value for name, value in said.items() if name.startswith(UNKNOWN)})
    hands.send("Enregistrer et continuer")
    page.goto(town.page_of(loop.firm, "themes/chaleur/soumettre"))
    hands.send("Soumettre de nouveau")


def close(loop: Loop, hands: Hands) -> None:
    """The adviser sees what changed since, opens the Word draft and closes with an exchange."""
    page = hands.page
    page.goto(loop.case)
    assert page.locator("ins, .jl-diff").count(), page.locator("main").inner_text()
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("Projet Word")).click()
    assert Path(started.value.path()).read_bytes()[:2] == b"PK"
    begun, before = time.monotonic(), hands.taps
    hands.write(page.get_by_label("Minutes passées"), "25")
    hands.tap(page.locator("input[name=echange][value=distance]"))
    hands.send("Noter et clore")
    print(f"closing: {hands.taps - before} taps, {time.monotonic() - begun:.1f} s of the machine")
    loop.eyes.look(page)


def see_it_move(loop: Loop, hands: Hands, before: dict[str, str]) -> None:
    """The pilot sees the figures move, and opens the row behind one; the opening is noted."""
    page = hands.page
    after = figures(loop, page)
    moved = {code for code, value in after.items() if value != before.get(code, "0")}
    assert moved >= {"POR-02", "POR-04", "POR-06", "POR-08", "JOU-01", "JOU-02", "JOU-07"}, (before, after)
    assert after["JOU-02"] == "1"
    with page.expect_navigation():
        page.locator("tr", has_text="JOU-02").get_by_role("link", name=re.compile("^Voir")).click()
    assert loop.name in page.locator("tbody").inner_text().replace("\u00a0", " ")
    loop.eyes.look(page)
    with loop.town.portal.database.read(service_id=loop.town.portal.service.id) as session:
        opened = session.scalars(select(AccessRecord.what)).all()
    assert sorted(opened) == ["brouillon_word", "lignes_indicateur"]
