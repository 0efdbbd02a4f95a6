"""Handing a version to the service: what that means, the button, the receipt."""

from __future__ import annotations

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.extensions import db
from app.services.transmissions import Handover, UnknownVersion, receipt_of
from app.services.transmissions import transmit as hand_over
from app.services.version_views import VersionLine, version_of, versions_of
from app.web.desk import Desk
from app.web.document_pages import VERSION, days_waiting, firm_address, version_words
from app.web.doors import Door, access
from app.web.pages import render
from app.web.scope import Scope, scope


def add(pages: Blueprint, desk: Desk) -> None:
    """The pages of the transmission, on the blueprint of the document."""

    @pages.get(f"{VERSION}/transmettre")
    @access(Door.FIRM_DECIDE)
    def transmit(number: int, **_arguments: object) -> ResponseReturnValue:
        here = scope()
        version = version_of(db.session(), here.establishment_id, number)
        if version is None:
            abort(404)
        if version.receipt:
            return _to_receipt(number)
        return render(
            "document/transmit.html",
            version=version,
            later=_handed_over_after(version, here),
            days_waiting=days_waiting(version, desk),
            **version_words(here),
        )

    @pages.post(f"{VERSION}/transmettre")
    @access(Door.FIRM_DECIDE)
    def send(number: int, **_arguments: object) -> ResponseReturnValue:
        try:
            hand_over(desk.database, _handover(desk, number))
        except UnknownVersion:
            abort(404)
        return _to_receipt(number)

    @pages.get(f"{VERSION}/recu")
    @access(Door.FIRM_READ)
    def receipt(number: int, **_arguments: object) -> ResponseReturnValue:
        here = scope()
        found = receipt_of(db.session(), here.establishment_id, number)
        if found is None:
            abort(404)
        return render("document/receipt.html", receipt=found, **version_words(here))


def _handed_over_after(version: VersionLine, here: Scope) -> VersionLine | None:
    """The last version handed over that is more recent than this one: sending an old one may be a slip."""
    lines = versions_of(db.session(), here.establishment_id)
    return next((line for line in lines if line.receipt and line.number > version.number), None)


def _handover(desk: Desk, number: int) -> Handover:
    here = scope()
    return Handover(
        service_id=here.face.service_id,
        service_name=here.face.name,
        reception=here.face.reception,
        establishment_id=here.establishment_id,
        number=number,
        author=here.author,
        at=desk.now(),
        on=desk.today(),
        recipient=here.viewer.email if here.viewer else "",
        link=f"{desk.settings.base_url}{firm_address('document.receipt', here, number=number)}",
    )


def _to_receipt(number: int) -> Response:
    return redirect(firm_address("document.receipt", scope(), number=number), 303)
