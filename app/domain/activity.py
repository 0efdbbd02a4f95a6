"""Acts of the service in the workplace (R4624-1): categories, trades, ways, origins and partners, with their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CATEGORIES: Final[Mapping[str, str]] = {
    "visite_entreprise": "Visite d'entreprise",
    "fiche_creation": "Fiche d'entreprise : création",
    "fiche_mise_a_jour": "Fiche d'entreprise : mise à jour",
    "aide_duerp": "Aide au DUERP",
    "etude_poste": "Étude de poste",
    "etude_ergonomique": "Étude ergonomique",
    "metrologie": "Métrologie",
    "risque_chimique": "Risque chimique, SEIRICH",
    "sensibilisation": "Sensibilisation collective",
    "atelier": "Atelier",
    "webinaire": "Webinaire",
    "visite_parcours": "Accompagnement : visite de parcours",
    "relais_module": "Relais de prévention : module",
    "participation_cse": "Participation au CSE",
    "conseil": "Conseil (téléphone, courriel)",
    "surveillance_biologique": "Surveillance biologique (nombres seulement)",
    "autre": "Autre",
}
"""Code -> words, in the order of the list (cpom.md §5.2)."""

VISITS: Final = frozenset(
    {
        "visite_entreprise",
        "fiche_creation",
        "fiche_mise_a_jour",
        "etude_poste",
        "etude_ergonomique",
        "metrologie",
        "visite_parcours",
    }
)
"""Categories done in the firm: they make the day of the last visit when the act was « sur site »."""

SESSION_CATEGORIES: Final = ("atelier", "webinaire", "sensibilisation", "relais_module")
"""Categories of a collective session."""

FORMATS: Final[Mapping[str, str]] = {
    "sur_site": "Dans l'entreprise",
    "distance": "À distance",
    "collectif": "Collectif",
}

PROFESSIONS: Final[Mapping[str, str]] = {
    "medecin": "Médecin du travail",
    "infirmier": "Infirmier en santé au travail",
    "iprp": "IPRP",
    "ergonome": "Ergonome",
    "psychologue": "Psychologue du travail",
    "toxicologue": "Toxicologue",
    "conseiller": "Conseiller en prévention",
    "assistant": "Assistant (ASST)",
    "autre": "Autre métier",
}

ORIGINS: Final[Mapping[str, str]] = {
    "demande": "Demande de l'entreprise",
    "spsti": "Initiative du service",
    "campagne": "Campagne",
}

PARTNERS: Final[Mapping[str, str]] = {
    "carsat": "Carsat",
    "dreets": "DREETS",
    "oppbtp": "OPPBTP",
    "autre_spsti": "Autre SPSTI",
}

ATTENDEES: Final[Mapping[str, str]] = {"employeurs": "Employeurs", "salaries": "Salariés"}
"""Units of the quantity of a presence: participations, not distinct persons."""

SIZE_BANDS: Final[tuple[tuple[str, int, int | None, str], ...]] = (
    ("0", 0, 0, "Aucun salarié"),
    ("1-9", 1, 9, "1 à 9"),
    ("10-49", 10, 49, "10 à 49"),
    ("50-249", 50, 249, "50 à 249"),
    ("250+", 250, None, "250 et plus"),
)
"""Code, first and last head count (None: no end), words."""


def size_band(headcount: int | None) -> str:
    """Code of the band of a head count; empty when it is not known."""
    if headcount is None:
        return ""
    return next(
        code for code, first, last, _ in SIZE_BANDS if headcount >= first and (last is None or headcount <= last)
    )
