"""The case of an establishment follows every act, and says nothing that the service may not read."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.domain.workflow import Actor, State
from app.models.account import Account
from app.models.advice import AdviceCase
from app.models.affiliation import Affiliation
from app.models.draft import AnswerRow, SituationFactRow, ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.exchange import Exchange
from app.models.fact import Fact
from app.models.membership import Membership
from app.models.service import Service
from app.services.authors import Author
from app.services.case_claims import (
    CaseAct,
    TakenMeanwhile,
    UnknownColleague,
    claim_case,
    reassign_case,
    release_case,
)
from app.services.cases import make_missing_cases, rebuild_cases, refresh_case, refresh_visited
from app.services.establishments import UnknownEstablishment
from app.services.exchanges import Reply, answer
from app.services.facts import Act, FactKind, note_fact
from app.services.queue_views import AWAITED, EVERY, MINE, NEVER, NOBODY, OLD, QueueFilter, queue_of, years_before
from app.services.submissions import MoveRefused, ThemeAct, ask_help, close_help, submit_theme, withdraw_theme
from app.services.transmissions import Handover, transmit
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, issue, record

OWNER = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
ADVISER = Author(words="ergonome", actor=Actor.ADVISER, account_id=None)
CONTENT = catalogue.load()
TODAY = NOON.date()


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("ast")


@pytest.fixture
def place(database: Database, service: Service) -> UUID:
    return record(database, service, example("couverture-9"))


def act(service: Service, place: UUID, **more: Any) -> ThemeAct:
    values: dict[str, Any] = {"theme": "chaleur", "author": OWNER, "at": NOON, "on": TODAY, **more}
    return ThemeAct(service_id=service.id, establishment_id=place, **values)


def finish(database: Database, service: Service, place: UUID) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        for draft in uow.scalars(select(ThemeDraft).where(ThemeDraft.establishment_id == place)):
            draft.state = State.FINISHED.value


def submit(database: Database, service: Service, place: UUID, *, at: datetime = NOON) -> UUID:
    finish(database, service, place)
    return submit_theme(database, act(service, place, at=at), catalogue=CONTENT)


def ask(database: Database, service: Service, place: UUID, **more: Any) -> UUID:
    """Something an adviser says, and the case after it."""
    values: dict[str, Any] = {
        "kind": "demande",
        "due_on": TODAY + timedelta(days=9),
        "created_at": NOON + timedelta(hours=1),
        "document_version_id": None,
        "answers_id": None,
        "theme": "chaleur",
        "question": "",
        "unit": "*",
        "words": "Précisez.",
        "actor": ADVISER.actor.value,
        "author_role": ADVISER.words,
        "account_id": None,
        "settled_at": None,
        **more,
    }
    with database.unit_of_work(service_id=service.id) as uow:
        row = Exchange(establishment_id=place, **values)
        uow.add(row)
        uow.flush()
        refresh_case(uow, place, on=TODAY)
        return row.id


def fact(database: Database, service: Service, place: UUID, kind: FactKind, **more: Any) -> None:
    values: dict[str, Any] = {"on": TODAY, "at": NOON + timedelta(hours=2), "actor_role": "ergonome", **more}
    with database.unit_of_work(service_id=service.id) as uow:
        note_fact(uow, place, Act(kind=kind, **values))
        refresh_case(uow, place, on=TODAY)


def affiliation(place: UUID, *, seq: int, record_on: date | None, at: datetime) -> Affiliation:
    return Affiliation(
        establishment_id=place,
        seq=seq,
        stated_on=at.date(),
        member_number="",
        sector="",
        team="",
        since=None,
        until=None,
        record_on=record_on,
        duerp_on=None,
        idcc="",
        risk_code="",
        source="import",
        recorded_at=at,
    )


def case(database: Database, service: Service, place: UUID) -> AdviceCase | None:
    with database.read(service_id=service.id) as session:
        return session.scalar(select(AdviceCase).where(AdviceCase.establishment_id == place))


def known(database: Database, service: Service, place: UUID) -> AdviceCase:
    row = case(database, service, place)
    assert row is not None
    return row


def codes(row: AdviceCase) -> set[str]:
    return {each["code"] for each in json.loads(row.reasons)}


def stored(database: Database, service: Service) -> list[tuple[Any, ...]]:
    with database.read(service_id=service.id) as session:
        return sorted(
            (
                row.establishment_id,
                row.state,
                row.need,
                row.waiting_since,
                row.awaited_on,
                row.reasons,
                row.priorities,
                row.themes,
                row.visited_on,
            )
            for row in session.scalars(select(AdviceCase))
        )


# --- what makes a case ---------------------------------------------------------------------------------------------


def test_a_firm_that_opened_nothing_is_no_case(database: Database, service: Service, place: UUID) -> None:
    issue(database, service, place, example("couverture-9"))
    with database.unit_of_work(service_id=service.id) as uow:
        refresh_case(uow, place, on=TODAY)
    assert case(database, service, place) is None


def test_a_submission_waits_to_be_read_with_its_priorities(database: Database, service: Service, place: UUID) -> None:
    submit(database, service, place)
    row = known(database, service, place)
    assert (row.state, row.waiting_since, row.themes) == ("a_lire", NOON, " chaleur ")
    assert {"relecture", "grave"} <= codes(row)
    assert json.loads(row.priorities)["P1"] >= 1
    assert row.need == sum(each["points"] for each in json.loads(row.reasons))


def test_taken_back_it_leaves_nothing_of_its_answers(database: Database, service: Service, place: UUID) -> None:
    submit(database, service, place)
    withdraw_theme(database, act(service, place, at=NOON + timedelta(minutes=5)))
    row = known(database, service, place)
    assert (row.state, row.need, row.reasons, row.priorities, row.themes) == ("calme", 0, "[]", "{}", "")


def test_help_waits_until_it_is_closed(database: Database, service: Service, place: UUID) -> None:
    ask_help(database, act(service, place), words="La ventilation")
    assert (known(database, service, place).state, codes(known(database, service, place)) & {"aide"}) == (
        "a_lire",
        {"aide"},
    )
    close_help(database, act(service, place))
    assert known(database, service, place).state == "calme"


def test_a_version_handed_over_waits_until_the_service_does_something(
    database: Database, service: Service, place: UUID
) -> None:
    issue(database, service, place, example("couverture-9"))
    transmit(
        database,
        Handover(
            service_id=service.id,
            service_name="SPSTI",
            reception=True,
            establishment_id=place,
            number=1,
            author=OWNER,
            at=NOON,
            on=TODAY,
        ),
    )
    assert "version" in codes(known(database, service, place))
    assert json.loads(known(database, service, place).priorities)
    ask(database, service, place, kind="note", due_on=None, theme="")
    assert known(database, service, place).state == "calme"


def test_a_request_waits_for_the_employer_and_his_answer_for_the_service(
    database: Database, service: Service, place: UUID
) -> None:
    submit(database, service, place)
    asked = ask(database, service, place)
    row = known(database, service, place)
    assert (row.state, row.awaited_on, row.waiting_since) == ("en_attente", TODAY + timedelta(days=9), None)
    answer(
        database,
        service_id=service.id,
        establishment_id=place,
        reply=Reply(exchange_id=asked, words="On prend deux litres.", settled=True),
        author=OWNER,
        key="k" * 20,
        at=NOON + timedelta(hours=3),
    )
    row = known(database, service, place)
    assert (row.state, row.awaited_on) == ("a_lire", None)
    assert {"reponse", "relecture"} <= codes(row)
    ask(database, service, place, kind="conseil", due_on=None, created_at=NOON + timedelta(hours=4))
    assert "reponse" not in codes(known(database, service, place))


def test_a_declined_measure_is_worth_a_look_and_an_accepted_one_is_not(
    database: Database, service: Service, place: UUID
) -> None:
    proposed = ask(database, service, place, kind="proposition", due_on=None)
    for outcome, expected in (("declinee", {"declinee"}), ("acceptee", set())):
        with database.unit_of_work(service_id=service.id) as uow:
            row = uow.get_one(Exchange, proposed)
            row.outcome, row.settled_at = outcome, NOON + timedelta(hours=3)
            uow.flush()
            refresh_case(uow, place, on=TODAY)
        assert codes(known(database, service, place)) & {"declinee", "reponse"} == expected


def test_a_closed_review_calms_the_case_and_a_new_submission_wakes_it(
    database: Database, service: Service, place: UUID
) -> None:
    version = submit(database, service, place)
    fact(database, service, place, FactKind.THEME_REVIEWED, subject=str(version), theme="chaleur")
    assert known(database, service, place).state == "calme"
    submit(database, service, place, at=NOON + timedelta(days=1))
    assert known(database, service, place).state == "a_lire"


def test_a_visit_in_the_firm_is_the_last_visit_unless_it_is_corrected(
    database: Database, service: Service, place: UUID
) -> None:
    submit(database, service, place)
    never = known(database, service, place).need
    fact(database, service, place, FactKind.LOGGED, category="conseil", format="distance")
    assert known(database, service, place).visited_on is None
    fact(database, service, place, FactKind.LOGGED, category="visite_entreprise", format="sur_site")
    row = known(database, service, place)
    assert row.visited_on == TODAY
    assert row.need < never
    with database.read(service_id=service.id) as session:
        visit = session.scalars(select(Fact.id).where(Fact.category == "visite_entreprise")).one()
    fact(database, service, place, FactKind.CORRECTED, voids_id=visit)
    assert known(database, service, place).visited_on is None


def test_a_company_record_of_an_import_is_a_visit(database: Database, service: Service, place: UUID) -> None:
    submit(database, service, place)
    for seq, day in enumerate((date(2025, 3, 1), date(2024, 1, 1), None), start=1):
        at = NOON + timedelta(hours=seq)
        with database.unit_of_work(service_id=service.id) as uow:
            uow.add(affiliation(place, seq=seq, record_on=day, at=at))
            uow.flush()
            refresh_visited(uow, recorded_at=at, on=TODAY)
        assert known(database, service, place).visited_on == date(2025, 3, 1)
    before = stored(database, service)
    rebuild_cases(database, service.id, TODAY)
    assert stored(database, service) == before


def test_every_yes_in_84_seconds_is_an_alert_of_what_was_submitted(
    database: Database, service: Service, place: UUID
) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        answers = uow.scalars(select(AnswerRow).where(AnswerRow.establishment_id == place)).all()
        for at, row in enumerate(answers):
            row.answered_at = NOON + timedelta(seconds=min(84, at * 7))
            if row.value in {'["words","non"]', '["words","partiellement"]', '["words","ne_sait_pas"]'}:
                row.value = '["words","oui"]'
        for each in uow.scalars(select(SituationFactRow).where(SituationFactRow.establishment_id == place)):
            each.answered_at = NOON
    submit(database, service, place)
    with database.read(service_id=service.id) as session:
        noted = session.scalars(select(Fact).where(Fact.kind == "theme_soumis")).one()
    assert (noted.quantity, noted.unit) == (Decimal(84), "secondes")
    assert "oui_rapide" in codes(known(database, service, place))


def test_a_try_out_and_a_refused_claim_make_no_case(database: Database, service: Service, place: UUID) -> None:
    for values in ({"attachment": "essai"}, {"attachment": "a_rattacher", "claim_state": "refusee"}):
        with database.unit_of_work(service_id=service.id) as uow:
            row = uow.get_one(EstablishmentRow, place)
            for name, value in values.items():
                setattr(row, name, value)
        ask_help(database, act(service, place), words="")
        close_help(database, act(service, place))
        assert case(database, service, place) is None


# --- the projection is never a source ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_acts_the_case_is_what_one_makes_from_scratch(
    database: Database, service: Service, place: UUID, seed: int
) -> None:
    chance = Random(seed)
    issue(database, service, place, example("couverture-9"))
    asked: list[UUID] = []
    for step in range(14):
        _some_act(database, service, place, chance, asked, at=NOON + timedelta(hours=step + 1))
    before = stored(database, service)
    with database.unit_of_work(service_id=service.id) as uow:
        for row in uow.scalars(select(AdviceCase)):
            uow.delete(row)
    rebuild_cases(database, service.id, TODAY)
    assert [row for row in stored(database, service) if row[1:3] != ("calme", 0)] == [
        row for row in before if row[1:3] != ("calme", 0)
    ]
    assert rebuild_cases(database, service.id, TODAY) == 1
    assert before or not stored(database, service)


def _some_act(
    database: Database, service: Service, place: UUID, chance: Random, asked: list[UUID], *, at: datetime
) -> None:
    match chance.randrange(7):
        case 0:
            submit(database, service, place, at=at)
        case 1:
            with suppress(MoveRefused):
                withdraw_theme(database, act(service, place, at=at))
        case 2:
            ask_help(database, act(service, place, at=at), words="")
        case 3:
            close_help(database, act(service, place, at=at))
        case 4:
            kind = chance.choice(["demande", "question", "conseil", "note"])
            asked.append(ask(database, service, place, kind=kind, created_at=at))
        case 5 if asked:
            with database.read(service_id=service.id) as session:
                open_ones = session.scalars(select(Exchange.id).where(Exchange.kind != "note")).all()
            to = chance.choice(asked)
            if to in open_ones:
                answer(
                    database,
                    service_id=service.id,
                    establishment_id=place,
                    reply=Reply(exchange_id=to, words="Oui.", settled=chance.random() < 0.5),
                    author=OWNER,
                    key=uuid4().hex,
                    at=at,
                )
        case _:
            fact(database, service, place, FactKind.LOGGED, category="etude_poste", format="sur_site", at=at)


def test_a_database_of_an_earlier_release_gets_its_cases_once(
    database: Database, service: Service, place: UUID
) -> None:
    submit(database, service, place)
    before = stored(database, service)
    assert make_missing_cases(database, at=NOON) == 0
    with database.unit_of_work(service_id=service.id) as uow:
        uow.delete(uow.scalars(select(AdviceCase)).one())
    assert make_missing_cases(database, at=NOON) == 1
    assert stored(database, service) == before


# --- who follows it ------------------------------------------------------------------------------------------------


def hire(database: Database, service: Service, email: str) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        account = Account(email=email, email_key=email, totp_step=0, created_at=NOON)
        uow.add(account)
        uow.flush()
        uow.add(
            Membership(
                account_id=account.id,
                establishment_id=None,
                role=Role.ADVISER.value,
                function="ergonome",
                from_on=TODAY,
                to_on=None,
                created_at=NOON,
            )
        )
        return account.id


def seat(database: Database, service: Service, place: UUID, account: UUID) -> CaseAct:
    return CaseAct(
        database=database, service_id=service.id, establishment_id=place, account_id=account, at=NOON, on=TODAY
    )


def test_of_two_advisers_who_take_one_case_the_second_is_told_who_has_it(
    database: Database, service: Service, place: UUID
) -> None:
    first, second = hire(database, service, "a@s.example"), hire(database, service, "b@s.example")

    def take(account: UUID) -> UUID | None:
        try:
            claim_case(seat(database, service, place, account))
        except TakenMeanwhile as taken:
            return taken.holder
        return None

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(take, (first, second)))
    holder = known(database, service, place).assigned_to
    assert sorted(told, key=str) == sorted([None, holder], key=str)
    assert holder in (first, second)


def test_a_case_is_given_back_by_who_has_it_alone(database: Database, service: Service, place: UUID) -> None:
    first, second = hire(database, service, "a@s.example"), hire(database, service, "b@s.example")
    claim_case(seat(database, service, place, first))
    claim_case(seat(database, service, place, first))
    with pytest.raises(TakenMeanwhile):
        release_case(seat(database, service, place, second))
    release_case(seat(database, service, place, first))
    row = known(database, service, place)
    assert (row.assigned_to, row.assigned_at) == (None, None)


def test_a_case_is_handed_on_from_what_was_seen(database: Database, service: Service, place: UUID) -> None:
    first, second = hire(database, service, "a@s.example"), hire(database, service, "b@s.example")
    claim_case(seat(database, service, place, first))
    with pytest.raises(TakenMeanwhile) as told:
        reassign_case(seat(database, service, place, second), to=second, seen=None)
    assert told.value.holder == first
    reassign_case(seat(database, service, place, second), to=second, seen=first)
    assert known(database, service, place).assigned_to == second
    with pytest.raises(UnknownColleague):
        reassign_case(seat(database, service, place, second), to=uuid4(), seen=second)


def test_who_follows_a_case_outlives_its_acts(database: Database, service: Service, place: UUID) -> None:
    first = hire(database, service, "a@s.example")
    submit(database, service, place)
    claim_case(seat(database, service, place, first))
    ask(database, service, place)
    assert known(database, service, place).assigned_to == first


def test_nobody_takes_a_firm_of_nowhere(database: Database, service: Service) -> None:
    account = hire(database, service, "a@s.example")
    with pytest.raises(UnknownEstablishment):
        claim_case(seat(database, service, uuid4(), account))


# --- the queue -----------------------------------------------------------------------------------------------------


def queue(database: Database, service: Service, **more: Any) -> list[str]:
    values: dict[str, Any] = {"on": TODAY, "account_id": uuid4(), **more}
    with database.read(service_id=service.id) as session:
        return [line.name for line in queue_of(session, QueueFilter(**values), page=1).lines]


@pytest.fixture
def three(database: Database, service: Service) -> dict[str, UUID]:
    """A firm that submitted, one that asks for help, one visited long ago that is awaited."""
    firm = example("couverture-9")
    made = {}
    for name, siret in (("Toits", "73282932000074"), ("Aide", "55208131766522"), ("Ancienne", None)):
        known_as = replace(firm, establishment=replace(firm.establishment, name=name, siret=siret))
        made[name] = record(database, service, known_as)
    submit(database, service, made["Toits"])
    ask_help(database, act(service, made["Aide"]), words="")
    old = years_before(TODAY) - timedelta(days=1)
    fact(
        database,
        service,
        made["Ancienne"],
        FactKind.LOGGED,
        category="visite_entreprise",
        format="sur_site",
        on=old,
        at=NOON - timedelta(days=1),
    )
    ask(database, service, made["Ancienne"], kind="demande", due_on=TODAY - timedelta(days=2))
    return made


def test_the_queue_is_sorted_by_need_with_what_the_calendar_adds(
    database: Database, service: Service, three: dict[str, UUID]
) -> None:
    assert queue(database, service)[0] == "Toits"
    assert set(queue(database, service)) == {"Toits", "Aide", "Ancienne"}
    with database.read(service_id=service.id) as session:
        lines = queue_of(session, QueueFilter(on=TODAY, account_id=uuid4()), page=1).lines
    last = next(line for line in lines if line.name == "Ancienne")
    assert (last.points, last.overdue, last.long_ago) == (20, True, True)
    assert [line.points for line in lines] == sorted((line.points for line in lines), reverse=True)


def test_filters_of_the_queue(database: Database, service: Service, three: dict[str, UUID]) -> None:
    account = hire(database, service, "a@s.example")
    claim_case(seat(database, service, three["Aide"], account))
    assert queue(database, service, motive="aide") == ["Aide"]
    assert queue(database, service, search="toi") == ["Toits"]
    assert queue(database, service, search="552 081") == ["Aide"]
    assert set(queue(database, service, visit=NEVER)) == {"Toits", "Aide"}
    assert queue(database, service, visit=OLD) == ["Ancienne"]
    assert queue(database, service, who=MINE, account_id=account) == ["Aide"]
    assert set(queue(database, service, who=NOBODY)) == {"Toits", "Ancienne"}
    assert queue(database, service, state=AWAITED) == ["Ancienne"]
    assert set(queue(database, service, theme="chaleur")) == {"Toits", "Aide", "Ancienne"}
    assert queue(database, service, theme="chal") == []
    assert queue(database, service, sectors=("Nord",)) == []
    assert queue(database, service, on=TODAY - timedelta(days=30), state=EVERY, motive="relecture") == ["Toits"]


def test_four_years_before_a_leap_day_is_a_day() -> None:
    assert years_before(date(2104, 2, 29)) == date(2100, 2, 28)
