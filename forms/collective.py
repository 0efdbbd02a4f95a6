"""The form of a collective session: what it was, when, how long, then who came, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.domain.activity import SESSION_CATEGORIES
from app.domain.activity_rules import MOST_LINES, TITLE_LIMIT, usual_format
from forms.activity import SEARCH_LIMIT, DayAndLength, fault, warning
from forms.attendance import LineForm, line_form, lines_of, next_number
from forms.base import FieldFault
from forms.plain_fields import TickField
from forms.read_field import LONGEST_READ, ReadField, line, one_of, text
from forms.words import say

WAYS = ("collectif", "distance")


class SessionForm(DayAndLength):
    """A session and its lines of attendance; `check` says whether it can be kept."""

    titre = ReadField(
        say("Titre de la séance"),
        line(TITLE_LIMIT),
        missing=say("Écrivez un titre, par exemple « Chaleur : atelier BTP »."),
    )
    confirme = TickField(say("Ce titre ne désigne personne"))
    categorie = ReadField(
        say("C'était"),
        one_of(SESSION_CATEGORIES),
        missing=say("Choisissez ce que c'était : atelier, webinaire, sensibilisation ou module."),
    )
    format = ReadField(say("Comment ?"), one_of(WAYS))
    theme = ReadField(say("Thème"), line(60))
    campagne = ReadField(say("Campagne"), line(80))
    cherche = ReadField(say("Nom ou SIRET de l'entreprise"), line(SEARCH_LIMIT))
    liste = ReadField(say("Coller une liste"), text(LONGEST_READ))

    lines: list[LineForm]
    warned: str = ""

    def read_lines(self, formdata: Mapping[str, str]) -> None:
        """Keeps the lines that were sent."""
        self.lines = lines_of(formdata)

    def add_line(self, firm: UUID | str, *, employers: int | None = None, workers: int | None = None) -> bool:
        """Adds a line, unless there are too many."""
        if len(self.lines) >= MOST_LINES:
            return False
        number = next_number(self.lines)
        self.lines.append(line_form(number, entreprise=firm, employeurs=employers, salaries=workers))
        return True

    @property
    def way(self) -> str:
        """How it was held: as said, else as sessions of that category are."""
        return self.format.data or usual_format(self.categorie.data or "")

    def check(
        self,
        today: date,
        *,
        themes: Mapping[str, str],
        campaigns: Mapping[str, str],
        known: Mapping[UUID, Any],
        kept: date | None = None,
        trade_known: bool = False,
    ) -> bool:
        """Whether everything can be kept; what cannot is told field by field. `known` are firms that may be cited."""
        self.validate()
        for field, codes in ((self.theme, themes), (self.campagne, campaigns)):
            if field.data and field.data not in codes:
                fault(field, say("Choisissez une des réponses proposées."))
        self.warned = warning(self.titre.data or "")
        if self.warned and not self.confirme.data and not self.titre.errors:
            fault(self.titre, self.warned)
        right = self._check_lines(known)
        return self.check_when(today, kept=kept, trade_known=trade_known) and right

    def _check_lines(self, known: Mapping[UUID, Any]) -> bool:
        seen: set[UUID] = set()
        for each in self.lines:
            each.validate()
            for words in each.entreprise.errors:  # a hidden field: what is wrong is told where one can go
                fault(each.employeurs, words)
            each.entreprise.errors = []
            firm = each.firm
            if firm is None:
                continue
            if firm not in known:
                fault(each.employeurs, say("Cette entreprise n'est pas connue du service : retirez la ligne."))
            elif firm in seen:
                fault(
                    each.employeurs,
                    say("Cette entreprise est déjà dans la liste : additionnez ses présents sur une seule ligne."),
                )
            seen.add(firm)
        return not any(each.errors for each in self.lines)

    def faults(self) -> tuple[FieldFault, ...]:
        """Everything to correct, the lines of attendance last."""
        lines = (wrong for each in self.lines for wrong in each.faults())
        return (*super().faults(), *lines)
