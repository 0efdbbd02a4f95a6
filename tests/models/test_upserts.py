"""Writes outside the ORM keep the promises of the ORM."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from app.models.content import ContentVersion
from app.models.engine import Conflict, Database, UnitOfWorkError
from app.models.establishment import Company, EstablishmentRow
from app.models.upserts import change_rows, insert_rows, keep_content
from tests.engines import NOON, MakeService

TEXT = {"theme": "chaleur", "version": "1", "sha256": "a" * 64, "source": "x"}


@pytest.fixture
def service_id(database: Database, make_service: MakeService) -> UUID:
    service = make_service("ast")
    with database.unit_of_work(service_id=service.id) as uow:
        company = Company(siren=None, name="x", created_at=NOON)
        uow.add(company)
        uow.flush()
        uow.add_all(
            EstablishmentRow(company_id=company.id, siret=None, name=name, address="", created_at=NOON)
            for name in ("a", "b")
        )
    return service.id


def rows(database: Database, service_id: UUID) -> list[tuple[str, str, int]]:
    query = select(EstablishmentRow).order_by(EstablishmentRow.name)
    with database.read(service_id=service_id) as session:
        return [(row.name, row.address, row.row_version) for row in session.scalars(query)]


def test_rows_change_together_and_their_versions_move(database: Database, service_id: UUID) -> None:
    with database.unit_of_work(service_id=service_id) as uow:
        found = {row.name: row for row in uow.scalars(select(EstablishmentRow))}
        change_rows(uow, [(found["a"], {"address": "1"}), (found["b"], {"address": "2"})])
        assert (found["a"].address, found["a"].row_version) == ("1", 2)
        change_rows(uow, [(found["a"], {"name": "c", "siret": "73282932000074"})])
    assert rows(database, service_id) == [("b", "2", 2), ("c", "1", 3)]


@pytest.mark.parametrize("address", ["postgresql"], indirect=True)  # SQLite has one writer: the second one waits
@pytest.mark.parametrize("meddle", ["change", "remove"])
def test_a_row_changed_meanwhile_stops_the_whole(database: Database, service_id: UUID, meddle: str) -> None:
    def change_behind_its_back() -> None:
        with database.unit_of_work(service_id=service_id) as uow:
            found = list(uow.scalars(select(EstablishmentRow).order_by(EstablishmentRow.name)))
            with database.unit_of_work(service_id=service_id) as other:
                theirs = other.scalars(select(EstablishmentRow).where(EstablishmentRow.name == "b")).one()
                if meddle == "remove":
                    other.delete(theirs)
                else:
                    theirs.address = "theirs"
            change_rows(uow, [(row, {"address": "mine"}) for row in found])

    with pytest.raises(Conflict, match="establishment was changed or removed"):
        change_behind_its_back()
    expected = [("a", "", 1)] + ([("b", "theirs", 2)] if meddle == "change" else [])
    assert rows(database, service_id) == expected


def test_many_rows_are_inserted_for_the_service_of_the_session_alone(
    database: Database, service_id: UUID, make_service: MakeService
) -> None:
    away = make_service("ailleurs").id
    said = [{"siren": None, "name": name, "created_at": NOON, "service_id": away} for name in ("c", "d")]
    with database.unit_of_work(service_id=service_id) as uow:
        insert_rows(uow, Company, said)
        insert_rows(uow, Company, [])
        company = uow.scalars(select(Company).where(Company.name == "d")).one()
        firm = {"company_id": company.id, "siret": None, "name": "z", "address": "", "created_at": NOON}
        insert_rows(uow, EstablishmentRow, [firm])
    assert rows(database, service_id)[-1] == ("z", "", 1), "a living row begins at its first version"
    with database.read(service_id=away) as session:
        assert session.scalars(select(Company)).all() == []
    with database.read(service_id=service_id) as session, pytest.raises(UnitOfWorkError):
        insert_rows(session, Company, said)


def test_nothing_is_written_outside_a_unit_of_work(database: Database, service_id: UUID) -> None:
    with database.read(service_id=service_id) as session:
        row = session.scalars(select(EstablishmentRow)).first()
        assert row is not None
        with pytest.raises(UnitOfWorkError):
            change_rows(session, [(row, {"address": "x"})])
        with pytest.raises(UnitOfWorkError):
            keep_content(session, **TEXT, at=NOON)


def test_a_text_is_kept_once_even_by_two_at_once(database: Database) -> None:
    together = Barrier(4, timeout=30)

    def keep(_number: int) -> UUID:
        together.wait()
        with database.unit_of_work(service_id=None) as uow:
            return keep_content(uow, **TEXT, at=NOON)

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(keep, range(4)))
    with database.read() as session:
        assert {row.id for row in session.scalars(select(ContentVersion))} == found
    assert len(found) == 1


def test_another_text_of_the_same_version_is_another_row(database: Database) -> None:
    with database.unit_of_work(service_id=None) as uow:
        first = keep_content(uow, **TEXT, at=NOON)
        assert keep_content(uow, **TEXT, at=NOON) == first
        assert keep_content(uow, **{**TEXT, "sha256": "b" * 64, "source": "y"}, at=NOON) != first
