"""The thread between an establishment and its service, on both engines."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.activity import VISITS
from app.domain.workflow import Actor
from app.models.advice import AdviceCase
from app.models.engine import Database
from app.models.exchange import Exchange
from app.models.service import Service
from app.services.assessments import record_assessment
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.exchanges import Reply, Thread, UnknownExchange, answer, threads_of
from app.services.facts import Act, FactKind, note_fact
from app.services.once import AlreadyDone
from tests.engines import NOON, MakeService
from tests.services.firms import CONTENT, ROOFER

OWNER = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
KEY = "k" * 22
VISIT = min(VISITS)


def firm(database: Database, service: Service) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        return record_assessment(uow, ROOFER, service=service, content=CONTENT, at=NOON)


def message(database: Database, service: Service, place: UUID, *, kind: str = "demande", minutes: int = 0) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        row = Exchange(
            establishment_id=place,
            kind=kind,
            theme="chaleur",
            question="ch_eau_fraiche",
            unit="*",
            words=f"{kind} {minutes}",
            actor=Actor.ADVISER.value,
            author_role="ergonome",
            created_at=NOON + timedelta(minutes=minutes),
        )
        uow.add(row)
        uow.flush()
        return row.id


def reply(
    database: Database,
    service: Service,
    place: UUID,
    to: UUID,
    *,
    words: str = "Une glacière par fourgon.",
    settled: bool = True,
    key: str = KEY,
) -> None:
    answer(
        database,
        service_id=service.id,
        establishment_id=place,
        reply=Reply(exchange_id=to, words=words, settled=settled),
        author=OWNER,
        key=key,
        at=NOON + timedelta(hours=1),
    )


def read(database: Database, service: Service, place: UUID) -> tuple[Thread, ...]:
    with database.read(service_id=service.id) as session:
        return threads_of(session, place)


def test_an_answer_settles_the_request_and_keeps_who_wrote(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    asked = message(database, service, place)
    assert read(database, service, place)[0].opening.waiting
    reply(database, service, place, asked)
    (thread,) = read(database, service, place)
    assert not thread.opening.waiting
    (said,) = thread.replies
    assert (said.words, said.author_role, said.from_service) == ("Une glacière par fourgon.", "gérante", False)


def test_an_answer_alone_leaves_the_request_open(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    asked = message(database, service, place)
    reply(database, service, place, asked, settled=False)
    assert read(database, service, place)[0].opening.waiting


def test_advice_is_answered_but_never_waits(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    advice = message(database, service, place, kind="conseil")
    reply(database, service, place, advice)
    (thread,) = read(database, service, place)
    assert not thread.opening.waiting
    assert thread.opening.settled_at is None


def test_what_waits_comes_first_then_the_latest(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    old, recent = (message(database, service, place, kind="conseil", minutes=each) for each in (1, 9))
    waiting = message(database, service, place, kind="question", minutes=5)
    order = [thread.opening.exchange_id for thread in read(database, service, place)]
    assert order == [waiting, recent, old]


def test_an_internal_note_is_neither_shown_nor_answered(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    note = message(database, service, place, kind="note")
    assert read(database, service, place) == ()
    with pytest.raises(UnknownExchange):
        reply(database, service, place, note)


def test_a_double_tap_answers_once(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    asked = message(database, service, place)
    reply(database, service, place, asked)
    with pytest.raises(AlreadyDone):
        reply(database, service, place, asked)
    assert len(read(database, service, place)[0].replies) == 1


def test_an_answer_given_after_midnight_overseas_does_not_forget_the_visit_of_that_day(
    database: Database, make_service: MakeService
) -> None:
    service = make_service("sud")
    with database.unit_of_work(service_id=None) as uow:
        uow.get_one(Service, service.id).zone = "Indian/Reunion"
    place = firm(database, service)
    asked = message(database, service, place)
    night = NOON.replace(hour=21, minute=30)  # 1.30 in the morning there
    morrow = night.date() + timedelta(days=1)
    visit = Act(kind=FactKind.LOGGED, on=morrow, at=night, actor_role="ergonome", category=VISIT, format="sur_site")
    with database.unit_of_work(service_id=service.id) as uow:
        note_fact(uow, place, visit)
        refresh_case(uow, place, on=morrow)
    said = Reply(exchange_id=asked, words="Une glacière", settled=True)
    answer(database, service_id=service.id, establishment_id=place, reply=said, author=OWNER, key=KEY, at=night)
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(AdviceCase.visited_on)).one() == morrow


def test_going_back_and_answering_something_else_says_both(database: Database, make_service: MakeService) -> None:
    service = make_service("nord")
    place = firm(database, service)
    asked = message(database, service, place)
    reply(database, service, place, asked)
    reply(database, service, place, asked, words="Et aussi à l'ombre")
    assert len(read(database, service, place)[0].replies) == 2


def test_the_message_of_another_firm_or_service_is_unknown(database: Database, make_service: MakeService) -> None:
    north, south = make_service("nord"), make_service("sud")
    mine = firm(database, north)
    theirs = firm(database, south)
    asked = message(database, south, theirs)
    for identity in (asked, uuid4()):
        with pytest.raises(UnknownExchange):
            reply(database, north, mine, identity)
    assert read(database, south, theirs)[0].opening.waiting
