"""Every indicator, counted twice by two people: by the product in SQL, and by hand from the definitions."""

from __future__ import annotations

from datetime import date

import pytest

from app.models.affiliation import Affiliation
from app.models.engine import Database
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.fact import Fact
from app.models.service import Service
from app.services.indicators import Counted, IndicatorQuery, count_indicators
from questionnaires.naf import section_of
from tests.engines import MakeService
from tests.services.recount import Asked, Recount, Tables, Told
from tests.services.recount_world import World, raw_rows

YEAR = (date(2025, 1, 1), date(2025, 12, 31))
QUESTIONS = (
    Asked(*YEAR),
    Asked(*YEAR, theme="chaleur"),
    Asked(*YEAR, theme="nr"),
    Asked(*YEAR, section="F"),
    Asked(*YEAR, section="nr"),
    Asked(*YEAR, band="1-9"),
    Asked(*YEAR, band="nr"),
    Asked(*YEAR, sector="Nord"),
    Asked(*YEAR, sector="nr"),
    Asked(*YEAR, campaign="ete"),
    Asked(*YEAR, theme="routier", campaign="hiver"),
    Asked(*YEAR, theme="tms", section="C", band="10-49", sector="Sud"),
    Asked(date(2025, 3, 17), date(2025, 3, 17)),
    Asked(date(2026, 2, 1), date(2026, 2, 28), theme="chutes", section="I"),
    Asked(date(2010, 1, 1), date(2010, 12, 31)),
)


def tables_of(database: Database, service: Service) -> Tables:
    return Tables(
        facts=raw_rows(database, service.id, Fact),
        establishments=raw_rows(database, service.id, EstablishmentRow),
        states=raw_rows(database, service.id, EstablishmentState),
        affiliations=raw_rows(database, service.id, Affiliation),
        section_of=section_of,
    )


def as_told(counted: Counted) -> Told:
    return Told(
        counted.value,
        counted.numerator,
        counted.denominator,
        {(part.group, part.code): part.value for part in counted.parts},
    )


@pytest.mark.parametrize("seed", range(4))
def test_both_counts_agree_on_every_indicator(database: Database, make_service: MakeService, seed: int) -> None:
    service, other = make_service("un"), make_service("deux")
    World(database, service, seed, firms=4 + 10 * seed, facts=60 + 140 * seed)
    World(database, other, 1000 + seed, firms=5, facts=60)
    tables = tables_of(database, service)
    compared = 0
    for asked in QUESTIONS:
        by_hand = Recount(tables, asked).everything()
        query = IndicatorQuery(
            first=asked.first,
            last=asked.last,
            theme=asked.theme,
            section=asked.section,
            band=asked.band,
            sector=asked.sector,
            campaign=asked.campaign,
        )
        with database.read(service_id=service.id) as session:
            counted = {one.spec.code: as_told(one) for one in count_indicators(session, query)}
        assert set(counted) == set(by_hand)
        for code, told in by_hand.items():
            assert_same(code, asked, counted[code], told)
            compared += 1
    assert compared == len(QUESTIONS) * 26


def assert_same(code: str, asked: Asked, counted: Told, told: Told) -> None:
    where = f"{code} {asked}"
    assert counted.value == told.value, where
    if told.denominator is not None:
        assert counted.denominator == told.denominator, where
    if told.numerator is not None:
        assert counted.numerator == told.numerator, where
    assert counted.parts == told.parts, where
