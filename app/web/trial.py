"""Trying one theme without an account, and keeping it afterwards by creating one."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.services.members import TrialPass, trial_of
from app.services.naf_search import Activity, activity, search
from app.services.throttle import TRIALS_FROM_A_NETWORK, TooManyTries, Try, count_try
from app.services.trials import TRIAL_DAYS, TooManyTrials, TrialGone, TrialWish, keep_trial, start_trial
from app.web.access import TRIAL_KEY
from app.web.account_browser import network
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.trial import NONE_OF_THEM, KeepForm, TrialForm
from forms.words import say

MOST_OFFERED = 8
"""Activities offered at once: more than a phone shows is no choice."""


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the try-out."""
    trial = Blueprint("trial", __name__)
    _add_start(trial, desk)
    _add_keep(trial, desk)
    return trial


def _add_start(trial: Blueprint, desk: Desk) -> None:
    @trial.get("/<slug>/essai")
    @access(Door.OPEN)
    def start(**_where: object) -> ResponseReturnValue:
        held = _held(desk)
        if held is not None and "nouveau" not in request.args:
            return render("trial/resume.html", held=held)
        return _start_page(TrialForm(), held=held)

    @trial.post("/<slug>/essai")
    @access(Door.OPEN)
    def begin(slug: str) -> ResponseReturnValue:
        held = _held(desk)
        if held is not None and not request.form.get("nouveau"):
            return redirect(url_for("trial.start", slug=slug), 303)
        form = TrialForm(request.form)
        if not form.validate():
            return _start_page(form, held=held), 422
        found, asked = _activity(desk, form)
        if asked:
            return _start_page(form, held=held, offered=asked)
        if found is None and form.words and form.chosen != NONE_OF_THEM:
            form.activite.errors = [
                say("Aucune activité ne répond à ces mots. Essayez un mot plus courant, ou laissez ce champ vide.")
            ]
            return _start_page(form, held=held), 422
        return _begin(desk, slug, form, found)


def _add_keep(trial: Blueprint, desk: Desk) -> None:
    @trial.get("/<slug>/e/<uuid:establishment_id>/garder")
    @access(Door.FIRM_WRITE)
    def keep(**_where: object) -> ResponseReturnValue:
        if scope().trial is None:
            return redirect(_way("hub.index"), 303)
        return _keep_page(KeepForm())

    @trial.post("/<slug>/e/<uuid:establishment_id>/garder")
    @access(Door.FIRM_WRITE)
    def claim(**_where: object) -> ResponseReturnValue:
        here = scope()
        if here.trial is None:
            return redirect(_way("hub.index"), 303)
        if here.viewer is None:
            return redirect(url_for("account.sign_up", slug=here.slug, suite=_way("trial.keep")), 303)
        form = KeepForm(request.form)
        if not form.validate():
            return _keep_page(form), 422
        return _keep(desk, here.viewer.account_id, form.function)


def _keep(desk: Desk, account_id: UUID, function: str) -> ResponseReturnValue:
    here = scope()
    try:
        keep_trial(
            desk.database,
            here.establishment_id,
            account_id,
            service_id=here.face.service_id,
            function=function,
            on=desk.today(),
            at=desk.now(),
        )
    except TrialGone:
        session.pop(TRIAL_KEY, None)
        flash(_("Cet essai n'est plus disponible : il est terminé, ou gardé par un autre compte."), "warn")
        return redirect(url_for("entrance.index", slug=here.slug), 303)
    session.pop(TRIAL_KEY, None)  # not before: a busy database would leave the person without what was typed
    flash(_("Votre travail est gardé dans votre compte. Complétez maintenant le nom et le SIRET de l'entreprise."))
    return redirect(_way("hub.index"), 303)


def _held(desk: Desk) -> TrialPass | None:
    """The try-out this browser may go on with, in this entrance."""
    token = session.get(TRIAL_KEY)
    return trial_of(db.session(), token, on=desk.today()) if isinstance(token, str) else None


def _activity(desk: Desk, form: TrialForm) -> tuple[Activity | None, tuple[Activity, ...]]:
    """The activity that was chosen, or the ones to choose from; neither when the person gave none."""
    if not form.words:
        return None, ()
    offered = search(desk.catalogue, form.words, MOST_OFFERED)
    if form.chosen == NONE_OF_THEM:
        return None, ()
    chosen = next((each for each in offered if each.code == form.chosen), None)
    known = chosen or activity(desk.catalogue, form.words)
    return (known, ()) if known else (None, offered)


def _begin(desk: Desk, slug: str, form: TrialForm, found: Activity | None) -> ResponseReturnValue:
    here = scope()
    wish = TrialWish(
        theme=_theme(desk),
        headcount=form.headcount,
        naf=found.code if found else "",
        naf_label=found.label if found else "",
        sectors=found.sectors if found else frozenset(),
    )
    tried = Try(limit=TRIALS_FROM_A_NETWORK, subject=network(desk))
    try:
        count_try(desk.database, desk.settings.secret_key, tried, at=desk.now())
        started = start_trial(
            desk.database,
            wish,
            service_id=here.face.service_id,
            service_name=here.face.name,
            on=desk.today(),
            at=desk.now(),
        )
    except (TooManyTrials, TooManyTries):
        return render("trial/full.html"), 429
    session.permanent = True  # as long as what it opens is kept
    session[TRIAL_KEY] = started.token
    way = url_for("themes.show", slug=slug, establishment_id=started.establishment_id, theme=wish.theme)
    return redirect(way, 303)


def _theme(desk: Desk) -> str:
    """The theme that is tried: the one whose page was left for the try-out, else the first."""
    codes = desk.catalogue.codes
    wanted = request.values.get("theme", "")
    return wanted if wanted in codes else codes[0]


def _start_page(form: TrialForm, *, held: TrialPass | None, offered: tuple[Activity, ...] = ()) -> str:
    return render(
        "trial/start.html",
        form=form,
        faults=form.faults(),
        again=held is not None,
        offered=[(each.code, f"{each.label} ({each.code})", "") for each in offered],
        none_of_them=NONE_OF_THEM,
        days=TRIAL_DAYS,
    )


def _keep_page(form: KeepForm) -> str:
    return render("trial/keep.html", form=form, faults=form.faults(), suite=_way("trial.keep"))


def _way(endpoint: str) -> str:
    """A page of the establishment of the request."""
    return url_for(endpoint, slug=scope().slug, establishment_id=scope().establishment_id)
