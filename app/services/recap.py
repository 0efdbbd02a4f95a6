"""What a version would freeze, and what is still unknown: told before the employer decides, never a refusal."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.dossier_builder import families_left
from app.domain.inputs import ActionStatus
from app.domain.lawful import set_aside_words
from app.services.document_views import Present


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """The content of a version in figures and names."""

    themes: tuple[str, ...]
    """Titles of the themes that conclude on something."""
    open_themes: tuple[str, ...]
    """Titles of the themes begun that conclude on nothing yet."""
    units: int
    situations: int
    to_assess: int
    """Situations whose missing answers can change the priority."""
    unanswered: int
    """Questions on a protection that nobody has answered, each once."""
    actions: int
    """Actions taken on and not given up."""
    ownerless: int
    undated: int
    families: int
    """Families of risks that no theme has concluded on."""
    set_aside: tuple[str, ...]
    """Values set by hand that no longer hold, each in a sentence."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to freeze at all."""
        return not self.themes and not self.open_themes


def recap_of(present: Present) -> Recap:
    """The recap of a draft loaded whole."""
    assessments = present.assessments
    rows = [row for each in assessments for row in each.rows]
    kept = [action for action in present.mended.firm.actions if action.status is not ActionStatus.DROPPED]
    return Recap(
        themes=tuple(each.theme.short_title for each in assessments if each.rows or each.closed),
        open_themes=tuple(each.theme.short_title for each in assessments if not each.rows and not each.closed),
        units=len(present.place.units),
        situations=len(rows),
        to_assess=sum(not row.rated.firm for row in rows),
        unanswered=len({(row.theme.theme, each.question.id) for row in rows for each in row.unknown_controls}),
        actions=len(kept),
        ownerless=sum(not action.owner for action in kept),
        undated=sum(action.due is None for action in kept),
        families=len(families_left(assessments)),
        set_aside=tuple(set_aside_words(each) for each in present.mended.refused if each.has_row),
    )
