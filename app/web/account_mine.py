"""« Mon compte »: what is known of the person, the browsers signed in, closing, and proving again who one is."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.domain.email_addresses import email_key
from app.extensions import db
from app.services.account_changes import account_facts, alone_in, close_account
from app.services.account_sessions import end_other_sessions, end_own_session, sessions_of
from app.services.accounts import enter_by_code, enter_by_password, send_code
from app.services.sign_in_codes import CodeRefused, Purpose
from app.services.throttle import TooManyTries
from app.web.account_browser import (
    Pending,
    browser,
    forget_request,
    gate,
    let_in,
    network,
    pending,
    proved_lately,
    remember,
    slow_down,
    suite,
    viewer,
)
from app.web.account_entering import refusal_words
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.headers import forgotten
from app.web.language import _, ngettext
from app.web.pages import render
from app.web.scope import scope
from forms.account import CloseForm, CodeForm, OwnPasswordForm
from forms.words import say


def install(account: Blueprint, desk: Desk) -> None:
    """Add the pages of who is signed in."""
    _index(account, desk)
    _devices(account, desk)
    _confirm(account, desk)
    _close(account, desk)


def ask_proof(slug: str, *, after: str, password: bool = False) -> ResponseReturnValue:
    """The page that asks again who one is, then comes back; with the password alone when a code is not enough."""
    return redirect(url_for("account.confirm", slug=slug, suite=after, avec="mot-de-passe" if password else None), 303)


def _index(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/compte")
    @access(Door.SIGNED_IN)
    def index(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        who = viewer()
        return render(
            "account/index.html",
            facts=account_facts(db.session(), who.account_id),
            sessions=sessions_of(db.session(), who.account_id, at=desk.now()),
            here=who.session_id,
        )


def _devices(account: Blueprint, desk: Desk) -> None:
    @account.post("/<slug>/compte/appareils")
    @access(Door.SIGNED_IN)
    def end_sessions(slug: str) -> ResponseReturnValue:
        """Ends one session, or every other one; the present one is left by « Se déconnecter »."""
        back, who, at = url_for("account.index", slug=slug), viewer(), desk.now()
        if not proved_lately(at=at):
            return ask_proof(slug, after=back)
        chosen = _uuid(request.form.get("session", ""))
        if chosen is not None and chosen != who.session_id:
            end_own_session(desk.database, who.account_id, chosen, at=at)
            flash(_("L'appareil est déconnecté."))
        elif request.form.get("session") == "autres":
            ended = end_other_sessions(desk.database, who.account_id, at=at, but=who.session_id)
            flash(ngettext("{n} autre appareil déconnecté.", "{n} autres appareils déconnectés.", ended))
        return redirect(back, 303)


def _confirm(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/compte/confirmer")
    @access(Door.SIGNED_IN)
    def confirm(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        return _confirm_page(OwnPasswordForm(), CodeForm())

    @account.post("/<slug>/compte/confirmer")
    @access(Door.SIGNED_IN)
    def prove(slug: str) -> ResponseReturnValue:
        way = request.form.get("moyen", "")
        try:
            if way == "envoyer":
                return _send_proof_code(desk, slug)
            return _prove_by_code(desk, slug) if way == "code" else _prove_by_password(desk, slug)
        except TooManyTries as refusal:
            return slow_down(desk, refusal.until)


def _confirm_page(password: OwnPasswordForm, code: CodeForm) -> str:
    facts = account_facts(db.session(), viewer().account_id)
    asked = pending()
    return render(
        "account/confirm.html",
        password=password if facts.has_password else None,
        code=code if request.values.get("avec") != "mot-de-passe" else None,
        sent=asked is not None and asked.email == facts.email and asked.purpose is Purpose.SIGN_IN,
        email=facts.email,
        suite=suite(),
        faults=(*password.faults(), *code.faults()),
        alone=request.values.get("avec", ""),
    )


def _send_proof_code(desk: Desk, slug: str) -> ResponseReturnValue:
    email = viewer().email
    request_id = send_code(gate(desk), email, Purpose.SIGN_IN, network=network(desk), at=desk.now())
    remember(Pending(request_id=request_id, email=email, purpose=Purpose.SIGN_IN, suite=suite()))
    return ask_proof(slug, after=suite())


def _prove_by_code(desk: Desk, slug: str) -> ResponseReturnValue:
    form, asked, at = CodeForm(request.form), pending(), desk.now()
    if not form.validate() or asked is None or email_key(asked.email) != email_key(viewer().email):
        return _confirm_page(OwnPasswordForm(), form), 422
    try:
        entered = enter_by_code(gate(desk), asked.request_id, form.digits, browser=browser(desk), at=at)
    except CodeRefused as refusal:
        form.code.errors = [refusal_words(refusal)]
        return _confirm_page(OwnPasswordForm(), form), 422
    forget_request()
    let_in(entered.token, at=at, by_password=False)
    return redirect(suite() or url_for("account.index", slug=slug), 303)


def _prove_by_password(desk: Desk, slug: str) -> ResponseReturnValue:
    form, at = OwnPasswordForm(request.form), desk.now()
    if not form.validate():
        return _confirm_page(form, CodeForm()), 422
    entered = enter_by_password(gate(desk), viewer().email, form.password, browser=browser(desk), at=at)
    if entered is None:
        form.mot_de_passe.errors = [say("Ce n'est pas votre mot de passe. Réessayez, ou demandez un code.")]
        return _confirm_page(form, CodeForm()), 422
    let_in(entered.token, at=at, by_password=True)
    return redirect(suite() or url_for("account.index", slug=slug), 303)


def _close(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/compte/fermer")
    @access(Door.SIGNED_IN)
    def close(slug: str) -> ResponseReturnValue:
        if not proved_lately(at=desk.now()):
            return ask_proof(slug, after=request.path)
        return _close_page(desk, CloseForm())

    @account.post("/<slug>/compte/fermer")
    @access(Door.SIGNED_IN)
    def close_for_good(slug: str) -> ResponseReturnValue:
        at, form = desk.now(), CloseForm(request.form)
        if not proved_lately(at=at):
            return ask_proof(slug, after=request.path)
        if not form.validate():
            return _close_page(desk, form), 422
        close_account(gate(desk), viewer().account_id, at=at, on=desk.today())
        session.clear()
        return forgotten(redirect(url_for("account.closed", slug=slug), 303))

    @account.get("/<slug>/compte/ferme")
    @access(Door.OPEN)
    def closed(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        return render("account/closed.html")


def _close_page(desk: Desk, form: CloseForm) -> str:
    firms = alone_in(gate(desk), viewer().account_id, on=desk.today())
    return render("account/close.html", form=form, firms=firms, face=scope().face, faults=form.faults())


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
