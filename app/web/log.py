"""The log of the service: the list of acts, the short form that notes one, its correction."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.activity import CATEGORIES
from app.domain.roles import Role
from app.extensions import db
from app.services.activity_log import (
    ActRefused,
    AlreadyCorrected,
    NotYourAct,
    UnknownAct,
    WorkAct,
    correct_act,
    log_act,
    withdraw_act,
)
from app.services.activity_views import LogFilter, LogLine, act_line, log_page
from app.services.attempts import again
from app.services.establishments import UnknownEstablishment
from app.services.facts import FactKind
from app.services.firm_choices import firms_by_id
from app.services.once import AlreadyDone
from app.services.staff_views import LONGEST_SEARCH
from app.web import log_form, log_sessions
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.log_words import month_options, own_profession, vocabulary, writer
from app.web.pages import render
from app.web.scope import scope
from forms.activity import ActForm, fault

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
EVERY = "tous"
"""Every month, or everybody."""


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the log and of the sessions."""
    log = Blueprint("log", __name__)
    _reading(log, desk)
    _writing(log, desk)
    _correcting(log, desk)
    log_sessions.add_pages(log, desk)
    return log


def _reading(log: Blueprint, desk: Desk) -> None:
    @log.get("/<slug>/service/journal")
    @access(Door.STAFF)
    def index(**_where: object) -> ResponseReturnValue:
        session, today = db.session(), desk.today()
        firm_id = _uuid(request.args.get("firm", ""))
        firm = firms_by_id(session, [firm_id]).get(firm_id) if firm_id else None
        asked = _filter(desk, firm_id if firm else None)
        noted = _uuid(request.args.get("note", ""))
        return render(
            "staff/log.html",
            page=log_page(session, asked),
            asked=asked,
            firm=firm,
            months=month_options(today),
            month=asked.month or EVERY,
            everybody=asked.account_id is None,
            noted=act_line(session, noted) if noted else None,
            may_correct=_may_correct,
            kinds=FactKind,
            zone=scope().face.zone,
            **vocabulary(desk),
        )


def _writing(log: Blueprint, desk: Desk) -> None:
    @log.route("/<slug>/service/journal/noter", methods=["GET", "POST"])
    @access(Door.STAFF)
    def new(**_where: object) -> ResponseReturnValue:
        if request.method == "GET":
            return _fresh(desk)
        form = ActForm(request.form)
        if log_form.searching(form) or not log_form.right(desk, form):
            return log_form.page(desk, form)
        said = _said(form)
        try:
            noted = again(lambda: log_act(writer(desk), said, key=form.cle.data or ""), tries=2)
        except AlreadyDone as done:
            noted = UUID(done.outcome)
        except (ActRefused, UnknownEstablishment) as refused:
            return _refused(desk, form, refused)
        return _to_list(noted, said)


def _correcting(log: Blueprint, desk: Desk) -> None:
    @log.route("/<slug>/service/journal/<uuid:fact_id>/corriger", methods=["GET", "POST"])
    @access(Door.STAFF)
    def correct(fact_id: UUID, **_where: object) -> ResponseReturnValue:
        line = act_line(db.session(), fact_id)
        if line is None or line.kind is not FactKind.LOGGED:
            abort(404)
        refusal = _why_not(line)
        if refusal:
            flash(refusal, "warn")
            return redirect(url_for("log.index", slug=scope().slug, mois=f"{line.on:%Y-%m}", qui=EVERY), 303)
        if request.method == "GET":
            return log_form.page(desk, log_form.of_line(line, today=desk.today()), line=line)
        if request.form.get("geste") == "retirer":
            return _withdraw(desk, line)
        return _correct(desk, line)


def _fresh(desk: Desk) -> ResponseReturnValue:
    form = ActForm()
    form.set_day(desk.today(), today=desk.today())
    firm_id = _uuid(request.args.get("firm", ""))
    if firm_id is not None:
        if not firms_by_id(db.session(), [firm_id]):
            abort(404)
        form.entreprise.data = firm_id
    elif "firm" in request.args:
        abort(404)
    return log_form.page(desk, form)


def _correct(desk: Desk, line: LogLine) -> ResponseReturnValue:
    form = ActForm(request.form)
    if log_form.searching(form) or not log_form.right(desk, form, line=line):
        return log_form.page(desk, form, line=line)
    said = _said(form, line=line)
    try:
        noted = again(lambda: correct_act(writer(desk), line.fact_id, said, key=form.cle.data or ""), tries=2)
    except AlreadyDone as done:
        noted = UUID(done.outcome)
    except AlreadyCorrected as corrected:
        noted = corrected.instead or line.fact_id
        flash(_("Cet acte était déjà corrigé : voici où il en est."), "warn")
    except (NotYourAct, UnknownAct):
        abort(404)
    except (ActRefused, UnknownEstablishment) as refused:
        return _refused(desk, form, refused, line=line)
    return _to_list(noted, said)


def _withdraw(desk: Desk, line: LogLine) -> ResponseReturnValue:
    key = request.form.get("cle", "")
    try:
        again(lambda: withdraw_act(writer(desk), line.fact_id, key=key), tries=2)
        flash(_("L'acte est retiré : il ne compte plus. Il reste visible, barré."))
    except AlreadyDone:
        pass
    except AlreadyCorrected:
        flash(_("Cet acte était déjà corrigé : voici où il en est."), "warn")
    except (NotYourAct, UnknownAct):
        abort(404)
    return redirect(url_for("log.index", slug=scope().slug, mois=f"{line.on:%Y-%m}"), 303)


def _refused(
    desk: Desk, form: ActForm, refused: ActRefused | UnknownEstablishment, *, line: LogLine | None = None
) -> ResponseReturnValue:
    """The form as it was typed; what the service refused between two looks at the page."""
    unknown = _("Cette entreprise n'est plus connue du service : cherchez-la de nouveau.")
    fault(form.entreprise, str(refused) if isinstance(refused, ActRefused) else unknown)
    return log_form.page(desk, form, line=line)


def _said(form: ActForm, *, line: LogLine | None = None) -> WorkAct:
    on = form.on
    if on is None:
        raise LookupError("the form was not checked")
    return WorkAct(
        establishment_id=form.firm,
        category=form.categorie.data,
        on=on,
        minutes=form.length,
        profession=form.metier.data or (line.profession if line else own_profession()),
        theme=form.theme.data or "",
        format=form.way,
        origin=form.asked_from,
        partner=form.partenaire.data or "",
        campaign=form.campagne.data or "",
        words=form.commentaire.data or "",
    )


def _to_list(noted: UUID, said: WorkAct) -> ResponseReturnValue:
    return redirect(url_for("log.index", slug=scope().slug, mois=f"{said.on:%Y-%m}", note=noted), 303)


def _may_correct(line: LogLine) -> bool:
    """Whether the page offers to correct an act: one's own, or anybody's for an administrator."""
    return line.kind is not FactKind.THEME_REVIEWED and line.voided_at is None and not _why_not(line)


def _why_not(line: LogLine) -> str:
    """Why an act may not be corrected here; empty when it may."""
    here = scope()
    own = here.viewer is not None and line.account_id == here.viewer.account_id
    if not own and Role.ADMIN not in here.staff_roles:
        return _("Cet acte a été noté par quelqu'un d'autre : demandez-lui de le corriger, ou à un administrateur.")
    if line.voided_at is not None:
        return _("Cet acte était déjà corrigé : voici où il en est.")
    return ""


def _filter(desk: Desk, firm_id: UUID | None) -> LogFilter:
    """What the address asks for; anything it cannot mean is left aside."""
    args, here = request.args, scope()
    month = args.get("mois", EVERY if firm_id else f"{desk.today():%Y-%m}")
    who = args.get("qui", "moi" if Role.ADVISER in here.staff_roles and not firm_id else EVERY)
    category = args.get("categorie", "")
    page = args.get("page", "1")
    return LogFilter(
        month=month if _MONTH.fullmatch(month) else "" if month == EVERY else f"{desk.today():%Y-%m}",
        account_id=None if who == EVERY or here.viewer is None else here.viewer.account_id,
        category=category if category in CATEGORIES else "",
        search=args.get("cherche", "").replace("\x00", "")[:LONGEST_SEARCH],
        establishment_id=firm_id,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
