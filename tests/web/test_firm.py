"""The pages of a firm and of its work units: what a person can do there, and what is refused in words."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.roles import Role
from app.models.establishment import EstablishmentRow, WorkUnitRow
from app.models.membership import Membership, Trial
from app.services.members import token_hash
from tests.web.client import Page, StrictClient, words
from tests.web.people import Portal

NARROW = "\u202f"
RIGHT = {
    "nom": "Toitures d'exemple",
    "siret": "732 829 320 00074",
    "activite": "43.91B",
    "effectif": "9",
    "effectif_le": "24/11/2026",
    "cse": "aucun",
    "fonction": "gérante",
    "geste": "enregistrer",
}


def value(page: Page, name: str) -> str:
    """What a field of the page holds."""
    found = page.tree.xpath(f"//input[@name='{name}'][@type!='radio']/@value | //textarea[@name='{name}']/text()")
    return str(found[0]).removeprefix("\n") if found else ""


def ticked(page: Page, name: str) -> list[str]:
    return [str(each) for each in page.tree.xpath(f"//input[@name='{name}'][@checked]/@value")]


def summary(page: Page) -> list[str]:
    """The lines of the error summary, each leading to a control of the page."""
    links = page.tree.xpath("//div[contains(@class, 'govuk-error-summary')]//a")
    for link in links:
        assert page.tree.xpath(f"//*[@id='{link.get('href')[1:]}']"), link.get("href")
    return [words(link) for link in links]


def count(portal: Portal, table: type[EstablishmentRow] | type[Membership] | type[WorkUnitRow]) -> int:
    with portal.database.read(service_id=portal.service.id) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def new(portal: Portal) -> str:
    return f"/{portal.slug}/entreprise/nouvelle"


@pytest.fixture
def place(portal: Portal) -> UUID:
    return portal.establishment("Couverture d'exemple", siret="73282932000074")


@pytest.fixture
def here(portal: Portal, place: UUID) -> str:
    return f"/{portal.slug}/e/{place}"


@pytest.fixture
def employer(portal: Portal, place: UUID) -> StrictClient:
    return portal.person(establishment_id=place)


def test_a_firm_is_opened_in_one_page_and_leads_to_its_units(portal: Portal, new: str) -> None:
    client = portal.person()
    page = client.follow(client.post(new, RIGHT))
    assert page.h1 == "Unités de travail"
    assert f"Une unité «{NARROW}Toute l’équipe{NARROW}», 9\u00a0personnes." in page.text
    with portal.database.read(service_id=portal.service.id) as session:
        row = session.scalars(select(EstablishmentRow)).one()
        member = session.scalars(select(Membership)).one()
    assert (row.name, row.siret, row.attachment) == ("Toitures d'exemple", "73282932000074", "a_rattacher")
    assert (member.establishment_id, member.role, member.function) == (row.id, "employeur", "gérante")
    sheet = client.get(f"/{portal.slug}/e/{row.id}/entreprise")
    assert "n’a pas encore rattaché" in sheet.text
    assert "Travaux de couverture par éléments (43.91B)" in sheet.text


def test_opening_a_firm_takes_an_account(portal: Portal, new: str) -> None:
    answer = portal.client().raw("GET", new, status=303)
    assert "/connexion" in answer.headers["Location"]


def test_a_double_tap_opens_one_firm(portal: Portal, new: str) -> None:
    client = portal.person()
    page = client.get(new)
    sent = {**RIGHT, "cle": value(page, "cle"), "csrf_token": value(page, "csrf_token")}
    first = client.raw("POST", new, status=303, data=sent)
    second = client.raw("POST", new, status=303, data=sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert (count(portal, EstablishmentRow), count(portal, Membership)) == (1, 1)


def test_a_claim_says_nothing_of_another_claim(portal: Portal, new: str, place: UUID) -> None:
    client = portal.person()
    page = client.follow(client.post(new, RIGHT))
    assert "Couverture d’exemple" not in page.text
    client.get(f"/{portal.slug}/e/{place}/entreprise", status=404)
    assert count(portal, EstablishmentRow) == 2


def test_everything_typed_comes_back_with_what_to_mend(portal: Portal, new: str) -> None:
    client = portal.person()
    typed = {**RIGHT, "siret": "732 829 320 00075", "effectif": "neuf", "adresse": "2 rue <b>\nGignac", "fonction": ""}
    page = client.read(client.post(new, typed, status=422))
    assert summary(page) == [
        "Ce SIRET n’existe pas : un chiffre au moins est mal recopié. Relisez-le, ou laissez le champ vide pour "
        "l’ajouter plus tard.".replace(" :", f"{NARROW}:"),
        "«\u202fNombre de salariés de l’établissement\u202f»\u202f: Écrivez un nombre entier en chiffres, "
        "de 0 à 100\u202f000.",
        "Écrivez une fonction, par exemple gérante ou artisan, jamais un nom.",
    ]
    assert value(page, "siret") == "732 829 320 00075"
    assert value(page, "effectif") == "neuf"
    assert value(page, "adresse") == "2 rue <b>\nGignac"
    assert ticked(page, "cse") == ["aucun"]
    assert ticked(page, "activite") == ["43.91B"]
    assert count(portal, EstablishmentRow) == 0


def test_an_activity_is_searched_without_a_script_and_nothing_typed_is_lost(portal: Portal, new: str) -> None:
    client = portal.person()
    page = client.read(
        client.post(new, {"nom": "Vidal", "effectif": "x", "cherche": "couvreur", "geste": "chercher"}, status=200)
    )
    assert summary(page) == []
    assert "Travaux de couverture par éléments (43.91B)" in page.text
    assert ticked(page, "activite") == []
    assert (value(page, "nom"), value(page, "effectif"), value(page, "cherche")) == ("Vidal", "x", "couvreur")
    sent = {**RIGHT, "cherche": "couvreur", "cherche_avant": value(page, "cherche_avant")}
    client.post(new, sent)
    assert count(portal, EstablishmentRow) == 1


def test_the_key_enter_searches_new_words_and_keeps_the_form_otherwise(portal: Portal, new: str) -> None:
    client = portal.person()
    sent = {**RIGHT, "cherche": "boulanger", "geste": "entree"}
    page = client.read(client.post(new, sent, status=200))
    assert "Boulangerie et boulangerie-pâtisserie (10.71C)" in page.text
    assert ticked(page, "activite") == ["43.91B"]
    client.post(new, {**sent, "cherche_avant": "boulanger"})
    assert count(portal, EstablishmentRow) == 1


def test_words_that_find_nothing_say_what_to_try(portal: Portal, new: str) -> None:
    client = portal.person()
    page = client.read(client.post(new, {"cherche": "<xyzzy>", "geste": "chercher"}, status=200))
    assert f"Aucune activité ne correspond à «{NARROW}<xyzzy>{NARROW}»" in page.text


def test_a_farm_is_told_of_the_msa_and_may_go_on(portal: Portal, new: str) -> None:
    client = portal.person()
    page = client.read(client.post(new, {**RIGHT, "activite": "01.13Z"}, status=422))
    assert "adressez-vous à votre MSA" in page.text
    assert summary(page)[0].startswith("Les activités agricoles et forestières relèvent d’ordinaire de la MSA")
    client.post(new, {**RIGHT, "activite": "01.13Z", "suivi": "oui"})
    assert count(portal, EstablishmentRow) == 1


@pytest.mark.parametrize(
    "name",
    ["nom", "siret", "siret_etat", "siret_mots", "adresse", "postal", "cherche", "cherche_avant", "activite",
     "suivi", "effectif", "effectif_le", "cse", "fonction", "version", "cle", "geste"],
)  # fmt: skip
def test_no_field_of_the_firm_answers_an_error_of_ours(portal: Portal, new: str, here: str, name: str) -> None:
    portal.app.config["WTF_CSRF_ENABLED"] = False
    edit = f"{here}/entreprise/modifier"
    place = UUID(here.rsplit("/", 1)[1])
    for client, path in ((portal.person(), new), (portal.person(establishment_id=place), edit)):
        for hostile in ("\x00", "\ud800", str(2**63), "-1", "29/02/2026", "é" * 100_000, "=1+1", ["a", "b"], []):
            data: dict[str, object] = {**RIGHT, name: hostile}
            if isinstance(hostile, str):
                data[name] = hostile.encode("utf-8", "surrogatepass")
            answer = client._client.post(path, data=data)
            assert answer.status_code in {200, 303, 409, 422}, (path, hostile)


def test_a_firm_is_changed_and_a_threshold_is_explained(employer: StrictClient, here: str) -> None:
    edit = f"{here}/entreprise/modifier"
    page = employer.get(edit)
    assert "Si vous le changez, dites-le-lui aussi" in page.text
    sent = {**RIGHT, "activite": "10.71C", "effectif": "12", "version": value(page, "version")}
    page = employer.follow(employer.post(edit, sent))
    assert "À partir de 11\u00a0salariés, le document unique se met à jour au moins une fois par an" in page.text
    assert page.h1 == "Fiche de l’entreprise"


def test_a_new_siret_is_to_be_told_to_the_service_that_knows_the_firm(employer: StrictClient, here: str) -> None:
    edit = f"{here}/entreprise/modifier"
    page = employer.get(edit)
    sent = {**RIGHT, "siret": "", "siret_etat": "ferme", "version": value(page, "version")}
    page = employer.follow(employer.post(edit, sent))
    assert "Le SIRET a changé" in page.text
    assert "SIRET fermé" in page.text


def test_saving_the_same_says_that_nothing_changed(employer: StrictClient, here: str) -> None:
    edit = f"{here}/entreprise/modifier"
    page = employer.get(edit)
    same = {
        name: value(page, name) for name in ("nom", "siret", "adresse", "postal", "effectif", "effectif_le", "fonction")
    }
    sent = {**RIGHT, **same, "activite": "10.71C", "version": value(page, "version")}
    assert "Rien n’a changé." in employer.follow(employer.post(edit, sent)).text


def test_two_people_on_one_firm_see_both_values(employer: StrictClient, here: str) -> None:
    edit = f"{here}/entreprise/modifier"
    shown = value(employer.get(edit), "version")
    employer.post(edit, {**RIGHT, "effectif": "10", "version": shown})
    page = employer.read(employer.post(edit, {**RIGHT, "effectif": "12", "version": shown}, status=409))
    assert summary(page) == ["Quelqu’un d’autre a modifié la fiche entre-temps."]
    (row,) = page.tree.xpath("//div[@id='conflit']//tbody/tr")
    assert [words(cell) for cell in row] == ["Nombre de salariés", "10", "12"]
    assert value(page, "effectif") == "12"
    employer.post(edit, {**RIGHT, "effectif": "12", "version": value(page, "version")})
    assert "12" in employer.get(f"{here}/entreprise").text


def test_a_reader_reads_and_a_stranger_finds_nothing(portal: Portal, here: str, place: UUID) -> None:
    reader = portal.person(role=Role.READER, establishment_id=place)
    stranger = portal.person()
    for path in ("entreprise", "unites"):
        page = reader.get(f"{here}/{path}")
        assert not page.tree.xpath("//main//form | //main//a[contains(., 'Modifier')]")
        stranger.get(f"{here}/{path}", status=404)
    for path in ("entreprise/modifier", "unites/nouvelle", "unites/UT1"):
        refused = reader.get(f"{here}/{path}", status=403)
        assert refused.h1 == "Vous pouvez lire, pas modifier"
        assert refused.links()["Revenir à l’accueil"] == f"{here}/"
        stranger.get(f"{here}/{path}", status=404)
    token = reader.tokens(f"/{portal.slug}/entreprise/nouvelle")
    for path in ("unites/UT1/retirer", "unites/UT1/deplacer", "unites/UT1/remettre", "unites/equipe"):
        reader.raw("POST", f"{here}/{path}", status=403, data=token)
    assert count(portal, WorkUnitRow) == 2


def test_a_firm_of_nowhere_is_not_found(employer: StrictClient, portal: Portal) -> None:
    employer.get(f"/{portal.slug}/e/{uuid4()}/unites", status=404)


def test_the_whole_team_is_one_tap(portal: Portal, new: str) -> None:
    client = portal.person()
    units = client.post(new, RIGHT).headers["Location"]
    page = client.follow(client.post(f"{units}/equipe", page=units))
    assert f"L’unité «{NARROW}Toute l’équipe{NARROW}» est ajoutée." in page.text
    assert not page.tree.xpath("//form[contains(@action, '/equipe')]")
    client.post(f"{units}/equipe", client.tokens(f"{units}/nouvelle"), page=f"{units}/nouvelle")
    assert count(portal, WorkUnitRow) == 1


def test_a_starter_is_a_question_whose_yes_is_a_form_to_change(portal: Portal, new: str) -> None:
    client = portal.person()
    page = client.follow(client.post(new, RIGHT))
    assert f"Avez-vous des personnes sur chantier{NARROW}?" in page.text
    assert count(portal, WorkUnitRow) == 0
    link = next(href for text, href in page.links().items() if text.endswith("Équipe chantier"))
    form = client.get(link)
    assert value(form, "nom") == "Équipe chantier"
    assert ticked(form, "particularites") == ["exterieur", "deplacements"]
    assert value(form, "total") == ""
    assert value(client.get(f"{link.split('?')[0]}?modele=autre"), "nom") == ""


def test_a_unit_is_added_changed_moved_put_aside_and_taken_back(employer: StrictClient, here: str) -> None:
    units = f"{here}/unites"
    add = f"{units}/nouvelle"
    page = employer.follow(employer.post(add, {"nom": "Livraison", "total": "1", "particularites": "isole"}))
    assert [words(title) for title in page.tree.xpath("//ol//h2")] == ["Atelier", "Boutique", "Livraison"]
    assert "Vos unités comptent 7\u00a0personnes, votre fiche 6\u00a0salariés." in page.text
    assert "Travail seul" in page.text
    edit = f"{units}/UT3"
    version = value(employer.get(edit), "version")
    page = employer.follow(employer.post(edit, {"nom": "Tournées", "total": "2", "version": version}))
    assert f"L’unité «{NARROW}Tournées{NARROW}» est enregistrée." in page.text
    page = employer.follow(employer.post(f"{edit}/deplacer", {"sens": "haut"}, page=units))
    assert [words(title) for title in page.tree.xpath("//ol//h2")] == ["Atelier", "Tournées", "Boutique"]
    page = employer.follow(employer.post(f"{edit}/retirer", page=units))
    assert "Ses réponses sont gardées." in page.text
    assert [words(title) for title in page.tree.xpath("//ol//h2")] == ["Atelier", "Boutique"]
    page = employer.follow(employer.post(f"{edit}/remettre", page=units))
    assert [words(title) for title in page.tree.xpath("//ol//h2")] == ["Atelier", "Boutique", "Tournées"]


def test_a_double_tap_on_a_unit_adds_one(portal: Portal, employer: StrictClient, here: str) -> None:
    add = f"{here}/unites/nouvelle"
    page = employer.get(add)
    sent = {"nom": "a", "total": "1", "cle": value(page, "cle"), "csrf_token": value(page, "csrf_token")}
    for _ in range(2):
        employer.raw("POST", add, status=303, data=sent)
    assert count(portal, WorkUnitRow) == 3


def test_the_last_unit_cannot_be_put_aside(employer: StrictClient, here: str) -> None:
    units = f"{here}/unites"
    employer.post(f"{units}/UT1/retirer", page=units)
    page = employer.get(units)
    assert not page.tree.xpath("//form[contains(@action, '/retirer')]")
    page = employer.follow(employer.post(f"{units}/UT2/retirer", page=units))
    assert "Gardez au moins une unité" in page.text


def test_two_people_on_one_unit_see_both_values(employer: StrictClient, here: str) -> None:
    edit = f"{here}/unites/UT1"
    shown = value(employer.get(edit), "version")
    employer.post(edit, {"nom": "Fournil", "total": "4", "version": shown})
    page = employer.read(employer.post(edit, {"nom": "Laboratoire", "total": "3", "version": shown}, status=409))
    rows = [[words(cell) for cell in row] for row in page.tree.xpath("//div[@id='conflit']//tbody/tr")]
    assert rows == [["Nom", "Fournil", "Laboratoire"], ["Personnes", "4\u00a0personnes", "3\u00a0personnes"]]
    assert summary(page) == ["Quelqu’un d’autre a modifié l’unité entre-temps."]
    assert value(page, "nom") == "Laboratoire"
    employer.post(edit, {"nom": "Laboratoire", "total": "3", "version": value(page, "version")})
    assert "Laboratoire" in employer.get(f"{here}/unites").text


def test_numbers_that_contradict_each_other_come_back(employer: StrictClient, here: str) -> None:
    add = f"{here}/unites/nouvelle"
    typed = {"nom": "a", "total": "3", "femmes": "2", "hommes": "2", "apprentis": "4", "activites": "\n<i>é"}
    page = employer.read(employer.post(add, typed, status=422))
    assert summary(page) == [
        "Femmes et hommes font plus que le total de 3\u00a0personnes.",
        "Pas plus d’apprentis que de personnes en tout (3).",
    ]
    assert (value(page, "femmes"), value(page, "activites")) == ("2", "\n<i>é")


def test_words_that_point_at_somebody_get_a_soft_warning(employer: StrictClient, here: str) -> None:
    page = employer.follow(employer.post(f"{here}/unites/nouvelle", {"nom": "Poste de Mme Durand", "total": "1"}))
    assert "Décrivez le travail, pas la personne." in page.text


@pytest.mark.parametrize("name", ["nom", "total", "femmes", "particularites", "femmes_hommes", "version", "cle"])
def test_no_field_of_a_unit_answers_an_error_of_ours(
    portal: Portal, employer: StrictClient, here: str, name: str
) -> None:
    portal.app.config["WTF_CSRF_ENABLED"] = False
    for path in ("unites/nouvelle", "unites/UT1"):
        for hostile in ("\x00", "\ud800", str(2**63), "-1", "é" * 100_000, ["a", "b"], []):
            data: dict[str, object] = {"nom": "a", "total": "1", name: hostile}
            if isinstance(hostile, str):
                data[name] = hostile.encode("utf-8", "surrogatepass")
            answer = employer._client.post(f"{here}/{path}", data=data)
            assert answer.status_code in {200, 303, 409, 422}, (path, hostile)


@pytest.mark.parametrize("key", ["UT9", "*", "UT1%00", "..%2fUT1", "é" * 300])
def test_a_unit_of_nowhere_is_not_found(employer: StrictClient, here: str, key: str) -> None:
    units = f"{here}/unites"
    employer.get(f"{units}/{key}", status=404)
    token = employer.tokens(units)
    for act in ("deplacer", "retirer", "remettre"):
        employer.raw("POST", f"{units}/{key}/{act}", status=404, data=token)


def test_a_unit_put_aside_can_still_be_read_and_named(employer: StrictClient, here: str) -> None:
    units = f"{here}/unites"
    employer.post(f"{units}/UT1/retirer", page=units)
    assert "est retirée du document depuis le 24\u00a0novembre\u00a02026" in employer.get(f"{units}/UT1").text


def test_a_form_sent_after_the_session_ended_comes_back_whole(portal: Portal, new: str) -> None:
    client = portal.person(email="vidal@exemple.fr")
    token = client.tokens(new)
    typed = {**RIGHT, "adresse": "2 rue\nGignac", "postal": "34150", "siret_mots": "repris en mars"}
    portal.clock.forward(hours=13)
    answer = client.raw("POST", new, status=401, data={**token, **typed}, headers={"Sec-Fetch-Site": "same-origin"})
    page = client.read(answer)
    kept = {field.get("name"): field.get("value") for field in page.tree.xpath("//main//input[@type='hidden']")}
    assert {name: kept.get(name) for name in typed} == typed
    again = portal.person(email="vidal@exemple.fr")
    again.post(new, {name: str(words) for name, words in kept.items() if name != "csrf_token"})
    assert count(portal, EstablishmentRow) == 1


def test_who_tries_without_an_account_describes_its_firm_too(portal: Portal, place: UUID, here: str) -> None:
    token = "t" * 43
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(
            Trial(
                establishment_id=place,
                token_sha256=token_hash(token),
                theme="chaleur",
                started_at=portal.clock.now,
                expires_on=portal.today + timedelta(days=30),
                kept_at=None,
            )
        )
    client = portal.client()
    with client.session() as kept:
        kept["essai"] = token
    page = client.follow(client.post(f"{here}/unites/nouvelle", {"nom": "Livraison", "total": "1"}))
    assert "Livraison" in page.text
    client.get(f"{here}/entreprise/modifier")


def test_the_pages_read_in_english(portal: Portal, place: UUID, here: str, new: str) -> None:
    portal.app.config["WTF_CSRF_ENABLED"] = False
    client = portal.person(establishment_id=place, language="en")
    assert client.get(f"{here}/unites").h1 == "Work units"
    assert client.get(f"{here}/unites/UT1").h1 == "Change the work unit"
    text = client.raw("POST", new, status=422, data={"siret": "1", "geste": "enregistrer"}).text
    assert "This SIRET has 1 digit instead of 14." in text
    assert "Write the number of employees, even an estimate." in text


def test_pages_cost_few_statements(portal: Portal, employer: StrictClient, here: str, new: str) -> None:
    for path in (new, *(f"{here}/{each}" for each in ("entreprise", "entreprise/modifier", "unites", "unites/UT1"))):
        with portal.statements() as sent:
            employer.get(path)
        assert len(sent) <= 10, (path, sent)
