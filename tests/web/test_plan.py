"""The plan on its pages: nothing chosen, chosen, late, closed, given up, put aside, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.domain.dossier_builder import build_dossier
from app.domain.dossier_json import to_json
from app.domain.inputs import FirmAssessment, Override, OverrideField
from app.domain.plain_values import show_day
from app.domain.roles import Role
from app.models.draft import ChosenActionRow
from app.models.fact import Fact
from app.models.rating import Rating
from app.services.assessments import load_assessment
from app.services.documents import project_documents
from questionnaires import catalogue
from tests.domain.firms import library
from tests.services.issuing import example, record
from tests.web.client import Page, StrictClient, words
from tests.web.people import Portal


@pytest.fixture
def firm(portal: Portal) -> UUID:
    """The roofing firm, with its answers and its eight actions."""
    return record(portal.database, portal.service, example("couverture-9"), at=portal.clock.now)


@pytest.fixture
def manager(portal: Portal, firm: UUID) -> StrictClient:
    return portal.person(establishment_id=firm)


def plan_of(portal: Portal, firm: UUID) -> str:
    return f"/{portal.slug}/e/{firm}/plan"


def bare(portal: Portal) -> UUID:
    """A firm with every answer and no action."""
    said = example("couverture-9")
    return record(portal.database, portal.service, replace(said, actions=()), at=portal.clock.now)


def nearly_ready() -> FirmAssessment:
    """The roofing firm with everything essential in place, but the welcome of newcomers, which it has taken on."""
    said = example("couverture-9")
    (book,) = said.books
    sound = {
        "ch_eau_fraiche": "oui",
        "ch_eau_courante_chantier": "oui",
        "ch_lieu_de_repos": "oui",
        "ch_horaires_rythme": "oui",
        "ch_locaux_temperature": "moins_28",
    }
    answers = {
        place: replace(answer, value=sound.get(place[0], answer.value))
        for place, answer in book.answers.items()
        if place[0] != "ch_eau_chantier_litres"
    }
    facts = {name: replace(each, accident={}) for name, each in book.situations.items()}
    actions = tuple(action for action in said.actions if action.measure == "ch_m_nouveaux_charge")
    return replace(said, books=(replace(book, answers=answers, situations=facts),), actions=actions)


def actions(portal: Portal, firm: UUID) -> list[ChosenActionRow]:
    with portal.database.read(service_id=portal.service.id) as session:
        query = select(ChosenActionRow).where(ChosenActionRow.establishment_id == firm)
        return list(session.scalars(query.order_by(ChosenActionRow.position)))


def facts(portal: Portal) -> list[Fact]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Fact).order_by(Fact.recorded_at)))


def ratings(portal: Portal) -> list[Rating]:
    with portal.database.read(service_id=portal.service.id) as session:
        return list(session.scalars(select(Rating)))


def offered(page: Page) -> list[str]:
    return [str(each) for each in page.tree.xpath("//input[@type='checkbox' and @name='proposition']/@value")]


def test_a_firm_without_answers_is_told_where_actions_come_from(portal: Portal) -> None:
    firm = portal.establishment()
    page = portal.person(establishment_id=firm).get(plan_of(portal, firm))
    assert page.h1 == "Plan d’action"
    assert "Aucun thème n’a encore de réponse" in page.text
    assert not page.tree.xpath("//table")


def test_a_plan_shows_first_steps_then_what_was_taken_on_then_proposals(
    portal: Portal, firm: UUID, manager: StrictClient
) -> None:
    page = manager.get(plan_of(portal, firm))
    titles = [words(each) for each in page.tree.xpath("//article[contains(@class, 'jl-first')]//h2")]
    assert len(titles) == 2
    assert titles[0].startswith("Alléger les tâches")
    table = words(page.tree.xpath("//table")[0])
    assert "Équiper chaque équipe" in table
    assert titles[0] not in table
    assert len(offered(page)) > 5
    assert not page.tree.xpath("//input[@type='checkbox' and @checked]")
    assert "sous réserve, lu le 22" in page.text
    assert "Points de droit à régler" in page.text


def test_chosen_actions_come_with_the_proposed_dates_only_when_they_are_asked_for(portal: Portal) -> None:
    firm = bare(portal)
    client = portal.person(establishment_id=firm)
    path = plan_of(portal, firm)
    first, second, third = offered(client.get(path))[:3]
    client.post(f"{path}/choisir", {"proposition": [first, second]}, page=path)
    answer = client.post(f"{path}/choisir", {"proposition": third, "dates": "oui"}, page=path)
    assert "Action retenue. Dites qui s’en charge" in client.follow(answer).text
    rows = actions(portal, firm)
    assert [row.measure for row in rows] == [first, second, third]
    assert [row.due is not None for row in rows] == [False, False, True]
    chosen = [fact for fact in facts(portal) if fact.kind == "action_retenue"]
    assert [fact.subject for fact in chosen] == [str(row.id) for row in rows]
    assert all(fact.format for fact in chosen)


def test_sending_a_choice_twice_takes_it_on_once_and_going_back_to_tick_another_works(portal: Portal) -> None:
    firm = bare(portal)
    client = portal.person(establishment_id=firm)
    path = plan_of(portal, firm)
    page = client.get(path)
    first, second = offered(page)[:2]
    key = page.tree.xpath("//form[.//input[@type='checkbox']]//input[@name='cle']/@value")[0]
    for ticked in (first, first, second):
        client.post(f"{path}/choisir", {"proposition": ticked, "cle": str(key)}, page=path)
    assert [row.measure for row in actions(portal, firm)] == [first, second]


def test_ticking_nothing_is_said_in_words(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    path = plan_of(portal, firm)
    page = manager.read(manager.post(f"{path}/choisir", {}, page=path, status=422))
    assert page.tree.xpath("//a[@href='#propositions']")
    assert page.tree.xpath("//details[@open]")


def test_a_proposal_that_went_away_meanwhile_is_said_and_adds_nothing(
    portal: Portal, firm: UUID, manager: StrictClient
) -> None:
    before = len(actions(portal, firm))
    path = plan_of(portal, firm)
    answer = manager.post(f"{path}/choisir", {"proposition": "ch_disparue"}, page=path)
    assert "n’existe plus" in manager.follow(answer).text
    assert len(actions(portal, firm)) == before


def test_details_are_kept_and_a_name_is_warned_of(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    row = actions(portal, firm)[0]
    path = f"{plan_of(portal, firm)}/{row.id}"
    typed = {"qui": "Mme Durand", "echeance": "1/2/2027", "cout": "90 €", "version": str(row.row_version)}
    page = manager.follow(manager.post(path, typed))
    assert "Écrivez une fonction, pas un nom" in page.text
    kept = actions(portal, firm)[0]
    assert (kept.owner, kept.due, kept.cost) == ("Mme Durand", date(2027, 2, 1), "90 €")


def test_the_proposed_date_is_taken_by_a_box_that_nobody_ticked(portal: Portal) -> None:
    firm = bare(portal)
    client = portal.person(establishment_id=firm)
    path = plan_of(portal, firm)
    client.post(f"{path}/choisir", {"proposition": offered(client.get(path))[0]}, page=path)
    (row,) = actions(portal, firm)
    page = client.get(f"{path}/{row.id}")
    assert page.tree.xpath("//input[@name='date_proposee' and not(@checked)]")
    assert "Prendre la date proposée\u202f: 24\u00a0décembre\u00a02026" in page.text
    client.post(f"{path}/{row.id}", {"date_proposee": "oui", "version": str(row.row_version)})
    assert actions(portal, firm)[0].due == date(2026, 12, 24)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"echeance": "31/02/2027"}, "Écrivez une date qui existe"),
        ({"qui": "x" * 300}, "Écrivez 200"),
        ({"cout": "a\x00b"}, "caractère illisible"),
        ({"debut": "2027-03-01", "echeance": "2027-02-01"}, "La date de fin est avant le début"),
        ({"echeance": "9223372036854775808"}, "Écrivez une date qui existe"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_its_fault(
    portal: Portal, firm: UUID, manager: StrictClient, typed: dict[str, str], said: str
) -> None:
    row = actions(portal, firm)[0]
    path = f"{plan_of(portal, firm)}/{row.id}"
    sent = {"qui": "couvreur", **typed, "version": str(row.row_version)}
    answer = manager.post(path, sent, status=422)
    assert said in answer.text.replace("\u202f", " ").replace("\u00a0", " ")
    assert actions(portal, firm)[0].owner == row.owner
    page = manager.read(answer)
    for name, value in sent.items():
        assert page.tree.xpath(f"//input[@name='{name}']/@value") == [value.replace("\x00", "\ufffd")]


def test_two_people_on_one_action_see_both_values_and_nothing_is_replaced(
    portal: Portal, firm: UUID, manager: StrictClient
) -> None:
    row = actions(portal, firm)[0]
    path = f"{plan_of(portal, firm)}/{row.id}"
    shown = str(row.row_version)
    portal.person(establishment_id=firm).post(path, {"qui": "gérant", "version": shown})
    page = manager.read(manager.post(path, {"qui": "apprenti", "version": shown}, status=409))
    assert "Enregistré\u202f: gérant" in page.text
    assert "Vous écrivez\u202f: apprenti" in page.text
    assert actions(portal, firm)[0].owner == "gérant"
    now = str(page.tree.xpath("//input[@name='version']/@value")[0])
    manager.post(path, {"qui": "apprenti", "version": now})
    assert actions(portal, firm)[0].owner == "apprenti"


def test_an_action_in_ones_own_words_answers_situations(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    path = f"{plan_of(portal, firm)}/ajouter"
    page = manager.get(path)
    key = str(page.tree.xpath("//input[@name='cle']/@value")[0])
    assert "Une mesure collective a-t-elle été recherchée" in page.text
    typed = {
        "action": "Acheter des gilets rafraîchissants",
        "situations": ["chaleur.dehors", "chaleur.nulle_part"],
        "type_mesure": "INDIV",
        "collectif": "Barnum impossible en rive",
        "cle": key,
    }
    manager.post(path, typed)
    manager.post(path, typed)
    row = actions(portal, firm)[-1]
    assert (row.words, row.theme, row.situations, row.rank) == (
        "Acheter des gilets rafraîchissants",
        "chaleur",
        '["dehors"]',
        "INDIV",
    )
    assert len([each for each in actions(portal, firm) if each.words == row.words]) == 1
    edited = manager.get(f"{plan_of(portal, firm)}/{row.id}")
    assert edited.tree.xpath("//input[@name='situations' and @checked]/@value") == ["chaleur.dehors"]
    empty = manager.read(manager.post(path, {"action": " "}, status=422))
    assert "Écrivez en quelques mots" in empty.text


def test_starting_twice_is_starting_once(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    row = actions(portal, firm)[0]
    path = plan_of(portal, firm)
    for _ in range(2):
        manager.post(f"{path}/{row.id}/commencer", page=path)
    assert actions(portal, firm)[0].status == "en_cours"
    assert [fact.kind for fact in facts(portal)] == ["action_commencee"]
    assert "C’est fait" in manager.get(path).text


def test_closing_asks_one_question_then_shows_the_priority_before_and_after(portal: Portal) -> None:
    firm = record(portal.database, portal.service, nearly_ready(), at=portal.clock.now)
    client = portal.person(establishment_id=firm)
    (row,) = actions(portal, firm)
    path = f"{plan_of(portal, firm)}/{row.id}"
    page = client.get(f"{path}/fait")
    assert page.h1 == "Le risque a-t-il changé\u202f?"
    assert page.tree.xpath("//input[@name='fait_le']/@value") == ["24/11/2026"]
    assert not page.tree.xpath("//input[@checked]")
    refused = client.read(client.post(f"{path}/fait", {"fait_le": "25/11/2026"}, status=422))
    assert len(refused.tree.xpath("//div[@class='govuk-error-summary']//li")) == 2
    answer = client.post(f"{path}/fait", {"risque": "baisse", "fait_le": "23/11/2026"})
    assert answer.location.endswith("/risque")
    portal.clock.forward(minutes=2)
    page = client.follow(answer)
    question = "ch_nouveaux_acclimatation"
    assert page.tree.xpath(f"//input[@name='{question}' and @checked]/@value") == ["non"]
    assert {rating.priority for rating in ratings(portal)} == {"P1"}
    mark = str(page.tree.xpath(f"//input[@name='{question}__base']/@value")[0])
    after = client.follow(client.post(f"{path}/risque", {question: "oui", f"{question}__base": mark}))
    assert "La nouvelle évaluation est datée" in after.text
    cells = [words(each) for each in after.tree.xpath("(//tbody/tr)[1]/td")]
    assert cells[0].startswith("P1\u202f: agir sans attendre")
    assert cells[1].startswith("P2\u202f: à planifier en priorité")
    assert after.tree.xpath(f"//input[@name='{question}' and @checked]/@value") == ["oui"]
    new = [rating for rating in ratings(portal) if rating.priority == "P2"]
    assert {(rating.theme, rating.rated_on) for rating in new} == {("chaleur", date(2026, 11, 24))}
    assert len(ratings(portal)) == 2 * len(new)
    (kept,) = actions(portal, firm)
    assert (kept.status, kept.done_on, kept.risk_change) == ("fait", date(2026, 11, 23), "baisse")
    done = [fact for fact in facts(portal) if fact.subject == str(row.id)]
    assert [(fact.kind, fact.happened_on, fact.format) for fact in done] == [
        ("action_faite", date(2026, 11, 23), "ORGA")
    ]
    mark = str(after.tree.xpath(f"//input[@name='{question}__base']/@value")[0])
    client.post(f"{path}/risque", {question: "oui", f"{question}__base": mark})
    assert len(ratings(portal)) == 2 * len(new)


def test_an_answer_changed_by_another_while_closing_is_shown_beside_mine(portal: Portal) -> None:
    firm = record(portal.database, portal.service, nearly_ready(), at=portal.clock.now)
    client = portal.person(establishment_id=firm)
    (row,) = actions(portal, firm)
    path = f"{plan_of(portal, firm)}/{row.id}"
    client.post(f"{path}/fait", {"risque": "baisse", "fait_le": ""})
    question = "ch_nouveaux_acclimatation"
    mark = str(client.get(f"{path}/risque").tree.xpath(f"//input[@name='{question}__base']/@value")[0])
    client.post(f"{path}/risque", {question: "oui", f"{question}__base": mark})
    answer = client.post(f"{path}/risque", {question: "partiellement", f"{question}__base": mark}, status=422)
    assert "Deux réponses différentes" in client.read(answer).text


def test_a_risk_that_did_not_change_ends_on_the_plan(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    row = actions(portal, firm)[0]
    path = plan_of(portal, firm)
    page = manager.follow(manager.post(f"{path}/{row.id}/fait", {"risque": "inchange", "fait_le": ""}))
    assert page.h1 == "Plan d’action"
    assert "risque inchangé" in page.text
    assert ratings(portal) == []
    again = manager.follow(manager.raw("GET", f"{path}/{row.id}/fait", status=303))
    assert "rien n’a été changé" in again.text
    manager.post(f"{path}/{row.id}/rouvrir", page=path)
    assert actions(portal, firm)[0].status == "a_faire"
    done, reopened = facts(portal)
    assert (reopened.kind, reopened.voids_id) == ("action_rouverte", done.id)


def test_giving_up_asks_why_and_what_it_answered_is_proposed_again(
    portal: Portal, firm: UUID, manager: StrictClient
) -> None:
    row = actions(portal, firm)[0]
    path = plan_of(portal, firm)
    before = offered(manager.get(path))
    refused = manager.read(manager.post(f"{path}/{row.id}/abandonner", {}, status=422))
    assert refused.tree.xpath("//a[@href='#raison']")
    page = manager.follow(manager.post(f"{path}/{row.id}/abandonner", {"raison": "cout", "mots": "Devis à 12 000 €"}))
    assert "Devis à 12" in page.text
    assert "Trop cher pour l’entreprise" in page.text
    assert set(offered(page)) > set(before)
    assert actions(portal, firm)[0].closing_words == "cout : Devis à 12 000 €"


def test_what_was_put_aside_comes_back_as_it_was(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    row = actions(portal, firm)[0]
    path = plan_of(portal, firm)
    page = manager.follow(manager.post(f"{path}/{row.id}/retirer", page=path))
    assert "Action retirée du plan" in page.text
    manager.get(f"{path}/{row.id}", status=404)
    page = manager.follow(manager.post(f"{path}/{row.id}/remettre", page=path))
    assert "revenue dans le plan" in page.text
    kept = actions(portal, firm)[0]
    assert (kept.archived_on, kept.owner, kept.due) == (None, row.owner, row.due)


def test_an_action_past_its_day_says_by_how_many_days(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    row = actions(portal, firm)[1]
    path = plan_of(portal, firm)
    manager.post(f"{path}/{row.id}", {"echeance": "15/11/2026", "version": str(row.row_version)})
    assert "En retard, 9\u00a0jours" in manager.get(path).text


def test_from_fifty_employees_the_programme_says_what_it_lacks(portal: Portal) -> None:
    said = example("couverture-9")
    big = replace(said, establishment=replace(said.establishment, headcount=60))
    firm = record(portal.database, portal.service, big, at=portal.clock.now)
    page = portal.person(establishment_id=firm).get(plan_of(portal, firm))
    assert "Programme annuel de prévention des risques professionnels" in page.text
    assert "Compléter A01" in page.text
    assert "conditions d’exécution" in page.text


def test_a_value_set_by_hand_that_became_unlawful_does_not_stop_the_plan(portal: Portal) -> None:
    said = example("couverture-9")
    bad = Override(theme="chaleur", situation="dehors", unit="UT1", field=OverrideField.MASTERY, value=1)
    firm = record(portal.database, portal.service, replace(said, overrides=(bad,)), at=portal.clock.now)
    client = portal.person(establishment_id=firm)
    assert "La valeur calculée s’applique de nouveau" in client.get(plan_of(portal, firm)).text
    client.raw("GET", f"{plan_of(portal, firm)}/plan.xlsx", status=200)


def test_a_measure_no_questionnaire_has_any_more_stays_in_the_plan(
    portal: Portal, firm: UUID, manager: StrictClient
) -> None:
    row = actions(portal, firm)[0]
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        found = uow.get(ChosenActionRow, row.id)
        assert found is not None
        found.measure = "ch_mesure_d_hier"
    assert "Mesure d’un ancien questionnaire" in manager.get(plan_of(portal, firm)).text


def test_a_reader_sees_the_plan_and_changes_nothing(portal: Portal, firm: UUID) -> None:
    reader = portal.person(establishment_id=firm, role=Role.READER)
    path = plan_of(portal, firm)
    page = reader.get(path)
    assert not page.tree.xpath("//main//form[@method='post']")
    row = actions(portal, firm)[0]
    for end in ("", "/fait", "/abandonner", "/risque"):
        reader.get(f"{path}/{row.id}{end}", status=403)
    reader.get(f"{path}/ajouter", status=403)
    reader.raw("GET", f"{path}/agenda.ics", status=200)


def test_a_stranger_and_an_action_of_another_firm_are_not_found(portal: Portal, firm: UUID) -> None:
    other = portal.establishment("Autre firme")
    stranger = portal.person(establishment_id=other)
    row = actions(portal, firm)[0]
    stranger.get(plan_of(portal, firm), status=404)
    mine = plan_of(portal, other)
    for end in ("", "/fait", "/abandonner", "/risque"):
        stranger.get(f"{mine}/{row.id}{end}", status=404)
    for end in ("/commencer", "/rouvrir", "/retirer", "/remettre"):
        stranger.post(f"{mine}/{row.id}{end}", page=f"{mine}/ajouter", status=404)
    stranger.get(f"{mine}/{uuid4()}", status=404)
    assert actions(portal, firm)[0].status == row.status


def test_the_plan_takes_ten_statements_at_most(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    manager.get(plan_of(portal, firm))
    with portal.statements() as sent:
        manager.get(plan_of(portal, firm))
    assert len(sent) <= 10, sent


def test_the_workbook_is_the_one_of_the_project_documents(portal: Portal, firm: UUID, manager: StrictClient) -> None:
    answer = manager.raw("GET", f"{plan_of(portal, firm)}/plan.xlsx", status=200)
    made = project_documents(
        portal.database, portal.service, firm, catalogue=catalogue.load(), assessed_on=portal.today
    )
    assert answer.data == made.xlsx
    assert load_workbook(BytesIO(answer.data)).sheetnames[0] == "Plan d'actions"


def test_a_plan_made_on_the_pages_gives_the_dossier_of_the_same_answers_file(portal: Portal) -> None:
    said = example("couverture-9")
    firm = bare(portal)
    client = portal.person(establishment_id=firm)
    path = plan_of(portal, firm)
    wanted = [action for action in said.actions if action.measure]
    client.post(f"{path}/choisir", {"proposition": [str(each.measure) for each in wanted]}, page=path)
    for row, action in zip(actions(portal, firm), wanted, strict=True):
        typed = {
            "qui": action.owner,
            "debut": show_day(action.start) if action.start else "",
            "echeance": show_day(action.due) if action.due else "",
            "cout": action.cost,
            "indicateur": action.indicator,
            "conditions": action.conditions,
            "ressources": action.resources,
            "collectif": action.collective_sought,
            "version": str(row.row_version),
        }
        client.post(f"{path}/{row.id}", typed)
    with portal.database.read(service_id=portal.service.id) as session:
        kept = load_assessment(session, firm, assessed_on=said.assessed_on)
    assert kept.actions == tuple(wanted)
    expected = replace(said, actions=tuple(wanted), validation=None)
    assert to_json(build_dossier(kept, library())) == to_json(build_dossier(expected, library()))
