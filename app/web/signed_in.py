"""Flask-Login on our session rows: the cookie carries a token, the row says whose it is and whether it still holds."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from uuid import UUID

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager

from app.extensions import db
from app.models.engine import Conflict
from app.services.account_sessions import TOUCH_EVERY, keep_alive, session_of
from app.web.desk import Desk
from app.web.scope import Viewer


class _SignedCookie(SecureCookieSessionInterface):
    """The cookie of the browser, signed with HMAC-SHA-256; Flask's own default is SHA-1."""

    digest_method = staticmethod(hashlib.sha256)


def install(app: Flask, desk: Desk) -> None:
    """Make Flask-Login read our session rows, and note now and then that a session is used."""
    app.session_interface = _SignedCookie()
    manager = LoginManager(app)
    manager.session_protection = None  # it ties a session to a network address, which a phone changes all day

    def load(token: str) -> Viewer | None:
        # On a page of an entrance, `app.web.access` has read the session with the entrance itself.
        found = g.signed_in if "signed_in" in g else session_of(db.session(), token, at=desk.now())
        if found is None:
            return None
        if desk.now() - found.last_seen_at > TOUCH_EVERY and request.endpoint != "static":
            _touch(desk, found.session_id)
        return Viewer(
            account_id=found.account_id,
            session_id=found.session_id,
            token=token,
            email=found.email,
            staff=found.staff,
            last_seen_at=found.last_seen_at,
        )

    manager.user_loader(load)


def _touch(desk: Desk, session_id: UUID) -> None:
    """Note the use of a session; a busy database is no reason to refuse a page."""
    with suppress(Conflict):
        keep_alive(desk.database, session_id, at=desk.now())


def held_token() -> str:
    """The token this browser's cookie carries for Flask-Login; empty when it carries none."""
    token = session.get("_user_id")
    return token if isinstance(token, str) else ""
