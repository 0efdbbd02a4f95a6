"""Versions made for the tests of documents and registers, and a hand that tampers with the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import inspect

from app.domain.inputs import FirmAssessment, Trigger, Validation
from app.intake.answers_toml import read_answers
from app.models.engine import Database
from app.models.service import Service
from app.services.assessments import record_assessment
from app.services.documents import validate_document
from app.services.registers import seal_service
from app.services.version_rows import Issued
from questionnaires import catalogue
from tests.engines import NOON

EXAMPLES = Path(__file__).parents[2] / "examples"
KEY = b"a key for the tests, of at least 32 bytes"
VALID = Validation(trigger=Trigger.YEARLY, reason="Première évaluation de la chaleur")


def example(name: str) -> FirmAssessment:
    """A shipped example, with a validation whatever the file says."""
    path = EXAMPLES / f"{name}.toml"
    firm = read_answers(path.read_bytes(), catalogue=catalogue.load(), file=path.name)
    return replace(firm, validation=VALID)


def record(database: Database, service: Service, firm: FirmAssessment, *, at: datetime = NOON) -> UUID:
    """Records a firm with the packaged content."""
    themes = [catalogue.load().theme(book.theme) for book in firm.books]
    content = {theme.theme: (theme.version, theme.sha256, theme.source) for theme in themes}
    with database.unit_of_work(service_id=service.id) as uow:
        return record_assessment(uow, firm, service=service, content=content, at=at)


def issue(
    database: Database,
    service: Service,
    place: UUID,
    firm: FirmAssessment,
    *,
    validation: Validation = VALID,
    at: datetime = NOON,
) -> Issued:
    """Makes the next version of an establishment."""
    return validate_document(
        database,
        service,
        place,
        validation=validation,
        catalogue=catalogue.load(),
        assessed_on=firm.assessed_on,
        at=at,
    )


def seal(database: Database, service: Service, *, days: int = 0) -> None:
    """Seals the service, some days after noon."""
    at = NOON + timedelta(days=days)
    with database.unit_of_work(service_id=service.id) as uow:
        seal_service(uow, service, key=KEY, on=at.date(), at=at)


def tamper(database: Database, *statements: str) -> None:
    """Does what somebody who owns the database can do: takes the triggers away, then writes."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
            for name in found:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.commit()
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        else:
            for table in inspect(connection).get_table_names():
                connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
