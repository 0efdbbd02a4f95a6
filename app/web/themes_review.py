"""Check your answers, then end the theme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect
from flask.typing import ResponseReturnValue

from app.domain.answers import Answer
from app.domain.assessment import Row
from app.domain.establishment import EVERY_UNIT
from app.domain.values import show_value
from app.domain.workflow import Move, State, moves_from
from app.services.answering import shown_questions
from app.services.row_facts import rows_of, shown_card
from app.services.row_values import RatedTheme, rate_theme
from app.services.screening import cell_code
from app.services.theme_drafts import Workbook
from app.services.theme_moves import finish_theme
from app.services.theme_views import PageKind, ThemePage, pages_of
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.scope import scope
from app.web.themes_frame import address, draw, opened, page_address, page_title, saving, seat_of, way
from app.web.themes_rows import card_anchor, priority_code, priority_said, said_words
from forms.grid import LONG_LABELS
from questionnaires.schema import Level, Question


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One answer to check."""

    name: str
    """What is asked, in a few words of the content."""
    asked: str
    """The whole question."""
    said: tuple[tuple[str, str], ...]
    """(unit, answer in words); the unit is empty for the common one. Empty: nobody answered."""
    address: str
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One rated row, with what was said of it."""

    row: Row
    code: str
    priority: str
    frequency: str
    checked: str
    accident: str
    words: str
    address: str
    grid_address: str


def add_pages(pages: Blueprint, desk: Desk) -> None:
    """The last page of a theme."""

    @pages.get("/<theme>/verifier")
    @access(Door.FIRM_READ)
    def review(theme: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        rated = rate_theme(workbook, seat_of(desk, theme))
        blocks = [
            (page_title(page), page_address(theme, page), list(_lines(workbook, page)))
            for page in pages_of(workbook)
            if page.kind in (PageKind.SCREENING, PageKind.SECTION)
        ]
        lines = [line for _title, _address, found in blocks for line in found]
        return draw(
            desk,
            "themes/review.html",
            workbook,
            (PageKind.REVIEW, ""),
            blocks=blocks,
            rows=_rows(workbook, rated),
            unknown=sum(line.unknown for line in lines),
            missing=sum(not line.said for line in lines),
            closed=rated.assessment.closed,
            open_reason=rated.assessment.open_reason,
            may_finish=_may_finish(workbook, rated),
            advice_address=_advice_address(workbook),
            plan_address=way("plan.index", "themes.index"),
        )

    @pages.post("/<theme>/verifier")
    @access(Door.FIRM_WRITE)
    def finish(theme: str, **_arguments: object) -> ResponseReturnValue:
        def act() -> ResponseReturnValue:
            state = finish_theme(desk.database, seat_of(desk, theme))
            if state is State.SET_ASIDE:
                flash(_("Thème écarté. Le motif, la date et la date de révision sont gardés."))
                return redirect(address("themes.index"), 303)
            flash(_("Thème terminé. Voici ce qu'il propose de faire."))
            return redirect(way("plan.index", "themes.index"), 303)

        return saving(act)


def _may_finish(workbook: Workbook, rated: RatedTheme) -> bool:
    moves = moves_from(workbook.state, scope().author.actor)
    move = Move.SET_ASIDE if rated.assessment.closed else Move.FINISH
    return move in moves and not rated.assessment.open_reason


def _advice_address(workbook: Workbook) -> str:
    """Where advice is asked for, once the theme may be submitted by who looks at it."""
    may = scope().may_decide and Move.SUBMIT in moves_from(workbook.state, scope().author.actor)
    there = "document.submit" in current_app.view_functions
    return address("document.submit", theme=workbook.theme.theme) if may and there else ""


def _lines(workbook: Workbook, page: ThemePage) -> Iterator[CheckLine]:
    names = {unit.key: unit.name for unit in workbook.establishment.units}
    for question in shown_questions(workbook, page.section):
        answers = {
            unit: answer
            for (known, unit), answer in workbook.book.answers.items()
            if known == question.id and (unit == EVERY_UNIT or unit in names)
        }
        yield CheckLine(
            name=f"{question.short[:1].upper()}{question.short[1:]}" or question.text,
            asked=question.text,
            said=tuple(_said(question, answers, names)),
            address=page_address(workbook.theme.theme, page, f"{question.id}-bloc"),
            unknown=any(answer.value == Level.UNKNOWN for answer in answers.values()),
        )


def _said(question: Question, answers: Mapping[str, Answer], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for unit in (EVERY_UNIT, *names):
        answer = answers.get(unit)
        if answer is not None:
            shown = show_value(question, answer.value)
            yield names.get(unit, ""), f"{shown} : {answer.reason}" if answer.reason else shown


def _rows(workbook: Workbook, rated: RatedTheme) -> list[CheckRow]:
    by_place = {(row.situation.id, row.unit.key): row for row in rated.assessment.rows}
    theme = workbook.theme.theme
    found = []
    for situation, unit in rows_of(workbook):
        row = by_place[situation.id, unit.key]
        shown = shown_card(workbook, situation.id, unit.key)
        code = cell_code(workbook, situation.id, unit.key)
        found.append(
            CheckRow(
                row=row,
                code=priority_code(row),
                priority=priority_said(row),
                frequency=LONG_LABELS.get(code, ""),
                checked=said_words(".vu", shown.checked_on),
                accident=said_words(".accident", shown.accident),
                words=shown.words,
                address=address("themes.rows", theme=theme, _anchor=card_anchor(situation.id, unit.key)),
                grid_address=address("themes.frequency", theme=theme, _anchor=f"s-{situation.id}"),
            )
        )
    return found
