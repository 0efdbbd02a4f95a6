"""Worlds to count in: a service with two years of facts of every kind, odd ones on purpose, drawn from a seed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from app.extensions import Base
from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.service import Service
from tests.services.recount import Row

DAY = date(2024, 12, 1)
DAYS = 760
THEMES = ("chaleur", "routier", "chutes", "tms")
NAF = ("10.71C", "43.91A", "01.24Z", "56.10A", "")
SECTORS = ("Nord", "Sud", "")
RANKS = ("SUPP", "SUBST", "TECH", "ORGA", "FORM", "INDIV", "")
CATEGORIES = ("visite_entreprise", "aide_duerp", "conseil", "autre", "")
FIRM_KINDS = (
    "etablissement_cible", "invitation_envoyee", "compte_ouvert", "theme_commence", "theme_commence", "theme_termine",
    "theme_ecarte", "theme_soumis", "theme_soumis", "section_produite", "document_valide", "document_transmis",
    "aide_demandee", "conseil_donne", "acte_note", "acte_note", "presence",
)  # fmt: skip


class World:
    """Draws the rows of one service."""

    def __init__(self, database: Database, service: Service, seed: int, *, firms: int, facts: int) -> None:
        self.draw = Random(seed)
        self.database, self.service = database, service
        self.places: list[UUID] = []
        self.sirets: dict[UUID | None, str | None] = {None: None}
        with database.unit_of_work(service_id=service.id) as uow:
            for number in range(firms):
                for row in self._firm(number):
                    uow.add(row)
                    uow.flush()
            rows = [fact for _ in range(facts) for fact in self._acts()]
            uow.add_all(rows)
            uow.flush()
            uow.add_all(self._voids(rows))

    def _firm(self, number: int) -> Iterator[Base]:
        draw, at = self.draw, datetime(2024, 12, 1, 8, tzinfo=UTC)
        company = Company(id=self._id(), siren=None, name=f"Firme {number}", created_at=at)
        # One SIRET in six is that of another row: the claim of a member, as after an import.
        siret = draw.choice((None, f"{draw.randrange(6 if draw.random() < 0.2 else 10**6):014}"))
        place = EstablishmentRow(
            id=self._id(),
            company_id=company.id,
            siret=siret,
            name=company.name,
            address="",
            created_at=at,
            attachment=draw.choice(("rattache", "rattache", "rattache", "a_rattacher")),
            claim_state=draw.choice(("", "", "", "", "double", "refusee")),
            sector=draw.choice(SECTORS),
        )
        self.places.append(place.id)
        self.sirets[place.id] = siret
        yield company
        yield place
        for seq in range(draw.choice((0, 1, 1, 2))):
            yield EstablishmentState(
                establishment_id=place.id, seq=seq + 1, stated_on=DAY, naf=draw.choice(NAF), naf_label="",
                naf_nomenclature="rev2", sectors="[]", headcount=draw.choice((0, 3, 9, 10, 49, 50, 300)),
                headcount_on=DAY, cse="aucun", employer_role="gérante", service_name="", recorded_at=at,
            )  # fmt: skip
        for seq in range(draw.choice((0, 1, 2))):
            yield Affiliation(
                establishment_id=place.id, seq=seq + 1, stated_on=DAY, member_number="", sector="", team="",
                since=draw.choice((None, self._day())), until=draw.choice((None, None, self._day())), record_on=None,
                duerp_on=None, idcc="", risk_code="", source="import", recorded_at=at,
            )  # fmt: skip

    def _acts(self) -> Iterator[Fact]:
        draw = self.draw
        told = draw.random()
        if told < 0.3:
            yield from self._action()
        elif told < 0.4:
            yield self._fact(None, draw.choice(("seance_tenue", "presence", "acte_note")))
        else:
            place, kind = draw.choice(self.places), draw.choice(FIRM_KINDS)
            fact = self._fact(place, kind)
            yield fact
            if kind == "theme_soumis":
                yield from self._after(place, fact)

    def _after(self, place: UUID, sent: Fact) -> Iterator[Fact]:
        """What becomes of a submission: read, sometimes twice, or taken back, before or after the counted year."""
        draw = self.draw
        for kind in draw.choice(((), ("theme_relu",), ("theme_relu", "theme_relu"), ("soumission_retiree",))):
            later = self._fact(place, kind)
            later.subject, later.theme = sent.subject, sent.theme
            later.happened_on = sent.happened_on + timedelta(days=draw.choice((0, 1, 4, 9, 200)))
            yield later

    def _action(self) -> Iterator[Fact]:
        """The life of one action of a plan."""
        draw, place, subject = self.draw, self.draw.choice(self.places), str(self._id())
        day = self._day()
        kinds = ["action_retenue", "action_planifiee", "action_commencee", "action_faite", "action_abandonnee"]
        for kind in sorted(draw.sample(kinds, draw.randint(1, 4)), key=kinds.index):
            for _ in range(2 if kind == "action_faite" and draw.random() < 0.2 else 1):
                fact = self._fact(place, kind)
                day += timedelta(days=draw.choice((0, 3, 60)))
                fact.subject, fact.happened_on = subject, day
                fact.format = draw.choice(RANKS) if kind != "action_abandonnee" else "cout"
                fact.due_on = draw.choice((None, self._day(), self._day())) if kind == "action_planifiee" else None
                yield fact

    def _fact(self, place: UUID | None, kind: str) -> Fact:
        draw, day = self.draw, self._day()
        naf = draw.choice(NAF) if place else ""
        log = kind in {"acte_note", "seance_tenue", "presence", "theme_relu"}
        placeless = kind == "invitation_envoyee"
        return Fact(
            id=self._id(),
            service_id=self.service.id,
            establishment_id=place,
            kind=kind,
            subject=str(self._id()),
            happened_on=day,
            recorded_at=datetime(day.year, day.month, day.day, draw.randrange(24), tzinfo=UTC),
            actor_role="",
            profession="",
            theme="" if placeless else draw.choice((*THEMES, "") if log else THEMES),
            campaign=draw.choice(("", "", "ete", "hiver")),
            contract_action="",
            pathway_step="",
            minutes=None,
            quantity=Decimal(draw.randrange(12)) if kind == "presence" and draw.random() < 0.9 else None,
            unit=draw.choice(("employeurs", "salaries")) if kind == "presence" else "",
            format=draw.choice(("collectif", "distance")) if log else "",
            source="portail",
            siret=self.sirets[place] if draw.random() < 0.85 else None,  # told in the middle of the year
            naf=naf or None,
            naf_nomenclature="rev2",
            section={"10": "C", "43": "F", "01": "A", "56": "I"}.get(naf[:2]),
            headcount=draw.choice((None, 0, 3, 9, 10, 60, 400)) if place else None,
            headcount_on=None,
            territory=None,
            category=draw.choice(CATEGORIES) if log else "",
            sector=draw.choice(SECTORS) if place else "",
        )

    def _voids(self, rows: list[Fact]) -> Iterator[Fact]:
        for row in self.draw.sample(rows, len(rows) // 12):
            fact = self._fact(row.establishment_id, "correction")
            fact.voids_id = row.id
            yield fact

    def _day(self) -> date:
        return DAY + timedelta(days=self.draw.randrange(DAYS))

    def _id(self) -> UUID:
        return UUID(int=self.draw.getrandbits(128), version=4)


def raw_rows(database: Database, service_id: UUID, table: type[Base]) -> list[Row]:
    """The rows of a table of one service, as plain dictionaries of its columns."""
    names = [column.key for column in inspect(table).column_attrs]
    with database.read(service_id=service_id) as session:
        found: list[dict[str, Any]] = [
            {name: getattr(row, name) for name in names} for row in session.scalars(select(table))
        ]
    return list(found)
