"""How an action ends: the one question, or why it was given up."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.closing import DropReason, RiskChange
from app.services.action_plans import ActionMoved, UnknownAction, drop_action, finish_action
from app.services.plan_views import PlanLine, PlanView
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.plan_actions import line_of, say_moved, to_plan
from app.web.plan_details import read_plan, writer
from forms.action import CHANGES, REASONS, CloseForm, DropForm


def add_views(plan: Blueprint, desk: Desk) -> None:
    """Add the pages that close an action."""
    _add_finish(plan, desk)
    _add_drop(plan, desk)


def _running(view: PlanView, action_id: UUID) -> PlanLine | None:
    """The action when it is still to be done; None, with a word, when it is over already."""
    line = line_of(view, action_id)
    if line.running:
        return line
    say_moved(ActionMoved(line.status))
    return None


def _add_finish(plan: Blueprint, desk: Desk) -> None:
    @plan.route("/<uuid:action_id>/fait", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def finish(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        line = _running(read_plan(desk), action_id)
        if line is None:
            return to_plan(slug, establishment_id)
        if request.method == "GET":
            form = CloseForm(data={"fait_le": desk.today()})
            return render("plan/finish.html", line=line, form=form, changes=CHANGES, faults=())
        form = CloseForm(request.form)
        right = form.validate()
        if not (form.check_day(desk.today()) and right):
            page = render("plan/finish.html", line=line, form=form, changes=CHANGES, faults=form.faults())
            return page, 422
        said = RiskChange(form.risque.data)
        try:
            finish_action(writer(desk), action_id, change_of_risk=said, done_on=form.fait_le.data or desk.today())
        except UnknownAction:
            abort(404)
        except ActionMoved as moved:
            say_moved(moved)
            return to_plan(slug, establishment_id)
        if said is RiskChange.SAME:
            flash(_("C'est noté. Le risque n'a pas baissé : regardez les autres propositions."), "done")
            return to_plan(slug, establishment_id)
        where = url_for("plan.risk", slug=slug, establishment_id=establishment_id, action_id=action_id)
        return redirect(where, 303)


def _add_drop(plan: Blueprint, desk: Desk) -> None:
    @plan.route("/<uuid:action_id>/abandonner", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def drop(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        line = _running(read_plan(desk), action_id)
        if line is None:
            return to_plan(slug, establishment_id)
        form = DropForm(request.form) if request.method == "POST" else DropForm()
        if request.method == "GET" or not form.validate():
            faults = form.faults() if request.method == "POST" else ()
            page = render("plan/drop.html", line=line, form=form, reasons=REASONS, faults=faults)
            return page, 422 if faults else 200
        try:
            drop_action(writer(desk), action_id, reason=DropReason(form.raison.data), words=form.mots.data)
        except UnknownAction:
            abort(404)
        except ActionMoved as moved:
            say_moved(moved)
        else:
            flash(_("L'action est abandonnée, et la raison est gardée. Le risque, lui, reste à traiter."), "done")
        return to_plan(slug, establishment_id)
