"""The three ways in, walked from the first page to the last: a try-out that is kept, an invitation, a sign-up."""

from __future__ import annotations

from sqlalchemy import select

from app.domain.roles import Role
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from tests.web.client import Page, StrictClient
from tests.web.people import Portal
from tests.web.test_account_entering import last_code
from tests.web.test_invitation_pages import link_to, people

ADDRESS = "gerante@exemple.fr"


def sign_up(portal: Portal, client: StrictClient, page: str, *, address: str = ADDRESS) -> Page:
    """Signs up from the link of a page, and returns the page that comes after the code and the password."""
    portal.clock.forward(seconds=1)  # the mail of the code comes after the one of the invitation
    form = client.get(page)
    (suite,) = form.tree.xpath("//main//form[.//input[@name='adresse']]//input[@name='suite']/@value") or [""]
    client.follow(client.post(f"/{portal.slug}/inscription", {"adresse": address, "suite": suite}, page=page))
    welcome = client.follow(client.post(f"/{portal.slug}/connexion/code", {"code": last_code(portal, address)}))
    return client.get(welcome.links()["Plus tard"])


def test_a_try_out_is_kept_by_the_account_it_makes(portal: Portal) -> None:
    client = portal.client()
    answer = client.post(f"/{portal.slug}/essai", {"effectif": "4"})
    place = answer.headers["Location"].split("/")[3]
    client.raw("GET", answer.headers["Location"], status=200)
    keep = client.get(f"/{portal.slug}/e/{place}/garder")
    back = sign_up(portal, client, keep.links()["Créer mon compte"])
    assert back.h1 == "Créer mon compte et garder mon travail"
    assert ADDRESS in back.text
    kept = client.post(f"/{portal.slug}/e/{place}/garder", {"fonction": "gérante"})
    client.raw("GET", kept.headers["Location"], status=200)
    with portal.database.read(service_id=portal.service.id) as session:
        assert session.scalars(select(EstablishmentRow.attachment)).all() == ["a_rattacher"]
        assert session.scalars(select(Fact.kind)).all() == ["compte_ouvert"]


def test_an_invited_employer_finds_his_firm_filled_in(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie du port", siret="73282932000074")
    client = portal.client()
    invitation = client.get(link_to(portal, firm, email=ADDRESS))
    form = client.get(invitation.links()["Créer mon compte"])
    assert form.tree.xpath("//input[@name='adresse']/@value") == [ADDRESS]
    back = sign_up(portal, client, invitation.links()["Créer mon compte"])
    assert back.h1 == "Invitation\u202f: Boulangerie du port"
    done = client.post(back.answer.request.path)
    assert done.headers["Location"] == f"/{portal.slug}/e/{firm}/"
    assert [member.email for member in people(portal, firm).members] == [ADDRESS]


def test_the_ways_in_read_in_english(portal: Portal) -> None:
    firm = portal.establishment("Zinguerie", siret="73282932000074")
    link = link_to(portal, firm, email=ADDRESS)
    visitor = portal.client(language="en")
    for path in ("", "qui-voit-quoi", "donnees-personnelles", "mentions-legales", "essai"):
        visitor.get(f"/{portal.slug}/{path}")
    visitor.get(link)
    place = visitor.post(f"/{portal.slug}/essai", {"effectif": "4"}).headers["Location"].split("/")[3]
    assert visitor.get(f"/{portal.slug}/essai").h1 == "A try-out has already begun here"
    visitor.get(f"/{portal.slug}/e/{place}/garder")
    boss = portal.person(establishment_id=firm, language="en", function="manager")
    refused = boss.post(f"/{portal.slug}/e/{firm}/personnes", {"adresse": "x"}, status=422)
    assert "Write a whole e-mail address" in boss.read(refused).text
    adviser = portal.person(role=Role.ADVISER, language="en")
    assert adviser.get(f"/{portal.slug}/service/").h1 == "Firms of the service"
