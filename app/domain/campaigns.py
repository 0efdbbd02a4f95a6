"""Campaigns: how the targets are chosen, what a pasted list of SIRET says, and the code a campaign's facts carry."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.domain.activity import SIZE_BANDS, size_band

MOST_TARGETS: Final = 20_000
"""Establishments one campaign may target."""
NOT_SAID: Final = "nr"
"""Section or band of an establishment that has not said its activity or its head count."""
_LONGEST_CODE: Final = 40
_CELLS: Final = re.compile(r"[\n;,\t]")
_BANDS: Final = {code: words for code, _first, _last, words in SIZE_BANDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A member of the service that a campaign may target."""

    establishment_id: UUID
    siret: str
    """Empty when it is not known."""
    section: str
    """Letter of the NAF section; empty when not said."""
    headcount: int | None
    sector: str
    """Sector of the service; empty when not said."""

    @property
    def band(self) -> str:
        """Code of its size; empty when not said."""
        return size_band(self.headcount)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChoice:
    """How targets are chosen: by what they are, or by a list of SIRET, which then stands alone.

    An empty set of sections, bands or sectors asks nothing.
    """

    sections: frozenset[str] = frozenset()
    bands: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    sirets: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a choice gives."""

    targets: tuple[Candidate, ...]
    unknown: tuple[str, ...]
    """SIRET of the list that no member of the service has, in the order of the list."""

    def counts(self) -> Counter[tuple[str, str]]:
        """Targets by section and band."""
        return Counter((each.section or NOT_SAID, each.band or NOT_SAID) for each in self.targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastedList:
    """A pasted list as it was understood."""

    sirets: tuple[str, ...]
    """Each once, in the order of the list."""
    unreadable: tuple[str, ...]
    """What is no SIRET, as it was typed, cut short."""


def choose(candidates: Iterable[Candidate], choice: TargetChoice) -> Chosen:
    """The candidates that a choice keeps, and the SIRET it names that none has."""
    if choice.sirets is None:
        return Chosen(targets=tuple(each for each in candidates if _fits(each, choice)), unknown=())
    wanted = set(choice.sirets)
    found = tuple(each for each in candidates if each.siret in wanted)
    known = {each.siret for each in found}
    return Chosen(targets=found, unknown=tuple(siret for siret in choice.sirets if siret not in known))


def read_list(text: str) -> PastedList:
    """The SIRET of a pasted list: one a line or separated by commas, semicolons or tabs, with or without spaces."""
    sirets: dict[str, None] = {}
    unreadable: dict[str, None] = {}
    for cell in _CELLS.split(text.replace("\r", "\n")):
        digits = "".join(cell.split())
        if not digits:
            continue
        if len(digits) == 14 and digits.isascii() and digits.isdigit():
            sirets[digits] = None
        else:
            unreadable["".join(sign if sign.isprintable() else " " for sign in cell.strip()[:30])] = None
    return PastedList(sirets=tuple(sirets), unreadable=tuple(unreadable))


def campaign_code(name: str, year: int, taken: AbstractSet[str]) -> str:
    """`chaleur-btp-2026` from « Chaleur BTP »: ASCII, and not one of those taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii").lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_CODE].strip("-") or "campagne"
    first = words if words.endswith(str(year)) else f"{words}-{year}"
    number, code = 2, first
    while code in taken:
        code, number = f"{first}-{number}", number + 1
    return code


def choice_words(choice: TargetChoice) -> str:
    """How the targets were chosen, in French: what the page of the campaign says of it afterwards."""
    if choice.sirets is not None:
        return "une liste de SIRET"
    said = [
        *_said("section", "sections", sorted(choice.sections)),
        *_said("effectif", "effectifs", [_BANDS[code] for code in _BANDS if code in choice.bands]),
        *_said("secteur", "secteurs", sorted(choice.sectors)),
    ]
    return " ; ".join(said) or "tous les adhérents"


def _said(one: str, several: str, words: Sequence[str]) -> list[str]:
    return [f"{one if len(words) == 1 else several} {', '.join(words)}"] if words else []


def _fits(candidate: Candidate, choice: TargetChoice) -> bool:
    return (
        (not choice.sections or candidate.section in choice.sections)
        and (not choice.bands or candidate.band in choice.bands)
        and (not choice.sectors or candidate.sector in choice.sectors)
    )
