"""A service of 60,000 establishments with five years of acts, written straight into a SQLite file."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from app.domain.acts import FactKind

ESTABLISHMENTS = 60_000
YEARS = range(2022, 2027)
THEMES = ("chaleur", "rps", "pdp", "chimique", "chutes")
SECTORS = ("Nord", "Centre", "Littoral", "Est", "")
NAF = ("43.91B", "56.10A", "47.11D", "01.21Z", "25.62B", "86.90D", "96.02A", "49.41A", "")
HEADCOUNTS = (0, 1, 2, 3, 4, 6, 8, 12, 25, 60, 300)
CATEGORIES = ("visite_entreprise", "aide_duerp", "etude_poste", "conseil", "metrologie")
RANKS = ("SUPP", "TECH", "ORGA", "FORM", "INDIV", "VERIF")
AT = "2026-01-01 09:00:00.000000"

FACT = (
    *("id", "service_id", "establishment_id", "kind", "subject", "happened_on", "recorded_at", "actor_role"),
    *("profession", "theme", "campaign", "contract_action", "pathway_step", "minutes", "quantity", "unit", "format"),
    *("source", "siret", "naf", "naf_nomenclature", "section", "headcount", "territory", "voids_id", "voids_kind"),
    *("category", "sector", "due_on"),
)
EMPTY = (
    *("subject", "profession", "theme", "campaign", "contract_action", "pathway_step", "unit", "format", "voids_kind"),
    *("category", "sector"),
)
BLANK = dict.fromkeys(FACT) | dict.fromkeys(EMPTY, "")


@dataclass(kw_only=True)
class Firm:
    """One establishment of the made-up service."""

    id: str
    siret: str | None
    naf: str
    section: str | None
    headcount: int
    sector: str
    double: bool = False


@dataclass(kw_only=True)
class World:
    """What is being written."""

    service_id: str
    seed: random.Random = field(default_factory=lambda: random.Random(20261125))
    firms: list[Firm] = field(default_factory=list)
    facts: list[tuple[object, ...]] = field(default_factory=list)

    def key(self) -> str:
        """An identity, the same at each run."""
        return UUID(int=self.seed.getrandbits(128), version=4).hex

    def note(self, firm: Firm | None, kind: FactKind, on: date, **said: object) -> str:
        """One fact; what is not said is empty."""
        row = BLANK | {
            "id": self.key(),
            "service_id": self.service_id,
            "kind": kind.value,
            "happened_on": on.isoformat(),
            "recorded_at": AT,
            "actor_role": "essai",
            "source": "import",
        }
        if firm is not None:
            row |= {
                "establishment_id": firm.id,
                "siret": firm.siret,
                "naf": firm.naf,
                "naf_nomenclature": "rev2",
                "section": firm.section,
                "headcount": firm.headcount,
                "territory": "34000",
                "sector": firm.sector,
            }
        row |= said
        self.facts.append(tuple(row.values()))
        return str(row["id"])


def build_world(path: Path, service_id: UUID, *, establishments: int = ESTABLISHMENTS) -> int:
    """Fills the database of that service; returns how many facts it holds."""
    world = World(service_id=service_id.hex)
    world.firms = [_firm(world, number) for number in range(establishments)]
    for year in YEARS:
        _year(world, year)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -600000")  # keys are random: every page of every index stays at hand
        _write_firms(connection, world)
        marks = ", ".join("?" * len(FACT))
        connection.executemany(f"INSERT INTO fact ({', '.join(FACT)}) VALUES ({marks})", world.facts)
        connection.commit()
        connection.execute("ANALYZE")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(world.facts)


def _firm(world: World, number: int) -> Firm:
    seed = world.seed
    naf = seed.choice(NAF)
    siret = None if number % 40 == 0 else f"{number // 50 * 50 if number % 50 == 1 else number:014d}"
    sections = {"43": "F", "56": "I", "47": "G", "01": "A", "25": "C", "86": "Q", "96": "S", "49": "H"}
    return Firm(
        id=world.key(),
        siret=siret,
        naf=naf,
        section=sections.get(naf[:2]),
        headcount=seed.choices(HEADCOUNTS, weights=(5, 20, 15, 12, 10, 10, 6, 8, 8, 4, 2))[0],
        sector=seed.choice(SECTORS),
        double=number % 50 == 1,
    )


def _year(world: World, year: int) -> None:
    seed = world.seed
    count = len(world.firms)
    start = date(year, 1, 1)

    def day() -> date:
        return start + timedelta(days=seed.randrange(300))

    for firm in seed.sample(world.firms, count // 8):
        on, theme = day(), seed.choice(THEMES)
        code = f"{theme}-{year}"
        world.note(firm, FactKind.TARGETED, on, campaign=code, theme=theme)
        sent = world.note(firm, FactKind.INVITED, on, campaign=code, format="courriel")
        if seed.random() < 0.03:
            world.note(firm, FactKind.INVITATION_FAILED, on, voids_id=sent, voids_kind=FactKind.INVITED.value)
    for firm in seed.sample(world.firms, count // 6):
        for theme in seed.sample(THEMES, seed.choice((1, 1, 1, 2))):
            _theme(world, firm, theme, day())
    for firm in seed.choices(world.firms, k=count // 5):
        _visit(world, firm, day())
    for _ in range(count // 200):
        _session(world, day())


def _theme(world: World, firm: Firm, theme: str, on: date) -> None:
    seed = world.seed
    world.note(firm, FactKind.ACCOUNT_OPENED, on)
    world.note(firm, FactKind.THEME_STARTED, on, theme=theme)
    if seed.random() < 0.8:
        world.note(firm, FactKind.THEME_FINISHED, on + timedelta(days=3), theme=theme)
        world.note(firm, FactKind.VERSION_MADE, on + timedelta(days=4), subject="version 1", theme=theme)
        world.note(firm, FactKind.SECTION_MADE, on + timedelta(days=4), subject="version 1", theme=theme)
    if seed.random() < 0.6:
        frozen = world.key()
        world.note(firm, FactKind.THEME_SUBMITTED, on + timedelta(days=5), theme=theme, subject=frozen)
        if seed.random() < 0.05:
            world.note(firm, FactKind.THEME_WITHDRAWN, on + timedelta(days=6), theme=theme, subject=frozen)
        elif seed.random() < 0.8:
            said = {"category": "aide_duerp", "format": "distance"} if seed.random() < 0.5 else {}
            later = on + timedelta(days=6 + seed.randrange(40))
            world.note(firm, FactKind.THEME_REVIEWED, later, theme=theme, subject=frozen, minutes=20, **said)
    for _ in range(seed.randrange(3)):
        _action(world, firm, theme, on + timedelta(days=6))


def _action(world: World, firm: Firm, theme: str, on: date) -> None:
    seed = world.seed
    said = {"theme": theme, "subject": str(UUID(world.key())), "format": seed.choice(RANKS)}
    world.note(firm, FactKind.ACTION_CHOSEN, on, **said)
    if seed.random() < 0.6:
        due = on + timedelta(days=seed.randrange(10, 300))
        first = world.note(firm, FactKind.ACTION_PLANNED, on, due_on=due.isoformat(), **said)
        if seed.random() < 0.25:
            moved = (due + timedelta(days=60)).isoformat()
            again = {"voids_id": first, "voids_kind": FactKind.ACTION_PLANNED.value, "due_on": moved}
            world.note(firm, FactKind.ACTION_PLANNED, on, **said | again)
    if seed.random() < 0.3:
        world.note(firm, FactKind.ACTION_STARTED, on + timedelta(days=10), **said)
    if seed.random() < 0.5:
        done = world.note(firm, FactKind.ACTION_DONE, on + timedelta(days=30), **said)
        if seed.random() < 0.05:
            world.note(
                firm,
                FactKind.ACTION_REOPENED,
                on + timedelta(days=31),
                voids_id=done,
                voids_kind=FactKind.ACTION_DONE.value,
                **said,
            )
    elif seed.random() < 0.1:
        world.note(firm, FactKind.ACTION_DROPPED, on + timedelta(days=30), **said | {"format": "cout"})


def _visit(world: World, firm: Firm, on: date) -> None:
    seed = world.seed
    said = {"category": seed.choice(CATEGORIES), "minutes": 60, "format": "sur_site", "theme": seed.choice(THEMES)}
    noted = world.note(firm, FactKind.LOGGED, on, **said)
    if seed.random() < 0.05:
        world.note(firm, FactKind.CORRECTED, on, voids_id=noted, voids_kind=FactKind.LOGGED.value)


def _session(world: World, on: date) -> None:
    seed = world.seed
    said = {"category": "atelier", "format": "collectif", "theme": seed.choice(THEMES)}
    held = world.note(None, FactKind.SESSION_HELD, on, minutes=180, **said)
    for firm in seed.sample(world.firms, 12):
        people = {"quantity": seed.randrange(1, 6) * 1000, "unit": seed.choice(("employeurs", "salaries"))}
        world.note(firm, FactKind.ATTENDED, on, subject=held, **said, **people)


def _write_firms(connection: sqlite3.Connection, world: World) -> None:
    company = world.key()
    connection.execute(
        "INSERT INTO company (id, service_id, name, created_at) VALUES (?, ?, 'Société', ?)",
        (company, world.service_id, AT),
    )
    connection.executemany(
        "INSERT INTO establishment (id, service_id, company_id, siret, name, address, created_at, attachment, sector, "
        "claim_state, "
        "row_version) VALUES (?, ?, ?, ?, ?, '', ?, 'rattache', ?, ?, 1)",
        [
            (f.id, world.service_id, company, f.siret, f"Firme {n}", AT, f.sector, "double" if f.double else "")
            for n, f in enumerate(world.firms)
        ],
    )
    connection.executemany(
        "INSERT INTO establishment_state (id, service_id, establishment_id, seq, stated_on, naf, naf_label, "
        "naf_nomenclature, sectors, headcount, headcount_on, cse, employer_role, service_name, recorded_at) "
        "VALUES (?, ?, ?, 1, '2022-01-01', ?, '', 'rev2', '[]', ?, '2022-01-01', 'aucun', '', '', ?)",
        [(world.key(), world.service_id, f.id, f.naf, f.headcount, AT) for f in world.firms],
    )
    connection.executemany(
        "INSERT INTO affiliation (id, service_id, establishment_id, seq, stated_on, member_number, sector, team, "
        "since, until, idcc, risk_code, source, recorded_at) VALUES (?, ?, ?, 1, '2022-01-01', '', ?, '', "
        "'2015-01-01', ?, '', '', 'import', ?)",
        [
            (world.key(), world.service_id, f.id, f.sector, "2024-06-30" if world.seed.random() < 0.04 else None, AT)
            for f in world.firms
        ],
    )
