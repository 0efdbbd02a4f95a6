"""What a finished action changed: the questions it was about, answered anew, and the priority before and today."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.action_plans import UnknownAction, rate_again
from app.services.answering import save_section
from app.services.plan_sources import PlanSources, gather
from app.services.plan_views import PlanLine, view_of
from app.services.risk_results import risk_results
from app.services.saving import Clash
from app.services.theme_drafts import MoveRefused, Seat
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, current
from app.web.pages import render
from app.web.plan_actions import line_of
from app.web.plan_details import writer
from app.web.presentation import filters
from app.web.scope import scope
from forms.base import FieldFault
from forms.boxes import AnswerBox, TwoValues, boxes_of_answers, boxes_of_form
from questionnaires.schema import Question


@dataclass(frozen=True, slots=True)
class _Sent:
    """What became of the answers that were sent."""

    boxes: tuple[AnswerBox, ...]
    faults: tuple[FieldFault, ...]
    whole: bool


def add_views(plan: Blueprint, desk: Desk) -> None:
    """Add the page of what changed."""

    @plan.route("/<uuid:action_id>/risque", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def risk(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        sources = gather(db.session(), scope().establishment_id, catalogue=desk.catalogue, on=desk.today())
        line = line_of(view_of(sources), action_id)
        if line.running:
            return redirect(
                url_for("plan.finish", slug=slug, establishment_id=establishment_id, action_id=action_id), 303
            )
        if request.method == "GET":
            return _page(sources, line, _boxes(sources, line))
        sent = _save(desk, sources, line)
        try:
            changed = rate_again(writer(desk), action_id)
        except UnknownAction:
            abort(404)
        if not sent.whole:
            return _page(sources, line, sent.boxes, faults=sent.faults), 422
        if changed:
            flash(_("Réponses enregistrées. La nouvelle évaluation est datée d'aujourd'hui et gardée."), "done")
        else:
            flash(_("Réponses enregistrées. L'évaluation reste la même."), "done")
        where = url_for("plan.risk", slug=slug, establishment_id=establishment_id, action_id=action_id)
        return redirect(where, 303)


def _page(
    sources: PlanSources, line: PlanLine, boxes: tuple[AnswerBox, ...], *, faults: tuple[FieldFault, ...] = ()
) -> str:
    if line.action_id is None:
        raise LookupError("a proposal changes nothing")
    results = risk_results(db.session(), sources, line.action_id)
    return render("plan/risk.html", line=line, results=results, boxes=boxes, faults=faults)


def _questions(sources: PlanSources, line: PlanLine) -> tuple[Question, ...]:
    theme = sources.library.themes.get(line.line.theme)
    return tuple(each for each in theme.questions if each.id in line.questions) if theme else ()


def _boxes(sources: PlanSources, line: PlanLine) -> tuple[AnswerBox, ...]:
    book = next((each for each in sources.firm.books if each.theme == line.line.theme), None)
    if book is None:
        return ()
    return boxes_of_answers(_questions(sources, line), book, units=sources.firm.establishment.units)


def _save(desk: Desk, sources: PlanSources, line: PlanLine) -> _Sent:
    """Save the questions of each section they stand in; a section refused changes nothing of the others."""
    boxes: list[AnswerBox] = []
    faults: list[FieldFault] = []
    whole = True
    for section in dict.fromkeys(question.section for question in _questions(sources, line)):
        try:
            saved = save_section(desk.database, _seat(desk, line), section, request.form)
        except MoveRefused as refused:
            flash(refused.words, "warn")
            return _Sent(_boxes(sources, line), (), whole=False)
        clashes = {clash.name: _two(desk, clash) for clash in saved.clashes}
        boxes += boxes_of_form(saved.form, units=sources.firm.establishment.units, marks=saved.marks, clashes=clashes)
        faults += saved.faults
        faults += [
            FieldFault(anchor=f"{name}-deux", words=_("Deux réponses différentes : choisissez.")) for name in clashes
        ]
        whole = whole and saved.whole
    return _Sent(tuple(boxes), tuple(faults), whole=whole)


def _two(desk: Desk, clash: Clash) -> TwoValues:
    hour = filters(current())["hour"]
    zone = scope().face.zone
    nothing = _("rien")
    return TwoValues(
        lines=(
            (clash.stored or nothing, clash.role or _("un collègue"), hour(clash.at, zone) if clash.at else ""),
            (clash.mine or nothing, _("vous"), hour(desk.now(), zone)),
        ),
        mark=clash.mark,
    )


def _seat(desk: Desk, line: PlanLine) -> Seat:
    return Seat(
        service_id=scope().face.service_id,
        establishment_id=scope().establishment_id,
        theme=line.line.theme,
        catalogue=desk.catalogue,
        author=scope().author,
        on=desk.today(),
        at=desk.now(),
    )
