"""The personal link of an invitation: what it opens, and accepting it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.models.engine import Conflict
from app.services.invitations import (
    InvitationClosed,
    InvitationRead,
    InvitationState,
    WrongAddress,
    accept_invitation,
    read_invitation,
)
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope


def blueprint(desk: Desk) -> Blueprint:
    """The page of a personal link."""
    invitations = Blueprint("invitations", __name__)

    @invitations.get("/<slug>/invitation/<token>")
    @access(Door.OPEN)
    def show(token: str, **_where: object) -> ResponseReturnValue:
        read, viewer = _read(desk, token), scope().viewer
        if viewer is not None and read.used_by == viewer.account_id:
            return _quiet(redirect(_landing(read.establishment_id), 303))
        return _show(read, token)

    @invitations.post("/<slug>/invitation/<token>")
    @access(Door.OPEN)
    def accept(slug: str, token: str) -> ResponseReturnValue:
        read, viewer = _read(desk, token), scope().viewer
        if viewer is None:
            suite = url_for("invitations.show", slug=slug, token=token)
            return _quiet(redirect(url_for("account.sign_in", slug=slug, suite=suite), 303))
        return _accept(desk, read, token, viewer.account_id)

    return invitations


def _accept(desk: Desk, read: InvitationRead, token: str, account_id: UUID) -> ResponseReturnValue:
    try:
        establishment_id = accept_invitation(
            desk.database,
            token,
            account_id,
            service_id=scope().face.service_id,
            on=desk.today(),
            at=desk.now(),
        )
    except InvitationClosed:
        return _show(_read(desk, token), token)
    except Conflict:  # two taps at once: the page says what came of the first
        return _quiet(redirect(url_for("invitations.show", slug=scope().slug, token=token), 303))
    except WrongAddress:
        return _show(read, token, wrong=True)
    flash(_("Bienvenue : l'invitation est acceptée."))
    return _quiet(redirect(_landing(establishment_id), 303))


def _read(desk: Desk, token: str) -> InvitationRead:
    read = read_invitation(db.session(), token, on=desk.today())
    if read is None:
        abort(404)
    return read


def _show(read: InvitationRead, token: str, *, wrong: bool = False) -> ResponseReturnValue:
    is_open = read.state is InvitationState.OPEN
    page = render(
        "invitation/show.html" if is_open else "invitation/closed.html",
        read=read,
        role=read.role.value,
        suite=url_for("invitations.show", slug=scope().slug, token=token),
        wrong=wrong,
    )
    return _quiet(make_response(page, 403 if wrong else 200 if is_open else 410))


def _quiet(answer: object) -> ResponseReturnValue:
    """The answer of a page whose address is a secret: it is neither kept nor told to the next page."""
    quiet: Response = make_response(answer)
    quiet.headers["Referrer-Policy"] = "no-referrer"
    quiet.headers["Cache-Control"] = "no-store"
    return quiet


def _landing(establishment_id: UUID | None) -> str:
    if establishment_id is None:
        return url_for("staff.home", slug=scope().slug)
    return url_for("hub.index", slug=scope().slug, establishment_id=establishment_id)
