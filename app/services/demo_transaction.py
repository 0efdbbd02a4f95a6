"""One firm of the demonstration in one transaction, through services that each believe to have their own.

A load that is interrupted leaves whole firms or nothing of them. Every fact written meanwhile is marked as one of the
demonstration, under an identity of its own, which is how a firm already loaded is known: facts are never removed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app.models.engine import Database
from app.models.fact import Fact

SOURCE = "demo"


@dataclass(frozen=True, slots=True)
class OneTransaction(Database):
    """A database whose every unit of work is a part of one that is already open."""

    session: Session

    @contextmanager
    def read(self, *, service_id: UUID | None = None) -> Iterator[Session]:  # noqa: ARG002 (bound already)
        """The open session, which sees what was written so far."""
        yield self.session

    @contextmanager
    def unit_of_work(self, *, service_id: UUID | None) -> Iterator[Session]:  # noqa: ARG002 (bound already)
        """The open session; what is loaded is read again, as at the start of any unit of work."""
        self.session.flush()
        self.session.expire_all()
        yield self.session
        self.session.flush()


@contextmanager
def one_firm(database: Database, service_id: UUID, code: str) -> Iterator[OneTransaction]:
    """A transaction for everything of one firm, kept whole at the end of the block or not at all."""
    numbers = count(1)

    def mark(session: Session, _flush: object, _instances: object) -> None:
        for row in session.new:
            if isinstance(row, Fact):
                row.source = SOURCE
                row.external_id = f"{code}-{next(numbers):03}"

    with database.unit_of_work(service_id=service_id) as uow:
        event.listen(uow, "before_flush", mark)
        yield OneTransaction(database.engine, uow)


def loaded_firms(session: Session) -> frozenset[str]:
    """Codes of the firms that a service has already, whatever became of them since."""
    first = "-001"
    kept = session.scalars(select(Fact.external_id).where(Fact.source == SOURCE, Fact.external_id.endswith(first)))
    return frozenset(each.removesuffix(first) for each in kept if each)
