"""The plan: two first steps, what was taken on, what is proposed; choosing, adding, and taking the plan away."""

from __future__ import annotations

import secrets
from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.domain.closing import DROP_NAMES, RISK_CHANGE_WORDS
from app.extensions import db
from app.services.action_plans import add_action, choose_actions
from app.services.calendar_feeds import MEDIA_TYPE, plan_calendar
from app.services.once import AlreadyDone
from app.services.plan_views import plan_workbook
from app.web import plan_actions, plan_closing, plan_risk
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, ngettext
from app.web.pages import render
from app.web.plan_details import details_of, read_plan, warn_of_persons, writer
from app.web.scope import scope
from forms.action import RANKS, ChooseForm, OwnActionForm

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_ROOT = "/<slug>/e/<uuid:establishment_id>/plan"


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the plan of an establishment."""
    plan = Blueprint("plan", __name__, url_prefix=_ROOT)
    _add_index(plan, desk)
    _add_choices(plan, desk)
    _add_files(plan, desk)
    plan_actions.add_views(plan, desk)
    plan_closing.add_views(plan, desk)
    plan_risk.add_views(plan, desk)
    return plan


def _add_index(plan: Blueprint, desk: Desk) -> None:
    @plan.get("")
    @access(Door.FIRM_READ)
    def index(**_where: object) -> ResponseReturnValue:
        return _page(desk)


def _page(desk: Desk, *, unticked: bool = False) -> ResponseReturnValue:
    view = read_plan(desk)
    page = render(
        "plan/index.html",
        plan=view,
        form=ChooseForm(),
        key=secrets.token_urlsafe(16),
        may_write=scope().may_write,
        change_words=RISK_CHANGE_WORDS,
        drop_words=DROP_NAMES,
        removed_now=request.args.get("retiree", ""),
        unticked=unticked,
    )
    return page, 422 if unticked else 200


def _add_choices(plan: Blueprint, desk: Desk) -> None:
    @plan.post("/choisir")
    @access(Door.FIRM_WRITE)
    def choose(slug: str, establishment_id: UUID) -> ResponseReturnValue:
        form = ChooseForm(request.form)
        if not form.proposition.data:
            return _page(desk, unticked=True)
        try:
            taken = choose_actions(
                writer(desk),
                form.proposition.data,
                with_dates=form.dates.data,
                key=request.form.get("cle", ""),
            )
        except AlreadyDone:
            return redirect(url_for("plan.index", slug=slug, establishment_id=establishment_id), 303)
        if taken.count:
            flash(
                ngettext(
                    "Action retenue. Dites qui s'en charge et pour quand.",
                    "{n} actions retenues. Dites qui s'en charge et pour quand.",
                    taken.count,
                ),
                "done",
            )
        if taken.gone:
            flash(
                ngettext(
                    "Une proposition n'existe plus : une réponse a changé entre-temps.",
                    "{n} propositions n'existent plus : des réponses ont changé entre-temps.",
                    taken.gone,
                ),
                "warn",
            )
        return redirect(url_for("plan.index", slug=slug, establishment_id=establishment_id), 303)

    @plan.route("/ajouter", methods=["GET", "POST"])
    @access(Door.FIRM_WRITE)
    def add(slug: str, establishment_id: UUID) -> ResponseReturnValue:
        view = read_plan(desk)
        form = OwnActionForm(request.form) if request.method == "POST" else OwnActionForm()
        if request.method == "POST" and form.validate():
            try:
                add_action(writer(desk), details_of(form, offered=view.situations), key=request.form.get("cle", ""))
            except AlreadyDone:
                pass
            else:
                flash(_("Action ajoutée au plan."), "done")
                warn_of_persons(form)
            return redirect(url_for("plan.index", slug=slug, establishment_id=establishment_id), 303)
        faults = form.faults() if request.method == "POST" else ()
        key = request.form.get("cle", "") or secrets.token_urlsafe(16)
        page = render("plan/add.html", plan=view, form=form, ranks=RANKS, faults=faults, key=key)
        return page, 422 if faults else 200


def _add_files(plan: Blueprint, desk: Desk) -> None:
    @plan.get("/agenda.ics")
    @access(Door.FIRM_READ)
    def calendar(slug: str, establishment_id: UUID) -> ResponseReturnValue:
        def link(action_id: UUID) -> str:
            if scope().may_write:
                path = url_for("plan.edit", slug=slug, establishment_id=establishment_id, action_id=action_id)
            else:  # a reader of the firm has no page of one action
                path = url_for("plan.index", slug=slug, establishment_id=establishment_id)
            return f"{desk.settings.base_url}{path}"

        content = plan_calendar(read_plan(desk), link=link, at=desk.now())
        return send_file(
            BytesIO(content),
            mimetype=MEDIA_TYPE,
            as_attachment=True,
            download_name="plan-d-action.ics",
            etag=False,
        )

    @plan.get("/plan.xlsx")
    @access(Door.FIRM_READ)
    def workbook(**_where: object) -> ResponseReturnValue:
        content = plan_workbook(db.session(), scope().establishment_id, catalogue=desk.catalogue, on=desk.today())
        return send_file(
            BytesIO(content),
            mimetype=XLSX,
            as_attachment=True,
            download_name=f"plan-d-action-{desk.today():%Y-%m-%d}.xlsx",
            etag=False,
        )
