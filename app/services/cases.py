"""The case of an establishment: what the queue shows of it, worked out anew by every act from the rows it comes from.

The row is a projection: dropped and remade, it comes out the same, except for who took the case. It rests on what the
service may read (`readable_themes`) and on nothing else of the employer's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.alerts import Alert, alerts_of
from app.domain.canonical import encode
from app.domain.need import Need, Situations, Waiting, need_of
from app.models.advice import AdviceCase
from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.service import Service
from app.services.case_sources import CaseSources, sources_of
from app.services.case_waiting import Pending, pending_of
from app.services.clock import local_day
from app.services.establishments import UnknownEstablishment, known_establishment
from app.services.opened_dossiers import OpenedTheme, opened_themes, situations_of
from app.services.row_changes import change
from questionnaires.catalogue import load

READING, AWAITING, CALM = "a_lire", "en_attente", "calme"
"""States of a case, as in app.models.advice.CASE_STATES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Everything of a case but who took it."""

    state: str
    need: Need
    waiting_since: datetime | None
    awaited_on: date | None
    priorities: Mapping[str, int]
    themes: tuple[str, ...]
    visited_on: date | None


def refresh_case(uow: Session, establishment_id: UUID, *, on: date) -> None:
    """Makes or updates the case of an establishment; nothing for a try-out or a refused claim.

    To call last in the unit of work of an act: it reads the rows that the act wrote, and locks the establishment, so
    that two acts at once follow each other.
    """
    establishment = known_establishment(uow, establishment_id, lock=True)
    if not is_case(establishment):
        return
    uow.flush()
    row = _row(uow, establishment_id)
    fields = _fields(project(uow, establishment_id, on=on))
    if row is not None:
        change(row, fields)
    elif fields != _NOTHING:  # a firm that has opened nothing and was never visited is no case yet
        _make(uow, establishment_id, fields)


def case_of(uow: Session, establishment_id: UUID, *, on: date) -> AdviceCase:
    """The case of an establishment, locked, made when it has none yet.

    Raises UnknownEstablishment for a try-out and a refused claim too: the service knows nothing of them.
    """
    if not is_case(known_establishment(uow, establishment_id, lock=True)):
        raise UnknownEstablishment(str(establishment_id))
    known = _row(uow, establishment_id)
    return known or _make(uow, establishment_id, _fields(project(uow, establishment_id, on=on)))


def is_case(establishment: EstablishmentRow) -> bool:
    """Whether the service works for an establishment: no try-out, no refused claim, no twin of another row."""
    return establishment.attachment != "essai" and not establishment.claim_state


def _row(uow: Session, establishment_id: UUID) -> AdviceCase | None:
    return uow.scalar(select(AdviceCase).where(AdviceCase.establishment_id == establishment_id).with_for_update())


def _make(uow: Session, establishment_id: UUID, fields: Mapping[str, object]) -> AdviceCase:
    row = AdviceCase(establishment_id=establishment_id, assigned_to=None, assigned_at=None, **fields)
    uow.add(row)
    uow.flush()
    return row


def project(session: Session, establishment_id: UUID, *, on: date) -> Projection:
    """What the case of an establishment must say, worked out from the rows it comes from."""
    sources = sources_of(session, establishment_id)
    opened = opened_themes(session, sources.readable, seconds=sources.seconds, catalogue=load())
    pending = pending_of(sources)
    return _projected(sources, opened, pending, on=on)


def _projected(sources: CaseSources, opened: Sequence[OpenedTheme], pending: Pending, *, on: date) -> Projection:
    visited_on = sources.visited_by(on)
    rows = [row for each in opened for row in each.opened.rows()]
    alerts: list[Alert] = [alert for each in opened for alert in alerts_of(each.opened)]
    themes = {each.theme for each in opened} | set(sources.readable.helped) | pending.themes
    waiting: Sequence[Waiting] = pending.waiting
    return Projection(
        state=READING if waiting else AWAITING if pending.awaits else CALM,
        need=need_of(situations_of(opened), waiting, alerts, visited=visited_on is not None),
        waiting_since=pending.since,
        awaited_on=pending.awaited_on,
        priorities=dict(sorted(Counter(row.priority for row in rows).items())),
        themes=tuple(sorted(themes - {""})),
        visited_on=visited_on,
    )


def _fields(projection: Projection) -> dict[str, object]:
    reasons = [
        {"code": str(each.code), "points": each.points, "count": each.count, "theme": each.theme, "names": each.names}
        for each in projection.need.reasons
    ]
    return {
        "state": projection.state,
        "need": projection.need.points,
        "waiting_since": projection.waiting_since,
        "awaited_on": projection.awaited_on,
        "reasons": encode(reasons).decode("utf-8"),
        "priorities": encode(projection.priorities).decode("utf-8"),
        "themes": f" {' '.join(projection.themes)} " if projection.themes else "",
        "visited_on": projection.visited_on,
    }


_NOTHING = _fields(
    Projection(
        state=CALM,
        need=need_of(Situations(severe={}, bare={}), (), (), visited=False),
        waiting_since=None,
        awaited_on=None,
        priorities={},
        themes=(),
        visited_on=None,
    )
)


def rebuild_cases(database: Database, service_id: UUID, on: date) -> int:
    """Works out every case of a service anew, an establishment at a time; returns how many were looked at."""
    with database.read(service_id=service_id) as session:
        members = select(EstablishmentRow.id).where(
            EstablishmentRow.attachment != "essai", EstablishmentRow.claim_state == ""
        )
        ids = session.scalars(members.order_by(EstablishmentRow.created_at, EstablishmentRow.id)).all()
    for establishment_id in ids:
        with database.unit_of_work(service_id=service_id) as uow:
            refresh_case(uow, establishment_id, on=on)
    return len(ids)


def refresh_visited(uow: Session, *, recorded_at: datetime, on: date) -> None:
    """Refreshes the cases that a company record, told by the affiliations of that instant, says were visited since."""
    told = (
        select(AdviceCase.establishment_id)
        .join(Affiliation, Affiliation.establishment_id == AdviceCase.establishment_id)
        .where(
            Affiliation.recorded_at == recorded_at,
            or_(AdviceCase.visited_on.is_(None), AdviceCase.visited_on < Affiliation.record_on),
            Affiliation.record_on <= on,
        )
        .distinct()
    )
    for establishment_id in uow.scalars(told).all():
        refresh_case(uow, establishment_id, on=on)


def make_missing_cases(database: Database, *, at: datetime) -> int:
    """Makes the cases of the services that have none yet, for a database of an earlier release.

    Returns how many firms were looked at. A service whose firms opened nothing yet is looked at again the next time.
    """
    with database.across_services("the cases of a database of an earlier release") as session:
        known = select(AdviceCase.service_id).distinct()
        without = session.scalars(select(Service).where(Service.id.not_in(known))).all()
    return sum(rebuild_cases(database, service.id, local_day(at, service.zone)) for service in without)
