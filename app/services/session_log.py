"""Collective sessions: the fact of the session, and one fact per firm and role for who came, in numbers only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from app.domain.activity import SESSION_CATEGORIES
from app.domain.activity_rules import MOST_ATTENDEES, TITLE_LIMIT
from app.models.fact import Fact
from app.services.activity_log import ActRefused, LogWriter, check_day, check_minutes, standing, void
from app.services.establishments import UnknownEstablishment
from app.services.facts import Act, FactKind, note_collective, note_fact
from app.services.firm_choices import firms_by_id
from app.services.once import key_of, mark_done, refuse_twice
from forms.words import say

HELD, CORRECTION = "seance_notee", "seance_corrigee"
"""Purposes of the one-use keys."""

SESSION_FORMATS = ("collectif", "distance")
"""How a session is held: together, or on line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """How many came from one firm; None when nobody knows which firm it was."""

    establishment_id: UUID | None
    employers: int
    workers: int

    @property
    def numbers(self) -> tuple[tuple[str, int], ...]:
        """Unit and number of each role that somebody held."""
        both = (("employeurs", self.employers), ("salaries", self.workers))
        return tuple((unit, number) for unit, number in both if number)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSession:
    """A session as its author says it."""

    title: str
    on: date
    category: str
    format: str
    minutes: int
    profession: str = ""
    theme: str = ""
    campaign: str = ""
    attendance: tuple[Attendance, ...] = ()


@dataclass(frozen=True, slots=True)
class _Presence:
    """One fact of presence, as it is compared when a session is corrected."""

    establishment_id: UUID | None
    unit: str
    number: int


def hold_session(by: LogWriter, said: GroupSession, *, key: str) -> UUID:
    """Notes a session with who came, and gives its fact.

    Raises ActRefused, UnknownEstablishment for a firm that is none of the service's, AlreadyDone at the second tap.
    """
    check_session(said, today=by.on)
    key = key_of(key, said)
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        refuse_twice(uow, key, purpose=HELD)
        _require_firms(uow, said)
        held = _note(uow, by, said, account_id=by.author.account_id, role=by.author.words)
        _attend(uow, by, held, said, _presences(said))
        mark_done(uow, key, purpose=HELD, outcome=str(held), at=by.at)
        return held


def correct_session(by: LogWriter, fact_id: UUID, said: GroupSession, *, key: str) -> UUID:
    """Makes a session what it should have been said to be, and gives its fact.

    Where only the attendance changed, the session stands and the numbers that changed alone are voided and noted again;
    otherwise everything is, since each presence carries what is said of the session. Raises UnknownAct, NotYourAct,
    AlreadyCorrected, and what `hold_session` raises.
    """
    key = key_of(key, fact_id, said)
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        refuse_twice(uow, key, purpose=CORRECTION)
        old = standing(uow, by, fact_id, kind=FactKind.SESSION_HELD)
        check_session(said, today=by.on, kept=old.happened_on)
        _require_firms(uow, said)
        held, wanted = old.id, _presences(said)
        present = _standing_presences(uow, old)
        gone = present
        if _header(said) == _header_of(old):
            gone, wanted = _differences(present, wanted)
        else:
            held = _note(uow, by, said, account_id=old.account_id, role=old.actor_role)
            void(uow, by, old, instead=held)
        for fact in gone:
            void(uow, by, fact, instead=None)
        _attend(uow, by, held, said, wanted)
        mark_done(uow, key, purpose=CORRECTION, outcome=str(held), at=by.at)
        return held


def withdraw_session(by: LogWriter, fact_id: UUID, *, key: str) -> None:
    """Takes a session back, with its attendance. Raises UnknownAct, NotYourAct, AlreadyCorrected, AlreadyDone."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        refuse_twice(uow, key, purpose=CORRECTION)
        old = standing(uow, by, fact_id, kind=FactKind.SESSION_HELD)
        for fact in _standing_presences(uow, old):
            void(uow, by, fact, instead=None)
        void(uow, by, old, instead=None)
        mark_done(uow, key, purpose=CORRECTION, outcome="", at=by.at)


def check_session(said: GroupSession, *, today: date, kept: date | None = None) -> None:
    """Raises ActRefused for a session that cannot be; `kept` is the day it had already, which it may keep."""
    if not said.title.strip() or len(said.title) > TITLE_LIMIT:
        raise ActRefused(say("Écrivez un titre de {limit} caractères au plus.", limit=TITLE_LIMIT))
    if said.category not in SESSION_CATEGORIES:
        raise ActRefused(say("Choisissez ce que c'était : atelier, webinaire, sensibilisation ou module."))
    if said.format not in SESSION_FORMATS:
        raise ActRefused(say("Dites si la séance s'est tenue ensemble ou à distance."))
    check_day(said.on, today=today, kept=kept)
    check_minutes(said.minutes)
    placed = [each.establishment_id for each in said.attendance if each.establishment_id is not None]
    if len(placed) != len(set(placed)):
        raise ActRefused(say("Une entreprise est citée deux fois : additionnez ses présents sur une seule ligne."))
    for each in said.attendance:
        numbers = (each.employers, each.workers)
        if any(not 0 <= number <= MOST_ATTENDEES for number in numbers) or not any(numbers):
            raise ActRefused(say("Écrivez de 1 à {most} présents par ligne, ou retirez la ligne.", most=MOST_ATTENDEES))


def _require_firms(uow: Session, said: GroupSession) -> None:
    asked = {each.establishment_id for each in said.attendance if each.establishment_id is not None}
    missing = asked - set(firms_by_id(uow, asked))
    if missing:
        raise UnknownEstablishment(", ".join(map(str, sorted(missing, key=str))))


def _presences(said: GroupSession) -> list[_Presence]:
    return [_Presence(each.establishment_id, unit, number) for each in said.attendance for unit, number in each.numbers]


def attended(*days: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The condition on facts: presences of sessions of these days, which is how facts are indexed."""
    return Fact.kind == FactKind.ATTENDED.value, Fact.happened_on.in_(set(days))


def _standing_presences(uow: Session, held: Fact) -> list[Fact]:
    voider = aliased(Fact)
    query = select(Fact).where(
        *attended(held.happened_on),
        Fact.subject == str(held.id),
        ~select(voider.id).where(voider.voids_id == Fact.id).exists(),
    )
    return list(uow.scalars(query.order_by(Fact.recorded_at, Fact.id)))


def _differences(present: Iterable[Fact], wanted: list[_Presence]) -> tuple[list[Fact], list[_Presence]]:
    """The presences to void and those to note, for the others to stay as they are."""
    missing, gone = Counter(wanted), []
    for fact in present:
        said = _Presence(fact.establishment_id, fact.unit, int(fact.quantity or 0))
        if missing[said]:
            missing[said] -= 1
        else:
            gone.append(fact)
    return gone, list(missing.elements())


def _header(said: GroupSession) -> tuple[object, ...]:
    return (
        said.title,
        said.on,
        said.category,
        said.format,
        said.minutes,
        said.profession,
        said.theme,
        said.campaign,
    )


def _header_of(fact: Fact) -> tuple[object, ...]:
    return (
        fact.words,
        fact.happened_on,
        fact.category,
        fact.format,
        fact.minutes,
        fact.profession,
        fact.theme,
        fact.campaign,
    )


def _note(uow: Session, by: LogWriter, said: GroupSession, *, account_id: UUID | None, role: str) -> UUID:
    return note_collective(
        uow,
        Act(
            kind=FactKind.SESSION_HELD,
            on=said.on,
            at=by.at,
            actor_role=role,
            account_id=account_id,
            category=said.category,
            profession=said.profession,
            minutes=said.minutes,
            theme=said.theme,
            format=said.format,
            campaign=said.campaign,
            words=said.title,
        ),
    )


def _attend(uow: Session, by: LogWriter, held: UUID, said: GroupSession, presences: Iterable[_Presence]) -> None:
    for each in presences:
        act = Act(
            kind=FactKind.ATTENDED,
            on=said.on,
            at=by.at,
            actor_role=by.author.words,
            account_id=by.author.account_id,
            subject=str(held),
            quantity=each.number,
            unit=each.unit,
            theme=said.theme,
            category=said.category,
            format=said.format,
            campaign=said.campaign,
        )
        if each.establishment_id is None:
            note_collective(uow, act)
        else:
            note_fact(uow, each.establishment_id, act)
