"""Collective sessions: their list, the form with its lines of attendance, one session with its totals."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.roles import Role
from app.extensions import db
from app.services.activity_log import ActRefused, AlreadyCorrected, NotYourAct, UnknownAct
from app.services.activity_views import open_campaigns
from app.services.attempts import again
from app.services.establishments import UnknownEstablishment
from app.services.firm_choices import FirmChoice, Found, firms_by_id, search_firms
from app.services.once import AlreadyDone
from app.services.session_log import Attendance, GroupSession, correct_session, hold_session, withdraw_session
from app.services.session_views import SessionView, session_page, session_view
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.log_words import day_options, length_options, own_profession, themes_of, vocabulary, writer
from app.web.pages import render
from app.web.scope import scope
from app.web.session_lines import Gesture, gesture_of
from forms.attendance import UNPLACED, line_form
from forms.base import FieldFault
from forms.collective import SessionForm

WITHDRAW = "retirer"
"""What the button that takes a session back says."""

_NONE = Found(firms=(), more=False)


def add_pages(log: Blueprint, desk: Desk) -> None:
    """The pages of the sessions, in the blueprint of the log."""

    @log.get("/<slug>/service/seances")
    @access(Door.STAFF)
    def sessions(**_where: object) -> ResponseReturnValue:
        number = request.args.get("page", "1")
        asked = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        mine = request.args.get("qui") == "moi"
        viewer = scope().viewer
        page = session_page(db.session(), page=asked, account_id=viewer.account_id if mine and viewer else None)
        return render("staff/sessions.html", page=page, mine=mine, **vocabulary(desk))

    @log.route("/<slug>/service/seances/nouvelle", methods=["GET", "POST"])
    @access(Door.STAFF)
    def session_new(**_where: object) -> ResponseReturnValue:
        if request.method == "GET":
            form = SessionForm()
            form.lines = []
            form.set_day(desk.today(), today=desk.today())
            return _page(desk, form)
        return _posted(desk)

    @log.get("/<slug>/service/seances/<uuid:session_id>")
    @access(Door.STAFF)
    def session(session_id: UUID, **_where: object) -> ResponseReturnValue:
        view = _known(session_id)
        return render(
            "staff/session.html",
            view=view,
            line=view.line,
            may_correct=not _why_not(view),
            zone=scope().face.zone,
            **vocabulary(desk),
        )

    @log.route("/<slug>/service/seances/<uuid:session_id>/corriger", methods=["GET", "POST"])
    @access(Door.STAFF)
    def session_correct(session_id: UUID, **_where: object) -> ResponseReturnValue:
        view = _known(session_id)
        refusal = _why_not(view)
        if refusal:
            flash(refusal, "warn")
            return _to_session(session_id)
        if request.method == "GET":
            return _page(desk, _form_of(desk, view), view=view)
        return _posted(desk, view=view)


def _known(session_id: UUID) -> SessionView:
    view = session_view(db.session(), session_id)
    if view is None:
        abort(404)
    return view


def _why_not(view: SessionView) -> str:
    """Why a session may not be corrected by this person; empty when it may."""
    here = scope()
    own = here.viewer is not None and view.line.account_id == here.viewer.account_id
    if not own and Role.ADMIN not in here.staff_roles:
        return _(
            "Cette séance a été notée par quelqu'un d'autre : demandez-lui de la corriger, ou à un administrateur."
        )
    if view.line.voided_at is not None:
        return _("Cette séance était déjà corrigée : voici où elle en est.")
    return ""


def _posted(desk: Desk, *, view: SessionView | None = None) -> ResponseReturnValue:
    form = SessionForm(request.form)
    form.read_lines(request.form)
    act = request.form.get("geste", "")
    if view is not None and act == WITHDRAW:
        return _withdraw(desk, view)
    gesture = gesture_of(form, act)
    if gesture.done:
        return _page(desk, form, view=view, gesture=gesture)
    known = firms_by_id(db.session(), [line.firm for line in form.lines if line.firm])
    right = form.check(
        desk.today(),
        themes=themes_of(desk),
        campaigns=_campaigns(desk, form, view),
        known=known,
        kept=view.line.on if view else None,
        trade_known=bool(own_profession() or (view and view.line.profession)),
    )
    if not right or gesture.faults:
        return _page(desk, form, view=view, gesture=gesture, known=known)
    return _keep(desk, form, view=view)


def _keep(desk: Desk, form: SessionForm, *, view: SessionView | None) -> ResponseReturnValue:
    said, key = _said(form, view=view), form.cle.data or ""
    by = writer(desk)
    try:
        if view is None:
            held = again(lambda: hold_session(by, said, key=key), tries=2)
        else:
            held = again(lambda: correct_session(by, view.line.fact_id, said, key=key), tries=2)
    except AlreadyDone as done:
        held = UUID(done.outcome)
    except AlreadyCorrected as corrected:
        flash(_("Cette séance était déjà corrigée : voici où elle en est."), "warn")
        return _to_session(corrected.instead or (view.line.fact_id if view else UUID(int=0)))
    except (NotYourAct, UnknownAct):
        abort(404)
    except (ActRefused, UnknownEstablishment) as refused:
        unknown = _("Une entreprise n'est plus connue du service : retirez sa ligne et cherchez-la de nouveau.")
        words = str(refused) if isinstance(refused, ActRefused) else unknown
        return _page(desk, form, view=view, gesture=Gesture(False, (FieldFault(anchor="titre", words=words),)))
    flash(_("La séance est notée.") if view is None else _("La séance est corrigée."))
    return _to_session(held)


def _withdraw(desk: Desk, view: SessionView) -> ResponseReturnValue:
    by, key = writer(desk), request.form.get("cle", "")
    try:
        again(lambda: withdraw_session(by, view.line.fact_id, key=key), tries=2)
        flash(_("La séance est retirée : elle ne compte plus, ni ses présents."))
    except (AlreadyDone, AlreadyCorrected):
        pass
    except (NotYourAct, UnknownAct):
        abort(404)
    return redirect(url_for("log.sessions", slug=scope().slug), 303)


def _page(
    desk: Desk,
    form: SessionForm,
    *,
    view: SessionView | None = None,
    gesture: Gesture | None = None,
    known: Mapping[UUID, FirmChoice] | None = None,
) -> ResponseReturnValue:
    """The form, new or as it was typed; 422 with faults."""
    gesture = gesture or Gesture(False)
    session = db.session()
    faults = (*(() if gesture.done else form.faults()), *gesture.faults)
    names = known if known is not None else firms_by_id(session, [line.firm for line in form.lines if line.firm])
    drawn = render(
        "staff/session_correct.html" if view else "staff/session_new.html",
        form=form,
        faults=faults,
        view=view,
        names=names,
        told=gesture.told,
        list_faults=gesture.list_faults,
        found=search_firms(session, form.cherche.data) if form.cherche.data else _NONE,
        days=day_options(desk.today()),
        lengths=length_options(),
        campaigns=list(_campaigns(desk, form, view).items()),
        ask_trade=not own_profession() and not (view and view.line.profession),
        unplaced=UNPLACED,
        key=secrets.token_urlsafe(16),
        **vocabulary(desk),
    )
    return drawn, 422 if faults else 200


def _campaigns(desk: Desk, form: SessionForm, view: SessionView | None) -> dict[str, str]:
    known = dict(open_campaigns(db.session(), on=form.on or desk.today()))
    if view is not None and view.line.campaign:
        known.setdefault(view.line.campaign, view.line.campaign)  # closed since, and still true of the session
    return known


def _form_of(desk: Desk, view: SessionView) -> SessionForm:
    line = view.line
    form = SessionForm(
        data={
            "titre": line.words,
            "categorie": line.category,
            "format": line.format,
            "theme": line.theme,
            "campagne": line.campaign,
            "metier": line.profession,
        }
    )
    form.set_day(line.on, today=desk.today())
    form.set_length(line.minutes)
    form.lines = [
        line_form(
            number, entreprise=each.establishment_id or UNPLACED, employeurs=each.employers, salaries=each.workers
        )
        for number, each in enumerate(view.said, start=1)
    ]
    return form


def _said(form: SessionForm, *, view: SessionView | None) -> GroupSession:
    on = form.on
    if on is None:
        raise LookupError("the form was not checked")
    return GroupSession(
        title=form.titre.data,
        on=on,
        category=form.categorie.data,
        format=form.way,
        minutes=form.length,
        profession=form.metier.data or (view.line.profession if view else own_profession()),
        theme=form.theme.data or "",
        campaign=form.campagne.data or "",
        attendance=tuple(
            Attendance(establishment_id=line.firm, employers=line.employeurs.data or 0, workers=line.salaries.data or 0)
            for line in form.lines
        ),
    )


def _to_session(session_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("log.session", slug=scope().slug, session_id=session_id), 303)
