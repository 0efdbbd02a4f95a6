"""What the buttons of a session do to its lines of attendance: add, take away, search, read a pasted list."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import request

from app.extensions import db
from app.services.firm_choices import firms_by_siret
from app.web.language import _, ngettext
from forms.attendance import UNPLACED, read_list
from forms.base import FieldFault
from forms.collective import SessionForm

SEARCH, ENTER, PASTE = "chercher", "entree", "lire"
ADD, DROP = "ajouter:", "enlever:"
"""What the buttons say; the two last are followed by a firm, or by the number of a line."""


@dataclass(frozen=True, slots=True)
class Gesture:
    """What a button did to the lines: whether the page is to be shown again and nothing kept, and what to tell."""

    done: bool
    faults: tuple[FieldFault, ...] = ()
    list_faults: tuple[str, ...] = ()
    told: str = ""


def gesture_of(form: SessionForm, act: str) -> Gesture:
    """Does to the lines what a button asks."""
    if act.startswith(ADD):
        return _add(form, act.removeprefix(ADD))
    if act.startswith(DROP):
        form.lines = [line for line in form.lines if str(line.number) != act.removeprefix(DROP)]
        return Gesture(True, told=_("La ligne est retirée."))
    if act == SEARCH or (act == ENTER and form.cherche.data and form.cherche.data != request.form.get("cherche_avant")):
        return Gesture(True)
    if form.liste.data:
        read = _read_list(form)
        return Gesture(act in {PASTE, ENTER}, read.faults, read.list_faults, read.told)
    return Gesture(act == PASTE)


def _add(form: SessionForm, code: str) -> Gesture:
    firm: UUID | str = UNPLACED
    if code != UNPLACED:
        try:
            firm = UUID(code)
        except ValueError:
            return Gesture(True)
    if firm not in {line.firm for line in form.lines} and form.add_line(firm):
        return Gesture(True, told=_("La ligne est ajoutée : écrivez ses présents."))
    return Gesture(True, told=_("Cette entreprise est déjà dans la liste."))


def _read_list(form: SessionForm) -> Gesture:
    """Makes lines of a pasted list; what cannot be read stays in the field, with what is wrong line by line."""
    read, wrong = read_list(form.liste.data)
    firms = firms_by_siret(db.session(), [line.siret for line in read])
    here = {line.firm for line in form.lines}
    left, added = list(wrong), 0
    for line in read:
        known = firms.get(line.siret, ())
        if len(known) != 1:
            left.append((line.raw, _why_no_firm(line.number, len(known))))
        elif known[0].establishment_id in here:
            left.append((line.raw, _("Ligne {n} : cette entreprise est déjà dans la liste.", n=line.number)))
        elif form.add_line(known[0].establishment_id, employers=line.employers, workers=line.workers):
            here.add(known[0].establishment_id)
            added += 1
        else:
            left.append(
                (line.raw, _("Ligne {n} : la séance a déjà toutes les lignes qu'elle peut avoir.", n=line.number))
            )
    form.liste.raw_data = ["\n".join(typed for typed, _words in left)]
    words = tuple(words for _typed, words in left)
    faults = (FieldFault(anchor="liste", words=_("Des lignes de la liste sont à corriger.")),) if left else ()
    told = ngettext("{n} entreprise ajoutée de la liste.", "{n} entreprises ajoutées de la liste.", added)
    return Gesture(True, faults, words, told)


def _why_no_firm(number: int, count: int) -> str:
    if count:
        return _("Ligne {n} : plusieurs entreprises ont ce SIRET ; ajoutez la bonne par la recherche.", n=number)
    return _(
        "Ligne {n} : ce SIRET n'est pas connu du service ; comptez-la parmi les entreprises non connues.", n=number
    )
