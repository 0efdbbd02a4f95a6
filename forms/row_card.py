"""The card of one row (a situation in a unit), and the values its employer may set by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.answer_marks import MINE
from app.domain.plain_values import ValueFault, read_count, read_month
from forms.base import PlainForm
from forms.boxes import TwoValues
from forms.grid import prefix_of
from forms.kinds import MarkField
from forms.plain_fields import CodeField, TextField, TickField
from forms.words import say
from questionnaires.schema import Level

WORDS_LIMIT = 2000
REASON_LIMIT = 500
"""Characters."""

MONTH, NO, YES, UNKNOWN = "mois", Level.NO.value, Level.YES.value, Level.UNKNOWN.value

_BAD_MONTH = say("Écrivez un mois comme 06/2026, qui ne suit pas le mois en cours.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChange:
    """One field of a card that came back and can be read; `value` is what would be stored, as text."""

    field: str
    """Column of the row: `words`, `people`, `in_place`, `checked_on`, `accident`."""
    name: str
    value: str
    """Empty when it was cleared."""
    base: str
    choice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBox:
    """One field as drawn, with its mark; `value` is the text or the code shown."""

    name: str
    value: str
    mark: str
    error: str = ""
    clash: TwoValues | None = None

    @property
    def choice_name(self) -> str:
        """Name of the buttons that choose between two values."""
        return f"{self.name}__choix"


class CardForm(PlainForm):
    """What is said of one row; names begin with the situation and the unit."""

    mots = TextField("", limit=WORDS_LIMIT)
    mots__base = MarkField()
    mots__choix = MarkField()
    effectif = TextField("", limit=20, line=True)
    effectif__base = MarkField()
    effectif__choix = MarkField()
    en_place = TextField("", limit=WORDS_LIMIT)
    en_place__base = MarkField()
    en_place__choix = MarkField()
    vu = CodeField("", codes=(MONTH, NO, UNKNOWN))
    vu_mois = TextField("", limit=20, line=True)
    vu__base = MarkField()
    accident = CodeField("", codes=(YES, NO, UNKNOWN))
    accident__base = MarkField()

    def read(self, *, most: int, today: date) -> tuple[CardChange, ...]:
        """What can be read of the card, for a unit of `most` persons; what cannot is among the faults."""
        self.validate()
        changes = (
            self._words("words", "mots"),
            self._people(most),
            self._words("in_place", "en_place"),
            self._check(today),
            self._ticked("accident", "accident"),
        )
        return tuple(change for change in changes if change is not None)

    def _words(self, column: str, field: str) -> CardChange | None:
        if self[field].errors:
            return None
        return self._change(column, field, self[field].data or "")

    def _people(self, most: int) -> CardChange | None:
        field = self.effectif
        if field.errors:
            return None
        if not field.data:
            return self._change("people", "effectif", "")
        try:
            count = read_count(field.data, minimum=1, maximum=max(1, most))
        except ValueFault:
            field.errors = [say("Écrivez un nombre de 1 à {most} : l'unité compte {most} personnes.", most=most)]
            return None
        return self._change("people", "effectif", str(count))

    def _check(self, today: date) -> CardChange | None:
        if self.vu.data == MONTH or (not self.vu.data and self.vu_mois.data):
            try:
                month = read_month(self.vu_mois.data or "")
            except ValueFault:
                month = ""
            if not month or month > f"{today:%Y-%m}":
                self.vu_mois.errors = [_BAD_MONTH]
                return None
            return self._change("checked_on", "vu", month, choice=MINE)
        return self._ticked("checked_on", "vu")

    def _ticked(self, column: str, field: str) -> CardChange | None:
        """A group of buttons; none ticked says nothing, and a tick is itself the choice between two values."""
        code = self[field].data
        return self._change(column, field, code, choice=MINE) if code and not self[field].errors else None

    def _change(self, column: str, field: str, value: str, *, choice: str = "") -> CardChange | None:
        base = self[f"{field}__base"].data
        if base is None:
            return None  # it was not on the page
        chosen = choice or (self[f"{field}__choix"].data or "")
        return CardChange(field=column, name=self[field].name, value=value, base=base, choice=chosen)


class ValuesForm(PlainForm):
    """The values set by hand on one row, each with the mark it was shown with."""

    gravite = CodeField("", codes=("1", "2", "3", "4"))
    gravite_motif = TextField("", limit=REASON_LIMIT, line=True)
    gravite__base = MarkField()
    gravite__choix = MarkField()
    maitrise = CodeField("", codes=("1", "2", "3", "4"))
    maitrise_motif = TextField("", limit=REASON_LIMIT, line=True)
    maitrise_mesure = TextField("", limit=100, line=True)
    maitrise_mois = TextField("", limit=20, line=True)
    maitrise__base = MarkField()
    maitrise__choix = MarkField()
    premier = TickField("")
    premier__base = MarkField()
    premier__choix = MarkField()

    def month(self, today: date) -> str:
        """Month of the check that justifies a better mastery, `2026-06`; empty when it is missing or wrong."""
        if not self.maitrise_mois.data:
            return ""
        try:
            month = read_month(self.maitrise_mois.data)
        except ValueFault:
            month = ""
        if not month or month > f"{today:%Y-%m}":
            self.maitrise_mois.errors = [_BAD_MONTH]
            return ""
        return month


def card_form(situation: str, unit: str, posted: Any) -> CardForm:
    """The card of one row, as it was posted; `read` checks it."""
    return CardForm(posted, prefix=prefix_of(situation, unit))


def card_name(situation: str, unit: str, field: str) -> str:
    """Name of a field of a card, and id of its first control."""
    return prefix_of(situation, unit) + field
