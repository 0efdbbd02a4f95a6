"""The front of the installation: the way to its entrances, and the files of the shipped examples. Open to everybody."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, redirect, send_file, url_for
from flask.typing import ResponseReturnValue

from app.domain.entrances import has_entrance
from app.extensions import db
from app.services.example_cards import MEDIA_TYPES, ExampleShelf, FileKind
from app.services.faces import slugs
from app.web.doors import Door, access
from app.web.pages import render


def blueprint(shelf: ExampleShelf) -> Blueprint:
    """The public pages, with the examples of that shelf."""
    door = Blueprint("door", __name__)

    @door.get("/")
    @access(Door.OPEN)
    def index() -> ResponseReturnValue:
        entrances = [each for each in slugs(db.session()) if has_entrance(each[0])]
        if len(entrances) == 1:
            return redirect(url_for("entrance.index", slug=entrances[0][0]), 302)
        return render("door/index.html", entrances=entrances)

    @door.get("/accessibilite")
    @access(Door.OPEN)
    def accessibility() -> ResponseReturnValue:
        return render("door/accessibility.html")

    @door.get("/exemples/<example>/<name>")
    @access(Door.OPEN)
    def example_file(example: str, name: str) -> ResponseReturnValue:
        kind = next((known for known in FileKind if known.value == name), None)
        content = shelf.file(example, kind) if kind else None
        if kind is None or content is None:
            abort(404)
        return send_file(
            BytesIO(content),
            mimetype=MEDIA_TYPES[kind],
            as_attachment=True,
            download_name=f"{example}-{kind.value}",
            etag=False,
        )

    @door.get("/healthz")
    @access(Door.OPEN)
    def alive() -> ResponseReturnValue:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}

    return door
