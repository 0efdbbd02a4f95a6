"""How much the queue costs with 500 and with 5,000 cases, and the page of a case, each beside its floors.

The queue is asked for twice by advisers who follow every sector; what is measured is the page itself, fifty lines long
in both. The case is one that was submitted twice, so that its page reads two dossiers and shows what changed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlalchemy import select

from app.domain.roles import Role
from app.models.advice import AdviceCase
from app.models.columns import TenantRow
from app.models.draft import AnswerRow
from app.models.engine import open_database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.models.migrate import upgrade
from bench.pages import AIM_STATEMENTS, Measure, measure
from tests.web.opened import roofer, submitted
from tests.web.people import Portal, open_portal

FEW, MANY = 500, 5_000
AIM_GROWTH = 3.0
"""How many times the CPU of the queue with 500 cases the one with 5,000 may cost."""


def fill(portal: Portal, count: int, *, seed: int = 1) -> None:
    """Makes that many firms with a case each, as a year of submissions would leave them."""
    chance = Random(seed)
    at = portal.clock.now
    layers: tuple[list[TenantRow], ...] = ([], [], [], [])
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        for number in range(count):
            company = Company(id=uuid4(), siren=None, name=f"Firme {number:05}", created_at=at)
            place = EstablishmentRow(
                id=uuid4(),
                company_id=company.id,
                siret=None,
                name=company.name,
                address="",
                created_at=at,
                postal_code=f"{chance.randrange(95):02}000",
                sector=chance.choice(["Nord", "Sud", "Est"]),
            )
            state = EstablishmentState(
                establishment_id=place.id,
                seq=1,
                stated_on=at.date(),
                naf="43.91B",
                naf_label="Travaux de couverture par éléments",
                naf_nomenclature="rev2",
                sectors='["btp"]',
                headcount=chance.randrange(1, 60),
                headcount_on=at.date(),
                cse="aucun",
                employer_role="gérante",
                service_name="",
                recorded_at=at,
            )
            rows: tuple[TenantRow, ...] = (company, place, state, _case(place, chance, portal))
            for layer, row in zip(layers, rows, strict=True):
                layer.append(row)
        for layer in layers:  # a parent before its children
            uow.add_all(layer)
            uow.flush()


def _case(place: EstablishmentRow, chance: Random, portal: Portal) -> AdviceCase:
    points = chance.randrange(1, 100)
    waits = chance.random() < 0.7
    reasons = [
        {"code": "relecture", "count": 1, "names": [], "points": 10, "theme": "chaleur"},
        {"code": "grave", "count": 3, "names": [], "points": points, "theme": ""},
    ]
    return AdviceCase(
        establishment_id=place.id,
        state="a_lire" if waits else "en_attente",
        need=points + 10,
        waiting_since=portal.clock.now - timedelta(days=chance.randrange(60)) if waits else None,
        awaited_on=None if waits else portal.today + timedelta(days=chance.randrange(-20, 20)),
        reasons=json.dumps(reasons, separators=(",", ":"), sort_keys=True),
        priorities='{"P1":2,"P2":1}',
        themes=" chaleur ",
        visited_on=None if chance.random() < 0.5 else portal.today - timedelta(days=chance.randrange(3000)),
        assigned_to=None,
        assigned_at=None,
    )


def _submitted_twice(portal: Portal) -> str:
    firm = roofer(portal)
    submitted(portal, firm)
    portal.clock.forward(minutes=30)
    with portal.database.unit_of_work(service_id=portal.service.id) as uow:
        row = uow.scalars(
            select(AnswerRow).where(AnswerRow.establishment_id == firm, AnswerRow.question == "ch_eau_fraiche")
        ).one()
        row.value, row.answered_at = '["words","non"]', portal.clock.now
    submitted(portal, firm)
    return f"/{portal.slug}/service/dossier/{firm}"


def _measured(folder: str, count: int) -> list[Measure]:
    address = f"sqlite:///{folder}/jalon-{count}.db"
    upgrade(address)
    with closing(open_database(address)), open_portal(address, Path(folder)) as portal:
        case = _submitted_twice(portal)
        fill(portal, count)
        client = portal.person(role=Role.ADVISER, function="ergonome")._client
        file = f"/{portal.slug}/service/file"
        found = [
            measure(portal, address, f"queue, {count} cases", lambda: client.get(file, buffered=True)),
            measure(portal, address, "  one motive", lambda: client.get(f"{file}?motif=relecture", buffered=True)),
        ]
        if count == FEW:
            found.append(measure(portal, address, "case, GET", lambda: client.get(case, buffered=True)))
        return found


def main() -> int:
    """Print the table."""
    print("page | statements | CPU ms | floor, ORM | ratio | floor, driver | ratio | p95 ms | bytes")
    queues: list[float] = []
    for count in (FEW, MANY):
        with tempfile.TemporaryDirectory() as folder:
            found = _measured(folder, count)
        queues.append(found[0].cpu_ms)
        for each in found:
            print(
                f"{each.name:<20} | {each.statements:>2} | {each.cpu_ms:6.2f} | {each.orm_ms:5.2f} | "
                f"{each.ratio:4.1f} | {each.driver_ms:5.2f} | {each.driver_ratio:4.1f} | {each.p95_ms:6.2f} | "
                f"{each.compressed:>6}"
            )
    print(f"CPU with {MANY} cases: {queues[1] / queues[0]:.2f} x that with {FEW}")
    print(f"aims: <= {AIM_STATEMENTS} statements, {MANY} cases <= {AIM_GROWTH:.0f} x the CPU of {FEW}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
