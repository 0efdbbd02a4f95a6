"""The service invites many firms at once; a mail refused for good takes the invitation back; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, select

from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.mail import OutboxMail
from app.models.membership import Invitation
from app.models.service import Service
from app.services.facts import FactKind
from app.services.invitation_letters import Letter
from app.services.invitations import InvitationState, accept_invitation, read_invitation
from app.services.mail_sending import Fate, Outcome, Outgoing, send_due
from app.services.mailings import MOST_AT_ONCE, Mailing, Skip, TooManyAtOnce, Way, invite_many, last_invitations
from app.services.once import AlreadyDone
from app.services.outbox_orders import forget_mail, retry_mail
from tests.engines import NOON, MakeService, service_in
from tests.web.people import account, establishment, membership

TODAY = NOON.date()
LETTER = Letter(service_name="Santé Travail", entrance="https://jalon.exemple.fr/un")
BY_MAIL = Mailing(letter=LETTER, way=Way.MAIL, on=TODAY, at=NOON)
PRINTED = replace(BY_MAIL, way=Way.PRINTED)


class Server:
    """A mail server that gives every mail the same fate."""

    keeps_bodies = False

    def __init__(self, fate: Fate) -> None:
        self.fate = fate

    def deliver(self, mail: Outgoing) -> Outcome:
        return Outcome(fate=self.fate)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("un")


def firm(database: Database, service: Service, name: str = "Boulangerie du port", *, email: str = "") -> UUID:
    made = establishment(database, service, name, at=NOON)
    change(database, service, made, contact_email=email)
    return made


def change(database: Database, service: Service, firm_id: UUID, **fields: str) -> None:
    with database.unit_of_work(service_id=service.id) as uow:
        row = uow.get_one(EstablishmentRow, firm_id)
        for name, value in fields.items():
            setattr(row, name, value)


def facts(database: Database, service: Service) -> list[Fact]:
    with database.read(service_id=service.id) as session:
        return list(session.scalars(select(Fact).order_by(Fact.recorded_at, Fact.kind)))


def mails(database: Database, service: Service) -> list[OutboxMail]:
    with database.read(service_id=service.id) as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.recipient)))


def test_every_firm_gets_its_own_link_its_mail_and_its_fact(database: Database, service: Service) -> None:
    firms = [firm(database, service, f"Firme {n}", email=f"contact{n}@exemple.fr") for n in range(3)]
    done = invite_many(database, service.id, firms, campaign="chaleur-2026", mailing=BY_MAIL)
    assert [each.establishment_id for each in done.invited] == firms
    assert done.skipped == ()
    assert len({each.link for each in done.invited}) == 3
    known = {fact.id: fact for fact in facts(database, service)}
    for mail, invited in zip(mails(database, service), done.invited, strict=True):
        assert mail.recipient == invited.email
        assert invited.link in mail.text
        assert mail.sensitive
        assert mail.fact_id is not None
        fact = known[mail.fact_id]
        assert (fact.establishment_id, fact.kind, fact.format, fact.campaign, fact.headcount) == (
            invited.establishment_id,
            FactKind.INVITED.value,
            "courriel",
            "chaleur-2026",
            6,
        )
    token = done.invited[0].link.rpartition("/")[2]
    boss = account(database, "patronne@exemple.fr")
    assert accept_invitation(database, token, boss, service_id=service.id, on=TODAY, at=NOON) == firms[0]


def test_the_words_of_the_service_and_of_the_campaign_are_in_the_mail(database: Database, service: Service) -> None:
    with database.unit_of_work(service_id=None) as uow:
        uow.get_one(Service, service.id).invitation_words = "Nos préventeurs vous aident.\nAppelez-nous."
    one = firm(database, service, email="contact@exemple.fr")
    said = "Cette année, la chaleur au travail."
    invite_many(database, service.id, [one], campaign="chaleur", mailing=replace(BY_MAIL, words=said))
    text = mails(database, service)[0].text
    assert "Nos préventeurs vous aident." in text
    assert "Appelez-nous." in text
    assert said in text


def test_printed_letters_hold_links_and_leave_no_mail(database: Database, service: Service) -> None:
    one = firm(database, service)
    done = invite_many(database, service.id, [one], campaign="", mailing=PRINTED)
    assert mails(database, service) == []
    assert [(fact.kind, fact.format, fact.campaign) for fact in facts(database, service)] == [
        (FactKind.INVITED.value, "imprime", "")
    ]
    with database.read(service_id=service.id) as session:
        read = read_invitation(session, done.invited[0].link.rpartition("/")[2], on=TODAY)
    assert read is not None
    assert (read.state, read.email, read.establishment_id) == (InvitationState.OPEN, "", one)


def test_who_cannot_be_invited_is_left_with_the_reason(database: Database, service: Service) -> None:
    silent = firm(database, service, "Sans adresse")
    opened = firm(database, service, "Ouverte", email="ouverte@exemple.fr")
    membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=opened, at=NOON)
    claimed = firm(database, service, "À rattacher", email="claim@exemple.fr")
    change(database, service, claimed, attachment="a_rattacher")
    refused = firm(database, service, "Refusée", email="refus@exemple.fr")
    change(database, service, refused, claim_state="refusee")
    unknown = uuid4()
    done = invite_many(database, service.id, [silent, opened, claimed, refused, unknown], campaign="", mailing=BY_MAIL)
    assert done.invited == ()
    assert dict(done.skipped) == {
        silent: Skip.NO_EMAIL,
        opened: Skip.ACCOUNT_OPEN,
        claimed: Skip.NOT_A_MEMBER,
        refused: Skip.NOT_A_MEMBER,
        unknown: Skip.NOT_A_MEMBER,
    }
    assert facts(database, service) == []
    assert mails(database, service) == []


def test_a_firm_of_another_service_is_no_member(
    database: Database, service: Service, make_service: MakeService
) -> None:
    away = firm(database, make_service("deux"), email="ailleurs@exemple.fr")
    done = invite_many(database, service.id, [away], campaign="", mailing=BY_MAIL)
    assert dict(done.skipped) == {away: Skip.NOT_A_MEMBER}


def test_a_campaign_writes_to_the_employer_whose_account_is_open_without_a_personal_link(
    database: Database, service: Service
) -> None:
    opened = firm(database, service, email="contact@exemple.fr")
    membership(database, service, account(database, "gerante@exemple.fr"), establishment_id=opened, at=NOON)
    done = invite_many(database, service.id, [opened], campaign="chaleur", mailing=BY_MAIL)
    assert not done.invited[0].personal
    mail = mails(database, service)[0]
    assert (mail.recipient, mail.sensitive) == ("gerante@exemple.fr", False)
    assert "https://jalon.exemple.fr/un/connexion" in mail.text
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(Invitation)).all() == []


def test_a_firm_written_to_lately_is_left_in_peace_then_reminded_with_a_link_that_replaces_the_first(
    database: Database, service: Service
) -> None:
    one = firm(database, service, email="contact@exemple.fr")
    first = invite_many(database, service.id, [one], campaign="", mailing=BY_MAIL).invited[0]
    soon = replace(BY_MAIL, at=NOON + timedelta(days=2))
    assert dict(invite_many(database, service.id, [one], campaign="", mailing=soon).skipped) == {one: Skip.RECENT}
    later = replace(BY_MAIL, at=NOON + timedelta(days=8), on=TODAY + timedelta(days=8))
    second = invite_many(database, service.id, [one], campaign="", mailing=later).invited[0]
    with database.read(service_id=service.id) as session:
        states = [
            read.state
            for each in (first, second)
            if (read := read_invitation(session, each.link.rpartition("/")[2], on=later.on)) is not None
        ]
        assert last_invitations(session, [one]) == {one: later.at}
    assert states == [InvitationState.REVOKED, InvitationState.OPEN]
    reminder = [mail for mail in mails(database, service) if second.link in mail.text]
    assert reminder[0].subject.startswith("Rappel")
    assert "remplace celui du message précédent" in reminder[0].text


def test_a_second_tap_sends_nothing(database: Database, service: Service) -> None:
    one = firm(database, service, email="contact@exemple.fr")
    keyed = replace(PRINTED, letter=replace(LETTER, key="k" * 20))
    invite_many(database, service.id, [one], campaign="", mailing=keyed)
    with pytest.raises(AlreadyDone):
        invite_many(database, service.id, [one], campaign="", mailing=keyed)
    assert len(facts(database, service)) == 1


def test_a_mailing_is_bounded(database: Database, service: Service) -> None:
    with pytest.raises(TooManyAtOnce):
        invite_many(database, service.id, [uuid4() for _ in range(MOST_AT_ONCE + 1)], campaign="", mailing=PRINTED)


def test_a_mail_refused_for_good_takes_the_invitation_back_once(database: Database, service: Service) -> None:
    one = firm(database, service, email="contact@exemple.fr")
    invite_many(database, service.id, [one], campaign="chaleur", mailing=BY_MAIL)
    send_due(database, Server(Fate.REFUSED), lambda: NOON)
    invited, refused = sorted(facts(database, service), key=lambda fact: fact.kind)
    assert (refused.kind, refused.voids_id, refused.campaign, refused.format) == (
        "invitation_refusee",
        invited.id,
        "chaleur",
        "courriel",
    )
    with database.read(service_id=service.id) as session:
        assert last_invitations(session, [one]) == {}
    mail = mails(database, service)[0]
    retry_mail(database, mail.id, at=NOON)
    send_due(database, Server(Fate.REFUSED), lambda: NOON)
    assert len(facts(database, service)) == 2
    assert mails(database, service)[0].state == "refuse"


def test_a_mail_forgotten_before_it_left_takes_the_invitation_back(database: Database, service: Service) -> None:
    one, other = (firm(database, service, name, email=f"{name}@exemple.fr") for name in ("une", "autre"))
    invite_many(database, service.id, [one, other], campaign="", mailing=BY_MAIL)
    kept, forgotten = mails(database, service)
    send_due(database, Server(Fate.SENT), lambda: NOON, stop=iter([False, True]).__next__)
    left, waits = (kept, forgotten) if mails(database, service)[0].state == "envoye" else (forgotten, kept)
    for mail in (left, waits):
        forget_mail(database, mail.id, at=NOON)
    assert mails(database, service) == []
    voided = {fact.voids_id for fact in facts(database, service) if fact.voids_id is not None}
    assert voided == {waits.fact_id}


def test_a_mail_that_leaves_after_all_counts_again(database: Database, service: Service) -> None:
    one = firm(database, service, email="contact@exemple.fr")
    invite_many(database, service.id, [one], campaign="chaleur", mailing=BY_MAIL)
    send_due(database, Server(Fate.REFUSED), lambda: NOON)
    later = NOON + timedelta(hours=1)
    retry_mail(database, mails(database, service)[0].id, at=later)
    send_due(database, Server(Fate.SENT), lambda: later)
    standing = [fact for fact in facts(database, service) if fact.kind == FactKind.INVITED.value]
    assert len(standing) == 2
    assert mails(database, service)[0].fact_id == standing[1].id
    assert standing[1].campaign == "chaleur"
    with database.read(service_id=service.id) as session:
        assert last_invitations(session, [one]) == {one: later}


def test_an_invitation_to_two_employers_stands_while_one_mail_may_leave(database: Database, service: Service) -> None:
    opened = firm(database, service)
    for address in ("gerante@exemple.fr", "gerant@exemple.fr"):
        membership(database, service, account(database, address), establishment_id=opened, at=NOON)
    invite_many(database, service.id, [opened], campaign="chaleur", mailing=BY_MAIL)

    class Half(Server):
        def deliver(self, mail: Outgoing) -> Outcome:
            return Outcome(fate=Fate.REFUSED if mail.recipient == "gerante@exemple.fr" else Fate.SENT)

    send_due(database, Half(Fate.SENT), lambda: NOON)
    assert [fact.kind for fact in facts(database, service)] == [FactKind.INVITED.value]


def test_fifty_firms_are_invited_in_a_few_statements(sqlite_database: Database) -> None:
    database, service = sqlite_database, service_in(sqlite_database, "un")
    firms = [firm(database, service, f"Firme {n:02}", email=f"contact{n}@exemple.fr") for n in range(50)]
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    invite_many(
        database, service.id, firms, campaign="", mailing=replace(BY_MAIL, letter=replace(LETTER, key="k" * 20))
    )
    told = [each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(told) <= 16, "\n".join(told)
