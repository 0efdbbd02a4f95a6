"""The door: what Jalon is, and the files of the shipped examples. Open to everybody."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from app.services.example_cards import FILE_WORDS, MEDIA_TYPES, ExampleShelf, FileKind


def blueprint(shelf: ExampleShelf) -> Blueprint:
    """The public pages, with the examples of that shelf."""
    door = Blueprint("door", __name__)

    @door.get("/")
    def index() -> ResponseReturnValue:
        return render_template("door/index.html", cards=shelf.cards(), file_words=FILE_WORDS)

    @door.get("/accessibilite")
    def accessibility() -> ResponseReturnValue:
        return render_template("door/accessibility.html")

    @door.get("/exemples/<slug>/<name>")
    def example_file(slug: str, name: str) -> ResponseReturnValue:
        kind = next((known for known in FileKind if known.value == name), None)
        content = shelf.file(slug, kind) if kind else None
        if kind is None or content is None:
            abort(404)
        return send_file(
            BytesIO(content),
            mimetype=MEDIA_TYPES[kind],
            as_attachment=True,
            download_name=f"{slug}-{kind.value}",
            etag=False,
        )

    @door.get("/healthz")
    def alive() -> ResponseReturnValue:
        return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}

    return door
