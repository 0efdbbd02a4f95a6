"""What the staff of a service sees of its establishments before they act: facts, themes, dates; never an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from app.domain.workflow import State
from app.models.draft import ThemeDraft
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.exchange import HelpRequest

PAGE_SIZE = 50
LONGEST_SEARCH = 100

_PLAIN_LETTERS = dict(zip("ÀÂÇÉÈÊËÎÏÔÛàâçéèêëîïôùû", "aaceeeeiiouaaceeeeiiouu", strict=True))
"""Accented letter -> its place in the alphabet; SQLite does not fold the case of a capital with an accent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLine:
    """Where one theme of one establishment stands."""

    theme: str
    state: State
    assessed_on: date | None
    """None while nothing was answered."""
    finished_on: date | None
    help_asked_at: datetime | None
    """Since when help is asked on it; None when it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmLine:
    """One establishment as the list shows it."""

    establishment_id: UUID
    name: str
    siret: str
    postal_code: str
    naf: str
    naf_label: str
    headcount: int
    headcount_on: date
    attached: bool
    themes: tuple[ThemeLine, ...]

    @property
    def help_asked(self) -> bool:
        """Whether help is asked on one of its themes."""
        return any(line.help_asked_at is not None for line in self.themes)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmPage:
    """One page of the list."""

    firms: tuple[FirmLine, ...]
    total: int
    """Establishments that answer to the search, on every page."""
    number: int
    """Of the page, from 1."""
    pages: int


def firms_of(session: Session, *, search: str, page: int) -> FirmPage:
    """The establishments that the service sees, those that ask for help first, then by name.

    A search bears on the name, the SIRET or the SIREN. A page that does not exist gives the nearest one.
    """
    wanted = [*seen_by_staff(), *matching(search)]
    total = session.scalar(select(func.count(EstablishmentRow.id)).where(*wanted)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(1, page), pages)
    asked = exists().where(HelpRequest.establishment_id == EstablishmentRow.id, HelpRequest.closed_at.is_(None))
    rows = session.scalars(
        select(EstablishmentRow)
        .where(*wanted)
        .order_by(asked.desc(), *alphabetical(), EstablishmentRow.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    ids = [row.id for row in rows]
    states = _states(session, ids)
    themes = _themes(session, ids)
    return FirmPage(
        firms=tuple(_line(row, states[row.id], themes[row.id]) for row in rows),
        total=total,
        number=number,
        pages=pages,
    )


def seen_by_staff() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions of what the staff sees: members and claims that wait; no try-out, no refused claim, no double."""
    return EstablishmentRow.attachment != "essai", EstablishmentRow.claim_state == ""


def members_only() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Conditions of a member of the service: attached, and neither refused nor a double."""
    return EstablishmentRow.attachment == "rattache", EstablishmentRow.claim_state == ""


def alphabetical() -> tuple[ColumnElement[str], ColumnElement[str]]:
    """The names as a person files them: « Épicerie » with E. Neither engine is sure to have a French collation."""
    plain: ColumnElement[str] = func.lower(EstablishmentRow.name)
    for accented, letter in _PLAIN_LETTERS.items():
        plain = func.replace(plain, accented, letter)
    return plain, func.lower(EstablishmentRow.name)


def matching(search: str) -> list[ColumnElement[bool]]:
    """What a search bears on: the name, the SIRET or the SIREN; nothing for an empty one."""
    """Conditions of a search by name, SIRET or SIREN; none for an empty search."""
    words = " ".join(search[:LONGEST_SEARCH].split())
    digits = "".join(words.split())
    if not words:
        return []
    # SQLite folds the case of plain letters alone: « CAFÉ » and « café » are looked for as they stand too.
    spellings = [
        EstablishmentRow.name.icontains(each, autoescape=True) for each in {words, words.upper(), words.lower()}
    ]
    if digits.isascii() and digits.isdigit():
        spellings.append(EstablishmentRow.siret.startswith(digits, autoescape=True))
    return [or_(*spellings)]


def _states(session: Session, ids: Iterable[UUID]) -> dict[UUID, EstablishmentState]:
    """The last declaration of each."""
    of_them = select(EstablishmentState).where(EstablishmentState.establishment_id.in_(list(ids)))
    ordered = of_them.order_by(EstablishmentState.stated_on, EstablishmentState.seq)
    return {state.establishment_id: state for state in session.scalars(ordered)}


def _themes(session: Session, ids: list[UUID]) -> dict[UUID, tuple[ThemeLine, ...]]:
    drafts = session.scalars(
        select(ThemeDraft).where(ThemeDraft.establishment_id.in_(ids)).order_by(ThemeDraft.position, ThemeDraft.theme)
    )
    helps = session.scalars(
        select(HelpRequest)
        .where(HelpRequest.establishment_id.in_(ids), HelpRequest.closed_at.is_(None))
        .order_by(HelpRequest.opened_at.desc())
    )
    asked = {(row.establishment_id, row.theme): row.opened_at for row in helps}
    found: dict[UUID, list[ThemeLine]] = defaultdict(list)
    for draft in drafts:
        found[draft.establishment_id].append(
            ThemeLine(
                theme=draft.theme,
                state=State(draft.state),
                assessed_on=draft.assessed_on,
                finished_on=draft.finished_on,
                help_asked_at=asked.pop((draft.establishment_id, draft.theme), None),
            )
        )
    for (establishment_id, theme), opened_at in asked.items():  # help asked before the first answer
        found[establishment_id].append(
            ThemeLine(theme=theme, state=State.TO_DO, assessed_on=None, finished_on=None, help_asked_at=opened_at)
        )
    return {each: tuple(found[each]) for each in ids}


def _line(row: EstablishmentRow, state: EstablishmentState, themes: tuple[ThemeLine, ...]) -> FirmLine:
    return FirmLine(
        establishment_id=row.id,
        name=row.name,
        siret=row.siret or "",
        postal_code=row.postal_code,
        naf=state.naf,
        naf_label=state.naf_label,
        headcount=state.headcount,
        headcount_on=state.headcount_on,
        attached=row.attachment == "rattache",
        themes=themes,
    )
