"""The columns of a file of members: their names, what they hold, and those that refuse the whole file.

A name is read whatever its case, its accents, its spaces and its place. A column that speaks of a person is refused,
not skipped: the file would have been sent all the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column the portal reads."""

    key: str
    """Its name, as documented and as printed in reports."""
    required: bool
    holds: str
    """What it holds, in French words."""
    example: str
    also: tuple[str, ...] = ()
    """Other names it is known by, folded."""


COLUMNS: Final = (
    Column(
        key="siret",
        required=True,
        holds="les 14 chiffres de l'établissement",
        example="732 829 320 00074",
        also=("n_siret", "no_siret", "num_siret", "numero_siret"),
    ),
    Column(
        key="raison_sociale",
        required=True,
        holds="le nom de l'entreprise",
        example="Boulangerie du port",
        also=("denomination", "denomination_sociale", "nom_entreprise", "nom_de_l_entreprise", "entreprise"),
    ),
    Column(
        key="code_naf",
        required=True,
        holds="le code NAF rév. 2 (APE)",
        example="10.71C",
        also=("naf", "ape", "code_ape", "code_naf_ape", "naf_rev2", "naf_rev_2"),
    ),
    Column(
        key="effectif",
        required=True,
        holds="le nombre de personnes",
        example="6",
        also=("effectifs", "effectif_declare", "nb_salaries", "nombre_de_salaries"),
    ),
    Column(
        key="date_effectif",
        required=True,
        holds="le jour où cet effectif a été déclaré",
        example="01/01/2026",
        also=("date_de_l_effectif", "date_d_effectif", "effectif_au"),
    ),
    Column(
        key="code_postal",
        required=True,
        holds="les 5 chiffres du code postal",
        example="34150",
        also=("cp",),
    ),
    Column(
        key="num_adherent",
        required=False,
        holds="votre numéro d'adhérent",
        example="A-1024",
        also=("numero_adherent", "no_adherent", "n_adherent", "code_adherent", "adherent"),
    ),
    Column(key="secteur", required=False, holds="le secteur ou le centre", example="Gignac", also=("centre",)),
    Column(
        key="medecin_equipe",
        required=False,
        holds="l'équipe qui suit l'entreprise, jamais un nom de personne",
        example="Équipe 3",
        also=("equipe",),
    ),
    Column(
        key="date_adhesion",
        required=False,
        holds="le jour de l'adhésion",
        example="01/09/2012",
        also=("date_d_adhesion", "adhesion"),
    ),
    Column(
        key="date_radiation",
        required=False,
        holds="le dernier jour d'adhésion, vide pour un adhérent actuel",
        example="",
        also=("date_de_radiation", "radiation"),
    ),
    Column(
        key="email_contact",
        required=False,
        holds="où écrire à l'entreprise",
        example="contact@exemple.fr",
        also=("email", "e_mail", "courriel", "mail", "mel", "adresse_email", "adresse_e_mail", "e_mail_contact"),
    ),
    Column(
        key="date_fiche_entreprise",
        required=False,
        holds="le jour de la dernière fiche d'entreprise",
        example="14/03/2024",
        also=("fiche_entreprise", "date_de_fiche_entreprise", "date_de_la_fiche_d_entreprise"),
    ),
    Column(
        key="date_dernier_duerp",
        required=False,
        holds="le jour du dernier document unique connu",
        example="",
        also=("date_duerp", "dernier_duerp", "date_du_dernier_duerp"),
    ),
    Column(
        key="idcc",
        required=False,
        holds="la convention collective, 4 chiffres",
        example="0843",
        also=("code_idcc", "convention_collective"),
    ),
    Column(
        key="risque_at",
        required=False,
        holds="le code risque accidents du travail",
        example="158AA",
        also=("code_risque", "code_risque_at", "risque"),
    ),
)
"""In the order of the template file."""

_BY_NAME: Final = {name: column.key for column in COLUMNS for name in (column.key, *column.also)}
_PERSON: Final = frozenset(
    {"nir", "nss", "prenom", "prenoms", "naissance", "naiss", "sexe", "civilite", "genre", "nationalite"}
    | {"patient", "patients", "salarie", "dirigeant", "dirigeante", "gerant", "gerante"}
)
"""Words of a header that announce something about a person."""
_FIRM: Final = frozenset(
    {"entreprise", "etablissement", "societe", "commercial", "raison", "sociale", "centre", "commune", "ville", "rue"}
)
"""Words beside which « nom » is the name of no person."""
_NUMBER_OF: Final = frozenset({"nb", "nombre", "effectif"})
_WORDS: Final = re.compile(r"[a-z0-9]+")
SHOWN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The columns of a file: where each one stands, and what is left unread."""

    places: tuple[tuple[str, int], ...]
    """Key of a column, and its place from 0."""
    ignored: tuple[str, ...]
    """Names of the columns that are not read, as written."""


class HeaderFaults(ValueError):
    """The columns cannot be used; `reasons` holds one French sentence each."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


def folded(name: str) -> str:
    """A name without case, accents nor punctuation: « Raison  Sociale » is `raison_sociale`."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe"))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return "_".join(_WORDS.findall(letters))


def read_header(names: Sequence[str]) -> Header:
    """Finds the columns by their names; raises HeaderFaults with everything that is wrong."""
    persons = [name for name in names if about_a_person(name)]
    if persons:
        raise HeaderFaults(_person_words(name) for name in persons)
    places: dict[str, int] = {}
    reasons: list[str] = []
    ignored: list[str] = []
    for place, name in enumerate(names):
        key = _BY_NAME.get(folded(name))
        if key is None:
            if name.strip():
                ignored.append(name.strip()[:SHOWN])
        elif key in places:
            reasons.append(f"La colonne « {key} » est là deux fois : gardez-en une.")
        else:
            places[key] = place
    missing = [column.key for column in COLUMNS if column.required and column.key not in places]
    if missing:
        reasons.insert(0, _missing_words(missing, ignored))
    if reasons:
        raise HeaderFaults(reasons)
    return Header(places=tuple(places.items()), ignored=tuple(ignored))


def about_a_person(name: str) -> bool:
    """Whether the name of a column announces a person's name, number, birth or sex."""
    words = set(folded(name).split("_"))
    if words & _NUMBER_OF or folded(name) in _BY_NAME:
        return False
    if words & _PERSON or {"securite", "sociale"} <= words or {"numero", "secu"} <= words:
        return True
    return bool(words & {"nom", "noms"}) and not words & _FIRM


def _person_words(name: str) -> str:
    shown = name.strip()[:SHOWN]
    hint = " Si c'est le nom de l'entreprise, appelez-la « raison_sociale »." if folded(name) == "nom" else ""
    return (
        f"La colonne « {shown} » parle de personnes : le portail n'en garde aucune donnée. "
        f"Supprimez-la du fichier, puis envoyez-le de nouveau.{hint}"
    )


def _missing_words(missing: Sequence[str], ignored: Sequence[str]) -> str:
    listed = ", ".join(f"« {key} »" for key in missing)
    found = f" Colonnes non reconnues : {', '.join(ignored[:12])}." if ignored else ""
    if len(missing) == 1:
        return f"Il manque la colonne {listed}. Les noms sont attendus sur la première ligne.{found}"
    return f"Il manque les colonnes {listed}. Les noms sont attendus sur la première ligne.{found}"
