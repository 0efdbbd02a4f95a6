"""The establishment and its work units, as the engine sees them: facts, no database identity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

EVERY_UNIT = "*"
"""Key of an answer that holds for all units."""

NO_ROW = "*"
"""Row key of an answer that is not a row of a table."""


class Cse(StrEnum):
    """Situation of the CSE (comité social et économique)."""

    NONE = "aucun"
    ELECTED = "elu"
    VACANT = "carence"


SEX_COUNTS_FROM = 5
"""Persons in a unit from which its women and men are counted in print: under it, one of them could be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Head counts of a work unit, in persons; `temps` and `apprentices` are part of `total`."""

    total: int
    women: int | None = None
    men: int | None = None
    temps: int = 0
    apprentices: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkUnit:
    """People who do the same real work and meet the same dangers (article R4121-1)."""

    key: str
    """Stable key, `UT1`, `UT2`...; never given to another unit."""
    name: str
    activities: str
    places: str
    people: People
    flags: frozenset[str]
    """Among `exterieur`, `nuit`, `isole`, `deplacements`, `domicile`."""
    women_men: str
    """The employer's words on how the work touches women and men differently (L4121-3); empty when not said."""


UNIT_FLAGS: dict[str, str] = {
    "exterieur": "travail dehors",
    "nuit": "travail de nuit",
    "isole": "travail seul",
    "deplacements": "déplacements",
    "domicile": "chez des particuliers",
}
"""Flags a work unit may carry, with the words printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """An establishment on one day, with its work units in order."""

    name: str
    siret: str | None
    """14 digits, checked by their key; None while it is not known."""
    naf: str
    """NAF code with its dot: `43.91B`."""
    naf_label: str
    naf_nomenclature: str
    """`rev2` today; NAF 2025 applies from 2027-01-01."""
    sectors: frozenset[str]
    """Sector ids of `sectors.toml` the NAF code belongs to."""
    headcount: int
    headcount_on: date
    cse: Cse
    employer_role: str
    """Function of the employer (« gérante »), never a name."""
    address: str
    service: str
    """Name of the SPSTI; empty when it is not known."""
    units: tuple[WorkUnit, ...]

    def unit(self, key: str) -> WorkUnit:
        """The unit of that key; raises KeyError when there is none."""
        for unit in self.units:
            if unit.key == key:
                return unit
        raise KeyError(key)
