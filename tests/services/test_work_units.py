"""Work units keep their keys, their order and their answers, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.establishment import People
from app.domain.unit_starters import ANY_TRADE, STARTERS, starter_of, starters_for
from app.models.engine import Database
from app.models.establishment import WorkUnitRow
from app.models.service import Service
from app.services.assessments import load_assessment
from app.services.establishments import UnknownEstablishment
from app.services.once import AlreadyDone
from app.services.work_units import (
    LastUnit,
    TooManyUnits,
    UnitChanged,
    UnitDraft,
    UnknownUnit,
    add_unit,
    archive_unit,
    change_unit,
    list_units,
    move_unit,
    restore_unit,
)
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.web.people import establishment

TODAY = date(2026, 11, 21)
ROOF = UnitDraft(
    name="Équipe toiture",
    activities="Pose et réparation de couvertures",
    places="Chantiers",
    people=People(total=5, women=1, men=4, temps=1, apprentices=1),
    flags=frozenset({"exterieur", "deplacements"}),
    women_men="Vestiaires séparés",
)


class Firm:
    """An establishment without unit, and the acts of its people."""

    def __init__(self, database: Database, service: Service) -> None:
        self.database, self.service_id = database, service.id
        self.place: UUID = establishment(database, service, units=())

    def add(self, name: str, *, key: str = "") -> str:
        draft = replace(ROOF, name=name)
        return add_unit(self.database, self.place, draft, service_id=self.service_id, at=NOON, key=key)

    def archive(self, key: str) -> None:
        archive_unit(self.database, self.place, key, service_id=self.service_id, on=TODAY)

    def restore(self, key: str) -> None:
        restore_unit(self.database, self.place, key, service_id=self.service_id)

    def move(self, key: str, *, up: bool, once: str = "") -> None:
        move_unit(self.database, self.place, key, service_id=self.service_id, up=up, at=NOON, once=once)

    def change(self, key: str, draft: UnitDraft, *, version: int) -> None:
        change_unit(self.database, self.place, key, draft, service_id=self.service_id, version=version)

    def version(self, key: str) -> int:
        with self.database.read(service_id=self.service_id) as session:
            return next(card.version for card in list_units(session, self.place).in_use if card.key == key)

    def names(self) -> tuple[list[str], list[str]]:
        with self.database.read(service_id=self.service_id) as session:
            found = list_units(session, self.place)
        return [card.draft.name for card in found.in_use], [card.draft.name for card in found.aside]


@pytest.fixture
def firm(database: Database, make_service: MakeService) -> Firm:
    return Firm(database, make_service("ast"))


def test_a_unit_is_read_by_the_engine_as_it_was_typed(firm: Firm) -> None:
    firm.add("Équipe toiture")
    with firm.database.read(service_id=firm.service_id) as session:
        (unit,) = load_assessment(session, firm.place, assessed_on=TODAY).establishment.units
    assert unit.key == "UT1"
    assert (unit.name, unit.activities, unit.places) == (ROOF.name, ROOF.activities, ROOF.places)
    assert (unit.people, unit.flags, unit.women_men) == (ROOF.people, ROOF.flags, ROOF.women_men)


def test_a_key_is_never_given_twice(firm: Firm) -> None:
    assert [firm.add(name) for name in ("a", "b")] == ["UT1", "UT2"]
    firm.archive("UT2")
    assert firm.add("c") == "UT3"
    firm.restore("UT2")
    assert firm.names() == (["a", "c", "b"], [])


def test_a_double_tap_adds_one_unit(firm: Firm) -> None:
    firm.add("a", key="a-key-of-this-form-only")
    with pytest.raises(AlreadyDone) as done:
        firm.add("a", key="a-key-of-this-form-only")
    assert done.value.outcome == "UT1"
    assert firm.names() == (["a"], [])


def test_the_last_unit_in_use_stays(firm: Firm) -> None:
    firm.add("a")
    firm.add("b")
    firm.archive("UT1")
    firm.archive("UT1")
    assert firm.names() == (["b"], ["a"])
    with pytest.raises(LastUnit):
        firm.archive("UT2")
    assert firm.names() == (["b"], ["a"])


def test_two_people_cannot_put_aside_the_last_two_units_at_once(firm: Firm) -> None:
    firm.add("a")
    firm.add("b")
    start = Barrier(2)

    def archive(key: str) -> bool:
        start.wait()
        try:
            firm.archive(key)
        except LastUnit:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(archive, ("UT1", "UT2")))
    assert sorted(done) == [False, True]
    assert len(firm.names()[0]) == 1


def test_two_people_adding_at_once_get_two_keys(firm: Firm) -> None:
    start = Barrier(2)

    def add(name: str) -> str:
        start.wait()
        return firm.add(name)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(add, ("a", "b"))) == ["UT1", "UT2"]


def test_an_archived_unit_leaves_the_document_and_comes_back_whole(firm: Firm) -> None:
    firm.add("a")
    firm.add("b")
    firm.archive("UT1")
    with firm.database.read(service_id=firm.service_id) as session:
        (unit,) = load_assessment(session, firm.place, assessed_on=TODAY).establishment.units
        assert unit.key == "UT2"
    firm.restore("UT1")
    firm.restore("UT1")
    with firm.database.read(service_id=firm.service_id) as session:
        units = load_assessment(session, firm.place, assessed_on=TODAY).establishment.units
    assert [unit.key for unit in units] == ["UT2", "UT1"]
    assert units[1].people == ROOF.people


def test_units_move_one_place_and_stop_at_the_ends(firm: Firm) -> None:
    for name in ("a", "b", "c"):
        firm.add(name)
    firm.move("UT3", up=True)
    assert firm.names()[0] == ["a", "c", "b"]
    firm.move("UT1", up=True)
    firm.move("UT2", up=False)
    assert firm.names()[0] == ["a", "c", "b"]
    firm.move("UT1", up=False, once="a-key-of-this-page-only")
    with pytest.raises(AlreadyDone):
        firm.move("UT1", up=False, once="a-key-of-this-page-only")
    assert firm.names()[0] == ["c", "a", "b"]


def test_moving_skips_the_units_put_aside(firm: Firm) -> None:
    for name in ("a", "b", "c"):
        firm.add(name)
    firm.archive("UT2")
    firm.move("UT3", up=True)
    assert firm.names() == (["c", "a"], ["b"])
    firm.move("UT2", up=True)
    assert firm.names() == (["c", "a"], ["b"])


def test_a_change_by_somebody_else_is_never_overwritten(firm: Firm) -> None:
    firm.add("a")
    shown = firm.version("UT1")
    firm.change("UT1", replace(ROOF, name="b"), version=shown)
    with pytest.raises(UnitChanged) as refused:
        firm.change("UT1", replace(ROOF, name="c"), version=shown)
    assert refused.value.now.draft.name == "b"
    firm.change("UT1", replace(ROOF, name="b"), version=shown)
    firm.change("UT1", replace(ROOF, name="c"), version=refused.value.now.version)
    assert firm.names() == (["c"], [])


def test_there_are_ninety_nine_keys(firm: Firm) -> None:
    firm.add("a")
    with firm.database.unit_of_work(service_id=firm.service_id) as uow:
        row = uow.scalars(select(WorkUnitRow)).one()
        row.key = "UT99"
    with pytest.raises(TooManyUnits):
        firm.add("b")
    with firm.database.read(service_id=firm.service_id) as session:
        assert list_units(session, firm.place).full


def test_the_units_of_another_service_do_not_exist(firm: Firm, make_service: MakeService) -> None:
    firm.add("a")
    elsewhere = make_service("autre").id
    with pytest.raises(UnknownEstablishment):
        archive_unit(firm.database, firm.place, "UT1", service_id=elsewhere, on=TODAY)
    with pytest.raises(UnknownEstablishment):
        add_unit(firm.database, uuid4(), ROOF, service_id=firm.service_id, at=NOON, key="")
    for key in ("UT2", "", "UT1 ", "*"):
        with pytest.raises(UnknownUnit):
            change_unit(firm.database, firm.place, key, ROOF, service_id=firm.service_id, version=1)


def test_every_sector_has_two_to_four_questions_and_no_two_codes_differ() -> None:
    assert set(STARTERS) == set(catalogue.load().sectors)
    every = [starter for starters in (*STARTERS.values(), ANY_TRADE) for starter in starters]
    for sector, starters in STARTERS.items():
        assert 2 <= len(starters) <= 4, sector
        assert all(starter.question.endswith(" ?") for starter in starters), sector
    for starter in every:
        assert starter_of(starter.code) == starter


def test_what_is_already_there_is_not_asked_again() -> None:
    asked = starters_for({"btp"})
    assert asked[0].question == "Avez-vous des personnes sur chantier ?"
    assert asked[0] not in starters_for({"btp"}, known={asked[0].name})
    assert starters_for(()) == ANY_TRADE
    assert starters_for({"paysage", "agri_vert"})[0] == STARTERS["paysage"][0]
    assert starter_of("autre") is None
