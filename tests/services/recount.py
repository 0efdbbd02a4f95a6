"""Counts every indicator again, slowly, from the rows of the tables: plain Python, no SQL, nothing of the product's.

Written from docs/indicators.md alone, by somebody who had not read how the product counts. Rows are plain dictionaries
of columns, as a reader with a spreadsheet would have them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]
NOT_SAID = "nr"

ENGAGING = ("theme_commence", "theme_termine", "theme_ecarte", "theme_soumis")
BANDS = (("0", 0, 0), ("1-9", 1, 9), ("10-49", 10, 49), ("50-249", 50, 249), ("250+", 250, 10**9))
LEVELS = {
    "SUPP": "suppression",
    "SUBST": "suppression",
    "TECH": "collective",
    "ORGA": "collective",
    "INDIV": "individuelle",
    "FORM": "formation",
}
STATES = {
    "inscrites": "action_retenue",
    "en_cours": "action_commencee",
    "realisees": "action_faite",
    "abandonnees": "action_abandonnee",
}


@dataclass(frozen=True)
class Asked:
    """The period, both days included, and the filters."""

    first: date
    last: date
    theme: str = ""
    section: str = ""
    band: str = ""
    sector: str = ""
    campaign: str = ""


@dataclass
class Told:
    """A number with what stands beside it; `parts` are keyed by (group, code)."""

    value: Decimal | None
    numerator: int | None = None
    denominator: int | None = None
    parts: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """The rows of one service."""

    facts: list[Row]
    establishments: list[Row]
    states: list[Row]
    affiliations: list[Row]
    section_of: Callable[[str], str | None]
    """NAF code -> letter of its section: a list of the INSEE, not a rule of ours."""


def band_of(headcount: int | None) -> str:
    """The band of a head count; empty when it is not known."""
    if headcount is None:
        return ""
    return next(code for code, low, high in BANDS if low <= headcount <= high)


def percent(numerator: int, denominator: int) -> Decimal | None:
    """100 x n / d, rounded half up to one decimal; None on nothing."""
    if denominator == 0:
        return None
    exact = Fraction(100 * numerator, denominator)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


class Recount:
    """Counts for one question."""

    def __init__(self, tables: Tables, asked: Asked) -> None:
        self.tables, self.asked = tables, asked
        self.home = {row["id"]: row for row in tables.establishments}
        voided = {row["voids_id"] for row in tables.facts if row["voids_id"] is not None}
        standing = [row for row in tables.facts if row["id"] not in voided]
        back = {
            row["subject"]
            for row in standing
            if row["kind"] == "soumission_retiree" and row["happened_on"] <= asked.last
        }
        self.valid = [
            row
            for row in standing
            if not self._refused(row) and not (row["kind"] == "theme_soumis" and row["subject"] in back)
        ]
        self.targets = {
            self.unit(row)
            for row in self.valid
            if row["kind"] == "etablissement_cible"
            and row["campaign"] == asked.campaign
            and row["happened_on"] <= asked.last
            and row["establishment_id"] is not None
        }

    def _refused(self, row: Row) -> bool:
        place = row["establishment_id"]
        return place is not None and self.home[place]["claim_state"] == "refusee"

    def unit(self, row: Row) -> object:
        """The SIRET copied on the fact, or the establishment itself; None for a collective act."""
        place = row["establishment_id"]
        return None if place is None else row["siret"] or place

    def passes(self, row: Row, *, theme: bool = True) -> bool:
        """Whether a fact passes the filters, that of the theme apart when so asked."""
        asked = self.asked
        if theme and asked.theme and row["kind"] != "invitation_envoyee" and not _is(row["theme"], asked.theme):
            return False
        if asked.section and not _is(row["section"], asked.section):
            return False
        if asked.band and not _is(band_of(row["headcount"]), asked.band):
            return False
        if asked.sector and not _is(row["sector"], asked.sector):
            return False
        if asked.campaign:
            reached = row["campaign"] == "" and self.unit(row) is not None and self.unit(row) in self.targets
            return row["campaign"] == asked.campaign or reached
        return True

    def picked(self, *kinds: str) -> list[Row]:
        """Valid facts of these kinds, in the period, that pass the filters."""
        first, last = self.asked.first, self.asked.last
        rows = (row for row in self.valid if row["kind"] in kinds and first <= row["happened_on"] <= last)
        return [row for row in rows if self.passes(row)]

    def units(self, rows: Iterable[Row]) -> set[object]:
        """Distinct establishments of facts."""
        return {self.unit(row) for row in rows} - {None}

    def pairs(self, kind: str) -> set[tuple[object, str]]:
        """Distinct (establishment, theme) of a kind."""
        return {(self.unit(row), row["theme"]) for row in self.picked(kind) if self.unit(row) is not None}

    def last_of(self, rows: Iterable[Row]) -> dict[object, Row]:
        """The last picked fact of each establishment."""
        found: dict[object, Row] = {}
        for row in sorted(rows, key=lambda row: (row["happened_on"], row["recorded_at"], str(row["id"]))):
            if self.unit(row) is not None:
                found[self.unit(row)] = row
        return found

    def everything(self) -> dict[str, Told]:
        """Every indicator by its code."""
        return {**self.portal(), **self.questionnaires(), **self.plans(), **self.coverage(), **self.log()}

    def portal(self) -> dict[str, Told]:
        """POR-01 to POR-05."""
        targeted = self.units(self.picked("etablissement_cible"))
        invited = self.units(self.picked("invitation_envoyee"))
        engaged = self.units(self.picked(*ENGAGING))
        return {
            "POR-01": _number(targeted),
            "POR-02": Told(None) if self.asked.theme else _number(invited),
            "POR-03": _rate(targeted & invited, targeted),
            "POR-04": _number(engaged),
            "POR-05": _rate(targeted & engaged, targeted),
            "POR-05b": _rate(invited & engaged, invited),
        }

    def questionnaires(self) -> dict[str, Told]:
        """POR-06 to POR-10."""
        begun, sent, read = self.pairs("theme_commence"), self.pairs("theme_soumis"), self.pairs("theme_relu")
        themes: dict[object, set[str]] = {}
        for unit, theme in sent:
            themes.setdefault(unit, set()).add(theme)
        several = {"1": 0, "2": 0, "3+": 0}
        for found in themes.values():
            several[str(len(found)) if len(found) < 3 else "3+"] += 1
        return {
            "POR-06": Told(
                Decimal(len(sent)),
                parts={("", "commences"): len(begun), ("", "soumis"): len(sent), ("", "relus"): len(read)},
            ),
            "POR-07": _rate(begun & sent, begun),
            "POR-08": Told(Decimal(len(themes)), parts={("", code): number for code, number in several.items()}),
            "POR-09": self.delay(),
            "POR-10": _number(self.pairs("section_produite")),
        }

    def delay(self) -> Told:
        """Median of the days between a submission and its reading."""
        days = []
        for read in self.picked("theme_relu"):
            sent = [
                row["happened_on"]
                for row in self.valid
                if row["kind"] == "theme_soumis" and read["subject"] and row["subject"] == read["subject"]
            ]
            if sent:
                days.append((read["happened_on"] - min(sent)).days)
        days.sort()
        middle = len(days) // 2
        if not days:
            return Told(None, denominator=0)
        median = Decimal(days[middle]) if len(days) % 2 else Decimal(days[middle - 1] + days[middle]) / 2
        return Told(median, denominator=len(days))

    def plans(self) -> dict[str, Told]:
        """POR-14 to POR-18."""
        done: dict[object, set[str]] = {}
        for row in self.picked("action_faite"):
            if self.unit(row) is not None:
                done.setdefault(self.unit(row), set()).add(row["subject"])
        due = {
            row["subject"]
            for row in self.valid
            if row["kind"] == "action_planifiee"
            and row["happened_on"] <= self.asked.last
            and row["due_on"] is not None
            and self.asked.first <= row["due_on"] <= self.asked.last
            and self.passes(row)
        }
        ever = {
            row["subject"]
            for row in self.valid
            if row["kind"] == "action_faite" and row["happened_on"] <= self.asked.last
        }
        return {
            "POR-14": _number(self.units(self.picked("action_planifiee"))),
            "POR-15": self.actions(),
            "POR-16": _rate(due & ever, due),
            "POR-17": _number(done),
            "POR-18": _number([unit for unit, subjects in done.items() if len(subjects) > 1]),
        }

    def actions(self) -> Told:
        """Actions by what they reached in the period, and by level."""
        chosen = _first_rank(row for row in self.valid if row["kind"] == "action_retenue")
        parts: dict[tuple[str, str], int] = {}
        for state, kind in STATES.items():
            said = _first_rank(self.picked(kind))
            parts["total", state] = len(said)
            for subject, rank in said.items():
                level = LEVELS.get(chosen.get(subject, "") if state == "abandonnees" else rank, "autre")
                parts[state, level] = parts.get((state, level), 0) + 1
        return Told(Decimal(parts["total", "realisees"]), parts=parts)

    def coverage(self) -> dict[str, Told]:
        """POR-21 to POR-24."""
        lasts = self.last_of(self.picked(*ENGAGING))
        known = [row for row in lasts.values() if row["headcount"] is not None]
        small = [row for row in known if row["headcount"] < 10]
        bands = _parts("band", (band_of(row["headcount"]) or NOT_SAID for row in lasts.values()))
        spread = {
            **_parts("section", (row["section"] or NOT_SAID for row in lasts.values())),
            **_parts("band", (band_of(row["headcount"]) or NOT_SAID for row in lasts.values())),
            **_parts("sector", (row["sector"] or NOT_SAID for row in lasts.values())),
        }
        workers = sum(row["headcount"] for row in known)
        sizes = {("", "connu"): len(known), ("", NOT_SAID): len(lasts) - len(known)}
        share = _rate(small, known)
        share.parts = bands
        return {
            "POR-21": Told(Decimal(workers), denominator=len(known), parts=sizes),
            "POR-22": Told(None) if self.asked.campaign else self.covered(),
            "POR-23": share,
            "POR-24": Told(Decimal(len(lasts)), parts=spread),
        }

    def covered(self) -> Told:
        """Members on the last day, and those of them that are engaged."""
        asked = self.asked
        members = {row["siret"] or row["id"] for row in self.tables.establishments if self.is_member(row)}
        alone = Recount(self.tables, Asked(first=asked.first, last=asked.last, theme=asked.theme))
        return _rate(members & alone.units(alone.picked(*ENGAGING)), members)

    def is_member(self, row: Row) -> bool:
        """Whether an establishment is a member on the last day, and passes the filters by what it is."""
        if row["attachment"] != "rattache" or row["claim_state"] != "":
            return False
        link = self._latest(self.tables.affiliations, row)
        day, asked = self.asked.last, self.asked
        if link is not None:
            if link["until"] is not None and link["until"] < day:
                return False
            if link["since"] is not None and link["since"] > day:
                return False
        state = self._latest(self.tables.states, row)
        section = self.tables.section_of(state["naf"]) if state is not None else None
        band = band_of(state["headcount"]) if state is not None else ""
        wanted = ((asked.section, section), (asked.band, band), (asked.sector, row["sector"]))
        return all(not filter_ or _is(value, filter_) for filter_, value in wanted)

    @staticmethod
    def _latest(rows: list[Row], of: Row) -> Row | None:
        of_it = [row for row in rows if row["establishment_id"] == of["id"]]
        return max(of_it, key=lambda row: row["seq"], default=None)

    def log(self) -> dict[str, Told]:
        """JOU-01 to JOU-13."""
        acts = [row for row in self.picked("acte_note", "seance_tenue", "theme_relu") if row["category"]]
        met = [row for row in acts if row["kind"] != "seance_tenue"]
        sessions, present = self.picked("seance_tenue"), self.picked("presence")
        people = sum(int(row["quantity"] or 0) for row in present)
        by_role: dict[tuple[str, str], int] = {}
        for row in present:
            by_role["unit", row["unit"]] = by_role.get(("unit", row["unit"]), 0) + int(row["quantity"] or 0)
        return {
            "JOU-01": Told(Decimal(len(acts)), parts=_parts("category", (row["category"] for row in acts))),
            "JOU-02": _number(self.units([*met, *present])),
            "JOU-07": _number(self.units(row for row in met if row["category"] == "aide_duerp")),
            "JOU-11": Told(
                Decimal(len(sessions)),
                parts={
                    **_parts("category", (row["category"] or NOT_SAID for row in sessions)),
                    **_parts("format", (row["format"] or NOT_SAID for row in sessions)),
                },
            ),
            "JOU-12": Told(Decimal(people), parts={key: number for key, number in by_role.items() if number}),
            "JOU-13": _number(self.units(present)),
        }


def _first_rank(rows: Iterable[Row]) -> dict[str, str]:
    """Each action with the rank its facts carry, the first in the order of the alphabet."""
    found: dict[str, str] = {}
    for row in rows:
        found[row["subject"]] = min(row["format"], found.get(row["subject"], row["format"]))
    return found


def _is(value: str | None, wanted: str) -> bool:
    return not value if wanted == NOT_SAID else value == wanted


def _number(found: Collection[object]) -> Told:
    return Told(Decimal(len(found)))


def _rate(part: Collection[object], whole: Collection[object]) -> Told:
    return Told(percent(len(part), len(whole)), numerator=len(part), denominator=len(whole))


def _parts(group: str, codes: Iterable[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for code in codes:
        found[group, code] = found.get((group, code), 0) + 1
    return found
