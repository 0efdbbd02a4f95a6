"""A firm that has done everything once, so that every page about it exists: answers, actions, a version, exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.domain.roles import Role
from app.domain.workflow import Actor, State
from app.intake.answers_toml import read_answers
from app.models.campaign import Campaign
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.exchange import Exchange
from app.models.mail import OutboxMail
from app.models.service import Service
from app.services.activity_log import LogWriter, WorkAct, log_act
from app.services.assessments import record_assessment
from app.services.authors import Author
from app.services.documents import validate_document
from app.services.invitation_letters import InvitationWish, Letter
from app.services.invitations import invite
from app.services.member_imports import Importing, propose_import
from app.services.remarks import RemarkWords, add_remark
from app.services.session_log import Attendance, GroupSession, hold_session
from app.services.submissions import ThemeAct, submit_theme
from app.services.transmissions import Handover, transmit
from questionnaires import catalogue
from tests.intake.members_file import members_file
from tests.web.people import Portal, account, membership

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Real identities of one firm, for the addresses of its pages."""

    service: Service
    establishment_id: UUID
    action_id: UUID
    exchange_id: UUID
    membership_id: UUID
    """A reader of the firm."""
    invitation_id: UUID
    """Waits for its answer."""
    import_id: UUID
    """A file of members of the service, shown and not applied."""
    mail_id: UUID
    """The one that carries the invitation."""
    fact_id: UUID
    """A visit of it, in the log of its service."""
    session_id: UUID
    """A session it was at."""
    remark_id: UUID
    """A remark of the service's own library."""
    colleague_id: UUID
    """Account of an adviser of the service."""


def filled_firm(portal: Portal, *, file: str = "boulangerie-4.toml", service: Service | None = None) -> Filled:
    """Records an example firm with its version and one request of its adviser."""
    home = service or portal.service
    content = catalogue.load()
    firm = read_answers((EXAMPLES / file).read_bytes(), catalogue=content, file=file)
    themes = [content.theme(book.theme) for book in firm.books]
    texts = {theme.theme: (theme.version, theme.sha256, theme.source) for theme in themes}
    at = portal.clock.now
    with portal.database.unit_of_work(service_id=home.id) as uow:
        establishment_id = record_assessment(uow, firm, service=home, content=texts, at=at)
    if firm.validation is not None:
        validate_document(
            portal.database,
            home,
            establishment_id,
            validation=firm.validation,
            catalogue=content,
            assessed_on=firm.assessed_on,
            at=at,
        )
        _transmit(portal, home, establishment_id)
    with portal.database.unit_of_work(service_id=home.id) as uow:
        exchange = Exchange(
            establishment_id=establishment_id,
            kind="demande",
            theme="chaleur",
            question="ch_eau_fraiche",
            unit="*",
            words="Où se prend l'eau l'après-midi ?",
            actor="preventeur",
            author_role="ergonome",
            created_at=at,
        )
        uow.add(exchange)
        uow.flush()
        exchange_id = exchange.id
    with portal.database.read(service_id=home.id) as session:
        query = select(ChosenActionRow.id).where(ChosenActionRow.establishment_id == establishment_id)
        action_id = session.scalars(query.order_by(ChosenActionRow.position)).first()
    assert action_id is not None
    membership_id, invitation_id, mail_id = _people(portal, home, establishment_id)
    fact_id, session_id = _logged(portal, home, establishment_id)
    _campaign(portal, home)
    return Filled(
        service=home,
        establishment_id=establishment_id,
        action_id=action_id,
        exchange_id=exchange_id,
        membership_id=membership_id,
        invitation_id=invitation_id,
        mail_id=mail_id,
        import_id=_member_file(portal, home),
        remark_id=_remark(portal, home),
        colleague_id=_colleague(portal, home),
        fact_id=fact_id,
        session_id=session_id,
    )


def _remark(portal: Portal, home: Service) -> UUID:
    """A remark of the service's own library."""
    said = RemarkWords(title="Eau au dépôt", words="Chez {{entreprise}}, où est l'eau ?", theme="chaleur")
    return add_remark(portal.database, said, service_id=home.id, key="", at=portal.clock.now)


def _transmit(portal: Portal, home: Service, establishment_id: UUID) -> None:
    """Hands the first version over: its receipt is a page."""
    handover = Handover(
        service_id=home.id,
        service_name=home.name,
        reception=True,
        establishment_id=establishment_id,
        number=1,
        author=Author(actor=Actor.EMPLOYER, words="gérante", account_id=None),
        at=portal.clock.now,
        on=portal.today,
    )
    transmit(portal.database, handover)


CAMPAIGN = "chaleur-2026"
"""Code of the campaign of each service that has a firm."""


def _campaign(portal: Portal, home: Service) -> None:
    """A campaign of the service, without any target."""
    with portal.database.unit_of_work(service_id=home.id) as uow:
        if uow.scalar(select(Campaign.id).where(Campaign.code == CAMPAIGN)) is None:
            uow.add(
                Campaign(
                    code=CAMPAIGN,
                    name="Chaleur",
                    theme="chaleur",
                    contract_action="",
                    chosen_by="tous les adhérents",
                    opened_on=portal.today,
                    closed_on=None,
                    created_at=portal.clock.now,
                )
            )


def _member_file(portal: Portal, home: Service) -> UUID:
    """A file of three members, one of them wrong, that waits for its decision."""
    importing = Importing(
        database=portal.database,
        service_id=home.id,
        catalogue=catalogue.load(),
        on=portal.today,
        at=portal.clock.now,
    )
    return propose_import(importing, members_file(members=3, bad=1).csv(), file_name="adherents.csv", account_id=None)


def _colleague(portal: Portal, home: Service) -> UUID:
    """An adviser of the service, whose page the administrator opens."""
    adviser = account(portal.database, f"ergonome.{home.slug}@exemple.fr", at=portal.clock.now)
    membership(portal.database, home, adviser, role=Role.ADVISER, function="ergonome")
    return adviser


def _logged(portal: Portal, home: Service, establishment_id: UUID) -> tuple[UUID, UUID]:
    """A visit and a session, noted by an adviser of the service."""
    adviser = account(portal.database, f"journal.{establishment_id}@exemple.fr", at=portal.clock.now)
    by = LogWriter(
        database=portal.database,
        service_id=home.id,
        author=Author(actor=Actor.ADVISER, words="ergonome", account_id=adviser),
        on=portal.today,
        at=portal.clock.now,
    )
    visit = WorkAct(
        establishment_id=establishment_id, category="visite_entreprise", on=portal.today, minutes=60, format="sur_site"
    )
    came = Attendance(establishment_id=establishment_id, employers=1, workers=2)
    workshop = GroupSession(
        title=f"Chaleur, atelier {establishment_id.hex[:6]}",
        on=portal.today,
        category="atelier",
        format="collectif",
        minutes=90,
        attendance=(came,),
    )
    return log_act(by, visit, key=""), hold_session(by, workshop, key="")


def _people(portal: Portal, home: Service, establishment_id: UUID) -> tuple[UUID, UUID, UUID]:
    """A reader, and somebody invited who has not answered: their membership, the invitation and its mail."""
    at = portal.clock.now
    reader = account(portal.database, f"cse.{establishment_id}@exemple.fr", at=at)
    member = membership(
        portal.database, home, reader, role=Role.READER, establishment_id=establishment_id, function="membre du CSE"
    )
    wish = InvitationWish(
        email=f"comptable.{establishment_id}@exemple.fr",
        role=Role.CONTRIBUTOR,
        function="expert-comptable",
        establishment_id=establishment_id,
    )
    letter = Letter(service_name=home.name, entrance=f"http://127.0.0.1:8000/{home.slug}")
    invited = invite(
        portal.database, wish, letter, service_id=home.id, author=None, on=portal.today, at=at
    ).invitation_id
    with portal.database.read(service_id=home.id) as session:
        mail = session.scalars(select(OutboxMail.id).where(OutboxMail.recipient == wish.email)).one()
    return member, invited, mail


def submit_chaleur(portal: Portal, service: Service, establishment_id: UUID) -> UUID:
    """The employer submits the theme « chaleur », whatever its state; returns the frozen dossier."""
    with portal.database.unit_of_work(service_id=service.id) as uow:
        of_it = select(ThemeDraft).where(ThemeDraft.establishment_id == establishment_id, ThemeDraft.theme == "chaleur")
        uow.scalars(of_it).one().state = State.FINISHED.value
    act = chaleur_act(portal, service, establishment_id)
    return submit_theme(portal.database, act, catalogue=catalogue.load())


def chaleur_act(portal: Portal, service: Service, establishment_id: UUID) -> ThemeAct:
    """The employer at the theme « chaleur », now."""
    return ThemeAct(
        service_id=service.id,
        establishment_id=establishment_id,
        theme="chaleur",
        author=Author(words="gérante", actor=Actor.EMPLOYER, account_id=None),
        at=portal.clock.now,
        on=portal.today,
    )
