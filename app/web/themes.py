"""The themes of an establishment: their list, the first page of each, and where the other pages are joined."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.domain.pace import told_minutes
from app.domain.workflow import State
from app.extensions import db
from app.services.theme_views import first_open, pages_of, theme_summaries
from app.web import themes_review, themes_rows, themes_screening, themes_sections
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.pages import render
from app.web.scope import scope
from app.web.themes_frame import address, opened, page_address, page_title


def blueprint(desk: Desk) -> Blueprint:
    """Every page of the questionnaire."""
    pages = Blueprint("themes", __name__, url_prefix="/<slug>/e/<uuid:establishment_id>/themes")

    @pages.get("")
    @access(Door.FIRM_READ)
    def index(**_arguments: object) -> ResponseReturnValue:
        summaries = theme_summaries(db.session(), scope().establishment_id, catalogue=desk.catalogue, on=desk.today())
        waiting = (each for each in summaries if each.state in (State.IN_PROGRESS, State.CHANGE_REQUESTED))
        fresh = (each for each in summaries if each.state is State.TO_DO)
        return render(
            "themes/index.html",
            summaries=summaries,
            going_on=next(waiting, None) or next(fresh, None),
            ways={each.theme: address("themes.show", theme=each.theme) for each in summaries},
            scope=scope(),
        )

    @pages.get("/<theme>")
    @access(Door.FIRM_READ)
    def show(theme: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        found = pages_of(workbook)
        return render(
            "themes/show.html",
            workbook=workbook,
            theme=workbook.theme,
            minutes=told_minutes(workbook.theme, workbook.book, workbook.establishment),
            trail_lines=[(page, page_title(page), page_address(theme, page)) for page in found],
            start=page_address(theme, first_open(found)),
            started=workbook.state is not State.TO_DO,
            scope=scope(),
            face=scope().face,
            may_write=scope().may_write,
            back_address=address("themes.index"),
        )

    themes_screening.add_pages(pages, desk)
    themes_rows.add_pages(pages, desk)
    themes_review.add_pages(pages, desk)
    themes_sections.add_pages(pages, desk)
    return pages
