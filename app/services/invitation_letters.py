"""The words of the mail that carries a personal link."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from app.domain.roles import ROLE_WORDS, Role
from app.services.authors import Author
from app.services.mail import Mail

INVITATION_DAYS = 30
"""How long a personal link is good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationWish:
    """Who is invited, to what."""

    email: str
    role: Role
    function: str
    establishment_id: UUID | None
    """None for the staff of the service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the mail needs to know of where it comes from."""

    service_name: str
    entrance: str
    """Public address of the entrance, without a trailing slash: `https://host/slug`."""
    key: str = ""
    """One-use key of the form it was asked with."""

    def link(self, token: str) -> str:
        """The personal link of that token."""
        return f"{self.entrance}/invitation/{token}"


def invitation_mail(
    wish: InvitationWish, letter: Letter, token: str, *, firm: str | None, author: Author | None
) -> Mail:
    """The mail of an invitation to a firm, by its author or by the service itself; `firm` is None for the staff."""
    until = f"Le lien est personnel. Il sert une fois, pendant {INVITATION_DAYS} jours."
    ignore = "Si ce message ne vous dit rien, laissez-le : rien ne se passe sans vous."
    if firm is None:
        subject = f"Votre accès à Jalon pour {letter.service_name}"
        first = f"{letter.service_name} vous ouvre un accès à Jalon, comme {ROLE_WORDS[wish.role]}."
    elif author is None:
        subject = f"{firm} : votre évaluation des risques est prête à commencer"
        first = (
            f"{letter.service_name} vous invite à évaluer les risques au travail de {firm}. "
            "Votre entreprise est déjà remplie, il ne vous reste qu'à répondre."
        )
    else:
        subject = f"{firm} : invitation à l'évaluation des risques"
        first = (
            f"{firm} vous invite à son évaluation des risques au travail. Cette invitation vient de : {author.words}."
        )
    return Mail(
        kind="invitation",
        recipient=wish.email,
        subject=subject,
        paragraphs=(first, until, ignore),
        button=("Ouvrir l'invitation", letter.link(token)),
        sensitive=True,
    )
