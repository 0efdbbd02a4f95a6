"""Flask-SQLAlchemy lives by the same rules as the command line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.models.engine import UnitOfWorkError, unit_of_work
from app.models.establishment import Company
from app.models.flask_binding import bind
from app.models.service import Service
from app.models.tenancy import TenancyError, bind_service
from app.services.prevention_services import ensure_service
from tests.engines import NOON


@pytest.fixture
def app(address: str) -> Iterator[Flask]:
    flask = Flask("test")
    database = bind(flask, address)
    with database.unit_of_work(service_id=None) as uow:
        ensure_service(uow, slug="ast", name="AST", at=NOON)
    yield flask
    database.close()


def test_a_request_reads_then_writes_in_its_own_session(app: Flask) -> None:
    with app.app_context():
        service = db.session.scalars(select(Service)).one()
        bind_service(db.session(), service.id)
        assert db.session.scalars(select(Company)).all() == []
        with unit_of_work(db.session()) as uow:
            uow.add(Company(siren=None, name="Boulangerie", created_at=NOON))
        assert db.session.scalars(select(Company.name)).all() == ["Boulangerie"]
    with app.app_context(), pytest.raises(TenancyError, match="cannot read company"):
        db.session.scalars(select(Company)).all()


def test_a_view_cannot_write_on_its_own(app: Flask) -> None:
    with app.app_context():
        service = db.session.scalars(select(Service)).one()
        service.name = "Autre"
        with pytest.raises(UnitOfWorkError):
            db.session.commit()
        db.session.rollback()


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_the_engine_of_the_web_follows_the_rules(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
