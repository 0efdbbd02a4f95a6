"""The document of an establishment: where it stands, its Word at any moment, its versions and their files."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, abort, send_file
from flask.typing import ResponseReturnValue

from app.domain.register_json import register_to_json
from app.domain.workflow import State
from app.extensions import db
from app.services import version_views
from app.services.document_views import ThemeLine, document_view
from app.services.documents import UnknownTheme, project_documents, service_of_id
from app.services.example_cards import slug_of
from app.services.registers import register_of
from app.services.version_rows import DOCX, XLSX, Documents
from app.services.version_views import DOSSIER
from app.web import submit, transmit, validate
from app.web.desk import Desk
from app.web.document_pages import DOCUMENT, VERSION, days_waiting, firm_address, version_words
from app.web.doors import Door, access
from app.web.pages import render
from app.web.scope import Scope, scope
from forms.words import say

FILES = {
    DOCX: ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    XLSX: ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    DOSSIER: ("application/json", "json"),
}
"""Kind of a file -> its media type and the end of its name."""

STATE_WORDS = {
    State.TO_DO: say("à faire"),
    State.IN_PROGRESS: say("en cours"),
    State.FINISHED: say("terminé"),
    State.SET_ASIDE: say("écarté, motif noté"),
    State.SUBMITTED: say("soumis pour avis"),
    State.CHANGE_REQUESTED: say("modification demandée"),
    State.REVIEWED: say("conseils reçus"),
}


def blueprint(desk: Desk) -> Blueprint:
    """The document: its page, its files, and the acts of its employer."""
    pages = Blueprint("document", __name__)
    _show(pages, desk)
    _projects(pages, desk)
    _frozen(pages)
    validate.add(pages, desk)
    transmit.add(pages, desk)
    submit.add(pages, desk)
    return pages


def _show(pages: Blueprint, desk: Desk) -> None:
    @pages.get(DOCUMENT)
    @access(Door.FIRM_READ)
    def index(**_arguments: object) -> ResponseReturnValue:
        here = scope()
        view = document_view(db.session(), here.establishment_id, catalogue=desk.catalogue, on=desk.today())
        return render(
            "document/index.html",
            view=view,
            todo_lines=[_todo(line, here) for line in view.themes],
            days_waiting=days_waiting(view.last, desk),
            **version_words(here),
        )

    @pages.get(VERSION)
    @access(Door.FIRM_READ)
    def version(number: int, **_arguments: object) -> ResponseReturnValue:
        here = scope()
        found = version_views.version_of(db.session(), here.establishment_id, number)
        if found is None:
            abort(404)
        return render(
            "document/version.html", version=found, days_waiting=days_waiting(found, desk), **version_words(here)
        )


def _projects(pages: Blueprint, desk: Desk) -> None:
    """Files made on the spot, marked « PROJET », kept nowhere."""

    @pages.get(f"{DOCUMENT}/projet")
    @access(Door.FIRM_READ)
    def project(**_arguments: object) -> ResponseReturnValue:
        made = _made(desk)
        return _file(made.docx, DOCX, f"duerp-projet-{_name(made)}-{desk.today()}")

    @pages.get(f"{DOCUMENT}/section/<theme>")
    @access(Door.FIRM_READ)
    def section(theme: str, **_arguments: object) -> ResponseReturnValue:
        made = _made(desk, theme=theme)
        return _file(made.docx, DOCX, f"section-{slug_of(theme)}-projet-{_name(made)}-{desk.today()}")

    @pages.get(f"{DOCUMENT}/plan")
    @access(Door.FIRM_READ)
    def workbook(**_arguments: object) -> ResponseReturnValue:
        made = _made(desk)
        return _file(made.xlsx, XLSX, f"plan-projet-{_name(made)}-{desk.today()}")


def _frozen(pages: Blueprint) -> None:
    """Bytes that were frozen, served as they are for ever."""

    @pages.get(f"{VERSION}/<kind>")
    @access(Door.FIRM_READ)
    def version_file(number: int, kind: str, **_arguments: object) -> ResponseReturnValue:
        body = None
        if kind in FILES:
            body = version_views.version_file(db.session(), scope().establishment_id, number, kind)
        if body is None:
            abort(404)
        return _file(body, kind, f"duerp-version-{number}")

    @pages.get(f"{DOCUMENT}/registre")
    @access(Door.FIRM_READ)
    def register(**_arguments: object) -> ResponseReturnValue:
        here = scope()
        service = service_of_id(db.session(), here.face.service_id)
        lines = register_of(db.session(), here.establishment_id, service)
        return _file(register_to_json(lines), DOSSIER, "registre")


def _todo(line: ThemeLine, here: Scope) -> tuple[str, str, str, str]:
    return line.state.value, line.title, firm_address("themes.show", here, theme=line.theme), STATE_WORDS[line.state]


def _made(desk: Desk, *, theme: str = "") -> Documents:
    """The project, built outside any transaction."""
    here = scope()
    try:
        return project_documents(
            desk.database,
            service_of_id(db.session(), here.face.service_id),
            here.establishment_id,
            catalogue=desk.catalogue,
            assessed_on=desk.today(),
            theme=theme,
        )
    except UnknownTheme:
        abort(404)


def _name(made: Documents) -> str:
    """The establishment in the name of a file: letters and digits that every system takes."""
    return slug_of(made.dossier.establishment.name)[:40].strip("-") or "etablissement"


def _file(body: bytes, kind: str, name: str) -> Response:
    media_type, ending = FILES[kind]
    return send_file(
        BytesIO(body),
        mimetype=media_type,
        as_attachment=True,
        download_name=f"{name}.{ending}",
        etag=False,
        max_age=0,
    )
