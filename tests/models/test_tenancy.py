"""The guard between services, and the ways around it that were tried."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Select, bindparam, delete, exists, func, insert, literal, select, text, union_all, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app.models import tenancy
from app.models.engine import Conflict, Database, unit_of_work
from app.models.establishment import Company, EstablishmentRow
from app.models.service import Service
from app.models.tenancy import TenancyError, across_services, bind_service
from tests.engines import NOON, MakeService, service_in


@pytest.fixture
def north(database: Database, make_service: MakeService) -> Service:
    """A service with one company; another service has one too."""
    for slug in ("nord", "sud"):
        service = make_service(slug)
        with database.unit_of_work(service_id=service.id) as uow:
            company = Company(siren="732829320", name=slug, created_at=NOON)
            uow.add(company)
            uow.flush()
            uow.add(EstablishmentRow(company_id=company.id, siret=None, name=slug, address="", created_at=NOON))
    return make_service("nord")


other = aliased(Company)
cte = select(Company.name).cte()

READS: dict[str, Select[str]] = {
    "plain": select(Company.name),
    "alias": select(other.name),
    "join from a global table": select(Company.name)
    .select_from(Service)
    .join(Company, Company.service_id == Service.id),
    "join without a shared service": select(EstablishmentRow.name).join(Company, literal(value=True)),
    "subquery": select(select(Company.name).subquery().c.name),
    "scalar subquery": select(select(func.max(Company.name)).scalar_subquery()).select_from(Service).limit(1),
    "cte": select(cte.c.name),
    "union": select(union_all(select(Company.name), select(other.name)).subquery().c.name),
    "exists": select(Service.slug).where(exists().where(Company.service_id == Service.id)),
    "in": select(Service.slug).where(Service.id.in_(select(Company.service_id))),
    "count": select(func.max(Company.name)).select_from(Company),
    "group": select(func.max(Company.name)).group_by(Company.siren),
    "outer join": select(Company.name)
    .select_from(Service)
    .outerjoin(Company, Company.service_id == Service.id)
    .where(Company.name.is_not(None)),
}


def test_no_read_sees_another_service(database: Database, north: Service) -> None:
    with database.read(service_id=north.id) as session:
        assert {name: set(session.scalars(query)) for name, query in READS.items()} == {key: {"nord"} for key in READS}
    with database.read(service_id=other_service(database)) as session:  # the same statements, from the cache
        assert {name: set(session.scalars(query)) for name, query in READS.items()} == {key: {"sud"} for key in READS}
    with database.across_services("the test must be able to fail") as session:
        assert [name for name, query in READS.items() if "sud" not in set(session.scalars(query))] == []


def test_one_statement_serves_two_services_in_turn(database: Database, north: Service) -> None:
    services = {"nord": north.id, "sud": other_service(database)}
    told = select(Company.name).where(Company.siren == bindparam("siren"))
    for slug in ("nord", "sud", "nord", "sud", "sud", "nord"):
        with database.read(service_id=services[slug]) as session:
            found = {name: set(session.scalars(query)) for name, query in READS.items()}
            assert found == {key: {slug} for key in READS}
            assert list(session.scalars(told, {"siren": "732829320"})) == [slug]
            assert list(session.scalars(told, {"siren": "0"})) == []


def test_one_statement_serves_two_services_at_once(database: Database, north: Service) -> None:
    services = {"nord": north.id, "sud": other_service(database)}

    def read(slug: str) -> set[tuple[str, str]]:
        seen: set[tuple[str, str]] = set()
        for _ in range(20):
            with database.read(service_id=services[slug]) as session:
                seen |= {(slug, name) for query in READS.values() for name in session.scalars(query)}
        return seen

    with ThreadPoolExecutor(max_workers=4) as pool:
        found = set[tuple[str, str]]().union(*pool.map(read, ("nord", "sud", "nord", "sud")))
    assert found == {("nord", "nord"), ("sud", "sud")}


def test_what_a_statement_may_read_is_decided_for_each_session(database: Database, north: Service) -> None:
    query = select(Company.name)
    for _ in range(2):
        with database.read() as session, pytest.raises(TenancyError, match="cannot read company"):
            session.scalars(query).all()
        with database.across_services("the same statement, everywhere") as session:
            assert set(session.scalars(query)) == {"nord", "sud"}
        with database.read(service_id=north.id) as session:
            assert list(session.scalars(query)) == ["nord"]


def test_a_statement_serves_more_services_than_it_keeps(sqlite_database: Database) -> None:
    query = select(Company.name)
    slugs = [f"service{number}" for number in range(2 * tenancy._KEPT_SERVICES + 1)]
    services = {slug: service_in(sqlite_database, slug).id for slug in slugs}
    for slug, service_id in services.items():
        write(
            sqlite_database,
            service_id,
            lambda uow, slug=slug: uow.add(Company(siren=None, name=slug, created_at=NOON)),  # type: ignore[misc]  # mypy guesses no type for the default
        )
    for slug in (*slugs, *reversed(slugs)):
        with sqlite_database.read(service_id=services[slug]) as session:
            assert list(session.scalars(query)) == [slug]
        assert len(tenancy._kept[query]) <= tenancy._KEPT_SERVICES


def test_a_statement_of_one_request_is_not_kept(sqlite_database: Database) -> None:
    service = service_in(sqlite_database, "nord")
    query = select(Company.name)
    gone = weakref.ref(query)
    with sqlite_database.read(service_id=service.id) as session:
        assert list(session.scalars(query)) == []
    del query, session
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("query", READS.values(), ids=READS.keys())
def test_no_read_without_a_service(sqlite_database: Database, query: Select[str]) -> None:
    with sqlite_database.read() as session, pytest.raises(TenancyError, match="works for no service cannot read"):
        session.scalars(query).all()


def test_a_row_of_another_service_is_not_found_by_its_identity(database: Database, north: Service) -> None:
    with database.across_services("find the other's row") as session:
        theirs = session.scalars(select(Company).where(Company.name == "sud")).one()
    with database.read(service_id=north.id) as session:
        assert session.get(Company, theirs.id) is None
        assert session.get(Company, uuid4()) is None


def test_the_old_query_interface_is_guarded_too(database: Database, north: Service) -> None:
    with database.read(service_id=north.id) as session:
        assert [row.name for row in session.query(Company)] == ["nord"]
        assert session.query(Company).count() == 1
        with pytest.raises(TenancyError, match="bulk statements"):
            session.query(Company).delete()


def test_merging_a_row_does_not_reach_another_services(database: Database, north: Service) -> None:
    with database.across_services("find the other's row") as session:
        theirs = session.scalars(select(Company.id).where(Company.name == "sud")).one()
    copy = Company(id=theirs, service_id=north.id, siren=None, name="mine", created_at=NOON)
    with pytest.raises((IntegrityError, Conflict)):  # PostgreSQL tells a primary key like any unique key
        write(database, north.id, lambda uow: uow.merge(copy))
    with database.across_services("see that it is untouched") as session:
        assert session.scalars(select(Company.name).where(Company.id == theirs)).one() == "sud"


def test_global_tables_need_no_service(database: Database, north: Service) -> None:
    with database.read() as session:
        assert set(session.scalars(select(Service.slug))) == {"nord", "sud"}


def test_a_row_cannot_be_written_for_another_service(database: Database, north: Service) -> None:
    theirs = other_service(database)
    with pytest.raises(TenancyError, match="belongs to another service"):
        write(database, north.id, lambda uow: uow.add(company_for(theirs)))
    with pytest.raises(TenancyError, match="works for no service"):
        write(database, None, lambda uow: uow.add(company_for(theirs)))


def test_a_row_cannot_move_to_another_service(database: Database, north: Service) -> None:
    theirs = other_service(database)

    def move(uow: Session) -> None:
        uow.scalars(select(Company)).one().service_id = theirs

    with pytest.raises(TenancyError, match="belongs to another service"):
        write(database, north.id, move)


def test_a_row_without_service_takes_the_sessions(database: Database, north: Service) -> None:
    write(database, north.id, lambda uow: uow.add(Company(siren=None, name="new", created_at=NOON)))
    with database.across_services("see whose it is") as session:
        assert session.scalars(select(Company.service_id).where(Company.name == "new")).one() == north.id


def test_the_database_itself_refuses_a_parent_of_another_service(database: Database, north: Service) -> None:
    with database.across_services("find the other's parent") as session:
        theirs = session.scalars(select(Company.id).where(Company.name == "sud")).one()
    row = EstablishmentRow(company_id=theirs, siret=None, name="x", address="", created_at=NOON)
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        write(database, north.id, lambda uow: uow.add(row))


AROUND: dict[str, Callable[[Session], object]] = {
    "text": lambda session: session.execute(text("SELECT name FROM company")),
    "text as rows": lambda session: session.scalars(select(Company).from_statement(text("SELECT * FROM company"))),
    "table": lambda session: session.execute(select(Company.__table__)),
    "metadata": lambda session: session.execute(select(Company.metadata.tables["company"].c.name)),
    "update": lambda session: session.execute(update(Company).values(name="mine")),
    "delete": lambda session: session.execute(delete(Company)),
    "insert": lambda session: session.execute(insert(Company), [{"id": uuid4(), "name": "x"}]),
}


def test_ways_around_through_a_session_are_refused(database: Database, north: Service) -> None:
    for name, way in AROUND.items():
        try:
            write(database, north.id, way)
        except TenancyError:
            continue
        pytest.fail(f"{name} went through")
    with database.across_services("count what is left") as session:
        assert sorted(session.scalars(select(Company.name))) == ["nord", "sud"]


def test_a_session_keeps_its_service(database: Database, north: Service) -> None:
    with database.read(service_id=north.id) as session:
        bind_service(session, north.id)
        with pytest.raises(TenancyError, match="another service"):
            bind_service(session, uuid4())
        with pytest.raises(TenancyError, match="already works for one"):
            across_services(session, "look elsewhere")
        assert list(session.scalars(select(Company.name))) == ["nord"]


def test_the_door_takes_a_reason_and_only_reads(database: Database, north: Service) -> None:
    with pytest.raises(TenancyError, match="takes a reason"), database.across_services(" ") as session:
        pytest.fail("opened without a reason")
    with database.across_services("read everything") as session:
        with pytest.raises(TenancyError, match="another service"):
            bind_service(session, north.id)
        with pytest.raises(TenancyError, match="works for no service"), unit_of_work(session):
            session.scalars(select(Company).where(Company.name == "sud")).one().name = "mine"


def test_a_plain_session_is_guarded_too(database: Database, north: Service) -> None:
    with Session(database.engine) as session, pytest.raises(TenancyError, match="cannot read company"):
        session.scalars(select(Company)).all()


def write(database: Database, service_id: UUID | None, act: Callable[[Session], object]) -> None:
    with database.unit_of_work(service_id=service_id) as uow:
        act(uow)


def company_for(service_id: UUID) -> Company:
    return Company(service_id=service_id, siren=None, name="x", created_at=NOON)


def other_service(database: Database) -> UUID:
    with database.read() as session:
        return session.scalars(select(Service.id).where(Service.slug == "sud")).one()
