"""The forms of an adviser: adding to a case, closing a review, a remark of the library."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from wtforms import StringField

from app.domain.remark_words import left_to_fill
from forms.base import PlainForm
from forms.plain_fields import CodeField, DayField, TextField, VersionField
from forms.read_field import ReadField, count
from forms.words import say
from questionnaires.remarks import VARIABLES, unknown_variables

WORDS = 2_000
"""Characters of a message or a remark."""
TITLE = 120

KINDS = (
    ("conseil", say("Un conseil")),
    ("question", say("Une question")),
    ("demande", say("Une demande de modification, avec date")),
    ("proposition", say("Une mesure à proposer")),
    ("note", say("Une note interne")),
)
"""(code, words) of what an adviser adds to a case."""

WAYS = (
    ("non", say("Non, lecture seule")),
    ("sur_site", say("Oui, dans l'entreprise")),
    ("distance", say("Oui, à distance (téléphone, visio)")),
)
"""(code, words) of how an exchange with the employer was held."""


class AddForm(PlainForm):
    """What an adviser adds to a case."""

    genre = CodeField(
        say("Ajouter"), codes=tuple(code for code, _ in KINDS), missing=say("Choisissez ce que vous ajoutez.")
    )
    sujet = CodeField(say("À propos de"))
    mots = TextField(say("Message"), limit=WORDS)
    pour_le = DayField(say("Réponse attendue le"))
    mesure = CodeField(say("Mesure proposée"))
    cle = StringField()

    def offer(self, *, subjects: Collection[str], measures: Collection[str]) -> AddForm:
        """Say which subjects and measures the page offers, before reading."""
        self.sujet.codes, self.mesure.codes = tuple(subjects), tuple(measures)
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, then what each kind needs."""
        right = super().validate(extra_validators)
        kind = self.genre.data
        if kind and kind != "note" and not self.sujet.data and not self.sujet.errors:
            self.sujet.errors = [say("Choisissez ce dont vous parlez.")]
        words_needed = not (kind == "proposition" and self.mesure.data)
        if words_needed and not self.mots.data and not self.mots.errors:
            self.mots.errors = [say("Écrivez votre message.")]
        elif left_to_fill(self.mots.data or ""):
            self.mots.errors = [say("Il reste un passage « à compléter » entre crochets : écrivez-le, ou retirez-le.")]
        if kind and kind != "proposition" and self.mesure.data:
            self.mesure.errors = [say("Pour proposer une mesure, choisissez « Une mesure à proposer ».")]
        if kind == "demande" and self.pour_le.data is None and not self.pour_le.errors:
            self.pour_le.errors = [say("Écrivez le jour où vous attendez la réponse.")]
        return right and not self.faults()


class CloseForm(PlainForm):
    """Minutes spent, and whether the employer was spoken to."""

    minutes = ReadField(
        say("Minutes passées"),
        count(0, 600),
        missing=say("Écrivez les minutes passées sur ce dossier, par exemple 20."),
    )
    echange = CodeField(
        say("Échange avec l'employeur ?"),
        codes=tuple(code for code, _ in WAYS),
        missing=say("Dites si vous avez échangé avec l'employeur."),
    )
    soumission = StringField()
    cle = StringField()

    @property
    def way(self) -> str:
        """Code of how the exchange was held; empty without one."""
        return "" if self.echange.data == "non" else self.echange.data


class RemarkForm(PlainForm):
    """A remark of the service's own."""

    titre = TextField(say("Titre"), limit=TITLE, line=True, missing=say("Donnez-lui un titre, en quelques mots."))
    theme = CodeField(say("Thème"))
    mots = TextField(say("Texte"), limit=WORDS, missing=say("Écrivez le texte de la remarque."))
    version = VersionField("")
    cle = StringField()

    def offer(self, *, themes: Collection[str]) -> RemarkForm:
        """Say which themes exist, before reading."""
        self.theme.codes = tuple(themes)
        return self

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, then that its variables exist."""
        right = super().validate(extra_validators)
        unknown = unknown_variables(self.mots.data or "")
        if unknown and not self.mots.errors:
            self.mots.errors = [
                say(
                    "« {name} » n'est pas une variable. Variables : {known}.",
                    name=unknown[0][:60],
                    known=", ".join(VARIABLES),
                )
            ]
            return False
        return right
