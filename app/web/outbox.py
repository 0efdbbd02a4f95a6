"""The mails of a service that have not left: its administrator sends them again or forgets them; no body is shown."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.models.engine import Conflict
from app.services.outbox_orders import OrderRefused, forget_mail, retry_mail, service_outbox
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.words import say

MOST_SHOWN = 200
STATES = {
    "a_envoyer": say("À envoyer"),
    "en_cours": say("En cours d'envoi"),
    "incertain": say("Peut-être parti"),
    "refuse": say("Refusé"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The page of the mails."""
    outbox = Blueprint("outbox", __name__, url_prefix="/<slug>/service/courriels")

    @outbox.get("")
    @access(Door.ADMIN)
    def index(**_where: object) -> ResponseReturnValue:
        return render("staff/outbox.html", box=service_outbox(db.session(), limit=MOST_SHOWN), states=STATES)

    @outbox.post("/<uuid:mail_id>/renvoyer")
    @access(Door.ADMIN)
    def retry(mail_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            retry_mail(desk.database, mail_id, at=desk.now(), service_id=scope().face.service_id)
            flash(_("L'e-mail repart avec les prochains envois."))
        except LookupError:
            abort(404)
        except (OrderRefused, Conflict):
            flash(_("Cet e-mail est en cours d'envoi, ou vient de partir : il n'y a rien à relancer."), "warn")
        return _back()

    @outbox.post("/<uuid:mail_id>/oublier")
    @access(Door.ADMIN)
    def forget(mail_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            forget_mail(desk.database, mail_id, at=desk.now(), service_id=scope().face.service_id)
            flash(_("L'e-mail est oublié : il ne partira pas."))
        except LookupError:
            abort(404)
        except (OrderRefused, Conflict):
            flash(_("Cet e-mail est en cours d'envoi : recommencez dans dix minutes."), "warn")
        return _back()

    return outbox


def _back() -> ResponseReturnValue:
    return redirect(url_for("outbox.index", slug=scope().slug), 303)
