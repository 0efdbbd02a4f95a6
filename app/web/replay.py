"""Nothing typed is lost when a session ends or a page has aged: the form comes back, ready to be sent again.

What was typed is drawn as hidden fields of a form with a fresh token. It is offered only to a page of ours (same
origin): otherwise another site could have a person send what it wrote.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf

from app.web.pages import render

AUTOSAVE_HEADER = "X-Jalon-Autosave"
"""Sent by the script that saves while typing: its answers are JSON."""

NEVER_BACK = ("csrf_token", "mot_de_passe", "code")
"""Beginnings of the names of fields that never come back in a page: the token, passwords, codes."""

MOST_FIELDS = 2000
"""Fields that a page may bring back; more than any page of ours has."""


def signed_out(sign_in: str) -> ResponseReturnValue:
    """The page of a form sent after the session ended: sign in beside, then send it again."""
    return _page(sign_in), 401


def install(app: Flask) -> None:
    """Answer a form whose token is missing or too old with the same form, ready to be sent again."""

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        if request.headers.get(AUTOSAVE_HEADER):  # the script takes the fresh token and sends again
            return jsonify(csrf_token=generate_csrf()), 400
        return _page(""), 400


def _page(sign_in: str) -> str:
    # No page can hold a file for a browser to send again: the form that carries one is to be filled anew.
    file = any(each.filename for each in request.files.values())
    return render("errors/replay.html", sign_in=sign_in, fields=[] if file else _fields(), action=_here(), file=file)


def _fields() -> list[tuple[str, str]]:
    """Every field that was sent, but the token; nothing when the form does not come from a page of ours."""
    if not _from_here():
        return []
    pairs = [(name, value) for name in request.form for value in request.form.getlist(name)]
    return [(name, value) for name, value in pairs[:MOST_FIELDS] if not name.startswith(NEVER_BACK)]


def _here() -> str:
    """The address the form was sent to, always on this site."""
    address = request.full_path.rstrip("?")
    return "" if address.startswith("//") else address


def _from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.host
