"""When an action of the plan counts as planned, on both engines: one standing fact at most, for the day that is set."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.workflow import Actor
from app.models.draft import ChosenActionRow
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.service import Service
from app.services.action_plans import (
    ActionDetails,
    PlanWriter,
    add_action,
    change_action,
    choose_actions,
    remove_action,
    restore_action,
)
from app.services.authors import Author
from app.services.facts import FactKind
from app.services.plan_views import plan_view
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, record

GERANTE = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
JUNE, JULY = date(2027, 6, 1), date(2027, 7, 1)


@pytest.fixture
def by(database: Database, make_service: MakeService) -> PlanWriter:
    service: Service = make_service("ast")
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


def action(by: PlanWriter) -> UUID:
    """The first proposal, taken on without a date."""
    with by.database.read(service_id=by.service_id) as session:
        key = plan_view(session, by.establishment_id, catalogue=by.catalogue, on=by.on).proposals[0].proposal
    choose_actions(by, [key], with_dates=False, key="")
    with by.database.read(service_id=by.service_id) as session:
        return session.scalars(select(ChosenActionRow.id)).one()


def planned(by: PlanWriter) -> list[tuple[date | None, str]]:
    """Day and rank of each fact that plans an action and stands."""
    with by.database.read(service_id=by.service_id) as session:
        facts = list(session.scalars(select(Fact)))
    voided = {fact.voids_id for fact in facts}
    return [
        (fact.due_on, fact.format) for fact in facts if fact.kind == FactKind.ACTION_PLANNED and fact.id not in voided
    ]


def say(by: PlanWriter, action_id: UUID, *, minutes: int, owner: str = "gérante", due: date | None = JUNE) -> None:
    """Writes who and when, some minutes later."""
    later = replace(by, at=by.at + timedelta(minutes=minutes))
    with by.database.read(service_id=by.service_id) as session:
        version = session.get_one(ChosenActionRow, action_id).row_version
    change_action(later, action_id, ActionDetails(owner=owner, due=due), version=version)


def test_an_action_is_planned_once_somebody_has_charge_of_it_and_a_day_is_set(by: PlanWriter) -> None:
    taken = action(by)
    assert planned(by) == []
    say(by, taken, minutes=1, due=None)
    assert planned(by) == []
    say(by, taken, minutes=2)
    (found,) = planned(by)
    assert found[0] == JUNE
    assert found[1] in {"SUPP", "SUBST", "TECH", "ORGA", "FORM", "INDIV"}


def test_the_same_day_again_counts_once_and_another_day_takes_its_place(by: PlanWriter) -> None:
    taken = action(by)
    say(by, taken, minutes=1)
    say(by, taken, minutes=2, owner="chef d'équipe")
    assert len(planned(by)) == 1
    say(by, taken, minutes=3, due=JULY)
    assert [day for day, _ in planned(by)] == [JULY]
    with by.database.read(service_id=by.service_id) as session:
        assert len(list(session.scalars(select(Fact).where(Fact.kind == FactKind.ACTION_PLANNED.value)))) == 2


def test_a_fact_that_voids_another_says_the_kind_it_voids(by: PlanWriter) -> None:
    taken = action(by)
    say(by, taken, minutes=1)
    say(by, taken, minutes=2, due=JULY)
    say(by, taken, minutes=3, due=None)
    with by.database.read(service_id=by.service_id) as session:
        facts = {fact.id: fact for fact in session.scalars(select(Fact))}
    said = [(fact.kind, fact.voids_kind) for fact in facts.values() if fact.voids_id is not None]
    planned_kind = FactKind.ACTION_PLANNED.value
    assert sorted(said) == [(planned_kind, planned_kind), (FactKind.CORRECTED.value, planned_kind)]
    assert {fact.voids_kind for fact in facts.values() if fact.voids_id is None} == {""}


@pytest.mark.parametrize("lost", [{"owner": ""}, {"due": None}])
def test_an_action_that_loses_its_person_or_its_day_is_planned_no_more(by: PlanWriter, lost: dict[str, str]) -> None:
    taken = action(by)
    say(by, taken, minutes=1)
    say(by, taken, minutes=2, **lost)  # type: ignore[arg-type]  # one argument of two
    assert planned(by) == []
    say(by, taken, minutes=3)
    assert [day for day, _ in planned(by)] == [JUNE]


def test_putting_an_action_aside_takes_the_plan_back_and_bringing_it_back_plans_it(by: PlanWriter) -> None:
    taken = action(by)
    say(by, taken, minutes=1)
    remove_action(replace(by, at=by.at + timedelta(minutes=2)), taken)
    assert planned(by) == []
    with by.database.read(service_id=by.service_id) as session:
        last = session.scalars(select(Fact).order_by(Fact.recorded_at.desc())).first()
    assert last is not None
    assert last.kind == FactKind.CORRECTED
    assert restore_action(replace(by, at=by.at + timedelta(minutes=3)), taken)
    assert [day for day, _ in planned(by)] == [JUNE]


def test_an_action_in_ones_own_words_may_be_planned_from_the_start(by: PlanWriter) -> None:
    add_action(by, ActionDetails(words="Acheter deux barnums", owner="gérante", due=JUNE, rank="TECH"), key="")
    assert planned(by) == [(JUNE, "TECH")]


def test_a_try_out_plans_nothing_that_counts(by: PlanWriter) -> None:
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        uow.get_one(EstablishmentRow, by.establishment_id).attachment = "essai"
    taken = action(by)
    say(by, taken, minutes=1)
    remove_action(by, taken)
    with by.database.read(service_id=by.service_id) as session:
        assert list(session.scalars(select(Fact))) == []
