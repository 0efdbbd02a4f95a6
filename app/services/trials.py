"""Try-outs without an account: begun on one theme, kept by an account, really deleted when nobody keeps them.

A try-out is an establishment like another, with the attachment `essai`: it leaves no fact, no adviser sees it, and the
token of its browser alone opens it.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.establishment import Cse
from app.domain.roles import ROLE_WORDS, Role
from app.domain.workflow import Actor
from app.models.advice import AdviceCase
from app.models.affiliation import Affiliation
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow, ThemeDraft
from app.models.engine import Conflict, Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.exchange import Exchange, HelpRequest
from app.models.membership import Invitation, Membership, Trial
from app.models.stored_values import store_set
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.establishments import forget_lone_company, known_establishment, state_on
from app.services.facts import Act, FactKind, note_fact
from app.services.kept_facts import Keeper, note_kept
from app.services.members import memberships_of, token_hash

TRIAL_DAYS = 30
"""How long what was typed is kept for the browser that typed it."""
TRIAL_NAME = "Mon entreprise"
TRIAL_UNIT = "Toute l'équipe"
MOST_TRIALS = 200
"""Try-outs one service may begin in a day: far above any day of real use, it bounds what a robot can fill."""

CHILDREN = (
    Trial,
    Invitation,
    Membership,
    Exchange,
    HelpRequest,
    ChosenActionRow,
    RatingOverride,
    SituationFactRow,
    AnswerRow,
    ThemeDraft,
    WorkUnitRow,
    EstablishmentState,
    Affiliation,
    AdviceCase,
)
"""Every living table that hangs on an establishment."""

_log = logging.getLogger(__name__)


class TooManyTrials(Exception):
    """The service began too many try-outs today."""


class TrialGone(Exception):
    """The try-out is over, or somebody else's account keeps it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialWish:
    """What is said to begin: as little as possible."""

    theme: str
    headcount: int
    naf: str = ""
    naf_label: str = ""
    sectors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedTrial:
    """A try-out that begins; its token is put in the cookie and nowhere else."""

    establishment_id: UUID
    token: str
    expires_on: date


def start_trial(
    database: Database, wish: TrialWish, *, service_id: UUID, service_name: str, on: date, at: datetime
) -> StartedTrial:
    """Makes the establishment of a try-out, with one unit that holds everybody; raises TooManyTrials."""
    token = secrets.token_urlsafe(32)
    expires_on = on + timedelta(days=TRIAL_DAYS)
    with database.unit_of_work(service_id=service_id) as uow:
        _refuse_crowd(uow, at)
        row = _establishment(uow, at)
        uow.add(_state(row.id, wish, service_name=service_name, on=on, at=at))
        uow.add(_everybody(row.id, wish.headcount))
        uow.add(
            Trial(
                establishment_id=row.id,
                token_sha256=token_hash(token),
                theme=wish.theme,
                started_at=at,
                expires_on=expires_on,
                kept_at=None,
            )
        )
    return StartedTrial(establishment_id=row.id, token=token, expires_on=expires_on)


def keep_trial(
    database: Database,
    establishment_id: UUID,
    account_id: UUID,
    *,
    service_id: UUID,
    function: str,
    on: date,
    at: datetime,
) -> None:
    """Gives a try-out to an account, its employer from now on: « à rattacher » until the service knows the firm.

    The caller has checked that the browser carries its token. Doing it twice changes nothing; raises TrialGone when the
    try-out is over, or another account's.
    """
    with database.unit_of_work(service_id=service_id) as uow:
        trial = uow.scalar(select(Trial).where(Trial.establishment_id == establishment_id))
        mine = any(member.establishment_id == establishment_id for member in memberships_of(uow, account_id, on=on))
        if mine:
            return
        if trial is None or trial.kept_at is not None or trial.expires_on < on:
            raise TrialGone
        trial.kept_at = at
        row = known_establishment(uow, establishment_id, lock=True)
        row.attachment = "a_rattacher"
        _declare_function(uow, establishment_id, function, on=on, at=at)
        uow.add(
            Membership(
                account_id=account_id,
                establishment_id=establishment_id,
                role=Role.EMPLOYER.value,
                function=function,
                from_on=on,
                to_on=None,
                created_at=at,
            )
        )
        uow.flush()
        words = function or ROLE_WORDS[Role.EMPLOYER]
        note_fact(uow, establishment_id, Act(kind=FactKind.ACCOUNT_OPENED, on=on, at=at, actor_role=words))
        author = Author(words=words, actor=Actor.EMPLOYER, account_id=account_id)
        note_kept(uow, Keeper(establishment_id=establishment_id, author=author, on=on, at=at))
        refresh_case(uow, establishment_id, on=on)


def purge_trials(database: Database, *, on: date) -> int:
    """Really deletes every try-out that nobody kept before its last day passed, with all that was typed in it.

    Returns how many went; one that is being kept at this very moment is left to the next time.
    """
    over = select(Trial.service_id, Trial.establishment_id).where(Trial.kept_at.is_(None), Trial.expires_on < on)
    with database.across_services("try-outs that are over, whoever runs their entrance") as session:
        found = [(row.service_id, row.establishment_id) for row in session.execute(over)]
    gone = 0
    for service_id, establishment_id in found:
        try:
            gone += _purge(database, service_id, establishment_id, on)
        except Conflict:
            _log.warning("a try-out that is over was in use: it is deleted the next time")
    return gone


def _purge(database: Database, service_id: UUID, establishment_id: UUID, on: date) -> int:
    with database.unit_of_work(service_id=service_id) as uow:
        trial = uow.scalar(select(Trial).where(Trial.establishment_id == establishment_id))
        if trial is None or trial.kept_at is not None or trial.expires_on >= on:
            return 0
        row = known_establishment(uow, establishment_id, lock=True)
        if row.attachment != "essai":
            return 0
        _delete_children(uow, establishment_id)
        company_id = row.company_id
        uow.delete(row)
        uow.flush()
        forget_lone_company(uow, company_id)
        return 1


def _delete_children(uow: Session, establishment_id: UUID) -> None:
    """Every living row that hangs on the establishment, one table after the other; frozen ones never hang on it."""
    for table in CHILDREN:
        for row in uow.scalars(select(table).where(table.establishment_id == establishment_id)):
            uow.delete(row)
        uow.flush()


def _refuse_crowd(uow: Session, at: datetime) -> None:
    since = at - timedelta(days=1)
    begun = uow.scalars(select(Trial.id).where(Trial.started_at > since).limit(MOST_TRIALS)).all()
    if len(begun) >= MOST_TRIALS:
        raise TooManyTrials


def _establishment(uow: Session, at: datetime) -> EstablishmentRow:
    company = Company(siren=None, name=TRIAL_NAME, created_at=at)
    uow.add(company)
    uow.flush()
    row = EstablishmentRow(
        company_id=company.id, siret=None, name=TRIAL_NAME, address="", created_at=at, attachment="essai"
    )
    uow.add(row)
    uow.flush()
    return row


def _state(establishment_id: UUID, wish: TrialWish, *, service_name: str, on: date, at: datetime) -> EstablishmentState:
    return EstablishmentState(
        establishment_id=establishment_id,
        seq=1,
        stated_on=on,
        naf=wish.naf,
        naf_label=wish.naf_label,
        naf_nomenclature="rev2",
        sectors=store_set(wish.sectors),
        headcount=wish.headcount,
        headcount_on=on,
        cse=Cse.NONE.value,
        employer_role=ROLE_WORDS[Role.EMPLOYER],
        service_name=service_name,
        recorded_at=at,
    )


def _declare_function(uow: Session, establishment_id: UUID, function: str, *, on: date, at: datetime) -> None:
    """What the employer is called in the documents: a declaration of its own, as every change of state."""
    last = state_on(uow, establishment_id, on)
    if not function or last.employer_role == function:
        return
    seq = uow.scalar(
        select(func.max(EstablishmentState.seq)).where(EstablishmentState.establishment_id == establishment_id)
    )
    uow.add(
        EstablishmentState(
            establishment_id=establishment_id,
            seq=(seq or 0) + 1,
            stated_on=on,
            naf=last.naf,
            naf_label=last.naf_label,
            naf_nomenclature=last.naf_nomenclature,
            sectors=last.sectors,
            headcount=last.headcount,
            headcount_on=last.headcount_on,
            cse=last.cse,
            employer_role=function,
            service_name=last.service_name,
            recorded_at=at,
        )
    )


def _everybody(establishment_id: UUID, total: int) -> WorkUnitRow:
    return WorkUnitRow(
        establishment_id=establishment_id,
        key="UT1",
        position=0,
        name=TRIAL_UNIT,
        activities="",
        places="",
        total=total,
        women=None,
        men=None,
        temps=0,
        apprentices=0,
        flags=store_set(()),
        women_men="",
        archived_on=None,
    )
