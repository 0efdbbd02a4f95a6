"""Column types: UTC instants, exact quantities, words both engines hold; answers as stored text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from app.domain.answers import Value
from app.models.document import keep_until
from app.models.engine import Database
from app.models.establishment import Company
from app.models.fact import Fact
from app.models.stored_values import read_value, store_value
from tests.engines import NOON, MakeService, service_in


def a_company(*, name: str = "x", created_at: datetime = NOON) -> Company:
    return Company(siren=None, name=name, created_at=created_at)


def a_fact(quantity: Decimal | None = None) -> Fact:
    words = dict.fromkeys(
        ("subject", "actor_role", "profession", "theme", "campaign", "contract_action", "pathway_step", "format"), ""
    )
    return Fact(
        **words, kind="atelier", happened_on=NOON.date(), recorded_at=NOON, source="saisie", unit="h", quantity=quantity
    )


def test_an_instant_comes_back_in_utc_with_its_microseconds(database: Database, make_service: MakeService) -> None:
    service = make_service("ast")
    in_paris = datetime(2026, 11, 21, 23, 59, 59, 123456, tzinfo=timezone(timedelta(hours=1)))
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add(Company(siren=None, name="x", created_at=in_paris))
    with database.read(service_id=service.id) as session:
        found = session.scalars(select(Company.created_at)).one()
    assert (found, found.tzinfo) == (in_paris, UTC)


REFUSED: dict[str, tuple[Callable[[], Company | Fact], str]] = {
    "instant": (lambda: a_company(created_at=NOON.replace(tzinfo=None)), "an instant without zone"),
    "null": (lambda: a_company(name="a\x00b"), "null character"),
    "surrogate": (lambda: a_company(name="\ud83d"), "surrogate"),
    "decimals": (lambda: a_fact(Decimal("0.0001")), "at most three decimals"),
    "not a number": (lambda: a_fact(Decimal("NaN")), "at most three decimals"),
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_one_engine_could_not_hold_is_refused_on_both(
    sqlite_database: Database, make: Callable[[], Company | Fact], words: str
) -> None:
    service = service_in(sqlite_database, "ast")
    with pytest.raises(StatementError, match=words), sqlite_database.unit_of_work(service_id=service.id) as uow:
        uow.add(make())


@pytest.mark.parametrize("quantity", [Decimal("12.5"), Decimal("-0.001"), Decimal("0"), Decimal("9007199254740.993")])
def test_a_quantity_comes_back_exact(database: Database, make_service: MakeService, quantity: Decimal) -> None:
    service = make_service("ast")
    with database.unit_of_work(service_id=service.id) as uow:
        uow.add_all([a_fact(quantity), a_fact(quantity)])
    with database.read(service_id=service.id) as session:
        assert list(session.scalars(select(Fact.quantity))) == [quantity, quantity]
        assert session.scalar(select(func.sum(Fact.quantity))) == 2 * quantity


texts = st.text(st.characters(exclude_categories=["Cs"]))
values: st.SearchStrategy[Value] = st.one_of(
    texts,
    st.lists(texts).map(tuple),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.lists(st.lists(st.tuples(texts, texts)).map(tuple), min_size=1).map(tuple),
)


@given(values)
def test_every_answer_comes_back_as_it_was(value: Value) -> None:
    text = store_value(value)
    found = read_value(text)
    assert (found, type(found)) == (value, type(value))
    assert str(found) == str(value)
    assert store_value(found) == text


def test_answers_are_stored_in_words_a_reader_understands() -> None:
    assert [
        store_value("été"),
        store_value(("a", "b")),
        store_value(Decimal("12.50")),
        store_value(date(2026, 11, 21)),
        store_value(((("mesure", "eau"), ("jaune", "3 l")),)),
    ] == [
        '["words","été"]',
        '["codes",["a","b"]]',
        '["number","12.50"]',
        '["day","2026-11-21"]',
        '["rows",[[["mesure","eau"],["jaune","3 l"]]]]',
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_an_answer_is_a_finite_number(number: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        store_value(Decimal(number))


def test_an_unknown_tag_is_refused() -> None:
    with pytest.raises(ValueError, match="'float'"):
        read_value('["float",1]')


def test_versions_are_kept_forty_years() -> None:
    assert keep_until(date(2026, 11, 21)) == date(2066, 11, 21)
    assert keep_until(date(2028, 2, 29)) == date(2068, 2, 29)
    assert keep_until(date(2060, 2, 29)) == date(2100, 3, 1)
