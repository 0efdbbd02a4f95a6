"""The people of the demonstration, listed on its sign-in page; nowhere else is a password written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.email_addresses import email_key
from app.domain.roles import Role
from app.models.account import Account

PASSWORD = "thym-romarin-cade"  # noqa: S105 (public: the demonstration listens on this machine only)
"""Password of everybody in the demonstration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """Somebody of the demonstration."""

    email: str
    role: str
    """In words: « Gérante », « Préventrice »."""
    firm: str
    """The establishment, or the service for its staff."""
    password: str = PASSWORD
    totp_seed: str = ""
    """What the authenticator of the staff is derived from (app.services.second_factor); empty for employers."""
    sees: str = ""
    """What one finds by signing in, in a few words."""


STAFF: tuple[tuple[str, Role, str], ...] = (
    ("ergonome@garrigues.example", Role.ADVISER, "ergonome"),
    ("infirmiere@garrigues.example", Role.ADVISER, "infirmière en santé au travail"),
    ("pilote@garrigues.example", Role.PILOT, "responsable du CPOM"),
    ("admin@garrigues.example", Role.ADMIN, "assistante du service"),
)
"""Address, role and function of the staff of the service."""

NURSE = "infirmiere@garrigues.example"
PROFESSIONS_OF = {"ergonome@garrigues.example": "ergonome", NURSE: "infirmier"}
"""Trade of those who advise (app.domain.activity)."""

SECTORS_OF = {"infirmiere@garrigues.example": ("Trois Ponts",)}
"""Sectors of those who do not follow all of them."""

CONTRIBUTOR = "secteur@aide.example"
READER = "cse@aide.example"
ACCOUNTANT = "cabinet@comptes.example"
"""Addresses of those who keep the answers of somebody else's firm."""


def seed_of(email: str) -> str:
    """What the authenticator of somebody of the demonstration is derived from: always the same, and public."""
    return sha256(f"jalon demo {email}".encode()).hexdigest()[:32]


_SERVICE = "Santé Travail des Garrigues"

DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount(
        email="gerante@toitures.example",
        role="Gérante",
        firm="Toitures de Sauveclaire",
        sees="une demande de la préventrice, une action en retard",
    ),
    DemoAccount(
        email="gerant@auberge.example",
        role="Gérant",
        firm="Auberge du Gué",
        sees="un thème à moitié rempli, une aide demandée",
    ),
    DemoAccount(
        email="gerante@epicerie.example",
        role="Gérante",
        firm="Épicerie de Sauveclaire",
        sees="une entreprise toute neuve, sans unité de travail",
    ),
    DemoAccount(
        email="gerante@couverture.example",
        role="Gérante",
        firm="Couverture d'exemple",
        sees="un thème terminé, rien n'est validé",
    ),
    DemoAccount(
        email="directeur@maconnerie.example",
        role="Directeur",
        firm="Maçonnerie des Trois Ponts",
        sees="un thème soumis pour avis",
    ),
    DemoAccount(
        email="directrice@menuiserie.example",
        role="Directrice",
        firm="Menuiserie du Val Sauveclair",
        sees="deux versions, la seconde transmise avec son reçu",
    ),
    DemoAccount(
        email="gerant@transports.example",
        role="Gérant",
        firm="Transports Sauveclairois",
        sees="trois actions en retard, d'autres faites ou abandonnées",
    ),
    DemoAccount(
        email="directeur@residence.example",
        role="Directeur",
        firm="Résidence des Deux Cyprès",
        sees="le programme annuel, à partir de 50 salariés",
    ),
    DemoAccount(
        email="boulanger@fournil.example",
        role="Gérant",
        firm="Boulangerie d'exemple",
        sees="une première version, transmise",
    ),
    DemoAccount(
        email="directrice@aide.example",
        role="Directrice",
        firm="Association d'aide à domicile d'exemple",
        sees="un thème relu, les personnes invitées",
    ),
    DemoAccount(
        email=CONTRIBUTOR,
        role="Responsable de secteur, peut répondre",
        firm="Association d'aide à domicile d'exemple",
        sees="la même entreprise, sans pouvoir valider",
    ),
    DemoAccount(
        email=READER,
        role="Membre du CSE, lecture seule",
        firm="Association d'aide à domicile d'exemple",
        sees="la même entreprise, en lecture",
    ),
    DemoAccount(
        email=ACCOUNTANT,
        role="Expert-comptable, peut répondre",
        firm="Auberge du Gué, Boulangerie d'exemple, Épicerie de Sauveclaire",
        sees="trois entreprises d'un seul compte",
    ),
    DemoAccount(
        email="gerant@clairlogis.example",
        role="Gérant",
        firm="Bureau d'études Clairlogis",
        sees="un thème sans objet, un SIRET fermé",
    ),
    DemoAccount(
        email="gerante@traiteur.example",
        role="Gérante",
        firm="Traiteur de la Combe",
        sees="une entreprise inscrite d'elle-même, à rattacher",
    ),
    *(
        DemoAccount(email=email, role=words, firm=_SERVICE, totp_seed=seed_of(email), sees=sees)
        for (email, _, _), words, sees in zip(
            STAFF,
            ("Préventrice", "Infirmière", "Pilote du CPOM", "Administratrice"),
            (
                "sa file, les dossiers ouverts, la bibliothèque",
                "les mêmes dossiers, à deux",
                "l'accueil du service",
                "l'accueil du service",
            ),
            strict=True,
        )
    ),
)
"""Everybody who can sign in to the demonstration, in the order of the list."""


def demo_accounts(session: Session) -> tuple[DemoAccount, ...]:
    """Those of the demonstration whose account exists, in their order."""
    keys = [email_key(account.email) for account in DEMO_ACCOUNTS]
    found = set(session.scalars(select(Account.email_key).where(Account.email_key.in_(keys)))) if keys else set()
    return tuple(account for account in DEMO_ACCOUNTS if email_key(account.email) in found)


def accounts_table(people: Sequence[DemoAccount]) -> list[str]:
    """Who may sign in to the demonstration: addresses, what each sees, and the password, once for all."""
    if not people:
        return []
    widths = [max(len(column) for column in columns) for columns in zip(*map(_columns, people), strict=True)]
    lines = ["Comptes de la démonstration, aussi sur la page de connexion :"]
    for person in people:
        cells = [cell.ljust(width) for cell, width in zip(_columns(person), widths, strict=True)]
        lines.append("  " + "  ".join(cells).rstrip())
    passwords = sorted({person.password for person in people})
    lines.append(f"Mot de passe : {' ou '.join(passwords)}")
    if any(person.totp_seed for person in people):
        lines.append("Second facteur du personnel : le code s'affiche sur la page qui le demande.")
    return lines


def _columns(person: DemoAccount) -> tuple[str, str]:
    return person.email, f"{person.firm} : {person.sees}"
