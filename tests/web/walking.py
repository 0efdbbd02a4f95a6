"""A person who fills the pages of a theme as a browser would: every field of the form, with what it was shown with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from app.domain.answers import Answer, AnswerBook
from app.domain.establishment import WorkUnit
from app.domain.plain_values import show_day, show_number
from app.domain.reading import for_unit
from app.domain.values import table_text
from forms.cells import cell_rows, typed_by_cells
from forms.grid import cell_name
from forms.row_card import card_name
from forms.section import field_name, reason_name
from questionnaires.schema import Kind, Question, Theme
from tests.web.client import Page, StrictClient

Filled = dict[str, str | list[str]]
"""Field -> what is typed, or the boxes ticked."""

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Walker:
    """Somebody on the pages of one theme; `base` is their common address."""

    client: StrictClient
    base: str

    def get(self, page: str = "", *, status: int = 200) -> Page:
        """A page of the theme."""
        return self.client.get(f"{self.base}/{page}" if page else self.base, status=status)

    def fields(self, page: str, filled: Filled | None = None) -> list[tuple[str, str]]:
        """What a browser would send of a page once these fields were filled; a field that is not there fails."""
        return filled_form(self.get(page).tree.xpath("//main//form[.//input[@name='csrf_token']]")[0], filled or {})

    def send(
        self, page: str, fields: list[tuple[str, str]], *, status: int = 303, autosave: bool = False
    ) -> TestResponse:
        """The answer to these fields, of that status."""
        answer = self.post(page, fields, autosave=autosave)
        assert answer.status_code == status, f"POST {page}: {answer.status_code} instead of {status}"
        return answer

    def post(self, page: str, fields: list[tuple[str, str]], *, autosave: bool = False) -> TestResponse:
        """The answer to these fields, whatever it is."""
        return self.client.open(
            "POST",
            f"{self.base}/{page}",
            data=urlencode(fields, errors="surrogatepass"),
            content_type=_FORM,
            headers={"X-Jalon-Autosave": "1"} if autosave else {},
        )

    def fill(self, page: str, filled: Filled | None = None) -> str:
        """Fills a page and saves it; where it leads, after the address of the theme."""
        answer = self.send(page, self.fields(page, filled))
        return str(answer.location).removeprefix(self.base).lstrip("/")

    def back(self, page: str, fields: list[tuple[str, str]], *, status: int) -> Page:
        """The page that comes back."""
        return self.client.read(self.send(page, fields, status=status))


def filled_form(form: HtmlElement, filled: Filled) -> list[tuple[str, str]]:
    """The fields of a form, those named filled; a name the form does not have is a mistake of the test."""
    names = {str(name) for name in form.xpath(".//@name")}
    assert set(filled) <= names, f"not on the page: {sorted(set(filled) - names)}"
    kept = [(name, value) for name, value in shown_form(form) if name not in filled]
    for name, value in filled.items():
        kept += [(name, each) for each in ([value] if isinstance(value, str) else value)]
    return kept


def shown_form(form: HtmlElement) -> list[tuple[str, str]]:
    """What a browser would send of a form left as it is."""
    shown = []
    for field in form.xpath(".//input[@name] | .//textarea | .//select"):
        kind = field.get("type", field.tag)
        if kind in ("radio", "checkbox") and field.get("checked") is None:
            continue
        value = field.value if field.tag == "select" else field.get("value", "")
        if field.tag == "textarea":
            value = (field.text or "").removeprefix("\n")
        shown.append((str(field.get("name")), str(value or "")))
    return shown


def walk(walker: Walker, theme: Theme, book: AnswerBook, units: tuple[WorkUnit, ...]) -> list[str]:
    """Answers every page of a theme as a book does, page after page as they follow, and says where one went."""
    assert walker.get().h1
    visited, page = [], "reperage"
    while page != "verifier":
        visited.append(page)
        assert len(visited) < 40, f"round in circles: {visited}"
        tree = walker.get(page).tree
        names = {str(name) for name in tree.xpath("//main//form//@name")}
        said = wanted(theme, book, units)
        page = walker.fill(page, {name: value for name, value in said.items() if name in names})
    return visited


def wanted(theme: Theme, book: AnswerBook, units: tuple[WorkUnit, ...]) -> Filled:
    """What a person types or ticks on all the pages of a theme to answer as a book does."""
    return {**_answers(theme, book), **_cells(book, units), **_cards(book, units)}


def _answers(theme: Theme, book: AnswerBook) -> Filled:
    found: Filled = {}
    for (question, unit), answer in book.answers.items():
        name = field_name(question, unit)
        if typed_by_cells(theme.question(question)) and not isinstance(answer.value, str):
            found |= _table(theme.question(question), name, answer)
        else:
            found[name] = typed(theme, question, answer)
        if answer.reason:
            found[reason_name(name)] = answer.reason
    return found


def typed(theme: Theme, question: str, answer: Answer) -> str | list[str]:
    """What a person types or ticks to give an answer."""
    value: Any = answer.value
    kind = theme.question(question).kind
    if isinstance(value, str):
        return value
    if kind is Kind.NUMBER:
        return show_number(value)
    if kind is Kind.DATE:
        return show_day(value)
    if kind is Kind.TABLE:
        return typed_table(theme.question(question), answer)
    return list(value)


def _table(question: Question, name: str, answer: Answer) -> Filled:
    text = typed_table(question, answer)
    return {cell.name: cell.value for row in cell_rows(question, name, text) for cell in row.cells}


def typed_table(question: Question, answer: Answer) -> str:
    """What a person would type to give a table as a text."""
    value: Any = answer.value
    return table_text(question, value)


def _cells(book: AnswerBook, units: tuple[WorkUnit, ...]) -> Filled:
    found: Filled = {}
    for situation, facts in book.situations.items():
        for unit in units:
            if facts.frequency:
                often = facts.frequency.get(unit.key, 0)
                found[cell_name(situation, unit.key)] = "ne_sait_pas" if often is None else str(often)
    return found


def _cards(book: AnswerBook, units: tuple[WorkUnit, ...]) -> Filled:
    found: Filled = {}
    for situation, facts in book.situations.items():
        for unit in units:

            def put(field: str, value: object, key: str = unit.key, name: str = situation) -> None:
                if value is not None:
                    found[card_name(name, key, field)] = str(value)

            put("mots", for_unit(facts.words, unit.key))
            put("en_place", for_unit(facts.in_place, unit.key))
            put("effectif", facts.people.get(unit.key))
            accident = for_unit(facts.accident, unit.key)
            put("accident", {True: "oui", False: "non", None: "ne_sait_pas"}[accident])
            month = for_unit(facts.checked_on, unit.key)
            if month in ("non", "ne_sait_pas", None):
                put("vu", month)
            else:
                put("vu", "mois")
                year, _, number = str(month).partition("-")
                put("vu_mois", f"{number}/{year}")
    return found
