"""What an adviser does on a case, on both engines: the message, the fact, the mail, the theme, and who was quicker."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from time import sleep
from typing import TypeVar
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.domain.roles import Role
from app.domain.workflow import Actor, State
from app.models.account import Account
from app.models.document import DocumentVersion
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.exchange import Exchange
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.membership import Membership
from app.models.service import Service
from app.services.action_plans import PlanWriter
from app.services.advising import ActRefused, AdviserSeat, Said, Saying, add_to_case
from app.services.authors import Author
from app.services.establishments import UnknownEstablishment, known_establishment
from app.services.exchanges import Reply, UnknownExchange, answer, threads_of
from app.services.facts import FactKind
from app.services.hubs import hub_view
from app.services.once import AlreadyDone
from app.services.proposals import AlreadyDecided, accept_measure, decline_measure
from app.services.readable import SUBMISSION
from app.services.reviews import Closing, close_review, suggested_minutes
from app.services.submissions import ThemeAct, ask_help, submit_theme, withdraw_theme
from app.services.transmissions import Handover, transmit
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, issue, record

THEME, QUESTION, MEASURE = "chaleur", "ch_eau_fraiche", "ch_m_eau_glacieres"
Row = TypeVar("Row")
KEY = "k" * 22
DUE = NOON.date() + timedelta(days=14)
EMPLOYER = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
ENTRANCE = "https://jalon.exemple.fr/ast"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A firm that submitted its theme, its two employers, and an adviser at its case."""

    database: Database
    service: Service
    place: UUID
    seat: AdviserSeat

    def at(self, minutes: int) -> AdviserSeat:
        """The adviser, some minutes later."""
        return replace(self.seat, at=self.seat.at + timedelta(minutes=minutes))

    def say(self, kind: Saying, words: str = "Où est l'eau l'après-midi ?", *, key: str = "", **more: object) -> UUID:
        fields: dict[str, object] = {"theme": THEME, "due_on": DUE if kind is Saying.CHANGE else None, **more}
        return add_to_case(self.seat, Said(kind=kind, words=words, **fields), key=key)  # type: ignore[arg-type]  # told by name

    def act(self, minutes: int = 0) -> ThemeAct:
        """The employer at the theme."""
        return ThemeAct(
            service_id=self.service.id,
            establishment_id=self.place,
            theme=THEME,
            author=EMPLOYER,
            at=NOON + timedelta(minutes=minutes),
            on=NOON.date(),
        )

    def writer(self, minutes: int = 30) -> PlanWriter:
        """The employer at the plan."""
        return PlanWriter(
            database=self.database,
            service_id=self.service.id,
            establishment_id=self.place,
            catalogue=catalogue.load(),
            author=EMPLOYER,
            on=NOON.date(),
            at=NOON + timedelta(minutes=minutes),
        )

    def rows(self, table: type[Row]) -> list[Row]:
        with self.database.read(service_id=self.service.id) as session:
            return list(session.scalars(select(table)))

    def exchange(self, identity: UUID) -> Exchange:
        with self.database.read(service_id=self.service.id) as session:
            return session.get_one(Exchange, identity)

    def facts(self, *kinds: FactKind) -> list[Fact]:
        return [fact for fact in self.rows(Fact) if fact.kind in kinds]

    def state(self) -> str:
        (draft,) = self.rows(ThemeDraft)
        return str(draft.state)

    def submission(self) -> UUID:
        """What was submitted last."""
        found = [row for row in self.rows(DocumentVersion) if row.kind == SUBMISSION]
        return max(found, key=lambda row: row.recorded_at).id


def join(
    database: Database, service: Service, place: UUID | None, email: str, role: Role, *, closed: bool = False
) -> UUID:
    """An account with that membership."""
    with database.unit_of_work(service_id=service.id) as uow:
        row = Account(
            email=email,
            email_key=email,
            password_hash=None,
            totp_secret=None,
            totp_step=0,
            created_at=NOON,
            confirmed_at=NOON,
            closed_at=NOON if closed else None,
        )
        uow.add(row)
        uow.flush()
        uow.add(
            Membership(
                account_id=row.id,
                establishment_id=place,
                role=role.value,
                function=role.value,
                from_on=NOON.date(),
                to_on=None,
                created_at=NOON,
            )
        )
        return row.id


def set_state(database: Database, service: Service, state: State) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        uow.scalars(select(ThemeDraft)).one().state = state.value


@pytest.fixture
def firm(database: Database, make_service: MakeService) -> Case:
    """The firm, whose theme is finished and open to nobody."""
    service = make_service("ast")
    place = record(database, service, replace(example("couverture-9"), actions=()))
    set_state(database, service, State.FINISHED)
    for email, role in (("gerante@x.fr", Role.EMPLOYER), ("associe@x.fr", Role.EMPLOYER), ("cse@x.fr", Role.READER)):
        join(database, service, place, email, role)
    join(database, service, place, "parti@x.fr", Role.EMPLOYER, closed=True)
    adviser = join(database, service, None, "ergonome@ast.fr", Role.ADVISER)
    seat = AdviserSeat(
        database=database,
        service_id=service.id,
        establishment_id=place,
        author=Author(words="ergonome", actor=Actor.ADVISER, account_id=adviser),
        on=NOON.date(),
        at=NOON + timedelta(minutes=10),
        catalogue=catalogue.load(),
        profession="ergonome",
        entrance=ENTRANCE,
    )
    return Case(database=database, service=service, place=place, seat=seat)


@pytest.fixture
def case(firm: Case) -> Case:
    """The same firm, which submitted its theme."""
    submit_theme(firm.database, firm.act(), catalogue=catalogue.load())
    return firm


SENT = (Saying.ADVICE, Saying.QUESTION, Saying.CHANGE, Saying.PROPOSAL)
COUNTED = {
    Saying.ADVICE: FactKind.ADVISED,
    Saying.QUESTION: FactKind.ASKED,
    Saying.CHANGE: FactKind.CHANGE_ASKED,
    Saying.PROPOSAL: FactKind.MEASURE_PROPOSED,
}


@pytest.mark.parametrize("kind", SENT)
def test_what_is_sent_leaves_a_message_a_fact_and_a_mail_to_each_employer(case: Case, kind: Saying) -> None:
    identity = case.say(kind, question=QUESTION)
    row = case.exchange(identity)
    assert (row.kind, row.theme, row.question, row.actor) == (kind.value, THEME, QUESTION, "preventeur")
    assert (row.author_role, row.document_version_id) == ("ergonome", case.submission())
    assert row.due_on == (DUE if kind is Saying.CHANGE else None)
    (fact,) = case.facts(COUNTED[kind])
    assert (fact.subject, fact.theme, fact.account_id) == (str(identity), THEME, case.seat.author.account_id)
    assert fact.category == ""
    mails = case.rows(OutboxMail)
    assert sorted(mail.recipient for mail in mails) == ["associe@x.fr", "gerante@x.fr"]
    assert all(f"{ENTRANCE}/e/{case.place}/echanges/{identity}" in mail.text for mail in mails)
    assert all(mail.kind == f"echange_{kind.value}" for mail in mails)
    assert not any("après-midi" in mail.text + mail.subject for mail in mails), "a mail quotes nothing"


def test_an_internal_note_is_kept_counts_for_nothing_and_leaves_no_mail(case: Case) -> None:
    before = len(case.rows(Fact))
    row = case.exchange(case.say(Saying.NOTE, "Voir aussi l'hébergement l'été."))
    assert row.document_version_id == case.submission()
    assert len(case.rows(Fact)) == before
    assert case.rows(OutboxMail) == []
    with case.database.read(service_id=case.service.id) as session:
        assert threads_of(session, case.place) == ()
        hub = hub_view(session, case.place, catalogue=catalogue.load(), on=NOON.date())
    assert (hub.requests, hub.proposals) == ((), ())


def test_a_note_may_be_left_on_a_member_that_opened_nothing(firm: Case) -> None:
    row = firm.exchange(firm.say(Saying.NOTE, "Injoignable le matin.", theme=""))
    assert (row.theme, row.document_version_id) == ("", None)


@pytest.mark.parametrize("kind", Saying)
def test_a_theme_the_employer_did_not_open_is_refused_in_words(firm: Case, kind: Saying) -> None:
    with pytest.raises(ActRefused, match="pas ouvert ce thème"):
        firm.say(kind)
    assert firm.rows(Exchange) == []
    assert firm.rows(OutboxMail) == []


def test_a_theme_that_was_taken_back_is_refused(case: Case) -> None:
    withdraw_theme(case.database, case.act(5))
    with pytest.raises(ActRefused):
        case.say(Saying.ADVICE)


def test_a_request_for_help_opens_the_theme_to_a_remark_on_no_frozen_dossier(firm: Case) -> None:
    ask_help(firm.database, firm.act(), words="Comment mesurer ?")
    assert firm.exchange(firm.say(Saying.ADVICE)).document_version_id is None
    with pytest.raises(ActRefused, match="Posez plutôt une question"):
        firm.say(Saying.CHANGE)


def test_a_version_that_was_handed_over_may_be_spoken_of(firm: Case) -> None:
    issue(firm.database, firm.service, firm.place, example("couverture-9"))
    transmit(
        firm.database,
        Handover(
            service_id=firm.service.id,
            service_name="AST",
            reception=True,
            establishment_id=firm.place,
            number=1,
            author=EMPLOYER,
            at=NOON,
            on=NOON.date(),
        ),
    )
    (version,) = [row.id for row in firm.rows(DocumentVersion) if row.kind == "version"]
    assert firm.exchange(firm.say(Saying.QUESTION)).document_version_id == version


def test_a_request_for_a_change_moves_the_theme_and_is_first_on_the_hub(case: Case) -> None:
    identity = case.say(Saying.CHANGE, question=QUESTION)
    assert case.state() == State.CHANGE_REQUESTED
    with case.database.read(service_id=case.service.id) as session:
        hub = hub_view(session, case.place, catalogue=catalogue.load(), on=NOON.date())
    assert [each.exchange_id for each in hub.requests] == [identity]


def test_a_second_request_joins_the_first(case: Case) -> None:
    case.say(Saying.CHANGE)
    case.say(Saying.CHANGE, question=QUESTION)
    assert case.state() == State.CHANGE_REQUESTED
    assert len(case.facts(FactKind.CHANGE_ASKED)) == 2


def test_a_change_cannot_be_asked_of_a_theme_being_answered(case: Case) -> None:
    set_state(case.database, case.service, State.IN_PROGRESS)
    with pytest.raises(ActRefused, match="en cours"):
        case.say(Saying.CHANGE)
    assert case.rows(Exchange) == []


def test_the_employer_answers_says_done_submits_anew_and_is_no_longer_reminded(case: Case) -> None:
    first, second = case.say(Saying.CHANGE, question=QUESTION), case.say(Saying.CHANGE)
    answer(
        case.database,
        service_id=case.service.id,
        establishment_id=case.place,
        reply=Reply(exchange_id=first, words="Une glacière par fourgon.", settled=True),
        author=EMPLOYER,
        key="",
        at=NOON + timedelta(minutes=20),
    )
    assert case.exchange(first).settled_at is not None
    assert case.exchange(second).settled_at is None
    submit_theme(case.database, case.act(30), catalogue=catalogue.load())
    assert case.state() == State.SUBMITTED
    assert case.exchange(second).settled_at == NOON + timedelta(minutes=30)


REFUSED: tuple[tuple[str, Callable[[Case], UUID]], ...] = (
    ("vide", lambda case: case.say(Saying.ADVICE, "")),
    ("à compléter", lambda case: case.say(Saying.ADVICE, "Pour [unité de travail à compléter], dites-moi.")),
    ("à compléter", lambda case: case.say(Saying.ADVICE, "Pour {{unite}}, dites-moi.")),
    ("date à venir", lambda case: case.say(Saying.CHANGE, due_on=None)),
    ("date à venir", lambda case: case.say(Saying.CHANGE, due_on=NOON.date())),
    ("pas de ce thème", lambda case: case.say(Saying.PROPOSAL, measure="inconnue")),
)


@pytest.mark.parametrize(("words", "act"), REFUSED)
def test_what_cannot_be_sent_is_refused_and_leaves_nothing(case: Case, words: str, act: Callable[[Case], UUID]) -> None:
    with pytest.raises(ActRefused) as refused:
        act(case)
    assert words in refused.value.words or words == "vide"
    assert case.rows(Exchange) == []
    assert case.state() == State.SUBMITTED


def test_a_double_tap_says_it_once(case: Case) -> None:
    case.say(Saying.QUESTION, key=KEY)
    with pytest.raises(AlreadyDone):
        case.say(Saying.QUESTION, key=KEY)
    assert len(case.rows(Exchange)) == 1
    assert len(case.rows(OutboxMail)) == 2


def test_going_back_to_the_form_and_writing_something_else_says_both(case: Case) -> None:
    case.say(Saying.QUESTION, key=KEY)
    case.say(Saying.QUESTION, "Et l'ombre ?", key=KEY)
    assert sorted(row.words for row in case.rows(Exchange)) == ["Et l'ombre ?", "Où est l'eau l'après-midi ?"]


@pytest.mark.parametrize("hidden", [{"attachment": "essai"}, {"claim_state": "refusee"}])
def test_a_try_out_or_a_refused_claim_is_no_case(case: Case, hidden: dict[str, str]) -> None:
    with case.database.unit_of_work(service_id=case.service.id) as uow:
        row = uow.get_one(EstablishmentRow, case.place)
        for name, value in hidden.items():
            setattr(row, name, value)
    with pytest.raises(UnknownEstablishment):
        case.say(Saying.NOTE, theme="")


def test_the_case_of_another_service_is_unknown(case: Case, make_service: MakeService) -> None:
    other = make_service("sud")
    seat = replace(case.seat, service_id=other.id)
    for place in (case.place, uuid4()):
        with pytest.raises(UnknownEstablishment):
            add_to_case(replace(seat, establishment_id=place), Said(kind=Saying.NOTE, words="non"), key="")


# --- closing a review ---


def close(case: Case, *, minutes: int = 25, way: str = "", key: str = "", version: UUID | None = None) -> None:
    closing = Closing(theme=THEME, version_id=version or case.submission(), minutes=minutes, way=way)
    close_review(case.at(15), closing, key=key)


@pytest.mark.parametrize(("way", "category"), [("", ""), ("sur_site", "aide_duerp"), ("distance", "aide_duerp")])
def test_a_closed_review_counts_its_minutes_and_is_an_act_only_with_an_exchange(
    case: Case, way: str, category: str
) -> None:
    close(case, way=way)
    assert case.state() == State.REVIEWED
    (fact,) = case.facts(FactKind.THEME_REVIEWED)
    assert (fact.subject, fact.theme, fact.minutes) == (str(case.submission()), THEME, 25)
    assert (fact.category, fact.format, fact.profession) == (category, way, "ergonome")
    assert fact.account_id == case.seat.author.account_id
    assert {mail.kind for mail in case.rows(OutboxMail)} == {"echange_relecture"}


def test_closing_what_a_colleague_closed_says_so_and_changes_nothing(case: Case) -> None:
    close(case, minutes=25)
    colleague = replace(case.at(20), author=replace(case.seat.author, words="infirmière", account_id=None))
    with pytest.raises(ActRefused, match="déjà close depuis le 21 novembre 2026, par : ergonome"):
        close_review(colleague, Closing(theme=THEME, version_id=case.submission(), minutes=5), key="")
    assert [fact.minutes for fact in case.facts(FactKind.THEME_REVIEWED)] == [25]


def test_closing_what_was_submitted_anew_meanwhile_is_refused(case: Case) -> None:
    shown = case.submission()
    case.say(Saying.CHANGE)
    submit_theme(case.database, case.act(12), catalogue=catalogue.load())
    with pytest.raises(ActRefused, match="soumis de nouveau"):
        close(case, version=shown)
    close(case)
    assert case.state() == State.REVIEWED


def test_closing_what_was_taken_back_is_refused(case: Case) -> None:
    shown = case.submission()
    withdraw_theme(case.database, case.act(5))
    with pytest.raises(ActRefused, match="a repris ce thème"):
        close(case, version=shown)


def test_a_review_is_closed_even_when_the_employer_went_on_answering(case: Case) -> None:
    set_state(case.database, case.service, State.IN_PROGRESS)
    close(case)
    assert case.state() == State.IN_PROGRESS
    assert len(case.facts(FactKind.THEME_REVIEWED)) == 1


def test_closing_settles_what_was_asked_and_waits(case: Case) -> None:
    asked = case.say(Saying.CHANGE)
    close(case)
    assert case.exchange(asked).settled_at is not None


def test_a_double_tap_closes_once(case: Case) -> None:
    close(case, key=KEY)
    with pytest.raises(AlreadyDone):
        close(case, key=KEY)
    assert len(case.facts(FactKind.THEME_REVIEWED)) == 1


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(None, 20), (0, 5), (61, 5), (301, 10), (3600, 60), (3601, 20), (-60, 20)]
)
def test_minutes_are_suggested_from_when_the_case_was_opened(seconds: int | None, minutes: int) -> None:
    at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert suggested_minutes(None if seconds is None else at - timedelta(seconds=seconds), at=at) == minutes


# --- a proposed measure ---


def test_an_accepted_measure_enters_the_plan_once(case: Case) -> None:
    identity = case.say(Saying.PROPOSAL, "Le service en prête une.", measure=MEASURE)
    assert case.exchange(identity).words.endswith("\nLe service en prête une.")
    action = accept_measure(case.writer(), identity, key=KEY)
    with pytest.raises(AlreadyDone):
        accept_measure(case.writer(), identity, key=KEY)
    with pytest.raises(AlreadyDecided):
        accept_measure(case.writer(), identity, key="")
    (row,) = case.rows(ChosenActionRow)
    assert (row.id, row.measure, row.theme) == (action, MEASURE, THEME)
    assert case.exchange(identity).outcome == "acceptee"
    (fact,) = case.facts(FactKind.MEASURE_ACCEPTED)
    assert (fact.subject, fact.theme) == (str(identity), THEME)
    assert len(case.facts(FactKind.ACTION_CHOSEN)) == 1


def test_a_measure_that_is_in_the_plan_already_is_accepted_without_a_second_line(case: Case) -> None:
    first = accept_measure(case.writer(), case.say(Saying.PROPOSAL, "", measure=MEASURE), key="")
    second = accept_measure(case.writer(), case.say(Saying.PROPOSAL, "", measure=MEASURE), key="")
    assert first == second
    assert len(case.rows(ChosenActionRow)) == 1


def test_a_measure_in_the_words_of_the_adviser_becomes_an_action_in_these_words(case: Case) -> None:
    accept_measure(case.writer(), case.say(Saying.PROPOSAL, "Louer un barnum pour juillet."), key="")
    (row,) = case.rows(ChosenActionRow)
    assert (row.measure, row.words, row.theme) == (None, "Louer un barnum pour juillet.", THEME)


def test_a_declined_measure_keeps_the_word_and_enters_no_plan(case: Case) -> None:
    identity = case.say(Saying.PROPOSAL, "", measure=MEASURE)
    decline_measure(case.writer(), identity, words="Le bailleur refuse.", key=KEY)
    with pytest.raises(AlreadyDone):
        decline_measure(case.writer(), identity, words="Le bailleur refuse.", key=KEY)
    with pytest.raises(AlreadyDecided):
        accept_measure(case.writer(), identity, key="")
    assert case.rows(ChosenActionRow) == []
    assert case.exchange(identity).outcome == "declinee"
    assert [fact.subject for fact in case.facts(FactKind.MEASURE_DECLINED)] == [str(identity)]
    with case.database.read(service_id=case.service.id) as session:
        (thread,) = threads_of(session, case.place)
    assert [reply.words for reply in thread.replies] == ["Le bailleur refuse."]


def test_only_a_proposal_of_this_firm_is_decided(case: Case) -> None:
    note, question = case.say(Saying.NOTE), case.say(Saying.QUESTION)
    for identity in (note, question, uuid4()):
        with pytest.raises(UnknownExchange):
            accept_measure(case.writer(), identity, key="")
        with pytest.raises(UnknownExchange):
            decline_measure(case.writer(), identity, words="non", key="")


# --- two people at the very same instant ---


def at_once(case: Case, *acts: Callable[[], object]) -> list[str]:
    """What each act gets, sorted, when all arrive while somebody else writes on the firm."""
    ready = Barrier(len(acts) + 1)

    def run(act: Callable[[], object]) -> str:
        ready.wait()
        try:
            act()
        except (ActRefused, AlreadyDone, AlreadyDecided) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        with case.database.unit_of_work(service_id=case.service.id) as uow:
            known_establishment(uow, case.place, lock=True)
            running = [pool.submit(run, act) for act in acts]
            ready.wait()
            sleep(0.3)  # all are in front of the lock
        return sorted(each.result() for each in running)


def test_two_advisers_who_close_at_once_close_once(case: Case) -> None:
    got = at_once(case, lambda: close(case, minutes=10), lambda: close(case, minutes=50))
    assert got == ["ActRefused", "done"]
    assert len(case.facts(FactKind.THEME_REVIEWED)) == 1


def test_a_review_closed_while_a_change_is_asked_leaves_both_or_one_and_never_a_half(case: Case) -> None:
    got = at_once(case, lambda: close(case), lambda: case.say(Saying.CHANGE))
    asked, closed = case.facts(FactKind.CHANGE_ASKED), case.facts(FactKind.THEME_REVIEWED)
    assert len(closed) == 1
    assert len(asked) == len(case.rows(Exchange)) == got.count("done") - 1
    assert case.state() == State.REVIEWED
    assert all(row.settled_at is not None for row in case.rows(Exchange))


def test_two_taps_at_once_say_it_once(case: Case) -> None:
    ask = lambda: case.say(Saying.QUESTION, key=KEY)  # noqa: E731 (the same tap twice)
    assert at_once(case, ask, ask) == ["AlreadyDone", "done"]
    assert len(case.rows(Exchange)) == 1


def test_a_measure_accepted_and_declined_at_once_is_decided_once(case: Case) -> None:
    identity = case.say(Saying.PROPOSAL, "", measure=MEASURE)
    got = at_once(
        case,
        lambda: accept_measure(case.writer(), identity, key=""),
        lambda: decline_measure(case.writer(), identity, words="Non.", key=""),
    )
    assert got == ["AlreadyDecided", "done"]
    taken = len(case.rows(ChosenActionRow))
    assert case.exchange(identity).outcome == ("acceptee" if taken else "declinee")
    assert len(case.facts(FactKind.MEASURE_ACCEPTED, FactKind.MEASURE_DECLINED)) == 1
