"""What the establishment and its service write to each other, and how the establishment answers."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.exchanges import Reply, UnknownExchange, answer, threads_of
from app.services.once import AlreadyDone
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.exchange import ReplyForm


def blueprint(desk: Desk) -> Blueprint:
    """The thread and its answers."""
    exchanges = Blueprint("exchanges", __name__)

    @exchanges.get("/<slug>/e/<uuid:establishment_id>/echanges")
    @access(Door.FIRM_READ)
    def index(**_arguments: object) -> ResponseReturnValue:
        return _thread(desk)

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

    return exchanges


def _thread(desk: Desk, *, form: ReplyForm | None = None, about: UUID | None = None) -> str:
    threads = threads_of(db.session(), scope().establishment_id)
    forms = {
        thread.opening.exchange_id: form
        if form is not None and thread.opening.exchange_id == about
        else ReplyForm(prefix=f"m{thread.opening.exchange_id.hex[:8]}-")
        for thread in threads
    }
    if about is not None and about not in forms:
        abort(404)
    return render(
        "exchanges/index.html",
        threads=threads,
        forms=forms,
        faults=form.faults() if form else (),
        has_errors=form is not None,
        scope=scope(),
        waiting=sum(1 for thread in threads if thread.opening.waiting),
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
