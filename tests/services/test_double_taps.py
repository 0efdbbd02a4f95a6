"""Two taps at the very same instant make one act, and the second one is told so, on both engines.

Somebody else writes in the establishment while both arrive, so that both have begun before either may go on.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from time import sleep
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.domain.establishment import Cse, People
from app.domain.roles import Role
from app.domain.workflow import Actor
from app.models.draft import ChosenActionRow
from app.models.engine import Database
from app.models.establishment import EstablishmentRow, WorkUnitRow
from app.models.exchange import Exchange
from app.models.mail import OutboxMail
from app.services.action_plans import ActionDetails, PlanWriter, add_action, choose_actions
from app.services.authors import Author
from app.services.establishments import known_establishment
from app.services.exchanges import Reply, answer
from app.services.firms import NewFirm, create_firm
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import invite
from app.services.naf_search import activity
from app.services.once import AlreadyDone
from app.services.plan_views import plan_view
from app.services.work_units import UnitDraft, add_unit, move_unit
from questionnaires import catalogue
from tests.engines import NOON, MakeService
from tests.services.issuing import example, record
from tests.web.people import account

KEY = "k" * 22
ON = NOON.date()
GERANTE = Author(words="gérante", actor=Actor.EMPLOYER, account_id=None)
BUREAU = UnitDraft(name="Bureau", activities="", places="", people=People(total=2), flags=frozenset(), women_men="")


@dataclass(frozen=True)
class Firm:
    """A firm whose people tap twice."""

    database: Database
    service_id: UUID
    place: UUID

    def tap_twice(self, act: Callable[[], object]) -> list[str]:
        """What each of two taps gets, sorted, when both arrive while somebody else writes."""
        ready = Barrier(3)

        def tap(_number: int) -> str:
            ready.wait()
            try:
                act()
            except AlreadyDone:
                return "already done"
            return "done"

        with ThreadPoolExecutor(2) as pool:
            with self.database.unit_of_work(service_id=self.service_id) as uow:
                known_establishment(uow, self.place, lock=True)
                taps = [pool.submit(tap, number) for number in range(2)]
                ready.wait()
                sleep(0.3)  # both are in front of the lock
            return sorted(each.result() for each in taps)

    def count(self, table: type) -> int:
        with self.database.read(service_id=self.service_id) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    @property
    def writer(self) -> PlanWriter:
        return PlanWriter(
            database=self.database,
            service_id=self.service_id,
            establishment_id=self.place,
            catalogue=catalogue.load(),
            author=GERANTE,
            on=ON,
            at=NOON,
        )


@pytest.fixture
def firm(database: Database, make_service: MakeService) -> Firm:
    service = make_service("ast")
    return Firm(database, service.id, record(database, service, example("couverture-9")))


ONE_ACT = ["already done", "done"]


def test_two_taps_add_one_unit(firm: Firm) -> None:
    before = firm.count(WorkUnitRow)

    def tap() -> None:
        add_unit(firm.database, firm.place, BUREAU, service_id=firm.service_id, at=NOON, key=KEY)

    assert firm.tap_twice(tap) == ONE_ACT
    assert firm.count(WorkUnitRow) == before + 1


def test_two_taps_move_a_unit_once(firm: Firm) -> None:
    add_unit(firm.database, firm.place, BUREAU, service_id=firm.service_id, at=NOON, key="")

    def tap() -> None:
        move_unit(firm.database, firm.place, "UT1", service_id=firm.service_id, up=False, at=NOON, once=KEY)

    assert firm.tap_twice(tap) == ONE_ACT


def test_two_taps_add_one_action(firm: Firm) -> None:
    before = firm.count(ChosenActionRow)
    details = ActionDetails(words="Poser une bâche", rank="collective")
    assert firm.tap_twice(lambda: add_action(firm.writer, details, key=KEY)) == ONE_ACT
    assert firm.count(ChosenActionRow) == before + 1


def test_two_taps_take_a_proposal_on_once(firm: Firm) -> None:
    with firm.database.read(service_id=firm.service_id) as session:
        plan = plan_view(session, firm.place, catalogue=catalogue.load(), on=ON)
    before, proposed = firm.count(ChosenActionRow), plan.proposals[0].proposal
    assert firm.tap_twice(lambda: choose_actions(firm.writer, [proposed], with_dates=True, key=KEY)) == ONE_ACT
    assert firm.count(ChosenActionRow) == before + 1


def test_two_taps_answer_a_message_once(firm: Firm) -> None:
    with firm.database.unit_of_work(service_id=firm.service_id) as uow:
        asked = Exchange(
            establishment_id=firm.place,
            kind="demande",
            theme="chaleur",
            question="",
            unit="*",
            words="Où se prend l'eau ?",
            actor="preventeur",
            author_role="ergonome",
            created_at=NOON,
        )
        uow.add(asked)
        uow.flush()
        asked_id = asked.id

    def tap() -> None:
        reply = Reply(exchange_id=asked_id, words="Au bureau.", settled=True)
        answer(
            firm.database,
            service_id=firm.service_id,
            establishment_id=firm.place,
            reply=reply,
            author=GERANTE,
            key=KEY,
            at=NOON,
        )

    assert firm.tap_twice(tap) == ONE_ACT
    assert firm.count(Exchange) == 2


def test_two_taps_send_one_invitation(firm: Firm) -> None:
    wish = InvitationWish(
        email="adjointe@exemple.fr", role=Role.READER, function="adjointe", establishment_id=firm.place
    )
    letter = Letter(service_name="SPSTI ast", entrance="http://localhost/ast", key=KEY)

    def tap() -> None:
        invite(firm.database, wish, letter, service_id=firm.service_id, author=GERANTE, on=ON, at=NOON)

    assert firm.tap_twice(tap) == ONE_ACT
    assert firm.count(OutboxMail) == 1


def test_two_taps_open_one_firm(firm: Firm) -> None:
    someone, before = account(firm.database, "gerante@exemple.fr"), firm.count(EstablishmentRow)
    known = activity(catalogue.load(), "43.91B")
    assert known is not None
    said = NewFirm(
        name="Toitures d'exemple",
        siret=None,
        siret_state="inconnu",
        siret_words="",
        address="",
        postal_code="",
        activity=known,
        headcount=9,
        headcount_on=ON,
        cse=Cse.NONE,
        employer_role="gérante",
        service_name="SPSTI ast",
    )

    def tap() -> None:
        create_firm(firm.database, said, service_id=firm.service_id, account_id=someone, at=NOON, on=ON, key=KEY)

    assert firm.tap_twice(tap) == ONE_ACT
    assert firm.count(EstablishmentRow) == before + 1
