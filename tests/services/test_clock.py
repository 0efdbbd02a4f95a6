"""Days are those of the service's zone; a service is made once."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.models.engine import Database
from app.services.clock import local_day, system_clock
from app.services.prevention_services import ensure_service, find_service
from tests.engines import NOON


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/Paris", date(2026, 12, 31)),
        ("Indian/Reunion", date(2027, 1, 1)),
        ("America/Martinique", date(2026, 12, 31)),
    ],
)
def test_a_day_is_counted_where_the_service_is(zone: str, day: date) -> None:
    assert local_day(datetime(2026, 12, 31, 21, 30, tzinfo=UTC), zone) == day


def test_the_system_clock_has_a_zone() -> None:
    assert system_clock().tzinfo is UTC


def test_a_service_is_made_once(database: Database) -> None:
    with database.unit_of_work(service_id=None) as uow:
        made = ensure_service(uow, slug="ast", name="AST", at=NOON, zone="Indian/Reunion")
    with database.unit_of_work(service_id=None) as uow:
        again = ensure_service(uow, slug="ast", name="Autre nom", at=NOON)
    assert (again.id, again.name, again.zone) == (made.id, "AST", "Indian/Reunion")
    with database.read() as session:
        assert find_service(session, "inconnu") is None
