"""Each mail leaves once, or says why it did not: on both engines, with two workers, through a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.models.engine import Database
from app.models.mail import OutboxMail
from app.models.service import Service
from app.services.mail_sending import (
    DELAYS,
    LONGEST_CLAIM,
    Fate,
    Outcome,
    Outgoing,
    ReadOnSpot,
    doubt_lost_claims,
    send_due,
)
from app.services.outbox_orders import (
    KEPT_SENT,
    OrderRefused,
    forget_mail,
    outbox_state,
    purge_sent,
    retry_mail,
)
from app.services.smtp_transport import SmtpTransport
from tests.engines import NOON, MakeService
from tests.services.mail_server import Postman, mail_server
from tests.services.outbox_rows import code_mail, plain_mail, posted, stored
from tests.services.test_smtp_transport import FROM

MINUTE = timedelta(minutes=1)


@dataclass
class Said:
    """A transport that says what it is told to, and keeps what it was handed."""

    outcomes: list[Outcome] = field(default_factory=list)
    handed: list[Outgoing] = field(default_factory=list)
    keeps_bodies: bool = False
    meanwhile: Callable[[Outgoing], None] = lambda _mail: None

    def deliver(self, mail: Outgoing) -> Outcome:
        self.handed.append(mail)
        self.meanwhile(mail)
        return self.outcomes.pop(0) if self.outcomes else Outcome(fate=Fate.SENT)


def later(words: str = "Le serveur demande d'attendre.") -> Outcome:
    return Outcome(fate=Fate.LATER, words=words)


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("spsti45")


def test_a_code_leaves_through_a_real_server_and_is_erased(database: Database, service: Service) -> None:
    secret, plain = posted(database, service), posted(database, service, plain_mail())
    postman = Postman()
    with mail_server(postman) as server:
        done = send_due(database, SmtpTransport(server, FROM), at(NOON))
        assert send_due(database, SmtpTransport(server, FROM), at(NOON + MINUTE)) == ()
    assert {outcome.fate for _, outcome in done} == {Fate.SENT}
    assert len(postman.taken) == 2
    row = stored(database, service, secret)
    assert (row.state, row.sent_at, row.text, row.html) == ("envoye", NOON, "", "")
    assert row.subject == "Votre code pour vous connecter"
    assert "Relire" in stored(database, service, plain).text


def test_a_mail_refused_for_now_leaves_at_its_next_try(database: Database, service: Service) -> None:
    mail_id = posted(database, service)
    postman = Postman(recipient_answers=["450 4.2.1 boite occupee"])
    with mail_server(postman) as server:
        transport = SmtpTransport(server, FROM)
        ((_, outcome),) = send_due(database, transport, at(NOON))
        row = stored(database, service, mail_id)
        assert (row.state, row.attempts, row.next_try_at, row.claimed_at) == ("a_envoyer", 1, NOON + MINUTE, None)
        assert "boite occupee" in row.failure == outcome.words
        assert "482913" in row.subject
        assert send_due(database, transport, at(NOON + MINUTE / 2)) == ()
        send_due(database, transport, at(NOON + MINUTE))
    row = stored(database, service, mail_id)
    assert (row.state, row.attempts, row.failure, len(postman.taken)) == ("envoye", 2, "", 1)
    assert postman.read()["Message-ID"] == row.message_id


def test_a_mail_is_given_up_after_six_tries_spread_over_hours(database: Database, service: Service) -> None:
    mail_id = posted(database, service)
    moment, waits = NOON, []
    transport = Said(outcomes=[later() for _ in range(6)])
    for _ in DELAYS:
        send_due(database, transport, at(moment))
        next_try = stored(database, service, mail_id).next_try_at
        waits.append(next_try - moment)
        moment = next_try
    send_due(database, transport, at(moment))
    row = stored(database, service, mail_id)
    assert waits == [minutes * MINUTE for minutes in (1, 5, 30, 120, 120)]
    assert (row.state, row.attempts) == ("refuse", 6)
    assert row.failure == "Abandonné après 6 essais. Le serveur demande d'attendre."
    assert send_due(database, transport, at(moment + timedelta(days=9))) == ()
    assert len({mail.message_id for mail in transport.handed}) == 1


def test_a_mail_refused_for_good_says_why_and_stays(database: Database, service: Service) -> None:
    mail_id = posted(database, service)
    with mail_server(Postman(recipient_answers=["550 5.1.1 inconnu ici"])) as server:
        send_due(database, SmtpTransport(server, FROM), at(NOON))
    row = stored(database, service, mail_id)
    assert row.state == "refuse"
    assert row.failure == "Le serveur d'e-mails refuse (550) : « 5.1.1 inconnu ici »"
    assert row.text, "an administrator may still send it"


def test_a_server_gone_after_the_text_leaves_a_doubt_and_no_second_mail(database: Database, service: Service) -> None:
    mail_id = posted(database, service)
    with mail_server(Postman(text_answers=["coupe"])) as server:
        transport = SmtpTransport(server, FROM)
        send_due(database, transport, at(NOON))
        assert send_due(database, transport, at(NOON + timedelta(days=2))) == ()
    row = stored(database, service, mail_id)
    assert (row.state, row.attempts) == ("incertain", 1)
    assert "peut-être arrivé" in row.failure


def test_a_process_that_dies_while_sending_leaves_a_doubt(database: Database, service: Service) -> None:
    mail_id = posted(database, service)

    def die(_mail: Outgoing) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_due(database, Said(meanwhile=die), at(NOON))
    assert stored(database, service, mail_id).state == "en_cours"
    assert doubt_lost_claims(database, at=NOON + LONGEST_CLAIM) == 0
    assert send_due(database, Said(), at(NOON + LONGEST_CLAIM)) == ()
    assert doubt_lost_claims(database, at=NOON + LONGEST_CLAIM + MINUTE) == 1
    assert doubt_lost_claims(database, at=NOON + LONGEST_CLAIM + MINUTE) == 0
    assert stored(database, service, mail_id).state == "incertain"
    assert send_due(database, Said(), at(NOON + timedelta(days=2))) == ()


def test_a_slow_server_that_took_it_in_the_end_is_believed(database: Database, service: Service) -> None:
    mail_id = posted(database, service)

    def doubted(_mail: Outgoing) -> None:
        assert doubt_lost_claims(database, at=NOON + timedelta(hours=1)) == 1

    send_due(database, Said(meanwhile=doubted), at(NOON))
    row = stored(database, service, mail_id)
    assert (row.state, row.failure) == ("envoye", "")


def test_what_an_administrator_decided_meanwhile_stands(database: Database, service: Service) -> None:
    mail_id = posted(database, service)

    def ordered(_mail: Outgoing) -> None:
        doubt_lost_claims(database, at=NOON + timedelta(hours=1))
        retry_mail(database, mail_id, at=NOON + timedelta(hours=1))

    send_due(database, Said(meanwhile=ordered), at(NOON))
    assert stored(database, service, mail_id).state == "a_envoyer"


def test_two_workers_at_once_never_send_a_mail_twice(database: Database, make_service: MakeService) -> None:
    services = [make_service("nord"), make_service("sud")]
    posted_ids = {posted(database, services[number % 2], at=NOON + number * MINUTE) for number in range(12)}
    handed: list[Outgoing] = []
    start = threading.Barrier(3)
    failures: list[BaseException] = []

    def work() -> None:
        start.wait()
        try:
            send_due(database, Said(handed=handed), at(NOON + timedelta(hours=1)))
        except BaseException as error:  # told by the test, not by the thread
            failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(60)
    send_due(database, Said(handed=handed), at(NOON + timedelta(hours=1)))
    assert failures == []
    assert sorted(mail.mail_id for mail in handed) == sorted(posted_ids)


def test_the_mails_of_every_service_leave_oldest_first(database: Database, make_service: MakeService) -> None:
    north, south = make_service("nord"), make_service("sud")
    second = posted(database, north, at=NOON + MINUTE)
    first = posted(database, south, at=NOON)
    transport = Said()
    send_due(database, transport, at(NOON + 2 * MINUTE))
    assert [(mail.mail_id, mail.service_id) for mail in transport.handed] == [(first, south.id), (second, north.id)]
    assert stored(database, north, second).state == "envoye"


def test_a_worker_that_is_stopped_ends_the_mail_it_holds(database: Database, service: Service) -> None:
    for number in range(3):
        posted(database, service, at=NOON + number * MINUTE)
    transport = Said()
    send_due(database, transport, at(NOON + timedelta(hours=1)), stop=lambda: len(transport.handed) == 1)
    with database.read(service_id=service.id) as session:
        states = sorted(session.scalars(select(OutboxMail.state)))
    assert states == ["a_envoyer", "a_envoyer", "envoye"]


def test_a_demonstration_sends_nothing_and_keeps_every_word(database: Database, service: Service) -> None:
    mail_id = posted(database, service)
    send_due(database, ReadOnSpot(), at(NOON))
    row = stored(database, service, mail_id)
    assert row.state == "envoye"
    assert "482 913" in row.text
    assert row.subject.startswith("482913")


def test_only_an_order_sends_again_what_was_refused_or_is_in_doubt(database: Database, service: Service) -> None:
    refused = posted(database, service, code_mail("a@exemple.fr"))
    unsure = posted(database, service, code_mail("b@exemple.fr"), at=NOON + MINUTE)
    fates = [Outcome(fate=Fate.REFUSED, words="Non."), Outcome(fate=Fate.UNSURE, words="Qui sait.")]
    hour = NOON + timedelta(hours=1)
    send_due(database, Said(outcomes=fates), at(hour))
    state = outbox_state(database, limit=10)
    assert [(line.mail_id, line.state, line.failure) for line in state.lines] == [
        (refused, "refuse", "Non."),
        (unsure, "incertain", "Qui sait."),
    ]
    assert {line.subject for line in state.lines} == {"Votre code pour vous connecter"}
    for mail_id in (refused, unsure):
        retry_mail(database, mail_id, at=hour)
    transport = Said()
    send_due(database, transport, at(hour))
    assert {mail.mail_id for mail in transport.handed} == {refused, unsure}
    assert outbox_state(database, limit=10).counts == {"envoye": 2}
    with pytest.raises(OrderRefused, match="envoyé"):
        retry_mail(database, refused, at=hour)


def test_a_mail_can_be_forgotten_unless_it_is_leaving(database: Database, service: Service) -> None:
    mail_id = posted(database, service)

    def forget(_mail: Outgoing) -> None:
        with pytest.raises(OrderRefused, match="en cours d'envoi"):
            forget_mail(database, mail_id, at=NOON)

    send_due(database, Said(outcomes=[later()], meanwhile=forget), at(NOON))
    forget_mail(database, mail_id, at=NOON)
    assert outbox_state(database, limit=10).counts == {}
    for unknown in (mail_id, uuid4()):
        with pytest.raises(LookupError):
            forget_mail(database, unknown, at=NOON)
        with pytest.raises(LookupError):
            retry_mail(database, unknown, at=NOON)


def test_the_trace_of_a_mail_that_left_goes_after_a_month(database: Database, make_service: MakeService) -> None:
    north, south = make_service("nord"), make_service("sud")
    for number, service in enumerate((north, south)):
        posted(database, service, at=NOON + number * MINUTE)
    kept = posted(database, south, at=NOON + 2 * MINUTE)
    fates = [Outcome(fate=Fate.SENT), Outcome(fate=Fate.SENT), Outcome(fate=Fate.REFUSED, words="Non.")]
    send_due(database, Said(outcomes=fates), at(NOON + 3 * MINUTE))
    assert purge_sent(database, at=NOON + KEPT_SENT) == 0
    assert purge_sent(database, at=NOON + KEPT_SENT + 4 * MINUTE) == 2
    assert [line.mail_id for line in outbox_state(database, limit=10).lines] == [kept]
