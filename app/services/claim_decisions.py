"""What an administrator decides of a claim: attach it, attach it in the place of a member's row, refuse, go back.

Facts stay on the establishment they were written for. Nothing that an employer typed is ever touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.advice import AdviceCase
from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.membership import Invitation
from app.models.upserts import change_rows
from app.services.cases import refresh_case
from app.services.claims import Claim, Way, acted_upon, claim_of
from app.services.establishments import known_establishment
from app.services.mail import Mail
from app.services.outbox import post_mail


class ClaimSettled(Exception):
    """The claim waits for no decision (any more): somebody else has decided, or its firm has gone."""


class WayClosed(Exception):
    """That cannot be decided of this claim as it stands now: its twins changed, or the twin is used."""


class NotSafe(Exception):
    """The service has worked with the firm since: the decision stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """The service that decides, its entrance for the mail, the day."""

    service_id: UUID
    service_name: str
    entrance: str
    """Public address of the entrance, without a trailing slash."""
    on: date
    at: datetime


def attach_claim(database: Database, establishment_id: UUID, *, twin: UUID | None, by: Authority) -> None:
    """Makes the claim a member, in the place of that member's row when there is one, and tells who claimed.

    The member's row leaves its affiliation, its sector and its address, and is set aside with its open links. Raises
    LookupError, ClaimSettled, WayClosed.
    """
    with database.unit_of_work(service_id=by.service_id) as uow:
        row, claim = _locked(uow, establishment_id, by)
        if (Way.ATTACH if twin is None else Way.MERGE) not in claim.ways:
            raise WayClosed
        members = [each.establishment_id for each in claim.twins if each.member]
        if twin is not None:
            if twin not in members:
                raise WayClosed
            _take_over(uow, row, known_establishment(uow, twin), by)
            _set_aside(uow, members, at=by.at)
        row.attachment, row.claim_settled_on, row.claim_words = "rattache", by.on, ""
        uow.flush()
        refresh_case(uow, row.id, on=by.on)
        _tell(uow, claim, _attached_words(claim, by), by)


def refuse_claim(database: Database, establishment_id: UUID, *, words: str, by: Authority) -> None:
    """Refuses the claim with those words, which who claimed is sent: the service sees the firm no more.

    Raises LookupError, ClaimSettled.
    """
    with database.unit_of_work(service_id=by.service_id) as uow:
        row, claim = _locked(uow, establishment_id, by)
        row.claim_state, row.claim_settled_on, row.claim_words = "refusee", by.on, words
        _close_cases(uow, [row.id])
        _tell(uow, claim, _refused_words(claim, words, by), by)


def go_back(database: Database, establishment_id: UUID, *, by: Authority) -> None:
    """Puts a decided claim back among those that wait, and gives the member's row its place again.

    Raises LookupError, ClaimSettled when nothing was decided of it, NotSafe.
    """
    with database.unit_of_work(service_id=by.service_id) as uow:
        row = known_establishment(uow, establishment_id, lock=True)
        if row.claim_settled_on is None:
            raise ClaimSettled
        if row.claim_state == "":
            if acted_upon(uow, [row.id]):
                raise NotSafe
            row.attachment, row.sector, row.contact_email = "a_rattacher", "", ""
            _bring_back(uow, row)
        row.claim_state, row.claim_settled_on, row.claim_words = "", None, ""
        uow.flush()
        refresh_case(uow, row.id, on=by.on)


def _locked(uow: Session, establishment_id: UUID, by: Authority) -> tuple[EstablishmentRow, Claim]:
    """The claim and its twins, which nobody else decides of or joins until the end of the unit of work."""
    row = known_establishment(uow, establishment_id)
    same = select(EstablishmentRow).where(
        (EstablishmentRow.id == row.id) | ((EstablishmentRow.siret == row.siret) & (EstablishmentRow.siret != ""))
    )
    uow.scalars(same.order_by(EstablishmentRow.id).with_for_update().execution_options(populate_existing=True)).all()
    claim = claim_of(uow, row.id, on=by.on)
    if claim is None:
        raise ClaimSettled
    return row, claim


def _take_over(uow: Session, row: EstablishmentRow, member: EstablishmentRow, by: Authority) -> None:
    """Gives the claim what the service knows of its member: a row of its own, since those of another never move."""
    row.sector = member.sector
    row.contact_email = member.contact_email or row.contact_email
    known = uow.scalars(
        select(Affiliation).where(Affiliation.establishment_id == member.id).order_by(Affiliation.seq.desc()).limit(1)
    ).first()
    if known is None:
        return
    last = uow.scalar(select(func.max(Affiliation.seq)).where(Affiliation.establishment_id == row.id)) or 0
    uow.add(
        Affiliation(
            establishment_id=row.id,
            seq=last + 1,
            stated_on=by.on,
            member_number=known.member_number,
            sector=known.sector,
            team=known.team,
            since=known.since,
            until=known.until,
            record_on=known.record_on,
            duerp_on=known.duerp_on,
            idcc=known.idcc,
            risk_code=known.risk_code,
            source="saisie",
            recorded_at=by.at,
        )
    )


def _set_aside(uow: Session, members: list[UUID], *, at: datetime) -> None:
    """Takes unused rows out of the members; their links would make somebody a member of a row nobody sees."""
    rows = uow.scalars(select(EstablishmentRow).where(EstablishmentRow.id.in_(members)))
    for row in rows:
        row.claim_state = "double"
    _close_cases(uow, members)
    waiting = uow.scalars(
        select(Invitation).where(
            Invitation.establishment_id.in_(members), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None)
        )
    )
    change_rows(uow, [(each, {"revoked_at": at}) for each in waiting])


def _close_cases(uow: Session, ids: list[UUID]) -> None:
    """Takes the cases of establishments the service no longer sees off its queue; they are remade if they come back."""
    for case in uow.scalars(select(AdviceCase).where(AdviceCase.establishment_id.in_(ids))):
        uow.delete(case)


def _bring_back(uow: Session, row: EstablishmentRow) -> None:
    if not row.siret:
        return
    doubles = uow.scalars(
        select(EstablishmentRow).where(
            EstablishmentRow.siret == row.siret,
            EstablishmentRow.claim_state == "double",
            EstablishmentRow.id != row.id,
        )
    )
    for double in doubles:
        double.claim_state = ""


def _attached_words(claim: Claim, by: Authority) -> tuple[str, tuple[str, ...]]:
    return f"{claim.name} est rattachée à {by.service_name}", (
        f"{by.service_name} reconnaît {claim.name} comme l'un de ses adhérents.",
        "Rien ne change dans ce que vous avez rempli. Ce que vous soumettez ou transmettez, et ce que vous ouvrez en "
        "demandant de l'aide, arrive à vos interlocuteurs du service.",
    )


def _refused_words(claim: Claim, words: str, by: Authority) -> tuple[str, tuple[str, ...]]:
    lines = tuple(" ".join(line.split()) for line in words.splitlines() if line.strip())
    return f"{claim.name} n'est pas rattachée à {by.service_name}", (
        f"{by.service_name} ne peut pas rattacher {claim.name} à ses adhérents. Voici pourquoi :",
        *lines,
        "Ce que vous avez rempli reste à vous : vous pouvez continuer, imprimer et télécharger. Le service ne le voit "
        "plus.",
    )


def _tell(uow: Session, claim: Claim, said: tuple[str, tuple[str, ...]], by: Authority) -> None:
    subject, paragraphs = said
    for email in claim.emails:
        mail = Mail(
            kind="rattachement",
            recipient=email,
            subject=" ".join(subject.split()),
            paragraphs=paragraphs,
            button=("Ouvrir mon évaluation", f"{by.entrance}/e/{claim.establishment_id}/"),
        )
        post_mail(uow, mail, at=by.at)
