"""The members of the service, for its administrator: the list, the files they come from, the invitations."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.intake.member_columns import COLUMNS
from app.services.claims import claims_waiting
from app.services.member_imports import waiting_import
from app.services.member_list import MemberSearch, Reach, any_member, members_of
from app.web import member_files, member_mailings
from app.web.csv_files import csv_file
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.member_search import read_search
from app.web.pages import render
from app.web.scope import scope
from forms.words import say

REACH_WORDS = {
    Reach.NEVER: say("jamais invité"),
    Reach.INVITED: say("invité, compte pas encore ouvert"),
    Reach.OPEN: say("compte ouvert"),
    Reach.ENDED: say("radié"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the members."""
    members = Blueprint("members", __name__, url_prefix="/<slug>/service/adherents")
    _add_list(members, desk)
    member_files.install(members, desk)
    member_mailings.install(members, desk)
    return members


def _add_list(members: Blueprint, desk: Desk) -> None:
    @members.get("")
    @access(Door.ADMIN)
    def index(**_where: object) -> ResponseReturnValue:
        search = read_search(request.args)
        page = members_of(db.session(), search, page=_number(request.args.get("page", "1")), on=desk.today())
        asked = search != MemberSearch()
        return render(
            "staff/members.html",
            page=page,
            search=search,
            asked=asked,
            reaches=[(reach.value, words) for reach, words in REACH_WORDS.items()],
            reach_words=REACH_WORDS,
            empty=not asked and not page.members and not any_member(db.session()),
            waiting_file=waiting_import(db.session()),
            columns=COLUMNS,
            claims_waiting=claims_waiting(db.session()),
        )

    @members.get("/import/modele.csv")
    @access(Door.ADMIN)
    def template(**_where: object) -> Response:
        rows = [[column.key for column in COLUMNS], [column.example for column in COLUMNS]]
        return csv_file(rows, name=f"adherents-{scope().slug}.csv")


def _number(text: str) -> int:
    """The page asked for; the first one for anything that is no page."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
