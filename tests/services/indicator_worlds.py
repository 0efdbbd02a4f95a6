"""Made-up services whose facts cover every rule of docs/indicators.md, and how they are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.acts import FactKind
from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.service import Service
from tests.services.indicator_recount import Tables

KINDS = tuple(kind for kind in FactKind if kind not in {FactKind.ACCOUNT_OPENED, FactKind.HELP_ASKED})
DAYS = tuple(date(2026, 1, 1) + timedelta(days=days) for days in (-40, -1, 0, 0, 31, 180, 364, 364, 365))
SIRETS = ("11111111100011", "11111111100029", "22222222200012")
FIRMS = 7

firm = st.fixed_dictionaries(
    {
        "siret": st.sampled_from((None, None, *SIRETS)),
        "attachment": st.sampled_from(("rattache", "rattache", "rattache", "a_rattacher")),
        "claim_state": st.sampled_from(("", "", "", "double", "refusee")),
        "sector": st.sampled_from(("", "Nord", "Sud")),
        "naf": st.sampled_from(("43.91B", "56.10A", "", "xx")),
        "headcount": st.sampled_from((0, 9, 10, 300)),
        "declared": st.booleans(),
        "until": st.sampled_from((None, None, date(2026, 6, 30), date(2026, 12, 31))),
        "since": st.sampled_from((None, date(2020, 1, 1), date(2027, 1, 1))),
    }
)
fact = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "firm": st.integers(-1, FIRMS - 1),
        "on": st.sampled_from(DAYS),
        "minute": st.integers(0, 2),
        "theme": st.sampled_from(("", "chaleur", "rps", "chutes")),
        "subject": st.sampled_from(("", "a", "b", "c")),
        "campaign": st.sampled_from(("", "", "c1", "c2")),
        "category": st.sampled_from(("", "aide_duerp", "conseil")),
        "format": st.sampled_from(("", "TECH", "INDIV", "collectif", "distance")),
        "quantity": st.sampled_from((None, 1, 12)),
        "unit": st.sampled_from(("employeurs", "salaries")),
        "section": st.sampled_from((None, "F", "I")),
        "headcount": st.sampled_from((None, 0, 9, 10, 300)),
        "sector": st.sampled_from(("", "Nord", "Sud")),
        "copies_siret": st.booleans(),
        "due": st.sampled_from((None, *DAYS)),
        "says_kind": st.sampled_from((True, True, True, False)),
        "voids": st.one_of(st.none(), st.none(), st.none(), st.integers(0, 60)),
    }
)
worlds = st.tuples(st.lists(firm, min_size=FIRMS, max_size=FIRMS), st.lists(fact, min_size=5, max_size=70))


def write_world(database: Database, service: Service, world: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> None:
    """Writes the firms and the facts of a world."""
    firms, facts = world
    at = datetime(2026, 1, 1, 9, tzinfo=UTC)
    with database.unit_of_work(service_id=service.id) as uow:
        company = Company(siren=None, name="Société", created_at=at)
        uow.add(company)
        uow.flush()
        places = [_establishment(uow, company.id, said, at) for said in firms]
        written: list[Fact] = []
        voided: set[UUID] = set()
        for said in facts:
            place = places[said["firm"]] if said["firm"] >= 0 else None
            target = written[said["voids"]] if said["voids"] is not None and said["voids"] < len(written) else None
            row = _fact(said, place, at, None if target is None or target.id in voided else target)
            voided |= {target.id} if target else set()
            uow.add(row)
            written.append(row)


def _establishment(uow: Session, company_id: UUID, said: dict[str, Any], at: datetime) -> EstablishmentRow:
    row = EstablishmentRow(
        company_id=company_id,
        siret=said["siret"],
        name="Firme",
        address="",
        created_at=at,
        attachment=said["attachment"],
        claim_state=said["claim_state"],
        sector=said["sector"],
    )
    uow.add(row)
    uow.flush()
    for seq, until in enumerate((date(2025, 1, 1), said["until"]), start=1):  # only the last one is true
        uow.add(
            Affiliation(
                **dict.fromkeys(("member_number", "sector", "team", "idcc", "risk_code"), ""),
                establishment_id=row.id,
                seq=seq,
                stated_on=date(2026, 1, 1),
                since=said["since"],
                until=until,
                record_on=None,
                duerp_on=None,
                source="import",
                recorded_at=at,
            )
        )
    if said["declared"]:
        for seq, headcount in enumerate((60, said["headcount"]), start=1):
            uow.add(_state(row.id, seq, said["naf"], headcount, at))
    return row


def _state(establishment_id: UUID, seq: int, naf: str, headcount: int, at: datetime) -> EstablishmentState:
    return EstablishmentState(
        establishment_id=establishment_id,
        seq=seq,
        stated_on=date(2026, 1, 1),
        naf=naf if seq > 1 else "01.11Z",
        naf_label="",
        naf_nomenclature="rev2",
        sectors="[]",
        headcount=headcount,
        headcount_on=date(2026, 1, 1),
        cse="aucun",
        employer_role="",
        service_name="",
        recorded_at=at,
    )


def _fact(said: dict[str, Any], place: EstablishmentRow | None, at: datetime, voids: Fact | None) -> Fact:
    return Fact(
        id=uuid4(),
        establishment_id=place.id if place else None,
        kind=said["kind"].value,
        subject=said["subject"],
        happened_on=said["on"],
        recorded_at=at + timedelta(minutes=said["minute"]),
        actor_role="essai",
        profession="",
        theme=said["theme"],
        campaign=said["campaign"],
        contract_action="",
        pathway_step="",
        quantity=None if said["quantity"] is None else Decimal(said["quantity"]),
        unit=said["unit"],
        format=said["format"],
        source="portail",
        siret=place.siret if place and said["copies_siret"] else None,
        section=said["section"] if place else None,
        headcount=said["headcount"] if place else None,
        sector=said["sector"] if place else "",
        category=said["category"],
        due_on=said["due"],
        voids_id=voids.id if voids else None,
        voids_kind=voids.kind if voids and said["says_kind"] else "",  # a fact of an earlier release never says it
    )


def tables_of(session: Session) -> Tables:
    """Every row the session's service holds."""
    return Tables(
        facts=session.scalars(select(Fact)).all(),
        establishments=session.scalars(select(EstablishmentRow)).all(),
        states=session.scalars(select(EstablishmentState)).all(),
        affiliations=session.scalars(select(Affiliation)).all(),
    )
