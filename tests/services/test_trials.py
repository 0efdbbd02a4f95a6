"""Try-outs without an account: begun, seen by nobody else, kept by an account or really deleted; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.inputs import ChosenAction
from app.domain.roles import Role
from app.domain.workflow import State
from app.extensions import Base
from app.models.advice import AdviceCase
from app.models.draft import AnswerRow, ChosenActionRow, SituationFactRow, ThemeDraft
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.exchange import HelpRequest
from app.models.fact import Fact
from app.models.membership import Membership, Trial
from app.models.service import Service
from app.models.tables import LIVING_TABLES
from app.models.upserts import keep_content
from app.services import trials
from app.services.assessment_rows import action_fields
from app.services.facts import Act, FactKind, note_fact
from app.services.firms import change_firm, firm_card
from app.services.members import trial_of
from app.services.trials import (
    CHILDREN,
    StartedTrial,
    TooManyTrials,
    TrialGone,
    TrialWish,
    keep_trial,
    purge_trials,
    start_trial,
)
from tests.engines import NOON, MakeService
from tests.web.people import account, establishment

TODAY = date(2026, 11, 21)
DUE = date(2027, 6, 1)
WISH = TrialWish(theme="chaleur", headcount=4, naf="10.71C", naf_label="Boulangerie", sectors=frozenset({"industrie"}))


def start(database: Database, service: Service, *, on: date = TODAY) -> StartedTrial:
    return start_trial(database, WISH, service_id=service.id, service_name=service.name, on=on, at=NOON)


def keep(database: Database, service: Service, trial: StartedTrial, account_id: UUID, *, on: date = TODAY) -> None:
    keep_trial(database, trial.establishment_id, account_id, service_id=service.id, function="gérante", on=on, at=NOON)


def answer_something(database: Database, service: Service, establishment_id: UUID) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        kept = keep_content(uow, theme="chaleur", version="1", sha256="0" * 64, source="x", at=NOON)
        uow.add(
            ThemeDraft(
                establishment_id=establishment_id,
                theme="chaleur",
                position=0,
                content_version_id=kept,
                assessed_on=TODAY,
                finished_on=None,
            )
        )
        uow.add(
            AnswerRow(
                establishment_id=establishment_id,
                theme="chaleur",
                question="ch_eau",
                value='["words","oui"]',
                reason="",
                author_role="essai",
                answered_at=NOON,
            )
        )
        uow.add(
            SituationFactRow(
                establishment_id=establishment_id,
                theme="chaleur",
                situation="dehors",
                concerned=False,
                frequency=None,
                people=None,
                words="le toit",
                in_place=None,
                checked_on=None,
                accident=None,
            )
        )
        uow.add(
            HelpRequest(
                establishment_id=establishment_id,
                theme="chaleur",
                words="",
                author_role="",
                opened_at=NOON,
                closed_at=None,
            )
        )


def rows(database: Database) -> dict[str, int]:
    """How many rows each table of a firm holds, empty ones left out."""
    tables: tuple[type[Base], ...] = (*LIVING_TABLES, Fact)
    with database.across_services("count in a test") as session:
        counted = {table.__tablename__: len(session.scalars(select(table)).all()) for table in tables}
    return {name: count for name, count in counted.items() if count}


def test_a_try_out_is_a_firm_with_one_team_that_only_its_token_opens(
    database: Database, make_service: MakeService
) -> None:
    service, other = make_service("un"), make_service("deux")
    started = start(database, service)
    assert started.expires_on == TODAY + timedelta(days=30)
    with database.read(service_id=service.id) as session:
        row = session.scalars(select(EstablishmentRow)).one()
        state = session.scalars(select(EstablishmentState)).one()
        unit = session.scalars(select(WorkUnitRow)).one()
        assert (row.name, row.attachment, row.siret) == ("Mon entreprise", "essai", None)
        assert (state.naf, state.headcount, state.sectors) == ("10.71C", 4, '["industrie"]')
        assert (unit.key, unit.name, unit.total) == ("UT1", "Toute l'équipe", 4)
        held = trial_of(session, started.token, on=TODAY)
        assert held is not None
        assert held.establishment_id == started.establishment_id
        assert trial_of(session, "another token", on=TODAY) is None
        assert trial_of(session, started.token, on=started.expires_on + timedelta(days=1)) is None
        assert started.token not in {trial.token_sha256 for trial in session.scalars(select(Trial))}
    with database.read(service_id=other.id) as session:
        assert trial_of(session, started.token, on=TODAY) is None


def test_a_try_out_leaves_no_fact(database: Database, make_service: MakeService) -> None:
    service = make_service("un")
    started = start(database, service)
    with database.unit_of_work(service_id=service.id) as uow:
        act = Act(kind=FactKind.THEME_STARTED, on=TODAY, at=NOON, actor_role="essai", theme="chaleur")
        note_fact(uow, started.establishment_id, act)
    assert "fact" not in rows(database)


def test_keeping_makes_its_author_the_employer_and_counts_one_account(
    database: Database, make_service: MakeService
) -> None:
    service = make_service("un")
    started = start(database, service)
    answer_something(database, service, started.establishment_id)
    owner = account(database, "gerante@exemple.fr")
    keep(database, service, started, owner)
    keep(database, service, started, owner)  # a second tap
    with database.read(service_id=service.id) as session:
        row = session.scalars(select(EstablishmentRow)).one()
        member = session.scalars(select(Membership)).one()
        fact = session.scalars(select(Fact).where(Fact.kind == FactKind.ACCOUNT_OPENED.value)).one()
        states = session.scalars(select(EstablishmentState).order_by(EstablishmentState.seq)).all()
        assert row.attachment == "a_rattacher"
        assert (member.account_id, member.role, member.function) == (owner, Role.EMPLOYER.value, "gérante")
        assert (fact.kind, fact.actor_role, fact.headcount) == (FactKind.ACCOUNT_OPENED.value, "gérante", 4)
        assert [state.employer_role for state in states] == ["employeur", "gérante"]
        assert states[1].naf == "10.71C"
        assert session.scalars(select(AnswerRow)).one().question == "ch_eau"
        assert trial_of(session, started.token, on=TODAY) is None


def plan_something(database: Database, service: Service, establishment_id: UUID) -> dict[str, ChosenActionRow]:
    """An action of each sort in the plan of a try-out, by its words."""
    said: dict[str, dict[str, Any]] = {
        "sans date": {},
        "prévue": {"owner": "gérante", "due": DUE, "rank": "TECH"},
        "commencée": {"status": "en_cours"},
        "faite": {"status": "fait", "done_on": TODAY - timedelta(days=2)},
        "abandonnée": {"status": "abandonne", "closing_words": "cout : devis à 12 000 euros"},
        "retirée": {"owner": "gérante", "due": DUE, "archived_on": TODAY},
    }
    with database.unit_of_work(service_id=service.id) as uow:
        for position, (words, more) in enumerate(said.items()):
            action = ChosenAction(text=words, theme="chaleur", rank=more.get("rank", ""))
            fields = {**action_fields(action, position)} | {
                name: value for name, value in more.items() if name != "rank"
            }
            uow.add(ChosenActionRow(establishment_id=establishment_id, **fields))
    with database.read(service_id=service.id) as session:
        return {row.words or "": row for row in session.scalars(select(ChosenActionRow))}


def test_what_was_done_in_a_try_out_counts_once_it_is_kept_and_once_only(
    database: Database, make_service: MakeService
) -> None:
    service = make_service("un")
    started = start(database, service)
    answer_something(database, service, started.establishment_id)
    actions = plan_something(database, service, started.establishment_id)
    assert "fact" not in rows(database)
    owner = account(database, "gerante@exemple.fr")
    keep(database, service, started, owner)
    keep(database, service, started, owner)  # a second tap
    with database.read(service_id=service.id) as session:
        facts = session.scalars(select(Fact)).all()
        case = session.scalars(select(AdviceCase)).one()
    names = {str(row.id): words for words, row in actions.items()}
    counted = {(fact.kind, names.get(fact.subject, "")): fact for fact in facts}
    assert sorted(counted) == sorted(
        [
            (FactKind.ACCOUNT_OPENED.value, ""),
            (FactKind.THEME_STARTED.value, ""),
            (FactKind.HELP_ASKED.value, ""),
            *((FactKind.ACTION_CHOSEN.value, words) for words in actions if words != "retirée"),
            (FactKind.ACTION_PLANNED.value, "prévue"),
            (FactKind.ACTION_STARTED.value, "commencée"),
            (FactKind.ACTION_DONE.value, "faite"),
            (FactKind.ACTION_DROPPED.value, "abandonnée"),
        ]
    )
    assert len(counted) == len(facts)
    assert {fact.theme for fact in facts if fact.kind != FactKind.ACCOUNT_OPENED} == {"chaleur"}
    assert {fact.actor_role for fact in facts} == {"gérante"}
    planned = counted[FactKind.ACTION_PLANNED.value, "prévue"]
    assert (planned.due_on, planned.format, planned.happened_on) == (DUE, "TECH", TODAY)
    assert counted[FactKind.ACTION_DONE.value, "faite"].happened_on == TODAY - timedelta(days=2)
    assert counted[FactKind.ACTION_DROPPED.value, "abandonnée"].format == "cout"
    assert case.state == "a_lire"  # help was asked in the try-out: an adviser sees it from now on


def test_a_theme_ended_in_a_try_out_counts_as_begun_and_as_ended(database: Database, make_service: MakeService) -> None:
    service = make_service("un")
    started = start(database, service)
    answer_something(database, service, started.establishment_id)
    with database.unit_of_work(service_id=service.id) as uow:
        draft = uow.scalars(select(ThemeDraft)).one()
        draft.state, draft.finished_on = State.SET_ASIDE.value, TODAY
    keep(database, service, started, account(database, "gerante@exemple.fr"))
    with database.read(service_id=service.id) as session:
        themes = session.scalars(
            select(Fact).where(Fact.theme == "chaleur", Fact.content_version_id.is_not(None))
        ).all()
    assert sorted(fact.kind for fact in themes) == [FactKind.THEME_STARTED.value, FactKind.THEME_SET_ASIDE.value]


def test_a_try_out_that_is_over_or_kept_is_nobody_elses(database: Database, make_service: MakeService) -> None:
    service = make_service("un")
    owner, stranger = account(database, "gerante@exemple.fr"), account(database, "autre@exemple.fr")
    late = start(database, service)
    with pytest.raises(TrialGone):
        keep(database, service, late, owner, on=late.expires_on + timedelta(days=1))
    kept = start(database, service)
    keep(database, service, kept, owner)
    with pytest.raises(TrialGone):
        keep(database, service, kept, stranger)
    assert rows(database)["membership"] == 1


def test_what_nobody_kept_is_really_deleted_with_all_that_was_typed(
    database: Database, make_service: MakeService
) -> None:
    service, other = make_service("un"), make_service("deux")
    firm = establishment(database, service, "Boulangerie du port")
    before = rows(database)
    over = start(database, service)
    start(database, other)
    answer_something(database, service, over.establishment_id)
    day_after = over.expires_on + timedelta(days=1)
    assert purge_trials(database, on=over.expires_on) == 0
    assert purge_trials(database, on=day_after) == 2
    assert rows(database) == before
    assert purge_trials(database, on=day_after) == 0
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(EstablishmentRow.id)).all() == [firm]


def test_every_company_that_was_typed_in_a_try_out_goes_with_it(database: Database, make_service: MakeService) -> None:
    service = make_service("un")
    before = rows(database)
    over = start(database, service)
    for siret in ("73282932000074", None, "55208131766522"):
        with database.read(service_id=service.id) as session:
            card = firm_card(session, over.establishment_id, TODAY)
        said = replace(card.said, name=f"Typed {siret}", siret=siret, siret_state="connu" if siret else "inconnu")
        change_firm(database, over.establishment_id, said, service_id=service.id, mark=card.mark, at=NOON, on=TODAY)
    assert purge_trials(database, on=over.expires_on + timedelta(days=1)) == 1
    assert rows(database) == before


def test_a_purge_leaves_what_was_kept_and_what_is_not_over(database: Database, make_service: MakeService) -> None:
    service = make_service("un")
    owner = account(database, "gerante@exemple.fr")
    kept, running = start(database, service), start(database, service, on=TODAY + timedelta(days=5))
    keep(database, service, kept, owner)
    assert purge_trials(database, on=kept.expires_on + timedelta(days=1)) == 0
    with database.read(service_id=service.id) as session:
        there = set(session.scalars(select(EstablishmentRow.id)))
    assert there == {kept.establishment_id, running.establishment_id}


def test_every_living_table_of_a_firm_is_emptied_by_the_purge() -> None:
    with_firm = {table.__tablename__ for table in LIVING_TABLES if hasattr(table, "establishment_id")}
    assert {table.__tablename__ for table in CHILDREN} == with_firm


def test_a_robot_cannot_fill_the_base_in_one_day(
    database: Database, make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "MOST_TRIALS", 2)
    service, other = make_service("un"), make_service("deux")
    start(database, service)
    start(database, service)
    with pytest.raises(TooManyTrials):
        start(database, service)
    start(database, other)
    start_trial(
        database, WISH, service_id=service.id, service_name="", on=TODAY, at=NOON + timedelta(days=1, seconds=1)
    )
    with database.read(service_id=service.id) as session:
        assert session.scalar(select(func.count(Company.id))) == 3
