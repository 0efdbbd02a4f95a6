"""A portal with a service, its firms and its people, for tests of pages: `portal` makes what a test needs in one call.

def test_the_hub_opens(portal: Portal) -> None:
    firm = portal.establishment("Boulangerie d'exemple")
    portal.person(establishment_id=firm).get(f"/{portal.slug}/e/{firm}/")
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select

from app.domain.roles import Role
from app.extensions import db
from app.factory import create_app
from app.models.account import Account
from app.models.engine import Database, open_database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.membership import Membership
from app.models.service import Service
from app.services.account_sessions import open_session
from app.settings import Settings
from tests.engines import service_in
from tests.web.client import StrictClient

EVENING = datetime(2026, 11, 24, 19, 42, tzinfo=UTC)
"""20 h 42 in Paris."""
UNITS = (("UT1", "Atelier", 4), ("UT2", "Boutique", 2))
_NUMBERS = count(1)


@dataclass
class TestClock:
    """Time that a test moves: `portal.clock.forward(minutes=31)`."""

    __test__ = False  # not a class of tests, whatever its name says

    now: datetime = EVENING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amounts: float) -> None:
        self.now += timedelta(**amounts)


@dataclass(frozen=True, kw_only=True)
class Portal:
    """An application on a database at head, with one service and a clock that moves by hand."""

    app: Flask
    database: Database
    service: Service
    clock: TestClock = field(default_factory=TestClock)

    @property
    def slug(self) -> str:
        return self.service.slug

    @property
    def today(self) -> date:
        return self.clock.now.date()

    def client(self, *, language: str = "fr") -> StrictClient:
        """A browser that nobody is signed in on."""
        return StrictClient(self.app, language=language)

    def establishment(
        self, name: str = "Boulangerie d'exemple", *, units: tuple[tuple[str, str, int], ...] = UNITS, siret: str = ""
    ) -> UUID:
        """An establishment with work units (key, name, persons)."""
        return establishment(self.database, self.service, name, at=self.clock.now, units=units, siret=siret)

    def account(self, email: str) -> UUID:
        """An account with a proved address, and no membership."""
        return account(self.database, email, at=self.clock.now)

    def person(
        self,
        *,
        email: str = "",
        role: Role = Role.EMPLOYER,
        establishment_id: UUID | None = None,
        function: str = "gérante",
        language: str = "fr",
    ) -> StrictClient:
        """A browser on which somebody with that role is signed in; staff have given their second factor."""
        return person(
            self.app,
            self.database,
            self.service,
            email=email,
            role=role,
            establishment_id=establishment_id,
            function=function,
            at=self.clock.now,
            language=language,
        )

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The SQL statements the application sends meanwhile, transactions apart."""
        with statements(self.app) as sent:
            yield sent


def establishment(
    database: Database,
    service: Service,
    name: str = "Boulangerie d'exemple",
    *,
    at: datetime = EVENING,
    units: tuple[tuple[str, str, int], ...] = UNITS,
    siret: str = "",
) -> UUID:
    """An establishment with its declaration of the day and work units (key, name, persons)."""
    total = sum(people for _, _, people in units)
    with database.unit_of_work(service_id=service.id) as uow:
        company = Company(siren=siret[:9] or None, name=name, created_at=at)
        uow.add(company)
        uow.flush()
        row = EstablishmentRow(
            company_id=company.id,
            siret=siret or None,
            name=name,
            address="1 rue de l'Église, 45000 Orléans",
            created_at=at,
            postal_code="45000",
            attachment="rattache",
            siret_state="connu" if siret else "inconnu",
            siret_words="",
        )
        uow.add(row)
        uow.flush()
        uow.add(
            EstablishmentState(
                establishment_id=row.id,
                seq=1,
                stated_on=at.date(),
                naf="10.71C",
                naf_label="Boulangerie et boulangerie-pâtisserie",
                naf_nomenclature="rev2",
                sectors="[]",
                headcount=total,
                headcount_on=at.date(),
                cse="aucun",
                employer_role="gérante",
                service_name=service.name,
                recorded_at=at,
            )
        )
        for position, (key, unit, people) in enumerate(units, start=1):
            uow.add(
                WorkUnitRow(
                    establishment_id=row.id,
                    key=key,
                    position=position,
                    name=unit,
                    activities="",
                    places="",
                    total=people,
                    women=None,
                    men=None,
                    temps=0,
                    apprentices=0,
                    flags="[]",
                    women_men="",
                    archived_on=None,
                )
            )
        return row.id


def account(database: Database, email: str, *, at: datetime = EVENING, password_hash: str | None = None) -> UUID:
    """The account of that address, made when there is none; its address is proved."""
    with database.unit_of_work(service_id=None) as uow:
        known = uow.scalar(select(Account).where(Account.email_key == email.casefold()))
        if known is not None:
            return known.id
        row = Account(
            email=email,
            email_key=email.casefold(),
            password_hash=password_hash,
            totp_secret=None,
            totp_step=0,
            created_at=at,
            confirmed_at=at,
            closed_at=None,
        )
        uow.add(row)
        uow.flush()
        return row.id


def membership(
    database: Database,
    service: Service,
    account_id: UUID,
    *,
    role: Role = Role.EMPLOYER,
    establishment_id: UUID | None = None,
    function: str = "gérante",
    at: datetime = EVENING,
) -> UUID:
    """Makes an account a member from that day on; staff roles take no establishment."""
    with database.unit_of_work(service_id=service.id) as uow:
        row = Membership(
            account_id=account_id,
            establishment_id=establishment_id,
            role=role.value,
            function=function,
            from_on=at.date(),
            to_on=None,
            created_at=at,
        )
        uow.add(row)
        uow.flush()
        return row.id


def person(
    app: Flask,
    database: Database,
    service: Service,
    *,
    email: str = "",
    role: Role = Role.EMPLOYER,
    establishment_id: UUID | None = None,
    function: str = "gérante",
    at: datetime = EVENING,
    language: str = "fr",
) -> StrictClient:
    """A browser on which somebody with that role is signed in; an employer without establishment has no membership."""
    staff = role in {Role.ADVISER, Role.PILOT, Role.ADMIN}
    account_id = account(database, email or f"personne{next(_NUMBERS)}@exemple.fr", at=at)
    if staff or establishment_id is not None:
        membership(
            database, service, account_id, role=role, establishment_id=establishment_id, function=function, at=at
        )
    return signed_in(app, database, account_id, staff=staff, at=at, language=language)


def signed_in(
    app: Flask,
    database: Database,
    account_id: UUID,
    *,
    staff: bool = False,
    at: datetime = EVENING,
    language: str = "fr",
) -> StrictClient:
    """A browser on which that account is signed in."""
    with database.unit_of_work(service_id=None) as uow:
        token = open_session(uow, account_id, device="Firefox sur Linux", staff=staff, at=at)
    client = StrictClient(app, language=language)
    with client.session() as kept:
        kept["_user_id"] = token
    return client


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements an application sends meanwhile, transactions apart."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    with app.app_context():
        used = db.engine
    event.listen(used, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(used, "before_cursor_execute", note)


@contextmanager
def open_portal(
    address: str, folder: Path, *, slug: str = "spsti45", demo: bool = False, proxies: int = 0
) -> Iterator[Portal]:
    """A portal on a database at head, closed at the end of the block."""
    clock = TestClock()
    settings = Settings(
        instance=folder,
        database_url=address,
        secret_key="s" * 40,
        seal_key="z" * 40,
        demo=demo,
        host="127.0.0.1",
        port=8000,
        base_url="http://127.0.0.1:8000",
        proxies=proxies,
    )
    app = create_app(settings, clock=clock)
    database = open_database(address)
    try:
        yield Portal(app=app, database=database, service=service_in(database, slug), clock=clock)
    finally:
        database.close()
        with app.app_context():
            db.engine.dispose()
