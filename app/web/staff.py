"""The first page of the staff of a service: its establishments, their themes and dates; nothing of the answers."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.domain.roles import Role
from app.domain.workflow import State
from app.extensions import db
from app.services.staff_views import LONGEST_SEARCH, firms_of
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.pages import render
from app.web.scope import scope
from forms.words import say

STATE_WORDS = {
    State.TO_DO: say("à faire"),
    State.IN_PROGRESS: say("en cours"),
    State.FINISHED: say("terminé"),
    State.SET_ASIDE: say("écarté"),
    State.SUBMITTED: say("soumis pour avis"),
    State.CHANGE_REQUESTED: say("modification demandée"),
    State.REVIEWED: say("relu"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the staff."""
    staff = Blueprint("staff", __name__)

    @staff.get("/<slug>/service/")
    @access(Door.STAFF)
    def home(**_where: object) -> ResponseReturnValue:
        search = request.args.get("cherche", "").replace("\x00", "")[:LONGEST_SEARCH]
        page = firms_of(db.session(), search=search, page=_number(request.args.get("page", "1")))
        return render(
            "staff/home.html",
            page=page,
            search=search,
            titles={code: desk.catalogue.theme(code).short_title for code in desk.catalogue.codes},
            state_words=STATE_WORDS,
            advises=Role.ADVISER in scope().staff_roles,
        )

    return staff


def _number(text: str) -> int:
    """The page asked for; the first one for anything that is no page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
