"""The log of the acts of the service: note one, correct one, take one back. Nothing is updated: facts void facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.activity import CATEGORIES, FORMATS, ORIGINS, PARTNERS, PROFESSIONS
from app.domain.activity_rules import COMMENT_LIMIT, MOST_MINUTES, first_day
from app.models.engine import Database
from app.models.fact import Fact
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.facts import Act, FactKind, note_collective, note_fact
from app.services.firm_choices import require_firm
from app.services.once import key_of, mark_done, refuse_twice
from forms.words import say

NOTE, CORRECTION = "acte_note", "acte_corrige"
"""Purposes of the one-use keys."""


class UnknownAct(LookupError):
    """No such act in this service, or one that is not corrected here."""


class NotYourAct(Exception):
    """Somebody else logged it."""


class AlreadyCorrected(Exception):
    """It was corrected or taken back already: `instead` is the fact that stands for it, None when nothing does."""

    def __init__(self, instead: UUID | None) -> None:
        super().__init__(str(instead))
        self.instead = instead


class ActRefused(ValueError):
    """What is asked cannot be logged; the message is a French sentence for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogWriter:
    """Who writes in the log, and when."""

    database: Database
    service_id: UUID
    author: Author
    on: date
    """Local day in the service's zone."""
    at: datetime
    anybodys: bool = False
    """Whether acts of others may be corrected too: a colleague who left cannot mend hers any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkAct:
    """An act of the service in the workplace, as its author says it."""

    establishment_id: UUID | None
    """None for an act that bears on no single firm."""
    category: str
    on: date
    minutes: int
    profession: str = ""
    theme: str = ""
    format: str = ""
    origin: str = ""
    partner: str = ""
    campaign: str = ""
    words: str = ""
    """No person, no health datum."""


def log_act(by: LogWriter, act: WorkAct, *, key: str) -> UUID:
    """Notes an act and gives its fact.

    Raises ActRefused, UnknownEstablishment when the firm is none of the service's, AlreadyDone at the second tap.
    """
    check_act(act, today=by.on)
    key = key_of(key, act)
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        if act.establishment_id is not None:
            require_firm(uow, act.establishment_id)
        refuse_twice(uow, key, purpose=NOTE)
        noted = _note(uow, by, act, account_id=by.author.account_id, role=by.author.words)
        mark_done(uow, key, purpose=NOTE, outcome=str(noted), at=by.at)
        return noted


def correct_act(by: LogWriter, fact_id: UUID, act: WorkAct, *, key: str) -> UUID:
    """Voids an act and notes the right one in its place, of the same person; the same act said again changes nothing.

    Raises UnknownAct, NotYourAct, AlreadyCorrected, and what `log_act` raises.
    """
    key = key_of(key, fact_id, act)
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        refuse_twice(uow, key, purpose=CORRECTION)
        old = standing(uow, by, fact_id, kind=FactKind.LOGGED)
        check_act(act, today=by.on, kept=old.happened_on)
        if act == act_of(old):
            return old.id
        if act.establishment_id is not None:
            require_firm(uow, act.establishment_id)
        noted = _note(uow, by, act, account_id=old.account_id, role=old.actor_role)
        void(uow, by, old, instead=noted)
        mark_done(uow, key, purpose=CORRECTION, outcome=str(noted), at=by.at)
        return noted


def withdraw_act(by: LogWriter, fact_id: UUID, *, key: str) -> None:
    """Takes an act back: it was logged twice, or never took place. Raises as `correct_act`."""
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        refuse_twice(uow, key, purpose=CORRECTION)
        void(uow, by, standing(uow, by, fact_id, kind=FactKind.LOGGED), instead=None)
        mark_done(uow, key, purpose=CORRECTION, outcome="", at=by.at)


def check_act(act: WorkAct, *, today: date, kept: date | None = None) -> None:
    """Raises ActRefused for an act that cannot be; `kept` is the day it had already, which it may keep."""
    if act.category not in CATEGORIES:
        raise ActRefused(say("Choisissez ce que vous avez fait."))
    check_day(act.on, today=today, kept=kept)
    check_minutes(act.minutes)
    codes = ((act.profession, PROFESSIONS), (act.format, FORMATS), (act.origin, ORIGINS), (act.partner, PARTNERS))
    if any(code and code not in known for code, known in codes):
        raise ActRefused(say("Choisissez une des réponses proposées."))
    if len(act.words) > COMMENT_LIMIT:
        raise ActRefused(
            say("Écrivez {limit} caractères au plus ; il y en a {count}.", limit=COMMENT_LIMIT, count=len(act.words))
        )


def check_day(on: date, *, today: date, kept: date | None = None) -> None:
    """Raises ActRefused for a day to come, or too far back."""
    if on == kept:
        return
    if on > today:
        raise ActRefused(say("Ce jour n'est pas encore venu : notez l'acte une fois fait."))
    if on < first_day(today):
        raise ActRefused(
            say("Ce jour date de plus de deux ans : le journal remonte au {first}.", first=first_day(today))
        )


def check_minutes(minutes: int) -> None:
    """Raises ActRefused for a length that no act has."""
    if not 1 <= minutes <= MOST_MINUTES:
        raise ActRefused(say("Écrivez une durée de 1 à {most} minutes, soit 24 heures au plus.", most=MOST_MINUTES))


def standing(uow: Session, by: LogWriter, fact_id: UUID, *, kind: FactKind) -> Fact:
    """The fact of that kind that may be corrected, locked; raises UnknownAct, NotYourAct, AlreadyCorrected."""
    fact = uow.scalar(select(Fact).where(Fact.id == fact_id, Fact.kind == kind.value).with_for_update())
    if fact is None:
        raise UnknownAct(str(fact_id))
    if fact.account_id != by.author.account_id and not by.anybodys:
        raise NotYourAct
    voided = uow.scalar(select(Fact).where(Fact.voids_id == fact_id))
    if voided is not None:
        raise AlreadyCorrected(UUID(voided.subject) if voided.subject else None)
    return fact


def void(uow: Session, by: LogWriter, fact: Fact, *, instead: UUID | None) -> None:
    """Writes the fact that takes another one back; its subject is what stands in its place."""
    act = Act(
        kind=FactKind.CORRECTED,
        on=by.on,
        at=by.at,
        actor_role=by.author.words,
        account_id=by.author.account_id,
        subject=str(instead) if instead else "",
        voids_id=fact.id,
    )
    if fact.establishment_id is None:
        note_collective(uow, act)
    else:
        note_fact(uow, fact.establishment_id, act)
        if fact.kind == FactKind.LOGGED:  # a presence at a session is no visit: it changes no case
            refresh_case(uow, fact.establishment_id, on=by.on)


def act_of(fact: Fact) -> WorkAct:
    """A logged fact as its author said it."""
    return WorkAct(
        establishment_id=fact.establishment_id,
        category=fact.category,
        on=fact.happened_on,
        minutes=fact.minutes or 0,
        profession=fact.profession,
        theme=fact.theme,
        format=fact.format,
        origin=fact.origin,
        partner=fact.partner,
        campaign=fact.campaign,
        words=fact.words,
    )


def _note(uow: Session, by: LogWriter, said: WorkAct, *, account_id: UUID | None, role: str) -> UUID:
    act = Act(
        kind=FactKind.LOGGED,
        on=said.on,
        at=by.at,
        actor_role=role,
        account_id=account_id,
        category=said.category,
        profession=said.profession,
        minutes=said.minutes,
        theme=said.theme,
        format=said.format,
        origin=said.origin,
        partner=said.partner,
        campaign=said.campaign,
        words=said.words,
    )
    if said.establishment_id is None:
        return note_collective(uow, act)
    noted = note_fact(uow, said.establishment_id, act)
    if noted is None:  # a try-out leaves no fact, and `require_firm` lets none come here
        raise UnknownAct(str(said.establishment_id))
    refresh_case(uow, said.establishment_id, on=by.on)
    return noted
