"""The service invites many of its members at once: by mail, or by letters to print.

Each firm gets its own personal link. Everything is written in one transaction: links, mails, and the facts that
indicators count; a mail that the server refuses for good takes its fact back (mail_fates).
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.domain.email_addresses import email_key
from app.domain.roles import ROLE_WORDS, Role
from app.models.account import Account
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.models.fact import Fact
from app.models.membership import Invitation, Membership
from app.models.service import Service
from app.models.upserts import change_rows
from app.services.facts import Act, FactKind, note_facts
from app.services.invitation_letters import INVITATION_DAYS, Letter
from app.services.mailing_letters import MailingWords, mailing_mail
from app.services.members import token_hash
from app.services.once import mark_done, refuse_twice
from app.services.outbox import post_mail

MOST_AT_ONCE = 500
"""Firms one act may invite: a slip of the hand does not write to the whole department."""
REST = timedelta(days=3)
"""A firm that was written to is left in peace for so long."""
_PURPOSE = "invitations"


class Way(StrEnum):
    """How an invitation leaves; the code is the `format` of its fact."""

    MAIL = "courriel"
    PRINTED = "imprime"


class Skip(StrEnum):
    """Why a firm was not invited."""

    NOT_A_MEMBER = "pas_adherent"
    NO_EMAIL = "sans_adresse"
    ACCOUNT_OPEN = "compte_ouvert"
    RECENT = "invitee_recemment"


class TooManyAtOnce(ValueError):
    """More firms were asked for than one act may invite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """How firms are invited: the letter they get, who sends it and when."""

    letter: Letter
    """Names the service and its entrance; `key` is the one-use key of the form."""
    way: Way
    on: date
    at: datetime
    account_id: UUID | None = None
    """Who of the service sends it; None for a command."""
    words: str = ""
    """A sentence on the campaign, in French; empty without."""
    rest: timedelta = REST
    """A firm that was written to less long ago is left in peace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedFirm:
    """A firm that was invited, with the link it was given."""

    establishment_id: UUID
    name: str
    siret: str
    address: str
    postal_code: str
    email: str
    """Where the mail goes; empty when it is printed."""
    link: str
    personal: bool
    """False for a firm whose account is open: the link leads to the page where one signs in."""
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingDone:
    """What came of a mailing."""

    invited: tuple[InvitedFirm, ...]
    skipped: tuple[tuple[UUID, Skip], ...]

    def skipped_for(self, why: Skip) -> int:
        """How many firms were left for that reason."""
        return sum(reason is why for _firm, reason in self.skipped)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of the firms before anything is written."""

    rows: dict[UUID, EstablishmentRow]
    employers: dict[UUID, list[str]]
    """Addresses of the accounts that decide there; a firm that is here has an account open."""
    last: dict[UUID, datetime]
    """When each was last invited, refused mails left out."""


def invite_many(
    database: Database, service_id: UUID, establishment_ids: Sequence[UUID], *, campaign: str, mailing: Mailing
) -> MailingDone:
    """Invites those members of the service, as the service itself; `campaign` is the code their facts carry, or empty.

    Left out, with the reason: who is no member, who has no address (by mail), who was written to lately
    (by mail), and who has an account already when no campaign calls. A firm whose account is open gets, for a campaign,
    a mail to its employers without a personal link. Raises TooManyAtOnce, AlreadyDone.
    """
    wanted = list(dict.fromkeys(establishment_ids))
    if len(wanted) > MOST_AT_ONCE:
        raise TooManyAtOnce(len(wanted))
    with database.unit_of_work(service_id=service_id) as uow:
        standing = _standing(uow, wanted)
        refuse_twice(uow, mailing.letter.key, purpose=_PURPOSE)
        skipped = {each: why for each in wanted if (why := _skip(standing, each, campaign, mailing)) is not None}
        rows = [standing.rows[each] for each in wanted if each not in skipped]
        act = Act(
            kind=FactKind.INVITED,
            on=mailing.on,
            at=mailing.at,
            actor_role=mailing.letter.service_name,
            campaign=campaign,
            format=mailing.way.value,
            account_id=mailing.account_id,
        )
        facts = note_facts(uow, rows, act)
        _revoke_replaced(uow, [row for row in rows if mailing.way is Way.MAIL], at=mailing.at)
        host = uow.get_one(Service, service_id)  # held until the end: each mail asks for it
        words = MailingWords(
            service_name=mailing.letter.service_name,
            own=host.invitation_words,
            campaign=mailing.words,
        )
        invited = tuple(_invite(uow, row, standing, mailing, words, facts.get(row.id)) for row in rows)
        mark_done(uow, mailing.letter.key, purpose=_PURPOSE, outcome=str(len(invited)), at=mailing.at)
    return MailingDone(invited=invited, skipped=tuple(skipped.items()))


def last_invitations(session: Session, establishment_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When each establishment was last invited by the service; those whose mail was refused do not count."""
    void = aliased(Fact)
    sent = (
        select(Fact.establishment_id, Fact.recorded_at)
        .outerjoin(void, void.voids_id == Fact.id)
        .where(
            Fact.establishment_id.in_(list(establishment_ids)),
            Fact.kind == FactKind.INVITED.value,
            void.id.is_(None),
        )
        .order_by(Fact.recorded_at)
    )
    return {row.establishment_id: row.recorded_at for row in session.execute(sent)}


def _standing(uow: Session, ids: list[UUID]) -> _Standing:
    # Locked in one order: two mailings that share firms wait for each other, and the second one sees the first.
    query = select(EstablishmentRow).where(
        EstablishmentRow.id.in_(ids),
        EstablishmentRow.attachment == "rattache",
        EstablishmentRow.claim_state == "",
    )
    rows = {row.id: row for row in uow.scalars(query.order_by(EstablishmentRow.id).with_for_update())}
    held = (
        select(Membership.establishment_id, Account.email)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.establishment_id.in_(ids),
            Membership.role == Role.EMPLOYER.value,
            Membership.to_on.is_(None),
            Account.closed_at.is_(None),
        )
        .order_by(Membership.created_at, Membership.id)
    )
    employers: dict[UUID, list[str]] = defaultdict(list)
    for row in uow.execute(held):
        employers[row.establishment_id].append(row.email)
    return _Standing(rows, dict(employers), last_invitations(uow, ids))


def _skip(standing: _Standing, establishment_id: UUID, campaign: str, mailing: Mailing) -> Skip | None:
    row = standing.rows.get(establishment_id)
    if row is None:
        return Skip.NOT_A_MEMBER
    known = establishment_id in standing.employers
    if known and not campaign:
        return Skip.ACCOUNT_OPEN
    if mailing.way is Way.PRINTED:
        return None
    if not known and not row.contact_email:
        return Skip.NO_EMAIL
    last = standing.last.get(establishment_id)
    return Skip.RECENT if last is not None and last > mailing.at - mailing.rest else None


def _revoke_replaced(uow: Session, rows: list[EstablishmentRow], *, at: datetime) -> None:
    """A second mail to the same address replaces the first: one link works, the last one sent."""
    addresses = {row.id: email_key(row.contact_email) for row in rows if row.contact_email}
    waiting = select(Invitation).where(
        Invitation.establishment_id.in_(list(addresses)),
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
        Invitation.email != "",
    )
    replaced = [
        row
        for row in uow.scalars(waiting)
        if row.establishment_id is not None and email_key(row.email) == addresses[row.establishment_id]
    ]
    change_rows(uow, [(row, {"revoked_at": at}) for row in replaced])


def _invite(
    uow: Session,
    row: EstablishmentRow,
    standing: _Standing,
    mailing: Mailing,
    words: MailingWords,
    fact_id: UUID | None,
) -> InvitedFirm:
    known = standing.employers.get(row.id, [])
    letter = mailing.letter
    until = mailing.on + timedelta(days=INVITATION_DAYS)
    if known:
        link = f"{letter.entrance}/connexion"
    else:
        token = secrets.token_urlsafe(32)
        link = letter.link(token)
        uow.add(_link_row(row, token, mailing, until))
    recipients = (known or [row.contact_email]) if mailing.way is Way.MAIL else []
    for recipient in recipients:
        again = row.id in standing.last
        mail = mailing_mail(row.name, recipient, link, words=words, again=again, known=bool(known))
        post_mail(uow, mail, at=mailing.at).fact_id = fact_id
    return InvitedFirm(
        establishment_id=row.id,
        name=row.name,
        siret=row.siret or "",
        address=row.address,
        postal_code=row.postal_code,
        email=", ".join(recipients),
        link=link,
        personal=not known,
        expires_on=until,
    )


def _link_row(row: EstablishmentRow, token: str, mailing: Mailing, until: date) -> Invitation:
    return Invitation(
        establishment_id=row.id,
        role=Role.EMPLOYER.value,
        function=ROLE_WORDS[Role.EMPLOYER],
        email=row.contact_email if mailing.way is Way.MAIL else "",
        token_sha256=token_hash(token),
        created_at=mailing.at,
        expires_on=until,
        used_at=None,
        used_by=None,
        revoked_at=None,
    )
