"""The door: what Jalon is, and the files of the shipped examples. Open to everybody."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, send_file
from flask.typing import ResponseReturnValue

from app.services.example_cards import FILE_WORDS, MEDIA_TYPES, ExampleShelf, FileKind
from app.web.doors import Door, access
from app.web.pages import render


def blueprint(shelf: ExampleShelf) -> Blueprint:
    """The public pages, with the examples of that shelf."""
    door = Blueprint("door", __name__)

    @door.get("/")
    @access(Door.OPEN)
    def index() -> ResponseReturnValue:
        return render("door/index.html", cards=shelf.cards(), file_words=FILE_WORDS)

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
