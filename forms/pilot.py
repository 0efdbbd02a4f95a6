"""The perimeter of the pilot's figures, read from an address: a year or two days, and what is kept of the facts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.domain.activity import SIZE_BANDS
from app.domain.indicators import NOT_SAID, IndicatorQuery
from app.domain.plain_values import ValueFault, read_day
from forms.base import PlainForm
from forms.read_field import ReadField, line
from forms.words import say

FREE = "autre"
"""Code of a period that is typed day by day."""
FIRST_YEAR = 2010
"""Before, no contract of today was signed."""
YEARS_OFFERED = 5
LONGEST_CODE = 120
SECTIONS = "ABCDEFGHIJKLMNOPQRSTU"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What may be chosen, by its code."""

    themes: Collection[str]
    sectors: Collection[str]
    campaigns: Collection[str]


def _day(raw: str) -> date:
    try:
        found = read_day(raw)
    except ValueFault:
        raise ValueError(say("Écrivez une date qui existe, comme 15/05/2027.")) from None
    if found.year < FIRST_YEAR:
        raise ValueError(say("Écrivez une date à partir de {year}.", year=FIRST_YEAR))
    return found


class PerimeterForm(PlainForm):
    """What the figures are counted on; `check` says whether it can be counted."""

    annee = ReadField(say("Année"), line(10))
    du = ReadField(say("Du"), _day)
    au = ReadField(say("Au"), _day)
    theme = ReadField(say("Thème"), line(LONGEST_CODE))
    section = ReadField(say("Section NAF"), line(LONGEST_CODE))
    tranche = ReadField(say("Effectif"), line(LONGEST_CODE))
    secteur = ReadField(say("Secteur du service"), line(LONGEST_CODE))
    campagne = ReadField(say("Campagne"), line(LONGEST_CODE))

    def check(self, today: date, known: Known) -> bool:
        """Whether it can be counted; what cannot is told field by field."""
        self.validate()
        lists: tuple[tuple[ReadField, Collection[str]], ...] = (
            (self.theme, {*known.themes, NOT_SAID}),
            (self.section, {*SECTIONS, NOT_SAID}),
            (self.tranche, {*(code for code, *_ in SIZE_BANDS), NOT_SAID}),
            (self.secteur, {*known.sectors, NOT_SAID}),
            (self.campagne, known.campaigns),
        )
        for field, codes in lists:
            if field.data and field.data not in codes:
                field.errors = [say("Choisissez une des réponses proposées.")]
        self._check_year(today)
        self._check_days()
        return not self.faults()

    def _check_year(self, today: date) -> None:
        year = self.annee
        if not year.data and not year.errors and not self.du.data and not self.au.data:
            year.data = str(today.year)
        if not year.errors and year.data not in {None, FREE} and self._year(today) is None:
            year.errors = [say("Choisissez une année de {first} à {last}.", first=FIRST_YEAR, last=today.year + 1)]

    def _check_days(self) -> None:
        first, last = self.du, self.au
        if first.errors or last.errors:
            return
        if self.annee.data == FREE and first.data is None and last.data is None:
            first.errors = [say("Écrivez le premier jour, comme 01/01/2026.")]
        if first.data and last.data and first.data > last.data:
            last.errors = [say("Le dernier jour vient avant le premier : changez l'un des deux.")]

    def query(self, today: date) -> IndicatorQuery:
        """What to count, once checked."""
        first, last = self.period(today)
        return IndicatorQuery(
            first=first,
            last=last,
            theme=self.theme.data or "",
            section=self.section.data or "",
            band=self.tranche.data or "",
            sector=self.secteur.data or "",
            campaign=self.campagne.data or "",
        )

    def period(self, today: date) -> tuple[date, date]:
        """First and last day; two days that are typed come before the year."""
        first, last = self.du.data, self.au.data
        if first or last:
            end = last or max(today, first)
            return first or date(end.year, 1, 1), end
        year = self._year(today) or today.year
        return date(year, 1, 1), date(year, 12, 31)

    @property
    def free(self) -> bool:
        """Whether the period is typed day by day."""
        return bool(self.du.data or self.au.data or self.annee.data == FREE)

    def args(self) -> dict[str, str]:
        """The address that says the same perimeter; what filters nothing is left out."""
        days = {"du": self.du.data, "au": self.au.data}
        kept = {name: day.isoformat() for name, day in days.items() if day}
        names = ("theme", "section", "tranche", "secteur", "campagne")
        if not kept and self.annee.data and self.annee.data != FREE:
            kept["annee"] = self.annee.data
        return {**kept, **{name: self[name].data for name in names if self[name].data}}

    def _year(self, today: date) -> int | None:
        typed = self.annee.data or ""
        if len(typed) != 4 or not (typed.isascii() and typed.isdigit()):
            return None
        year = int(typed)
        return year if FIRST_YEAR <= year <= today.year + 1 else None
