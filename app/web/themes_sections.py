"""A page of questions: the controls of one section, asked once for the firm."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.services.answering import apart, save_section, screening_section, shown_questions
from app.services.saving import Saved
from app.services.theme_drafts import Workbook
from app.services.theme_views import LawLine, PageKind, law_lines
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import Language, current
from app.web.presentation import environment
from app.web.themes_frame import answer, by_name, draw, for_readers, opened, saving, seat_of
from forms.boxes import AnswerBox, boxes_of_answers, boxes_of_form
from forms.section import SectionForm
from questionnaires.schema import Kind


def add_pages(pages: Blueprint, desk: Desk) -> None:
    """The pages of questions."""

    @pages.get("/<theme>/<section>")
    @access(Door.FIRM_READ)
    def section(theme: str, section: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        _check(workbook, section)
        return for_readers(theme) or _page(desk, workbook, section, answer_boxes(workbook, section))

    @pages.post("/<theme>/<section>")
    @access(Door.FIRM_WRITE)
    def save(theme: str, section: str, **_arguments: object) -> ResponseReturnValue:
        def act() -> ResponseReturnValue:
            saved = save_section(desk.database, seat_of(desk, theme), section, request.form)
            _check(saved.workbook, section)
            return answer(saved, (PageKind.SECTION, section), lambda: _again(desk, saved, section))

        return saving(act)


def answer_boxes(workbook: Workbook, section: str) -> tuple[AnswerBox, ...]:
    """The questions of a page with their stored answers."""
    questions = shown_questions(workbook, section)
    units = workbook.establishment.units
    return boxes_of_answers(questions, workbook.book, units=units, apart=apart(workbook, questions))


def form_boxes(saved: Saved[SectionForm]) -> tuple[AnswerBox, ...]:
    """The questions of a page that comes back, with everything typed."""
    units = saved.workbook.establishment.units
    return boxes_of_form(saved.form, units=units, marks=saved.marks, clashes=by_name(saved))


def _again(desk: Desk, saved: Saved[SectionForm], section: str) -> str:
    return _page(desk, saved.workbook, section, form_boxes(saved), saved)


def _page(
    desk: Desk,
    workbook: Workbook,
    section: str,
    boxes: tuple[AnswerBox, ...],
    saved: Saved[SectionForm] | None = None,
) -> str:
    found = next(each for each in workbook.theme.sections if each.id == section)
    laws, today = desk.catalogue.laws, desk.today()
    return draw(
        desk,
        "themes/section.html",
        workbook,
        (PageKind.SECTION, section),
        section=found,
        questions=[drawn(box, law_lines(workbook.theme, box.question, laws, on=today)) for box in boxes],
        faults=saved.faults if saved else (),
        clashes=saved.clashes if saved else (),
    )


def drawn(box: AnswerBox, laws: tuple[LawLine, ...]) -> Markup:
    """One question; those that people only tick are drawn once for all who answered them alike."""
    if box.kind in _TICKED and not box.faulty and not box.clashing:
        return _drawn_once(current(), box, laws)
    return _draw(current(), box, laws)


_TICKED = frozenset({Kind.YES_PARTLY_NO, Kind.CHOICE, Kind.CHOICES})


def _draw(language: Language, box: AnswerBox, laws: tuple[LawLine, ...]) -> Markup:
    # The macro is given the box and the laws, and nothing of the request: the same three always draw the same.
    part: Any = environment(language).get_template("questions/question.html").module
    return Markup(part.question(box, laws))  # noqa: S704 (drawn by a template, which escapes)


_drawn_once = lru_cache(maxsize=512)(_draw)


def _check(workbook: Workbook, section: str) -> None:
    """A page of the content, but for the screening, which has its own address."""
    if section == screening_section(workbook.theme) or section not in {each.id for each in workbook.theme.sections}:
        abort(404)
