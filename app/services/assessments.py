"""Records what a firm said as the draft of its establishment, and reads it back as the engine takes it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.answers import Answer, AnswerBook
from app.domain.inputs import FirmAssessment
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow, ThemeDraft
from app.models.establishment import EstablishmentState, WorkUnitRow
from app.models.service import Service
from app.models.tenancy import TenancyError, service_of
from app.models.upserts import keep_content
from app.services import assessment_rows as rows
from app.services.establishments import known_establishment, open_establishment, state_on
from app.services.row_changes import Fields, archive, differs, remove, replace_rows

ContentText = tuple[str, str, str]
"""Version, SHA-256 and source text of the theme file the answers were given to."""

_Key = TypeVar("_Key", bound=Hashable)
_Known = TypeVar("_Known", WorkUnitRow, ThemeDraft, AnswerRow, SituationFactRow, RatingOverride, ChosenActionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recording:
    """What every row of one recording shares."""

    session: Session
    service_id: UUID
    establishment_id: UUID
    day: date
    at: datetime
    author_role: str


def record_assessment(
    uow: Session,
    firm: FirmAssessment,
    *,
    service: Service,
    content: Mapping[str, ContentText],
    at: datetime,
    establishment_id: UUID | None = None,
) -> UUID:
    """Makes the draft of an establishment say exactly what `firm` says, and returns the establishment.

    Without `establishment_id` the establishment is the one of that SIRET, or of that name when it has none, made when
    there is none. Answers are replaced by difference; units and actions that went away are archived. The validation
    is not stored. Raises ValueError when a theme has no content or something is said twice.
    """
    if service.id != service_of(uow):
        raise TenancyError("this session works for another service")
    _refuse_doubles(firm)
    missing = sorted({book.theme for book in firm.books} - set(content))
    if missing:
        raise ValueError(f"no content given for {', '.join(missing)}")
    row = open_establishment(uow, firm, at=at, establishment_id=establishment_id)
    recording = _Recording(
        session=uow,
        service_id=service.id,
        establishment_id=row.id,
        day=firm.assessed_on,
        at=at,
        author_role=firm.establishment.employer_role,
    )
    _record_state(recording, firm)
    _record_units(recording, firm)
    _record_drafts(recording, firm, content)
    _record_answers(recording, firm)
    _record_situations(recording, firm)
    _record_overrides(recording, firm)
    _record_actions(recording, firm)
    uow.flush()
    return row.id


def load_assessment(session: Session, establishment_id: UUID, *, assessed_on: date) -> FirmAssessment:
    """The draft of an establishment as the engine takes it, with what it had declared by `assessed_on`.

    Raises UnknownEstablishment when the session's service has no such establishment.
    """
    row = known_establishment(session, establishment_id)
    units = [unit for unit in _rows_of(session, WorkUnitRow, establishment_id) if unit.archived_on is None]
    actions = [action for action in _rows_of(session, ChosenActionRow, establishment_id) if action.archived_on is None]
    return FirmAssessment(
        assessed_on=assessed_on,
        establishment=rows.read_establishment(
            row, state_on(session, establishment_id, assessed_on), sorted(units, key=lambda unit: unit.position)
        ),
        books=_load_books(session, establishment_id),
        actions=tuple(map(rows.read_action, sorted(actions, key=lambda action: action.position))),
        overrides=tuple(
            map(
                rows.read_override,
                sorted(_rows_of(session, RatingOverride, establishment_id), key=lambda override: override.position),
            )
        ),
        validation=None,
    )


def _load_books(session: Session, establishment_id: UUID) -> tuple[AnswerBook, ...]:
    return books_of(
        _rows_of(session, ThemeDraft, establishment_id),
        _rows_of(session, AnswerRow, establishment_id),
        _rows_of(session, SituationFactRow, establishment_id),
    )


def books_of(
    drafts: Iterable[ThemeDraft], answers: Iterable[AnswerRow], facts: Iterable[SituationFactRow]
) -> tuple[AnswerBook, ...]:
    """What the rows of one establishment say, one book per draft."""
    # Sorted: two engines return rows in two orders, and one document must come of them.
    said: dict[str, dict[tuple[str, str], Answer]] = defaultdict(dict)
    for answer in sorted(answers, key=lambda row: (row.theme, row.question, row.unit)):
        said[answer.theme][answer.question, answer.unit] = rows.read_answer(answer)
    known: dict[str, dict[str, list[SituationFactRow]]] = defaultdict(lambda: defaultdict(list))
    for fact in sorted(facts, key=lambda row: (row.theme, row.situation, row.unit)):
        known[fact.theme][fact.situation].append(fact)
    return tuple(
        AnswerBook(
            theme=draft.theme,
            answers=said[draft.theme],
            situations={name: rows.read_situation(found) for name, found in known[draft.theme].items()},
        )
        for draft in sorted(drafts, key=lambda draft: draft.position)
    )


def _rows_of(session: Session, row_class: type[_Known], establishment_id: UUID) -> list[_Known]:
    return list(session.scalars(select(row_class).where(row_class.establishment_id == establishment_id)))


def _refuse_doubles(firm: FirmAssessment) -> None:
    places: list[Hashable] = [("unit", unit.key) for unit in firm.establishment.units]
    places += [("theme", book.theme) for book in firm.books]
    places += [("override", one.theme, one.situation, one.unit, one.field) for one in firm.overrides]
    doubles = [str(place) for place, count in Counter(places).items() if count > 1]
    if doubles:
        raise ValueError(f"said twice: {', '.join(doubles)}")


def _record_state(recording: _Recording, firm: FirmAssessment) -> None:
    session, owner = recording.session, recording.establishment_id
    fields = rows.state_fields(firm.establishment)
    last = session.scalar(select(func.max(EstablishmentState.seq)).where(EstablishmentState.establishment_id == owner))
    if last is not None:
        state = state_on(session, owner, recording.day)
        if state.stated_on <= recording.day and not differs(state, fields):
            return
    session.add(
        EstablishmentState(
            establishment_id=owner, seq=(last or 0) + 1, stated_on=recording.day, recorded_at=recording.at, **fields
        )
    )


def _record_units(recording: _Recording, firm: FirmAssessment) -> None:
    wanted = {unit.key: rows.unit_fields(unit, at) for at, unit in enumerate(firm.establishment.units)}
    archive(recording.session, _replace(recording, WorkUnitRow, lambda row: row.key, wanted), recording.day)


def _record_drafts(recording: _Recording, firm: FirmAssessment, content: Mapping[str, ContentText]) -> None:
    wanted = {}
    for position, book in enumerate(firm.books):
        version, sha256, source = content[book.theme]
        kept = keep_content(
            recording.session, theme=book.theme, version=version, sha256=sha256, source=source, at=recording.at
        )
        wanted[book.theme] = {
            "theme": book.theme,
            "position": position,
            "content_version_id": kept,
            "assessed_on": recording.day,
        }
    gone = _replace(recording, ThemeDraft, lambda row: row.theme, wanted)
    remove(recording.session, gone)


def _record_answers(recording: _Recording, firm: FirmAssessment) -> None:
    wanted = {
        (book.theme, question, unit): rows.answer_fields(book.theme, question, unit, answer)
        for book in firm.books
        for (question, unit), answer in book.answers.items()
    }
    stamps = {"author_role": recording.author_role, "answered_at": recording.at}
    gone = _replace(recording, AnswerRow, lambda row: (row.theme, row.question, row.unit), wanted, stamps=stamps)
    remove(recording.session, gone)


def _record_situations(recording: _Recording, firm: FirmAssessment) -> None:
    units = [unit.key for unit in firm.establishment.units]
    wanted = {
        (fields["theme"], fields["situation"], fields["unit"]): fields
        for book in firm.books
        for situation, facts in book.situations.items()
        for fields in rows.situation_fields(book.theme, situation, facts, units=units)
    }
    gone = _replace(recording, SituationFactRow, lambda row: (row.theme, row.situation, row.unit), wanted)
    remove(recording.session, gone)


def _record_overrides(recording: _Recording, firm: FirmAssessment) -> None:
    wanted = {
        (one.theme, one.situation, one.unit, one.field.value): rows.override_fields(one, at)
        for at, one in enumerate(firm.overrides)
    }
    gone = _replace(recording, RatingOverride, lambda row: (row.theme, row.situation, row.unit, row.field), wanted)
    remove(recording.session, gone)


def _record_actions(recording: _Recording, firm: FirmAssessment) -> None:
    seen: Counter[Hashable] = Counter()
    wanted = {
        _nth(seen, (action.theme, action.measure, action.text)): rows.action_fields(action, at)
        for at, action in enumerate(firm.actions)
    }
    known: Counter[Hashable] = Counter()
    gone = _replace(
        recording,
        ChosenActionRow,
        lambda row: _nth(known, (row.theme, row.measure, row.words)),
        wanted,
        order=lambda row: (row.archived_on is not None, row.position),
    )
    archive(recording.session, gone, recording.day)


def _nth(counter: Counter[Hashable], key: Hashable) -> Hashable:
    counter[key] += 1
    return key, counter[key]


def _replace(
    recording: _Recording,
    row_class: type[_Known],
    key_of: Callable[[_Known], _Key],
    wanted: Mapping[_Key, Fields],
    *,
    stamps: Fields | None = None,
    order: Callable[[_Known], tuple[bool, int]] | None = None,
) -> list[_Known]:
    # One read, one insert, one update and one delete for the table, however many rows change.
    known = _rows_of(recording.session, row_class, recording.establishment_id)
    if order is not None:
        known.sort(key=order)
    return replace_rows(
        recording.session,
        row_class,
        known={key_of(row): row for row in known},
        wanted=wanted,
        shared={"service_id": recording.service_id, "establishment_id": recording.establishment_id},
        stamps=stamps or {},
    )
