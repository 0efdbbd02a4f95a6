"""The file of members: sent, shown before anything is written, applied or given up."""

from __future__ import annotations

import secrets
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from app.extensions import db
from app.intake.member_columns import COLUMNS
from app.intake.members_table import FileRefused
from app.services.member_imports import (
    BaseChanged,
    Importing,
    ImportSettled,
    ImportView,
    UnknownImport,
    apply_import,
    give_up_import,
    propose_import,
    read_import,
    waiting_import,
)
from app.services.once import AlreadyDone
from app.web.csv_files import csv_file
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.base import FieldFault
from forms.members import MemberFileForm
from forms.words import say

MOST_ON_PAGE = 200
"""Rejected cells and firms the page lists; the CSV has the rest."""


def install(members: Blueprint, desk: Desk) -> None:
    """Add the pages of the file."""
    _add_sending(members, desk)
    _add_decision(members, desk)


def _add_sending(members: Blueprint, desk: Desk) -> None:
    @members.get("/import")
    @access(Door.ADMIN)
    def upload(**_where: object) -> ResponseReturnValue:
        return _upload_page(())

    @members.post("/import")
    @access(Door.ADMIN)
    def send_file(**_where: object) -> ResponseReturnValue:
        form = MemberFileForm(CombinedMultiDict([request.files, request.form]))
        if not form.validate():
            return _upload_page(form.faults()), 422
        try:
            import_id = propose_import(
                _importing(desk),
                form.content,
                file_name=form.name,
                account_id=scope().author.account_id,
                key=request.form.get("cle", ""),
            )
        except AlreadyDone as done:
            import_id = UUID(done.outcome)
        except FileRefused as refused:
            about = say("« {file} » n'est pas importé. {reason}", file=form.name, reason=refused.reasons[0])
            words = [about, *refused.reasons[1:]]
            return _upload_page(tuple(FieldFault(anchor="fichier", words=each) for each in words)), 422
        return redirect(_place("preview", import_id), 303)

    @members.get("/import/<uuid:import_id>")
    @access(Door.ADMIN)
    def preview(import_id: UUID, **_where: object) -> ResponseReturnValue:
        return render("staff/member_import.html", seen=_seen(import_id), most=MOST_ON_PAGE)

    @members.get("/import/<uuid:import_id>/rejets.csv")
    @access(Door.ADMIN)
    def rejects(import_id: UUID, **_where: object) -> Response:
        heads = ["ligne", "colonne", "lu", "pourquoi", "attendu"]
        faults = _seen(import_id).report.faults
        rows = [[str(each.line), each.column, each.read, each.words, each.remedy] for each in faults]
        return csv_file([heads, *rows], name=f"rejets-{scope().slug}.csv")


def _add_decision(members: Blueprint, desk: Desk) -> None:
    @members.post("/import/<uuid:import_id>/appliquer")
    @access(Door.ADMIN)
    def apply(import_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            apply_import(_importing(desk), import_id)
        except UnknownImport:
            abort(404)
        except ImportSettled:
            flash(_("Ce fichier est déjà traité : rien n'a été fait deux fois."), "warn")
        except BaseChanged:
            flash(
                _("La base a changé depuis l'aperçu : rien n'est écrit. Relisez les nombres, puis appliquez."), "warn"
            )
        return redirect(_place("preview", import_id), 303)

    @members.post("/import/<uuid:import_id>/abandonner")
    @access(Door.ADMIN)
    def give_up(import_id: UUID, **_where: object) -> ResponseReturnValue:
        try:
            give_up_import(desk.database, import_id, service_id=scope().face.service_id, at=desk.now())
            flash(_("Le fichier est abandonné et effacé : rien n'a changé."))
        except UnknownImport:
            abort(404)
        except ImportSettled:
            flash(_("Ce fichier est déjà traité : rien n'a été fait deux fois."), "warn")
        return redirect(url_for("members.index", slug=scope().slug), 303)


def _importing(desk: Desk) -> Importing:
    return Importing(
        database=desk.database,
        service_id=scope().face.service_id,
        catalogue=desk.catalogue,
        on=desk.today(),
        at=desk.now(),
    )


def _seen(import_id: UUID) -> ImportView:
    try:
        return read_import(db.session(), import_id)
    except UnknownImport:
        abort(404)


def _upload_page(faults: tuple[FieldFault, ...]) -> str:
    return render(
        "staff/member_upload.html",
        faults=faults,
        columns=COLUMNS,
        waiting_file=waiting_import(db.session()),
        key=secrets.token_urlsafe(16),
    )


def _place(endpoint: str, import_id: UUID) -> str:
    return url_for(f"members.{endpoint}", slug=scope().slug, import_id=import_id)
