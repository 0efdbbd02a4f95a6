"""The acts of an adviser on their pages: the forms, what comes back, what the firm sees, what is logged."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.access_record import AccessRecord
from app.models.draft import ChosenActionRow
from app.models.engine import Conflict
from app.models.exchange import Exchange
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.services.submissions import ask_help, close_help, withdraw_theme
from tests.web.client import Page, StrictClient, words
from tests.web.filled import chaleur_act, filled_firm, submit_chaleur
from tests.web.opened import roofer, theme_act
from tests.web.people import Portal

Row = TypeVar("Row")
NOTE = "Voir aussi l'hébergement de l'été, à ne dire à personne."


@pytest.fixture
def firm(portal: Portal) -> UUID:
    """A firm whose theme is submitted."""
    place = filled_firm(portal, file="couverture-9.toml").establishment_id
    submit_chaleur(portal, portal.service, place)
    return place


def case(portal: Portal, firm: UUID) -> str:
    return f"/{portal.slug}/service/dossier/{firm}"


def adviser(portal: Portal, *, function: str = "ergonome") -> StrictClient:
    return portal.person(role=Role.ADVISER, function=function)


def fields(page: Page) -> dict[str, str]:
    """What the main form of a page holds, left as it is."""
    form = page.tree.xpath("//main//form[@method='post']")[0]
    found = {}
    for field in form.xpath(".//input[@name] | .//textarea | .//select"):
        if field.get("type") == "radio" and field.get("checked") is None:
            continue
        value = field.text.removeprefix("\n") if field.tag == "textarea" and field.text else field.get("value") or ""
        found[str(field.get("name"))] = str((field.value or "") if field.tag == "select" else value)
    return found


def add(portal: Portal, firm: UUID, client: StrictClient, **said: str) -> None:
    address = f"{case(portal, firm)}/ajouter"
    kept = fields(client.get(address))
    client.raw("POST", address, status=303, data={**kept, **said})


def rows(portal: Portal, table: type[Row]) -> list[Row]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(table)))


def last_message(portal: Portal) -> Exchange:
    return max(rows(portal, Exchange), key=lambda row: (row.created_at, row.id != row.answers_id, str(row.words)))


def test_a_question_of_the_address_fills_the_form(portal: Portal, firm: UUID) -> None:
    page = adviser(portal).get(f"{case(portal, firm)}/ajouter?sur=ch_eau_fraiche&genre=demande")
    found = fields(page)
    assert (found["genre"], found["sujet"], found["pour_le"]) == ("demande", "chaleur.ch_eau_fraiche", "15/12/2026")
    first = page.tree.xpath("//select[@name='mesure']/option/@value")[1]
    assert first == "chaleur.ch_m_eau_glacieres", "measures of the question come first"


def test_a_remark_of_the_library_fills_the_form_with_what_is_known(portal: Portal, firm: UUID) -> None:
    client = adviser(portal)
    page = client.get(f"{case(portal, firm)}/ajouter?remarque=tout_oui&unite=UT1")
    assert "Prenez un jour ordinaire de l'unité Couvreurs" in fields(page)["mots"]
    asked = fields(client.get(f"{case(portal, firm)}/ajouter?remarque=ch_eau_litres"))
    assert (asked["genre"], asked["sujet"]) == ("demande", "chaleur.ch_eau_chantier_litres")
    assert "avant le 15 décembre 2026" in asked["mots"]


def test_what_a_remark_could_not_fill_is_not_sent(portal: Portal, firm: UUID) -> None:
    client = adviser(portal)
    address = f"{case(portal, firm)}/ajouter?remarque=deja_arrive"
    kept = fields(client.get(address))
    assert "[situation de travail à compléter]" in kept["mots"]
    page = client.read(client.raw("POST", address.partition("?")[0], status=422, data=kept))
    assert page.tree.xpath("//title")[0].text.startswith("Erreur")
    assert "à compléter" in words(page.tree.xpath("//*[contains(@class, 'govuk-error-summary')]//a")[0])
    assert fields(page)["mots"] == kept["mots"]
    assert len(rows(portal, Exchange)) == 1, "only the request the firm had"


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"mots": ""}, "Écrivez votre message."),
        ({"genre": ""}, "Choisissez ce que vous ajoutez."),
        ({"sujet": ""}, "Choisissez ce dont vous parlez."),
        ({"sujet": "routier"}, "Choisissez une des réponses proposées."),
        ({"genre": "demande", "pour_le": ""}, "Écrivez le jour où vous attendez la réponse."),
        ({"genre": "demande", "pour_le": "31/02/2027"}, "Écrivez une date qui existe"),
        ({"genre": "demande", "pour_le": "01/11/2026"}, "Une demande porte une date à venir"),
        ({"mesure": "chaleur.ch_m_plan_page"}, "Pour proposer une mesure"),
    ],
)
def test_a_form_with_a_fault_comes_back_whole(portal: Portal, firm: UUID, said: dict[str, str], fault: str) -> None:
    client = adviser(portal)
    address = f"{case(portal, firm)}/ajouter"
    kept = {**fields(client.get(f"{address}?sur=ch_eau_fraiche")), "mots": "Où est l'eau ?", **said}
    page = client.read(client.raw("POST", address, status=422, data=kept))
    assert fault in page.text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")
    assert fields(page)["mots"] == kept["mots"]


def test_a_request_for_a_change_reaches_the_hub_and_its_mail_opens_the_exact_message(
    portal: Portal, firm: UUID
) -> None:
    employer = portal.person(establishment_id=firm, email="gerante@toits.fr")
    add(
        portal,
        firm,
        adviser(portal),
        genre="demande",
        sujet="chaleur.ch_lieu_de_repos",
        mots="Où est le lieu frais ?",
        pour_le="04/12/2026",
    )
    hub = employer.get(f"/{portal.slug}/e/{firm}/")
    assert "Où est le lieu frais" in hub.text
    mail = next(row for row in rows(portal, OutboxMail) if row.recipient == "gerante@toits.fr")
    assert "lieu frais" not in mail.text
    (link,) = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", mail.text)
    opened = employer.raw("GET", link, status=303)
    message = next(row for row in rows(portal, Exchange) if row.words == "Où est le lieu frais ?")
    assert opened.location.endswith(f"/echanges#m-{message.id}")
    assert employer.follow(opened).tree.xpath(f"//*[@id='m-{message.id}']")


def test_who_follows_the_link_without_being_signed_in_comes_back_to_it(portal: Portal, firm: UUID) -> None:
    asked = next(row for row in rows(portal, Exchange) if row.establishment_id == firm)
    address = f"/{portal.slug}/e/{firm}/echanges/{asked.id}"
    answer = portal.client().raw("GET", address, status=303)
    assert f"echanges/{asked.id}" in answer.location


def test_the_employer_sends_the_theme_again_after_a_change(portal: Portal, firm: UUID) -> None:
    employer = portal.person(establishment_id=firm)
    add(portal, firm, adviser(portal), genre="demande", sujet="chaleur", mots="Précisez.", pour_le="04/12/2026")
    page = f"/{portal.slug}/e/{firm}/themes/chaleur/soumettre"
    employer.post(page, {"cle": ""})
    assert "Précisez." not in employer.get(f"/{portal.slug}/e/{firm}/").text


def test_nothing_of_a_firm_that_opened_nothing_but_an_internal_note(portal: Portal) -> None:
    place = portal.establishment()
    client = adviser(portal)
    page = client.get(f"{case(portal, place)}/ajouter")
    assert page.tree.xpath("//select[@name='genre']/option/@value") == ["note"]
    assert not page.tree.xpath("//select[@name='sujet']")
    add(portal, place, client, mots=NOTE)
    assert last_message(portal).kind == "note"


def test_a_withdrawn_theme_is_refused_with_what_was_typed(portal: Portal, firm: UUID) -> None:
    client = adviser(portal)
    address = f"{case(portal, firm)}/ajouter"
    kept = {**fields(client.get(f"{address}?sur=ch_eau_fraiche")), "mots": "Où est l'eau ?"}
    withdraw_theme(portal.database, chaleur_act(portal, portal.service, firm))
    page = client.read(client.raw("POST", address, status=422, data=kept))
    assert fields(page)["mots"] == kept["mots"]
    assert "n'a rien ouvert" in page.text.replace("’", "'")


def test_what_was_typed_comes_back_when_somebody_acted_at_the_same_instant(
    portal: Portal, firm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crossed(*_said: object, **_more: object) -> None:
        raise Conflict("crossed")

    client, address = adviser(portal), f"{case(portal, firm)}/ajouter"
    kept = fields(client.get(address))
    monkeypatch.setattr("app.web.case_acts.add_to_case", crossed)
    page = client.read(client.raw("POST", address, status=409, data={**kept, "mots": "À regarder ensemble"}))
    assert "À regarder ensemble" in page.answer.text
    assert "Rien n’est parti" in page.text
    assert "Erreur" in words(page.tree.xpath("//title")[0])


# --- proposed measures ---


def propose(portal: Portal, firm: UUID) -> Exchange:
    add(portal, firm, adviser(portal), genre="proposition", sujet="chaleur", mesure="chaleur.ch_m_epi_duree", mots="")
    return next(row for row in rows(portal, Exchange) if row.kind == "proposition")


def test_a_proposed_measure_is_taken_on_with_one_tap_and_a_second_does_nothing(portal: Portal, firm: UUID) -> None:
    proposed = propose(portal, firm)
    employer = portal.person(establishment_id=firm)
    hub = employer.get(f"/{portal.slug}/e/{firm}/")
    assert "Mesure proposée par votre préventeur" in hub.text
    thread = f"/{portal.slug}/e/{firm}/echanges"
    page = employer.get(thread)
    (form,) = page.tree.xpath("//form[contains(@action, '/retenir')]")
    sent = {str(each.get("name")): str(each.get("value")) for each in form.iter("input")}
    for _ in range(2):
        answer = employer.raw("POST", str(form.get("action")), status=303, data=sent)
    assert "elle est dans votre plan" in employer.follow(answer).text
    taken = [row for row in rows(portal, ChosenActionRow) if row.measure == "ch_m_epi_duree"]
    assert len(taken) == 1
    again = employer.raw("POST", str(form.get("action")), status=303, data={**sent, "cle": "z" * 22})
    assert "déjà retenue" in employer.follow(again).text
    assert "Mesure proposée" not in employer.get(f"/{portal.slug}/e/{firm}/").text
    (decided,) = [row for row in rows(portal, Exchange) if row.id == proposed.id]
    assert decided.outcome == "acceptee"


def test_declining_asks_for_a_word(portal: Portal, firm: UUID) -> None:
    proposed = propose(portal, firm)
    employer = portal.person(establishment_id=firm)
    thread = f"/{portal.slug}/e/{firm}/echanges"
    prefix = f"n{proposed.id.hex[:8]}-"
    page = employer.read(employer.post(f"{thread}/{proposed.id}/decliner", {}, page=thread, status=422))
    assert "Dites en un mot pourquoi" in page.text
    answer = employer.post(f"{thread}/{proposed.id}/decliner", {f"{prefix}raison": "Trop cher."}, page=thread)
    after = employer.follow(answer)
    assert "Non retenue" in after.text
    assert "Trop cher." in after.text


def test_a_reader_decides_nothing(portal: Portal, firm: UUID) -> None:
    proposed = propose(portal, firm)
    reader = portal.person(establishment_id=firm, role=Role.READER)
    thread = f"/{portal.slug}/e/{firm}/echanges"
    assert not reader.get(thread).tree.xpath("//main//form")
    home = f"/{portal.slug}/e/{firm}/"
    for what in ("retenir", "decliner"):
        reader.post(f"{thread}/{proposed.id}/{what}", {}, page=home, status=403)


# --- closing ---


def test_a_review_is_closed_with_its_minutes_and_its_exchange(portal: Portal, firm: UUID) -> None:
    client = adviser(portal)
    address = f"{case(portal, firm)}/clore/chaleur"
    client.get(address)
    portal.clock.forward(minutes=23)
    kept = fields(client.get(address))
    assert kept["minutes"] == "25", "since the case was first opened today"
    client.raw("POST", address, status=303, data={**kept, "minutes": "40", "echange": "distance"})
    (fact,) = [row for row in rows(portal, Fact) if row.kind == "theme_relu"]
    assert (fact.minutes, fact.category, fact.format) == (40, "aide_duerp", "distance")
    assert "Relecture close" in client.get(address).text


def test_closing_what_a_colleague_closed_says_so(portal: Portal, firm: UUID) -> None:
    one, other = adviser(portal), adviser(portal, function="infirmière")
    address = f"{case(portal, firm)}/clore/chaleur"
    kept, late = fields(one.get(address)), fields(other.get(address))
    one.raw("POST", address, status=303, data={**kept, "minutes": "10"})
    page = other.read(other.raw("POST", address, status=409, data={**late, "minutes": "90"}))
    assert "déjà close" in page.text
    assert [row.minutes for row in rows(portal, Fact) if row.kind == "theme_relu"] == [10]


@pytest.mark.parametrize("minutes", ["", "beaucoup", "-5", "601", str(2**63)])
def test_minutes_that_cannot_be_read_come_back(portal: Portal, firm: UUID, minutes: str) -> None:
    client = adviser(portal)
    address = f"{case(portal, firm)}/clore/chaleur"
    kept = {**fields(client.get(address)), "minutes": minutes}
    page = client.read(client.raw("POST", address, status=422, data=kept))
    assert fields(page)["minutes"] == minutes


def test_there_is_nothing_to_close_of_a_theme_that_is_not_submitted(portal: Portal) -> None:
    place = filled_firm(portal).establishment_id
    adviser(portal).raw("GET", f"{case(portal, place)}/clore/chaleur", status=404)


# --- files ---


def test_the_word_draft_of_a_submitted_theme_is_a_project_and_its_opening_is_kept(portal: Portal, firm: UUID) -> None:
    client = adviser(portal)
    answer = client.raw("GET", f"{case(portal, firm)}/brouillon/chaleur.docx", status=200)
    with zipfile.ZipFile(BytesIO(answer.get_data())) as opened:
        text = opened.read("word/document.xml").decode()
    assert "PROJET" in text
    (kept,) = rows(portal, AccessRecord)
    assert (kept.what, kept.subject, kept.establishment_id, kept.author_role) == (
        "brouillon_word",
        "chaleur",
        firm,
        "ergonome",
    )


def test_the_word_draft_of_a_theme_opened_by_a_request_for_help_holds_no_plan(portal: Portal) -> None:
    place = roofer(portal)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        action = uow.scalars(select(ChosenActionRow).where(ChosenActionRow.theme == "chaleur")).first()
        assert action is not None
        action.conditions = action.owner = "Mathurin et la banque"
    ask_help(portal.database, theme_act(portal, place), words="")
    answer = adviser(portal).raw("GET", f"{case(portal, place)}/brouillon/chaleur.docx", status=200)
    with zipfile.ZipFile(BytesIO(answer.get_data())) as opened:
        text = "".join(opened.read(each).decode() for each in opened.namelist() if each.endswith(".xml"))
    assert "PROJET" in text
    assert "Mathurin" not in text
    close_help(portal.database, theme_act(portal, place))
    adviser(portal).raw("GET", f"{case(portal, place)}/brouillon/chaleur.docx", status=404)


def test_a_theme_that_is_not_open_has_no_draft_and_leaves_no_record(portal: Portal) -> None:
    place = filled_firm(portal).establishment_id
    for theme in ("chaleur", "routier", "..", "x" * 300):
        adviser(portal).raw("GET", f"{case(portal, place)}/brouillon/{theme}.docx", status=404)
    assert rows(portal, AccessRecord) == []


def test_a_version_that_was_handed_over_can_be_opened_and_it_is_kept(portal: Portal) -> None:
    place = filled_firm(portal).establishment_id  # its version 1 was handed over
    client = adviser(portal)
    answer = client.raw("GET", f"{case(portal, place)}/version/1.docx", status=200)
    assert answer.get_data()[:2] == b"PK"
    assert [(row.what, row.subject) for row in rows(portal, AccessRecord)] == [("version_word", "version 1")]
    client.raw("GET", f"{case(portal, place)}/version/2.docx", status=404)


# --- who may ---


@pytest.mark.parametrize("what", ["ajouter", "clore/chaleur", "brouillon/chaleur.docx", "version/1.docx"])
def test_a_firm_that_does_not_exist_and_a_try_out_answer_alike(portal: Portal, what: str) -> None:
    trial = portal.client().post(f"/{portal.slug}/essai", {"effectif": "4"})
    tried = re.findall(r"/e/([0-9a-f-]{36})/", str(trial.location))[0]
    for place in (uuid4(), tried):
        adviser(portal).raw("GET", f"/{portal.slug}/service/dossier/{place}/{what}", status=404)


@pytest.mark.parametrize("role", [Role.PILOT, Role.ADMIN])
def test_who_counts_or_runs_the_service_advises_nothing(portal: Portal, firm: UUID, role: Role) -> None:
    client = portal.person(role=role)
    for what in ("ajouter", "clore/chaleur", "brouillon/chaleur.docx", "version/1.docx"):
        client.raw("GET", f"{case(portal, firm)}/{what}", status=403)
    client.raw("GET", f"/{portal.slug}/service/remarques", status=403)


# --- an internal note leaves by no door ---


def test_an_internal_note_leaves_by_no_door(portal: Portal) -> None:
    filled = filled_firm(portal, file="couverture-9.toml")
    place = filled.establishment_id
    submit_chaleur(portal, portal.service, place)
    employer = portal.person(establishment_id=place, email="gerante@toits.fr")
    before = {row.id for row in rows(portal, OutboxMail)}
    add(portal, place, adviser(portal), genre="note", sujet="chaleur.ch_eau_fraiche", mots=NOTE)
    note = next(row for row in rows(portal, Exchange) if row.kind == "note")
    base = f"/{portal.slug}/e/{place}"
    for page in (
        "/",
        "/echanges",
        "/themes",
        "/themes/chaleur",
        "/themes/chaleur/eau_repos",
        "/themes/chaleur/verifier",
        "/themes/chaleur/soumettre",
        "/themes/chaleur/aide",
        "/plan",
        "/document",
        "/document/valider",
        "/entreprise",
        "/personnes",
    ):
        assert "hébergement" not in employer.get(f"{base}{page}").text, page
    employer.raw("GET", f"{base}/echanges/{note.id}", status=404)
    for act_on in ("", "/retenir", "/decliner"):
        said = {"cle": "", f"m{note.id.hex[:8]}-reponse": "x", f"n{note.id.hex[:8]}-raison": "x"}
        employer.post(f"{base}/echanges/{note.id}{act_on}", said, page=f"{base}/echanges", status=404)
    assert {row.id for row in rows(portal, OutboxMail)} == before, "no mail"
    assert "hébergement" not in employer.raw("GET", f"{base}/plan/agenda.ics", status=200).get_data(as_text=True)
    for file in ("/document/projet", "/document/section/chaleur", "/document/plan"):
        body = employer.raw("GET", f"{base}{file}", status=200).get_data()
        with zipfile.ZipFile(BytesIO(body)) as opened:
            inside = b"".join(opened.read(name) for name in opened.namelist())
        assert "hébergement".encode() not in inside, file
