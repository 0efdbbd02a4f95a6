"""Opening a theme to the service, by the employer alone: submitting it for advice, asking for help on it.

Submitting freezes what the service will read, so that a remark always stands beside what it was made on. Help opens the
answers themselves, as they change, until the employer closes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.canonical import sha256_hex
from app.domain.dossier import Dossier
from app.domain.dossier_builder import Edition
from app.domain.dossier_json import clean_dossier, to_json
from app.domain.inputs import FirmAssessment
from app.domain.workflow import Move, Refusal, State, advance
from app.models.document import DocumentVersion, keep_until
from app.models.draft import AnswerRow, SituationFactRow, ThemeDraft
from app.models.engine import Conflict, Database
from app.models.exchange import HelpRequest
from app.services.assessments import load_assessment
from app.services.authors import Author
from app.services.case_sources import SECONDS
from app.services.cases import refresh_case
from app.services.documents import UnknownTheme, built, last_dossier, library_of, one_theme, only_theme
from app.services.establishments import known_establishment
from app.services.exchanges import settle_requests
from app.services.facts import Act, FactKind, note_fact
from app.services.once import mark_done, refuse_twice
from app.services.readable import SUBMISSION
from questionnaires.catalogue import Catalogue

SUBMIT, HELP = "soumettre", "aide"
"""Purposes of the one-use keys of the two forms."""


class MoveRefused(ValueError):
    """The theme is not in a state that allows it; `words` says so in French."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.words = refusal.words


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeAct:
    """Who does something to a theme of an establishment, and when."""

    service_id: UUID
    establishment_id: UUID
    theme: str
    author: Author
    at: datetime
    on: date
    """Local day in the service's zone."""
    key: str = ""
    """One-use key of the form."""


def submit_theme(database: Database, act: ThemeAct, *, catalogue: Catalogue) -> UUID:
    """Submits a theme for advice and returns its frozen dossier, which the service may read from now on.

    Raises UnknownTheme, MoveRefused when the theme is not ready, AlreadyDone, Conflict when it changed meanwhile.
    """
    with database.read(service_id=act.service_id) as session:
        _next_state(_draft(session, act), Move.SUBMIT, act)
        firm = load_assessment(session, act.establishment_id, assessed_on=act.on)
        library = library_of(session, act.establishment_id, catalogue)
        previous = last_dossier(session, act.establishment_id)
    alone = one_theme(firm, library, act.theme)
    dossier = built(alone, library, edition=Edition(previous=previous))
    with database.unit_of_work(service_id=act.service_id) as uow:
        known_establishment(uow, act.establishment_id, lock=True)
        refuse_twice(uow, act.key, purpose=SUBMIT)
        draft = _draft(uow, act)
        draft.state = _next_state(draft, Move.SUBMIT, act).value
        _refuse_change(uow, act, firm)
        row = _frozen(only_theme(dossier, act.theme), act)
        uow.add(row)
        uow.flush()
        fact = _fact(act, FactKind.THEME_SUBMITTED, subject=str(row.id))
        seconds = _seconds_spent(uow, act)
        note_fact(uow, act.establishment_id, replace(fact, quantity=seconds, unit="" if seconds is None else SECONDS))
        settle_requests(uow, act.establishment_id, act.theme, at=act.at)
        refresh_case(uow, act.establishment_id, on=act.on)
        mark_done(uow, act.key, purpose=SUBMIT, outcome=str(row.id), at=act.at)
        return row.id


def withdraw_theme(database: Database, act: ThemeAct) -> None:
    """Takes a theme back: the service no longer reads what was submitted last; raises UnknownTheme, MoveRefused."""
    with database.unit_of_work(service_id=act.service_id) as uow:
        known_establishment(uow, act.establishment_id, lock=True)
        draft = _draft(uow, act)
        draft.state = _next_state(draft, Move.WITHDRAW, act).value
        last = select(DocumentVersion.id).where(
            DocumentVersion.establishment_id == act.establishment_id,
            DocumentVersion.kind == SUBMISSION,
            DocumentVersion.reason == act.theme,
        )
        submitted = uow.scalars(last.order_by(DocumentVersion.recorded_at.desc()).limit(1)).first()
        note_fact(uow, act.establishment_id, _fact(act, FactKind.THEME_WITHDRAWN, subject=str(submitted or "")))
        refresh_case(uow, act.establishment_id, on=act.on)


def ask_help(database: Database, act: ThemeAct, *, words: str) -> UUID:
    """Asks for help on a theme, which opens its answers to the service; the request already open, when there is one."""
    with database.unit_of_work(service_id=act.service_id) as uow:
        known_establishment(uow, act.establishment_id, lock=True)
        refuse_twice(uow, act.key, purpose=HELP)
        known = open_help(uow, act.establishment_id, act.theme)
        if known is not None:
            return known.id
        row = HelpRequest(
            establishment_id=act.establishment_id,
            theme=act.theme,
            words=words,
            author_role=act.author.words,
            opened_at=act.at,
            closed_at=None,
        )
        uow.add(row)
        uow.flush()
        note_fact(uow, act.establishment_id, _fact(act, FactKind.HELP_ASKED, subject=str(row.id)))
        refresh_case(uow, act.establishment_id, on=act.on)
        mark_done(uow, act.key, purpose=HELP, outcome=str(row.id), at=act.at)
        return row.id


def close_help(database: Database, act: ThemeAct) -> None:
    """Closes the answers of a theme to the service again; nothing when they are closed already."""
    with database.unit_of_work(service_id=act.service_id) as uow:
        known_establishment(uow, act.establishment_id, lock=True)
        row = open_help(uow, act.establishment_id, act.theme)
        if row is not None:
            row.closed_at = act.at
            refresh_case(uow, act.establishment_id, on=act.on)


def open_help(session: Session, establishment_id: UUID, theme: str) -> HelpRequest | None:
    """The request for help that is open on a theme; None when there is none."""
    query = select(HelpRequest).where(
        HelpRequest.establishment_id == establishment_id, HelpRequest.theme == theme, HelpRequest.closed_at.is_(None)
    )
    return session.scalars(query.order_by(HelpRequest.opened_at)).first()


def _draft(session: Session, act: ThemeAct) -> ThemeDraft:
    query = select(ThemeDraft).where(ThemeDraft.establishment_id == act.establishment_id, ThemeDraft.theme == act.theme)
    row = session.scalar(query)
    if row is None:
        raise UnknownTheme(act.theme)
    return row


def _next_state(draft: ThemeDraft, move: Move, act: ThemeAct) -> State:
    after = advance(State(draft.state), move, act.author.actor)
    if isinstance(after, Refusal):
        raise MoveRefused(after)
    return after


def _refuse_change(uow: Session, act: ThemeAct, firm: FirmAssessment) -> None:
    if load_assessment(uow, act.establishment_id, assessed_on=act.on) != firm:
        raise Conflict("the draft changed while it was being frozen")


def _frozen(dossier: Dossier, act: ThemeAct) -> DocumentVersion:
    cleaned = clean_dossier(replace(dossier, kind=SUBMISSION))
    payload = to_json(cleaned)
    return DocumentVersion(
        establishment_id=act.establishment_id,
        number=None,
        kind=SUBMISSION,
        trigger=None,
        reason=act.theme,
        author_role=act.author.words,
        validated_on=None,
        payload=payload.decode("utf-8"),
        content_sha256=sha256_hex(payload),
        format=cleaned.format,
        drafted_on=act.on,
        keep_until=keep_until(act.on),
        recorded_at=act.at,
    )


def _seconds_spent(uow: Session, act: ThemeAct) -> int | None:
    """From the first answer of the theme to the last, as they stand; None when nobody knows when they were given."""
    instants: list[datetime] = []
    for row_class in (AnswerRow, SituationFactRow):
        ends = select(func.min(row_class.answered_at), func.max(row_class.answered_at)).where(
            row_class.establishment_id == act.establishment_id, row_class.theme == act.theme
        )
        instants.extend(each for each in uow.execute(ends).one() if each is not None)
    return int((max(instants) - min(instants)).total_seconds()) if instants else None


def _fact(act: ThemeAct, kind: FactKind, *, subject: str) -> Act:
    return Act(kind=kind, on=act.on, at=act.at, actor_role=act.author.words, subject=subject, theme=act.theme)
