"""Who acts, and where: worked out once per request by `app.web.access`, read by views and templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g

from app.domain.roles import ROLE_WORDS, STAFF_ROLES, Role
from app.domain.workflow import Actor
from app.services.authors import Author
from app.services.faces import Face
from app.services.members import Member, TrialPass


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The account signed in on this browser, as Flask-Login holds it."""

    account_id: UUID
    session_id: UUID
    token: str
    email: str
    staff: bool
    """The second factor was given."""
    last_seen_at: datetime

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie carries: the token of the session, never the account."""
        return self.token


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The entrance, the person and the establishment of a request."""

    face: Face
    viewer: Viewer | None
    members: tuple[Member, ...]
    """Every membership of the viewer in this service."""
    establishment: UUID | None
    member: Member | None
    """The membership the request is answered under; None for a try-out."""
    trial: TrialPass | None

    @property
    def slug(self) -> str:
        """Name of the service in addresses."""
        return self.face.slug

    @property
    def establishment_id(self) -> UUID:
        """The establishment of the page; raises LookupError on a page of none."""
        if self.establishment is None:
            raise LookupError("this page is about no establishment")
        return self.establishment

    @property
    def role(self) -> Role:
        """The role held here; who tries without an account is the employer of what he fills."""
        return self.member.role if self.member else Role.EMPLOYER

    @property
    def may_write(self) -> bool:
        """Whether answers may be given: everybody of the firm but its readers."""
        return self.role in {Role.EMPLOYER, Role.CONTRIBUTOR}

    @property
    def may_decide(self) -> bool:
        """Whether versions, transmissions and people are theirs to decide: the employer with an account."""
        return self.role is Role.EMPLOYER and self.trial is None

    @property
    def staff(self) -> Member | None:
        """The first membership in the service itself; None for who is not of its staff."""
        return next((member for member in self.members if member.role in STAFF_ROLES), None)

    @property
    def staff_roles(self) -> frozenset[Role]:
        """What the viewer may do in the service itself."""
        return frozenset(member.role for member in self.members if member.role in STAFF_ROLES)

    @property
    def author(self) -> Author:
        """Who signs what is done in this request."""
        if self.member is None:
            return Author(words="essai sans compte", actor=Actor.EMPLOYER, account_id=None)
        actors = {Role.EMPLOYER: Actor.EMPLOYER, Role.CONTRIBUTOR: Actor.CONTRIBUTOR, Role.READER: Actor.CONTRIBUTOR}
        return Author(
            words=self.member.function or ROLE_WORDS[self.member.role],
            actor=actors.get(self.member.role, Actor.ADVISER),
            account_id=self.viewer.account_id if self.viewer else None,
        )


def scope() -> Scope:
    """The scope of this request; raises LookupError outside an entrance."""
    found = g.get("scope")
    if not isinstance(found, Scope):
        raise LookupError("this page is outside every entrance")
    return found
