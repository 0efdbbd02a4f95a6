"""The library of remarks: read it, use one on a case, write the service's own, put one aside."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.extensions import db
from app.models.engine import Conflict
from app.models.establishment import EstablishmentRow
from app.services.advising import theme_title
from app.services.once import AlreadyDone
from app.services.remarks import (
    RemarkLine,
    RemarkWords,
    UnknownRemark,
    add_remark,
    archive_remark,
    change_remark,
    library_of_remarks,
    remark_of,
)
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.advice import RemarkForm
from questionnaires.remarks import VARIABLES

LIBRARY = "/<slug>/service/remarques"
_CARRIED = ("sur", "genre", "unite", "situation")
"""What the form of a case asked for, carried back to it with the remark."""


def blueprint(desk: Desk) -> Blueprint:
    """The library of remarks."""
    remarks = Blueprint("remarks", __name__)
    _read(remarks, desk)
    _write(remarks, desk)
    _shelve(remarks, desk)
    return remarks


def _read(remarks: Blueprint, desk: Desk) -> None:
    @remarks.get(LIBRARY)
    @access(Door.ADVISE)
    def index(**_arguments: object) -> ResponseReturnValue:
        archived = request.args.get("archivees") == "oui"
        theme = request.args.get("theme", "")
        firm_id, firm = _case()
        lines = library_of_remarks(db.session(), desk.catalogue, archived=archived)
        shown = [line for line in lines if not theme or line.theme in ("", theme)]
        return render(
            "staff/remarks.html",
            lines=shown,
            archived=archived,
            theme=theme,
            themes=_themes(desk),
            titles=dict(_themes(desk)),
            firm=firm,
            uses={line.key: _use(firm_id, line) for line in shown if not archived} if firm_id else {},
            carried={**_carried(), **({"dossier": str(firm_id)} if firm_id else {})},
        )


def _write(remarks: Blueprint, desk: Desk) -> None:
    @remarks.route(f"{LIBRARY}/nouvelle", methods=["GET", "POST"])
    @access(Door.ADVISE)
    def new(**_arguments: object) -> ResponseReturnValue:
        if request.method == "GET":
            return _form_page(desk, RemarkForm(data=_copied(desk)), None)
        form = _read_form(desk)
        if not form.validate():
            return _form_page(desk, form, None), 422
        service_id, key = scope().face.service_id, form.cle.data or ""
        with suppress(AlreadyDone):
            add_remark(desk.database, _said(form), service_id=service_id, key=key, at=desk.now())
        flash(_("Remarque ajoutée à la bibliothèque."), "done")
        return _to_library()

    @remarks.route(f"{LIBRARY}/<uuid:remark_id>", methods=["GET", "POST"])
    @access(Door.ADVISE)
    def edit(remark_id: UUID, **_arguments: object) -> ResponseReturnValue:
        line = _own(desk, remark_id)
        if request.method == "GET":
            kept = {"titre": line.title, "theme": line.theme, "mots": line.words, "version": line.row_version}
            return _form_page(desk, RemarkForm(data=kept), line)
        form = _read_form(desk)
        if not form.validate():
            return _form_page(desk, form, line), 422
        try:
            change_remark(
                desk.database, remark_id, _said(form), service_id=scope().face.service_id, version=form.version.data
            )
        except UnknownRemark:
            abort(404)
        except Conflict:
            return _form_page(desk, form, _now(desk, remark_id), changed=True), 409
        flash(_("Remarque enregistrée."), "done")
        return _to_library()


def _shelve(remarks: Blueprint, desk: Desk) -> None:
    @remarks.post(f"{LIBRARY}/<uuid:remark_id>/archiver")
    @access(Door.ADVISE)
    def archive(remark_id: UUID, **_arguments: object) -> ResponseReturnValue:
        _shelve_one(desk, remark_id, aside=True)
        flash(_("Remarque rangée. Elle reste dans les remarques rangées."), "done")
        return _to_library()

    @remarks.post(f"{LIBRARY}/<uuid:remark_id>/reprendre")
    @access(Door.ADVISE)
    def restore(remark_id: UUID, **_arguments: object) -> ResponseReturnValue:
        _shelve_one(desk, remark_id, aside=False)
        flash(_("Remarque de retour dans la bibliothèque."), "done")
        return _to_library()


def _shelve_one(desk: Desk, remark_id: UUID, *, aside: bool) -> None:
    try:
        archive_remark(desk.database, remark_id, service_id=scope().face.service_id, at=desk.now() if aside else None)
    except UnknownRemark:
        abort(404)


def _case() -> tuple[UUID | None, str]:
    """The case the library was opened from, and the name of its firm; None when there is none."""
    try:
        firm_id = UUID(request.args.get("dossier", ""))
    except ValueError:
        return None, ""
    name = db.session().scalar(
        select(EstablishmentRow.name).where(
            EstablishmentRow.id == firm_id, EstablishmentRow.attachment != "essai", EstablishmentRow.claim_state == ""
        )
    )
    return (None, "") if name is None else (firm_id, name)


def _carried() -> dict[str, str]:
    return {name: value[:100] for name in _CARRIED if (value := request.args.get(name, ""))}


def _use(firm_id: UUID, line: RemarkLine) -> str:
    more: dict[str, Any] = _use_more(line)
    return url_for("case_acts.adding", slug=scope().slug, firm_id=firm_id, remarque=line.key, **more)


def _use_more(line: RemarkLine) -> dict[str, str]:
    """What was asked for goes along, but not the question or the kind that the remark is made for itself."""
    carried = _carried()
    if line.question or line.remark_id is None:
        carried.pop("genre", None)
    if line.question:
        carried.pop("sur", None)
    return carried


def _themes(desk: Desk) -> tuple[tuple[str, str], ...]:
    return tuple((code, theme_title(desk.catalogue, code)) for code in desk.catalogue.codes)


def _copied(desk: Desk) -> dict[str, str]:
    """A shipped remark to start from, when the address names one."""
    key = request.args.get("modele", "")
    line = remark_of(db.session(), key, desk.catalogue) if key else None
    return {"titre": line.title, "theme": line.theme, "mots": line.words} if line else {}


def _read_form(desk: Desk) -> RemarkForm:
    form = RemarkForm().offer(themes=desk.catalogue.codes)
    form.process(request.form)
    return form


def _said(form: RemarkForm) -> RemarkWords:
    return RemarkWords(title=form.titre.data, words=form.mots.data, theme=form.theme.data or "")


def _own(desk: Desk, remark_id: UUID) -> RemarkLine:
    line = remark_of(db.session(), str(remark_id), desk.catalogue)
    if line is None:
        abort(404)
    return line


def _now(desk: Desk, remark_id: UUID) -> RemarkLine | None:
    """The remark as it is now: the session of the request still sees it as it was."""
    with desk.database.read(service_id=scope().face.service_id) as session:
        return remark_of(session, str(remark_id), desk.catalogue)


def _form_page(desk: Desk, form: RemarkForm, line: RemarkLine | None, *, changed: bool = False) -> str:
    return render(
        "staff/remark.html",
        form=form,
        line=line,
        version=line.row_version if line and (changed or not form.version.raw_data) else form.version.data,
        changed=changed,
        faults=() if changed else form.faults(),
        themes=_themes(desk),
        variables=tuple(VARIABLES.items()),
        key=secrets.token_urlsafe(16),
    )


def _to_library() -> Response:
    return redirect(url_for("remarks.index", slug=scope().slug), 303)
