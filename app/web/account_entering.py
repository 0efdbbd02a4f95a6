"""Coming in: sign up, sign in, the code, the forgotten password. The pages say the same whoever the address is."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.accounts import Entered, enter_by_code, enter_by_password, send_code
from app.services.demo_people import demo_accounts
from app.services.sign_in_codes import CodeRefused, Purpose, WrongCode
from app.services.throttle import TooManyTries
from app.web.account_browser import (
    Pending,
    browser,
    forget_request,
    gate,
    let_in,
    network,
    pending,
    remember,
    slow_down,
    suite,
)
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.account import AddressForm, CodeForm, PasswordSignInForm
from forms.words import Said, say, say_many


def install(account: Blueprint, desk: Desk) -> None:
    """Add the pages that need nobody signed in."""
    _sign_up(account, desk)
    _sign_in(account, desk)
    _codes(account, desk)
    _forgotten(account, desk)


def _sign_up(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/inscription")
    @access(Door.OPEN)
    def sign_up(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        return render("account/sign_up.html", form=_offered(), suite=suite())

    @account.post("/<slug>/inscription")
    @access(Door.OPEN)
    def ask_sign_up(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        form = AddressForm(request.form)
        if not form.validate():
            return render("account/sign_up.html", form=form, suite=suite(), faults=form.faults()), 422
        return _send(desk, form.email, Purpose.SIGN_UP, suite())


def _sign_in(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/connexion")
    @access(Door.OPEN)
    def sign_in(slug: str) -> ResponseReturnValue:
        if scope().viewer is not None:
            return redirect(suite() or url_for("account.landing", slug=slug), 303)
        known = PasswordSignInForm(data={"identifiant": request.args.get("adresse", "")[:300]})
        return _sign_in_page(desk, _offered(), known)

    @account.post("/<slug>/connexion")
    @access(Door.OPEN)
    def ask_sign_in(slug: str) -> ResponseReturnValue:
        if "identifiant" in request.form:
            return _by_password(desk, slug)
        form = AddressForm(request.form)
        if not form.validate():
            return _sign_in_page(desk, form, PasswordSignInForm()), 422
        return _send(desk, form.email, Purpose.SIGN_IN, suite())


def _by_password(desk: Desk, slug: str) -> ResponseReturnValue:
    form = PasswordSignInForm(request.form)
    code_form = AddressForm(data={"adresse": form.identifiant.data})
    if not form.validate():
        return _sign_in_page(desk, code_form, form), 422
    at = desk.now()
    try:
        entered = enter_by_password(gate(desk), form.email, form.password, browser=browser(desk), at=at)
    except TooManyTries as refusal:
        return slow_down(desk, refusal.until)
    if entered is None:
        form.mot_de_passe.errors = [
            say("L'adresse et le mot de passe ne vont pas ensemble. Réessayez, ou demandez un code.")
        ]
        return _sign_in_page(desk, code_form, form), 422
    let_in(entered.token, at=at, by_password=True)
    return redirect(suite() or url_for("account.landing", slug=slug), 303)


def _sign_in_page(desk: Desk, code_form: AddressForm, form: PasswordSignInForm) -> str:
    people = demo_accounts(db.session()) if desk.settings.demo else ()
    return render(
        "account/sign_in.html",
        code_form=code_form,
        form=form,
        faults=(*code_form.faults(), *form.faults()),
        suite=suite(),
        people=people,
    )


def _codes(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/connexion/code")
    @access(Door.OPEN)
    def code(slug: str) -> ResponseReturnValue:
        asked = _asked()
        if asked is None:
            return redirect(url_for("account.sign_in", slug=slug), 303)
        return render("account/code.html", form=CodeForm(), asked=asked)

    @account.post("/<slug>/connexion/code")
    @access(Door.OPEN)
    def enter(slug: str) -> ResponseReturnValue:
        asked = _asked()
        if asked is None:
            return redirect(url_for("account.sign_in", slug=slug), 303)
        form, at = CodeForm(request.form), desk.now()
        if form.validate():
            try:
                entered = enter_by_code(gate(desk), asked.request_id, form.digits, browser=browser(desk), at=at)
            except CodeRefused as refusal:
                form.code.errors = [refusal_words(refusal)]
            else:
                forget_request()
                let_in(entered.token, at=at, by_password=False)
                return redirect(_after_code(slug, entered, asked), 303)
        return render("account/code.html", form=form, asked=asked, faults=form.faults()), 422

    @account.post("/<slug>/connexion/renvoyer")
    @access(Door.OPEN)
    def send_again(slug: str) -> ResponseReturnValue:
        asked = _asked()
        if asked is None:
            return redirect(url_for("account.sign_in", slug=slug), 303)
        return _send(desk, asked.email, asked.purpose, asked.suite, again=True)


def _forgotten(account: Blueprint, desk: Desk) -> None:
    @account.get("/<slug>/connexion/mot-de-passe-oublie")
    @access(Door.OPEN)
    def forgotten(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        return render("account/forgotten.html", form=_offered(), suite=suite())

    @account.post("/<slug>/connexion/mot-de-passe-oublie")
    @access(Door.OPEN)
    def ask_forgotten(slug: str) -> ResponseReturnValue:  # noqa: ARG001 (read by app.web.access)
        form = AddressForm(request.form)
        if not form.validate():
            return render("account/forgotten.html", form=form, suite=suite(), faults=form.faults()), 422
        return _send(desk, form.email, Purpose.PASSWORD, suite())


def refusal_words(refusal: CodeRefused) -> Said:
    """What is said of a code that opens nothing."""
    if isinstance(refusal, WrongCode):
        return say_many(
            refusal.left,
            "Ce n'est pas le code reçu. Il reste {n} essai.",
            "Ce n'est pas le code reçu. Il reste {n} essais.",
        )
    return say("Ce code ne sert plus. Demandez-en un nouveau.")


def _offered() -> AddressForm:
    """The empty form, or with the address a link of ours gives."""
    return AddressForm(data={"adresse": request.args.get("adresse", "")[:300]})


def _asked() -> Pending | None:
    asked = pending()
    return asked if asked is not None and asked.purpose is not Purpose.ADDRESS else None


def _send(desk: Desk, email: str, purpose: Purpose, after: str, *, again: bool = False) -> ResponseReturnValue:
    try:
        request_id = send_code(gate(desk), email, purpose, network=network(desk), at=desk.now())
    except TooManyTries as refusal:
        return slow_down(desk, refusal.until)
    remember(Pending(request_id=request_id, email=email, purpose=purpose, suite=after))
    if again:
        flash(_("Un nouveau code part. Le précédent ne sert plus."))
    return redirect(url_for("account.code", slug=scope().slug), 303)


def _after_code(slug: str, entered: Entered, asked: Pending) -> str:
    """A new account, or a forgotten password, goes by the page of the password."""
    if entered.created or entered.purpose is Purpose.PASSWORD:
        return url_for("account.password", slug=slug, suite=asked.suite or None, bienvenue=int(entered.created) or None)
    return asked.suite or url_for("account.landing", slug=slug)
