"""What an adviser does on a case: adding a message, closing a review, opening a Word file. The case page includes both
forms; each has a page of its own, where it comes back with its faults.
"""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.domain.personal_words import personal_words
from app.extensions import db
from app.models.engine import Conflict
from app.models.establishment import WorkUnitRow
from app.services.advising import ActRefused, AdviserSeat, Said, Saying, add_to_case, open_case, open_themes
from app.services.documents import UnknownTheme
from app.services.establishments import UnknownEstablishment
from app.services.example_cards import slug_of
from app.services.once import AlreadyDone
from app.services.remarks import remark_of
from app.services.reviews import Closing, close_review, closed_reviews
from app.services.staff_files import WordFile, draft_file, version_file
from app.services.version_rows import DOCX
from app.web.case_forms import (
    AddView,
    Asked,
    CaseBasis,
    CloseView,
    add_view,
    close_view,
    measures_of,
    sent_view,
    subjects_of,
)
from app.web.desk import Desk
from app.web.document import FILES
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.advice import AddForm, CloseForm
from forms.base import FieldFault
from forms.words import say

CASE = "/<slug>/service/dossier/<uuid:firm_id>"


def blueprint(desk: Desk) -> Blueprint:
    """The acts of an adviser on a case."""
    acts = Blueprint("case_acts", __name__)
    _add(acts, desk)
    _close(acts, desk)
    _files(acts, desk)
    return acts


def case_basis(firm_id: UUID) -> CaseBasis:
    """What the forms of a case rest on, in eight statements at most; 404 where the service has no such case."""
    session = db.session()
    try:
        place = open_case(session, firm_id)
    except UnknownEstablishment:
        abort(404)
    units = session.execute(
        select(WorkUnitRow.key, WorkUnitRow.name)
        .where(WorkUnitRow.establishment_id == firm_id, WorkUnitRow.archived_on.is_(None))
        .order_by(WorkUnitRow.position)
    ).all()
    themes = open_themes(session, firm_id)
    return CaseBasis(
        firm_id=firm_id,
        name=place.name,
        units=dict(units),
        open=themes,
        closed=closed_reviews(session, firm_id, themes.submitted.values()),
    )


def seat_at(desk: Desk, firm_id: UUID) -> AdviserSeat:
    """The adviser of this request, at that case."""
    here = scope()
    return AdviserSeat(
        database=desk.database,
        service_id=here.face.service_id,
        establishment_id=firm_id,
        author=here.author,
        on=desk.today(),
        at=desk.now(),
        catalogue=desk.catalogue,
        profession=here.staff.profession if here.staff else "",
        entrance=f"{desk.settings.base_url}/{here.slug}",
    )


def case_address(firm_id: UUID, *, theme: str = "", anchor: str = "") -> str:
    """The address of the case page; of the list of firms where there is none."""
    slug = scope().slug
    if "case.show" not in current_app.view_functions:
        return url_for("staff.home", slug=slug)
    return url_for("case.show", slug=slug, firm_id=firm_id, theme=theme or None, _anchor=anchor or None)


def _add(acts: Blueprint, desk: Desk) -> None:
    @acts.get(f"{CASE}/ajouter")
    @access(Door.ADVISE)
    def adding(firm_id: UUID, **_arguments: object) -> ResponseReturnValue:
        basis = case_basis(firm_id)
        return _add_page(basis, asked_view(desk, basis))

    @acts.post(f"{CASE}/ajouter")
    @access(Door.ADVISE)
    def add(firm_id: UUID, **_arguments: object) -> ResponseReturnValue:
        basis = case_basis(firm_id)
        form = AddForm().offer(
            subjects=[code for code, _words in subjects_of(desk, basis)],
            measures=[code for code, _words in measures_of(desk, basis, "")],
        )
        form.process(request.form if basis.open.bases else _note_alone(request.form))
        view = sent_view(desk, basis, form, subject=form.sujet.data or "")
        if not basis.open.bases and form.genre.data != Saying.NOTE:
            words = say("L'employeur n'a rien ouvert au service, ou l'a repris : seule une note interne est possible.")
            return _add_page(basis, view, faults=(FieldFault(anchor=form.genre.id, words=words),)), 422
        if not form.validate():
            return _add_page(basis, view, faults=form.faults()), 422
        try:
            add_to_case(seat_at(desk, firm_id), _said(form), key=form.cle.data or "")
        except AlreadyDone:
            pass  # the first tap did it, and says so
        except ActRefused as refused:
            return _add_page(basis, view, faults=(FieldFault(anchor=form.mots.id, words=refused.words),)), 422
        except Conflict:
            words = say("Quelqu'un a agi sur ce dossier au même instant. Rien n'est parti : ajoutez de nouveau.")
            return _add_page(basis, view, faults=(FieldFault(anchor=form.mots.id, words=words),)), 409
        except UnknownEstablishment:
            abort(404)
        _say_added(form)
        theme = (form.sujet.data or "").partition(".")[0]
        return redirect(case_address(firm_id, theme=theme, anchor="fil"), 303)


def asked_view(desk: Desk, basis: CaseBasis) -> AddView:
    """The form « Ajouter » as the address of the page asks for it: `sur`, `genre`, `unite`, `situation`, `remarque`."""
    said = request.args
    key = said.get("remarque", "")
    return add_view(
        desk,
        basis,
        asked=Asked(
            about=said.get("sur", ""),
            kind=said.get("genre", ""),
            unit=said.get("unite", ""),
            situation=said.get("situation", ""),
        ),
        remark=remark_of(db.session(), key, desk.catalogue) if key else None,
    )


def _note_alone(sent: MultiDict[str, str]) -> MultiDict[str, str]:
    """What was sent, without the fields that the page no longer shows: nothing is open to speak of."""
    return MultiDict([(name, value) for name, value in sent.items(multi=True) if name in ("genre", "mots", "cle")])


def _said(form: AddForm) -> Said:
    theme, _dot, question = (form.sujet.data or "").partition(".")
    kind = Saying(form.genre.data)
    measure = (form.mesure.data or "").partition(".")[2] if kind is Saying.PROPOSAL else ""
    return Said(
        kind=kind,
        words=form.mots.data or "",
        theme=theme,
        question=question,
        due_on=form.pour_le.data,
        measure=measure,
    )


def _say_added(form: AddForm) -> None:
    words = {
        Saying.ADVICE: _("Conseil envoyé. L'entreprise le lit dans ses échanges."),
        Saying.QUESTION: _("Question envoyée. L'entreprise y répond dans ses échanges."),
        Saying.CHANGE: _("Demande envoyée. C'est la première chose que l'entreprise voit en entrant."),
        Saying.PROPOSAL: _("Mesure proposée. L'entreprise la retient ou non."),
        Saying.NOTE: _("Note gardée. Elle ne quitte pas le service."),
    }
    flash(words[Saying(form.genre.data)], "done")
    if personal_words(form.mots.data or ""):
        flash(_("Ce message semble nommer une personne. Parlez du travail, pas de la personne."), "warn")


def _add_page(basis: CaseBasis, view: AddView, *, faults: tuple[FieldFault, ...] = ()) -> str:
    return render("staff/add.html", basis=basis, add=view, faults=faults, back_to=case_address(basis.firm_id))


def _close(acts: Blueprint, desk: Desk) -> None:
    @acts.get(f"{CASE}/clore/<theme>")
    @access(Door.ADVISE)
    def closing(firm_id: UUID, theme: str, **_arguments: object) -> ResponseReturnValue:
        basis = case_basis(firm_id)
        return _close_page(basis, theme, close_view(desk, basis, theme))

    @acts.post(f"{CASE}/clore/<theme>")
    @access(Door.ADVISE)
    def close(firm_id: UUID, theme: str, **_arguments: object) -> ResponseReturnValue:
        basis = case_basis(firm_id)
        form = CloseForm(request.form)
        right = form.validate()
        view = close_view(desk, basis, theme, form=form)
        if not right:
            return _close_page(basis, theme, view, faults=form.faults()), 422
        try:
            close_review(seat_at(desk, firm_id), _closing(form, theme), key=form.cle.data or "")
        except AlreadyDone:
            pass  # the first tap did it, and says so
        except ActRefused as refused:
            return _close_page(basis, theme, view, moved=refused.words), 409
        except Conflict:
            return _close_page(
                basis, theme, view, moved=_("Ce dossier vient de changer : relisez-le, puis closez.")
            ), 409
        flash(_("Relecture close. L'entreprise en est prévenue, et son document n'attend pas."), "done")
        return redirect(case_address(firm_id, theme=theme), 303)


def _closing(form: CloseForm, theme: str) -> Closing:
    try:
        version_id = UUID(form.soumission.data or "")
    except ValueError:
        abort(404)
    return Closing(theme=theme, version_id=version_id, minutes=form.minutes.data, way=form.way)


def _close_page(
    basis: CaseBasis,
    theme: str,
    view: CloseView | None,
    *,
    faults: tuple[FieldFault, ...] = (),
    moved: str = "",
) -> str:
    if view is None and not moved:
        abort(404)
    return render(
        "staff/close.html",
        basis=basis,
        close=view,
        faults=faults,
        moved=moved,
        zone=scope().face.zone,
        back_to=case_address(basis.firm_id, theme=theme),
    )


def _files(acts: Blueprint, desk: Desk) -> None:
    @acts.get(f"{CASE}/brouillon/<theme>.docx")
    @access(Door.ADVISE)
    def draft(firm_id: UUID, theme: str, **_arguments: object) -> ResponseReturnValue:
        try:
            made = draft_file(seat_at(desk, firm_id), theme)
        except (UnknownTheme, UnknownEstablishment):
            abort(404)
        return _word(made, f"section-{slug_of(theme)}-projet-{{firm}}-{desk.today()}")

    @acts.get(f"{CASE}/version/<int(max=99999):number>.docx")
    @access(Door.ADVISE)
    def version(firm_id: UUID, number: int, **_arguments: object) -> ResponseReturnValue:
        try:
            made = version_file(seat_at(desk, firm_id), number)
        except UnknownEstablishment:
            abort(404)
        if made is None:
            abort(404)
        return _word(made, f"duerp-{{firm}}-version-{number}")


def _word(made: WordFile, name: str) -> Response:
    media_type, ending = FILES[DOCX]
    firm = slug_of(made.firm)[:40].strip("-") or "etablissement"
    return send_file(
        BytesIO(made.body),
        mimetype=media_type,
        as_attachment=True,
        download_name=f"{name.format(firm=firm)}.{ending}",
        etag=False,
        max_age=0,
    )
