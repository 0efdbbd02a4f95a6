"""Handing a version to the service through the portal, once, with a receipt (article L4121-3-1 VI).

Where the service does not receive documents through the portal, the version is shared with its advisers all the same,
under a number that says so: the transmission itself is made by the usual channel, and no act is counted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.typography import french_date
from app.models.document import DocumentVersion, RegisterLine
from app.models.engine import Conflict, Database
from app.models.exchange import Transmission
from app.services.attempts import again
from app.services.authors import Author
from app.services.cases import refresh_case
from app.services.establishments import known_establishment
from app.services.facts import Act, FactKind, note_fact
from app.services.outbox import Mail, post_mail

SHARED = "partage-"
"""Beginning of the number of a version that was shared without being transmitted."""
LATE_AFTER = 30
"""Days after which a version that was not handed over is said to be late; no text fixes a delay."""
_TRIES = 5
"""Two firms at one instant may want the same rank of the day: the second one takes the next."""


class UnknownVersion(LookupError):
    """The establishment has no version of that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A version to hand over, by whom, when, to which service."""

    service_id: UUID
    service_name: str
    reception: bool
    """The service declares the portal its channel to receive the document."""
    establishment_id: UUID
    number: int
    author: Author
    at: datetime
    on: date
    recipient: str = ""
    """Address the receipt is sent to; empty: no mail."""
    link: str = ""
    """Address of the page of the receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What proves that a version was handed over."""

    receipt: str
    number: int
    sent_on: date
    recorded_at: datetime
    author_role: str
    content_sha256: str
    line_sha256: str
    """Hash of its line of the register: kept outside the database, it anchors the whole chain."""

    @property
    def shared(self) -> bool:
        """Whether it was only shared: the service receives documents by another channel."""
        return self.receipt.startswith(SHARED)

    @property
    def shown(self) -> str:
        """The number as printed, « 2026-1124-0001 »."""
        return self.receipt.removeprefix(SHARED)


def transmit(database: Database, handover: Handover) -> Receipt:
    """Hands a version over and returns its receipt; the one it already has, the second time.

    Raises UnknownVersion.
    """

    def act() -> Receipt:
        with database.unit_of_work(service_id=handover.service_id) as uow:
            return _transmit(uow, handover)

    return again(act, tries=_TRIES)


def receipt_of(session: Session, establishment_id: UUID, number: int) -> Receipt | None:
    """The receipt of a version; None while it was not handed over."""
    query = (
        select(Transmission, RegisterLine.line_sha256)
        .join(
            RegisterLine,
            (RegisterLine.establishment_id == Transmission.establishment_id)
            & (RegisterLine.version_number == Transmission.version_number),
        )
        .where(Transmission.establishment_id == establishment_id, Transmission.version_number == number)
    )
    found = session.execute(query).first()
    if found is None:
        return None
    row, line_sha256 = found
    return Receipt(
        receipt=row.receipt,
        number=row.version_number,
        sent_on=row.sent_on,
        recorded_at=row.recorded_at,
        author_role=row.author_role,
        content_sha256=row.content_sha256,
        line_sha256=line_sha256,
    )


def _transmit(uow: Session, handover: Handover) -> Receipt:
    known_establishment(uow, handover.establishment_id, lock=True)
    known = receipt_of(uow, handover.establishment_id, handover.number)
    if known is not None:
        return known
    version = uow.scalar(
        select(DocumentVersion).where(
            DocumentVersion.establishment_id == handover.establishment_id, DocumentVersion.number == handover.number
        )
    )
    if version is None:
        raise UnknownVersion(str(handover.number))
    rank = uow.scalar(select(func.count()).select_from(Transmission).where(Transmission.sent_on == handover.on)) or 0
    uow.add(
        Transmission(
            establishment_id=handover.establishment_id,
            document_version_id=version.id,
            version_number=handover.number,
            content_sha256=version.content_sha256,
            receipt=f"{'' if handover.reception else SHARED}{handover.on:%Y-%m%d}-{rank + 1:04}",
            sent_on=handover.on,
            author_role=handover.author.words,
            recorded_at=handover.at,
        )
    )
    uow.flush()
    receipt = receipt_of(uow, handover.establishment_id, handover.number)
    if receipt is None:
        raise Conflict("the version has no line in the register")
    if handover.reception:
        note_fact(
            uow,
            handover.establishment_id,
            Act(
                kind=FactKind.TRANSMITTED,
                on=handover.on,
                at=handover.at,
                actor_role=handover.author.words,
                subject=f"version {handover.number}",
            ),
        )
    refresh_case(uow, handover.establishment_id, on=handover.on)
    if handover.recipient:
        post_mail(uow, _receipt_mail(handover, receipt), at=handover.at)
    return receipt


def _receipt_mail(handover: Handover, receipt: Receipt) -> Mail:
    what = "partagée avec" if receipt.shared else "transmise à"
    day = french_date(receipt.sent_on)
    paragraphs = [
        f"La version {receipt.number} de votre document est {what} {handover.service_name} depuis le {day}, "
        f"sous le numéro {receipt.shown}.",
        f"Empreinte du contenu : {receipt.content_sha256}. Ligne du registre : {receipt.line_sha256}. "
        "Gardez ce message : avec ces deux empreintes, on vérifie que le document n'a pas changé.",
        "Votre service lit le document et vous conseille ; c'est vous qui le validez.",
    ]
    if receipt.shared:
        paragraphs.insert(
            1,
            f"{handover.service_name} ne reçoit pas encore le document par Jalon : envoyez-lui aussi le fichier par "
            "votre voie habituelle (e-mail, courrier, espace adhérent).",
        )
    title = "Partage" if receipt.shared else "Reçu de transmission"
    return Mail(
        kind="recu_transmission",
        recipient=handover.recipient,
        subject=f"{title} n° {receipt.shown}, version {receipt.number}",
        paragraphs=tuple(paragraphs),
        button=("Ouvrir le reçu", handover.link) if handover.link else None,
    )
