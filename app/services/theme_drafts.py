"""The draft of one theme: everything a page of it needs, read in five statements, and how it begins and moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.answers import AnswerBook
from app.domain.establishment import Establishment
from app.domain.inputs import Override
from app.domain.reading import Reader
from app.domain.workflow import Move, Refusal, State, advance
from app.models.content import ContentVersion
from app.models.draft import AnswerRow, RatingOverride, SituationFactRow, ThemeDraft
from app.models.establishment import EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.upserts import keep_content
from app.services import assessment_rows as rows
from app.services import draft_queries as queries
from app.services.authors import Author
from app.services.establishments import UnknownEstablishment
from app.services.facts import Act, FactKind, note_fact
from app.services.row_changes import change
from app.services.said_facts import SaidFacts, read_said, situations_of
from questionnaires.catalogue import Catalogue
from questionnaires.reader import read_theme
from questionnaires.schema import Theme


class UnknownTheme(LookupError):
    """No such theme here, neither in the content nor among the drafts of the establishment."""


class MoveRefused(ValueError):
    """The draft may not move so; `words` says why, in French."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.words = refusal.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Who answers which theme of which establishment, and when."""

    service_id: UUID
    establishment_id: UUID
    theme: str
    catalogue: Catalogue
    author: Author
    on: date
    """Local day."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """The draft of one theme as a page reads it."""

    establishment: Establishment
    theme: Theme
    book: AnswerBook
    state: State = State.TO_DO
    said: Mapping[tuple[str, str], SaidFacts] = field(default_factory=dict)
    """(situation, unit or `*`) -> what was said there, as it is stored."""
    overrides: tuple[Override, ...] = ()
    assessed_on: date | None = None
    finished_on: date | None = None
    saved_at: datetime | None = None
    """When something of it was last answered on a page."""

    reader: Reader = field(init=False, repr=False, compare=False)
    """Reads these answers; the same one for the whole page, so that what it has found is found once."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reader", Reader(self.theme, self.book, self.establishment))


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRows:
    """The rows of a draft, to be written inside the unit of work they were read in."""

    seat: Seat
    place: EstablishmentRow
    state: EstablishmentState
    units: tuple[WorkUnitRow, ...]
    theme: Theme
    draft: ThemeDraft | None
    position: int
    """Where a new draft would stand among those of the establishment."""
    answers: Mapping[tuple[str, str], AnswerRow]
    facts: Mapping[tuple[str, str], SituationFactRow]
    overrides: Mapping[tuple[str, str, str], RatingOverride]

    def workbook(self) -> Workbook:
        """The same as plain values, which stay readable once the rows are written."""
        said = {place: read_said(row) for place, row in self.facts.items()}
        ordered = sorted(self.overrides.values(), key=lambda row: row.position)
        return Workbook(
            establishment=rows.read_establishment(self.place, self.state, self.units),
            theme=self.theme,
            book=AnswerBook(
                theme=self.theme.theme,
                answers={place: rows.read_answer(row) for place, row in sorted(self.answers.items())},
                situations=situations_of(said),
            ),
            state=State(self.draft.state) if self.draft else State.TO_DO,
            said=said,
            overrides=tuple(map(rows.read_override, ordered)),
            assessed_on=self.draft.assessed_on if self.draft else None,
            finished_on=self.draft.finished_on if self.draft else None,
            saved_at=max((at for at in self._instants() if at is not None), default=None),
        )

    def _instants(self) -> Iterator[datetime | None]:
        yield from (row.answered_at for row in self.answers.values())
        yield from (row.answered_at for row in self.facts.values())


def open_workbook(session: Session, seat: Seat) -> Workbook:
    """The draft of a theme, or a blank one; raises UnknownTheme, or UnknownEstablishment."""
    return open_rows(session, seat).workbook()


def open_rows(session: Session, seat: Seat, *, with_overrides: bool = True) -> DraftRows:
    """The rows of a draft; raises UnknownTheme, or UnknownEstablishment when the service has no such one."""
    place, state, draft, sha256, position = _draft_of(session, seat)
    theme = _theme(session, seat, draft, sha256)
    of_it = {"establishment_id": seat.establishment_id}
    known_units = tuple(session.scalars(queries.UNITS, of_it))
    if draft is None:
        return DraftRows(
            seat=seat, place=place, state=state, units=known_units, theme=theme, draft=None,
            position=position, answers={}, facts={}, overrides={},
        )  # fmt: skip
    of_theme = {**of_it, "theme": seat.theme}
    answers = session.scalars(queries.ANSWERS_OF_THEME, of_theme)
    facts = session.scalars(queries.FACTS_OF_THEME, of_theme)
    overrides = session.scalars(queries.OVERRIDES_OF_THEME, of_theme) if with_overrides else ()
    return DraftRows(
        seat=seat,
        place=place,
        state=state,
        units=known_units,
        theme=theme,
        draft=draft,
        position=position,
        answers={(row.question, row.unit): row for row in answers},
        facts={(row.situation, row.unit): row for row in facts},
        overrides={(row.situation, row.unit, row.field): row for row in overrides},
    )


def note_answer(uow: Session, draft: DraftRows) -> State:
    """Begins or moves the draft because something of it was answered, and returns its state; raises MoveRefused."""
    seat = draft.seat
    if draft.draft is None:
        _start(uow, draft)
        return State.IN_PROGRESS
    after = advance(State(draft.draft.state), Move.ANSWER, seat.author.actor)
    if isinstance(after, Refusal):
        raise MoveRefused(after)
    change(draft.draft, {"state": after.value, "assessed_on": seat.on})
    return after


def _start(uow: Session, draft: DraftRows) -> None:
    seat, theme = draft.seat, draft.theme
    content = keep_content(
        uow, theme=theme.theme, version=theme.version, sha256=theme.sha256, source=theme.source, at=seat.at
    )
    uow.add(
        ThemeDraft(
            establishment_id=seat.establishment_id,
            theme=theme.theme,
            position=draft.position,
            content_version_id=content,
            state=State.IN_PROGRESS.value,
            assessed_on=seat.on,
            finished_on=None,
        )
    )
    started = Act(
        kind=FactKind.THEME_STARTED,
        on=seat.on,
        at=seat.at,
        actor_role=seat.author.words,
        theme=theme.theme,
        content_version_id=content,
    )
    note_fact(uow, seat.establishment_id, started)


def _draft_of(
    session: Session, seat: Seat
) -> tuple[EstablishmentRow, EstablishmentState, ThemeDraft | None, str | None, int]:
    of_theme = {"establishment_id": seat.establishment_id, "theme": seat.theme}
    found = session.execute(queries.DRAFT, of_theme).all()
    if not found:
        raise UnknownEstablishment(str(seat.establishment_id))
    row = next((row for row in reversed(found) if row[1].stated_on <= seat.on), found[0])
    place, state, draft, sha256, highest = row
    return place, state, draft, sha256, 0 if highest is None else highest + 1


def _theme(session: Session, seat: Seat, draft: ThemeDraft | None, sha256: str | None) -> Theme:
    """The content the draft is answered with: packaged, or its kept text once the file has moved on."""
    packaged = seat.catalogue.theme(seat.theme) if seat.theme in seat.catalogue.codes else None
    if draft is None or sha256 is None:
        if packaged is None:
            raise UnknownTheme(seat.theme)
        return packaged
    if packaged is not None and packaged.sha256 == sha256:
        return packaged
    source = session.scalar(select(ContentVersion.source).where(ContentVersion.id == draft.content_version_id))
    return kept_theme(source or "", seat.theme)


@lru_cache(maxsize=32)
def kept_theme(source: str, theme: str) -> Theme:
    """A theme from its kept text; the same text is read once in the life of the process."""
    return read_theme(source.encode("utf-8"), file=theme)
