"""Opening a theme to the service: submitting it for advice, taking it back, asking for help on it, closing that."""

from __future__ import annotations

import secrets
from contextlib import suppress

from flask import Blueprint, abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.domain.workflow import Actor, Move, State, moves_from
from app.extensions import db
from app.models.engine import Conflict
from app.services.document_views import ThemeLine, theme_line
from app.services.documents import UnknownTheme
from app.services.once import AlreadyDone
from app.services.submissions import (
    MoveRefused,
    ThemeAct,
    ask_help,
    close_help,
    open_help,
    submit_theme,
    withdraw_theme,
)
from app.web.desk import Desk
from app.web.document_pages import THEME, firm_address, version_words
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.validation import HelpForm

SENT = frozenset({State.SUBMITTED, State.CHANGE_REQUESTED})
"""States in which a theme may be taken back."""


def add(pages: Blueprint, desk: Desk) -> None:
    """The pages that submit a theme, on the blueprint of the document."""

    @pages.get(f"{THEME}/soumettre")
    @access(Door.FIRM_DECIDE)
    def submit(theme: str, **_arguments: object) -> ResponseReturnValue:
        return _submit_page(_line(desk, theme))

    @pages.post(f"{THEME}/soumettre")
    @access(Door.FIRM_DECIDE)
    def submit_now(theme: str, **_arguments: object) -> ResponseReturnValue:
        line = _line(desk, theme)
        try:
            with suppress(AlreadyDone):
                submit_theme(desk.database, _act(desk, theme), catalogue=desk.catalogue)
        except (MoveRefused, UnknownTheme):
            return _submit_page(_line(desk, theme), refused=True), 409
        except Conflict:
            return _submit_page(line, changed=True), 409
        flash(_("Le thème est soumis. Votre service lit ces réponses et vous conseille."))
        return redirect(firm_address("document.submit", scope(), theme=theme), 303)

    @pages.post(f"{THEME}/retirer")
    @access(Door.FIRM_DECIDE)
    def withdraw(theme: str, **_arguments: object) -> ResponseReturnValue:
        _line(desk, theme)
        with suppress(MoveRefused, UnknownTheme):  # already taken back: the page says where the theme is
            withdraw_theme(desk.database, _act(desk, theme))
            flash(_("La demande d'avis est retirée. Votre service ne lit plus ces réponses."))
        return redirect(firm_address("document.submit", scope(), theme=theme), 303)


def help_blueprint(desk: Desk) -> Blueprint:
    """Asking for help on a theme, until it is closed."""
    pages = Blueprint("help", __name__)

    @pages.get(f"{THEME}/aide")
    @access(Door.FIRM_DECIDE)
    def ask(theme: str, **_arguments: object) -> ResponseReturnValue:
        return _help_page(_line(desk, theme), HelpForm())

    @pages.post(f"{THEME}/aide")
    @access(Door.FIRM_DECIDE)
    def ask_now(theme: str, **_arguments: object) -> ResponseReturnValue:
        line, form = _line(desk, theme), HelpForm(request.form)
        if not form.validate():
            return _help_page(line, form), 422
        with suppress(AlreadyDone):
            ask_help(desk.database, _act(desk, theme), words=form.besoin.data)
        return _to_help(theme)

    @pages.post(f"{THEME}/aide/fermer")
    @access(Door.FIRM_DECIDE)
    def close(theme: str, **_arguments: object) -> ResponseReturnValue:
        _line(desk, theme)
        close_help(desk.database, _act(desk, theme))
        flash(_("La demande d'aide est fermée. Votre service ne lit plus les réponses de ce thème."))
        return _to_help(theme)

    return pages


def _line(desk: Desk, theme: str) -> ThemeLine:
    found = theme_line(db.session(), scope().establishment_id, theme, catalogue=desk.catalogue)
    if found is None:
        abort(404)
    return found


def _act(desk: Desk, theme: str) -> ThemeAct:
    here = scope()
    return ThemeAct(
        service_id=here.face.service_id,
        establishment_id=here.establishment_id,
        theme=theme,
        author=here.author,
        at=desk.now(),
        on=desk.today(),
        key=request.form.get("cle", ""),
    )


def _submit_page(line: ThemeLine, *, refused: bool = False, changed: bool = False) -> str:
    here = scope()
    return render(
        "document/submit.html",
        line=line,
        ready=Move.SUBMIT in moves_from(line.state, Actor.EMPLOYER),
        sent=line.state in SENT,
        refused=refused,
        changed=changed,
        key=secrets.token_urlsafe(16),
        theme_address=firm_address("themes.show", here, theme=line.theme),
        **version_words(here),
    )


def _help_page(line: ThemeLine, form: HelpForm) -> str:
    here = scope()
    return render(
        "document/help.html",
        line=line,
        form=form,
        faults=form.faults(),
        asked=open_help(db.session(), here.establishment_id, line.theme),
        key=secrets.token_urlsafe(16),
        theme_address=firm_address("themes.show", here, theme=line.theme),
        **version_words(here),
    )


def _to_help(theme: str) -> Response:
    return redirect(firm_address("help.ask", scope(), theme=theme), 303)
