"""The form of a logged act: a firm, what was done, which day, how long; the rest may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from wtforms import Field, StringField

from app.domain.activity import CATEGORIES, FORMATS, ORIGINS, PARTNERS, PROFESSIONS
from app.domain.activity_rules import COMMENT_LIMIT, MOST_MINUTES, first_day, usual_format
from app.domain.health_words import health_words
from app.domain.personal_words import personal_words
from app.domain.plain_values import ValueFault, read_day
from forms.base import PlainForm
from forms.plain_fields import TickField
from forms.read_field import ReadField, count, line, one_of, text
from forms.words import say

NO_FIRM = "aucune"
"""Code of an act that bears on no single firm."""

OTHER = "autre"
"""Code of the day, or the length, that is typed."""

LENGTHS = (15, 30, 45, 60, 90, 120)
"""Minutes offered as buttons."""

SEARCH_LIMIT = 100


def firm_code(raw: str) -> UUID | str:
    """The identity of a firm, or the code of none."""
    if raw == NO_FIRM:
        return NO_FIRM
    try:
        return UUID(raw)
    except ValueError:
        raise ValueError(say("Choisissez une des entreprises proposées.")) from None


def day_code(raw: str) -> date | str:
    """A day in ISO, as the buttons send it, or the code of the day that is typed."""
    if raw == OTHER:
        return OTHER
    try:
        return read_day(raw)
    except ValueFault:
        raise ValueError(say("Choisissez un jour.")) from None


def typed_day(raw: str) -> date:
    """A day that is typed."""
    try:
        return read_day(raw)
    except ValueFault:
        raise ValueError(say("Écrivez une date qui existe, comme 15/05/2027.")) from None


def typed_minutes(raw: str) -> int:
    """A number of minutes that is typed."""
    try:
        return int(count(1, MOST_MINUTES)(raw))
    except ValueError:
        raise ValueError(
            say("Écrivez une durée de 1 à {most} minutes, soit 24 heures au plus.", most=MOST_MINUTES)
        ) from None


class DayAndLength(PlainForm):
    """What every entry of the log says: a day and a length, by buttons or typed."""

    jour = ReadField(say("Quel jour ?"), day_code, missing=say("Choisissez le jour."))
    autre_jour = ReadField(say("Autre jour"), typed_day)
    minutes = ReadField(
        say("Combien de temps ?"),
        one_of((*map(str, LENGTHS), OTHER)),
        missing=say("Choisissez la durée, même approchée."),
    )
    autre_duree = ReadField(say("Durée en minutes"), typed_minutes)
    metier = ReadField(say("Votre métier"), one_of(PROFESSIONS))
    cle = StringField()

    @property
    def on(self) -> date | None:
        """The day, None when it cannot be read."""
        chosen: date | str | None = self.jour.data
        if chosen == OTHER:
            typed: date | None = self.autre_jour.data
            return typed
        return chosen if isinstance(chosen, date) else None

    @property
    def length(self) -> int:
        """Minutes; 0 when they cannot be read."""
        if self.minutes.data == OTHER:
            return int(self.autre_duree.data or 0)
        return int(self.minutes.data or 0)

    def set_day(self, on: date, *, today: date) -> None:
        """Draws the form with a day."""
        if on in {today, today - timedelta(days=1)}:
            self.jour.data = on
        else:
            self.jour.data, self.autre_jour.data = OTHER, on

    def set_length(self, minutes: int) -> None:
        """Draws the form with a length."""
        if minutes in LENGTHS:
            self.minutes.data = str(minutes)
        else:
            self.minutes.data, self.autre_duree.data = OTHER, minutes

    def check_when(self, today: date, *, kept: date | None, trade_known: bool) -> bool:
        """Whether the day, the length and the trade can be kept; `kept` is a day the entry had already."""
        need(self.autre_jour, when=self.jour.data == OTHER, words=say("Écrivez le jour, comme 15/05/2027."))
        need(self.autre_duree, when=self.minutes.data == OTHER, words=say("Écrivez la durée en minutes."))
        if not trade_known and not self.metier.data and not self.metier.errors:
            fault(self.metier, say("Choisissez votre métier : il compte dans le bilan du service."))
        on = self.on
        shown = self.autre_jour if self.jour.data == OTHER else self.jour
        if on is None or on == kept:
            return not self.faults()
        if on > today:
            fault(shown, say("Ce jour n'est pas encore venu : notez l'acte une fois fait."))
        elif on < first_day(today):
            fault(
                shown,
                say("Ce jour date de plus de deux ans : le journal remonte au {first}.", first=first_day(today)),
            )
        return not self.faults()


class ActForm(DayAndLength):
    """An act of the service; `check` says whether it can be kept."""

    entreprise = ReadField(say("Quelle entreprise ?"), firm_code)
    cherche = ReadField(say("Nom ou SIRET de l'entreprise"), line(SEARCH_LIMIT))
    categorie = ReadField(
        say("Qu'avez-vous fait ?"), one_of(CATEGORIES), missing=say("Choisissez ce que vous avez fait.")
    )
    theme = ReadField(say("Thème"), line(60))
    format = ReadField(say("Comment ?"), one_of(FORMATS))
    origine = ReadField(say("À l'origine"), one_of(ORIGINS))
    partenaire = ReadField(say("Avec un partenaire"), one_of(PARTNERS))
    campagne = ReadField(say("Campagne"), line(80))
    commentaire = ReadField(say("Commentaire"), text(COMMENT_LIMIT))
    confirme = TickField(say("Ce commentaire ne désigne personne et ne dit rien de la santé de quelqu'un"))

    warned: str = ""
    """What in the comment looks like a person or health; empty when nothing does."""

    @property
    def firm(self) -> UUID | None:
        """The firm chosen; None for none."""
        chosen = self.entreprise.data
        return chosen if isinstance(chosen, UUID) else None

    @property
    def way(self) -> str:
        """How it was done: as said, else as acts of that category are."""
        return self.format.data or usual_format(self.categorie.data or "")

    @property
    def asked_from(self) -> str:
        """Who asked for it: as said, else the campaign it is of."""
        return self.origine.data or ("campagne" if self.campagne.data else "")

    def check(
        self,
        today: date,
        *,
        themes: Mapping[str, str],
        campaigns: Mapping[str, str],
        kept: date | None = None,
        trade_known: bool = False,
    ) -> bool:
        """Whether everything can be kept; what cannot is told field by field."""
        self.validate()
        if self.entreprise.data is None and not self.entreprise.errors:
            fault(
                self.entreprise, say("Cherchez l'entreprise, ou dites que l'acte n'en concerne aucune en particulier.")
            )
        for field, known in ((self.theme, themes), (self.campagne, campaigns)):
            if field.data and field.data not in known:
                fault(field, say("Choisissez une des réponses proposées."))
        self._warn()
        return self.check_when(today, kept=kept, trade_known=trade_known)

    def _warn(self) -> None:
        words = self.commentaire.data or ""
        self.warned = warning(words)
        if self.warned and not self.confirme.data and not self.commentaire.errors:
            fault(self.commentaire, self.warned)


def warning(words: str) -> str:
    """The sentence that stops a text once when it may tell a person or somebody's health; empty otherwise."""
    if personal_words(words):
        return say(
            "Ce texte semble désigner une personne. Retirez ce qui la désigne, ou cochez la case si personne n'est "
            "reconnaissable."
        )
    found = health_words(words)
    if found:
        return say(
            "« {words} » peut dire la santé de quelqu'un. Retirez-le, ou cochez la case si personne n'est visé.",
            words=found,
        )
    return ""


def need(field: Field, *, when: bool, words: str) -> None:
    """Refuses an empty field when something is needed in it."""
    if when and field.data is None and not field.errors:
        fault(field, words)


def fault(field: Field, words: str) -> None:
    """Adds a fault to a field."""
    field.errors = [*field.errors, words]
