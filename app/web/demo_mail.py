"""The mails of the demonstration, in a page: nothing is sent there. Registered in demo mode only."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.demo_mails import MOST_SHOWN, OpenedMail, newest_mails, opened_mail
from app.web.doors import Door, access
from app.web.pages import render

_SOURCE_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""A mail styles its elements one by one; nothing in it may run, and it is no page of ours."""

blueprint = Blueprint("demo_mail", __name__)


@blueprint.get("/<slug>/demo/courriels")
@access(Door.OPEN)
def index(**_arguments: object) -> ResponseReturnValue:
    """The last mails of the entrance, newest first."""
    return render("demo_mail/index.html", mails=newest_mails(db.session()), most=MOST_SHOWN)


@blueprint.get("/<slug>/demo/courriels/<uuid:mail_id>")
@access(Door.OPEN)
def show(mail_id: UUID, **_arguments: object) -> ResponseReturnValue:
    """One mail, as text."""
    return render("demo_mail/show.html", opened=_opened(mail_id))


@blueprint.get("/<slug>/demo/courriels/<uuid:mail_id>/mise-en-forme")
@access(Door.OPEN)
def source(mail_id: UUID, **_arguments: object) -> ResponseReturnValue:
    """The HTML of one mail, as a mail program would draw it."""
    return _opened(mail_id).html, {"Content-Security-Policy": _SOURCE_POLICY}


def _opened(mail_id: UUID) -> OpenedMail:
    found = opened_mail(db.session(), mail_id)
    if found is None:
        abort(404)
    return found
