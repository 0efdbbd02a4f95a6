"""Two years of the log of the demonstration: visits, advice, three sessions, one correction, by its adviser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.domain.activity_rules import usual_format
from app.domain.workflow import Actor
from app.models.account import Account
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.service import Service
from app.services.activity_log import LogWriter, WorkAct, correct_act, log_act
from app.services.authors import Author
from app.services.clock import local_day
from app.services.demo_people import STAFF
from app.services.demo_transaction import one_firm
from app.services.firm_choices import may_be_chosen
from app.services.session_log import Attendance, GroupSession, hold_session

LOG = "journal"
"""What its facts are marked with, as those of a firm are with the code of the firm."""

PROFESSION = "ergonome"
_LAST = date(2026, 11, 20)

_COURSE: tuple[tuple[int, str, int, str, str], ...] = (
    (21, "visite_entreprise", 90, "spsti", "Premier tour des postes, document unique expliqué"),
    (64, "fiche_creation", 120, "spsti", ""),
    (150, "conseil", 20, "demande", ""),
    (243, "etude_poste", 150, "demande", "Poste regardé avec le responsable d'équipe"),
    (330, "metrologie", 60, "spsti", "Température et humidité relevées sur une journée"),
    (437, "visite_entreprise", 45, "demande", ""),
    (540, "visite_entreprise", 60, "campagne", "Ce qui a été décidé pour l'été, revu sur place"),
    (640, "fiche_mise_a_jour", 90, "spsti", ""),
)
"""Days after the firm is known, category, minutes, origin, comment: each firm is followed as far as its time allows."""

_SESSIONS: tuple[tuple[date, str, str, str, int], ...] = (
    (date(2025, 5, 15), "Chaleur : préparer l'été", "webinaire", "chaleur", 60),
    (date(2026, 4, 9), "Document unique, par où commencer", "atelier", "", 180),
    (date(2026, 6, 4), "Canicule : qui fait quoi", "sensibilisation", "chaleur", 90),
)
"""Day, title, category, theme, minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """A firm of the demonstration, and since when the service knows it."""

    firm_id: UUID
    since: date


def play_log(database: Database, service: Service) -> None:
    """Notes the acts of the adviser, for the firms that are there; to be called once they are loaded."""
    with one_firm(database, service.id, LOG) as joined:
        with joined.read() as session:
            account_id = session.scalar(select(Account.id).where(Account.email == STAFF[0][0]))
            rows = session.scalars(select(EstablishmentRow).where(*may_be_chosen()).order_by(EstablishmentRow.name))
            firms = [_Known(firm_id=row.id, since=local_day(row.created_at, service.zone)) for row in rows]
        author = Author(words=STAFF[0][2], actor=Actor.ADVISER, account_id=account_id)
        first = LogWriter(database=joined, service_id=service.id, author=author, on=_LAST, at=_at(_LAST, service))
        for act in sorted(_acts(firms), key=lambda each: each.on):
            log_act(_on(first, act.on, service), act, key="")
        for session_said in _sessions(firms):
            hold_session(_on(first, session_said.on, service), session_said, key="")
        if any(each.since <= _LAST for each in firms):
            _correct(first, firms)


def _acts(firms: list[_Known]) -> Iterator[WorkAct]:
    for place, firm in enumerate(firms):
        for days, category, minutes, origin, words in _COURSE:
            on = _workday(firm.since + timedelta(days=days + 3 * place))
            if on <= _LAST:
                yield WorkAct(
                    establishment_id=firm.firm_id,
                    category=category,
                    on=on,
                    minutes=minutes,
                    profession=PROFESSION,
                    theme="chaleur" if category == "metrologie" or origin == "campagne" else "",
                    format=usual_format(category),
                    origin=origin,
                    partner="carsat" if category == "metrologie" and place % 3 == 0 else "",
                    words=words,
                )


def _sessions(firms: list[_Known]) -> Iterator[GroupSession]:
    for on, title, category, theme, minutes in _SESSIONS:
        there = [firm for firm in firms if firm.since <= on]
        came = tuple(
            Attendance(establishment_id=firm.firm_id, employers=1, workers=place % 3)
            for place, firm in enumerate(there)
        )
        yield GroupSession(
            title=title,
            on=on,
            category=category,
            format=usual_format(category),
            minutes=minutes,
            profession=PROFESSION,
            theme=theme,
            attendance=(*came, Attendance(establishment_id=None, employers=4, workers=7)),
        )


def _correct(by: LogWriter, firms: list[_Known]) -> None:
    """The last act was an advice on the phone: half an hour, noted as an hour by mistake."""
    firm = max((each for each in firms if each.since <= _LAST), key=lambda each: each.since)
    said = WorkAct(
        establishment_id=firm.firm_id,
        category="conseil",
        on=_LAST,
        minutes=60,
        profession=PROFESSION,
        format="distance",
        origin="demande",
    )
    later = replace(by, at=by.at + timedelta(minutes=40))
    wrong = log_act(later, said, key="")
    correct_act(replace(later, at=later.at + timedelta(minutes=5)), wrong, replace(said, minutes=30), key="")


def _on(by: LogWriter, on: date, service: Service) -> LogWriter:
    """The adviser at the end of that day."""
    return replace(by, on=on, at=_at(on, service))


def _at(on: date, service: Service) -> datetime:
    return datetime.combine(on, time(17, 40), tzinfo=ZoneInfo(service.zone))


def _workday(on: date) -> date:
    """That day, or the Monday that follows a week-end."""
    return on + timedelta(days=max(0, 7 - on.weekday()) if on.weekday() > 4 else 0)
