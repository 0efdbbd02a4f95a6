"""The form of a firm: its establishment, its activity, its size, its CSE, and what its employer is."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, Field

from app.domain.establishment import Cse
from app.domain.firm_values import is_farm, read_postal_code, read_siret
from app.domain.plain_values import ValueFault
from forms.base import PlainForm
from forms.read_field import ReadField, count, day, line, one_of, text
from forms.words import say, say_many
from questionnaires.catalogue import Catalogue

SIRET_STATES = ("connu", "inconnu", "en_cours", "ferme")
"""Where a SIRET stands; the first says that the number typed is the right one."""

SIRET_DIGITS = 14
MOST_EMPLOYEES = 100_000


def _siret(raw: str) -> str:
    try:
        return read_siret(raw)
    except ValueFault:
        pass
    digits = "".join(raw.split()).replace(".", "")
    if not digits.isdecimal():
        raise ValueError(say("Un SIRET s'écrit en chiffres, sans lettre, comme 732 829 320 00074.")) from None
    if len(digits) != SIRET_DIGITS:
        raise ValueError(
            say_many(len(digits), "Ce SIRET a {n} chiffre au lieu de 14.", "Ce SIRET a {n} chiffres au lieu de 14.")
        ) from None
    raise ValueError(
        say(
            "Ce SIRET n'existe pas : un chiffre au moins est mal recopié. Relisez-le, ou laissez le champ vide pour "
            "l'ajouter plus tard."
        )
    ) from None


def _postal_code(raw: str) -> str:
    try:
        return read_postal_code(raw)
    except ValueFault:
        raise ValueError(say("Un code postal a 5 chiffres, comme 34150.")) from None


class FirmForm(PlainForm):
    """What somebody says of a firm; `check` says whether it can be kept."""

    nom = ReadField(
        say("Nom de l'établissement"),
        line(200),
        missing=say("Écrivez le nom de l'établissement : celui de l'enseigne, ou la raison sociale."),
    )
    siret = ReadField(say("SIRET"), _siret)
    siret_etat = ReadField(say("Où en est le SIRET ?"), one_of(SIRET_STATES))
    siret_mots = ReadField(say("Quelque chose à préciser sur le SIRET ?"), line(300))
    adresse = ReadField(say("Adresse"), text(500))
    postal = ReadField(say("Code postal"), _postal_code)
    cherche = ReadField(say("Votre activité"), line(100))
    cherche_avant = ReadField("", line(100))
    """The words the activities on the page were found for."""
    activite = ReadField(say("Laquelle est la vôtre ?"), line(20))
    suivi = BooleanField(say("Ce service de prévention suit bien mon établissement"))
    effectif = ReadField(
        say("Nombre de salariés de l'établissement"),
        count(0, MOST_EMPLOYEES),
        missing=say("Écrivez le nombre de salariés, même approché."),
    )
    effectif_le = ReadField(say("À quelle date ?"), day)
    cse = ReadField(
        say("Avez-vous un comité social et économique (CSE) ?"),
        one_of([each.value for each in Cse]),
        missing=say("Dites où vous en êtes du CSE."),
    )
    fonction = ReadField(
        say("Fonction de l'employeur"),
        line(80),
        missing=say("Écrivez une fonction, par exemple gérante ou artisan, jamais un nom."),
    )
    version = ReadField("", line(60))
    """What the page showed, when a firm is changed."""

    kept_code: str = ""
    """The code the firm has already: it stays a choice, whatever nomenclature it belongs to."""

    def check(self, *, catalogue: Catalogue, today: date) -> bool:
        """Whether everything can be kept; what cannot is among the faults."""
        self.validate()
        self.settle(catalogue)
        if not self.chosen(catalogue):
            self._fault(self.cherche, say("Cherchez votre activité, puis choisissez-la dans la liste."))
        if self.farm and not self.suivi.data:
            self._fault(
                self.suivi,
                say(
                    "Les activités agricoles et forestières relèvent d'ordinaire de la MSA : cochez pour continuer ici."
                ),
            )
        if self.effectif_le.data and self.effectif_le.data > today:
            self._fault(self.effectif_le, say("L'effectif se date d'aujourd'hui ou d'avant."))
        return not self.faults()

    @property
    def words(self) -> str:
        """The words to search an activity by."""
        return str(self.cherche.data or "")

    @property
    def searched(self) -> bool:
        """Whether the activities on the page answer to the words of the field."""
        return self.words == str(self.cherche_avant.data or "")

    @property
    def farm(self) -> bool:
        """Whether the activity chosen is one that the MSA follows."""
        return is_farm(str(self.activite.data or ""))

    @property
    def siret_state(self) -> str:
        """Among the states of a SIRET: a number that is given speaks for itself, unless it is said to be closed."""
        state = str(self.siret_etat.data or "")
        if state == "ferme":
            return state
        if self.siret.data:
            return "connu"
        return state if state == "en_cours" else "inconnu"

    def settle(self, catalogue: Catalogue) -> None:
        """Takes a code typed in the search for the choice it is; other new words wait for a choice."""
        if self.words and not self.searched:
            code = catalogue.naf_code(self.words)
            if code:
                self.activite.data, self.activite.raw_data = code, [code]

    def chosen(self, catalogue: Catalogue) -> str:
        """The code of the activity; empty while none is chosen, or while new words were typed and not searched."""
        typed = str(self.activite.data or "")
        code = typed if typed and typed == self.kept_code else catalogue.naf_code(typed) or ""
        if self.words and not self.searched and catalogue.naf_code(self.words) != code:
            return ""
        return code

    def _fault(self, field: Field, words: str) -> None:
        if not field.errors:
            field.errors = [words]
