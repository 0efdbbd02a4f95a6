"""The words by which the service invites its members: a mail, or what its printed letter says."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.invitation_letters import INVITATION_DAYS
from app.services.mail import Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingWords:
    """What the service says in every letter of a mailing."""

    service_name: str
    own: str
    """The service's own words (its settings); empty for none."""
    campaign: str = ""
    """One sentence on the campaign; empty without."""


def mailing_mail(firm: str, recipient: str, link: str, *, words: MailingWords, again: bool, known: bool) -> Mail:
    """The mail that invites a firm; `again` when it was invited before, `known` when it has an account already."""
    subject = f"{firm} : votre évaluation des risques est prête à commencer"
    if known:
        subject = f"{firm} : votre évaluation des risques au travail"
    elif again:
        subject = f"Rappel pour {firm} : votre évaluation des risques est prête à commencer"
    return Mail(
        kind="invitation",
        recipient=recipient,
        subject=subject,
        paragraphs=tuple(part for part in _parts(firm, words, again=again, known=known) if part),
        button=("Ouvrir mon évaluation" if known else "Ouvrir l'invitation", link),
        sensitive=not known,
    )


def _parts(firm: str, words: MailingWords, *, again: bool, known: bool) -> tuple[str, ...]:
    own = tuple(" ".join(line.split()) for line in words.own.splitlines())
    ignore = "Si ce message ne vous dit rien, laissez-le : rien ne se passe sans vous."
    if known:
        first = f"{words.service_name} vous propose d'avancer sur l'évaluation des risques au travail de {firm}."
        return (first, words.campaign, *own, "Votre compte est déjà ouvert : vos réponses vous attendent.", ignore)
    first = (
        f"{words.service_name} vous invite à évaluer les risques au travail de {firm}. "
        "Votre entreprise est déjà remplie, il ne vous reste qu'à répondre."
    )
    until = f"Le lien est personnel. Il sert une fois, pendant {INVITATION_DAYS} jours."
    before = "Ce lien remplace celui du message précédent." if again else ""
    return (first, words.campaign, *own, until, before, ignore)
