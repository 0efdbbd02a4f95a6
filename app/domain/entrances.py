"""How the entrance of a service is named in addresses: `/<slug>/`, without ever hiding a page of the portal itself."""

from __future__ import annotations

import re
from typing import Final

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{1,38}", re.ASCII)

RESERVED: Final = frozenset(
    {
        "accessibilite",
        "admin",
        "api",
        "compte",
        "connexion",
        "courriels",
        "demo",
        "exemples",
        "healthz",
        "inscription",
        "jalon",
        "langue",
        "local",
        "static",
    }
)
"""First parts of addresses that belong to the portal, and services that are no entrance (examples, answers files)."""


def slug_refusal(slug: str) -> str:
    """Why a service cannot have that name in addresses, in French with the way on; empty when it can."""
    if not SLUG.fullmatch(slug):
        return (
            "Le code du service s'écrit en minuscules sans accent, avec des chiffres et des tirets, et commence "
            "par une lettre : 2 à 39 signes, par exemple garrigues-34."
        )
    if slug in RESERVED:
        return f"Le code « {slug} » est une adresse du portail lui-même : ajoutez-y par exemple votre département."
    return ""


def has_entrance(slug: str) -> bool:
    """Whether a service of that name may be visited; false for any address that no service could have."""
    return slug.isascii() and slug.isprintable() and slug not in RESERVED
