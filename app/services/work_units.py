"""The work units of an establishment: listed, added, changed, put in order, put aside and taken back.

A unit that goes is archived: its answers stay, its key is never given to another, and the document no longer shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.establishment import People
from app.models.engine import Database
from app.models.establishment import WorkUnitRow
from app.models.stored_values import read_list, store_set
from app.services.establishments import known_establishment
from app.services.once import mark_done, refuse_twice
from app.services.row_changes import Fields, change

ADDING = "unite"
"""Purpose of the one-use key of the form that adds a unit."""
MOVING = "unite_ordre"
"""Purpose of the one-use key of the buttons that put units in order."""
MOST_UNITS = 99
"""Keys there are in an establishment, units put aside included."""

_NUMBER = re.compile(r"UT(\d{1,6})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDraft:
    """What somebody says of a unit, checked: a unit without its key."""

    name: str
    activities: str
    places: str
    people: People
    flags: frozenset[str]
    women_men: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCard:
    """A unit as it stands."""

    key: str
    draft: UnitDraft
    version: int
    """Posted back by the form that changes it."""
    archived_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitList:
    """The units of an establishment."""

    in_use: tuple[UnitCard, ...]
    """In the order of the document."""
    aside: tuple[UnitCard, ...]

    @property
    def people(self) -> int:
        """Persons of the units in use, together."""
        return sum(card.draft.people.total for card in self.in_use)

    @property
    def full(self) -> bool:
        """Whether no key is left for a new unit."""
        return _next_number(card.key for card in (*self.in_use, *self.aside)) > MOST_UNITS


class UnknownUnit(LookupError):
    """The establishment has no such unit."""


class LastUnit(Exception):
    """The only unit in use cannot be put aside: the document speaks of at least one (R4121-1)."""


class TooManyUnits(Exception):
    """Every key was given; a unit that was put aside can be taken back."""


class UnitChanged(Exception):
    """Somebody else changed the unit after the form was shown: nothing was written."""

    def __init__(self, now: UnitCard) -> None:
        super().__init__("changed by somebody else")
        self.now = now
        """As it stands."""


def list_units(session: Session, establishment_id: UUID) -> UnitList:
    """The units of an establishment, in use and put aside; raises UnknownEstablishment."""
    known_establishment(session, establishment_id)
    rows = _rows(session, establishment_id)
    return UnitList(
        in_use=tuple(_card(row) for row in rows if row.archived_on is None),
        aside=tuple(_card(row) for row in rows if row.archived_on is not None),
    )


def add_unit(
    database: Database, establishment_id: UUID, draft: UnitDraft, *, service_id: UUID, at: datetime, key: str
) -> str:
    """Adds a unit at the end and returns its key, never given before; raises AlreadyDone, TooManyUnits, Conflict."""
    with database.unit_of_work(service_id=service_id) as uow:
        # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
        known_establishment(uow, establishment_id, lock=True)
        refuse_twice(uow, key, purpose=ADDING)
        rows = _rows(uow, establishment_id)
        number = _next_number(row.key for row in rows)
        if number > MOST_UNITS:
            raise TooManyUnits
        made = f"UT{number}"
        uow.add(
            WorkUnitRow(
                establishment_id=establishment_id,
                key=made,
                position=_end(rows),
                archived_on=None,
                **_fields(draft),
            )
        )
        mark_done(uow, key, purpose=ADDING, outcome=made, at=at)
        return made


def change_unit(
    database: Database, establishment_id: UUID, key: str, draft: UnitDraft, *, service_id: UUID, version: int
) -> None:
    """Says anew what a unit is; raises UnitChanged when its version is another and it says something else."""
    with _unit(database, establishment_id, key, service_id=service_id) as (row, _):
        now = _card(row)
        if now.draft == draft:
            return
        if now.version != version:
            raise UnitChanged(now)
        change(row, _fields(draft))


def archive_unit(database: Database, establishment_id: UUID, key: str, *, service_id: UUID, on: date) -> UnitCard:
    """Puts a unit aside and returns it; twice is once. Raises LastUnit when it is the only one in use."""
    with _unit(database, establishment_id, key, service_id=service_id) as (row, rows):
        if row.archived_on is None:
            if sum(each.archived_on is None for each in rows) == 1:
                raise LastUnit
            row.archived_on = on
        return _card(row)


def restore_unit(database: Database, establishment_id: UUID, key: str, *, service_id: UUID) -> UnitCard:
    """Takes a unit back, with its answers, at the end of the list, and returns it; twice is once."""
    with _unit(database, establishment_id, key, service_id=service_id) as (row, rows):
        if row.archived_on is not None:
            row.archived_on = None
            row.position = _end(rows)
        return _card(row)


def move_unit(
    database: Database, establishment_id: UUID, key: str, *, service_id: UUID, up: bool, at: datetime, once: str
) -> None:
    """Moves a unit in use one place up or down; at the end of the list nothing moves. Raises AlreadyDone."""
    with database.unit_of_work(service_id=service_id) as uow:
        row, rows = _locked(uow, establishment_id, key)
        refuse_twice(uow, once, purpose=MOVING)
        in_use = [each for each in rows if each.archived_on is None]
        if row in in_use:
            place = in_use.index(row)
            other = place - 1 if up else place + 1
            if 0 <= other < len(in_use):
                in_use[place], in_use[other] = in_use[other], in_use[place]
            for position, each in enumerate(in_use):
                change(each, {"position": position})
        mark_done(uow, once, purpose=MOVING, outcome=key, at=at)


@contextmanager
def _unit(
    database: Database, establishment_id: UUID, key: str, *, service_id: UUID
) -> Iterator[tuple[WorkUnitRow, list[WorkUnitRow]]]:
    """A unit to change, and all the units of its establishment, in a unit of work of their own."""
    with database.unit_of_work(service_id=service_id) as uow:
        yield _locked(uow, establishment_id, key)


def _locked(uow: Session, establishment_id: UUID, key: str) -> tuple[WorkUnitRow, list[WorkUnitRow]]:
    # The establishment is locked: two people who put aside the last two units follow each other.
    known_establishment(uow, establishment_id, lock=True)
    rows = _rows(uow, establishment_id)
    row = next((each for each in rows if each.key == key), None)
    if row is None:
        raise UnknownUnit(key)
    return row, rows


def _rows(session: Session, establishment_id: UUID) -> list[WorkUnitRow]:
    query = select(WorkUnitRow).where(WorkUnitRow.establishment_id == establishment_id)
    return sorted(session.scalars(query), key=lambda row: (row.position, row.key))


def _end(rows: list[WorkUnitRow]) -> int:
    return max((row.position for row in rows), default=-1) + 1


def _next_number(keys: Iterable[str]) -> int:
    found = (_NUMBER.fullmatch(key) for key in keys)
    return max((int(number[1]) for number in found if number), default=0) + 1


def _card(row: WorkUnitRow) -> UnitCard:
    return UnitCard(
        key=row.key,
        draft=UnitDraft(
            name=row.name,
            activities=row.activities,
            places=row.places,
            people=People(total=row.total, women=row.women, men=row.men, temps=row.temps, apprentices=row.apprentices),
            flags=frozenset(read_list(row.flags)),
            women_men=row.women_men,
        ),
        version=row.row_version,
        archived_on=row.archived_on,
    )


def _fields(draft: UnitDraft) -> Fields:
    return {
        "name": draft.name,
        "activities": draft.activities,
        "places": draft.places,
        "total": draft.people.total,
        "women": draft.people.women,
        "men": draft.people.men,
        "temps": draft.people.temps,
        "apprentices": draft.people.apprentices,
        "flags": store_set(draft.flags),
        "women_men": draft.women_men,
    }
