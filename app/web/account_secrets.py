"""Choosing a password, and changing the address an account is known by."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.email_addresses import email_key
from app.extensions import db
from app.services.account_changes import AddressTaken, account_facts, change_address, choose_password
from app.services.accounts import is_password_of, send_code
from app.services.passwords import fault_of
from app.services.sign_in_codes import CodeRefused, Purpose
from app.services.throttle import TooManyTries
from app.web.account_browser import (
    Pending,
    forget_request,
    gate,
    gave_password,
    network,
    note_proof,
    pending,
    proved_lately,
    remember,
    slow_down,
    suite,
    viewer,
)
from app.web.account_entering import refusal_words
from app.web.account_mine import ask_proof
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.account import AddressForm, CodeForm, NewPasswordForm
from forms.words import say


def install(account: Blueprint, desk: Desk) -> None:
    """Add the pages of the password and of the address."""
    _password(account, desk)
    _address(account, desk)


def _password(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/compte/mot-de-passe")
    @access(Door.SIGNED_IN)
    def password(slug: str) -> ResponseReturnValue:
        if not _asks_current(desk) and not proved_lately(at=desk.now()):
            return ask_proof(slug, after=request.full_path.rstrip("?"))
        return _password_page(desk, NewPasswordForm())

    @account.post("/<slug>/compte/mot-de-passe")
    @access(Door.SIGNED_IN)
    def choose(slug: str) -> ResponseReturnValue:
        form, at = NewPasswordForm(request.form), desk.now()
        form.asks_current = _asks_current(desk)
        if not form.asks_current and not proved_lately(at=at):
            return ask_proof(slug, after=request.path)
        try:
            if not form.validate() or not _acceptable(desk, form):
                return _password_page(desk, form), 422
        except TooManyTries as refusal:
            return slow_down(desk, refusal.until)
        who = viewer()
        choose_password(gate(desk), who.account_id, form.chosen, session_id=who.session_id, at=at)
        note_proof(at=at, by_password=True)
        flash(_("Votre mot de passe est enregistré. Les autres appareils sont déconnectés."))
        return redirect(suite() or url_for("account.landing", slug=slug), 303)


def _asks_current(desk: Desk) -> bool:
    """A password is changed by who gives the present one, or has just proved to read the mails of the account."""
    by_code = proved_lately(at=desk.now()) and not gave_password()
    return account_facts(db.session(), viewer().account_id).has_password and not by_code


def _acceptable(desk: Desk, form: NewPasswordForm) -> bool:
    """Whether the present password is right and the new one accepted; the form says otherwise why."""
    email = viewer().email
    fault = fault_of(form.chosen, about=(email, scope().face.name))
    if fault is not None:
        form.mot_de_passe_nouveau.errors = [fault]
        return False
    if form.asks_current and not is_password_of(gate(desk), email, form.current, network=network(desk), at=desk.now()):
        form.mot_de_passe_actuel.errors = [say("Ce n'est pas votre mot de passe actuel.")]
        return False
    return True


def _password_page(desk: Desk, form: NewPasswordForm) -> str:
    return render(
        "account/password.html",
        form=form,
        asks_current=_asks_current(desk),
        welcome=bool(request.values.get("bienvenue")),
        suite=suite(),
        faults=form.faults(),
    )


def _address(account: Blueprint, desk: Desk) -> None:
    _new_address(account, desk)
    _new_address_code(account, desk)


def _new_address(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/compte/adresse")
    @access(Door.SIGNED_IN)
    def address(slug: str) -> ResponseReturnValue:
        if not proved_lately(at=desk.now()):
            return ask_proof(slug, after=request.path)
        return render("account/address.html", form=AddressForm(), email=viewer().email)

    @account.post("/<slug>/compte/adresse")
    @access(Door.SIGNED_IN)
    def ask_address(slug: str) -> ResponseReturnValue:
        form, who = AddressForm(request.form), viewer()
        if not proved_lately(at=desk.now()):
            return ask_proof(slug, after=request.path)
        if form.validate() and email_key(form.email) == email_key(who.email):
            form.adresse.errors = [say("C'est déjà l'adresse de votre compte.")]
        if form.faults():
            return render("account/address.html", form=form, email=who.email, faults=form.faults()), 422
        return _send(desk, slug, form.email)


def _new_address_code(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/compte/adresse/code")
    @access(Door.SIGNED_IN)
    def address_code(slug: str) -> ResponseReturnValue:
        asked = _asked()
        if asked is None:
            return redirect(url_for("account.address", slug=slug), 303)
        return render("account/address_code.html", form=CodeForm(), asked=asked)

    @account.post("/<slug>/compte/adresse/code")
    @access(Door.SIGNED_IN)
    def confirm_address(slug: str) -> ResponseReturnValue:
        asked = _asked()
        if asked is None:
            return redirect(url_for("account.address", slug=slug), 303)
        form = CodeForm(request.form)
        if form.validate() and _move(desk, asked, form):
            forget_request()
            flash(_("Votre adresse est changée : {email}.", email=asked.email))
            return redirect(url_for("account.index", slug=slug), 303)
        return render("account/address_code.html", form=form, asked=asked, faults=form.faults()), 422


def _send(desk: Desk, slug: str, email: str) -> ResponseReturnValue:
    try:
        request_id = send_code(
            gate(desk), email, Purpose.ADDRESS, network=network(desk), at=desk.now(), account_id=viewer().account_id
        )
    except TooManyTries as refusal:
        return slow_down(desk, refusal.until)
    remember(Pending(request_id=request_id, email=email, purpose=Purpose.ADDRESS, suite=""))
    return redirect(url_for("account.address_code", slug=slug), 303)


def _move(desk: Desk, asked: Pending, form: CodeForm) -> bool:
    """Whether the account has its new address; the form says otherwise why."""
    who = viewer()
    try:
        change_address(
            gate(desk), who.account_id, asked.request_id, form.digits, session_id=who.session_id, at=desk.now()
        )
    except CodeRefused as refusal:
        form.code.errors = [refusal_words(refusal)]
    except AddressTaken:
        form.code.errors = [
            say("Un autre compte a déjà cette adresse. Fermez-le d'abord, ou choisissez une autre adresse.")
        ]
    return not form.code.errors


def _asked() -> Pending | None:
    asked = pending()
    return asked if asked is not None and asked.purpose is Purpose.ADDRESS else None
