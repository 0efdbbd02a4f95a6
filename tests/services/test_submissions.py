"""What the employer opens to the service: a theme submitted, help asked for, a version handed over; nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.domain.dossier_json import from_json
from app.domain.workflow import Actor, State
from app.models.document import DocumentVersion
from app.models.draft import ThemeDraft
from app.models.engine import Database
from app.models.exchange import HelpRequest, Transmission
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.service import Service
from app.services.authors import Author
from app.services.documents import UnknownTheme
from app.services.establishments import UnknownEstablishment
from app.services.once import AlreadyDone
from app.services.readable import Readable, readable_themes
from app.services.submissions import (
    MoveRefused,
    ThemeAct,
    ask_help,
    close_help,
    submit_theme,
    withdraw_theme,
)
from app.services.transmissions import Handover, UnknownVersion, receipt_of, transmit
from app.services.verification import verify_database
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import KEY, example, issue, record, seal

OWNER = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
CONTENT = catalogue.load()
KEY_OF_FORM = "one-use-key-of-a-form"


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("ast")


@pytest.fixture
def place(database: Database, service: Service) -> UUID:
    return record(database, service, example("couverture-9"))


def act(service: Service, place: UUID, **more: Any) -> ThemeAct:
    values: dict[str, Any] = {"theme": "chaleur", "author": OWNER, "at": NOON, "on": NOON.date(), **more}
    return ThemeAct(service_id=service.id, establishment_id=place, **values)


def handover(service: Service, place: UUID, **more: Any) -> Handover:
    values: dict[str, Any] = {"number": 1, "author": OWNER, "at": NOON, "on": NOON.date(), "reception": True, **more}
    return Handover(service_id=service.id, service_name="SPSTI du Loiret", establishment_id=place, **values)


def set_state(database: Database, service: Service, place: UUID, state: State) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        row = uow.scalars(select(ThemeDraft).where(ThemeDraft.establishment_id == place)).one()
        row.state = state.value


def state_of(database: Database, service: Service, place: UUID) -> str:
    with database.read(service_id=service.id) as session:
        return session.scalars(select(ThemeDraft.state).where(ThemeDraft.establishment_id == place)).one()


def readable(database: Database, service: Service, place: UUID) -> Readable:
    with database.read(service_id=service.id) as session:
        return readable_themes(session, place)


def kinds(database: Database) -> list[str]:
    with database.across_services("test") as session:
        return sorted(session.scalars(select(Fact.kind)))


def count(database: Database, table: type[Any]) -> int:
    with database.across_services("test") as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# --- submitting ----------------------------------------------------------------------------------------------------


def test_nothing_is_readable_before_the_employer_acts(database: Database, service: Service, place: UUID) -> None:
    issue(database, service, place, example("couverture-9"))
    assert readable(database, service, place) == Readable(submitted=())
    assert readable(database, service, uuid4()).themes == frozenset()


def test_a_submitted_theme_is_frozen_without_a_number(database: Database, service: Service, place: UUID) -> None:
    set_state(database, service, place, State.FINISHED)
    version_id = submit_theme(database, act(service, place), catalogue=CONTENT)
    with database.read(service_id=service.id) as session:
        row = session.get(DocumentVersion, version_id)
    assert row is not None
    dossier = from_json(row.payload.encode("utf-8"))
    assert (row.kind, row.number, row.reason, dossier.kind) == ("soumission", None, "chaleur", "soumission")
    assert [theme.theme for theme in dossier.themes] == ["chaleur"]
    assert state_of(database, service, place) == "soumis"
    assert kinds(database) == ["theme_soumis"]
    allowed = readable(database, service, place)
    assert allowed.may_read_dossier(version_id)
    assert not allowed.may_read_answers("chaleur")
    assert not verify_database(database, key=KEY).findings


def test_a_theme_still_open_is_not_submitted(database: Database, service: Service, place: UUID) -> None:
    with pytest.raises(MoveRefused, match="le thème est « en cours »"):
        submit_theme(database, act(service, place), catalogue=CONTENT)
    with pytest.raises(UnknownTheme):
        submit_theme(database, act(service, place, theme="routier"), catalogue=CONTENT)
    assert count(database, DocumentVersion) == 0


def test_a_contributor_does_not_submit(database: Database, service: Service, place: UUID) -> None:
    set_state(database, service, place, State.FINISHED)
    colleague = replace(OWNER, actor=Actor.CONTRIBUTOR)
    with pytest.raises(MoveRefused, match="Seul l'employeur"):
        submit_theme(database, act(service, place, author=colleague), catalogue=CONTENT)


def test_a_second_tap_submits_once(database: Database, service: Service, place: UUID) -> None:
    set_state(database, service, place, State.FINISHED)
    version_id = submit_theme(database, act(service, place, key=KEY_OF_FORM), catalogue=CONTENT)
    set_state(database, service, place, State.FINISHED)
    with pytest.raises(AlreadyDone) as done:
        submit_theme(database, act(service, place, key=KEY_OF_FORM), catalogue=CONTENT)
    assert done.value.outcome == str(version_id)
    assert count(database, DocumentVersion) == 1


def test_what_is_taken_back_is_read_no_more(database: Database, service: Service, place: UUID) -> None:
    set_state(database, service, place, State.FINISHED)
    first = submit_theme(database, act(service, place), catalogue=CONTENT)
    withdraw_theme(database, act(service, place))
    assert state_of(database, service, place) == "en_cours"
    assert not readable(database, service, place).may_read_dossier(first)
    set_state(database, service, place, State.FINISHED)
    second = submit_theme(database, act(service, place, at=NOON + timedelta(hours=1)), catalogue=CONTENT)
    allowed = readable(database, service, place)
    assert allowed.may_read_dossier(second)
    assert not allowed.may_read_dossier(first)
    assert kinds(database) == ["soumission_retiree", "theme_soumis", "theme_soumis"]


def test_answering_again_does_not_take_back_what_was_submitted(
    database: Database, service: Service, place: UUID
) -> None:
    set_state(database, service, place, State.FINISHED)
    version_id = submit_theme(database, act(service, place), catalogue=CONTENT)
    set_state(database, service, place, State.IN_PROGRESS)
    assert readable(database, service, place).may_read_dossier(version_id)
    with pytest.raises(MoveRefused):
        withdraw_theme(database, act(service, place))


# --- asking for help -----------------------------------------------------------------------------------------------


def test_help_opens_the_answers_until_it_is_closed(database: Database, service: Service, place: UUID) -> None:
    ask_help(database, act(service, place), words="Comment mesurer la chaleur des combles ?")
    assert readable(database, service, place).may_read_answers("chaleur")
    assert not readable(database, service, place).may_read_answers("routier")
    close_help(database, act(service, place, at=NOON + timedelta(days=1)))
    close_help(database, act(service, place, at=NOON + timedelta(days=2)))
    assert readable(database, service, place).themes == frozenset()
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(HelpRequest.closed_at)).one() == NOON + timedelta(days=1)
    assert kinds(database) == ["aide_demandee"]


def test_one_request_for_help_is_open_on_a_theme(database: Database, service: Service, place: UUID) -> None:
    def ask(_: int) -> UUID:
        return ask_help(database, act(service, place), words="")

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(ask, range(2)))) == 1
    assert count(database, HelpRequest) == count(database, Fact) == 1


# --- handing over --------------------------------------------------------------------------------------------------


def test_a_version_is_handed_over_once_with_a_receipt(database: Database, service: Service, place: UUID) -> None:
    issued = issue(database, service, place, example("couverture-9"))
    first = transmit(database, handover(service, place, recipient="claire@exemple.fr", link="https://a.example/recu"))
    again = transmit(database, handover(service, place, recipient="claire@exemple.fr", at=NOON + timedelta(days=3)))
    assert first == again
    assert (first.receipt, first.shared) == ("2026-1121-0001", False)
    assert (first.content_sha256, first.line_sha256) == (issued.line.content_sha256, issued.line.line_sha256)
    with database.read(service_id=service.id) as session:
        mail = session.scalars(select(OutboxMail)).one()
        assert receipt_of(session, place, 1) == first
        assert receipt_of(session, place, 2) is None
    assert (mail.recipient, mail.kind) == ("claire@exemple.fr", "recu_transmission")
    assert issued.line.line_sha256 in mail.text
    assert "2026-1121-0001" in mail.subject
    assert kinds(database).count("document_transmis") == 1
    assert len(readable(database, service, place).received) == 1


def test_receipts_of_a_day_follow_each_other_in_a_service(
    database: Database, make_service: MakeService, service: Service
) -> None:
    other = make_service("other")
    firm = example("couverture-9")
    places = [record(database, service, replace_name(firm, name)) for name in ("A", "B")]
    foreign = record(database, other, firm)
    for at in places:
        issue(database, service, at, firm)
    issue(database, other, foreign, firm)
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda at: transmit(database, handover(service, at)).receipt, places))
    assert sorted(made) == ["2026-1121-0001", "2026-1121-0002"]
    assert transmit(database, handover(other, foreign)).receipt == "2026-1121-0001"


def test_without_reception_a_version_is_shared_and_no_transmission_is_counted(
    database: Database, service: Service, place: UUID
) -> None:
    issue(database, service, place, example("couverture-9"))
    made = transmit(database, handover(service, place, reception=False, recipient="claire@exemple.fr"))
    assert (made.shared, made.shown) == (True, "2026-1121-0001")
    assert "document_transmis" not in kinds(database)
    with database.read(service_id=service.id) as session:
        assert "voie habituelle" in session.scalars(select(OutboxMail.text)).one().replace("\n", " ")


def test_nothing_is_handed_over_that_is_not_there(
    database: Database, make_service: MakeService, service: Service, place: UUID
) -> None:
    with pytest.raises(UnknownVersion):
        transmit(database, handover(service, place))
    issue(database, service, place, example("couverture-9"))
    with pytest.raises(UnknownEstablishment):
        transmit(database, handover(make_service("other"), place))
    assert count(database, Transmission) == 0


def test_registers_stay_sound_after_all_of_this(database: Database, service: Service, place: UUID) -> None:
    issue(database, service, place, example("couverture-9"))
    transmit(database, handover(service, place))
    seal(database, service)
    found = verify_database(database, key=KEY)
    assert (found.lines, found.seals, found.findings) == (1, 1, ())


def replace_name(firm: Any, name: str) -> Any:
    return replace(firm, establishment=replace(firm.establishment, name=name, siret=None))
