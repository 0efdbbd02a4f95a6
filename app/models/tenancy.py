"""The guard between services: a session knows its SPSTI, reads and writes nothing of another.

The listeners sit on SQLAlchemy's `Session` class itself, so no session can be opened without them, Flask's included.
The guard covers ORM statements. What it cannot see (SQL as text, tables without their class, `insert` of a dialect,
statements on a bare connection) is refused here when it passes through a session, and refused in the source by
tests/models/test_no_way_around.py when it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import cast
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, event
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement

from app.extensions import Base
from app.models.columns import TenantRow

OUTSIDE_ORM = "jalon_outside_orm"
"""Execution option that only app/models/upserts.py may set."""

_SERVICE = "jalon_service"
_REASON = "jalon_across"


class TenancyError(Exception):
    """Code tried to reach rows of a service it does not work for."""


def bind_service(session: Session, service_id: UUID) -> None:
    """Ties a session to one service, for its whole life; raises TenancyError when it is tied to another."""
    if _REASON in session.info or session.info.get(_SERVICE, service_id) != service_id:
        raise TenancyError("this session already works for another service")
    session.info[_SERVICE] = service_id


def across_services(session: Session, reason: str) -> None:
    """Lets a session read the rows of every service; the one door, with the reason it is opened for."""
    if not reason.strip():
        raise TenancyError("reading across services takes a reason")
    if _SERVICE in session.info:
        raise TenancyError("this session already works for one service")
    session.info[_REASON] = reason


def service_of(session: Session) -> UUID:
    """The service a session works for; raises TenancyError when it has none."""
    service_id = session.info.get(_SERVICE)
    if not isinstance(service_id, UUID):
        raise TenancyError("this session works for no service")
    return service_id


@event.listens_for(Session, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    if state.execution_options.get(OUTSIDE_ORM):
        return
    if not state.is_orm_statement:
        raise TenancyError("SQL outside the ORM escapes the guard between services: app/models/upserts.py is its place")
    if not state.is_select or state.is_from_statement:
        raise TenancyError("bulk statements skip row versions and the guard: write through objects or upserts.py")
    if state.is_column_load or state.is_relationship_load:
        return  # attributes of an object this session has loaded already, under the guard
    statement = state.statement
    if _SERVICE in state.session.info:
        state.statement = _filtered(statement, service_of(state.session))
    elif _REASON not in state.session.info:
        _refuse_tenant_tables(statement)


_KEPT_SERVICES = 16
"""Services whose filtered statements are kept beside each statement."""

_kept: WeakKeyDictionary[Executable, dict[UUID, Executable]] = WeakKeyDictionary()
"""A statement -> the same one, filtered for a service.

SQLAlchemy remembers on a statement what it took long to work out of it (the key of its compiled form), and a filtered
statement made anew would have it worked out at each execution. A statement never changes once it is made, so what was
filtered of it for a service stays true as long as it lives; one that is built for a single request goes with it.
"""
_refused: WeakKeyDictionary[Executable, tuple[str, ...]] = WeakKeyDictionary()
"""A statement -> the tables that a session without service may not read through it."""


def _filtered(statement: Executable, service_id: UUID) -> Executable:
    kept = _kept.get(statement)
    found = kept.get(service_id) if kept else None
    if found is None:
        found = statement.options(_only_of(service_id))
        if kept is None or len(kept) >= _KEPT_SERVICES:
            _kept[statement] = {service_id: found}
        else:
            kept[service_id] = found
    return found


@lru_cache(maxsize=256)
def _only_of(service_id: UUID) -> LoaderCriteriaOption:
    """The criterion of one service; building it walks every table class, and each page asks for it ten times."""
    return with_loader_criteria(TenantRow, lambda row: row.service_id == service_id, include_aliases=True)


def _refuse_tenant_tables(statement: Executable) -> None:
    touched = _refused.get(statement)
    if touched is None:
        touched = _refused[statement] = tuple(
            sorted(set(_tables_of(cast(ClauseElement, statement))) & _tenant_tables())
        )
    if touched:
        raise TenancyError(f"a session that works for no service cannot read {', '.join(touched)}")


def _tables_of(statement: ClauseElement) -> Iterator[str]:
    for element in visitors.iterate(statement):
        table = element if element.__visit_name__ == "table" else getattr(element, "table", None)
        name = getattr(table, "name", None)
        if isinstance(name, str):
            yield name


def _tenant_tables() -> set[str]:
    return {str(mapper.local_table) for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantRow)}


@event.listens_for(Session, "before_flush")
def _guard_rows(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    for row in chain(session.new, session.dirty, session.deleted):
        if not isinstance(row, TenantRow):
            continue
        service_id = service_of(session)
        given: object = row.service_id
        if given is None:
            row.service_id = service_id
        elif given != service_id:
            raise TenancyError(f"a row of {type(row).__name__} belongs to another service")
