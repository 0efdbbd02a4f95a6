"""The figures of a year as they leave the service: already hidden where they must be; no name, no SIRET."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.indicators import Spec
from app.domain.suppression import Shown

EVERYTHING = "tous les établissements du service, tous les thèmes"
"""Perimeter of a report that nothing filters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An indicator of the summary."""

    spec: Spec
    value: Shown
    numerator: Shown
    denominator: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One value of a one-way table, or one part of an indicator."""

    code: str
    label: str
    words: str
    """French words of the value."""
    value: Shown
    establishments: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """Acts of one month that are alike."""

    month: str
    """2026-03."""
    category: str
    theme: str
    format: str
    acts: Shown
    establishments: Shown
    participants: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that makes the figures less sure, and how often it happens."""

    words: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the workbook and the CSV files hold."""

    service: str
    first: date
    last: date
    made_on: date
    software: str
    units: int
    """Fewest establishments behind a printed number."""
    lines: tuple[Line, ...]
    parts: tuple[PartLine, ...]
    by_section: tuple[PartLine, ...]
    by_band: tuple[PartLine, ...]
    by_sector: tuple[PartLine, ...]
    acts: tuple[ActLine, ...]
    checks: tuple[Check, ...]
    perimeter: str = EVERYTHING
    """French: what the filters kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalRow:
    """A fact behind a number, with its establishment: never leaves the service."""

    code: str
    label: str
    establishment: str
    siret: str
    day: date
    theme: str
    act: str
    minutes: int | None
    quantity: int | None
    unit: str
