"""The first page of the staff: firms, themes, dates; nothing of the answers."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.roles import Role
from app.models.draft import AnswerRow
from app.models.exchange import HelpRequest
from app.services.trials import TrialWish, start_trial
from tests.services.test_staff_views import open_theme
from tests.web.client import StrictClient, words
from tests.web.people import Portal

SECRET = "on arrose le toit avec le tuyau du voisin"


def answer(portal: Portal, firm: UUID) -> None:
    open_theme(portal.database, portal.service, firm)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(
            AnswerRow(
                establishment_id=firm,
                theme="chaleur",
                question="ch_eau",
                value=f'["words","{SECRET}"]',
                reason=SECRET,
                author_role="gérante",
                answered_at=portal.clock.now,
            )
        )


def ask_help(portal: Portal, firm: UUID) -> None:
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        uow.add(
            HelpRequest(
                establishment_id=firm,
                theme="chaleur",
                words=SECRET,
                author_role="gérante",
                opened_at=portal.clock.now,
                closed_at=None,
            )
        )


def home(portal: Portal) -> str:
    return f"/{portal.slug}/service/"


def rows(client: StrictClient, path: str) -> list[str]:
    return [words(row) for row in client.get(path).tree.xpath("//tbody/tr")]


@pytest.mark.parametrize("role", [Role.ADVISER, Role.PILOT, Role.ADMIN])
def test_the_staff_sees_facts_themes_and_dates_and_no_answer(portal: Portal, role: Role) -> None:
    firm = portal.establishment("Boulangerie du port", siret="73282932000074")
    answer(portal, firm)
    with portal.statements() as sent:
        page = portal.person(role=role).get(home(portal))
    assert len([each for each in sent if each.startswith("SELECT")]) <= 10
    (row,) = [words(each) for each in page.tree.xpath("//tbody/tr")]
    for said in (
        "Boulangerie du port",
        "Boulangerie et boulangerie-pâtisserie (10.71C)",
        "Chaleur\u202f: en cours, répondu le",
    ):
        assert said in row
    assert SECRET not in page.answer.text
    assert "ch_eau" not in page.answer.text
    assert not page.tree.xpath("//*[contains(@class, 'jl-prio')]")


def test_help_that_is_asked_comes_first_and_is_dated(portal: Portal) -> None:
    portal.establishment("Abattoir")
    ask_help(portal, portal.establishment("Zinguerie"))
    first, second = rows(portal.person(role=Role.ADVISER), home(portal))
    assert "Zinguerie" in first
    assert "Aide demandée, 24\u00a0novembre\u00a02026 à 20\u00a0h\u00a042" in first
    assert "Aucun thème ouvert" in second


def test_accents_do_not_send_a_name_to_the_end(portal: Portal) -> None:
    for name in ("Zinguerie", "Épicerie", "école", "Fournil", "Électricité", "Abattoir"):
        portal.establishment(name)
    page = portal.person(role=Role.ADVISER).get(home(portal))
    names = [each.text_content() for each in page.tree.xpath("//tbody//th//b")]
    assert names == ["Abattoir", "école", "Électricité", "Épicerie", "Fournil", "Zinguerie"]


def test_a_try_out_does_not_show(portal: Portal) -> None:
    start_trial(
        portal.database,
        TrialWish(theme="chaleur", headcount=3),
        service_id=portal.service.id,
        service_name="",
        on=portal.today,
        at=portal.clock.now,
    )
    page = portal.person(role=Role.ADVISER).get(home(portal))
    assert "Aucune entreprise pour le moment" in page.text


def test_a_search_that_finds_nothing_says_what_to_try(portal: Portal) -> None:
    portal.establishment("Boulangerie du port")
    client = portal.person(role=Role.ADVISER)
    assert len(rows(client, f"{home(portal)}?cherche=port")) == 1
    page = client.get(f"{home(portal)}?cherche=zzz")
    assert "Aucune entreprise ne répond à «\u202fzzz\u202f»" in page.text
    for odd in ("%00", "%F0%9F%8C%BF", "%ED%A0%80", "a" * 5000, "%25"):
        client.get(f"{home(portal)}?cherche={odd}&page=2")
    for odd in ("0", "-1", "9" * 30, "x", ""):
        client.get(f"{home(portal)}?page={odd}")


def test_the_list_goes_on_over_pages(portal: Portal) -> None:
    for number in range(51):
        portal.establishment(f"Firme {number:02}")
    client = portal.person(role=Role.ADVISER)
    page = client.get(home(portal))
    assert "page 1 sur 2" in page.text
    assert rows(client, page.links()["Page suivante"]) != []
    assert "Firme 50" in client.get(f"{home(portal)}?page=2").text


def test_nobody_else_comes_in(portal: Portal) -> None:
    portal.client().raw("GET", home(portal), status=303)
    portal.person(establishment_id=portal.establishment()).get(home(portal), status=404)
