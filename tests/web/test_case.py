"""The page of a case: what the employer opened, how it changed, and nothing of it before he did."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.models.draft import AnswerRow, ChosenActionRow, SituationFactRow
from app.models.establishment import EstablishmentRow
from app.models.exchange import Exchange
from app.services.submissions import ask_help, close_help, withdraw_theme
from app.services.transmissions import Handover, transmit
from tests.services.issuing import example, issue
from tests.web.client import Page, words
from tests.web.opened import OWNER, plain, roofer, submitted, theme_act
from tests.web.people import Portal

SECRET = "Un secret de fabrication que personne d'autre ne lit"
"""Written by the employer in every free text of his."""


@pytest.fixture
def firm(portal: Portal) -> UUID:
    return roofer(portal)


def case(portal: Portal, firm: UUID, query: str = "") -> Page:
    client = portal.person(role=Role.ADVISER, function="ergonome")
    return client.get(f"/{portal.slug}/service/dossier/{firm}{query}")


def said(page: Page) -> str:
    return plain(words(page.tree.xpath("//main")[0]))


def exchange(portal: Portal, firm: UUID, **more: object) -> None:
    values: dict[str, object] = {
        "document_version_id": None,
        "answers_id": None,
        "kind": "note",
        "theme": "",
        "question": "",
        "unit": "*",
        "words": "À voir sur place.",
        "due_on": None,
        "actor": "preventeur",
        "author_role": "ergonome",
        "account_id": None,
        "created_at": portal.clock.now,
        "settled_at": None,
        **more,
    }
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(Exchange(establishment_id=firm, **values))


def answered(portal: Portal, firm: UUID, question: str, value: str, *, role: str = "chef d'équipe") -> None:
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        row = uow.scalars(
            select(AnswerRow).where(AnswerRow.establishment_id == firm, AnswerRow.question == question)
        ).one()
        row.value, row.author_role, row.answered_at = value, role, portal.clock.now


def write_secrets(portal: Portal, firm: UUID) -> None:
    """Puts the same words in every free text that an employer writes."""
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        for fact in uow.scalars(select(SituationFactRow).where(SituationFactRow.establishment_id == firm)):
            fact.words = fact.in_place = SECRET
        for answer in uow.scalars(select(AnswerRow).where(AnswerRow.establishment_id == firm)):
            answer.reason = SECRET
        for action in uow.scalars(select(ChosenActionRow).where(ChosenActionRow.establishment_id == firm)):
            action.owner = action.conditions = SECRET


# --- before the employer acts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["dossier/{firm}", "file?etat=tout", "", "dossier/{firm}?theme=chaleur&vue=tout"])
def test_before_the_employer_acts_no_answer_no_text_and_no_plan_reaches_the_staff(
    portal: Portal, firm: UUID, path: str
) -> None:
    write_secrets(portal, firm)
    issue(portal.database, portal.service, firm, example("couverture-9"))
    with portal.database.read(service_id=portal.service.id) as session:
        plan = session.scalars(select(ChosenActionRow.words).where(ChosenActionRow.words.is_not(None))).all()
    client = portal.person(role=Role.ADVISER, function="ergonome")
    page = client.get(f"/{portal.slug}/service/{path.format(firm=firm)}")
    body = page.answer.text
    assert SECRET[:20] not in body
    assert not page.tree.xpath("//*[contains(@class, 'jl-sit') or contains(@class, 'jl-diff')]")
    assert not page.tree.xpath("//*[contains(@class, 'jl-prio') and ancestor::tr]")
    assert "Je ne sais pas" not in body
    assert "En partie" not in body
    assert all(each not in body for each in plan if each)


def test_a_theme_that_is_shut_shows_its_state_its_dates_and_why(portal: Portal, firm: UUID) -> None:
    page = said(case(portal, firm))
    assert "L’employeur n’a rien d’ouvert au service aujourd’hui" in page
    assert "Chaleur en cours, répondu le" in page
    assert "restent dans l’entreprise tant que l’employeur ne l’a pas soumis" in page


def test_taken_back_it_is_shut_again(portal: Portal, firm: UUID) -> None:
    write_secrets(portal, firm)
    submitted(portal, firm)
    assert SECRET[:20] in case(portal, firm).answer.text
    withdraw_theme(portal.database, theme_act(portal, firm))
    assert SECRET[:20] not in case(portal, firm).answer.text


def test_help_opens_the_answers_and_not_the_plan_until_it_is_closed(portal: Portal, firm: UUID) -> None:
    ask_help(portal.database, theme_act(portal, firm), words="La ventilation du local")
    page = case(portal, firm)
    assert page.tree.xpath("//table[contains(@class, 'jl-diff')]")
    assert "La ventilation du local" in said(page)
    assert not page.tree.xpath("//*[@id='plan']")
    close_help(portal.database, theme_act(portal, firm))
    assert not case(portal, firm).tree.xpath("//table[contains(@class, 'jl-diff')]")


# --- what was opened -----------------------------------------------------------------------------------------------


def test_a_submitted_theme_shows_answers_ratings_plan_and_who_answered(portal: Portal, firm: UUID) -> None:
    submitted(portal, firm)
    page = case(portal, firm)
    text = said(page)
    assert "Thème « Chaleur » soumis le 24 novembre 2026" in text
    assert "Agir sans attendre" in text
    assert "Plan d’action" in text
    assert len(page.tree.xpath("//table[contains(@class, 'jl-diff')]/tbody/tr")) >= 10
    assert page.tree.xpath("//a[contains(@href, '/brouillon/chaleur.docx')]")


def test_what_changed_comes_first_and_everything_is_one_link_away(portal: Portal, firm: UUID) -> None:
    submitted(portal, firm)
    portal.clock.forward(days=1)
    answered(portal, firm, "ch_eau_fraiche", '["words","non"]')
    submitted(portal, firm)
    page = case(portal, firm)
    rows = page.tree.xpath("//table[contains(@class, 'jl-diff')]/tbody/tr")
    assert [words(row.xpath("./th")[0]) for row in rows] == ["Eau fraîche au poste"]
    assert "avant : En partie → maintenant : Non" in plain(words(rows[0]))
    assert "chef d’équipe, 25 novembre 2026" in plain(words(rows[0]))
    whole = case(portal, firm, "?theme=chaleur&vue=tout")
    assert len(whole.tree.xpath("//table[contains(@class, 'jl-diff')]/tbody/tr")) > 10


def test_an_answer_given_after_the_freeze_is_not_signed_as_if_it_were_the_one_shown(portal: Portal, firm: UUID) -> None:
    submitted(portal, firm)
    portal.clock.forward(hours=1)
    answered(portal, firm, "ch_eau_fraiche", '["words","non"]', role="apprenti bavard")
    text = said(case(portal, firm))
    assert "apprenti bavard" not in text


def test_a_version_handed_over_is_read_and_said_to_be_one(portal: Portal, firm: UUID) -> None:
    issue(portal.database, portal.service, firm, example("couverture-9"))
    transmit(
        portal.database,
        Handover(
            service_id=portal.service.id,
            service_name="SPSTI",
            reception=True,
            establishment_id=firm,
            number=1,
            author=OWNER,
            at=portal.clock.now,
            on=portal.today,
        ),
    )
    page = case(portal, firm)
    assert "Version 1 transmise" in said(page)
    assert page.tree.xpath("//table[contains(@class, 'jl-diff')]")


def test_alerts_point_at_what_one_asks_about(portal: Portal, firm: UUID) -> None:
    answered(portal, firm, "ch_eau_fraiche", '["words","ne_sait_pas"]')
    submitted(portal, firm)
    page = case(portal, firm)
    links = page.tree.xpath("//*[contains(@class, 'jl-alert ') or @class='jl-alert jl-alert--q']//a/@href")
    assert any("sur=chaleur.ch_eau_fraiche" in link and "genre=question" in link for link in links)
    asked = case(portal, firm, "?theme=chaleur&sur=chaleur.ch_eau_fraiche&genre=question")
    assert asked.tree.xpath("//select[@name='sujet']/option[@selected]/@value") == ["chaleur.ch_eau_fraiche"]


def test_an_overdue_request_is_an_alert(portal: Portal, firm: UUID) -> None:
    submitted(portal, firm)
    exchange(portal, firm, kind="demande", theme="chaleur", words="Précisez.", due_on=portal.today)
    assert "en retard" not in said(case(portal, firm))
    portal.clock.forward(days=3)
    assert "Une réponse attendue est en retard de 3 jours" in said(case(portal, firm))


def test_a_note_looks_different_and_says_it_never_leaves(portal: Portal, firm: UUID) -> None:
    exchange(portal, firm)
    exchange(portal, firm, kind="conseil", words="Pensez à l'ombre.")
    notes = case(portal, firm).tree.xpath("//li[contains(@class, 'jl-internal')]")
    assert [plain(words(note)) for note in notes] == [
        "Note interne, jamais transmise ergonome, 24 novembre 2026 à 20 h 42 À voir sur place."
    ]


# --- who may, and what it costs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.PILOT, Role.ADMIN])
def test_who_does_not_advise_opens_no_case_and_no_queue(portal: Portal, firm: UUID, role: Role) -> None:
    client = portal.person(role=role, function="autre")
    client.raw("GET", f"/{portal.slug}/service/dossier/{firm}", status=403)
    client.raw("GET", f"/{portal.slug}/service/file", status=403)


def test_a_try_out_a_refused_claim_and_nobody_are_the_same_404(portal: Portal, firm: UUID) -> None:
    client = portal.person(role=Role.ADVISER, function="ergonome")
    client.raw("GET", f"/{portal.slug}/service/dossier/{uuid4()}", status=404)
    for values in ({"attachment": "essai"}, {"attachment": "a_rattacher", "claim_state": "refusee"}):
        with portal.database.unit_of_work(service_id=portal.service.id) as uow:
            row = uow.get_one(EstablishmentRow, firm)
            for name, value in values.items():
                setattr(row, name, value)
        client.raw("GET", f"/{portal.slug}/service/dossier/{firm}", status=404)
        client.raw("GET", f"/{portal.slug}/service/dossier/{firm}/confier", status=404)


def test_the_page_sends_ten_statements_at_most_whatever_is_open(portal: Portal, firm: UUID) -> None:
    client = portal.person(role=Role.ADVISER, function="ergonome")
    address = f"/{portal.slug}/service/dossier/{firm}"

    def sent() -> int:
        client.get(address)
        with portal.statements() as statements:
            client.get(address)
        return len(statements)

    assert sent() <= 10
    ask_help(portal.database, theme_act(portal, firm), words="")
    assert sent() <= 10
    issue(portal.database, portal.service, firm, example("couverture-9"))
    submitted(portal, firm)
    portal.clock.forward(minutes=5)
    exchange(portal, firm)
    submitted(portal, firm)
    assert sent() <= 10


def test_unknown_arguments_of_the_address_change_nothing(portal: Portal, firm: UUID) -> None:
    submitted(portal, firm)
    for query in (
        "?theme=inconnu",
        "?theme=%00",
        "?sur=..%2F..&genre=x",
        "?vue=" + "x" * 5000,
        "?theme=chaleur&theme=",
    ):
        assert "soumis le" in said(case(portal, firm, query))
