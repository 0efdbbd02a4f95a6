"""Values set by hand that still hold, and those that a later answer made illegal: set aside in sight, never lost.

A value was lawful the day it was set; an answer given since may break its limits. A page or a document must not stop
there: the row is read as computed, and says what was set aside and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.assessment import assess_theme
from app.domain.dossier import Dossier, RiskRow
from app.domain.dossier_builder import Edition, build_dossier
from app.domain.dossier_rows import FIELD_WORDS
from app.domain.inputs import FirmAssessment, Override, OverrideField
from app.domain.library import Library
from app.domain.overrides import OverrideRefused
from questionnaires.schema import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A value set by hand that does not apply, and why, in French."""

    override: Override
    words: str
    has_row: bool
    """Whether its situation is still rated in its unit: otherwise there is nothing to print it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lawful:
    """The hand-set values of a firm, told apart."""

    kept: tuple[Override, ...]
    refused: tuple[SetAside, ...]


def lawful_overrides(firm: FirmAssessment, themes: Mapping[str, Theme]) -> Lawful:
    """Which values set by hand the engine accepts, each judged beside those accepted before it."""
    kept: list[Override] = []
    refused: list[SetAside] = []
    for override in firm.overrides:
        found = _refusal(firm, themes, override, kept)
        if found is None:
            kept.append(override)
        else:
            refused.append(found)
    return Lawful(kept=tuple(kept), refused=tuple(refused))


def build_lawful(
    firm: FirmAssessment, library: Library, *, edition: Edition | None = None
) -> tuple[Dossier, tuple[SetAside, ...]]:
    """The dossier of a firm whatever was set by hand: the row of a value set aside is computed, and says so."""
    lawful = lawful_overrides(firm, library.themes)
    dossier = build_dossier(replace(firm, overrides=lawful.kept), library, edition=edition)
    if not lawful.refused:
        return dossier, ()
    return replace(dossier, rows=tuple(_told(row, lawful.refused) for row in dossier.rows)), lawful.refused


def set_aside_words(found: SetAside) -> str:
    """The sentence printed on the row: which value, why, and what applies instead."""
    override = found.override
    value = "" if override.field is OverrideField.FIRST else f" {override.value}"
    return (
        f"Valeur fixée par l'employeur mise de côté ({FIELD_WORDS[override.field]}{value}) : {found.words} "
        "La valeur calculée s'applique."
    )


def _told(row: RiskRow, refused: Sequence[SetAside]) -> RiskRow:
    mine = [
        set_aside_words(each)
        for each in refused
        if (each.override.theme, each.override.situation, each.override.unit) == (row.theme, row.situation, row.unit)
    ]
    return replace(row, sentence=" ".join(part for part in (row.sentence, *mine) if part))


def _refusal(
    firm: FirmAssessment, themes: Mapping[str, Theme], override: Override, accepted: Sequence[Override]
) -> SetAside | None:
    """Why a hand-set value is refused beside those already accepted; None when it is not."""
    book = next((each for each in firm.books if each.theme == override.theme), None)
    if book is None:
        return SetAside(override=override, words="ce thème n'est pas évalué.", has_row=False)
    try:
        assessment = assess_theme(
            themes[book.theme], book, firm.establishment, as_of=firm.assessed_on, overrides=[*accepted, override]
        )
    except OverrideRefused as refused:
        return SetAside(override=override, words=refused.words, has_row=True)
    if (override.situation, override.unit) not in {(row.situation.id, row.unit.key) for row in assessment.rows}:
        words = "cette situation n'est pas retenue dans cette unité : rien n'y est coté."
        return SetAside(override=override, words=words, has_row=False)
    return None
