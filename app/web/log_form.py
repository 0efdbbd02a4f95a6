"""The short form of an act: what it offers first, and whether it can be kept."""

from __future__ import annotations

import secrets
from datetime import date
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.domain.activity import CATEGORIES
from app.domain.activity_rules import usual_format
from app.domain.typography import french_siret
from app.extensions import db
from app.services.activity_views import Habits, LogLine, habits_of, open_campaigns
from app.services.firm_choices import FirmChoice, Found, firms_by_id, search_firms
from app.web.desk import Desk
from app.web.language import _
from app.web.log_words import day_options, length_options, options, own_profession, themes_of, vocabulary
from app.web.pages import render
from app.web.presentation import content
from app.web.scope import scope
from forms.activity import NO_FIRM, ActForm

SEARCH, ENTER = "chercher", "entree"
"""What the buttons of the form say: look for a firm; the key « Entrée », which means whichever is due."""

_NONE = Found(firms=(), more=False)


def searching(form: ActForm) -> bool:
    """Whether the person looks for a firm, and not to keep the form yet."""
    act = request.form.get("geste", "")
    return act == SEARCH or (act == ENTER and bool(form.cherche.data) and not _searched(form))


def right(desk: Desk, form: ActForm, *, line: LogLine | None = None) -> bool:
    """Whether the form can be kept."""
    session = db.session()
    campaigns = dict(open_campaigns(session, on=form.on or desk.today()))
    if line is not None and line.campaign:
        campaigns[line.campaign] = line.campaign  # closed since, and still true of the act
    return form.check(
        desk.today(),
        themes=themes_of(desk),
        campaigns=campaigns,
        kept=line.on if line else None,
        trade_known=bool(own_profession() or (line and line.profession)),
    )


def of_line(line: LogLine, *, today: date) -> ActForm:
    """The form of an act as it was said."""
    form = ActForm(
        data={
            "entreprise": line.establishment_id or NO_FIRM,
            "categorie": line.category,
            "theme": line.theme,
            "format": "" if line.format == usual_format(line.category) else line.format,
            "origine": line.origin,
            "partenaire": line.partner,
            "campagne": line.campaign,
            "commentaire": line.words,
            "metier": line.profession,
        }
    )
    form.set_day(line.on, today=today)
    form.set_length(line.minutes)
    return form


def page(desk: Desk, form: ActForm, *, line: LogLine | None = None) -> ResponseReturnValue:
    """The form, new or as it was typed, with the firms its words find; 422 with faults."""
    session, viewer = db.session(), scope().viewer
    faults = form.faults()
    habits = habits_of(session, viewer.account_id, on=desk.today()) if viewer else _no_habits()
    found = search_firms(session, form.cherche.data) if form.cherche.data else _NONE
    chosen = _chosen(form, (*found.firms, *habits.firms))
    if not form.metier.raw_data and not form.metier.data:
        form.metier.data = habits.profession
    drawn = render(
        "staff/log_correct.html" if line else "staff/log_new.html",
        form=form,
        faults=faults,
        line=line,
        firms=_firm_options(chosen, found, habits),
        chosen=chosen,
        found=found,
        usual=options(CATEGORIES, _first(form, habits)),
        others=options(CATEGORIES, [code for code in CATEGORIES if code not in _first(form, habits)]),
        days=day_options(desk.today()),
        lengths=length_options(),
        campaigns=_campaigns(open_campaigns(session, on=desk.today()), line),
        ask_trade=not own_profession() and not (line and line.profession),
        key=secrets.token_urlsafe(16),
        **vocabulary(desk),
    )
    return drawn, 422 if faults else 200


def _campaigns(known: tuple[tuple[str, str], ...], line: LogLine | None) -> list[tuple[str, str]]:
    """Those that are open, and the one the act was of."""
    kept = line.campaign if line else ""
    return [*known, *([(kept, kept)] if kept and kept not in dict(known) else [])]


def _first(form: ActForm, habits: Habits) -> list[str]:
    """The categories offered as large buttons; the one already chosen is always among them."""
    chosen = form.categorie.data
    return [*habits.categories, *([chosen] if chosen and chosen not in habits.categories else [])]


def _chosen(form: ActForm, at_hand: tuple[FirmChoice, ...]) -> FirmChoice | None:
    """The firm already chosen, as a choice."""
    firm_id = form.firm
    if firm_id is None:
        return None
    known = next((each for each in at_hand if each.establishment_id == firm_id), None)
    return known or firms_by_id(db.session(), [firm_id]).get(firm_id)


def _firm_options(chosen: FirmChoice | None, found: Found, habits: Habits) -> list[tuple[str, str, str]]:
    """The firm already chosen, those that were found, else the last ones; then none at all."""
    offered = [*([chosen] if chosen else []), *(found.firms or habits.firms)]
    unique: dict[UUID, FirmChoice] = {each.establishment_id: each for each in offered}
    firms = [(str(each.establishment_id), content(each.name), _where(each)) for each in unique.values()]
    return [*firms, (NO_FIRM, _("Aucune entreprise en particulier"), "")]


def _where(firm: FirmChoice) -> str:
    """What tells two firms of one name apart."""
    return " · ".join(words for words in (french_siret(firm.siret) if firm.siret else "", firm.postal_code) if words)


def _searched(form: ActForm) -> bool:
    return bool(form.cherche.data == request.form.get("cherche_avant", ""))


def _no_habits() -> Habits:
    return Habits(categories=(), profession="", firms=())
