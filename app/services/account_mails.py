"""The mails of an account. One leaves whether the address has an account or not: only its reader learns which."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.mail import Mail
from app.services.sign_in_codes import Purpose

_LASTS = "Ce code sert une fois, pendant 10 minutes, dans le navigateur où vous l'avez demandé."
_KEEP = "Ne le donnez à personne : ni Jalon ni votre service ne vous le demandent."
_NOT_YOU = "Vous n'avez rien demandé ? Ignorez ce message : personne n'entre sans ce code."


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who is written to, and the service that writes."""

    email: str
    service_name: str
    phone: str


def code_mail(to: Recipient, purpose: Purpose, code: str, *, known: bool) -> Mail:
    """The mail of a code; an unknown address is offered an account, a known one is let in."""
    subject, first = _words(purpose, to.service_name, known=known)
    return Mail(
        kind=f"code_{purpose.value}",
        recipient=to.email,
        subject=subject,
        paragraphs=(first, _LASTS, _KEEP, _NOT_YOU),
        code=code,
        sensitive=True,
    )


def _words(purpose: Purpose, service: str, *, known: bool) -> tuple[str, str]:
    if purpose is Purpose.ADDRESS:
        return (
            "Votre code pour changer d'adresse",
            f"Voici le code qui fait de cette adresse celle de votre compte Jalon, chez {service}.",
        )
    if not known and purpose is Purpose.SIGN_UP:
        return "Votre code pour ouvrir votre compte", f"Voici le code qui ouvre votre compte Jalon, chez {service}."
    if not known:
        return (
            "Votre code pour ouvrir un compte",
            f"Cette adresse n'a pas encore de compte Jalon chez {service}. Voici le code qui en ouvre un.",
        )
    if purpose is Purpose.SIGN_UP:
        return (
            "Vous avez déjà un compte",
            f"Vous avez déjà un compte Jalon à cette adresse. Voici le code qui vous y connecte, chez {service}.",
        )
    if purpose is Purpose.PASSWORD:
        return (
            "Votre code pour choisir un mot de passe",
            f"Voici le code qui vous laisse choisir un nouveau mot de passe pour Jalon, chez {service}.",
        )
    return "Votre code pour vous connecter", f"Voici le code qui vous connecte à Jalon, chez {service}."


def address_changed_mail(to: Recipient) -> Mail:
    """The notice to the address an account leaves; it does not repeat the new one."""
    return Mail(
        kind="adresse_changee",
        recipient=to.email,
        subject="L'adresse de votre compte a changé",
        paragraphs=(
            "Votre compte Jalon a maintenant une autre adresse e-mail. Celle-ci ne vous y connecte plus.",
            f"Ce n'est pas vous ? Prévenez tout de suite {_reach(to)}.",
        ),
    )


def password_changed_mail(to: Recipient) -> Mail:
    """The notice that a password was chosen or changed."""
    return Mail(
        kind="mot_de_passe_change",
        recipient=to.email,
        subject="Votre mot de passe a changé",
        paragraphs=(
            "Le mot de passe de votre compte Jalon est choisi ou changé. Les autres appareils sont déconnectés.",
            f"Ce n'est pas vous ? Demandez un code depuis la page « Mot de passe oublié », puis prévenez {_reach(to)}.",
        ),
    )


def closed_mail(to: Recipient) -> Mail:
    """The last mail an account is sent."""
    return Mail(
        kind="compte_ferme",
        recipient=to.email,
        subject="Votre compte Jalon est fermé",
        paragraphs=(
            "Votre compte est fermé et votre adresse e-mail en est effacée.",
            f"La loi garde les versions validées de vos documents : elles restent aux archives de {to.service_name}.",
            f"Ce n'est pas vous ? Prévenez {_reach(to)}.",
        ),
    )


def _reach(to: Recipient) -> str:
    return f"{to.service_name}, au {to.phone}" if to.phone else to.service_name
