"""The log of acts and sessions on both engines: what is written, what is refused, what a correction leaves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.activity import CATEGORIES, VISITS
from app.domain.activity_rules import duration, first_day, usual_format
from app.domain.health_words import health_words
from app.domain.workflow import Actor
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.service import Service
from app.services.activity_log import (
    ActRefused,
    AlreadyCorrected,
    LogWriter,
    NotYourAct,
    UnknownAct,
    WorkAct,
    correct_act,
    log_act,
    withdraw_act,
)
from app.services.activity_views import LogFilter, act_line, habits_of, log_page
from app.services.attempts import again
from app.services.authors import Author
from app.services.establishments import UnknownEstablishment
from app.services.firm_choices import firms_by_siret, search_firms
from app.services.once import AlreadyDone
from app.services.session_log import Attendance, GroupSession, correct_session, hold_session, withdraw_session
from app.services.session_views import session_page, session_view
from tests.engines import NOON, MakeService
from tests.web.people import account, establishment

TODAY = NOON.date()
VISIT = WorkAct(establishment_id=None, category="visite_entreprise", on=TODAY, minutes=90, format="sur_site")
WORKSHOP = GroupSession(title="Chaleur, atelier BTP", on=TODAY, category="atelier", format="collectif", minutes=120)


@dataclass(frozen=True, kw_only=True)
class Log:
    """A service, one of its advisers, and two of its firms."""

    database: Database
    service: Service
    by: LogWriter
    firm: UUID
    other: UUID

    def facts(self) -> list[Fact]:
        with self.database.read(service_id=self.service.id) as session:
            return list(session.scalars(select(Fact).order_by(Fact.recorded_at, Fact.kind, Fact.unit)))

    def colleague(self, **changes: Any) -> LogWriter:
        someone = account(self.database, f"{uuid4().hex}@exemple.fr", at=NOON)
        author = Author(words="infirmière", actor=Actor.ADVISER, account_id=someone)
        return replace(self.by, author=author, **changes)

    def change(self, firm: UUID, **values: str) -> None:
        with self.database.unit_of_work(service_id=self.service.id) as uow:
            row = uow.get_one(EstablishmentRow, firm)
            for name, value in values.items():
                setattr(row, name, value)


@pytest.fixture
def log(database: Database, make_service: MakeService) -> Log:
    service = make_service("spsti45")
    someone = account(database, "ergonome@exemple.fr", at=NOON)
    by = LogWriter(
        database=database,
        service_id=service.id,
        author=Author(words="ergonome", actor=Actor.ADVISER, account_id=someone),
        on=TODAY,
        at=NOON,
    )
    return Log(
        database=database,
        service=service,
        by=by,
        firm=establishment(database, service, "Boulangerie du port", at=NOON, siret="73282932000074"),
        other=establishment(database, service, "Épicerie du quai", at=NOON, siret="35600000000048"),
    )


def test_a_visit_is_one_fact_with_what_was_true_of_the_firm(log: Log) -> None:
    said = replace(
        VISIT,
        establishment_id=log.firm,
        profession="ergonome",
        theme="chaleur",
        origin="demande",
        partner="carsat",
        campaign="chaleur-2026",
        words="Fournil regardé avec l'employeur",
    )
    noted = log_act(log.by, said, key="")
    (fact,) = log.facts()
    assert (fact.id, fact.kind, fact.establishment_id) == (noted, "acte_note", log.firm)
    assert (fact.category, fact.format, fact.minutes, fact.happened_on) == ("visite_entreprise", "sur_site", 90, TODAY)
    assert (fact.profession, fact.theme, fact.origin, fact.partner) == ("ergonome", "chaleur", "demande", "carsat")
    assert (fact.campaign, fact.words, fact.account_id) == ("chaleur-2026", said.words, log.by.author.account_id)
    assert (fact.actor_role, fact.siret, fact.naf, fact.territory) == ("ergonome", "73282932000074", "10.71C", "45000")
    assert fact.voids_id is None


def test_an_act_of_no_firm_is_collective(log: Log) -> None:
    log_act(log.by, replace(VISIT, category="autre", format=""), key="")
    (fact,) = log.facts()
    assert (fact.establishment_id, fact.siret, fact.category) == (None, None, "autre")


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": TODAY + timedelta(days=1)},
        {"on": first_day(TODAY) - timedelta(days=1)},
        {"minutes": 0},
        {"minutes": -5},
        {"minutes": 1441},
        {"category": "sieste"},
        {"format": "ailleurs"},
        {"profession": "sorcier"},
        {"origin": "hasard"},
        {"partner": "personne"},
        {"words": "x" * 501},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(log: Log, wrong: dict[str, Any]) -> None:
    with pytest.raises(ActRefused):
        log_act(log.by, replace(VISIT, **wrong), key="")
    assert log.facts() == []


def test_the_oldest_day_and_the_longest_act_are_taken(log: Log) -> None:
    log_act(log.by, replace(VISIT, on=first_day(TODAY), minutes=1440), key="")
    assert [fact.minutes for fact in log.facts()] == [1440]


def test_try_outs_refused_claims_and_other_services_firms_are_unknown(log: Log, make_service: MakeService) -> None:
    log.change(log.firm, attachment="essai")
    log.change(log.other, attachment="a_rattacher", claim_state="refusee")
    stranger = establishment(log.database, make_service("spsti99"), "Ailleurs", at=NOON)
    for firm in (log.firm, log.other, stranger, uuid4()):
        with pytest.raises(UnknownEstablishment):
            log_act(log.by, replace(VISIT, establishment_id=firm), key="")
        with pytest.raises(UnknownEstablishment):
            hold_session(log.by, replace(WORKSHOP, attendance=(came(firm),)), key="")
    assert log.facts() == []
    log.change(log.other, attachment="a_rattacher", claim_state="")
    log_act(log.by, replace(VISIT, establishment_id=log.other), key="")
    assert len(log.facts()) == 1


def test_a_second_tap_notes_nothing_more(log: Log) -> None:
    noted = log_act(log.by, VISIT, key="k" * 20)
    with pytest.raises(AlreadyDone) as done:
        log_act(log.by, VISIT, key="k" * 20)
    assert done.value.outcome == str(noted)
    assert len(log.facts()) == 1


def test_going_back_to_the_form_and_noting_something_else_notes_both(log: Log) -> None:
    log_act(log.by, VISIT, key="k" * 20)
    log_act(log.by, replace(VISIT, minutes=VISIT.minutes + 5), key="k" * 20)
    hold_session(log.by, WORKSHOP, key="s" * 20)
    hold_session(log.by, replace(WORKSHOP, title="Un autre atelier"), key="s" * 20)
    assert sorted(fact.kind for fact in log.facts()) == ["acte_note", "acte_note", "seance_tenue", "seance_tenue"]


def test_a_session_corrected_again_from_the_same_page_keeps_the_last_numbers(log: Log) -> None:
    held = hold_session(log.by, replace(WORKSHOP, attendance=(came(log.firm),)), key="")
    for extra in (1, 2):
        line = came(log.firm)
        said = replace(WORKSHOP, attendance=(replace(line, workers=line.workers + extra),))
        assert correct_session(log.by, held, said, key="k" * 20) == held
    voided = {fact.voids_id for fact in log.facts()}
    standing = [fact for fact in log.facts() if fact.kind == "presence" and fact.id not in voided]
    assert {int(fact.quantity or 0) for fact in standing if fact.unit == "salaries"} == {came(log.firm).workers + 2}


def twice(act: Callable[[], object]) -> list[str]:
    """What each of two taps at the same instant gets, sorted; each is tried once more when they cross, as pages do."""
    ready = Barrier(2)

    def tap(_number: int) -> str:
        ready.wait()
        try:
            again(act, tries=2)
        except AlreadyDone:
            return "already done"
        except AlreadyCorrected:
            return "already corrected"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(tap, range(2)))


def test_two_taps_at_once_are_one_act(log: Log) -> None:
    visit = replace(VISIT, establishment_id=log.firm)
    assert twice(lambda: log_act(log.by, visit, key="a" * 20)) == ["already done", "done"]
    assert twice(lambda: log_act(log.by, VISIT, key="b" * 20)) == ["already done", "done"]
    workshop = replace(WORKSHOP, attendance=(came(log.firm),))
    assert twice(lambda: hold_session(log.by, workshop, key="c" * 20)) == ["already done", "done"]
    kinds = sorted(fact.kind for fact in log.facts())
    assert kinds == ["acte_note", "acte_note", "presence", "presence", "seance_tenue"]


def test_two_corrections_at_once_are_one(log: Log) -> None:
    noted = log_act(log.by, replace(VISIT, establishment_id=log.firm), key="")
    told = twice(lambda: correct_act(log.by, noted, replace(VISIT, establishment_id=log.firm, minutes=5), key=""))
    assert told == ["already corrected", "done"]
    assert sorted(fact.kind for fact in log.facts()) == ["acte_note", "acte_note", "correction"]


def test_a_correction_voids_the_act_and_notes_the_right_one(log: Log) -> None:
    noted = log_act(log.by, replace(VISIT, establishment_id=log.firm), key="")
    later = replace(log.by, at=NOON + timedelta(hours=1))
    right = correct_act(later, noted, replace(VISIT, establishment_id=log.other, minutes=45), key="")
    facts = {fact.id: fact for fact in log.facts()}
    void = next(fact for fact in facts.values() if fact.kind == "correction")
    assert (void.voids_id, void.subject, void.establishment_id) == (noted, str(right), log.firm)
    assert (void.category, void.minutes) == ("", None)
    assert (facts[noted].minutes, facts[noted].establishment_id) == (90, log.firm)
    assert (facts[right].minutes, facts[right].establishment_id) == (45, log.other)
    with log.database.read(service_id=log.service.id) as session:
        page = log_page(session, LogFilter())
        old = act_line(session, noted)
    assert (page.count, page.minutes, page.corrected) == (1, 45, 1)
    assert old is not None
    assert (old.voided_at, old.replaced) == (later.at, True)
    with pytest.raises(AlreadyCorrected) as corrected:
        correct_act(later, noted, VISIT, key="")
    assert corrected.value.instead == right


def test_the_same_act_said_again_changes_nothing(log: Log) -> None:
    said = replace(VISIT, establishment_id=log.firm)
    noted = log_act(log.by, said, key="")
    assert correct_act(log.by, noted, said, key="") == noted
    assert len(log.facts()) == 1


def test_an_act_taken_back_counts_no_more(log: Log) -> None:
    noted = log_act(log.by, VISIT, key="")
    withdraw_act(log.by, noted, key="")
    with log.database.read(service_id=log.service.id) as session:
        page = log_page(session, LogFilter())
        line = act_line(session, noted)
    assert (page.count, page.minutes, page.corrected) == (0, 0, 1)
    assert line is not None
    assert not line.replaced
    with pytest.raises(AlreadyCorrected) as corrected:
        withdraw_act(log.by, noted, key="")
    assert corrected.value.instead is None


def test_one_corrects_ones_own_acts_and_the_administrator_everybodys(log: Log) -> None:
    noted = log_act(log.by, replace(VISIT, establishment_id=log.firm), key="")
    with pytest.raises(NotYourAct):
        correct_act(log.colleague(), noted, VISIT, key="")
    with pytest.raises(NotYourAct):
        withdraw_act(log.colleague(), noted, key="")
    right = correct_act(log.colleague(anybodys=True), noted, replace(VISIT, minutes=30), key="")
    fact = next(each for each in log.facts() if each.id == right)
    assert (fact.account_id, fact.actor_role) == (log.by.author.account_id, "ergonome")


def test_an_old_act_keeps_its_day_when_it_is_corrected(log: Log) -> None:
    noted = log_act(log.by, replace(VISIT, on=first_day(TODAY)), key="")
    later = replace(log.by, on=TODAY + timedelta(days=40))
    right = correct_act(later, noted, replace(VISIT, on=first_day(TODAY), minutes=30), key="")
    with pytest.raises(ActRefused):
        correct_act(later, right, replace(VISIT, on=first_day(TODAY) + timedelta(days=1)), key="")


def test_only_logged_acts_are_corrected_here(log: Log, make_service: MakeService) -> None:
    held = hold_session(log.by, WORKSHOP, key="")
    noted = log_act(log.by, VISIT, key="")
    elsewhere = replace(log.by, service_id=make_service("spsti99").id)
    for by, fact_id in ((log.by, held), (log.by, uuid4()), (elsewhere, noted)):
        with pytest.raises(UnknownAct):
            correct_act(by, fact_id, VISIT, key="")
    with pytest.raises(UnknownAct):
        correct_session(log.by, noted, WORKSHOP, key="")


def test_the_list_is_filtered_and_totalled(log: Log) -> None:
    other = log.colleague()
    log_act(log.by, replace(VISIT, establishment_id=log.firm, minutes=60), key="")
    log_act(log.by, replace(VISIT, establishment_id=log.other, minutes=30, on=date(2026, 10, 31)), key="")
    log_act(other, replace(VISIT, category="conseil", minutes=15, on=date(2026, 11, 1)), key="")
    hold_session(log.by, replace(WORKSHOP, attendance=(came(log.firm),)), key="")

    def told(**asked: Any) -> tuple[int, int]:
        with log.database.read(service_id=log.service.id) as session:
            page = log_page(session, LogFilter(**asked))
        assert page.count == sum(len(day.lines) for day in page.days)
        return page.count, page.minutes

    assert told() == (4, 225)
    assert told(month="2026-11") == (3, 195)
    assert told(month="2026-10") == (1, 30)
    assert told(account_id=log.by.author.account_id) == (3, 210)
    assert told(category="conseil") == (1, 15)
    assert told(search="EPICERIE") == (0, 0)
    assert told(search="Épicerie") == (1, 30)
    assert told(search="732829320") == (1, 60)
    assert told(establishment_id=log.firm) == (1, 60)
    assert told(page=99) == (4, 225)


def test_another_service_sees_nothing(log: Log, make_service: MakeService) -> None:
    noted = log_act(log.by, replace(VISIT, establishment_id=log.firm), key="")
    held = hold_session(log.by, WORKSHOP, key="")
    with log.database.read(service_id=make_service("spsti99").id) as session:
        assert log_page(session, LogFilter()).count == 0
        assert session_page(session, page=1).count == 0
        assert act_line(session, noted) is None
        assert session_view(session, held) is None
        assert search_firms(session, "Boulangerie").firms == ()


def test_what_one_logs_most_is_offered_first(log: Log) -> None:
    account_id = log.by.author.account_id
    assert account_id is not None
    with log.database.read(service_id=log.service.id) as session:
        fresh = habits_of(session, account_id, on=TODAY)
    assert (fresh.categories[0], fresh.profession, fresh.firms) == ("visite_entreprise", "", ())
    for minutes, category in enumerate(("metrologie", "conseil", "metrologie"), start=1):
        by = replace(log.by, at=NOON + timedelta(minutes=minutes))
        said = replace(VISIT, category=category, establishment_id=log.firm, profession="ergonome")
        log_act(by, said, key="")
    with log.database.read(service_id=log.service.id) as session:
        habits = habits_of(session, account_id, on=TODAY)
        after = habits_of(session, account_id, on=TODAY + timedelta(days=200))
    assert habits.categories[:2] == ("metrologie", "conseil")
    assert len(habits.categories) == 4
    assert habits.profession == "ergonome"
    assert [firm.name for firm in habits.firms] == ["Boulangerie du port"]
    assert after.firms == ()


def came(firm: UUID | None, employers: int = 1, workers: int = 2) -> Attendance:
    return Attendance(establishment_id=firm, employers=employers, workers=workers)


def test_a_session_is_a_fact_and_each_presence_another(log: Log) -> None:
    said = replace(
        WORKSHOP, theme="chaleur", attendance=(came(log.firm, 1, 3), came(log.other, 0, 2), came(None, 2, 0))
    )
    held = hold_session(log.by, said, key="")
    session, *presences = sorted(log.facts(), key=lambda fact: fact.kind == "presence")
    assert (session.id, session.kind, session.establishment_id) == (held, "seance_tenue", None)
    assert (session.category, session.format, session.minutes, session.words) == (
        "atelier",
        "collectif",
        120,
        "Chaleur, atelier BTP",
    )
    assert sorted((str(fact.establishment_id), fact.unit, int(fact.quantity or 0)) for fact in presences) == sorted(
        [
            (str(log.firm), "employeurs", 1),
            (str(log.firm), "salaries", 3),
            (str(log.other), "salaries", 2),
            ("None", "employeurs", 2),
        ]
    )
    assert {(fact.subject, fact.theme, fact.category, fact.format) for fact in presences} == {
        (str(held), "chaleur", "atelier", "collectif")
    }
    with log.database.read(service_id=log.service.id) as reading:
        view = session_view(reading, held)
        (listed,) = session_page(reading, page=1).sessions
    assert view is not None
    assert view.totals == listed.totals
    assert (view.totals.participations, view.totals.firms, view.totals.unplaced) == (8, 2, 2)
    assert view.attendance[-1].establishment_id is None


def test_correcting_who_came_leaves_the_session_and_the_other_lines(log: Log) -> None:
    held = hold_session(log.by, replace(WORKSHOP, attendance=(came(log.firm), came(log.other))), key="")
    before = {fact.id for fact in log.facts()}
    later = replace(log.by, at=NOON + timedelta(minutes=5))
    again = replace(WORKSHOP, attendance=(came(log.firm), came(log.other, 1, 5)))
    assert correct_session(later, held, again, key="") == held
    fresh = [fact for fact in log.facts() if fact.id not in before]
    assert sorted(fact.kind for fact in fresh) == ["correction", "presence"]
    with log.database.read(service_id=log.service.id) as session:
        view = session_view(session, held)
    assert view is not None
    assert [(line.employers, line.workers) for line in view.attendance] == [(1, 2), (1, 5)]
    assert correct_session(later, held, again, key="") == held
    assert len(log.facts()) == len(before) + 2


def test_correcting_the_session_itself_notes_everything_again(log: Log) -> None:
    held = hold_session(log.by, replace(WORKSHOP, attendance=(came(log.firm),)), key="")
    later = replace(log.by, at=NOON + timedelta(minutes=5))
    right = correct_session(later, held, replace(WORKSHOP, theme="chaleur", attendance=(came(log.firm),)), key="")
    assert right != held
    with log.database.read(service_id=log.service.id) as session:
        old, new = session_view(session, held), session_view(session, right)
        page = session_page(session, page=1)
    assert old is not None
    assert new is not None
    assert old.instead == right
    assert old.totals == new.totals
    assert (page.count, page.sessions[0].totals.participations) == (1, 3)
    standing = [fact for fact in log.facts() if fact.kind == "presence" and fact.theme == "chaleur"]
    assert len(standing) == 2


def test_a_session_taken_back_takes_its_presences_with_it(log: Log) -> None:
    held = hold_session(log.by, replace(WORKSHOP, attendance=(came(log.firm), came(None))), key="")
    withdraw_session(log.by, held, key="")
    facts = log.facts()
    voided = {fact.voids_id for fact in facts if fact.kind == "correction"}
    assert voided == {fact.id for fact in facts if fact.kind in {"seance_tenue", "presence"}}
    with log.database.read(service_id=log.service.id) as session:
        assert session_page(session, page=1).sessions == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"title": "x" * 121},
        {"category": "visite_entreprise"},
        {"format": "sur_site"},
        {"minutes": 0},
        {"on": TODAY + timedelta(days=1)},
        {"attendance": (came(None, 0, 0),)},
        {"attendance": (came(None, -1, 3),)},
        {"attendance": (came(None, 2_001, 0),)},
    ],
)
def test_a_session_that_cannot_be_is_refused(log: Log, wrong: dict[str, Any]) -> None:
    with pytest.raises(ActRefused):
        hold_session(log.by, replace(WORKSHOP, **wrong), key="")
    assert log.facts() == []


def test_a_firm_is_cited_once(log: Log) -> None:
    with pytest.raises(ActRefused):
        hold_session(log.by, replace(WORKSHOP, attendance=(came(log.firm), came(log.firm))), key="")


def test_a_member_hides_those_that_claim_its_siret(log: Log) -> None:
    claim = establishment(log.database, log.service, "Boulangerie", at=NOON, siret="73282932000074")
    log.change(claim, attachment="a_rattacher")
    with log.database.read(service_id=log.service.id) as session:
        found = firms_by_siret(session, ["73282932000074", "00000000000000"])
    assert {siret: [firm.establishment_id for firm in firms] for siret, firms in found.items()} == {
        "73282932000074": [log.firm]
    }


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_visit_is_done_in_the_firm_unless_said_otherwise(category: str) -> None:
    assert usual_format(category) in {"", "sur_site", "distance", "collectif"}
    assert (usual_format(category) == "sur_site") == (category in VISITS | {"participation_cse"})


@pytest.mark.parametrize(
    ("minutes", "words"), [(5, "5 min"), (60, "1 h"), (65, "1 h 05"), (90, "1 h 30"), (1440, "24 h")]
)
def test_a_length_is_told_as_people_say_it(minutes: int, words: str) -> None:
    assert duration(minutes) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Un salarié a un cancer", "cancer"),
        ("Produit cancérogène remplacé", ""),
        ("la vendeuse est enceinte", "enceinte"),
        ("Chaleur au fournil, ventilation à prévoir", ""),
        ("reprise après arrêt maladie", "arrêt maladie"),
        ("Inapte au poste", "Inapte"),
    ],
)
def test_words_of_health_are_seen_and_subjects_of_prevention_left(text: str, found: str) -> None:
    assert health_words(text) == found
