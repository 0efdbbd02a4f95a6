"""What exists here, then who meets it how often."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from app.domain.answer_marks import words_mark
from app.services.answering import SCREENING, save_section, screening_section
from app.services.saving import Saved, unnamed
from app.services.screening import Grid, cell_code, retained, save_grid, screening_choices
from app.services.theme_drafts import Workbook
from app.services.theme_views import PageKind, law_lines
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.themes_frame import address, answer, by_name, draw, for_readers, opened, saving, seat_of
from app.web.themes_sections import answer_boxes, form_boxes
from forms.boxes import AnswerBox
from forms.grid import LONG_LABELS, GridCell, cell_name
from forms.section import SectionForm


def add_pages(pages: Blueprint, desk: Desk) -> None:
    """The two pages of the screening."""

    @pages.get("/<theme>/reperage")
    @access(Door.FIRM_READ)
    def screening(theme: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        boxes = answer_boxes(workbook, screening_section(workbook.theme))
        return for_readers(theme) or _screening(desk, workbook, boxes)

    @pages.post("/<theme>/reperage")
    @access(Door.FIRM_WRITE)
    def save_screening(theme: str, **_arguments: object) -> ResponseReturnValue:
        def act() -> ResponseReturnValue:
            saved = save_section(desk.database, seat_of(desk, theme), SCREENING, request.form)
            here = (PageKind.SCREENING, screening_section(saved.workbook.theme))
            return answer(saved, here, lambda: _screening(desk, saved.workbook, form_boxes(saved), saved))

        return saving(act)

    @pages.get("/<theme>/frequence")
    @access(Door.FIRM_READ)
    def frequency(theme: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        if not retained(workbook):
            return redirect(address("themes.screening", theme=theme), 303)
        return for_readers(theme) or _grid(desk, workbook)

    @pages.post("/<theme>/frequence")
    @access(Door.FIRM_WRITE)
    def save_frequency(theme: str, **_arguments: object) -> ResponseReturnValue:
        def act() -> ResponseReturnValue:
            saved = save_grid(desk.database, seat_of(desk, theme), request.form)
            return answer(saved, (PageKind.FREQUENCY, ""), lambda: _grid(desk, saved.workbook, saved))

        return saving(act)


def _screening(
    desk: Desk, workbook: Workbook, boxes: tuple[AnswerBox, ...], saved: Saved[SectionForm] | None = None
) -> str:
    theme = workbook.theme
    section = next(each for each in theme.sections if each.id == screening_section(theme))
    laws = desk.catalogue.laws
    lines = [(box, law_lines(theme, box.question, laws, on=desk.today())) for box in boxes]
    return draw(
        desk,
        "themes/screening.html",
        workbook,
        (PageKind.SCREENING, section.id),
        section=section,
        first=next((line for line in lines if line[0].question.id == theme.screening), None),
        others=[line for line in lines if line[0].question.id != theme.screening],
        choices=screening_choices(theme, workbook.establishment),
        faults=saved.faults if saved else (),
        clashes=saved.clashes if saved else (),
    )


def _grid(desk: Desk, workbook: Workbook, saved: Saved[Grid] | None = None) -> str:
    cells = _cells(workbook, saved)
    return draw(
        desk,
        "themes/frequency.html",
        workbook,
        (PageKind.FREQUENCY, ""),
        situations=[
            (situation, [cell for place, cell in cells.items() if place[0] == situation.id])
            for situation in retained(workbook)
        ],
        faults=saved.faults if saved else (),
        clashes=saved.clashes if saved else (),
    )


def _cells(workbook: Workbook, saved: Saved[Grid] | None) -> dict[tuple[str, str], GridCell]:
    """Every cell as it is stored, or as it was just ticked."""
    clashes = by_name(saved, lambda _name, code: LONG_LABELS.get(code, code)) if saved else {}
    errors = {fault.anchor: unnamed(fault.words) for fault in saved.faults} if saved else {}
    units = workbook.establishment.units
    found = {}
    for situation in retained(workbook):
        for unit in units:
            name = cell_name(situation.id, unit.key)
            stored = cell_code(workbook, situation.id, unit.key)
            posted = saved.form.get((situation.id, unit.key)) if saved else None
            typed = (posted.frequence.data or stored) if posted and posted.shown else stored
            base = posted.frequence__base.data if posted and posted.shown and saved else None
            mark = (saved.marks.get(name) if saved else None) or base or words_mark(stored)
            clash = clashes.get(name)
            found[situation.id, unit.key] = GridCell(
                name=name,
                unit=unit,
                code="" if clash else typed,
                mark=clash.mark if clash else mark,
                alone=len(units) == 1,
                error=errors.get(name, ""),
                clash=clash,
            )
    return found
