"""The pages of an account: coming in, « Mon compte », the second factor, leaving."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, session, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.account_firms import firms_of
from app.services.account_sessions import end_own_session
from app.web import account_entering, account_factor, account_mine, account_secrets
from app.web.account_browser import suite
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.headers import forgotten
from app.web.pages import render
from app.web.scope import scope
from app.web.staff_home import staff_address


def blueprint(desk: Desk) -> Blueprint:
    """Every page under `/connexion`, `/inscription` and `/compte`."""
    account = Blueprint("account", __name__)
    account_entering.install(account, desk)
    account_factor.install(account, desk)
    account_mine.install(account, desk)
    account_secrets.install(account, desk)

    @account.post("/<slug>/deconnexion")
    @access(Door.OPEN)
    def sign_out(slug: str) -> ResponseReturnValue:
        viewer = scope().viewer
        if viewer is not None:
            end_own_session(desk.database, viewer.account_id, viewer.session_id, at=desk.now())
        session.clear()
        return forgotten(redirect(url_for("account.signed_out", slug=slug), 303))

    @account.get("/<slug>/deconnexion")
    @access(Door.OPEN)
    def signed_out(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        return render("account/signed_out.html")

    @account.get("/<slug>/mes-entreprises")
    @access(Door.SIGNED_IN)
    def landing(slug: str) -> ResponseReturnValue:
        known = current_app.view_functions
        if scope().staff and "staff.home" in known:
            return redirect(staff_address(slug), 303)
        firms = firms_of(db.session(), scope().members)
        if len(firms) == 1 and not scope().staff and "hub.index" in known:
            return redirect(url_for("hub.index", slug=slug, establishment_id=firms[0].establishment_id), 303)
        return render("account/landing.html", firms=firms, suite=suite())

    return account
