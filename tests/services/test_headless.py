"""What an answers file may be refused for before anything is written, and the day its version is sealed on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.domain.inputs import ChosenAction, Override, OverrideField
from app.models.engine import Database
from app.services.headless import Home, assess_firm_file, refusals
from app.services.prevention_services import ensure_service, find_service
from app.services.registers import seals_of
from questionnaires import catalogue
from tests.domain.firms import ROOFER, ROOFER_ANSWERS, ROOFER_SITUATIONS, book, firm
from tests.engines import NOON
from tests.services.issuing import KEY, example

HOT_OFFICE = firm(ROOFER, book({**ROOFER_ANSWERS, "ch_locaux_temperature": "plus_33"}, ROOFER_SITUATIONS))
DEADLY = Override(
    theme="chaleur", situation="local_calme", unit="UT3", field=OverrideField.GRAVITY, value=4, reason="Malaise grave"
)
BETTER = Override(
    theme="chaleur",
    situation="local_calme",
    unit="UT3",
    field=OverrideField.MASTERY,
    value=2,
    reason="Stores posés",
    measure="ch_m_locaux_mesurer",
    checked_on="2026-10",
)


def test_each_value_set_by_hand_is_judged_beside_the_others() -> None:
    content = catalogue.load()
    for alone in (DEADLY, BETTER):
        assert refusals(replace(HOT_OFFICE, overrides=(alone,)), content) == ()
    for both in ((DEADLY, BETTER), (BETTER, DEADLY)):
        (told,) = refusals(replace(HOT_OFFICE, overrides=both), content)
        assert "on peut en mourir, et une protection essentielle manque" in told


def test_an_action_no_theme_has_is_refused_with_the_rest() -> None:
    taken = (ChosenAction(measure="ch_m_inconnue", theme="chaleur"), ChosenAction(text="Un auvent", theme="chaleur"))
    lowered = replace(DEADLY, situation="dehors", unit="UT1", value=3)
    told = refusals(replace(HOT_OFFICE, overrides=(lowered,), actions=taken), catalogue.load())
    assert len(told) == 2
    assert "ne se baisse pas" in told[0]
    assert "ch_m_inconnue" in told[1]


def test_a_version_is_sealed_on_the_day_of_its_service(sqlite_database: Database) -> None:
    with sqlite_database.unit_of_work(service_id=None) as uow:
        ensure_service(uow, slug="reunion", name="SPSTI", at=NOON, zone="Indian/Reunion")
    late = datetime(2026, 12, 31, 21, 30, tzinfo=UTC)  # already the new year there
    home = Home(slug="reunion", name="SPSTI", seal_key=KEY)
    assess_firm_file(sqlite_database, example("boulangerie-4"), home=home, catalogue=catalogue.load(), at=late)
    with sqlite_database.read() as session:
        service = find_service(session, "reunion")
    assert service is not None
    with sqlite_database.read(service_id=service.id) as session:
        assert [seal.sealed_on for seal in seals_of(session, service)] == [date(2027, 1, 1)]
