"""The administrator's pages: the team, the claims, the mails, the openings; and what nobody else may ask of them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.access_record import AccessRecord
from app.models.account import Account
from app.models.establishment import EstablishmentRow
from app.models.mail import OutboxMail
from app.models.membership import Invitation, Membership
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import invite
from tests.engines import service_in
from tests.web.client import StrictClient, words
from tests.web.people import Portal, account, membership

SIRET = "12345678200010"


def base(portal: Portal, page: str) -> str:
    return f"/{portal.slug}/service/{page}"


def admin(portal: Portal, email: str = "admin@exemple.fr") -> StrictClient:
    return portal.person(role=Role.ADMIN, email=email, function="assistante")


def adviser(portal: Portal, email: str = "ergo@exemple.fr") -> UUID:
    someone = account(portal.database, email)
    membership(portal.database, portal.service, someone, role=Role.ADVISER, function="ergonome")
    return someone


def claim(portal: Portal, name: str = "Traiteur", email: str = "gerante@exemple.fr") -> UUID:
    firm = portal.establishment(name, siret=SIRET)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.get_one(EstablishmentRow, firm).attachment = "a_rattacher"
    membership(portal.database, portal.service, account(portal.database, email), establishment_id=firm)
    return firm


def invited(portal: Portal, email: str = "nouvelle@exemple.fr") -> UUID:
    wish = InvitationWish(email=email, role=Role.PILOT, function="pilote", establishment_id=None)
    letter = Letter(service_name="S", entrance="http://127.0.0.1:8000/spsti45")
    return invite(
        portal.database,
        wish,
        letter,
        service_id=portal.service.id,
        author=None,
        on=portal.today,
        at=portal.clock.now,
    ).invitation_id


def test_a_colleague_is_invited_once_however_often_one_taps(portal: Portal) -> None:
    client, path = admin(portal), base(portal, "equipe")
    key = str(client.get(path).tree.xpath("//input[@name='cle']/@value")[-1])
    sent = {"adresse": "nouvelle@exemple.fr", "role": "pilote", "fonction": "pilote", "cle": key}
    for _ in range(2):
        client.post(path, sent)
    with portal.database.read(service_id=portal.service.id) as session:
        rows = session.scalars(select(Invitation)).all()
    assert [(row.role, row.establishment_id) for row in rows] == [("pilote", None)]
    assert "nouvelle@exemple.fr" in client.get(path).text


def test_a_wrong_invitation_comes_back_as_typed(portal: Portal) -> None:
    client, path = admin(portal), base(portal, "equipe")
    page = client.read(client.post(path, {"adresse": "pas une adresse", "role": "", "fonction": "pilote"}, status=422))
    assert page.tree.xpath("//input[@name='adresse']/@value") == ["pas une adresse"]
    assert page.tree.xpath("//input[@name='fonction']/@value") == ["pilote"]
    assert len(page.tree.xpath("//*[@role='alert']//a")) == 2


def test_an_invitation_is_sent_again_and_revoked(portal: Portal) -> None:
    client, path, first = admin(portal), base(portal, "equipe"), invited(portal)
    client.post(f"{path}/invitation/{first}/renvoyer", page=path)
    with portal.database.read(service_id=portal.service.id) as session:
        rows = {row.id: row.revoked_at for row in session.scalars(select(Invitation))}
    assert rows.pop(first) is not None
    (second,) = rows
    client.post(f"{path}/invitation/{second}/annuler", page=path)
    assert "Invitations en attente" not in client.get(path).text
    client.post(f"{path}/invitation/{second}/renvoyer", page=path, status=404)
    client.post(f"{path}/invitation/{uuid4()}/annuler", page=path, status=404)


def test_roles_are_given_on_the_page_of_a_colleague(portal: Portal) -> None:
    client, someone = admin(portal), adviser(portal)
    path = base(portal, f"equipe/{someone}")
    mark = str(client.get(path).tree.xpath("//input[@name='marque']/@value")[0])
    sent = {
        "roles": ["preventeur", "pilote"],
        "fonction": "ergonome référente",
        "profession": "ergonome",
        "marque": mark,
    }
    client.post(path, sent)
    with portal.database.read(service_id=portal.service.id) as session:
        held = session.scalars(select(Membership).where(Membership.account_id == someone)).all()
    assert {row.role for row in held} == {"preventeur", "pilote"}
    assert {row.profession for row in held} == {"ergonome"}
    page = client.read(client.post(path, {**sent, "fonction": "autre"}, status=409))
    assert "pendant ce temps" in page.text
    assert page.tree.xpath("//input[@name='fonction']/@value") == ["autre"]


def test_the_last_administrator_keeps_the_role_and_does_not_leave(portal: Portal) -> None:
    client = admin(portal)
    me = account(portal.database, "admin@exemple.fr")
    path = base(portal, f"equipe/{me}")
    mark = str(client.get(path).tree.xpath("//input[@name='marque']/@value")[0])
    sent = {"roles": ["pilote"], "fonction": "x", "marque": mark}
    assert "seul administrateur" in client.read(client.post(path, sent, status=422)).text
    assert not client.get(f"{path}/depart").tree.xpath("//main//form")
    client.post(f"{path}/depart", page=path)
    client.get(path)


def test_a_colleague_leaves_and_is_signed_out(portal: Portal) -> None:
    client = admin(portal)
    gone = portal.person(role=Role.ADVISER, email="ergo@exemple.fr", function="ergonome")
    gone.get(base(portal, ""))
    someone = account(portal.database, "ergo@exemple.fr")
    client.post(base(portal, f"equipe/{someone}/depart"))
    assert "/connexion" in str(gone.raw("GET", base(portal, ""), status=303).location)
    client.get(base(portal, f"equipe/{someone}"), status=404)


def test_a_lost_phone_is_not_for_oneself(portal: Portal) -> None:
    client, someone = admin(portal), adviser(portal)
    me = account(portal.database, "admin@exemple.fr")
    with portal.database.unit_of_work(service_id=None) as uow:
        for each in (someone, me):
            uow.get_one(Account, each).totp_secret = "f" * 32
    client.post(base(portal, f"equipe/{someone}/second-facteur"))
    client.post(base(portal, f"equipe/{me}/second-facteur"), page=base(portal, "equipe"))
    with portal.database.read() as session:
        assert session.get_one(Account, someone).totp_secret is None
        assert session.get_one(Account, me).totp_secret is not None


def test_people_of_another_service_are_nowhere(portal: Portal) -> None:
    client = admin(portal)
    south = service_in(portal.database, "sud")
    stranger = account(portal.database, "sud@exemple.fr")
    membership(portal.database, south, stranger, role=Role.ADVISER)
    assert "sud@exemple.fr" not in client.get(base(portal, "equipe")).text
    for page in ("", "/depart", "/second-facteur"):
        client.get(base(portal, f"equipe/{stranger}{page}"), status=404)
        client.post(base(portal, f"equipe/{stranger}{page}"), page=base(portal, "equipe"), status=404)


def test_a_claim_is_attached_from_its_card(portal: Portal) -> None:
    client, firm = admin(portal), claim(portal)
    path = base(portal, "rattachements")
    page = client.get(path)
    card = words(page.tree.xpath("//section[@aria-labelledby]")[0])
    assert all(said in card for said in ("Traiteur", "gerante@exemple.fr", "Boulangerie"))
    client.post(f"{path}/{firm}/rattacher", page=path)
    assert "Rattachée le" in client.get(path).text
    client.post(f"{path}/{firm}/revenir", page=path)
    assert "Rattachée le" not in client.get(path).text


def test_a_refusal_takes_words_and_the_employer_reads_them(portal: Portal) -> None:
    client, firm = admin(portal), claim(portal)
    employer = portal.person(email="gerante@exemple.fr", establishment_id=firm)
    path = base(portal, f"rattachements/{firm}/refuser")
    assert client.read(client.post(path, {"mots": "  "}, status=422)).text.count("Écrivez à cette personne") == 2
    client.post(path, {"mots": "Vous dépendez du service voisin."})
    assert "Vous dépendez du service voisin." in employer.get(f"/{portal.slug}/e/{firm}/entreprise").text
    employer.get(f"/{portal.slug}/e/{firm}/")
    assert "Traiteur" not in client.get(base(portal, "")).text
    assert "déjà décidée" in client.follow(client.raw("GET", path, status=303)).text


def test_a_claim_of_another_service_is_no_claim(portal: Portal) -> None:
    client, firm = admin(portal), claim(portal)
    south = service_in(portal.database, "sud")
    chief = portal.person(role=Role.ADMIN, email="sud@exemple.fr")
    membership(portal.database, south, account(portal.database, "sud@exemple.fr"), role=Role.ADMIN)
    for page, status in (("rattacher", 404), ("refuser", 404), ("revenir", 404)):
        chief.post(f"/sud/service/rattachements/{firm}/{page}", page="/sud/service/equipe", status=status)
    assert "Traiteur" in client.get(base(portal, "rattachements")).text
    client.post(
        base(portal, f"rattachements/{firm}/rattacher"),
        {"fiche": "pas une fiche"},
        page=base(portal, "rattachements"),
        status=404,
    )


def test_a_mail_is_sent_again_or_forgotten_and_its_link_is_not_shown(portal: Portal) -> None:
    client, path = admin(portal), base(portal, "courriels")
    invited(portal)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        mail = uow.scalars(select(OutboxMail)).one()
        mail.state, mail.failure, mail.attempts = "refuse", "Le serveur refuse", 3
        number, link = mail.id, mail.text.partition("/invitation/")[2].split()[0]
    page = client.get(path)
    assert "nouvelle@exemple.fr" in page.text
    assert link not in page.text
    client.post(f"{path}/{number}/renvoyer", page=path)
    with portal.database.read(service_id=portal.service.id) as session:
        assert session.scalars(select(OutboxMail.state)).all() == ["a_envoyer"]
    client.post(f"{path}/{number}/oublier", page=path)
    assert "Tous les e-mails sont partis" in client.get(path).text
    client.post(f"{path}/{number}/oublier", page=base(portal, "equipe"), status=404)


def test_a_mail_of_another_service_is_out_of_reach(portal: Portal) -> None:
    invited(portal)
    with portal.database.read(service_id=portal.service.id) as session:
        number = session.scalars(select(OutboxMail.id)).one()
    south = service_in(portal.database, "sud")
    chief = portal.person(role=Role.ADMIN, email="sud@exemple.fr")
    membership(portal.database, south, account(portal.database, "sud@exemple.fr"), role=Role.ADMIN)
    assert "nouvelle@exemple.fr" not in chief.get("/sud/service/courriels").text
    for act in ("renvoyer", "oublier"):
        chief.post(f"/sud/service/courriels/{number}/{act}", page="/sud/service/equipe", status=404)


def test_openings_are_listed_latest_first_and_filtered(portal: Portal) -> None:
    client, firm, someone = admin(portal), portal.establishment("Boulangerie du port"), adviser(portal)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        for place, what, subject in ((firm, "brouillon_word", "chaleur"), (None, "lignes_indicateur", "POR-04")):
            uow.add(
                AccessRecord(
                    establishment_id=place,
                    what=what,
                    subject=subject,
                    account_id=someone,
                    author_role="ergonome",
                    recorded_at=portal.clock.now,
                )
            )
            portal.clock.forward(minutes=5)

    def rows(query: str = "") -> list[str]:
        page = client.get(base(portal, f"ouvertures{query}"))
        return [words(row) for row in page.tree.xpath("//tbody/tr")]

    assert ["POR-04" in row for row in rows()] == [True, False]
    assert "ergo@exemple.fr" in rows()[0]
    assert len(rows("?quoi=brouillon_word")) == 1
    assert len(rows(f"?qui={someone}&cherche=port")) == 1
    assert rows(f"?qui={uuid4()}") == []
    assert len(rows("?du=24/11/2026&au=24/11/2026")) == 2
    assert rows("?du=25/11/2026") == []
    assert len(rows("?du=x&au=99/99/9999&qui=x&quoi=x&page=x&cherche=%00")) == 2


@pytest.mark.parametrize("page", ["equipe", "rattachements", "courriels", "ouvertures", "reglages"])
def test_pages_cost_few_statements_however_many_lines(portal: Portal, page: str) -> None:
    client = admin(portal)
    for number in range(3):
        claim(portal, f"Traiteur {number}", f"g{number}@exemple.fr")
        adviser(portal, f"e{number}@exemple.fr")
        invited(portal, f"n{number}@exemple.fr")
    with portal.statements() as sent:
        client.get(base(portal, page))
    assert len(sent) <= 10, len(sent)


@pytest.mark.parametrize("page", ["equipe", "rattachements", "courriels", "ouvertures", "reglages"])
def test_pages_read_in_english(portal: Portal, page: str) -> None:
    firm, someone = claim(portal), adviser(portal)
    invited(portal)
    client = portal.person(role=Role.ADMIN, email="admin@exemple.fr", language="en")
    client.get(base(portal, page))
    if page == "rattachements":
        client.get(base(portal, f"rattachements/{firm}/refuser"))
    if page == "equipe":
        for under in ("", "/depart", "/second-facteur"):
            client.get(base(portal, f"equipe/{someone}{under}"))
