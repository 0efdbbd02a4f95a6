"""The page of a case in three zones: who; alerts and answers; the thread, what an adviser adds to it, the closing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from app.domain.activity import CATEGORIES
from app.extensions import db
from app.models.fact import Fact
from app.services.advising import OpenThemes
from app.services.case_page import CaseView
from app.services.case_views import case_view
from app.services.establishments import UnknownEstablishment
from app.services.facts import FactKind
from app.services.reviews import ClosedReview
from app.web.case_acts import asked_view
from app.web.case_forms import CaseBasis, close_view
from app.web.case_words import alert_words, month_of
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.queue import CASE, titles_of
from app.web.scope import scope
from app.web.staff import STATE_WORDS
from forms.words import say

WHOLE = "tout"
"""Value of `vue` that shows every answer; what changed otherwise."""
LATEST = 6
"""Events of the service's own log that the first zone lists."""
MESSAGES = {
    "demande": say("Demande"),
    "question": say("Question"),
    "conseil": say("Conseil"),
    "proposition": say("Mesure proposée"),
    "reponse": say("Réponse"),
    "note": say("Note interne"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The page of a case."""
    case = Blueprint("case", __name__)

    @case.get(CASE)
    @access(Door.ADVISE)
    def show(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            view = case_view(db.session(), firm_id, theme=_theme_asked(desk), catalogue=desk.catalogue, on=desk.today())
        except UnknownEstablishment:
            abort(404)
        return _page(desk, view, firm_id)

    return case


def _page(desk: Desk, view: CaseView, firm_id: UUID) -> str:
    shown = view.shown
    basis = _basis(view, firm_id)
    return render(
        "staff/case.html",
        view=view,
        shown=shown,
        units={unit.key: unit.name for unit in view.who.units},
        alerts=[alert_words(alert) for alert in shown.alerts] if shown else [],
        whole=request.args.get("vue") == WHOLE or shown is None or not shown.diff.compared,
        shorts=_shorts(desk, shown.theme) if shown else {},
        titles=titles_of(desk),
        states=STATE_WORDS,
        messages=MESSAGES,
        events=_events(view.facts),
        today=desk.today(),
        month_of=month_of,
        add=asked_view(desk, basis),
        close=close_view(desk, basis, shown.theme) if shown else None,
        zone=scope().face.zone,
    )


def _shorts(desk: Desk, theme: str) -> dict[str, str]:
    """Question -> its short name with a capital: a table of answers is read at a glance."""
    return {each.id: each.short[:1].upper() + each.short[1:] for each in desk.catalogue.theme(theme).questions}


def _theme_asked(desk: Desk) -> str:
    """The theme of the address, or that of the question one asks about; empty for anything else."""
    about = request.args.get("sur", "").partition(".")[0]
    found = request.args.get("theme", "") or about
    return found if found in desk.catalogue.codes else ""


def _basis(view: CaseView, firm_id: UUID) -> CaseBasis:
    """What the forms of the case rest on, without reading it again."""
    submitted = {each.theme: each.version_id for each in view.readable.submitted}
    return CaseBasis(
        firm_id=firm_id,
        name=view.who.place.name,
        units={unit.key: unit.name for unit in view.who.units},
        open=OpenThemes(bases=view.bases, submitted=submitted),
        closed={
            UUID(fact.subject): ClosedReview(at=fact.recorded_at, author_role=fact.actor_role)
            for fact in view.facts
            if fact.kind == FactKind.THEME_REVIEWED
        },
    )


def _events(facts: Sequence[Fact]) -> list[tuple[str, Fact]]:
    """The latest events of the case with their words, the last one first."""
    return [(_event(fact), fact) for fact in reversed(facts)][:LATEST]


def _event(fact: Fact) -> str:
    if fact.kind == FactKind.THEME_SUBMITTED:
        return _("Thème soumis pour avis")
    if fact.kind == FactKind.THEME_REVIEWED:
        return _("Relecture close")
    return CATEGORIES.get(fact.category, _("Acte noté"))
