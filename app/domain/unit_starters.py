"""Work units that a trade often has, put as questions: the employer says whether they exist, nothing is assumed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A question, and the unit its « oui » begins with; everything in it can be changed."""

    code: str
    question: str
    name: str
    activities: str
    places: str
    flags: frozenset[str] = frozenset()


def _starter(code: str, question: str, name: str, activities: str, places: str, *flags: str) -> Starter:
    return Starter(
        code=code, question=question, name=name, activities=activities, places=places, flags=frozenset(flags)
    )


_OFFICE = _starter("bureau", "Avez-vous des personnes au bureau ?", "Bureau", "Accueil, gestion, téléphone", "Bureau")
_DRIVING = _starter(
    "conduite",
    "Des personnes passent-elles leur journée sur la route ?",
    "Conduite et livraison",
    "Conduite, chargement, livraison",
    "Véhicule, chez les clients",
    "deplacements",
    "isole",
)

STARTERS: dict[str, tuple[Starter, ...]] = {
    "paysage": (
        _starter(
            "entretien_vert",
            "Avez-vous une équipe d'entretien des jardins ?",
            "Entretien des espaces verts",
            "Tonte, taille, désherbage, ramassage",
            "Jardins des clients",
            "exterieur",
            "deplacements",
        ),
        _starter(
            "creation_vert",
            "Créez-vous des jardins (terrassement, pose, plantation) ?",
            "Création de jardins",
            "Terrassement, pose, plantation, maçonnerie légère",
            "Chantiers",
            "exterieur",
            "deplacements",
        ),
        _starter(
            "elagage",
            "Des personnes montent-elles aux arbres ?",
            "Élagage",
            "Grimpe, coupe, évacuation du bois",
            "Arbres et nacelle",
            "exterieur",
            "deplacements",
        ),
        _OFFICE,
    ),
    "proprete": (
        _starter(
            "nettoyage_locaux",
            "Avez-vous des personnes qui nettoient les locaux de vos clients ?",
            "Nettoyage de locaux",
            "Sols, sanitaires, bureaux, poubelles",
            "Chez les clients",
            "deplacements",
            "isole",
        ),
        _starter(
            "vitres",
            "Nettoyez-vous des vitres ou des façades ?",
            "Vitrerie et travaux en hauteur",
            "Vitres, façades, perche, échelle ou nacelle",
            "Chez les clients",
            "exterieur",
            "deplacements",
        ),
        _OFFICE,
    ),
    "domicile_medicosocial": (
        _starter(
            "intervention_domicile",
            "Avez-vous des personnes qui interviennent au domicile ?",
            "Interventions à domicile",
            "Toilette, repas, ménage, accompagnement",
            "Logement des personnes aidées, trajets",
            "deplacements",
            "domicile",
            "isole",
        ),
        _starter(
            "soin_etablissement",
            "Des personnes soignent-elles ou accompagnent-elles dans vos locaux ?",
            "Soins et accompagnement sur place",
            "Soins, aide aux gestes du quotidien, animation",
            "Chambres, salles de soins, salles communes",
        ),
        _starter(
            "nuit_soin",
            "Y a-t-il une équipe de nuit ?",
            "Équipe de nuit",
            "Veille, rondes, soins, urgences",
            "Chambres et couloirs",
            "nuit",
        ),
        _OFFICE,
    ),
    "btp": (
        _starter(
            "chantier",
            "Avez-vous des personnes sur chantier ?",
            "Équipe chantier",
            "Travaux, approvisionnement, repli du chantier",
            "Chantiers, véhicule",
            "exterieur",
            "deplacements",
        ),
        _starter(
            "atelier_btp",
            "Avez-vous un atelier ou un dépôt ?",
            "Atelier et dépôt",
            "Préparation, découpe, chargement, rangement",
            "Atelier, dépôt, cour",
        ),
        _starter(
            "depannage",
            "Faites-vous du dépannage chez des particuliers ?",
            "Dépannage",
            "Diagnostic, petite réparation",
            "Chez les clients, véhicule",
            "deplacements",
            "domicile",
            "isole",
        ),
        _OFFICE,
    ),
    "logistique_transport": (
        _DRIVING,
        _starter(
            "quai",
            "Avez-vous des personnes à l'entrepôt ou à quai ?",
            "Entrepôt et quai",
            "Réception, préparation, chariot, chargement",
            "Entrepôt, quai, cour",
        ),
        _starter(
            "atelier_transport",
            "Entretenez-vous vos véhicules vous-mêmes ?",
            "Atelier mécanique",
            "Entretien, lavage, dépannage des véhicules",
            "Atelier, aire de lavage",
        ),
        _OFFICE,
    ),
    "agri_vert": (
        _starter(
            "plein_champ",
            "Avez-vous des personnes aux champs ou en forêt ?",
            "Travail en extérieur",
            "Plantation, récolte, coupe, conduite d'engins",
            "Parcelles, bois",
            "exterieur",
        ),
        _starter(
            "atelier_agri",
            "Avez-vous un atelier, une serre ou un hangar ?",
            "Atelier et bâtiments",
            "Tri, conditionnement, entretien du matériel",
            "Serre, hangar, atelier",
        ),
        _OFFICE,
    ),
    "commerce_resto": (
        _starter(
            "production",
            "Avez-vous une cuisine, un laboratoire ou un fournil ?",
            "Cuisine et production",
            "Préparation, cuisson, nettoyage",
            "Cuisine, laboratoire, réserve",
        ),
        _starter(
            "vente",
            "Avez-vous des personnes à la vente ou en salle ?",
            "Vente et service",
            "Accueil, vente, service, encaissement, mise en rayon",
            "Magasin, salle",
        ),
        _starter(
            "atelier_commerce",
            "Avez-vous un atelier (réparation, garage, soins) ?",
            "Atelier",
            "Réparation, entretien, prestations",
            "Atelier, cabine",
        ),
        _DRIVING,
    ),
    "industrie": (
        _starter(
            "fabrication",
            "Avez-vous des personnes à la fabrication ?",
            "Fabrication",
            "Conduite de machines, assemblage, réglage",
            "Atelier",
        ),
        _starter(
            "expedition",
            "Avez-vous un magasin ou une expédition ?",
            "Magasin et expédition",
            "Réception, stockage, emballage, chariot",
            "Magasin, quai, cour",
        ),
        _starter(
            "maintenance",
            "Des personnes entretiennent-elles les machines ?",
            "Maintenance",
            "Dépannage, entretien, nettoyage des machines",
            "Atelier, locaux techniques",
        ),
        _OFFICE,
    ),
    "tertiaire": (
        _OFFICE,
        _starter(
            "rendez_vous",
            "Des personnes vont-elles chez les clients ?",
            "Déplacements chez les clients",
            "Rendez-vous, visites, conduite",
            "Véhicule, chez les clients",
            "deplacements",
        ),
        _starter(
            "accueil_public",
            "Recevez-vous du public ?",
            "Accueil du public",
            "Accueil, guichet, téléphone",
            "Hall, guichet",
        ),
    ),
}
"""Starters of each sector of `sectors.toml`, the narrowest sectors first."""

ANY_TRADE: tuple[Starter, ...] = (_OFFICE, _DRIVING)
"""Starters of an activity that belongs to no sector."""

MOST_STARTERS = 4
"""Questions asked at once; more would read as a list to fill."""


def starters_for(sectors: Collection[str], *, known: Collection[str] = ()) -> tuple[Starter, ...]:
    """The questions to put to a firm of those sectors, without those whose unit's name is among the known ones."""
    asked: dict[str, Starter] = {}
    for sector, starters in STARTERS.items():
        if sector in sectors:
            asked |= {starter.code: starter for starter in starters if starter.code not in asked}
    if not asked:
        asked = {starter.code: starter for starter in ANY_TRADE}
    kept = [starter for starter in asked.values() if starter.name not in known]
    return tuple(kept[:MOST_STARTERS])


def starter_of(code: str) -> Starter | None:
    """The starter of that code; None when there is none."""
    every = (*(starter for starters in STARTERS.values() for starter in starters), *ANY_TRADE)
    return next((starter for starter in every if starter.code == code), None)
