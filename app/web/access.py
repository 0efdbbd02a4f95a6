"""The only place that decides who may see what: every endpoint declares its door, every request passes here.

An establishment that is not yours answers as one that does not exist: the same 404, whatever the identity asked for.
"""

from __future__ import annotations

from uuid import UUID

from flask import Flask, abort, g, jsonify, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.domain.roles import FIRM_ROLES, STAFF_ROLES, Role
from app.extensions import db
from app.models.tenancy import bind_service
from app.services.arrivals import arrive
from app.services.clock import local_day
from app.services.members import Member, TrialPass, memberships_of, trial_of
from app.web.desk import Desk
from app.web.doors import FIRM_DOORS, Door, door_of
from app.web.replay import AUTOSAVE_HEADER, signed_out
from app.web.scope import Scope, Viewer
from app.web.signed_in import held_token

TRIAL_KEY = "essai"
"""Where the cookie keeps the token of a try-out."""


def install(app: Flask, desk: Desk) -> None:
    """Check every request against the door of its endpoint; raises LookupError when one declares none."""
    app.view_functions["static"].__dict__["door"] = Door.OPEN
    silent = sorted(endpoint for endpoint in app.view_functions if door_of(app, endpoint) is None)
    if silent:
        raise LookupError(f"no door declared: {', '.join(silent)}")

    @app.before_request
    def check() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        door = door_of(app, request.endpoint) or Door.ADMIN  # never reached: a silent endpoint stops the start
        arguments = request.view_args or {}
        if "slug" not in arguments:
            return None if door is Door.OPEN or _viewer() else _ask_to_sign_in("")
        arrival = arrive(db.session(), arguments["slug"], held_token(), at=desk.now())
        if arrival is None:
            abort(404)
        g.face, g.signed_in = arrival.face, arrival.signed_in
        bind_service(db.session(), arrival.face.service_id)
        if request.endpoint in LIGHT:
            return None
        g.scope = _scope(desk, arguments.get("establishment_id"))
        return None if door is Door.OPEN else _pass(door, g.scope)

    @app.context_processor
    def who() -> dict[str, object]:
        found = g.get("scope")
        trial = found.trial if found else None
        return {"viewer": found.viewer if found else None, "kept_until": trial.expires_on if trial else None}


NEEDED = {Door.ADVISE: Role.ADVISER, Door.COUNT: Role.PILOT, Door.ADMIN: Role.ADMIN}
"""The role of the staff that a door asks for: who runs the service reads no answers, who counts sees no case."""

LIGHT = frozenset({"entrance.logo", "entrance.colour"})
"""Endpoints that read the face alone: pictures and colours of an entrance, the same for everybody."""


def _viewer() -> Viewer | None:
    user = current_user._get_current_object()
    return user if isinstance(user, Viewer) else None


def _scope(desk: Desk, establishment: UUID | None) -> Scope:
    viewer = _viewer()
    on = local_day(desk.now(), g.face.zone)
    members = memberships_of(db.session(), viewer.account_id, on=on) if viewer else ()
    member = _member(members, establishment)
    trial = None
    if establishment is not None and member is None:
        trial = _trial(establishment, desk)
    return Scope(face=g.face, viewer=viewer, members=members, establishment=establishment, member=member, trial=trial)


def _member(members: tuple[Member, ...], establishment: UUID | None) -> Member | None:
    if establishment is None:
        return next((each for each in members if each.role in STAFF_ROLES), None)
    return next((each for each in members if each.establishment_id == establishment), None)


def _trial(establishment: UUID, desk: Desk) -> TrialPass | None:
    token = session.get(TRIAL_KEY)
    if not isinstance(token, str):
        return None
    found = trial_of(db.session(), token, on=desk.today())
    return found if found is not None and found.establishment_id == establishment else None


def _pass(door: Door, scope: Scope) -> ResponseReturnValue | None:
    """None when the door opens; the way to sign in, 404 or 403 otherwise."""
    if door in FIRM_DOORS:
        return _pass_firm(door, scope)
    if scope.viewer is None:
        return _ask_to_sign_in(scope.slug)
    if door is Door.SIGNED_IN:
        return None
    roles = {member.role for member in scope.members}
    if not roles.intersection(STAFF_ROLES):
        abort(404)
    if not scope.viewer.staff:
        return _ask_for_second_factor(scope.slug)
    needed = NEEDED.get(door)
    if needed is not None and needed not in roles:
        abort(403)
    return None


def _pass_firm(door: Door, scope: Scope) -> ResponseReturnValue | None:
    if scope.trial is None and (scope.member is None or scope.member.role not in FIRM_ROLES):
        if scope.viewer is None:
            return _ask_to_sign_in(scope.slug)
        abort(404)
    if door is Door.FIRM_WRITE and not scope.may_write:
        abort(403)
    if door is Door.FIRM_DECIDE and not scope.may_decide:
        if scope.trial is not None:
            return redirect(url_for("trial.keep", slug=scope.slug, establishment_id=scope.establishment_id), 303)
        abort(403)
    return None


def _ask_for_second_factor(slug: str) -> ResponseReturnValue:
    """The second step of signing in; what a form carried waits on its page meanwhile."""
    if request.method == "GET":
        return redirect(url_for("account.second_factor", slug=slug, suite=request.full_path), 303)
    return signed_out(url_for("account.second_factor", slug=slug))


def _ask_to_sign_in(slug: str) -> ResponseReturnValue:
    """Where to sign in, without losing what was typed: a page to send it again, or JSON for the autosave."""
    here = request.full_path if request.method == "GET" else ""
    address = url_for("account.sign_in", slug=slug, suite=here) if slug else url_for("door.index")
    if request.headers.get(AUTOSAVE_HEADER):
        return jsonify(sign_in=address), 401
    if request.method == "GET":
        return redirect(address, 303)
    return signed_out(address)
