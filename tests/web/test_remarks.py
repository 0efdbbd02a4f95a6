"""The library of remarks: read, used on a case, written, changed by two, put aside and brought back."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.advice import Remark
from tests.engines import service_in
from tests.web.client import StrictClient
from tests.web.filled import filled_firm
from tests.web.people import Portal
from tests.web.test_case_acts import fields

SAID = {"titre": "Eau au dépôt", "theme": "chaleur", "mots": "Chez {{entreprise}}, où est l'eau ?"}


@pytest.fixture
def client(portal: Portal) -> StrictClient:
    return portal.person(role=Role.ADVISER, function="ergonome")


def library(portal: Portal) -> str:
    return f"/{portal.slug}/service/remarques"


def own(portal: Portal) -> list[Remark]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Remark)))


def write(portal: Portal, client: StrictClient, **said: str) -> None:
    address = f"{library(portal)}/nouvelle"
    client.raw("POST", address, status=303, data={**fields(client.get(address)), **SAID, **said})


def test_the_shipped_remarks_are_there_from_the_first_day(portal: Portal, client: StrictClient) -> None:
    page = client.get(library(portal))
    assert len(page.tree.xpath("//main//section")) >= 25
    assert not page.tree.xpath("//main//a[starts-with(., 'Utiliser')]"), "there is no case to use it on"


def test_a_remark_of_the_service_is_written_and_used_on_a_case(portal: Portal, client: StrictClient) -> None:
    firm = filled_firm(portal).establishment_id
    write(portal, client, titre="Une glacière par équipe")
    page = client.get(f"{library(portal)}?dossier={firm}&genre=question&sur=chaleur.ch_eau_fraiche")
    uses = page.tree.xpath("//section[h2[contains(., 'Une glacière')]]//a[starts-with(., 'Utiliser')]/@href")
    form = fields(client.get(uses[0]))
    assert (form["genre"], form["sujet"]) == ("question", "chaleur.ch_eau_fraiche")
    assert form["mots"].startswith("Chez Boulangerie d'exemple, où est l'eau")


def test_the_library_opened_for_no_case_of_ours_offers_no_use(portal: Portal, client: StrictClient) -> None:
    foreign = filled_firm(portal, service=service_in(portal.database, "sud")).establishment_id
    for place in (str(uuid4()), str(foreign), "x", ""):
        page = client.get(f"{library(portal)}?dossier={place}")
        assert not page.tree.xpath("//main//a[starts-with(., 'Utiliser')]")


def test_a_theme_is_picked(portal: Portal, client: StrictClient) -> None:
    write(portal, client, theme="", titre="Partout")
    page = client.get(f"{library(portal)}?theme=chaleur")
    assert "Partout" in page.text
    assert "Aucune remarque" not in client.get(f"{library(portal)}?theme=inconnu").text


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"titre": ""}, "Donnez-lui un titre"),
        ({"mots": ""}, "Écrivez le texte de la remarque."),
        ({"mots": "Chez {{societe}}."}, "n'est pas une variable"),
        ({"theme": "routier"}, "Choisissez une des réponses proposées."),
        ({"mots": "a\x00b"}, "caractère illisible"),
        ({"mots": "a" * 100_000}, "2 000 caractères au plus"),
    ],
)
def test_a_remark_with_a_fault_comes_back(
    portal: Portal, client: StrictClient, said: dict[str, str], fault: str
) -> None:
    address = f"{library(portal)}/nouvelle"
    sent = {**fields(client.get(address)), **SAID, **said}
    page = client.read(client.raw("POST", address, status=422, data=sent))
    text = page.text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
    assert fault in text or fault.replace("2 000", "2000") in text
    assert own(portal) == []


def test_a_double_tap_writes_one_remark(portal: Portal, client: StrictClient) -> None:
    address = f"{library(portal)}/nouvelle"
    sent = {**fields(client.get(address)), **SAID}
    for _ in range(2):
        client.raw("POST", address, status=303, data=sent)
    assert len(own(portal)) == 1


def test_going_back_and_writing_another_remark_keeps_both(portal: Portal, client: StrictClient) -> None:
    address = f"{library(portal)}/nouvelle"
    sent = {**fields(client.get(address)), **SAID}
    client.raw("POST", address, status=303, data=sent)
    client.raw("POST", address, status=303, data={**sent, "titre": "Une autre"})
    assert len(own(portal)) == 2


def test_two_people_who_change_one_remark_lose_nothing(portal: Portal, client: StrictClient) -> None:
    write(portal, client)
    (row,) = own(portal)
    address = f"{library(portal)}/{row.id}"
    mine, theirs = fields(client.get(address)), fields(client.get(address))
    client.raw("POST", address, status=303, data={**mine, "mots": "Première version."})
    page = client.read(client.raw("POST", address, status=409, data={**theirs, "mots": "La mienne."}))
    assert "Rien n’a été remplacé" in page.text
    assert "Première version." in page.text
    again = fields(page)
    assert again["mots"] == "La mienne."
    client.raw("POST", address, status=303, data=again)
    assert [each.words for each in own(portal)] == ["La mienne."]


def test_a_remark_is_put_aside_and_brought_back(portal: Portal, client: StrictClient) -> None:
    write(portal, client, titre="À ranger")
    (row,) = own(portal)
    client.post(f"{library(portal)}/{row.id}/archiver", page=library(portal))
    assert "À ranger" not in client.get(library(portal)).text
    aside = f"{library(portal)}?archivees=oui"
    assert "À ranger" in client.get(aside).text
    client.post(f"{library(portal)}/{row.id}/reprendre", page=aside)
    client.post(f"{library(portal)}/{row.id}/reprendre", page=library(portal))
    assert "À ranger" in client.get(library(portal)).text


def test_a_shipped_remark_is_a_start_for_ones_own(portal: Portal, client: StrictClient) -> None:
    form = fields(client.get(f"{library(portal)}/nouvelle?modele=merci_lu"))
    assert form["titre"] == "Merci, c'est lu"
    assert fields(client.get(f"{library(portal)}/nouvelle?modele=rien"))["titre"] == ""


def test_the_remark_of_another_service_is_unknown(portal: Portal, client: StrictClient) -> None:
    foreign = filled_firm(portal, service=service_in(portal.database, "sud")).remark_id
    for identity in (foreign, uuid4()):
        client.raw("GET", f"{library(portal)}/{identity}", status=404)
        for what in ("", "/archiver", "/reprendre"):
            client.post(f"{library(portal)}/{identity}{what}", SAID, page=f"{library(portal)}/nouvelle", status=404)


def test_the_library_sends_few_statements(portal: Portal, client: StrictClient) -> None:
    firm = filled_firm(portal).establishment_id
    for address in (
        library(portal),
        f"{library(portal)}?dossier={firm}",
        f"/{portal.slug}/service/dossier/{firm}/ajouter",
    ):
        with portal.statements() as sent:
            client.get(address)
        assert len(sent) <= 10, address
