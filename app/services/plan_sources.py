"""Everything the plan of an establishment rests on, in seven statements whatever its size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.action_plan import Proposal, propose
from app.domain.assessment import ThemeAssessment
from app.domain.dossier import RiskRow
from app.domain.dossier_rows import risk_rows
from app.domain.inputs import FirmAssessment
from app.domain.lawful import SetAside
from app.domain.library import Library
from app.domain.mending import MendedFirm, mend
from app.models.content import ContentVersion
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.services import assessment_rows as rows
from app.services import draft_queries as queries
from app.services.assessments import books_of
from app.services.establishments import UnknownEstablishment
from questionnaires.catalogue import Catalogue
from questionnaires.reader import read_theme
from questionnaires.schema import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSources:
    """The draft of an establishment, rated, with the rows its actions come from."""

    establishment: EstablishmentRow
    drafts: tuple[ThemeDraft, ...]
    library: Library
    mended: MendedFirm
    proposals: tuple[Proposal, ...]
    actions: tuple[ChosenActionRow, ...]
    """In use, in the order of `firm.actions`."""
    removed: tuple[ChosenActionRow, ...]
    """Put aside, the last one first."""

    @property
    def firm(self) -> FirmAssessment:
        """The firm as it was rated."""
        return self.mended.firm

    @property
    def assessments(self) -> tuple[ThemeAssessment, ...]:
        """Every theme, rated."""
        return self.mended.assessments

    @property
    def refused(self) -> tuple[SetAside, ...]:
        """Values set by hand that no longer hold."""
        return self.mended.refused

    @property
    def trial(self) -> bool:
        """Whether nobody has an account here yet: such a plan leaves no fact and no rating."""
        return self.establishment.attachment == "essai"

    def risk_rows(self) -> tuple[RiskRow, ...]:
        """The rows of the inventory as a document would write them."""
        return risk_rows(self.assessments, self.firm.establishment, library=self.library.label, previous=None)

    def content_id(self, theme: str) -> UUID:
        """The content version the draft of a theme is answered with."""
        return next(draft.content_version_id for draft in self.drafts if draft.theme == theme)


def gather(session: Session, establishment_id: UUID, *, catalogue: Catalogue, on: date) -> PlanSources:
    """The draft as it stands; a value set by hand that no longer holds gives way to the computed one.

    Raises UnknownEstablishment when the session's service has no such establishment.
    """
    place, state = _establishment(session, establishment_id, on)
    of_it = {"establishment_id": establishment_id}
    units = session.scalars(queries.UNITS, of_it)
    establishment = rows.read_establishment(place, state, list(units))
    drafts, library = contents_of(session, establishment_id, catalogue)
    answers = session.scalars(queries.ANSWERS, of_it)
    facts = session.scalars(queries.FACTS, of_it)
    overrides = session.scalars(queries.OVERRIDES, of_it)
    actions = session.scalars(queries.ACTIONS, of_it).all()
    used = tuple(row for row in actions if row.archived_on is None)
    firm = FirmAssessment(
        assessed_on=on,
        establishment=establishment,
        books=books_of(drafts, list(answers), list(facts)),
        actions=tuple(map(rows.read_action, used)),
        overrides=tuple(map(rows.read_override, overrides)),
        validation=None,
    )
    mended = mend(firm, library)
    removed = [row for row in actions if row.archived_on is not None]
    return PlanSources(
        establishment=place,
        drafts=drafts,
        library=library,
        mended=mended,
        proposals=tuple(
            proposal
            for assessment in mended.assessments
            for proposal in propose(assessment, sectors=establishment.sectors, as_of=on)
        ),
        actions=used,
        removed=tuple(sorted(removed, key=lambda row: (row.archived_on or on, row.position), reverse=True)),
    )


def _establishment(session: Session, establishment_id: UUID, on: date) -> tuple[EstablishmentRow, EstablishmentState]:
    """The establishment and what it had declared by a day; its first declaration when asked for an earlier one."""
    rows_of_it = session.execute(queries.PLACE, {"establishment_id": establishment_id})
    found = [(place, state) for place, state in rows_of_it]
    if not found:
        raise UnknownEstablishment(str(establishment_id))
    return next((pair for pair in reversed(found) if pair[1].stated_on <= on), found[0])


def contents_of(
    session: Session, establishment_id: UUID, catalogue: Catalogue
) -> tuple[tuple[ThemeDraft, ...], Library]:
    """The drafts and the themes they are answered with; the text of a theme is read only once its file is gone."""
    found = (
        (draft, sha256) for draft, sha256 in session.execute(queries.DRAFTS, {"establishment_id": establishment_id})
    )
    return contents_from(session, found, catalogue)


def contents_from(
    session: Session, found: Iterable[tuple[ThemeDraft, str]], catalogue: Catalogue
) -> tuple[tuple[ThemeDraft, ...], Library]:
    """The same from drafts that are read already, each beside the hash of its content."""
    drafts: list[ThemeDraft] = []
    themes: dict[str, Theme] = {}
    missing: list[ThemeDraft] = []
    for draft, sha256 in found:
        drafts.append(draft)
        packaged = catalogue.theme(draft.theme) if draft.theme in catalogue.codes else None
        if packaged is not None and packaged.sha256 == sha256:
            themes[draft.theme] = packaged
        else:
            missing.append(draft)
    themes |= _kept(session, missing)
    return tuple(drafts), Library(themes=themes, laws=catalogue.laws, helps=catalogue.helps)


def _kept(session: Session, drafts: Sequence[ThemeDraft]) -> Mapping[str, Theme]:
    if not drafts:
        return {}
    wanted = {draft.content_version_id for draft in drafts}
    kept = session.scalars(select(ContentVersion).where(ContentVersion.id.in_(wanted)))
    return {each.theme: _read(each.source, f"{each.theme} {each.version}") for each in kept}


@lru_cache(maxsize=32)
def _read(source: str, file: str) -> Theme:
    """A theme that is packaged no more; many firms stay on the same one, and reading it costs more than a page."""
    return read_theme(source.encode("utf-8"), file=file)
