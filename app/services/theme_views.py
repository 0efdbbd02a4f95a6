"""What the pages of a theme show: their list with states, the time they take, the answers to check, the cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.answers import AnswerBook
from app.domain.calendar import add_months
from app.domain.dossier_builder import LAW_MONTHS
from app.domain.establishment import Establishment
from app.domain.pace import told_minutes
from app.domain.workflow import State
from app.models.content import ContentVersion
from app.models.draft import ThemeDraft
from app.services import assessment_rows as rows
from app.services import draft_queries as queries
from app.services.answering import shown_questions
from app.services.assessments import books_of
from app.services.establishments import UnknownEstablishment
from app.services.row_facts import rows_of, shown_card
from app.services.screening import cell_code, retained
from app.services.theme_drafts import Workbook, kept_theme
from questionnaires.catalogue import Catalogue
from questionnaires.schema import Kind, Law, Question, Theme


class PageKind(StrEnum):
    """The pages of a theme, in their order."""

    SCREENING = "reperage"
    FREQUENCY = "frequence"
    SECTION = "section"
    ROWS = "situations"
    REVIEW = "verifier"


_COUNTED = frozenset({Kind.YES_PARTLY_NO, Kind.CHOICE, Kind.CHOICES, Kind.NUMBER})
"""Kinds that a page waits for: words, days and tables may rightly stay empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePage:
    """One page of a theme, as its list shows it."""

    kind: PageKind
    section: str
    """Section of the content; empty for the other kinds."""
    title: str
    """In the words of the content; empty for the pages every theme has."""
    asked: int
    answered: int

    @property
    def state(self) -> State:
        """Where it stands."""
        if not self.answered:
            return State.TO_DO
        return State.FINISHED if self.answered >= self.asked else State.IN_PROGRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class LawLine:
    """What a text says, and how sure the page is of it."""

    words: str
    articles: str
    read_on: date
    to_check: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeSummary:
    """One theme in the list of an establishment."""

    theme: str
    title: str
    short_title: str
    state: State
    minutes: int
    """A whole theme, from its first page to its last."""
    assessed_on: date | None
    retained: int
    """Situations that exist here."""


def pages_of(workbook: Workbook) -> tuple[ThemePage, ...]:
    """The pages this establishment has to go through, with what is answered on each."""
    theme = workbook.theme
    first = theme.question(theme.screening).section
    titles = {section.id: section.title for section in theme.sections}
    pages = [_section_page(workbook, first, titles[first], PageKind.SCREENING)]
    situations = retained(workbook)
    if situations:
        pages.append(_grid_page(workbook))
    sections = [section for section in theme.sections if section.id != first]
    others = (_section_page(workbook, section.id, section.title, PageKind.SECTION) for section in sections)
    pages += [page for page in others if page.asked] if workbook.reader.screened() else []
    if situations:
        pages.append(_rows_page(workbook))
    done = all(page.state is State.FINISHED for page in pages)
    ended = workbook.state not in (State.TO_DO, State.IN_PROGRESS)
    pages.append(ThemePage(kind=PageKind.REVIEW, section="", title="", asked=1, answered=int(ended and done)))
    return tuple(pages)


def next_page(pages: tuple[ThemePage, ...], kind: PageKind, section: str = "") -> ThemePage:
    """The page that follows one, in the list as it is now; the last one when that page is there no more."""
    order = [(page.kind, page.section if page.kind is PageKind.SECTION else "") for page in pages]
    here = (kind, section if kind is PageKind.SECTION else "")
    return pages[min(order.index(here) + 1, len(pages) - 1)] if here in order else pages[-1]


def first_open(pages: tuple[ThemePage, ...]) -> ThemePage:
    """The page to go on with: the first that is not finished."""
    return next((page for page in pages if page.state is not State.FINISHED), pages[-1])


def law_lines(theme: Theme, question: Question, laws: Mapping[str, Law], *, on: date) -> tuple[LawLine, ...]:
    """What the texts say of a question, each with the oldest day it was read."""
    lines = []
    for name in question.obligations:
        obligation = theme.obligation(name)
        known = [laws[article] for article in obligation.articles if article in laws]
        if not known:
            continue
        read_on = min(law.read_on for law in known)
        doubtful = len(known) < len(obligation.articles) or any(law.to_check for law in known)
        lines.append(
            LawLine(
                words=obligation.text,
                articles=", ".join(law.label for law in known),
                read_on=read_on,
                to_check=doubtful or add_months(read_on, LAW_MONTHS) < on,
            )
        )
    return tuple(lines)


def theme_summaries(
    session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date
) -> tuple[ThemeSummary, ...]:
    """Every theme of the content and every draft, drafts first; five statements whatever their number.

    Raises UnknownEstablishment when the session's service has no such establishment.
    """
    place = _place(session, establishment_id, on)
    drafts, themes = _drafts(session, establishment_id, catalogue)
    of_it = {"establishment_id": establishment_id}
    answers = list(session.scalars(queries.ANSWERS, of_it)) if drafts else []
    facts = list(session.scalars(queries.FACTS, of_it)) if drafts else []
    books = {book.theme: book for book in books_of(drafts, answers, facts)}
    by_code = {draft.theme: draft for draft in drafts}
    codes = [*by_code, *(code for code in catalogue.codes if code not in by_code)]
    return tuple(
        _summary(themes.get(code) or catalogue.theme(code), place, by_code.get(code), books.get(code)) for code in codes
    )


def _summary(theme: Theme, place: Establishment, draft: ThemeDraft | None, book: AnswerBook | None) -> ThemeSummary:
    found = Workbook(establishment=place, theme=theme, book=book or AnswerBook(theme=theme.theme, answers={}))
    return ThemeSummary(
        theme=theme.theme,
        title=theme.title,
        short_title=theme.short_title,
        state=State(draft.state) if draft else State.TO_DO,
        minutes=told_minutes(theme, book, place),
        assessed_on=draft.assessed_on if draft else None,
        retained=len(retained(found)),
    )


def _place(session: Session, establishment_id: UUID, on: date) -> Establishment:
    of_it = {"establishment_id": establishment_id}
    found = session.execute(queries.PLACE, of_it).all()
    if not found:
        raise UnknownEstablishment(str(establishment_id))
    row, state = next((pair for pair in reversed(found) if pair[1].stated_on <= on), found[0])
    units = session.scalars(queries.UNITS, of_it)
    return rows.read_establishment(row, state, list(units))


def _drafts(
    session: Session, establishment_id: UUID, catalogue: Catalogue
) -> tuple[list[ThemeDraft], dict[str, Theme]]:
    drafts, themes = [], {}
    for draft, sha256 in session.execute(queries.DRAFTS, {"establishment_id": establishment_id}).all():
        packaged = catalogue.theme(draft.theme) if draft.theme in catalogue.codes else None
        if packaged is None or packaged.sha256 != sha256:
            source = session.scalar(select(ContentVersion.source).where(ContentVersion.id == draft.content_version_id))
            packaged = kept_theme(source or "", draft.theme)
        drafts.append(draft)
        themes[draft.theme] = packaged
    return drafts, themes


def _section_page(workbook: Workbook, section: str, title: str, kind: PageKind) -> ThemePage:
    asked = shown_questions(workbook, section)
    counted = [question for question in asked if question.kind in _COUNTED] or list(asked)
    answered = _answered(workbook.book, asked)
    missing = [question for question in counted if question.id not in answered]
    return ThemePage(
        kind=kind,
        section=section,
        title=title,
        asked=len(counted),
        answered=len(counted) - len(missing),
    )


def _answered(book: AnswerBook, questions: Iterable[Question]) -> frozenset[str]:
    units: dict[str, set[str]] = defaultdict(set)
    for question, unit in book.answers:
        units[question].add(unit)
    return frozenset(question.id for question in questions if units[question.id])


def _grid_page(workbook: Workbook) -> ThemePage:
    cells = [
        cell_code(workbook, situation.id, unit.key)
        for situation in retained(workbook)
        for unit in workbook.establishment.units
    ]
    return ThemePage(
        kind=PageKind.FREQUENCY, section="", title="", asked=len(cells), answered=sum(bool(code) for code in cells)
    )


def _rows_page(workbook: Workbook) -> ThemePage:
    shown = [shown_card(workbook, situation.id, unit.key) for situation, unit in rows_of(workbook)]
    values = [value for card in shown for value in (card.words, card.checked_on, card.accident)]
    return ThemePage(
        kind=PageKind.ROWS, section="", title="", asked=len(values), answered=sum(bool(value) for value in values)
    )
