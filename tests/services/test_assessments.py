"""What a firm said comes back as it was said, on both engines."""

from __future__ import annotations

from dataclasses import replace

from app.domain.inputs import FirmAssessment
from app.models.engine import Database
from app.services.assessments import load_assessment, record_assessment
from tests.engines import NOON, MakeService
from tests.services.firms import CONTENT, ROOFER

LATER = NOON.replace(hour=15)


def without_validation(firm: FirmAssessment) -> FirmAssessment:
    return replace(firm, validation=None)


def test_a_firm_comes_back_as_it_was_recorded(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    with database.unit_of_work(service_id=service.id) as uow:
        key = record_assessment(uow, ROOFER, service=service, content=CONTENT, at=NOON)
    with database.read(service_id=service.id) as session:
        assert load_assessment(session, key, assessed_on=ROOFER.assessed_on) == without_validation(ROOFER)
