"""The pages of the members: the list, a file sent and applied, hostile files, invitations by mail and by letter."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.roles import Role
from app.intake.member_columns import COLUMNS
from app.models.affiliation import Affiliation
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.service import Service
from app.services.member_imports import Importing, apply_import, propose_import
from questionnaires import catalogue
from tests.intake.members_file import members_file
from tests.web.client import Page, StrictClient
from tests.web.people import Portal, account, membership
from tests.web.test_hostile_forms import forms_of, sent, variants

SIRET = "73282932000074"


@pytest.fixture
def admin(portal: Portal) -> StrictClient:
    return portal.person(role=Role.ADMIN)


def base(portal: Portal) -> str:
    return f"/{portal.slug}/service/adherents"


def send(client: StrictClient, portal: Portal, content: bytes | None, *, name: str = "adherents.csv") -> TestResponse:
    """Sends a file as the form of the page does."""
    fields = hidden(client.get(f"{base(portal)}/import"))
    return client.open("POST", f"{base(portal)}/import", data=multipart(fields, content, name), content_type=MULTIPART)


MULTIPART = "multipart/form-data; boundary=jalon-test"


def multipart(fields: list[tuple[str, str]], content: bytes | None, name: str) -> bytes:
    """The body a browser sends; written here, for the client of the tests leaves a large one in a file it forgets."""
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields]
    if content is not None:
        head = f'Content-Disposition: form-data; name="fichier"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
        parts.append(head.encode() + content)
    return b"".join(b"--jalon-test\r\n" + part + b"\r\n" for part in parts) + b"--jalon-test--\r\n"


def hidden(page: Page, place: int = 0) -> list[tuple[str, str]]:
    form = page.tree.xpath("//main//form[.//input[@name='csrf_token']]")[place]
    return [(str(each.get("name")), str(each.get("value") or "")) for each in form.xpath(".//input[@type='hidden']")]


def bring_in(portal: Portal, content: bytes) -> None:
    importing = Importing(
        database=portal.database,
        service_id=portal.service.id,
        catalogue=catalogue.load(),
        on=portal.today,
        at=portal.clock.now,
    )
    apply_import(importing, propose_import(importing, content, file_name="a.csv", account_id=None))


def rows(portal: Portal, table: Any) -> list[Any]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(table)))


def change(portal: Portal, firm: UUID, **fields: str) -> None:
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        row = uow.get_one(EstablishmentRow, firm)
        for name, value in fields.items():
            setattr(row, name, value)


def test_a_service_without_members_is_told_how_to_import_them(portal: Portal, admin: StrictClient) -> None:
    page = admin.get(base(portal))
    assert "Importez vos adhérents" in page.text
    for column in COLUMNS:
        assert column.key in page.text


def test_the_template_holds_every_column_and_can_be_imported(portal: Portal, admin: StrictClient) -> None:
    answer = admin.open("GET", f"{base(portal)}/import/modele.csv")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.data.decode("utf-8-sig").splitlines()[0] == ";".join(column.key for column in COLUMNS)
    assert send(admin, portal, answer.data).status_code == 303


def test_a_file_is_shown_then_applied(portal: Portal, admin: StrictClient) -> None:
    sample = members_file(members=60, bad=6)
    sent = send(admin, portal, sample.csv())
    assert sent.status_code == 303
    page = admin.get(str(sent.location))
    assert page.h1.startswith("Vérifier avant")
    assert [each.text_content() for each in page.tree.xpath("//*[@class='jl-fig']")] == ["54", "0", "0", "6"]
    told = page.tree.xpath("//table//th[@scope='row']")
    assert [each.text_content() for each in told] == [f"Ligne {line}" for line in sample.bad]
    assert rows(portal, EstablishmentRow) == []
    answer = admin.open("POST", f"{sent.location}/appliquer", data=dict(hidden(page)))
    assert answer.status_code == 303
    after = admin.get(str(answer.location))
    assert "Import appliqué" in after.h1
    assert len(rows(portal, EstablishmentRow)) == 54
    again = admin.open("POST", f"{sent.location}/appliquer", data=dict(hidden(page)))
    assert "rien n'a été fait deux fois" in admin.get(str(again.location)).text.replace("’", "'")
    assert len(rows(portal, Affiliation)) == 54


def test_the_rejects_come_as_a_csv_without_formulas(portal: Portal, admin: StrictClient) -> None:
    content = (
        f"siret;raison_sociale;code_naf;effectif;date_effectif;code_postal\n{SIRET};x;10.71C;=1+1;01/01/2026;34150\n"
    ).encode()
    place = str(send(admin, portal, content).location)
    text = admin.open("GET", f"{place}/rejets.csv").data.decode("utf-8-sig")
    assert text.splitlines()[0] == "ligne;colonne;lu;pourquoi;attendu"
    assert text.splitlines()[1].startswith("2;effectif;'=1+1;")


def test_a_file_can_be_given_up(portal: Portal, admin: StrictClient) -> None:
    place = str(send(admin, portal, members_file(members=3, bad=0).csv()).location)
    assert "attend votre décision" in admin.get(base(portal)).text
    answer = admin.open("POST", f"{place}/abandonner", data=dict(hidden(admin.get(place), 1)))
    assert answer.status_code == 303
    assert "attend votre décision" not in admin.get(base(portal)).text
    assert "Import abandonné" in admin.get(place).h1


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (None, "", "Choisissez un fichier"),
        (b"", "vide.csv", "vide"),
        (b"\x89PNG\r\n\x1a\n\x00", "photo.csv", "ni un CSV"),
        (b"a\x00b;c", "nul.csv", "ni un CSV"),
        (b"x" * 5_500_000, "gros.csv", "5 Mo"),
        (bomb(), "bombe.xlsx", "trop lourd"),
        (b"siret;nom;prenom\n1;2;3", "a.csv", "parle de personnes"),
        (b"siret;effectif\n1;2", "../../etc/passwd", "« passwd » n'est pas importé"),
        (b"siret;effectif\n1;2", "a\x00\u202e<script>.csv", "Il manque les colonnes"),
    ],
    ids=["none", "empty", "picture", "null", "large", "bomb", "persons", "path", "name"],
)
def test_a_hostile_or_wrong_file_comes_back_with_a_sentence(
    portal: Portal, admin: StrictClient, content: bytes | None, name: str, said: str
) -> None:
    answer = send(admin, portal, content, name=name)
    assert answer.status_code == 422
    page = admin.read(answer)
    assert said in re.sub("[\u202f\u00a0]", " ", page.text).replace("’", "'")
    assert page.tree.findtext(".//title").startswith("Erreur")


def test_a_file_over_the_limit_of_requests_is_told_too(portal: Portal, admin: StrictClient) -> None:
    body = multipart([], b"x" * 7_000_000, "a.csv")
    answer = admin.open("POST", f"{base(portal)}/import", data=body, content_type=MULTIPART)
    assert answer.status_code == 413


def test_the_list_is_searched_filtered_and_cut_in_pages(portal: Portal, admin: StrictClient) -> None:
    sample = members_file(members=120, bad=0)
    bring_in(portal, sample.csv())
    page = admin.get(base(portal))
    assert len(page.tree.xpath("//table/tbody/tr")) == 50
    assert "120" in page.text
    assert len(admin.get(f"{base(portal)}?page=3").tree.xpath("//table/tbody/tr")) == 20
    one = sample.rows[7]
    assert len(admin.get(f"{base(portal)}?cherche={one['siret']}").tree.xpath("//table/tbody/tr")) == 1
    here = [row for row in sample.rows if row["secteur"] == "Gignac"]
    assert str(len(here)) in admin.get(f"{base(portal)}?secteur=Gignac").text
    assert "Aucun adhérent ne répond" in admin.get(f"{base(portal)}?cherche=zzzz").text
    assert "Aucun adhérent ne répond" in admin.get(f"{base(portal)}?etat=ouverts").text
    assert admin.open("GET", f"{base(portal)}?cherche=%00%ED%A0%80&etat=x&page=-1&secteur=%00").status_code == 200


def test_the_list_sends_few_statements(portal: Portal, admin: StrictClient) -> None:
    bring_in(portal, members_file(members=70, bad=0).csv())
    for address in (base(portal), f"{base(portal)}/invitations", f"{base(portal)}/import"):
        with portal.statements() as sent:
            admin.get(address)
        assert len(sent) <= 10, f"{address}: {len(sent)}\n" + "\n".join(sent)


def test_one_member_is_invited_at_the_address_that_is_typed(portal: Portal, admin: StrictClient) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    place = f"{base(portal)}/{firm}/inviter"
    page = admin.get(place)
    wrong = admin.open("POST", place, data={**dict(hidden(page)), "adresse": "gerante@"})
    assert wrong.status_code == 422
    assert 'value="gerante@"' in admin.read(wrong).answer.text
    answer = admin.open("POST", place, data={**dict(hidden(page)), "adresse": "gerante@exemple.fr"})
    assert answer.status_code == 303
    assert "gerante@exemple.fr" in admin.get(str(answer.location)).text
    assert [mail.recipient for mail in rows(portal, OutboxMail)] == ["gerante@exemple.fr"]
    assert [(fact.kind, fact.format) for fact in rows(portal, Fact)] == [("invitation_envoyee", "courriel")]
    assert rows(portal, EstablishmentRow)[0].contact_email == "gerante@exemple.fr"
    assert "Relancer" in admin.get(base(portal)).text
    admin.open("POST", place, data={**dict(hidden(page)), "adresse": "gerante@exemple.fr"})
    assert len(rows(portal, OutboxMail)) == 1, "a second tap sends nothing"
    admin.open("POST", place, data={**dict(hidden(page)), "adresse": "gerant@exemple.fr"})
    sent = {mail.recipient for mail in rows(portal, OutboxMail)}
    assert sent == {"gerante@exemple.fr", "gerant@exemple.fr"}, "another address written after going back is written to"


def test_a_member_whose_account_is_open_is_not_invited(portal: Portal, admin: StrictClient) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    membership(portal.database, portal.service, account(portal.database, "g@exemple.fr"), establishment_id=firm)
    assert "Compte ouvert" in admin.get(base(portal)).text
    page = admin.get(f"{base(portal)}/{firm}/inviter")
    assert "déjà ouvert" in page.text
    token = dict(hidden(admin.get(f"{base(portal)}/import")))
    for where, data in (("inviter", {"adresse": "g@exemple.fr"}), ("lettre", {})):
        assert admin.open("POST", f"{base(portal)}/{firm}/{where}", data={**token, **data}).status_code == 303
    assert rows(portal, OutboxMail) == []
    assert rows(portal, Fact) == []


def test_a_firm_that_is_no_member_has_no_page_of_invitation(portal: Portal, admin: StrictClient) -> None:
    claim = portal.establishment("À rattacher")
    change(portal, claim, attachment="a_rattacher")
    for firm in (claim, uuid4()):
        assert admin.open("GET", f"{base(portal)}/{firm}/inviter").status_code == 404


def test_a_letter_holds_the_link_in_full_its_code_and_the_words_of_the_service(
    portal: Portal, admin: StrictClient
) -> None:
    with portal.database.unit_of_work(service_id=None) as uow:
        uow.get_one(Service, portal.service.id).letter_words = "Nos préventrices passent vous voir."
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    page = admin.get(f"{base(portal)}/{firm}/inviter")
    answer = admin.open("POST", f"{base(portal)}/{firm}/lettre", data=dict(hidden(page, 1)))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    letter = admin.read(answer)
    link = letter.tree.xpath("//code")[0].text_content()
    assert link.startswith(f"http://127.0.0.1:8000/{portal.slug}/invitation/")
    assert letter.tree.xpath("//article//svg[@role='img']")
    assert "Nos préventrices passent vous voir." in letter.text
    assert portal.client().get(link.removeprefix("http://127.0.0.1:8000")).h1
    assert [(fact.kind, fact.format) for fact in rows(portal, Fact)] == [("invitation_envoyee", "imprime")]
    again = admin.open("POST", f"{base(portal)}/{firm}/lettre", data=dict(hidden(page, 1)))
    assert again.status_code == 303
    assert len(rows(portal, Fact)) == 1


def test_members_of_a_search_are_invited_at_once_and_reminded_later(portal: Portal, admin: StrictClient) -> None:
    sample = members_file(members=40, bad=0)
    bring_in(portal, sample.csv())
    here = [row for row in sample.rows if row["secteur"] == "Gignac"]
    known = [row["email_contact"] for row in here if row["email_contact"]]
    place = f"{base(portal)}/invitations?secteur=Gignac"
    page = admin.get(place)
    assert f"{len(known)} adhérents avec une adresse e-mail" in re.sub("[\u202f\u00a0]", " ", page.text)
    answer = admin.open("POST", f"{base(portal)}/invitations", data=dict(hidden(page)))
    assert answer.status_code == 303
    assert sorted(mail.recipient for mail in rows(portal, OutboxMail)) == sorted(known)
    assert len(rows(portal, Fact)) == len(known)
    reminder = admin.get(f"{place}&etat=invites")
    assert "laisser en paix" in reminder.text
    portal.clock.forward(days=8)
    admin = portal.person(role=Role.ADMIN)
    reminder = admin.get(f"{place}&etat=invites")
    admin.open("POST", f"{base(portal)}/invitations", data=dict(hidden(reminder)))
    mails = rows(portal, OutboxMail)
    assert len(mails) == 2 * len(known)
    assert sum("Rappel" in mail.subject for mail in mails) == len(known)


def test_members_without_an_address_get_letters(portal: Portal, admin: StrictClient) -> None:
    sample = members_file(members=40, bad=0)
    bring_in(portal, sample.csv())
    silent = [row for row in sample.rows if not row["email_contact"]]
    page = admin.get(f"{base(portal)}/invitations")
    answer = admin.open("POST", f"{base(portal)}/lettres", data=dict(hidden(page, 1)))
    letters = admin.read(answer)
    assert len(letters.tree.xpath("//article")) == len(silent)
    assert len({each.text_content() for each in letters.tree.xpath("//article//code")}) == len(silent)
    again = admin.open("POST", f"{base(portal)}/lettres", data=dict(hidden(page, 1)))
    assert again.status_code == 303
    assert len(rows(portal, Fact)) == len(silent)


def test_who_left_is_found_under_its_own_filter_alone(portal: Portal, admin: StrictClient) -> None:
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(
            Affiliation(
                establishment_id=firm,
                seq=1,
                stated_on=portal.today,
                member_number="",
                sector="",
                team="",
                since=None,
                until=portal.today - timedelta(days=1),
                record_on=None,
                duerp_on=None,
                idcc="",
                risk_code="",
                source="saisie",
                recorded_at=portal.clock.now,
            )
        )
    assert "Aucun adhérent ne répond" in admin.get(base(portal)).text
    assert "Radié le" in admin.get(f"{base(portal)}?etat=radies").text


def test_a_file_of_another_service_does_not_exist(portal: Portal, admin: StrictClient) -> None:
    for method, place in (("GET", ""), ("GET", "/rejets.csv"), ("POST", "/appliquer"), ("POST", "/abandonner")):
        token = dict(hidden(admin.get(f"{base(portal)}/import")))
        assert admin.open(method, f"{base(portal)}/import/{uuid4()}{place}", data=token).status_code == 404


@pytest.mark.parametrize("role", [Role.ADVISER, Role.PILOT])
def test_only_an_administrator_sees_the_members(portal: Portal, role: Role) -> None:
    other = portal.person(role=role)
    for place in ("", "/import", "/invitations"):
        assert other.open("GET", f"{base(portal)}{place}").status_code == 403


def test_no_form_of_the_members_gives_a_500(portal: Portal) -> None:
    portal.app.config.update(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False)
    firm = portal.establishment("Boulangerie du port", siret=SIRET)
    change(portal, portal.establishment("Muette"), contact_email="")
    admin = portal.person(role=Role.ADMIN)._client
    tried, broken = 0, []
    for place in ("/import", f"/{firm}/inviter", "/invitations", "/invitations?etat=invites"):
        for form in forms_of(admin, base(portal) + place):
            if "/deconnexion" in form.action:
                continue
            for turn in range(2):
                for label, fields in variants(form, turn):
                    status = sent(admin, form.action, fields)
                    tried += 1
                    if status >= 500:
                        broken.append(f"{form.action} · {label}: {status}")
    assert broken == []
    assert tried > 150, tried
