"""Who meets which situation how often, saved cell by cell, on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.domain.answer_marks import NO_ANSWER, UNDECIDED, words_mark
from app.models.draft import SituationFactRow
from app.models.engine import Database
from app.models.establishment import WorkUnitRow
from app.models.service import Service
from app.services.answering import save_section
from app.services.screening import cell_code, save_grid, screening_choices
from app.services.theme_drafts import Seat, Workbook, open_workbook
from forms.grid import NOBODY
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.firms import ROOFER
from tests.services.test_answering import FOREMAN, posted, seat_of
from tests.web.people import establishment

UNITS = (("UT1", "Couvreurs", 6), ("UT2", "Atelier", 2), ("UT3", "Bureau", 1))


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("spsti45")


@pytest.fixture
def seat(database: Database, service: Service) -> Seat:
    """A roofer that ticked two situations."""
    seat = seat_of(service, establishment(database, service, "Couverture", at=NOON, units=UNITS))
    save_section(database, seat, "reperage", posted(ch_situations_exposantes=["dehors", "local_calme"]))
    return seat


def cells(shown: Workbook | None = None, **codes: str) -> MultiDict[str, str]:
    """What the grid sends when the cells named `dehors__UT1` were ticked."""
    pairs: list[tuple[str, str]] = []
    for name, code in codes.items():
        situation, _, key = name.partition("__")
        field = f"{situation}.{key}.frequence"
        known = cell_code(shown, situation, key) if shown else ""
        pairs += [(field, code), (f"{field}__base", words_mark(known))]
    return MultiDict(pairs)


def frequencies(database: Database, seat: Seat) -> dict[str, dict[str, int | None]]:
    with database.read(service_id=seat.service_id) as session:
        book = open_workbook(session, seat).book
        return {name: dict(facts.frequency) for name, facts in book.situations.items()}


def test_a_whole_grid_is_saved(database: Database, seat: Seat) -> None:
    saved = save_grid(
        database,
        seat,
        cells(
            dehors__UT1="4", dehors__UT2="0", dehors__UT3="0",
            local_calme__UT1="0", local_calme__UT2="ne_sait_pas", local_calme__UT3="3",
        ),
    )  # fmt: skip
    assert saved.whole
    assert frequencies(database, seat) == {"dehors": {"UT1": 4}, "local_calme": {"UT2": None, "UT3": 3}}
    codes = {key: cell_code(saved.workbook, "local_calme", key) for key in ("UT1", "UT2", "UT3")}
    assert codes == {"UT1": "0", "UT2": "ne_sait_pas", "UT3": "3"}
    with database.read(service_id=seat.service_id) as session:
        row = session.scalars(select(SituationFactRow)).first()
        assert row is not None
        assert (row.author_role, row.answered_at) == ("gérante", NOON)


def test_a_unit_nobody_spoke_of_is_concerned_and_its_cell_stays_empty(database: Database, seat: Seat) -> None:
    saved = save_grid(database, seat, cells(dehors__UT1="4"))
    assert frequencies(database, seat) == {"dehors": {"UT1": 4, "UT2": None, "UT3": None}}
    assert cell_code(saved.workbook, "dehors", "UT2") == ""
    assert cell_code(saved.workbook, "local_calme", "UT1") == ""


def test_a_new_unit_is_asked_and_not_taken_for_safe(database: Database, seat: Seat) -> None:
    save_grid(database, seat, cells(dehors__UT1="4", dehors__UT2="0", dehors__UT3="0"))
    with database.unit_of_work(service_id=seat.service_id) as uow:
        office = uow.scalars(select(WorkUnitRow).where(WorkUnitRow.key == "UT3")).one()
        office.key = "UT4"
    with database.read(service_id=seat.service_id) as session:
        workbook = open_workbook(session, seat)
    assert cell_code(workbook, "dehors", "UT4") == ""
    assert cell_code(workbook, "dehors", "UT2") == "0"


def test_a_situation_that_concerns_nobody_is_told_and_the_other_one_saved(database: Database, seat: Seat) -> None:
    saved = save_grid(
        database,
        seat,
        cells(dehors__UT1="0", dehors__UT2="0", dehors__UT3="0", local_calme__UT3="2"),
    )
    assert [(fault.anchor, fault.words) for fault in saved.faults] == [
        ("dehors.UT1.frequence", f"Travail physique dehors : {NOBODY}")
    ]
    assert frequencies(database, seat) == {"local_calme": {"UT1": None, "UT2": None, "UT3": 2}}


def test_two_people_on_one_cell_keep_the_stored_one(database: Database, seat: Seat) -> None:
    other = replace(seat, author=FOREMAN)
    save_grid(database, seat, cells(dehors__UT1="4"))
    saved = save_grid(database, other, cells(dehors__UT1="2", dehors__UT2="1"))
    (clash,) = saved.clashes
    assert (clash.name, clash.stored, clash.role, clash.mine) == ("dehors.UT1.frequence", "4", "gérante", "2")
    assert frequencies(database, seat) == {"dehors": {"UT1": 4, "UT2": 1, "UT3": None}}
    chosen = MultiDict([("dehors.UT1.frequence", "2"), ("dehors.UT1.frequence__base", UNDECIDED + words_mark("4"))])
    assert save_grid(database, other, chosen).whole
    assert frequencies(database, seat)["dehors"]["UT1"] == 2


def test_a_cell_is_changed_over_the_mark_it_was_shown_with(database: Database, seat: Seat) -> None:
    shown = save_grid(database, seat, cells(dehors__UT1="4")).workbook
    assert save_grid(database, seat, cells(shown, dehors__UT1="1", dehors__UT2="0")).whole
    assert frequencies(database, seat) == {"dehors": {"UT1": 1, "UT3": None}}


@pytest.mark.parametrize("code", ["\x00", "\ud800", "5", "-1", str(2**63), "x" * 100_000, "<b>", "4 "])
def test_nothing_posted_breaks_the_grid(database: Database, seat: Seat, code: str) -> None:
    posted_ = MultiDict(
        [
            ("dehors.UT1.frequence", code),
            ("dehors.UT1.frequence", "4"),
            ("dehors.UT1.frequence__base", code),
            ("dehors.UT2.frequence", code),
            ("dehors.UT2.frequence__base", NO_ANSWER),
            ("dehors.UT9.frequence", "4"),
            ("licorne.UT1.frequence", "4"),
            ("source.UT1.frequence", "4"),
        ]
    )
    saved = save_grid(database, seat, posted_)
    assert "dehors.UT2.frequence" in [fault.anchor for fault in saved.faults]
    assert set(frequencies(database, seat)) <= {"dehors"}


def test_what_a_trade_often_has_comes_first_and_unit_flags_count() -> None:
    theme = catalogue.load().theme("chaleur")
    place = replace(ROOFER.establishment, sectors=frozenset({"btp"}))
    choices = screening_choices(theme, place)
    assert [option.code for option in choices.often] == ["dehors", "combles_toiture", "chez_client"]
    assert [option.code for option in choices.alone] == ["aucune"]
    assert len(choices.often) + len(choices.others) == 6
    assert choices.known["seul"] == ()
    lonely = replace(
        place, sectors=frozenset(), units=(replace(place.units[0], flags=frozenset({"isole", "domicile"})),)
    )
    choices = screening_choices(theme, lonely)
    assert [option.code for option in choices.often] == ["chez_client"]
    assert choices.known["seul"] == (lonely.units[0].name,)
