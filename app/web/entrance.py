"""The entrance of a service: its door, its face, and what it says of who sees what."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.colours import css, palette
from app.extensions import db
from app.services.example_cards import FILE_WORDS, ExampleShelf
from app.services.faces import Face
from app.services.members import trial_of
from app.services.prevention_services import logo_of
from app.services.trials import TRIAL_DAYS
from app.web.access import TRIAL_KEY
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.pages import render

FOR_A_YEAR = "public, max-age=31536000, immutable"


def blueprint(desk: Desk, shelf: ExampleShelf) -> Blueprint:
    """The open pages of every entrance, with the examples of that shelf."""
    entrance = Blueprint("entrance", __name__)

    @entrance.get("/<slug>")
    @access(Door.OPEN)
    def without_slash(slug: str) -> ResponseReturnValue:
        return redirect(url_for("entrance.index", slug=slug), 301)

    @entrance.get("/<slug>/")
    @access(Door.OPEN)
    def index(**_where: object) -> ResponseReturnValue:
        token = session.get(TRIAL_KEY)
        trial = trial_of(db.session(), token, on=desk.today()) if isinstance(token, str) else None
        return render(
            "entrance/index.html",
            cards=shelf.cards(),
            file_words=FILE_WORDS,
            themes=desk.catalogue.themes,
            trial=trial,
            trial_days=TRIAL_DAYS,
        )

    _add_face(entrance)
    _add_words(entrance)
    return entrance


def _add_face(entrance: Blueprint) -> None:
    @entrance.get("/<slug>/logo")
    @access(Door.OPEN)
    def logo(slug: str) -> ResponseReturnValue:
        found = logo_of(db.session(), slug)
        if found is None:
            abort(404)
        return _kept(Response(found.content, content_type=found.media_type), _face().logo_version)

    @entrance.get("/<slug>/couleur.css")
    @access(Door.OPEN)
    def colour(**_where: object) -> ResponseReturnValue:
        shades = css(palette(_face().colour))
        return _kept(Response(shades, content_type="text/css; charset=utf-8"), _face().colour[1:])


def _add_words(entrance: Blueprint) -> None:
    @entrance.get("/<slug>/qui-voit-quoi")
    @access(Door.OPEN)
    def who_sees(**_where: object) -> ResponseReturnValue:
        return render("entrance/who_sees.html")

    @entrance.get("/<slug>/donnees-personnelles")
    @access(Door.OPEN)
    def privacy(**_where: object) -> ResponseReturnValue:
        return render("entrance/privacy.html", trial_days=TRIAL_DAYS)

    @entrance.get("/<slug>/mentions-legales")
    @access(Door.OPEN)
    def legal(**_where: object) -> ResponseReturnValue:
        return render("entrance/legal.html", words=_face().legal_words)


def _face() -> Face:
    """The face of the entrance, on the pages that work out nothing else."""
    face: Face = g.face
    return face


def _kept(answer: Response, version: str) -> ResponseReturnValue:
    """An answer that a browser keeps for a year under the address of this version, and asks again under another."""
    if request.args.get("v") == version:
        answer.headers["Cache-Control"] = FOR_A_YEAR
    answer.set_etag(version)
    return answer.make_conditional(request)
