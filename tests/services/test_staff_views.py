"""What the staff sees of its firms: facts, themes, dates, requests for help; on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import event

from app.domain.workflow import State
from app.models.draft import ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.exchange import HelpRequest
from app.models.service import Service
from app.models.upserts import keep_content
from app.services import staff_views
from app.services.staff_views import FirmPage, firms_of
from app.services.trials import TrialWish, start_trial
from tests.engines import NOON, MakeService
from tests.web.people import establishment

TODAY = NOON.date()


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("un")


def look(database: Database, service: Service, search: str = "", page: int = 1) -> FirmPage:
    with database.read(service_id=service.id) as session:
        return firms_of(session, search=search, page=page)


def names(page: FirmPage) -> list[str]:
    return [firm.name for firm in page.firms]


def open_theme(database: Database, service: Service, firm: UUID, *, finished_on: date | None = None) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        kept = keep_content(uow, theme="chaleur", version="1", sha256="0" * 64, source="x", at=NOON)
        uow.add(
            ThemeDraft(
                establishment_id=firm,
                theme="chaleur",
                position=0,
                content_version_id=kept,
                state=(State.FINISHED if finished_on else State.IN_PROGRESS).value,
                assessed_on=TODAY,
                finished_on=finished_on,
            )
        )


def ask_help(database: Database, service: Service, firm: UUID, *, closed: bool = False) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(
            HelpRequest(
                establishment_id=firm,
                theme="chaleur",
                words="un mot personnel",
                author_role="gérante",
                opened_at=NOON,
                closed_at=NOON if closed else None,
            )
        )


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def test_firms_show_their_facts_and_try_outs_do_not_show(database: Database, service: Service) -> None:
    firm = establishment(database, service, "Boulangerie du port", at=NOON, siret="73282932000074")
    wish = TrialWish(theme="chaleur", headcount=3)
    start_trial(database, wish, service_id=service.id, service_name="", on=TODAY, at=NOON)
    (line,) = look(database, service).firms
    assert (line.establishment_id, line.siret, line.naf, line.headcount) == (firm, "73282932000074", "10.71C", 6)
    assert line.attached
    assert line.themes == ()


def test_a_firm_that_nobody_attached_is_marked(database: Database, service: Service) -> None:
    firm = establishment(database, service, at=NOON)
    with database.unit_of_work(service_id=service.id) as uow:
        row = uow.get(EstablishmentRow, firm)
        assert row is not None
        row.attachment = "a_rattacher"
    assert not look(database, service).firms[0].attached


def test_the_last_declaration_counts(database: Database, service: Service) -> None:
    firm = establishment(database, service, at=NOON)
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(
            EstablishmentState(
                establishment_id=firm,
                seq=2,
                stated_on=TODAY,
                naf="43.91B",
                naf_label="Couverture",
                naf_nomenclature="rev2",
                sectors="[]",
                headcount=9,
                headcount_on=TODAY,
                cse="aucun",
                employer_role="",
                service_name="",
                recorded_at=NOON,
            )
        )
    assert look(database, service).firms[0].headcount == 9


def test_who_asks_for_help_comes_first(database: Database, service: Service) -> None:
    quiet = establishment(database, service, "Abattoir", at=NOON)
    asking = establishment(database, service, "Zinguerie", at=NOON)
    helped = establishment(database, service, "Boucherie", at=NOON)
    open_theme(database, service, quiet, finished_on=TODAY)
    open_theme(database, service, asking)
    ask_help(database, service, asking)
    ask_help(database, service, helped, closed=True)
    page = look(database, service)
    assert names(page) == ["Zinguerie", "Abattoir", "Boucherie"]
    assert page.firms[0].help_asked
    assert page.firms[0].themes[0].help_asked_at == NOON
    assert [line.state for line in page.firms[1].themes] == [State.FINISHED]
    assert page.firms[1].themes[0].finished_on == TODAY
    assert not page.firms[2].help_asked


def test_help_asked_before_the_first_answer_shows(database: Database, service: Service) -> None:
    firm = establishment(database, service, at=NOON)
    ask_help(database, service, firm)
    (theme,) = look(database, service).firms[0].themes
    assert (theme.theme, theme.state, theme.help_asked_at) == ("chaleur", State.TO_DO, NOON)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("port", ["Boulangerie du port"]),
        ("BOULANGERIE", ["Boulangerie du port"]),
        ("café", ["CAFÉ DE LA GARE"]),
        ("732 829 320", ["Boulangerie du port"]),
        ("73282932000074", ["Boulangerie du port"]),
        ("00074", []),
        ("%", ["Bio 100%"]),
        ("100%", ["Bio 100%"]),
        ("_", []),
        ("nulle part", []),
        ("   ", ["Bio 100%", "Boulangerie du port", "CAFÉ DE LA GARE"]),
    ],
)
def test_firms_are_found_by_name_or_number(database: Database, service: Service, search: str, found: list[str]) -> None:
    establishment(database, service, "Boulangerie du port", at=NOON, siret="73282932000074")
    establishment(database, service, "CAFÉ DE LA GARE", at=NOON)
    establishment(database, service, "Bio 100%", at=NOON)
    page = look(database, service, search)
    assert sorted(names(page)) == found
    assert page.total == len(found)


def test_another_service_sees_none_of_them(database: Database, service: Service, make_service: MakeService) -> None:
    establishment(database, service, at=NOON)
    assert look(database, make_service("deux")).total == 0


def test_pages_follow_each_other_and_cost_no_more_than_one(
    database: Database, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staff_views, "PAGE_SIZE", 3)
    for number in range(7):
        ask_help(database, service, establishment(database, service, f"Firme {number}", at=NOON))
    with statements(database) as sent:
        first = look(database, service)
    assert len([each for each in sent if each.lstrip().upper().startswith("SELECT")]) == 5
    assert (names(first), first.total, first.pages) == (["Firme 0", "Firme 1", "Firme 2"], 7, 3)
    assert names(look(database, service, page=3)) == ["Firme 6"]
    assert look(database, service, page=99).number == 3
    assert look(database, service, page=-1).number == 1
