"""What a file of members would do, or did: numbers first, then every row with its reason; kept as canonical JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

from app.intake.members_table import Remark, RowFault
from app.models.stored_values import canonical

MOST_LISTED: Final = 1_000
"""Firms and faults kept in a report; beyond, they are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmNamed:
    """A firm the report speaks of."""

    name: str
    siret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNewer:
    """A member whose own declaration is later than the file's, and stays."""

    line: int
    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """Everything an administrator reads before and after an import."""

    lines: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    left_out: int
    """Struck off already, and unknown here: not brought in."""
    ended: int
    """Members the file ends."""
    absent: tuple[FirmNamed, ...]
    """Members that are not in the file: nothing happens to them."""
    absent_count: int
    claimed: tuple[FirmNamed, ...]
    """SIRET of the file that somebody claims by himself: they wait on the page of claims."""
    claimed_count: int
    kept: tuple[KeptNewer, ...]
    kept_count: int
    faults: tuple[RowFault, ...]
    more_faults: int
    remarks: tuple[Remark, ...]
    ignored: tuple[str, ...]
    mark: str
    """Hash of what it does to each row: two equal marks do the same thing."""


def store_report(report: ImportReport) -> str:
    """The report as it is kept beside the file."""
    return canonical(asdict(report))


def read_report(text: str) -> ImportReport:
    """The report back from its text."""
    said = json.loads(text)
    said["absent"] = tuple(FirmNamed(**each) for each in said["absent"])
    said["claimed"] = tuple(FirmNamed(**each) for each in said["claimed"])
    said["kept"] = tuple(KeptNewer(**each) for each in said["kept"])
    said["faults"] = tuple(RowFault(**each) for each in said["faults"])
    said["remarks"] = tuple(Remark(**each) for each in said["remarks"])
    said["ignored"] = tuple(said["ignored"])
    return ImportReport(**said)
