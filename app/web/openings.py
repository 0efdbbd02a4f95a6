"""« Qui a ouvert quoi »: what people of the service opened of the firms, for its administrator."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.domain.plain_values import ValueFault, read_day
from app.extensions import db
from app.models.access_record import OPENED
from app.services.openings import OpeningFilter, openings
from app.services.staff_views import LONGEST_SEARCH
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.pages import render
from app.web.scope import scope
from forms.words import say

WHAT = {
    "brouillon_word": say("Brouillon Word"),
    "version_word": say("Version transmise"),
    "lignes_indicateur": say("Lignes d'un indicateur"),
    "export_indicateurs": say("Export des indicateurs"),
    "export_lignes": say("Export de lignes"),
    "sauvegarde": say("Sauvegarde"),
}
"""Code -> words, for every code of the log."""


def blueprint(_desk: Desk) -> Blueprint:
    """The page of the openings."""
    pages = Blueprint("openings", __name__)

    @pages.get("/<slug>/service/ouvertures")
    @access(Door.ADMIN)
    def index(**_where: object) -> ResponseReturnValue:
        asked = _filter()
        typed = {name: request.args.get(name, "").replace("\x00", "")[:LONGEST_SEARCH] for name in _TYPED}
        kept = {name: value for name, value in typed.items() if value}
        return render(
            "staff/openings.html", page=openings(db.session(), asked), typed=typed, kept=kept, what=WHAT, codes=OPENED
        )

    return pages


_TYPED = ("quoi", "qui", "cherche", "du", "au")


def _filter() -> OpeningFilter:
    """What the address asks for; what cannot be read filters nothing."""
    first, last = _day("du"), _day("au")
    what = request.args.get("quoi", "")
    page = request.args.get("page", "1")
    return OpeningFilter(
        what=what if what in OPENED else "",
        account_id=_account(),
        firm=request.args.get("cherche", "").replace("\x00", "")[:LONGEST_SEARCH],
        since=_midnight(first) if first else None,
        before=_midnight(last + timedelta(days=1)) if last else None,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _account() -> UUID | None:
    try:
        return UUID(request.args.get("qui", ""))
    except ValueError:
        return None


def _day(name: str) -> date | None:
    try:
        return read_day(request.args.get(name, ""))
    except ValueFault:
        return None


def _midnight(day: date) -> datetime:
    """The start of a day where the service is."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(scope().face.zone))
