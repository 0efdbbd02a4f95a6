"""Whatever a firm may say comes back equal, and replaces whatever it had said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.answers import Answer, AnswerBook, SituationFacts, Value
from app.domain.establishment import Cse, Establishment, People, WorkUnit
from app.domain.inputs import ActionStatus, ChosenAction, FirmAssessment, Override, OverrideField
from app.models.engine import Database
from app.models.service import Service
from app.services.assessments import load_assessment, record_assessment
from tests.engines import NOON, service_in
from tests.services.firms import content_of

THEMES = ("chaleur", "routier", "chutes", "spsti.maison")
NUMBERS = count()
CONTENT = {theme: content_of(theme) for theme in THEMES}

words = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
codes = st.sampled_from(["oui", "non", "ne_sait_pas", "sans_objet", "a", "b"])
questions = st.sampled_from([f"ch_q{n}" for n in range(6)])
situations = st.sampled_from([f"s{n}" for n in range(4)])
unit_keys = st.sampled_from(["UT1", "UT2", "UT3"])
unit_or_all = st.one_of(st.just("*"), unit_keys)
counts = st.integers(0, 5_000)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
months = st.one_of(st.just("non"), st.just("2026-06"))
table_rows = st.lists(st.tuples(st.tuples(st.just("col"), words), st.tuples(st.just("other"), words)), min_size=1)
values: st.SearchStrategy[Value] = st.one_of(
    codes,
    words,
    st.lists(codes, max_size=3).map(tuple),
    st.decimals(allow_nan=False, allow_infinity=False),
    days,
    table_rows.map(tuple),
)

people = st.builds(
    People,
    total=counts,
    women=st.none() | counts,
    men=st.none() | counts,
    temps=counts,
    apprentices=counts,
)
units = st.lists(
    st.builds(
        WorkUnit,
        key=unit_keys,
        name=words,
        activities=words,
        places=words,
        people=people,
        flags=st.frozensets(st.sampled_from(["exterieur", "nuit", "isole"])),
        women_men=words,
    ),
    unique_by=lambda unit: unit.key,
    max_size=3,
).map(tuple)
establishments = st.builds(
    Establishment,
    name=words,
    siret=st.none() | st.sampled_from(["73282932000074", "35600000049837"]),
    naf=st.sampled_from(["43.91B", "10.71C"]),
    naf_label=words,
    naf_nomenclature=st.sampled_from(["rev2", "naf2025"]),
    sectors=st.frozensets(st.sampled_from(["btp", "hcr", "sap"])),
    headcount=counts,
    headcount_on=days,
    cse=st.sampled_from(Cse),
    employer_role=words,
    address=words,
    service=words,
    units=units,
)
facts = st.builds(
    SituationFacts,
    frequency=st.dictionaries(unit_or_all, st.none() | st.integers(1, 4), max_size=3),
    people=st.dictionaries(unit_keys, counts, max_size=2),
    words=st.dictionaries(unit_or_all, words, max_size=2),
    in_place=st.dictionaries(unit_or_all, words, max_size=2),
    checked_on=st.dictionaries(unit_or_all, months, max_size=2),
    accident=st.dictionaries(unit_or_all, st.booleans(), max_size=2),
)
books = st.lists(
    st.builds(
        AnswerBook,
        theme=st.sampled_from(THEMES),
        answers=st.dictionaries(
            st.tuples(questions, unit_or_all), st.builds(Answer, value=values, reason=words), max_size=6
        ),
        situations=st.dictionaries(situations, facts, max_size=3),
    ),
    unique_by=lambda book: book.theme,
    max_size=3,
).map(tuple)
own_words = st.tuples(st.none(), words)
measures = st.tuples(st.sampled_from(["m1", "m2"]), st.none())


@st.composite
def actions(draw: st.DrawFn) -> ChosenAction:
    measure, text = draw(st.one_of(own_words, measures))
    return ChosenAction(
        measure=measure,
        text=text,
        theme=draw(st.sampled_from(("", *THEMES))),
        situations=tuple(draw(st.lists(situations, max_size=3))),
        rank=draw(st.none() | st.sampled_from(["TECH", "INDIV"])),
        owner=draw(words),
        start=draw(st.none() | days),
        due=draw(st.none() | days),
        cost=draw(words),
        indicator=draw(words),
        conditions=draw(words),
        resources=draw(words),
        collective_sought=draw(words),
        status=draw(st.sampled_from(ActionStatus)),
        done_on=draw(st.none() | days),
    )


overrides = st.lists(
    st.builds(
        Override,
        theme=st.sampled_from(THEMES),
        situation=situations,
        unit=unit_keys,
        field=st.sampled_from(OverrideField),
        value=st.integers(1, 4),
        reason=words,
        measure=st.sampled_from(["", "m1"]),
        checked_on=st.sampled_from(["", "2026-06"]),
        author_role=words,
        made_on=st.none() | days,
    ),
    unique_by=lambda one: (one.theme, one.situation, one.unit, one.field),
    max_size=4,
).map(tuple)
firms = st.builds(
    FirmAssessment,
    assessed_on=days,
    establishment=establishments,
    books=books,
    actions=st.lists(actions(), max_size=4).map(tuple),
    overrides=overrides,
    validation=st.none(),
)

MANY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def come_back(database: Database, first: FirmAssessment, second: FirmAssessment) -> None:
    service = service_in(database, "ast")
    # An establishment of its own for each example: what another example claimed is not its business.
    key = record(
        database,
        service,
        replace(first, establishment=replace(first.establishment, siret=None, name=f"n{next(NUMBERS)}")),
        None,
    )
    for firm in (first, second, first):
        record(database, service, firm, key)
        with database.read(service_id=service.id) as session:
            assert load_assessment(session, key, assessed_on=firm.assessed_on) == firm


def record(database: Database, service: Service, firm: FirmAssessment, key: UUID | None) -> UUID:
    with database.unit_of_work(service_id=service.id) as uow:
        return record_assessment(uow, firm, service=service, content=CONTENT, at=NOON, establishment_id=key)


@MANY
@given(first=firms, second=firms)
def test_a_firm_comes_back_on_sqlite(sqlite_database: Database, first: FirmAssessment, second: FirmAssessment) -> None:
    come_back(sqlite_database, first, second)


@settings(MANY, max_examples=12)
@given(first=firms, second=firms)
def test_a_firm_comes_back_on_postgresql(
    postgresql_database: Database, first: FirmAssessment, second: FirmAssessment
) -> None:
    come_back(postgresql_database, first, second)
