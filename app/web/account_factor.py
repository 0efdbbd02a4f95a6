"""The second factor of the staff: an authenticator enrolled at the first sign-in, its code asked at each one."""

from __future__ import annotations

import segno
from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.account_changes import AccountFacts, account_facts
from app.services.account_sessions import replace_session
from app.services.demo_people import demo_accounts
from app.services.second_factor import (
    accept_code,
    accept_first_code,
    code_at,
    enrolment_address,
    new_seed,
    shared_secret,
)
from app.services.throttle import TooManyTries
from app.web.account_browser import browser, gave_password, let_in, slow_down, suite, viewer
from app.web.account_mine import ask_proof
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from app.web.staff_home import staff_address
from forms.account import SecondFactorForm
from forms.words import say

_SEED = "code_graine"
"""The seed shown and not enrolled yet; it is worth nothing without the installation's key."""


def install(account: Blueprint, desk: Desk) -> None:
    """Add the page of the second factor."""

    @account.get("/<slug>/connexion/second-facteur")
    @access(Door.SIGNED_IN)
    def second_factor(slug: str) -> ResponseReturnValue:
        refused = _not_yet(slug)
        if refused is not None:
            return refused
        return _page(desk, SecondFactorForm())

    @account.post("/<slug>/connexion/second-facteur")
    @access(Door.SIGNED_IN)
    def give_second_factor(slug: str) -> ResponseReturnValue:
        refused = _not_yet(slug)
        if refused is not None:
            return refused
        form = SecondFactorForm(request.form)
        if not form.validate():
            return _page(desk, form), 422
        try:
            accepted = _accept(desk, form.digits)
        except TooManyTries as refusal:
            return slow_down(desk, refusal.until)
        if not accepted:
            form.code_appli.errors = [
                say("Ce code n'est pas le bon, ou il a déjà servi. Attendez le suivant, il change toutes les 30 s.")
            ]
            return _page(desk, form), 422
        return _open(desk, slug)


def _not_yet(slug: str) -> ResponseReturnValue | None:
    """Who does not come here: not of the staff, in already, without a password, or in without giving it."""
    who, after = viewer(), suite()
    after = after or _home(slug)  # a page of the staff, which leads back here
    if scope().staff is None:
        return redirect(url_for("account.landing", slug=slug), 303)
    if who.staff:
        return redirect(after, 303)
    if not account_facts(db.session(), who.account_id).has_password:
        return redirect(url_for("account.password", slug=slug, suite=after), 303)
    return None if gave_password() else ask_proof(slug, after=after, password=True)


def _accept(desk: Desk, digits: str) -> bool:
    who, key, at = viewer(), desk.settings.secret_key, desk.now()
    if account_facts(db.session(), who.account_id).totp_seed is not None:
        return accept_code(desk.database, key, who.account_id, digits, at=at)
    seed = session.get(_SEED)
    if not isinstance(seed, str):
        return False
    accepted = accept_first_code(desk.database, key, who.account_id, seed, digits, at=at)
    if accepted:
        flash(_("Votre application est enregistrée. Elle vous est demandée à chaque connexion."))
    return accepted


def _open(desk: Desk, slug: str) -> ResponseReturnValue:
    asking, at, after = browser(desk), desk.now(), suite()
    with desk.database.unit_of_work(service_id=None) as uow:
        token = replace_session(
            uow, viewer().account_id, device=asking.device, at=at, old=asking.session_id, staff=True
        )
    let_in(token, at=at, by_password=True)
    return redirect(after or _home(slug), 303)


def _home(slug: str) -> str:
    known = "staff.home" in current_app.view_functions
    return staff_address(slug) if known else url_for("account.landing", slug=slug)


def _page(desk: Desk, form: SecondFactorForm) -> str:
    facts = account_facts(db.session(), viewer().account_id)
    if facts.totp_seed is None:
        return _enrolment(desk, facts, form)
    hint = code_at(desk.settings.secret_key, facts.totp_seed, at=desk.now(), after=facts.totp_step)
    shown = desk.settings.demo and any(person.email == facts.email for person in demo_accounts(db.session()))
    return render(
        "account/second_factor.html", form=form, suite=suite(), faults=form.faults(), hint=hint if shown else ""
    )


def _enrolment(desk: Desk, facts: AccountFacts, form: SecondFactorForm) -> str:
    seed = session.get(_SEED)
    if not isinstance(seed, str):
        seed = session[_SEED] = new_seed()
    key = desk.settings.secret_key
    address = enrolment_address(key, seed, email=facts.email, issuer=f"Jalon {scope().face.name}")
    secret = shared_secret(key, seed)
    rows = segno.make(address, error="m", micro=False).matrix_iter(border=2)
    drawn = [[bool(module) for module in row] for row in rows]
    return render(
        "account/enrol.html",
        form=form,
        suite=suite(),
        faults=form.faults(),
        side=len(drawn),
        path="".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(drawn) for x, dark in enumerate(row) if dark),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )
