"""The journal of the doors: who tried to come in, who was refused, one line of JSON each on the error stream.

Nothing typed is written: an address is a keyed hash, the same each time, so that tries can be put side by side; so is a
network. docs/security.md says what each line holds. A demonstration, whose terminal is read by people, keeps none.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC
from typing import TextIO, cast

from flask import Flask, Response, g, request
from flask.logging import wsgi_errors_stream

from app.domain.email_addresses import email_key
from app.services.keyed_hash import keyed_hash
from app.web.account_browser import network, pending
from app.web.desk import Desk

LOGGER = "jalon.security"

PROOFS = frozenset(
    {
        "account.ask_sign_in",
        "account.ask_sign_up",
        "account.enter",
        "account.send_again",
        "account.ask_forgotten",
        "account.give_second_factor",
        "account.prove",
        "account.choose",
        "account.ask_address",
        "account.confirm_address",
        "account.end_sessions",
        "account.close_for_good",
        "account.sign_out",
        "invitations.accept",
    }
)
"""Forms by which one proves who one is, or changes what proves it."""

REFUSED = frozenset({400, 401, 403, 404, 413, 429})
_TYPED = ("identifiant", "adresse")
_SHOWN = 16
"""Digits of a hash: enough to tell two apart."""


def install(app: Flask, desk: Desk) -> None:
    """Write a line for each proof and each refusal."""
    log = logging.getLogger(LOGGER)
    log.setLevel(logging.INFO)
    if not log.handlers:
        log.addHandler(logging.StreamHandler(cast(TextIO, wsgi_errors_stream)))
        log.propagate = False

    @app.before_request
    def note_who() -> None:
        if request.method == "POST" and request.endpoint in PROOFS:
            g.tried = _tried(desk)

    @app.after_request
    def note(response: Response) -> Response:
        event = "" if desk.settings.demo else _event(response)
        if event:
            log.info("%s", json.dumps(_line(desk, event, response.status_code), separators=(",", ":")))
        return response


def _event(response: Response) -> str:
    """What a line would tell; empty when there is nothing to tell."""
    if request.method == "POST" and request.endpoint in PROOFS:
        return "proof" if response.status_code in {200, 303} else "proof_refused"
    known = g.get("scope")
    if response.status_code not in REFUSED or request.endpoint in {None, "static"}:
        return ""
    # A stranger who follows a dead link is no event; somebody signed in, or a form, that meets a closed door is.
    return "refused" if request.method != "GET" or (known is not None and known.viewer is not None) else ""


def _line(desk: Desk, event: str, status: int) -> dict[str, object]:
    known = g.get("scope")
    viewer = known.viewer if known is not None else None
    face = g.get("face")
    return {
        "at": desk.now().astimezone(UTC).isoformat(timespec="seconds"),
        "event": event,
        "endpoint": request.endpoint,
        "method": request.method,
        "status": status,
        "entrance": face.slug if face else "",
        "account": str(viewer.account_id) if viewer else "",
        "session": str(viewer.session_id) if viewer else "",
        "tried": g.get("tried", ""),
        "network": _hash(desk, "réseau", network(desk)),
    }


def _tried(desk: Desk) -> str:
    """The address somebody says is his, as a hash; empty when none was given."""
    typed = next((request.form[name] for name in _TYPED if request.form.get(name)), "")
    asked = None if typed else pending()
    return _hash(desk, "adresse", email_key(typed.strip()) if typed else asked.email if asked else "")


def _hash(desk: Desk, purpose: str, value: str) -> str:
    return keyed_hash(desk.settings.secret_key, f"journal:{purpose}", value)[:_SHOWN] if value else ""
