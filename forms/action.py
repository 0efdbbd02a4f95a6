"""The forms of the plan: taking proposals on, writing on an action, closing it, giving it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.domain.closing import DROP_NAMES, RISK_CHANGE_NAMES, DropReason, RiskChange
from app.domain.words import RANK_NAMES
from forms.base import PlainForm
from forms.plain_fields import CodeField, CodesField, DayField, TextField, TickField, VersionField
from forms.words import Said, say

LINE = 200
"""Characters of a function or a cost."""
PROSE = 2_000
"""Characters of what takes a few sentences."""

RANKS = tuple((rank.value, Said(f"{name[:1].upper()}{name[1:]}")) for rank, name in RANK_NAMES.items())
"""(code, words) of the types of measures, collective first."""

CHANGES = tuple((change.value, Said(name)) for change, name in RISK_CHANGE_NAMES.items())
REASONS = tuple((reason.value, Said(name)) for reason, name in DROP_NAMES.items())


class ChooseForm(PlainForm):
    """The proposals ticked on the plan."""

    proposition = CodesField(say("Propositions"))
    dates = TickField(say("Reprendre aussi les dates proposées"))


class DetailsForm(PlainForm):
    """What is written on any action."""

    qui = TextField(say("Qui s'en charge"), line=True, limit=LINE)
    debut = DayField(say("Début"))
    echeance = DayField(say("Pour le"))
    date_proposee = TickField(say("Prendre la date proposée"))
    cout = TextField(say("Coût estimé"), line=True, limit=LINE)
    indicateur = TextField(say("Comment on saura que ça marche"), limit=PROSE)
    conditions = TextField(say("Conditions d'exécution"), limit=PROSE)
    ressources = TextField(say("Ressources de l'entreprise à mobiliser"), limit=PROSE)
    collectif = TextField(say("Une mesure collective a-t-elle été recherchée ?"), limit=PROSE)
    version = VersionField("")

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, then that the action does not end before it begins."""
        right = super().validate(extra_validators)
        start, end = self.debut.data, self.echeance.data
        if right and start and end and end < start:
            self.echeance.errors = [say("La date de fin est avant le début : corrigez l'une des deux.")]
            return False
        return right


class OwnActionForm(DetailsForm):
    """An action in the employer's own words."""

    action = TextField(
        say("Ce que vous allez faire"),
        limit=PROSE,
        missing=say("Écrivez en quelques mots ce que vous allez faire."),
    )
    situations = CodesField(say("Ce à quoi elle répond"))
    type_mesure = CodeField(say("Quel genre de mesure est-ce ?"), codes=tuple(code for code, _ in RANKS))


class CloseForm(PlainForm):
    """« C'est fait »: the one question, and the day."""

    risque = CodeField(
        say("Le risque a-t-il changé ?"),
        codes=tuple(RiskChange),
        missing=say("Dites si le risque a baissé, est resté le même ou a augmenté."),
    )
    fait_le = DayField(say("Fait le"))

    def check_day(self, today: date) -> bool:
        """Whether the day is today or before; one that is to come is refused in words."""
        if self.fait_le.data is not None and self.fait_le.data > today:
            self.fait_le.errors = [say("Cette date est dans l'avenir : écrivez le jour où c'était fini.")]
            return False
        return True


class DropForm(PlainForm):
    """Why an action is given up."""

    raison = CodeField(
        say("Pourquoi y renoncer ?"),
        codes=tuple(DropReason),
        missing=say("Choisissez la raison la plus proche."),
    )
    mots = TextField(say("En quelques mots"), limit=PROSE)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check every field, then that another reason is said."""
        right = super().validate(extra_validators)
        if self.raison.data == DropReason.OTHER and not self.mots.data and not self.mots.errors:
            self.mots.errors = [say("Dites en quelques mots quelle est cette raison.")]
            return False
        return right
