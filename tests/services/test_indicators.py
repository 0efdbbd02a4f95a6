"""Indicators: SQL and the row-by-row interpreter agree on made-up services, on both engines; rows, breakdowns, cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.domain.activity import SIZE_BANDS
from app.domain.indicator_specs import BY_CODE, SPECS
from app.domain.indicators import NOT_SAID, Axis, Counted, IndicatorQuery
from app.models.engine import Database
from app.services.indicators import UnknownIndicator, breakdown, count_indicators, every_row_behind, rows_behind
from tests.engines import service_in
from tests.services.indicator_recount import Recount
from tests.services.indicator_worlds import tables_of, worlds, write_world

YEAR = IndicatorQuery(first=date(2026, 1, 1), last=date(2026, 12, 31))
_NAMES = (f"monde-{number}" for number in count())

queries = st.builds(
    IndicatorQuery,
    first=st.sampled_from((date(2025, 1, 1), date(2026, 1, 1))),
    last=st.sampled_from((date(2026, 6, 30), date(2026, 12, 31))),
    theme=st.sampled_from(("", "", "chaleur", NOT_SAID)),
    section=st.sampled_from(("", "", "F", "X", NOT_SAID)),
    band=st.sampled_from(("", "", "1-9", "250+", "9-9", NOT_SAID)),
    sector=st.sampled_from(("", "", "Nord", NOT_SAID)),
    campaign=st.sampled_from(("", "", "c1")),
)
many = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def filtered(query: IndicatorQuery, axis: Axis, value: str) -> IndicatorQuery:
    return {
        Axis.THEME: replace(query, theme=value),
        Axis.SECTION: replace(query, section=value),
        Axis.BAND: replace(query, band=value),
        Axis.SECTOR: replace(query, sector=value),
    }[axis]


def told(counted: Counted) -> object:
    parts = Counter({(part.group, part.code): part.value for part in counted.parts if part.value})
    return counted.spec.code, counted.value, counted.numerator, counted.denominator, parts


@many
@given(world=worlds, others=st.lists(queries, min_size=2, max_size=4))
def test_sql_and_the_interpreter_agree(database: Database, world: object, others: list[IndicatorQuery]) -> None:
    service = service_in(database, next(_NAMES))
    write_world(database, service, world)  # type: ignore[arg-type]  # hypothesis does not tell the type of what it draws
    with database.read(service_id=service.id) as session:
        tables = tables_of(session)
        for query in (YEAR, *others):
            recount = Recount(tables=tables, query=query)
            for counted in count_indicators(session, query):
                number, parts = recount.number(counted.spec)
                assert told(counted) == (counted.spec.code, *number, parts), query


@many
@given(world=worlds, query=queries, axis=st.sampled_from(Axis))
def test_a_breakdown_is_the_indicator_with_that_filter(
    database: Database, world: object, query: IndicatorQuery, axis: Axis
) -> None:
    service = service_in(database, next(_NAMES))
    write_world(database, service, world)  # type: ignore[arg-type]  # hypothesis does not tell the type of what it draws
    free = filtered(query, axis, "")
    with database.read(service_id=service.id) as session:
        tables = tables_of(session)
        for spec in SPECS:
            for cell in breakdown(session, spec.code, free, axis):
                number, _ = Recount(tables=tables, query=filtered(free, axis, cell.code)).number(spec)
                assert (cell.value, cell.numerator, cell.denominator) == number, (spec.code, cell)
                assert cell.largest <= max(cell.value or 0, cell.units) or spec.is_rate or cell.denominator


@many
@given(world=worlds, query=queries)
def test_the_rows_behind_a_count_are_as_many(database: Database, world: object, query: IndicatorQuery) -> None:
    service = service_in(database, next(_NAMES))
    write_world(database, service, world)  # type: ignore[arg-type]  # hypothesis does not tell the type of what it draws
    with database.read(service_id=service.id) as session:
        numbers = {counted.spec.code: counted.value for counted in count_indicators(session, query)}
        for code in ("JOU-01", "JOU-11"):
            assert len(list(every_row_behind(session, code, query))) == (numbers[code] or 0)
        for code in ("POR-04", "JOU-13"):
            rows = [row for row in every_row_behind(session, code, query) if row.establishment_id]
            assert len({row.siret or row.establishment_id for row in rows}) == (numbers[code] or 0)


def test_an_empty_service_counts_nothing_and_says_so(database: Database) -> None:
    service = service_in(database, "vide")
    with database.read(service_id=service.id) as session:
        found = {counted.spec.code: counted for counted in count_indicators(session, YEAR)}
        assert found["POR-04"].value == 0
        assert (found["POR-05"].value, found["POR-05"].denominator) == (None, 0)
        assert found["POR-09"].value is None
        assert [part.value for part in found["POR-06"].parts] == [0, 0, 0]
        assert rows_behind(session, "POR-04", YEAR).total == 0
        assert [cell.code for cell in breakdown(session, "POR-04", YEAR, Axis.SECTION)] == [NOT_SAID]
        assert breakdown(session, "POR-02", YEAR, "theme") == ()
        with pytest.raises(UnknownIndicator):
            rows_behind(session, "POR-99", YEAR)


def test_the_dashboard_takes_ten_statements_and_a_breakdown_three(database: Database) -> None:
    service = service_in(database, "garrigues")
    sent: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    with database.read(service_id=service.id) as session:
        count_indicators(session, YEAR)
        assert len([each for each in sent if each.startswith("SELECT")]) <= 10
        sent.clear()
        breakdown(session, "POR-06", YEAR, Axis.BAND)
        assert len([each for each in sent if each.startswith("SELECT")]) <= 3


def test_the_catalogue_is_told_in_words() -> None:
    assert len(BY_CODE) == len(SPECS)
    for spec in SPECS:
        assert spec.definition.endswith(".")
        assert spec.label
        assert spec.unit
        assert spec.formula
        assert spec.source in {"portail", "journal d'activité"}
    assert {band for band, *_ in SIZE_BANDS} == {"0", "1-9", "10-49", "50-249", "250+"}
