"""Acts on a plan, on both engines: done once however often they are sent, refused when somebody was quicker."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.closing import DropReason, RiskChange
from app.domain.inputs import ActionStatus
from app.domain.workflow import Actor
from app.models.draft import ChosenActionRow
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.rating import Rating
from app.models.service import Service
from app.services.action_plans import (
    ActionChanged,
    ActionDetails,
    ActionMoved,
    PlanWriter,
    UnknownAction,
    add_action,
    change_action,
    choose_actions,
    drop_action,
    finish_action,
    rate_again,
    remove_action,
    reopen_action,
    restore_action,
    start_action,
)
from app.services.authors import Author
from app.services.establishments import UnknownEstablishment
from app.services.once import AlreadyDone
from app.services.plan_views import PlanView, plan_view
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, record

KEY = "k" * 22
GERANTE = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("ast")


@pytest.fixture
def by(database: Database, service: Service) -> PlanWriter:
    """The manager of the roofing firm, which has taken nothing on."""
    place = record(database, service, replace(example("couverture-9"), actions=()))
    return PlanWriter(
        database=database,
        service_id=service.id,
        establishment_id=place,
        catalogue=catalogue.load(),
        author=GERANTE,
        on=NOON.date(),
        at=NOON,
    )


def view(by: PlanWriter) -> PlanView:
    with by.database.read(service_id=by.service_id) as session:
        return plan_view(session, by.establishment_id, catalogue=by.catalogue, on=by.on)


def rows(by: PlanWriter) -> list[ChosenActionRow]:
    with by.database.read(service_id=by.service_id) as session:
        return list(session.scalars(select(ChosenActionRow).order_by(ChosenActionRow.position)))


def kinds(by: PlanWriter) -> list[str]:
    with by.database.read(service_id=by.service_id) as session:
        return list(session.scalars(select(Fact.kind).order_by(Fact.recorded_at)))


def count(by: PlanWriter, table: type[Rating] | type[Fact]) -> int:
    with by.database.read(service_id=by.service_id) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def taken(by: PlanWriter, number: int = 1) -> list[UUID]:
    keys = [line.proposal for line in view(by).proposals[:number]]
    choose_actions(by, keys, with_dates=True, key="")
    return [row.id for row in rows(by)]


def make_trial(by: PlanWriter) -> None:
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        row = uow.get(EstablishmentRow, by.establishment_id)
        assert row is not None
        row.attachment = "essai"


def test_the_same_form_sent_twice_takes_on_once(by: PlanWriter) -> None:
    keys = [line.proposal for line in view(by).proposals[:2]]
    assert choose_actions(by, keys, with_dates=False, key=KEY).count == 2
    with pytest.raises(AlreadyDone):
        choose_actions(by, keys, with_dates=False, key=KEY)
    assert [row.measure for row in rows(by)] == keys


def test_two_people_who_choose_the_same_take_it_on_once(by: PlanWriter) -> None:
    key = view(by).proposals[0].proposal
    other = replace(by, author=replace(GERANTE, words="assistant"))
    assert choose_actions(by, [key], with_dates=False, key=KEY).count == 1
    assert choose_actions(other, [key], with_dates=True, key="o" * 22).count == 1
    (row,) = rows(by)
    assert row.due is None
    assert kinds(by) == ["action_retenue"]


def test_another_way_to_the_same_end_can_be_chosen(by: PlanWriter) -> None:
    line = next(line for line in view(by).proposals if line.others)
    choose_actions(by, [line.others[0].key], with_dates=False, key="")
    after = view(by)
    assert [each.line.measure for each in after.taken] == [line.others[0].key]
    assert line.proposal not in {each.proposal for each in after.proposals}


def test_the_two_first_steps_are_the_domain_s_and_follow_what_is_done(by: PlanWriter) -> None:
    before = view(by)
    assert [line.proposal for line in before.first_steps] == [line.proposal for line in before.proposals[:2]]
    choose_actions(by, [before.first_steps[0].proposal], with_dates=True, key="")
    (action,) = [row.id for row in rows(by)]
    assert [line.action_id for line in view(by).first_steps] == [action, None]
    finish_action(by, action, change_of_risk=RiskChange.SAME, done_on=by.on)
    after = view(by)
    assert [line.proposal for line in after.first_steps] == [line.proposal for line in before.proposals[1:3]]
    assert [line.action_id for line in after.over] == [action]


def test_late_and_next_dates_are_told_apart(by: PlanWriter) -> None:
    first, second, third = taken(by, 3)
    for action, due in ((first, by.on - timedelta(days=9)), (second, by.on), (third, None)):
        version = next(row.row_version for row in rows(by) if row.id == action)
        change_action(by, action, ActionDetails(due=due), version=version)
    plan = view(by)
    assert [(line.action_id, line.late_days) for line in plan.late] == [(first, 9)]
    assert [line.action_id for line in plan.upcoming] == [second]


def test_a_stale_page_replaces_nothing(by: PlanWriter) -> None:
    (action,) = taken(by)
    shown = rows(by)[0].row_version
    change_action(by, action, ActionDetails(owner="gérante"), version=shown)
    with pytest.raises(ActionChanged):
        change_action(by, action, ActionDetails(owner="apprenti"), version=shown)
    assert rows(by)[0].owner == "gérante"


def test_an_action_in_ones_own_words_is_added_once(by: PlanWriter) -> None:
    details = ActionDetails(words="Déplacer la découpe", theme="chaleur", situations=("dehors",), rank="ORGA")
    add_action(by, details, key=KEY)
    with pytest.raises(AlreadyDone):
        add_action(by, details, key=KEY)
    (line,) = view(by).taken
    assert line.line.own_words
    assert line.places
    assert line.questions


def test_one_of_two_who_close_is_told_that_it_is_over(by: PlanWriter) -> None:
    (action,) = taken(by)
    finish_action(by, action, change_of_risk=RiskChange.SAME, done_on=by.on)
    with pytest.raises(ActionMoved) as refused:
        drop_action(by, action, reason=DropReason.COST, words="")
    assert refused.value.status is ActionStatus.DONE
    with pytest.raises(ActionMoved):
        start_action(by, action)
    assert rows(by)[0].risk_change == "inchange"


def test_an_action_is_not_done_on_a_day_to_come(by: PlanWriter) -> None:
    (action,) = taken(by)
    with pytest.raises(ValueError, match="day to come"):
        finish_action(by, action, change_of_risk=RiskChange.SAME, done_on=by.on + timedelta(days=1))
    assert kinds(by) == ["action_retenue"]


def test_closing_keeps_the_rating_before_and_the_same_rating_is_not_kept_twice(by: PlanWriter) -> None:
    (action,) = taken(by)
    finish_action(by, action, change_of_risk=RiskChange.LOWER, done_on=by.on)
    kept = count(by, Rating)
    assert kept == len(view(by).over[0].line.rows) > 0
    assert rate_again(replace(by, at=NOON + timedelta(minutes=5)), action) == 0
    assert count(by, Rating) == kept


def test_taking_back_an_end_voids_its_fact(by: PlanWriter) -> None:
    (action,) = taken(by)
    drop_action(by, action, reason=DropReason.LANDLORD, words="Le bailleur refuse")
    reopen_action(replace(by, at=NOON + timedelta(minutes=1)), action)
    (row,) = rows(by)
    assert (row.status, row.closing_words) == ("a_faire", "")
    with by.database.read(service_id=by.service_id) as session:
        facts = {fact.kind: fact for fact in session.scalars(select(Fact))}
    assert facts["action_rouverte"].voids_id == facts["action_abandonnee"].id
    for _ in range(2):  # all at one instant: each end is taken back once
        finish_action(by, action, change_of_risk=RiskChange.SAME, done_on=by.on)
        reopen_action(by, action)
    with by.database.read(service_id=by.service_id) as session:
        voids = [fact.voids_id for fact in session.scalars(select(Fact).where(Fact.kind == "action_rouverte"))]
    assert len(set(voids)) == len(voids) == 3


def test_what_is_put_aside_comes_back_whole_unless_it_was_taken_on_again(by: PlanWriter) -> None:
    first, second = taken(by, 2)
    remove_action(by, first)
    remove_action(by, first)
    plan = view(by)
    assert [line.action_id for line in plan.taken] == [second]
    assert [gone.action_id for gone in plan.removed] == [first]
    assert restore_action(by, first)
    assert restore_action(by, first)
    assert {line.action_id for line in view(by).taken} == {first, second}
    remove_action(by, first)
    key = next(row.measure for row in rows(by) if row.id == first)
    choose_actions(by, [str(key)], with_dates=False, key="")
    assert len(rows(by)) == 2


def test_a_try_out_leaves_no_fact_and_no_rating(by: PlanWriter) -> None:
    make_trial(by)
    (action,) = taken(by)
    start_action(by, action)
    finish_action(by, action, change_of_risk=RiskChange.LOWER, done_on=by.on)
    rate_again(by, action)
    assert count(by, Fact) == count(by, Rating) == 0
    assert rows(by)[0].status == "fait"


def test_neither_another_service_nor_another_firm_reaches_an_action(by: PlanWriter, make_service: MakeService) -> None:
    (action,) = taken(by)
    elsewhere = replace(by, service_id=make_service("autre").id)
    with pytest.raises(UnknownAction):
        start_action(elsewhere, action)
    with pytest.raises(UnknownEstablishment):
        choose_actions(elsewhere, ["x"], with_dates=False, key="")
    with pytest.raises(UnknownAction):
        start_action(replace(by, establishment_id=uuid4()), action)
    assert rows(by)[0].status == "a_faire"


def test_a_plan_reads_the_declaration_of_its_day(by: PlanWriter) -> None:
    early = replace(by, on=date(2020, 1, 1))
    assert view(early).name == view(by).name
