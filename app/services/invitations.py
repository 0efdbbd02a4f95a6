"""Personal links that make their reader a member: of an establishment, or of the staff of the service.

The token travels in the link and nowhere else; the database keeps its hash. An invitation of the staff is accepted by
the address it was sent to; one of a firm by whoever holds it, since an assistant may open the mail of the owner.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.email_addresses import email_key
from app.domain.roles import FIRM_ROLES, ROLE_WORDS, Role
from app.models.account import Account
from app.models.engine import Database
from app.models.membership import Invitation, Membership
from app.services.authors import Author
from app.services.establishments import known_establishment, state_on
from app.services.facts import Act, FactKind, note_fact
from app.services.invitation_letters import INVITATION_DAYS, InvitationWish, Letter, invitation_mail
from app.services.members import Member, memberships_of, token_hash
from app.services.once import key_of, mark_done, refuse_twice
from app.services.outbox import post_mail

MOST_PENDING = 20
"""Links an establishment may have out at once: the portal is not to send mail to a list of strangers."""
_PURPOSE = "invitation"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    OPEN = "ouverte"
    USED = "utilisee"
    EXPIRED = "expiree"
    REVOKED = "annulee"


class InvitationClosed(Exception):
    """The link opens nothing any more, or nothing at all (`state` is then None)."""

    def __init__(self, state: InvitationState | None) -> None:
        super().__init__(state)
        self.state = state


class WrongAddress(Exception):
    """An invitation of the staff was opened by another account than the one it was sent to."""


class AlreadyMember(Exception):
    """The person invited is a member of the establishment with that role, or a wider one."""


class TooManyInvitations(Exception):
    """The establishment has as many links out as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation that was made, and its link."""

    invitation_id: UUID
    link: str
    expires_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmFacts:
    """What the service filled in of the establishment beforehand."""

    name: str
    siret: str
    naf: str
    naf_label: str
    headcount: int
    headcount_on: date
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRead:
    """An invitation as its page tells it."""

    invitation_id: UUID
    state: InvitationState
    role: Role
    function: str
    email: str
    expires_on: date
    establishment_id: UUID | None
    firm: FirmFacts | None
    """None for the staff of the service."""
    used_by: UUID | None


def invite(
    database: Database,
    wish: InvitationWish,
    letter: Letter,
    *,
    service_id: UUID,
    author: Author | None,
    on: date,
    at: datetime,
) -> Invited:
    """Makes a personal link good for thirty days, and posts it in the same transaction.

    `author` is who invites in the firm; None when the service itself does, which is a fact that indicators count.
    Raises AlreadyMember, TooManyInvitations, UnknownEstablishment, AlreadyDone.
    """
    token, key = secrets.token_urlsafe(32), key_of(letter.key, wish)
    with database.unit_of_work(service_id=service_id) as uow:
        firm = None
        if wish.establishment_id is not None:
            # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
            firm = known_establishment(uow, wish.establishment_id, lock=True).name
        refuse_twice(uow, key, purpose=_PURPOSE)
        _refuse_member(uow, wish, on)
        _replace_pending(uow, wish, on=on, at=at)
        row = Invitation(
            establishment_id=wish.establishment_id,
            role=wish.role.value,
            function=wish.function,
            email=wish.email,
            token_sha256=token_hash(token),
            created_at=at,
            expires_on=on + timedelta(days=INVITATION_DAYS),
            used_at=None,
            used_by=None,
            revoked_at=None,
        )
        uow.add(row)
        mail = None
        if wish.email:
            mail = post_mail(uow, invitation_mail(wish, letter, token, firm=firm, author=author), at=at)
        if wish.establishment_id is not None and author is None:
            act = Act(
                kind=FactKind.INVITED,
                on=on,
                at=at,
                actor_role=letter.service_name,
                format="courriel" if mail else "imprime",
            )
            fact_id = note_fact(uow, wish.establishment_id, act)
            if mail is not None:
                mail.fact_id = fact_id
        uow.flush()
        mark_done(uow, key, purpose=_PURPOSE, outcome=str(row.id), at=at)
    return Invited(invitation_id=row.id, link=letter.link(token), expires_on=row.expires_on)


def read_invitation(session: Session, token: str, *, on: date) -> InvitationRead | None:
    """The invitation of that token, None when this service has none."""
    row = session.scalar(select(Invitation).where(Invitation.token_sha256 == token_hash(token)))
    if row is None:
        return None
    return InvitationRead(
        invitation_id=row.id,
        state=_state(row, on),
        role=Role(row.role),
        function=row.function,
        email=row.email,
        expires_on=row.expires_on,
        establishment_id=row.establishment_id,
        firm=_firm(session, row.establishment_id, on) if row.establishment_id else None,
        used_by=row.used_by,
    )


def accept_invitation(
    database: Database, token: str, account_id: UUID, *, service_id: UUID, on: date, at: datetime
) -> UUID | None:
    """Makes the account a member, and returns the establishment (None for the staff).

    Who is a member already keeps the wider of both roles. Accepting again what one has accepted changes nothing.
    Raises InvitationClosed, WrongAddress.
    """
    with database.unit_of_work(service_id=service_id) as uow:
        row = uow.scalar(select(Invitation).where(Invitation.token_sha256 == token_hash(token)))
        if row is None:
            raise InvitationClosed(None)
        state = _state(row, on)
        if state is InvitationState.USED and row.used_by == account_id:
            return row.establishment_id
        if state is not InvitationState.OPEN:
            raise InvitationClosed(state)
        if row.establishment_id is None:
            _refuse_other_address(uow, row, account_id)
        else:
            known_establishment(uow, row.establishment_id, lock=True)
        row.used_at, row.used_by = at, account_id
        _join(uow, row, account_id, on=on, at=at)
        return row.establishment_id


def revoke_invitation(
    database: Database, invitation_id: UUID, *, service_id: UUID, establishment_id: UUID | None, at: datetime
) -> str:
    """Ends a link of that establishment before its day, and returns where it was sent.

    Nothing when it is used or ended already. Raises LookupError when the establishment has no such invitation.
    """
    with database.unit_of_work(service_id=service_id) as uow:
        row = uow.get(Invitation, invitation_id)
        if row is None or row.establishment_id != establishment_id:
            raise LookupError(str(invitation_id))
        if row.used_at is None and row.revoked_at is None:
            row.revoked_at = at
        return row.email


def _state(row: Invitation, on: date) -> InvitationState:
    if row.used_at is not None:
        return InvitationState.USED
    if row.revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if row.expires_on < on else InvitationState.OPEN


def _firm(session: Session, establishment_id: UUID, on: date) -> FirmFacts:
    row = known_establishment(session, establishment_id)
    state = state_on(session, establishment_id, on)
    return FirmFacts(
        name=row.name,
        siret=row.siret or "",
        naf=state.naf,
        naf_label=state.naf_label,
        headcount=state.headcount,
        headcount_on=state.headcount_on,
        address=row.address,
    )


def _refuse_member(uow: Session, wish: InvitationWish, on: date) -> None:
    account = uow.scalar(select(Account.id).where(Account.email_key == email_key(wish.email))) if wish.email else None
    if account is None:
        return
    held = _held(memberships_of(uow, account, on=on), wish.establishment_id)
    if any(_covers(member.role, wish.role) for member in held):
        raise AlreadyMember


def _replace_pending(uow: Session, wish: InvitationWish, *, on: date, at: datetime) -> None:
    """A second invitation to the same person replaces the first: one link works, the last one sent."""
    here = (
        Invitation.establishment_id.is_(None)
        if wish.establishment_id is None
        else Invitation.establishment_id == wish.establishment_id
    )
    waiting = select(Invitation).where(here, Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    kept = 0
    for row in uow.scalars(waiting):
        if wish.email and email_key(row.email) == email_key(wish.email):
            row.revoked_at = at
        else:
            kept += row.expires_on >= on
    if wish.establishment_id is not None and kept >= MOST_PENDING:
        raise TooManyInvitations


def _refuse_other_address(uow: Session, row: Invitation, account_id: UUID) -> None:
    account = uow.get(Account, account_id)
    if account is None or account.email_key != email_key(row.email):
        raise WrongAddress


def _join(uow: Session, row: Invitation, account_id: UUID, *, on: date, at: datetime) -> None:
    held = _held(memberships_of(uow, account_id, on=on), row.establishment_id)
    role = Role(row.role)
    if any(_covers(member.role, role) for member in held):
        return
    first = row.establishment_id is not None and not _ever_opened(uow, row.establishment_id)
    if role in FIRM_ROLES:
        for member in held:  # the wider role replaces the narrower one
            narrower = uow.get(Membership, member.membership_id)
            if narrower is not None:
                narrower.to_on = on - timedelta(days=1)
    uow.add(
        Membership(
            account_id=account_id,
            establishment_id=row.establishment_id,
            role=role.value,
            function=row.function,
            from_on=on,
            to_on=None,
            created_at=at,
        )
    )
    if first and row.establishment_id is not None:
        words = row.function or ROLE_WORDS[role]
        note_fact(uow, row.establishment_id, Act(kind=FactKind.ACCOUNT_OPENED, on=on, at=at, actor_role=words))


def _ever_opened(uow: Session, establishment_id: UUID) -> bool:
    known = select(Membership.id).where(Membership.establishment_id == establishment_id).limit(1)
    return uow.scalar(known) is not None


def _held(members: tuple[Member, ...], establishment_id: UUID | None) -> list[Member]:
    return [member for member in members if member.establishment_id == establishment_id]


def _covers(held: Role, wanted: Role) -> bool:
    """Whether who holds a role needs no other: roles of a firm go from wide to narrow, those of the staff add up."""
    if held in FIRM_ROLES and wanted in FIRM_ROLES:
        return FIRM_ROLES.index(held) <= FIRM_ROLES.index(wanted)
    return held is wanted
