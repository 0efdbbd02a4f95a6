"""What the hub shows first, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from app.domain.pace import expected_pace, pace
from app.domain.workflow import State
from app.models.engine import Database
from app.models.exchange import Exchange, HelpRequest
from app.models.service import Service
from app.services.hubs import HubView, hub_view
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, issue, record

ON = date(2026, 11, 24)


def view(database: Database, service: Service, place: UUID, *, on: date = ON) -> HubView:
    with database.read(service_id=service.id) as session:
        return hub_view(session, place, catalogue=catalogue.load(), on=on)


def test_a_firm_that_answered_nothing_is_told_what_to_begin(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    firm = replace(example("boulangerie-4"), books=(), actions=(), overrides=())
    shown = view(database, service, record(database, service, firm))
    assert [(task.theme, task.state) for task in shown.themes] == [("chaleur", State.TO_DO)]
    assert shown.next_theme is not None
    assert 4 <= shown.next_theme.minutes <= 12
    assert (shown.steps, shown.version, shown.requests) == ((), None, ())


def test_a_firm_under_way_sees_its_first_steps_and_its_theme(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    shown = view(database, service, record(database, service, example("couverture-9")))
    assert shown.next_theme is not None
    assert shown.next_theme.state is State.IN_PROGRESS
    assert shown.next_theme.situations == len(shown.plan.assessments[0].rows) > 0
    assert len(shown.steps) == 2


def test_the_last_version_is_told_once_it_is_made(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    firm = example("boulangerie-4")
    place = record(database, service, firm)
    issue(database, service, place, firm)
    issue(database, service, place, firm)
    version = view(database, service, place).version
    assert version is not None
    assert (version.number, version.transmitted_on) == (2, None)


def test_requests_come_by_date_and_the_version_is_not_repeated(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    firm = example("boulangerie-4")
    place = record(database, service, firm)
    issue(database, service, place, firm)
    with database.unit_of_work(service_id=service.id) as uow:
        for words, due, kind in (
            ("sans date", None, "demande"),
            ("plus tard", date(2027, 1, 4), "question"),
            ("bientôt", date(2026, 12, 4), "demande"),
            ("conseil", None, "conseil"),
        ):
            uow.add(
                Exchange(
                    establishment_id=place,
                    kind=kind,
                    theme="chaleur",
                    question="",
                    unit="*",
                    words=words,
                    due_on=due,
                    actor="preventeur",
                    author_role="ergonome",
                    created_at=NOON,
                )
            )
    shown = view(database, service, place)
    assert [asked.words for asked in shown.requests] == ["bientôt", "plus tard", "sans date"]
    assert shown.version is not None


def test_a_late_action_is_counted_in_days(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    firm = example("boulangerie-4")
    due = min(action.due for action in firm.actions if action.due)
    place = record(database, service, firm)
    shown = view(database, service, place, on=due + timedelta(days=9))
    assert shown.plan.late[0].late_days == 9


@pytest.mark.parametrize("name", ["boulangerie-4", "couverture-9", "aide-a-domicile-38"])
def test_the_time_told_before_the_first_answer_is_near_the_time_it_takes(name: str) -> None:
    firm = example(name)
    theme = catalogue.load().theme("chaleur")
    told = expected_pace(theme, firm.establishment).minutes
    took = pace(theme, firm.books[0], firm.establishment).minutes
    bare = expected_pace(theme, replace(firm.establishment, units=())).minutes
    assert 0.5 * took <= bare <= told, "a firm without units is not told two minutes"
    assert 0.7 * took <= told <= 1.3 * took


def test_a_version_that_holds_every_answer_asks_for_no_other(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    firm = example("boulangerie-4")
    place = record(database, service, firm)
    assert not view(database, service, place).up_to_date
    issue(database, service, place, firm)
    assert view(database, service, place).up_to_date
    record(database, service, replace(firm, assessed_on=firm.assessed_on + timedelta(days=40)))
    assert not view(database, service, place).up_to_date


def test_an_open_request_for_help_is_told_once(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = record(database, service, example("boulangerie-4"))
    with database.unit_of_work(service_id=service.id) as uow:
        for closed in (None, NOON):
            uow.add(
                HelpRequest(
                    establishment_id=place,
                    theme="chaleur",
                    words="",
                    author_role="gérante",
                    opened_at=NOON,
                    closed_at=closed,
                )
            )
    assert view(database, service, place).helped == ("chaleur",)
