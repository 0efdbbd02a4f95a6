"""A firm that has done everything once, so that every page about it exists: answers, actions, a version, exchanges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app.intake.answers_toml import read_answers
from app.models.draft import ChosenActionRow
from app.models.exchange import Exchange
from app.models.service import Service
from app.services.assessments import record_assessment
from app.services.documents import validate_document
from questionnaires import catalogue
from tests.web.people import Portal

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """Real identities of one firm, for the addresses of its pages."""

    service: Service
    establishment_id: UUID
    action_id: UUID
    exchange_id: UUID


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
    return Filled(service=home, establishment_id=establishment_id, action_id=action_id, exchange_id=exchange_id)
