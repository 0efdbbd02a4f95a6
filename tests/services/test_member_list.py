"""The list of members and who of them may be invited; on both engines."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.service import Service
from app.services.invitation_letters import Letter
from app.services.mail_sending import Fate, Outcome, Outgoing, send_due
from app.services.mailings import Mailing, Way, invite_many
from app.services.member_list import (
    MemberSearch,
    Reach,
    Reachable,
    any_member,
    keep_contact,
    member_line,
    members_of,
    reachable,
    targets,
)
from tests.engines import NOON, MakeService
from tests.web.people import account, establishment, membership

TODAY = NOON.date()


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("un")


@pytest.fixture
def firms(database: Database, service: Service) -> dict[str, UUID]:
    """One member of each kind, and those that are none."""
    made = {
        name: establishment(database, service, name, at=NOON) for name in ("Jamais", "Muette", "Invitée", "Ouverte")
    }
    made |= {name: establishment(database, service, name, at=NOON) for name in ("Partie", "Essai", "Refusée")}
    with database.unit_of_work(service_id=service.id) as uow:
        for name, key in made.items():
            row = uow.get_one(EstablishmentRow, key)
            row.contact_email = "" if name == "Muette" else f"{name.lower()}@exemple.fr"
            row.sector = "Gignac" if name in {"Jamais", "Partie"} else "Lodève"
            row.attachment = "essai" if name == "Essai" else "rattache"
            row.claim_state = "refusee" if name == "Refusée" else ""
    membership(database, service, account(database, "patronne@exemple.fr"), establishment_id=made["Ouverte"], at=NOON)
    invite_many(database, service.id, [made["Invitée"]], campaign="", mailing=_mailing(service))
    affiliate(database, service, made["Partie"], until=None, seq=1)
    affiliate(database, service, made["Partie"], until=TODAY - timedelta(days=1), seq=2)
    affiliate(database, service, made["Jamais"], until=TODAY - timedelta(days=90), seq=1)
    affiliate(database, service, made["Jamais"], until=None, seq=2)
    return made


def _mailing(service: Service) -> Mailing:
    letter = Letter(service_name=service.name, entrance="https://jalon.exemple.fr/un")
    return Mailing(letter=letter, way=Way.MAIL, on=TODAY, at=NOON)


def affiliate(database: Database, service: Service, firm: UUID, *, until: date | None, seq: int) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(
            Affiliation(
                establishment_id=firm,
                seq=seq,
                stated_on=TODAY,
                member_number=f"A-{seq}",
                sector="",
                team="",
                since=None,
                until=until,
                record_on=None,
                duerp_on=None,
                idcc="",
                risk_code="",
                source="import",
                recorded_at=NOON,
            )
        )


def names(database: Database, service: Service, search: MemberSearch) -> list[tuple[str, Reach]]:
    with database.read(service_id=service.id) as session:
        return [(line.name, line.reach) for line in members_of(session, search, page=1, on=TODAY).members]


@pytest.mark.usefixtures("firms")
def test_each_filter_shows_its_own_members(database: Database, service: Service) -> None:
    assert names(database, service, MemberSearch()) == [
        ("Invitée", Reach.INVITED),
        ("Jamais", Reach.NEVER),
        ("Muette", Reach.NEVER),
        ("Ouverte", Reach.OPEN),
    ]
    for reach, expected in (
        (Reach.NEVER, ["Jamais", "Muette"]),
        (Reach.INVITED, ["Invitée"]),
        (Reach.OPEN, ["Ouverte"]),
        (Reach.ENDED, ["Partie"]),
    ):
        assert [name for name, _reach in names(database, service, MemberSearch(reach=reach))] == expected
    assert names(database, service, MemberSearch(sector="Gignac")) == [("Jamais", Reach.NEVER)]
    assert names(database, service, MemberSearch(words="invit")) == [("Invitée", Reach.INVITED)]


def test_a_line_says_what_stands(database: Database, service: Service, firms: dict[str, UUID]) -> None:
    with database.read(service_id=service.id) as session:
        left = member_line(session, firms["Partie"], on=TODAY)
        invited = member_line(session, firms["Invitée"], on=TODAY)
        assert member_line(session, firms["Refusée"], on=TODAY) is None
        page = members_of(session, MemberSearch(), page=9, on=TODAY)
        assert (page.number, page.pages, page.total, page.sectors) == (1, 1, 4, ("Gignac", "Lodève"))
    assert left is not None
    assert (left.reach, left.until, left.member_number) == (Reach.ENDED, TODAY - timedelta(days=1), "A-2")
    assert invited is not None
    assert (invited.invited_at, invited.headcount, invited.email) == (NOON, 6, "invitée@exemple.fr")


def test_who_may_be_invited_is_counted_as_it_is_sent(
    database: Database, service: Service, firms: dict[str, UUID]
) -> None:
    later = NOON + timedelta(days=8)
    with database.read(service_id=service.id) as session:

        def counted(reach: Reach, at: datetime = NOON) -> Reachable:
            return reachable(session, MemberSearch(reach=reach), on=TODAY, at=at)

        assert counted(Reach.NEVER) == Reachable(with_email=1, without_email=1, recent=0)
        assert counted(Reach.INVITED) == Reachable(with_email=0, without_email=0, recent=1)
        assert counted(Reach.INVITED, later) == Reachable(with_email=1, without_email=0, recent=0)
        never = MemberSearch(reach=Reach.NEVER)
        assert targets(session, never, way=Way.MAIL, on=TODAY, at=NOON) == (firms["Jamais"],)
        assert targets(session, never, way=Way.PRINTED, on=TODAY, at=NOON) == (firms["Muette"],)
        assert targets(session, MemberSearch(reach=Reach.INVITED), way=Way.MAIL, on=TODAY, at=NOON) == ()


def test_who_was_invited_by_a_mail_that_was_refused_was_never_invited(
    database: Database, service: Service, firms: dict[str, UUID]
) -> None:
    class Refusing:
        keeps_bodies = False

        def deliver(self, _mail: Outgoing) -> Outcome:
            return Outcome(fate=Fate.REFUSED)

    send_due(database, Refusing(), lambda: NOON)
    assert ("Invitée", Reach.NEVER) in names(database, service, MemberSearch())


def test_another_service_sees_none_of_them(
    database: Database, firms: dict[str, UUID], make_service: MakeService
) -> None:
    away = make_service("deux")
    with database.read(service_id=away.id) as session:
        assert not any_member(session)
        assert members_of(session, MemberSearch(), page=1, on=TODAY).total == 0
        assert member_line(session, firms["Jamais"], on=TODAY) is None
    with pytest.raises(LookupError):
        keep_contact(database, firms["Jamais"], "x@exemple.fr", service_id=away.id)
