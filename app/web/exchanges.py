"""What the establishment and its service write to each other, and how the establishment answers."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.exchanges import Reply, UnknownExchange, answer, shown_message, threads_of
from app.services.once import AlreadyDone
from app.services.proposals import AlreadyDecided, accept_measure, decline_measure
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.plan_details import writer
from app.web.scope import scope
from forms.exchange import DeclineForm, ReplyForm


def blueprint(desk: Desk) -> Blueprint:
    """The thread and its answers."""
    exchanges = Blueprint("exchanges", __name__)

    @exchanges.get("/<slug>/e/<uuid:establishment_id>/echanges")
    @access(Door.FIRM_READ)
    def index(**_arguments: object) -> ResponseReturnValue:
        return _thread(desk)

    @exchanges.get("/<slug>/e/<uuid:establishment_id>/echanges/<uuid:exchange_id>")
    @access(Door.FIRM_READ)
    def message(exchange_id: UUID, **_arguments: object) -> ResponseReturnValue:
        """What the button of a mail opens: signing in on the way loses no anchor."""
        if not shown_message(db.session(), scope().establishment_id, exchange_id):
            abort(404)
        return _to_thread(exchange_id)

    @exchanges.post("/<slug>/e/<uuid:establishment_id>/echanges/<uuid:exchange_id>")
    @access(Door.FIRM_WRITE)
    def reply(exchange_id: UUID, **_arguments: object) -> ResponseReturnValue:
        form = ReplyForm(request.form, prefix=f"m{exchange_id.hex[:8]}-")
        if not form.validate():
            return _thread(desk, form=form, about=exchange_id), 422
        here = scope()
        try:
            with suppress(AlreadyDone):
                answer(
                    desk.database,
                    service_id=here.face.service_id,
                    establishment_id=here.establishment_id,
                    reply=Reply(exchange_id=exchange_id, words=form.words, settled=form.settled),
                    author=here.author,
                    key=form.cle.data or "",
                    at=desk.now(),
                )
        except UnknownExchange:
            abort(404)
        flash(_("Votre réponse est partie. Votre service la lira ici."))
        return redirect(url_for("exchanges.index", slug=here.slug, establishment_id=here.establishment_id), 303)

    _decide(exchanges, desk)
    return exchanges


def _decide(exchanges: Blueprint, desk: Desk) -> None:
    """A measure that the service proposed: taken on, or declined with a word."""

    @exchanges.post("/<slug>/e/<uuid:establishment_id>/echanges/<uuid:exchange_id>/retenir")
    @access(Door.FIRM_WRITE)
    def accept(exchange_id: UUID, **_arguments: object) -> ResponseReturnValue:
        try:
            accept_measure(writer(desk), exchange_id, key=request.form.get("cle", ""))
            _say_taken()
        except AlreadyDone:
            _say_taken()
        except AlreadyDecided as decided:
            _say_decided(decided)
        except UnknownExchange:
            abort(404)
        return _to_thread(exchange_id)

    @exchanges.post("/<slug>/e/<uuid:establishment_id>/echanges/<uuid:exchange_id>/decliner")
    @access(Door.FIRM_WRITE)
    def decline(exchange_id: UUID, **_arguments: object) -> ResponseReturnValue:
        form = DeclineForm(request.form, prefix=f"n{exchange_id.hex[:8]}-")
        if not form.validate():
            return _thread(desk, form=form, about=exchange_id), 422
        try:
            with suppress(AlreadyDone):
                decline_measure(writer(desk), exchange_id, words=form.words, key=form.cle.data or "")
            flash(_("Mesure non retenue. Votre service lira pourquoi."), "done")
        except AlreadyDecided as decided:
            _say_decided(decided)
        except UnknownExchange:
            abort(404)
        return _to_thread(exchange_id)


def _say_taken() -> None:
    flash(_("La mesure est dans votre plan d'action. Dites qui s'en charge et pour quand."), "done")


def _say_decided(decided: AlreadyDecided) -> None:
    if decided.outcome == "acceptee":
        flash(_("Cette mesure est déjà retenue : rien n'a été changé."), "warn")
    else:
        flash(_("Cette mesure est déjà déclinée : rien n'a été changé."), "warn")


def _to_thread(exchange_id: UUID) -> ResponseReturnValue:
    here = scope()
    address = url_for(
        "exchanges.index", slug=here.slug, establishment_id=here.establishment_id, _anchor=f"m-{exchange_id}"
    )
    return redirect(address, 303)


def _thread(desk: Desk, *, form: ReplyForm | DeclineForm | None = None, about: UUID | None = None) -> str:
    threads = threads_of(db.session(), scope().establishment_id)
    ids = [thread.opening.exchange_id for thread in threads]
    forms = {each: ReplyForm(prefix=f"m{each.hex[:8]}-") for each in ids}
    declining = {each: DeclineForm(prefix=f"n{each.hex[:8]}-") for each in ids}
    if about is not None and isinstance(form, ReplyForm) and about in forms:
        forms[about] = form
    elif about is not None and isinstance(form, DeclineForm) and about in forms:
        declining[about] = form
    if about is not None and about not in forms:
        abort(404)
    return render(
        "exchanges/index.html",
        threads=threads,
        forms=forms,
        declining=declining,
        faults=form.faults() if form else (),
        has_errors=form is not None,
        scope=scope(),
        waiting=sum(thread.opening.waiting or thread.opening.to_decide for thread in threads),
        zone=scope().face.zone,
        places={
            thread.opening.exchange_id: place
            for thread in threads
            if (place := _place(desk, thread.opening.theme, thread.opening.question))
        },
        themes={code: desk.catalogue.theme(code).title for code in desk.catalogue.codes},
        new_key=lambda: secrets.token_urlsafe(16),
    )


def _place(desk: Desk, theme: str, question: str) -> str:
    """Address of the question a message points at; of the theme when it names none; empty without a theme we have."""
    if theme not in desk.catalogue.codes:
        return ""
    read = desk.catalogue.theme(theme)
    known = next((each for each in read.questions if each.id == question), None)
    if known is None:
        return _theme_url("themes.show", theme)
    if known.section == read.question(read.screening).section:
        return _theme_url("themes.screening", theme)
    return _theme_url("themes.section", theme, section=known.section, _anchor=f"{known.id}-bloc")


def _theme_url(endpoint: str, theme: str, **more: Any) -> str:
    here = scope()
    return url_for(endpoint, slug=here.slug, establishment_id=here.establishment_id, theme=theme, **more)
