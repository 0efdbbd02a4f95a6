"""A personal link in a browser, and the page of the people of a firm."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.mail import OutboxMail
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import invite
from app.services.people import People, people_of
from tests.engines import service_in
from tests.web.client import Page, StrictClient, words
from tests.web.people import Portal, account, signed_in

HOST = "http://127.0.0.1:8000"


@pytest.fixture
def firm(portal: Portal) -> UUID:
    return portal.establishment("Boulangerie du port", siret="73282932000074")


def link_to(portal: Portal, firm: UUID | None, *, role: Role = Role.EMPLOYER, email: str = "gerante@exemple.fr") -> str:
    """The path of a link the service sends."""
    wish = InvitationWish(email=email, role=role, function="gérante", establishment_id=firm)
    letter = Letter(service_name=portal.service.name, entrance=f"{HOST}/{portal.slug}")
    made = invite(
        portal.database,
        wish,
        letter,
        service_id=portal.service.id,
        author=None,
        on=portal.today,
        at=portal.clock.now,
    )
    return made.link.removeprefix(HOST)


def somebody(portal: Portal, email: str = "gerante@exemple.fr") -> StrictClient:
    return signed_in(
        portal.app, portal.database, account(portal.database, email, at=portal.clock.now), at=portal.clock.now
    )


def people(portal: Portal, firm: UUID) -> People:
    with portal.database.read(service_id=portal.service.id) as session:
        return people_of(session, firm, on=portal.today)


def filled(page: Page) -> dict[str, str]:
    return {words(row.xpath("./dt")[0]): words(row.xpath("./dd")[0]) for row in page.tree.xpath("//dl/div")}


def test_the_link_says_who_invites_to_what_and_what_is_filled_in(portal: Portal, firm: UUID) -> None:
    link = link_to(portal, firm)
    page = portal.client().get(link)
    assert page.h1 == "Invitation\u202f: Boulangerie du port"
    assert portal.service.name in words(page.tree.xpath("//main")[0])
    said = filled(page)
    assert said["Entreprise"] == "Boulangerie du port"
    assert "73282932000074" in said["SIRET"].replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    assert "10.71C" in said["Activité (NAF)"]
    assert said["Nombre de salariés"] == "6"
    suite = link.replace("/", "%2F")
    assert page.links()["Créer mon compte"] in {
        f"/{portal.slug}/inscription?suite={written}&adresse={address}"
        for written in (link, suite)
        for address in ("gerante@exemple.fr", "gerante%40exemple.fr")
    }


def test_the_address_of_a_link_is_told_to_nobody(portal: Portal, firm: UUID) -> None:
    answer = portal.client().raw("GET", link_to(portal, firm), status=200)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert portal.client().raw("GET", f"/{portal.slug}/", status=200).headers["Referrer-Policy"] == "same-origin"


def test_who_is_signed_in_accepts_at_once(portal: Portal, firm: UUID) -> None:
    link, client = link_to(portal, firm), somebody(portal)
    answer = client.post(link)
    assert answer.headers["Location"] == f"/{portal.slug}/e/{firm}/"
    assert [member.role for member in people(portal, firm).members] == [Role.EMPLOYER]
    assert client.raw("GET", link, status=303).headers["Location"] == f"/{portal.slug}/e/{firm}/"
    assert (
        client.raw("POST", link, status=303, data=client.tokens(f"/{portal.slug}/e/{firm}/personnes")).headers[
            "Location"
        ]
        == f"/{portal.slug}/e/{firm}/"
    )


def test_who_is_not_signed_in_is_sent_to_it_and_comes_back(portal: Portal, firm: UUID) -> None:
    link, client = link_to(portal, firm), portal.client()
    answer = client.raw("POST", link, status=303, data=client.tokens(f"/{portal.slug}/essai"))
    assert answer.headers["Location"].startswith(f"/{portal.slug}/connexion?suite=")
    assert people(portal, firm).members == ()


def test_a_link_that_serves_no_more_says_why(portal: Portal, firm: UUID) -> None:
    used = link_to(portal, firm)
    somebody(portal).post(used)
    page = portal.client().get(used, status=410)
    assert page.h1 == "Cette invitation ne sert plus"
    assert "déjà été acceptée" in page.text
    replaced = link_to(portal, firm, role=Role.READER, email="b@exemple.fr")
    expiring = link_to(portal, firm, role=Role.READER, email="b@exemple.fr")
    assert "remplacée par une plus récente" in portal.client().get(replaced, status=410).text
    late = somebody(portal, "b@exemple.fr")
    tokens = late.tokens(expiring)
    portal.clock.forward(days=31)
    assert "Elle était bonne jusqu’au 24\u00a0décembre\u00a02026" in portal.client().get(expiring, status=410).text
    late = somebody(portal, "b@exemple.fr")
    assert tokens
    late.read(late.raw("POST", expiring, status=410, data=late.tokens(f"/{portal.slug}/essai")))
    assert len(people(portal, firm).members) == 1


def test_a_link_of_another_service_or_of_nobody_is_not_found(portal: Portal, firm: UUID) -> None:
    link = link_to(portal, firm)
    service_in(portal.database, "autre")
    portal.client().get(link.replace(f"/{portal.slug}/", "/autre/"), status=404)
    for token in ("inconnu", "%00", "%F0%9F%8C%BF", "a" * 2000):
        portal.client().get(f"/{portal.slug}/invitation/{token}", status=404)


def test_the_staff_accepts_with_its_own_address(portal: Portal) -> None:
    link = link_to(portal, None, role=Role.ADVISER, email="conseil@exemple.fr")
    assert portal.client().get(link).h1 == f"Invitation de {portal.service.name}"
    stranger = somebody(portal, "autre@exemple.fr")
    page = stranger.read(stranger.post(link, status=403))
    assert "pour une autre adresse" in page.text
    answer = somebody(portal, "conseil@exemple.fr").post(link)
    assert answer.headers["Location"] == f"/{portal.slug}/service/"


def test_the_employer_sees_who_works_on_the_firm(portal: Portal, firm: UUID) -> None:
    boss = portal.person(email="gerante@exemple.fr", establishment_id=firm)
    portal.clock.forward(minutes=1)
    portal.person(email="compta@exemple.fr", role=Role.READER, establishment_id=firm, function="comptable")
    with portal.statements() as sent:
        page = boss.get(f"/{portal.slug}/e/{firm}/personnes")
    assert len(sent) <= 6
    lines = [words(line) for line in page.tree.xpath("//section[@aria-labelledby='membres']//li")]
    assert "(vous)" in lines[0]
    assert "compta@exemple.fr Depuis le 24\u00a0novembre\u00a02026\u202f: lit seulement" in lines[1]


def test_the_employer_invites_and_the_link_in_the_mail_opens(portal: Portal, firm: UUID) -> None:
    boss = portal.person(establishment_id=firm)
    path = f"/{portal.slug}/e/{firm}/personnes"
    key = str(boss.get(path).tree.xpath("//input[@name='cle']/@value")[0])
    sent = {"adresse": " compta@exemple.fr ", "role": "contributeur", "fonction": "comptable", "cle": key}
    assert boss.post(path, sent).headers["Location"] == path
    boss.post(path, sent)  # a double tap
    page = boss.get(path)
    assert "L’invitation part à compta@exemple.fr." in page.text
    assert "Le lien est bon jusqu’au 24\u00a0décembre\u00a02026" in page.text
    with portal.database.read(service_id=portal.service.id) as session:
        (mail,) = session.scalars(select(OutboxMail))
    link = next(line for line in mail.text.split() if "/invitation/" in line)
    assert link.startswith(f"{HOST}/{portal.slug}/invitation/")
    answer = somebody(portal, "compta@exemple.fr").post(link.removeprefix(HOST))
    assert answer.headers["Location"] == f"/{portal.slug}/e/{firm}/"
    assert {member.role for member in people(portal, firm).members} == {Role.EMPLOYER, Role.CONTRIBUTOR}


@pytest.mark.parametrize(
    ("fields", "anchor", "said"),
    [
        ({"adresse": "compta"}, "adresse", "Écrivez une adresse e-mail complète"),
        ({"adresse": "a@b@c.fr"}, "adresse", "Écrivez une adresse e-mail complète"),
        ({"adresse": "a\nb: c@exemple.fr"}, "adresse", "Écrivez une adresse e-mail complète"),
        ({"adresse": f"{'a' * 300}@exemple.fr"}, "adresse", "Écrivez une adresse e-mail complète"),
        ({"role": ""}, "role", "Choisissez ce que cette personne pourra faire"),
        ({"role": "admin"}, "role", "Choisissez ce que cette personne pourra faire"),
        ({"fonction": ""}, "fonction", "Écrivez sa fonction"),
        ({"fonction": "x" * 81}, "fonction", "Écrivez 80 caractères au plus"),
        ({"adresse": "gerante@exemple.fr"}, "adresse", "a déjà cet accès"),
    ],
)
def test_an_invitation_that_cannot_leave_says_why(
    portal: Portal, firm: UUID, fields: dict[str, str], anchor: str, said: str
) -> None:
    boss = portal.person(email="gerante@exemple.fr", establishment_id=firm)
    path = f"/{portal.slug}/e/{firm}/personnes"
    sent = {"adresse": "compta@exemple.fr", "role": "lecteur", "fonction": "comptable", **fields}
    page = boss.read(boss.post(path, sent, status=422))
    (fault,) = page.tree.xpath("//*[contains(@class, 'govuk-error-summary')]//a")
    assert fault.get("href") == f"#{anchor}"
    assert said in words(fault).replace("\u00a0", " ")
    if anchor != "fonction":
        assert page.tree.xpath("//input[@name='fonction']/@value") == ["comptable"]
    assert people(portal, firm).pending == ()


def test_an_invitation_is_called_back(portal: Portal, firm: UUID) -> None:
    boss = portal.person(email="b@exemple.fr", establishment_id=firm)
    link = link_to(portal, firm)
    path = f"/{portal.slug}/e/{firm}/personnes"
    (action,) = boss.get(path).tree.xpath("//form[contains(@action, '/annuler')]/@action")
    answer = boss.post(action, page=path)
    assert "est annulée" in boss.follow(answer).text
    portal.client().get(link, status=410)
    boss.raw("POST", f"{path}/invitation/{uuid4()}/annuler", status=404, data=boss.tokens(path))


def test_an_access_is_ended_after_a_question(portal: Portal, firm: UUID) -> None:
    boss = portal.person(email="gerante@exemple.fr", establishment_id=firm)
    reader = portal.person(email="compta@exemple.fr", role=Role.READER, establishment_id=firm)
    reader.raw("GET", f"/{portal.slug}/e/{firm}/", status=200)
    path = f"/{portal.slug}/e/{firm}/personnes"
    member = next(each for each in people(portal, firm).members if each.role is Role.READER)
    end = f"{path}/{member.membership_id}/retirer"
    assert "compta@exemple.fr ne verra plus cette entreprise" in boss.get(end).text
    assert "compta@exemple.fr n’a plus accès" in boss.follow(boss.post(end)).text
    reader.get(f"/{portal.slug}/e/{firm}/", status=404)
    boss.get(end, status=404)
    boss.raw("POST", end, status=404, data=boss.tokens(path))


def test_the_last_who_decides_stays(portal: Portal, firm: UUID) -> None:
    boss = portal.person(email="gerante@exemple.fr", establishment_id=firm)
    path = f"/{portal.slug}/e/{firm}/personnes"
    end = f"{path}/{people(portal, firm).members[0].membership_id}/retirer"
    page = boss.get(end)
    assert "dernière personne qui décide" in page.text
    assert not page.tree.xpath("//main//form")
    kept = boss.follow(boss.post(end, page=path))
    assert "Il faut toujours une personne qui décide" in kept.text
    assert len(people(portal, firm).members) == 1


def test_who_leaves_a_firm_is_taken_home(portal: Portal, firm: UUID) -> None:
    boss = portal.person(email="gerante@exemple.fr", establishment_id=firm)
    portal.clock.forward(seconds=1)
    portal.person(email="b@exemple.fr", establishment_id=firm)
    mine = next(each for each in people(portal, firm).members if each.email == "gerante@exemple.fr")
    end = f"/{portal.slug}/e/{firm}/personnes/{mine.membership_id}/retirer"
    assert "C’est votre propre accès" in boss.get(end).text
    assert boss.post(end).headers["Location"] == f"/{portal.slug}/mes-entreprises"


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.READER])
def test_the_employer_alone_decides_who_works_there(portal: Portal, firm: UUID, role: Role) -> None:
    client = portal.person(role=role, establishment_id=firm)
    client.get(f"/{portal.slug}/e/{firm}/personnes", status=403)
    tokens = client.tokens(f"/{portal.slug}/essai")
    client.raw("POST", f"/{portal.slug}/e/{firm}/personnes", status=403, data=tokens)


def test_another_firm_of_the_service_sees_nothing(portal: Portal, firm: UUID) -> None:
    portal.person(email="gerante@exemple.fr", establishment_id=firm)
    other = portal.establishment("Autre")
    stranger = portal.person(establishment_id=other)
    stranger.get(f"/{portal.slug}/e/{firm}/personnes", status=404)
    member = people(portal, firm).members[0].membership_id
    stranger.get(f"/{portal.slug}/e/{other}/personnes/{member}/retirer", status=404)


def test_an_invitation_that_has_expired_says_so_to_the_employer(portal: Portal, firm: UUID) -> None:
    link_to(portal, firm, email="b@exemple.fr")
    portal.clock.now += timedelta(days=31)
    page = portal.person(establishment_id=firm).get(f"/{portal.slug}/e/{firm}/personnes")
    assert "invitez de nouveau" in page.text
