"""The hub of an establishment: where its people arrive, and what to do next."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from app.domain.workflow import State
from app.extensions import db
from app.services.exchanges import Message
from app.services.hubs import HubView, ThemeTask, hub_view
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, ngettext
from app.web.pages import render
from app.web.scope import Scope, scope


def blueprint(desk: Desk) -> Blueprint:
    """The hub."""
    hub = Blueprint("hub", __name__)

    @hub.get("/<slug>/e/<uuid:establishment_id>/")
    @access(Door.FIRM_READ)
    def index(**_arguments: object) -> ResponseReturnValue:
        view = hub_view(db.session(), scope().establishment_id, catalogue=desk.catalogue, on=desk.today())
        here = scope()
        return render(
            "hub/index.html",
            view=view,
            next_task=view.next_theme,
            scope=here,
            waiting=len(view.requests),
            zone=here.face.zone,
            titles={asked.exchange_id: _request_title(asked, view) for asked in view.requests},
            theme_ways={task.theme: theme_way(here, task.theme) for task in view.themes},
            theme_notes={task.theme: _theme_note(task) for task in view.themes},
            unit_names=", ".join(unit.name for unit in view.plan.firm.establishment.units[:4]),
            plan_note=_plan_note(view),
            version_task=_version_task(view),
        )

    return hub


def theme_way(here: Scope, theme: str) -> str:
    """Address of the first page of a theme."""
    return url_for("themes.show", slug=here.slug, establishment_id=here.establishment_id, theme=theme)


def _request_title(asked: Message, view: HubView) -> str:
    """The question that was asked about, else the theme; empty when neither is known."""
    rated = next((each.theme for each in view.plan.assessments if each.theme.theme == asked.theme), None)
    if rated is None:
        return ""
    question = next((each for each in rated.questions if each.id == asked.question), None)
    return question.text if question else rated.title


def _theme_note(task: ThemeTask) -> str:
    if task.state is State.TO_DO:
        return ngettext("Environ {n} minute", "Environ {n} minutes", task.minutes)
    if task.state is State.SET_ASIDE:
        return ""
    return ngettext("{n} situation retenue", "{n} situations retenues", task.situations)


def _plan_note(view: HubView) -> str:
    late, taken = len(view.plan.late), len(view.plan.taken)
    if late:
        return ngettext("{n} action en retard", "{n} actions en retard", late)
    if taken:
        return ngettext("{n} action retenue", "{n} actions retenues", taken)
    if not view.plan.proposals:
        return _("Les mesures proposées viendront de vos réponses")
    return ngettext("{n} action proposée", "{n} actions proposées", len(view.plan.proposals))


def _version_task(view: HubView) -> str:
    if view.version and view.up_to_date:
        if view.version.transmitted_on:
            return _("Version {number} validée et transmise", number=view.version.number)
        return _("Transmettre la version {number}", number=view.version.number)
    number = view.version.number + 1 if view.version else 1
    return _("Valider et transmettre la version {number}", number=number)
