"""The document of an establishment in the browser: project, version, files, transmission; on both engines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import func, select

from app.domain.canonical import sha256_hex
from app.domain.dossier_json import from_json
from app.domain.establishment import Cse
from app.domain.inputs import FirmAssessment
from app.domain.register_json import register_from_json
from app.domain.roles import Role
from app.domain.workflow import State
from app.models.document import DocumentFile, DocumentVersion
from app.models.engine import Conflict
from app.models.exchange import Transmission
from app.models.membership import Trial
from app.models.service import Service
from app.services.members import token_hash
from app.services.verification import verify_database
from app.web import validate
from tests.engines import service_in
from tests.services.issuing import example, record
from tests.services.test_submissions import set_state
from tests.web.client import Page, StrictClient
from tests.web.people import Portal, open_portal

SEAL_KEY = b"z" * 40
MOST_STATEMENTS = 10


@pytest.fixture
def portal(address: str, tmp_path: Path) -> Iterator[Portal]:
    """A portal on each engine."""
    with open_portal(address, tmp_path) as opened:
        yield opened


@pytest.fixture
def quick(sqlite_address: str, tmp_path: Path) -> Iterator[Portal]:
    """A portal on SQLite, for what no engine changes."""
    with open_portal(sqlite_address, tmp_path) as opened:
        yield opened


def roofer(portal: Portal, **changes: Any) -> UUID:
    """A firm with answers, actions and no version."""
    firm = example("couverture-9")
    return record(portal.database, portal.service, sized(firm, **changes), at=portal.clock.now)


def sized(firm: FirmAssessment, **changes: Any) -> FirmAssessment:
    return replace(firm, establishment=replace(firm.establishment, **changes))


def at(portal: Portal, firm: UUID, path: str = "") -> str:
    return f"/{portal.slug}/e/{firm}/document{path}"


def form_of(page: Page, *, action: str = "") -> dict[str, str]:
    """The hidden fields of the form of a page: token, key, number of rows."""
    forms = [each for each in page.tree.xpath("//main//form") if not action or each.get("action") == action]
    return {field.get("name"): field.get("value") for field in forms[0].xpath(".//input[@type='hidden']")}


WORDS = {
    "declencheur": "information",
    "motif": "Première évaluation de la chaleur",
    "jour": "24/11/2026",
    "moment_1_jour": "20/11/2026",
    "moment_1_forme": "réunion",
    "moment_1_fonctions": "couvreurs, apprenti",
    "moment_1_apport": "L'eau manque l'après-midi",
}


def send(client: StrictClient, path: str, fields: dict[str, Any], *, status: int) -> Any:
    return client.raw("POST", path, status=status, data=fields)


def validate_one(client: StrictClient, portal: Portal, firm: UUID, **words: str) -> str:
    path = at(portal, firm, "/valider")
    answer = send(client, path, {**form_of(client.get(path)), **WORDS, **words}, status=303)
    return str(answer.headers["Location"])


def transmit_one(client: StrictClient, portal: Portal, firm: UUID, number: int = 1) -> Page:
    path = at(portal, firm, f"/versions/{number}/transmettre")
    answer = send(client, path, form_of(client.get(path), action=path), status=303)
    return client.get(answer.headers["Location"])


def rows_of(portal: Portal, table: type[Any]) -> int:
    with portal.database.across_services("test") as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# --- the page, from nothing to three versions ----------------------------------------------------------------------


def test_before_any_answer_the_page_says_so_and_the_word_still_prints(portal: Portal) -> None:
    firm = portal.establishment()
    client = portal.person(establishment_id=firm)
    page = client.get(at(portal, firm))
    assert "Aucun thème n’a encore de réponse" in page.text
    assert "Aucune version validée" in page.text
    assert "Valider cette version" not in page.text
    word = client.raw("GET", at(portal, firm, "/projet"), status=200)
    assert "PROJET" in words_of(word.data)
    assert "Rien à figer pour le moment" in client.get(at(portal, firm, "/valider")).text


def test_a_project_is_handed_out_with_answers_and_no_version(portal: Portal) -> None:
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    page = client.get(at(portal, firm))
    assert "Version 1, en préparation" in page.text
    assert "19 sur 20" in page.text or "20 sur 20" in page.text
    assert {"Télécharger le Word", "Valider cette version"} <= set(page.links())
    word = client.raw("GET", at(portal, firm, "/projet"), status=200)
    assert word.headers["Content-Disposition"].startswith("attachment; filename=duerp-projet-")
    assert word.headers["Content-Disposition"].isascii()
    assert "ETag" not in word.headers
    section = client.raw("GET", at(portal, firm, "/section/chaleur"), status=200)
    assert "section-chaleur-projet-" in section.headers["Content-Disposition"]
    assert load_workbook(BytesIO(client.raw("GET", at(portal, firm, "/plan"), status=200).data)).sheetnames
    assert json.loads(client.raw("GET", at(portal, firm, "/registre"), status=200).data) == []
    client.raw("GET", at(portal, firm, "/section/routier"), status=404)
    client.raw("GET", at(portal, firm, "/section/%00"), status=404)
    assert rows_of(portal, DocumentVersion) == 0


def test_the_word_says_projet_on_every_page(quick: Portal) -> None:
    firm = roofer(quick)
    body = quick.person(establishment_id=firm).raw("GET", at(quick, firm, "/projet"), status=200).data
    for part in Document(BytesIO(body)).sections:
        heads = [part.header, *([part.first_page_header] if part.different_first_page_header_footer else [])]
        assert all("PROJET" in all_words(head) for head in heads)


def test_from_validation_to_the_receipt(portal: Portal) -> None:
    receive(portal, portal.service)
    firm = roofer(portal)
    client = portal.person(establishment_id=firm, email="claire@exemple.fr")
    page = client.get(validate_one(client, portal, firm))
    assert page.h1 == "Version 1, du 24\u00a0novembre\u00a02026"
    assert "La suite : la transmettre à votre service".replace(" :", "\u202f:") in page.text
    receipt = transmit_one(client, portal, firm)
    assert receipt.h1 == "Reçu n° 2026-1124-0001"
    again = transmit_path_redirects(client, portal, firm)
    assert again.endswith("/versions/1/recu")
    index = client.get(at(portal, firm))
    assert "2026-1124-0001" in index.text
    assert "La version 1 du document." in index.text
    found = verify_database(portal.database, key=SEAL_KEY)
    assert (found.lines, found.seals, found.findings) == (1, 1, ())


def transmit_path_redirects(client: StrictClient, portal: Portal, firm: UUID) -> str:
    return str(client.raw("GET", at(portal, firm, "/versions/1/transmettre"), status=303).headers["Location"])


def test_an_old_version_says_that_a_later_one_is_already_sent(portal: Portal) -> None:
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    for _number in (1, 2):
        validate_one(client, portal, firm)
    old = at(portal, firm, "/versions/1/transmettre")
    assert "plus récente" not in client.get(old).text
    transmit_one(client, portal, firm, 2)
    page = client.get(old)
    assert "plus récente, est déjà" in page.text
    assert page.links()["version 2"] == at(portal, firm, "/versions/2")


def test_three_versions_are_listed_and_their_files_never_change(portal: Portal) -> None:
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    for number in (1, 2, 3):
        location = validate_one(client, portal, firm, motif=f"Motif {number}", declencheur="annuelle")
        assert location.endswith(f"/versions/{number}")
    page = client.get(at(portal, firm))
    listed = list(page.tree.xpath("//table/tbody/tr"))
    assert [re.sub(r"\D", "", row.xpath("string(th)")) for row in listed] == ["4", "3", "2", "1"]
    assert "Motif 2" in page.text
    with portal.database.read(service_id=portal.service.id) as session:
        kept = {row.kind: row.sha256 for row in session.scalars(select(DocumentFile).limit(2))}
        version = session.scalars(select(DocumentVersion).where(DocumentVersion.number == 1)).one()
    assert version.content_sha256[:4] in page.text
    for kind in kept:
        body = client.raw("GET", at(portal, firm, f"/versions/1/{kind}"), status=200).data
        with portal.database.read(service_id=portal.service.id) as session:
            query = select(DocumentFile.sha256).where(
                DocumentFile.document_version_id == version.id, DocumentFile.kind == kind
            )
            assert session.scalars(query).one() == sha256_hex(body)
    dossier = client.raw("GET", at(portal, firm, "/versions/1/dossier"), status=200).data
    assert sha256_hex(dossier) == version.content_sha256
    lines = register_from_json(client.raw("GET", at(portal, firm, "/registre"), status=200).data)
    assert [line.version for line in lines] == [1, 2, 3]
    assert not verify_database(portal.database, key=SEAL_KEY).findings


def test_what_was_said_of_the_version_is_in_its_dossier(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    validate_one(client, quick, firm, moment_1_unites="UT1")
    card = from_json(client.raw("GET", at(quick, firm, "/versions/1/dossier"), status=200).data).version
    assert card is not None
    assert (card.trigger, card.reason) == ("information", WORDS["motif"])
    (moment,) = card.participants
    assert (moment.roles, moment.units, moment.form) == (("couvreurs", "apprenti"), ("UT1",), "réunion")


def test_pages_send_at_most_ten_statements(portal: Portal) -> None:
    receive(portal, portal.service)
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    validate_one(client, portal, firm)
    paths = ["", "/valider", "/versions/1", "/versions/1/transmettre"]
    themes = f"/{portal.slug}/e/{firm}/themes/chaleur"
    for path in [*(at(portal, firm, each) for each in paths), f"{themes}/soumettre", f"{themes}/aide"]:
        with portal.statements() as sent:
            client.get(path)
        assert len(sent) <= MOST_STATEMENTS, f"{path}: {len(sent)}\n" + "\n".join(each[:90] for each in sent)


def test_the_pages_read_in_english(quick: Portal) -> None:
    receive(quick, quick.service)
    firm = roofer(quick)
    validate_one(quick.person(establishment_id=firm), quick, firm)
    client = quick.person(establishment_id=firm, language="en")
    themes = f"/{quick.slug}/e/{firm}/themes/chaleur"
    for path in ("", "/valider", "/versions/1", "/versions/1/transmettre"):
        client.get(at(quick, firm, path))
    for path in ("soumettre", "aide"):
        client.get(f"{themes}/{path}")
    transmit_one(client, quick, firm)


# --- deciding ------------------------------------------------------------------------------------------------------


def test_a_double_tap_makes_one_version(portal: Portal) -> None:
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    path = at(portal, firm, "/valider")
    fields = {**form_of(client.get(path)), **WORDS}
    cookies = client._client.get_cookie("jalon")
    assert cookies is not None

    def tap(_: int) -> str:
        other = portal.app.test_client()
        other.set_cookie("jalon", cookies.value)
        answer = other.post(path, data=fields)
        return f"{answer.status_code} {answer.headers.get('Location')}"

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(tap, range(2))) == {f"303 {at(portal, firm, '/versions/1')}"}
    assert rows_of(portal, DocumentVersion) == 1


@pytest.mark.parametrize(
    ("changes", "anchor", "words"),
    [
        ({"declencheur": ""}, "declencheur", "la loi en connaît trois motifs"),
        ({"declencheur": "autre"}, "declencheur", "une des réponses proposées"),
        ({"motif": "  "}, "motif", "en quelques mots"),
        ({"motif": "x" * 100_000}, "motif", "caractères au plus ; il y en a".replace(" ;", "\u202f;")),
        ({"motif": "a\x00b"}, "motif", "illisible"),
        ({"jour": "31/02/2026"}, "jour", "une date qui existe"),
        ({"jour": "25/11/2026"}, "jour", "dans l’avenir"),
        ({"jour": ""}, "jour", "la date de votre décision"),
        ({"jour": "9" * 400}, "jour", "une date qui existe"),
        ({"moment_1_jour": ""}, "moment_1_jour", "la date de ce moment"),
        ({"moment_1_jour": "25/11/2026"}, "moment_1_jour", "dans l’avenir"),
        ({"moment_1_forme": "pari"}, "moment_1_forme", "une des réponses proposées"),
        ({"moment_3_apport": "Rien d'autre"}, "moment_3_jour", "la date de ce moment"),
        ({"moment_1_fonctions": "\x00"}, "moment_1_fonctions", "illisible"),
        ({"cse_jour": "25/11/2026"}, "cse_jour", "dans l’avenir"),
    ],
)
def test_what_cannot_be_taken_comes_back_with_its_words(
    quick: Portal, changes: dict[str, str], anchor: str, words: str
) -> None:
    firm = roofer(quick, headcount=20, cse=Cse.ELECTED)
    client = quick.person(establishment_id=firm)
    path = at(quick, firm, "/valider")
    fields = {**form_of(client.get(path)), **WORDS, **changes}
    answer = send(client, path, fields, status=422)
    page = client.read(answer)
    assert page.tree.xpath("//title")[0].text.startswith("Erreur")
    assert f"#{anchor}" in page.links().values()
    assert words in page.text
    assert rows_of(quick, DocumentVersion) == 0
    (typed,) = page.tree.xpath("//*[@id='moment_1_apport']")
    assert typed.text.strip() == WORDS["moment_1_apport"]


def test_a_moment_is_added_without_a_script_and_nothing_is_lost(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    path = at(quick, firm, "/valider")
    fields = {**form_of(client.get(path)), **WORDS, "ajouter": "1"}
    for wanted in (2, 3, 4, 5, 5):
        page = client.read(send(client, path, fields, status=200))
        assert len(page.tree.xpath("//legend[contains(., 'Moment')]")) == wanted
        fields = {**WORDS, **form_of(page), "ajouter": "1"}
        assert "Première évaluation" in page.tree.xpath("//textarea[@name='motif']")[0].text
    assert "Ajouter un moment" not in page.text
    assert rows_of(quick, DocumentVersion) == 0


def test_hostile_rows_and_numbers_are_no_fault_of_ours(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    path = at(quick, firm, "/valider")
    token = form_of(client.get(path))
    for fields in (
        {"lignes": "99999999999999999999"},
        {"lignes": "-1"},
        {"lignes": ["1", "2"], "motif": ["a", "b"], "jour": ["24/11/2026", "x"]},
        {"moment_1_unites": ["UT1"] * 3000, "moment_9_jour": "x"},
        {},
    ):
        send(client, path, {**token, **fields}, status=422)
    send(client, path, {**token, "lignes": "99", "ajouter": "1"}, status=200)
    for number in ("0", "99999", "999999999999999999999"):
        client.raw("GET", at(quick, firm, f"/versions/{number}"), status=404)
        client.raw("GET", at(quick, firm, f"/versions/{number}/docx"), status=404)
    client.raw("GET", at(quick, firm, "/versions/1/exe"), status=404)


def test_units_of_others_are_left_out_of_a_moment(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    validate_one(client, quick, firm, moment_1_unites="UT99\x00")
    card = from_json(client.raw("GET", at(quick, firm, "/versions/1/dossier"), status=200).data).version
    assert card is not None
    assert card.participants[0].units == ()


def test_a_version_is_not_dated_before_the_one_it_follows(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    validate_one(client, quick, firm)
    path = at(quick, firm, "/valider")
    page = client.read(send(client, path, {**form_of(client.get(path)), **WORDS, "jour": "23/11/2026"}, status=422))
    assert "La version précédente date du" in page.text


def test_from_fifty_the_cse_has_a_date_or_a_written_reason(quick: Portal) -> None:
    firm = roofer(quick, headcount=60, cse=Cse.ELECTED)
    client = quick.person(establishment_id=firm)
    path = at(quick, firm, "/valider")
    shown = client.get(path)
    assert "Date de consultation du CSE" in shown.text
    page = client.read(send(client, path, {**form_of(shown), **WORDS}, status=422))
    assert "À partir de 50\u00a0salariés, écrivez cette date" in page.text
    assert validate_one(client, quick, firm, cse_mots="Élections en cours").endswith("/versions/1")


def test_without_a_cse_from_fifty_its_absence_is_explained(quick: Portal) -> None:
    firm = roofer(quick, headcount=60, cse=Cse.NONE)
    client = quick.person(establishment_id=firm)
    path = at(quick, firm, "/valider")
    page = client.read(send(client, path, {**form_of(client.get(path)), **WORDS, "cse_jour": "x"}, status=422))
    assert [href for href in page.links().values() if href.startswith("#cse")] == ["#cse_mots"]


def test_what_the_page_does_not_ask_is_not_read(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    assert validate_one(client, quick, firm, cse_jour="31/02/2026", cse_mots="\x00").endswith("/versions/1")


@pytest.mark.parametrize(
    ("headcount", "cse", "words"),
    [
        (9, Cse.NONE, "rien à faire ici"),
        (20, Cse.ELECTED, "Date de présentation de la liste des actions au CSE"),
        (20, Cse.VACANT, "Date du procès-verbal de carence"),
        (20, Cse.NONE, "dites-en un mot si vous le souhaitez"),
        (60, Cse.NONE, "dites pourquoi"),
    ],
)
def test_the_page_asks_of_the_cse_what_the_size_asks(quick: Portal, headcount: int, cse: Cse, words: str) -> None:
    firm = roofer(quick, headcount=headcount, cse=cse)
    assert words in quick.person(establishment_id=firm).get(at(quick, firm, "/valider")).text


def test_a_change_meanwhile_brings_the_page_back_with_what_was_typed(
    quick: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    path = at(quick, firm, "/valider")
    fields = {**form_of(client.get(path)), **WORDS}

    def overtaken(*_args: object, **_options: object) -> None:
        raise Conflict("changed")

    with monkeypatch.context() as patch:
        patch.setattr(validate, "decide_version", overtaken)
        page = client.read(send(client, path, fields, status=409))
    assert "Rien n’est figé" in page.text
    assert page.tree.xpath("//textarea[@name='motif']")[0].text.strip() == WORDS["motif"]
    assert send(client, path, {**WORDS, **form_of(page)}, status=303).headers["Location"].endswith("/versions/1")


# --- who may -------------------------------------------------------------------------------------------------------


def test_a_reader_reads_and_decides_nothing(quick: Portal) -> None:
    firm = roofer(quick)
    owner = quick.person(establishment_id=firm)
    validate_one(owner, quick, firm)
    for role in (Role.READER, Role.CONTRIBUTOR):
        client = quick.person(establishment_id=firm, role=role)
        page = client.get(at(quick, firm))
        assert "Seul l’employeur valide une version." in page.text
        assert "Valider cette version" not in page.text
        client.raw("GET", at(quick, firm, "/versions/1/docx"), status=200)
        refused = client.get(at(quick, firm, "/valider"), status=403)
        assert refused.h1 == ("Réservé à l’employeur" if role is Role.CONTRIBUTOR else "Vous pouvez lire, pas modifier")
        assert "employeur" in refused.tree.xpath("string(//main//p)")
        client.raw("GET", at(quick, firm, "/versions/1/transmettre"), status=403)
        client.raw("GET", f"/{quick.slug}/e/{firm}/themes/chaleur/soumettre", status=403)


def test_strangers_and_other_services_find_nothing(quick: Portal) -> None:
    firm, other = roofer(quick), quick.establishment("Autre")
    validate_one(quick.person(establishment_id=firm), quick, firm)
    neighbour = quick.person(establishment_id=other)
    south = service_in(quick.database, "sud")
    paths = ("", "/projet", "/plan", "/registre", "/section/chaleur", "/valider", "/versions/1", "/versions/1/docx")
    for path in (*paths, "/versions/1/recu", "/versions/1/transmettre"):
        neighbour.raw("GET", at(quick, firm, path), status=404)
        neighbour.raw("GET", f"/{south.slug}/e/{firm}/document{path}", status=404)
    neighbour.raw("GET", at(quick, uuid4()), status=404)
    assert (
        quick.client()
        .raw("GET", at(quick, firm), status=303)
        .headers["Location"]
        .startswith(f"/{quick.slug}/connexion")
    )


def test_a_try_out_takes_its_word_away_and_validates_nothing(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.client()
    with quick.database.unit_of_work(service_id=quick.service.id) as uow:
        uow.add(
            Trial(
                establishment_id=firm,
                token_sha256=token_hash("essai"),
                theme="chaleur",
                started_at=quick.clock.now,
                expires_on=quick.today + timedelta(days=30),
                kept_at=None,
            )
        )
    with client.session() as kept:
        kept["essai"] = "essai"
    page = client.get(at(quick, firm))
    assert "Garder mon travail pour valider" in page.links()
    client.raw("GET", at(quick, firm, "/projet"), status=200)
    assert "/garder" in client.raw("GET", at(quick, firm, "/valider"), status=303).headers["Location"]


# --- opening to the service ----------------------------------------------------------------------------------------


def test_without_reception_the_page_says_that_sharing_is_not_sending(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    validate_one(client, quick, firm)
    page = client.get(at(quick, firm, "/versions/1/transmettre"))
    assert "Envoyez aussi le fichier Word par votre voie habituelle" in page.text
    assert transmit_one(client, quick, firm).h1.startswith("Partage")
    assert rows_of(quick, Transmission) == 1
    assert "À lui envoyer aussi par votre voie habituelle" in client.get(at(quick, firm)).text


def test_a_version_that_waits_for_long_is_said_to(quick: Portal) -> None:
    firm = roofer(quick)
    client = quick.person(establishment_id=firm)
    validate_one(client, quick, firm)
    assert "pas encore transmise" not in client.get(at(quick, firm, "/versions/1/transmettre")).text
    quick.clock.forward(days=45)
    late = quick.person(establishment_id=firm).get(at(quick, firm))
    assert "Validée depuis 45\u00a0jours, pas encore transmise" in late.text


def test_a_theme_is_submitted_then_taken_back(portal: Portal) -> None:
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    path = f"/{portal.slug}/e/{firm}/themes/chaleur/soumettre"
    assert "pas encore terminé" in client.get(path).text
    finish(portal, firm)
    page = client.get(path)
    assert "Qui lira quoi" in page.text
    send(client, path, form_of(page, action=path), status=303)
    assert "Ce thème est soumis." in client.get(path).text
    assert "Ce que vous avez soumis sur le thème" in client.get(at(portal, firm)).text
    assert (
        "l’état du thème a changé"
        in client.read(send(client, path, form_of(page, action=path) | {"cle": ""}, status=409)).text.lower()
    )
    back = path.replace("soumettre", "retirer")
    send(client, back, form_of(client.get(path), action=back), status=303)
    send(client, back, form_of(page, action=path), status=303)
    assert "pas encore terminé" in client.get(path).text


def test_help_is_asked_once_and_closed(portal: Portal) -> None:
    firm = roofer(portal)
    client = portal.person(establishment_id=firm)
    path = f"/{portal.slug}/e/{firm}/themes/chaleur/aide"
    token = form_of(client.get(path))
    assert "illisible" in client.read(send(client, path, {**token, "besoin": "\x00"}, status=422)).text
    send(client, path, {**token, "besoin": "Comment faire ?"}, status=303)
    send(client, path, {**token, "besoin": "Comment faire ?"}, status=303)
    page = client.get(path)
    assert "Votre demande est ouverte" in page.text
    assert "tant que votre" in client.get(at(portal, firm)).text
    send(client, f"{path}/fermer", form_of(page, action=f"{path}/fermer"), status=303)
    assert "Qui lira quoi" in client.get(path).text
    client.raw("GET", path.replace("chaleur", "inconnu"), status=404)


def finish(portal: Portal, firm: UUID) -> None:
    set_state(portal.database, portal.service, firm, State.FINISHED)


def receive(portal: Portal, service: Service) -> None:
    """The service declares the portal its reception channel."""
    with portal.database.unit_of_work(service_id=None) as uow:
        row = uow.get(Service, service.id)
        assert row is not None
        row.reception = True


def words_of(body: bytes) -> str:
    document = Document(BytesIO(body))
    return "\n".join(part.text for part in document.paragraphs)


def all_words(part: Any) -> str:
    return "".join(part._element.itertext())
