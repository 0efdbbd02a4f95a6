"""What a turn of the worker does, and when a day is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.models.engine import Database
from app.services.jobs import TIDY_EVERY, Worker, over_everywhere, transport_of
from app.services.mail_sending import ReadOnSpot
from app.services.outbox_orders import KEPT_SENT
from app.services.smtp_transport import SmtpTransport
from app.services.trials import TRIAL_DAYS, TrialWish, start_trial
from app.settings import Settings
from tests.engines import NOON, MakeService
from tests.services.outbox_rows import posted, stored


class Hand:
    """A clock that a test moves."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_a_turn_sends_then_tidies_once_an_hour(database: Database, make_service: MakeService) -> None:
    service = make_service("spsti45")
    start_trial(
        database,
        TrialWish(theme="chaleur", headcount=3),
        service_id=service.id,
        service_name=service.name,
        on=NOON.date(),
        at=NOON,
    )
    clock = Hand()
    worker = Worker(database=database, transport=ReadOnSpot(), clock=clock)
    mail_id = posted(database, service)
    first = worker.turn()
    assert [known for known, _ in first.mails] == [mail_id]
    assert (first.trials, first.forgotten_mails, first.doubted) == (0, 0, 0)
    clock.now = NOON + KEPT_SENT + timedelta(days=2)
    assert KEPT_SENT.days >= TRIAL_DAYS
    late = worker.turn()
    assert (late.mails, late.trials, late.forgotten_mails) == ((), 1, 1)
    posted(database, service, at=clock.now)
    clock.now += TIDY_EVERY / 2
    again = worker.turn()
    assert (len(again.mails), again.trials) == (1, 0)


def test_without_a_mail_server_mails_wait(database: Database, make_service: MakeService) -> None:
    service = make_service("spsti45")
    mail_id = posted(database, service)
    assert Worker(database=database, transport=None, clock=lambda: NOON).turn().mails == ()
    row = stored(database, service, mail_id)
    assert (row.state, row.attempts) == ("a_envoyer", 0)


def test_a_worker_told_to_stop_begins_nothing(database: Database, make_service: MakeService) -> None:
    service = make_service("spsti45")
    mail_id = posted(database, service)
    worker = Worker(database=database, transport=ReadOnSpot(), clock=lambda: NOON)
    worker.stop.set()
    assert worker.turn().mails == ()
    assert stored(database, service, mail_id).state == "a_envoyer"


def test_the_settings_choose_the_way_out(tmp_path: Path) -> None:
    here = {"JALON_INSTANCE": str(tmp_path)}
    server = {"JALON_SMTP_URL": "smtp://127.0.0.1:1025", "JALON_MAIL_FROM": "jalon@exemple.fr"}
    assert transport_of(Settings.from_env(here)) is None
    assert isinstance(transport_of(Settings.from_env({**here, **server})), SmtpTransport)
    assert isinstance(transport_of(Settings.from_env({**here, **server, "JALON_DEMO": "oui"})), ReadOnSpot)


def test_a_day_is_over_once_it_is_over_everywhere() -> None:
    assert over_everywhere(datetime(2026, 11, 24, 11, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert over_everywhere(datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == date(2026, 11, 24)
