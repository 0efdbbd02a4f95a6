"""One action of the plan: changing it, starting it, putting it aside and bringing it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.plain_values import show_day
from app.services.action_plans import (
    ActionChanged,
    ActionMoved,
    UnknownAction,
    change_action,
    remove_action,
    reopen_action,
    restore_action,
    start_action,
)
from app.services.plan_views import PlanLine, PlanView, situation_code
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.plan_details import details_of, read_again, read_plan, warn_of_persons, writer
from forms.action import RANKS, DetailsForm, OwnActionForm

_COMPARED = (
    "action",
    "situations",
    "type_mesure",
    "qui",
    "debut",
    "echeance",
    "cout",
    "indicateur",
    "conditions",
    "ressources",
    "collectif",
)
"""Fields shown side by side when two people wrote on one action."""


def add_views(plan: Blueprint, desk: Desk) -> None:
    """Add the pages of one action."""
    _add_edit(plan, desk)
    _add_moves(plan, desk)
    _add_shelf(plan, desk)


def line_of(view: PlanView, action_id: UUID) -> PlanLine:
    """The action of that identity in this plan; 404 when there is none."""
    line = view.line(action_id)
    if line is None:
        abort(404)
    return line


def to_plan(slug: str, establishment_id: UUID, *, removed: UUID | None = None) -> ResponseReturnValue:
    """Back to the plan; `removed` is the action just put aside, which the page offers to bring back."""
    where = url_for("plan.index", slug=slug, establishment_id=establishment_id, retiree=removed)
    return redirect(where, 303)


def say_moved(moved: ActionMoved) -> None:
    """Tell that somebody was quicker: nothing was changed."""
    words = {
        "a_faire": _("Cette action est « à faire » : rien n'a été changé."),
        "en_cours": _("Cette action est « en cours » : rien n'a été changé."),
        "fait": _("Cette action est déjà « faite » : rien n'a été changé."),
        "abandonne": _("Cette action est « abandonnée » : rien n'a été changé."),
    }
    flash(words[moved.status.value], "warn")


def _add_edit(plan: Blueprint, desk: Desk) -> None:
    @plan.route("/<uuid:action_id>", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def edit(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        view = read_plan(desk)
        line = line_of(view, action_id)
        if request.method == "GET":
            return _edit_page(view, line, _form_of(line), version=line.row_version), 200
        form = OwnActionForm(request.form) if line.line.own_words else DetailsForm(request.form)
        if not form.validate():
            return _edit_page(view, line, form, version=form.version.data), 422
        details = details_of(form, offered=view.situations, proposed=line.line.proposed_due)
        try:
            change_action(writer(desk), action_id, details, version=form.version.data)
        except UnknownAction:
            abort(404)
        except ActionChanged:
            view = read_again(desk)
            now = line_of(view, action_id)
            return _edit_page(view, now, form, version=now.row_version, conflict=True), 409
        flash(_("Action enregistrée."), "done")
        warn_of_persons(form)
        return to_plan(slug, establishment_id)


def _form_of(line: PlanLine) -> DetailsForm:
    said = line.said
    if said is None:
        raise LookupError("a proposal has no page")
    known = {
        "qui": said.owner,
        "debut": said.start,
        "echeance": said.due,
        "cout": said.cost,
        "indicateur": said.indicator,
        "conditions": said.conditions,
        "ressources": said.resources,
        "collectif": said.collective_sought,
    }
    if said.text is None:
        return DetailsForm(data=known)
    codes = tuple(situation_code(said.theme, each) for each in said.situations)
    return OwnActionForm(data={**known, "action": said.text, "situations": codes, "type_mesure": said.rank or ""})


def _edit_page(view: PlanView, line: PlanLine, form: DetailsForm, *, version: int, conflict: bool = False) -> str:
    return render(
        "plan/edit.html",
        plan=view,
        line=line,
        form=form,
        version=version,
        ranks=RANKS,
        conflict=conflict,
        differences=tuple(_differences(line, form)) if conflict else (),
        faults=() if conflict else form.faults(),
    )


def _differences(line: PlanLine, form: DetailsForm) -> Iterator[tuple[str, str, str]]:
    """(label, what is stored, what was typed) of each field that differs."""
    stored = _form_of(line)
    for name in _COMPARED:
        if name in form and form[name].data != stored[name].data:
            yield form[name].label.text, _shown(stored[name].data), _shown(form[name].data)


def _shown(value: object) -> str:
    if isinstance(value, date):
        return show_day(value)
    if isinstance(value, tuple):
        return ", ".join(str(each).rpartition(".")[2] for each in value)
    return str(value or "")


def _add_moves(plan: Blueprint, desk: Desk) -> None:
    @plan.post("/<uuid:action_id>/commencer")
    @access(Door.FIRM_WRITE)
    def start(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        try:
            start_action(writer(desk), action_id)
        except UnknownAction:
            abort(404)
        except ActionMoved as moved:
            say_moved(moved)
        return to_plan(slug, establishment_id)

    @plan.post("/<uuid:action_id>/rouvrir")
    @access(Door.FIRM_WRITE)
    def reopen(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        try:
            reopen_action(writer(desk), action_id)
        except UnknownAction:
            abort(404)
        flash(_("Action remise « à faire »."), "done")
        return to_plan(slug, establishment_id)


def _add_shelf(plan: Blueprint, desk: Desk) -> None:
    @plan.post("/<uuid:action_id>/retirer")
    @access(Door.FIRM_WRITE)
    def remove(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        try:
            remove_action(writer(desk), action_id)
        except UnknownAction:
            abort(404)
        return to_plan(slug, establishment_id, removed=action_id)

    @plan.post("/<uuid:action_id>/remettre")
    @access(Door.FIRM_WRITE)
    def restore(slug: str, establishment_id: UUID, action_id: UUID) -> ResponseReturnValue:
        try:
            back = restore_action(writer(desk), action_id)
        except UnknownAction:
            abort(404)
        if back:
            flash(_("L'action est revenue dans le plan, comme vous l'aviez laissée."), "done")
        else:
            flash(_("Cette mesure a été retenue de nouveau entre-temps : elle est déjà dans le plan."), "warn")
        return to_plan(slug, establishment_id)
