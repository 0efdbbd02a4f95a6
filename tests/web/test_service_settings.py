"""The settings of the service in the browser: everything typed comes back, two administrators see each other."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from app.domain.roles import Role
from app.models.service import Service
from tests.web.client import StrictClient, words
from tests.web.people import Portal

LOGO = Path(__file__).resolve().parents[2] / "examples" / "demo" / "logo.png"
TYPED = {
    "telephone": "04 65 71 20 30",
    "heures": "du lundi au vendredi",
    "adresse": "12 rue des Micocouliers, 34999 Sauveclaire",
    "couleur": "#0B4F6C",
    "mots_invitation": "Nous passons vous voir.",
    "mots_lettre": "Bonjour.",
    "fuseau": "Indian/Reunion",
    "mentions": "Publié par le service.",
    "reception": "oui",
}


def path(portal: Portal) -> str:
    return f"/{portal.slug}/service/reglages"


def admin(portal: Portal) -> StrictClient:
    return portal.person(role=Role.ADMIN, function="assistante")


def mark(client: StrictClient, portal: Portal) -> str:
    return str(client.get(path(portal)).tree.xpath("//input[@name='marque']/@value")[0])


def kept(portal: Portal) -> Service:
    with portal.database.read() as session:
        return session.get_one(Service, portal.service.id)


def test_what_an_admin_types_is_kept(portal: Portal) -> None:
    client = admin(portal)
    client.post(path(portal), {**TYPED, "marque": mark(client, portal)})
    row = kept(portal)
    assert (row.phone, row.zone, row.reception, row.colour) == ("04 65 71 20 30", "Indian/Reunion", True, "#0b4f6c")
    assert (row.invitation_words, row.letter_words) == ("Nous passons vous voir.", "Bonjour.")
    page = client.get(path(portal))
    assert page.tree.xpath("//input[@name='telephone']/@value") == ["04 65 71 20 30"]
    assert page.tree.xpath("//input[@name='reception']/@checked")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("couleur", "#ffe08a", "trop claire"),
        ("couleur", "bleu", "un dièse"),
        ("telephone", "appelez-moi", "en chiffres"),
        ("fuseau", "Lune/Mer", "Choisissez une des réponses proposées"),
        ("mentions", "a" * 5001, "5"),
        ("adresse", "a\x00b", "illisible"),
    ],
)
def test_a_fault_keeps_everything_typed_and_writes_nothing(portal: Portal, field: str, value: str, told: str) -> None:
    client = admin(portal)
    sent = {**TYPED, "marque": mark(client, portal), field: value}
    page = client.read(client.post(path(portal), sent, status=422))
    assert told in words(page.tree.xpath("//*[@role='alert']")[0])
    assert kept(portal).phone == ""
    others = {"heures", "adresse"} - {field}
    for name in others:
        assert page.tree.xpath(f"//input[@name='{name}']/@value") == [TYPED[name]]


def test_a_change_by_another_admin_is_told_and_then_replaced(portal: Portal) -> None:
    one, other = admin(portal), admin(portal)
    drawn = mark(one, portal)
    other.post(path(portal), {**TYPED, "telephone": "04 11 11 11 11", "marque": mark(other, portal)})
    page = one.read(one.post(path(portal), {**TYPED, "marque": drawn}, status=409))
    assert "04 11 11 11 11" in page.text
    assert kept(portal).phone == "04 11 11 11 11"
    again = str(page.tree.xpath("//input[@name='marque']/@value")[0])
    one.post(path(portal), {**TYPED, "marque": again})
    assert kept(portal).phone == TYPED["telephone"]


def test_a_second_tap_on_save_is_no_conflict(portal: Portal) -> None:
    client = admin(portal)
    sent = {**TYPED, "marque": mark(client, portal)}
    client.post(path(portal), sent)
    client.post(path(portal), sent)


def test_a_colour_is_shown_before_it_is_kept(portal: Portal) -> None:
    client = admin(portal)
    sent = {**TYPED, "couleur": "#7a1f5c", "geste": "apercu", "marque": mark(client, portal)}
    page = client.read(client.post(path(portal), sent, status=200))
    sheet = page.tree.xpath("//main//link/@href") or page.tree.xpath("//link[contains(@href,'apercu')]/@href")
    assert ".jl-preview{--brand:#7a1f5c" in client.raw("GET", str(sheet[0]), status=200).text
    assert kept(portal).colour != "#7a1f5c"
    assert client.raw("GET", f"{path(portal)}/apercu.css?c=x%3B%7D", status=200).text == ""


def test_a_logo_is_sent_read_and_taken_away(portal: Portal) -> None:
    client = admin(portal)

    def send(content: bytes) -> int:
        token = str(client.get(path(portal)).tree.xpath("//input[@name='csrf_token']/@value")[0])
        data = {"logo": (BytesIO(content), "logo.png"), "csrf_token": token}
        answer = client.open("POST", f"{path(portal)}/logo", data=data, content_type="multipart/form-data")
        return int(answer.status_code)

    assert send(b"") == 422
    assert send(b"GIF89a") == 422
    assert send(LOGO.read_bytes()) == 303
    assert kept(portal).logo_type == "image/png"
    client.post(f"{path(portal)}/logo", {"geste": "retirer"}, page=path(portal))
    assert kept(portal).logo_sha256 is None


def test_the_page_costs_few_statements(portal: Portal) -> None:
    client = admin(portal)
    with portal.statements() as sent:
        client.get(path(portal))
    assert len(sent) <= 10
