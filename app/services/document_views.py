"""What the pages of the document show: the project as it stands, the versions, what was handed to the service.

Counted in statements: a page of the document sends at most ten, those of access included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from app.domain.assessment import ThemeAssessment
from app.domain.dossier_builder import document_title, families_left
from app.domain.establishment import Establishment
from app.domain.inputs import FirmAssessment
from app.domain.mending import MendedFirm, mend
from app.domain.workflow import State
from app.models.document import DocumentVersion
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow
from app.models.establishment import EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.exchange import HelpRequest
from app.services import assessment_rows as rows
from app.services.assessments import books_of
from app.services.establishments import UnknownEstablishment
from app.services.plan_sources import contents_of
from app.services.version_views import VersionLine, last_number, versions_of
from questionnaires.catalogue import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeLine:
    """One theme of the portal and where its draft stands."""

    theme: str
    title: str
    short_title: str
    state: State

    @property
    def started(self) -> bool:
        """Whether something was answered: only then is there a section to print."""
        return self.state is not State.TO_DO


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The draft of an establishment as it stands, without what a page does not show."""

    firm: FirmAssessment
    states: Mapping[str, State]
    titles: Mapping[str, tuple[str, str]]
    """Title and short title of each theme begun, as its content words them."""
    mended: MendedFirm
    last_number: int
    """0 before the first version."""
    last_day: date | None

    @property
    def place(self) -> Establishment:
        """The establishment as it was last declared."""
        return self.firm.establishment

    @property
    def assessments(self) -> Sequence[ThemeAssessment]:
        """Every theme begun, rated."""
        return self.mended.assessments


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """Everything the page « Document » shows."""

    place: Establishment
    title: str
    families: tuple[str, ...]
    """Families of risks that are left to assess."""
    themes: tuple[ThemeLine, ...]
    versions: tuple[VersionLine, ...]
    """The last one first."""
    helped: tuple[str, ...]
    """Themes whose answers the service may read, because help was asked for."""

    @property
    def last(self) -> VersionLine | None:
        """The last version; None before the first."""
        return self.versions[0] if self.versions else None

    @property
    def next_number(self) -> int:
        """Number the version in preparation would get."""
        return self.versions[0].number + 1 if self.versions else 1

    @property
    def started(self) -> tuple[ThemeLine, ...]:
        """The themes that have a section."""
        return tuple(theme for theme in self.themes if theme.started)


def document_view(session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date) -> DocumentView:
    """The page « Document » on a day, in seven statements; raises UnknownEstablishment."""
    present = present_of(session, establishment_id, catalogue=catalogue, on=on)
    return DocumentView(
        place=present.place,
        title=document_title(present.assessments),
        families=families_left(present.assessments),
        themes=tuple(_theme_lines(present, catalogue)),
        versions=versions_of(session, establishment_id),
        helped=_open_help(session, establishment_id),
    )


def present_of(
    session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date, whole: bool = False
) -> Present:
    """The draft on a day, in five statements; in seven with its actions and hand-set values (`whole`)."""
    place, number, day = _place(session, establishment_id, on)
    drafts, library = contents_of(session, establishment_id, catalogue)
    answers = session.scalars(select(AnswerRow).where(AnswerRow.establishment_id == establishment_id))
    facts = session.scalars(select(SituationFactRow).where(SituationFactRow.establishment_id == establishment_id))
    firm = FirmAssessment(
        assessed_on=on,
        establishment=place,
        books=books_of(drafts, list(answers), list(facts)),
        actions=tuple(map(rows.read_action, _actions(session, establishment_id))) if whole else (),
        overrides=tuple(map(rows.read_override, _overrides(session, establishment_id))) if whole else (),
        validation=None,
    )
    themes = library.themes
    return Present(
        firm=firm,
        states={draft.theme: State(draft.state) for draft in drafts},
        titles={draft.theme: (themes[draft.theme].title, themes[draft.theme].short_title) for draft in drafts},
        mended=mend(firm, library),
        last_number=number,
        last_day=day,
    )


def theme_line(session: Session, establishment_id: UUID, theme: str, *, catalogue: Catalogue) -> ThemeLine | None:
    """One theme and where its draft stands; None when neither the portal nor the establishment knows it."""
    drafts, library = contents_of(session, establishment_id, catalogue)
    state = next((State(draft.state) for draft in drafts if draft.theme == theme), State.TO_DO)
    known = library.themes.get(theme) or (catalogue.theme(theme) if theme in catalogue.codes else None)
    if known is None:
        return None
    return ThemeLine(theme=theme, title=known.title, short_title=known.short_title, state=state)


def _theme_lines(present: Present, catalogue: Catalogue) -> list[ThemeLine]:
    lines = []
    for code in dict.fromkeys((*catalogue.codes, *present.titles)):
        titles = present.titles.get(code)
        title, short = titles or (catalogue.theme(code).title, catalogue.theme(code).short_title)
        state = present.states.get(code, State.TO_DO)
        lines.append(ThemeLine(theme=code, title=title, short_title=short, state=state))
    return lines


def _place(session: Session, establishment_id: UUID, on: date) -> tuple[Establishment, int, date | None]:
    """The establishment, the number of its last version and its day."""
    last = aliased(DocumentVersion)
    query = (
        select(EstablishmentRow, EstablishmentState, last.number, last.validated_on)
        .join(EstablishmentState, EstablishmentState.establishment_id == EstablishmentRow.id)
        .outerjoin(
            last, and_(last.establishment_id == EstablishmentRow.id, last.number == last_number(establishment_id))
        )
        .where(EstablishmentRow.id == establishment_id)
        .order_by(EstablishmentState.stated_on, EstablishmentState.seq)
    )
    found = session.execute(query).all()
    if not found:
        raise UnknownEstablishment(str(establishment_id))
    row, state, number, day = next((each for each in reversed(found) if each[1].stated_on <= on), found[0])
    units = session.scalars(
        select(WorkUnitRow)
        .where(WorkUnitRow.establishment_id == establishment_id, WorkUnitRow.archived_on.is_(None))
        .order_by(WorkUnitRow.position)
    )
    return rows.read_establishment(row, state, list(units)), number or 0, day


def _actions(session: Session, establishment_id: UUID) -> list[ChosenActionRow]:
    query = select(ChosenActionRow).where(
        ChosenActionRow.establishment_id == establishment_id, ChosenActionRow.archived_on.is_(None)
    )
    return list(session.scalars(query.order_by(ChosenActionRow.position)))


def _overrides(session: Session, establishment_id: UUID) -> list[RatingOverride]:
    query = select(RatingOverride).where(RatingOverride.establishment_id == establishment_id)
    return list(session.scalars(query.order_by(RatingOverride.position)))


def _open_help(session: Session, establishment_id: UUID) -> tuple[str, ...]:
    query = select(HelpRequest.theme).where(
        HelpRequest.establishment_id == establishment_id, HelpRequest.closed_at.is_(None)
    )
    return tuple(sorted(set(session.scalars(query))))
