"""The mails that tell the people of a firm what their service said: one for each act, none for an internal note.

They quote nothing: whoever runs the service reads the mails it sends, and never an answer of a firm. The button opens
the very message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.domain.roles import Role
from app.domain.typography import french_date
from app.models.account import Account
from app.models.membership import Membership
from app.services.mail import Mail

_WORDS: Mapping[str, tuple[str, str, str]] = {
    "conseil": (
        "Un conseil sur le thème « {about} »",
        "{service} a lu vos réponses et vous donne un conseil sur le thème « {about} ».",
        "Rien n'est attendu de vous. Vous pouvez répondre si vous le souhaitez.",
    ),
    "question": (
        "Une question sur le thème « {about} »",
        "{service} a lu vos réponses et vous pose une question sur le thème « {about} ».",
        "Répondez quand vous pouvez, en quelques mots.",
    ),
    "demande": (
        "Une modification demandée sur le thème « {about} »",
        "{service} a lu vos réponses et vous demande d'en préciser une sur le thème « {about} », avant le {due}.",
        "Changez votre réponse ou répondez au message. Votre document, lui, n'attend pas : vous le validez quand vous "
        "voulez.",
    ),
    "proposition": (
        "Une mesure proposée sur le thème « {about} »",
        "{service} vous propose une mesure de prévention sur le thème « {about} ».",
        "Vous la retenez ou non, d'un appui : c'est vous qui décidez.",
    ),
    "relecture": (
        "La relecture du thème « {about} » est terminée",
        "{service} a lu ce que vous lui avez soumis sur le thème « {about} », et n'attend plus rien de vous.",
        "Ses conseils restent dans vos échanges. Ils n'engagent que vous : vous validez votre document.",
    ),
}
"""Kind of act -> subject, first sentence, what is expected."""
_BUTTONS = {"demande": "Lire la demande", "question": "Lire la question", "relecture": "Ouvrir vos échanges"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a mail tells."""

    kind: str
    """A kind of exchange, or `relecture` for a review that is closed."""
    service_name: str
    author_role: str
    firm: str
    about: str
    """Short title of the theme: « Chaleur »."""
    link: str
    """Address of the message."""
    due_on: date | None = None


def employers_of(session: Session, establishment_id: UUID, *, on: date) -> tuple[str, ...]:
    """The addresses of the employers of an establishment that day, each once, in their order."""
    query = (
        select(Account.email)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.establishment_id == establishment_id,
            Membership.role == Role.EMPLOYER.value,
            Membership.from_on <= on,
            or_(Membership.to_on.is_(None), Membership.to_on >= on),
            Account.closed_at.is_(None),
        )
        .order_by(Membership.created_at, Account.email)
    )
    return tuple(dict.fromkeys(email for email in session.scalars(query) if email))


def advice_mail(told: Told, recipient: str) -> Mail:
    """The mail of an act to one person."""
    subject, first, expected = _WORDS[told.kind]
    due = french_date(told.due_on) if told.due_on else ""
    values = {"about": told.about, "service": told.service_name, "due": due}
    return Mail(
        kind=f"echange_{told.kind}",
        recipient=recipient,
        subject=subject.format_map(values),
        paragraphs=(
            first.format_map(values),
            f"Entreprise : {told.firm}. Ce message vient de : {told.author_role}.",
            expected,
        ),
        button=(_BUTTONS.get(told.kind, "Lire le message"), told.link),
    )
