"""What a firm said comes back as it was said, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select

from app.domain.answers import Answer, AnswerBook, SituationFacts
from app.domain.inputs import FirmAssessment, Override, OverrideField
from app.domain.workflow import State
from app.models.content import ContentVersion
from app.models.draft import AnswerRow, ChosenActionRow, ThemeDraft
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.service import Service
from app.models.tenancy import TenancyError
from app.services.assessments import load_assessment, record_assessment
from app.services.establishments import AmbiguousEstablishment, UnknownEstablishment
from tests.engines import NOON, MakeService
from tests.services.firms import CONTENT, ROOFER, content_of

LATER = NOON + timedelta(hours=3)
DAY = ROOFER.assessed_on


def record(
    database: Database,
    service: Service,
    firm: FirmAssessment = ROOFER,
    *,
    establishment_id: UUID | None = None,
    content: dict[str, tuple[str, str, str]] = CONTENT,
) -> UUID:
    at = LATER if establishment_id else NOON
    with database.unit_of_work(service_id=service.id) as uow:
        return record_assessment(uow, firm, service=service, content=content, at=at, establishment_id=establishment_id)


def load(database: Database, service: Service, key: UUID, day: date = DAY) -> FirmAssessment:
    with database.read(service_id=service.id) as session:
        return load_assessment(session, key, assessed_on=day)


def said(firm: FirmAssessment) -> FirmAssessment:
    """The firm without its validation, which is not part of the draft."""
    return replace(firm, validation=None)


def roofer_saying(answers: dict[tuple[str, str], Answer]) -> FirmAssessment:
    return replace(ROOFER, books=(AnswerBook(theme="chaleur", answers=answers),))


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("ast")


def test_a_firm_comes_back_as_it_was_recorded(database: Database, service: Service) -> None:
    key = record(database, service)
    assert load(database, service, key) == said(ROOFER)


def test_both_engines_give_answers_in_one_order(database: Database, service: Service) -> None:
    yes = Answer(value="oui")
    places = [(f"ch_{n}", unit) for n in (3, 1, 2) for unit in ("UT2", "*", "UT1")]
    facts = SituationFacts(words={"UT2": "b", "*": "c", "UT1": "a"})
    book = AnswerBook(
        theme="chaleur", answers=dict.fromkeys(places, yes), situations={"source": facts, "combles": facts}
    )
    key = record(database, service, replace(ROOFER, books=(book,)))
    (found,) = load(database, service, key).books
    assert list(found.answers) == sorted(places)
    assert list(found.situations) == ["combles", "source"]
    assert list(found.situations["source"].words) == ["*", "UT1", "UT2"]


def test_recording_again_changes_nothing(database: Database, service: Service) -> None:
    key = record(database, service)
    before = versions(database, service)
    assert record(database, service) == key
    assert record(database, service, establishment_id=key) == key
    assert load(database, service, key) == said(ROOFER)
    assert versions(database, service) == before


def test_only_what_differs_is_written(database: Database, service: Service) -> None:
    yes, no = Answer(value="oui"), Answer(value="non")
    key = record(database, service, roofer_saying({("a", "*"): yes, ("b", "*"): yes, ("c", "*"): yes}))
    firm = roofer_saying({("a", "*"): yes, ("b", "*"): no, ("d", "*"): yes})
    record(database, service, firm, establishment_id=key)
    assert load(database, service, key) == said(firm)
    with database.read(service_id=service.id) as session:
        found = {row.question: (row.row_version, row.answered_at) for row in session.scalars(select(AnswerRow))}
    assert found == {"a": (1, NOON), "b": (2, LATER), "d": (1, LATER)}


def test_an_answer_says_who_gave_it(database: Database, service: Service) -> None:
    record(database, service)
    with database.read(service_id=service.id) as session:
        assert set(session.scalars(select(AnswerRow.author_role))) == {"gérante"}


def test_what_was_declared_is_kept_by_day(database: Database, service: Service) -> None:
    key = record(database, service)
    hired = replace(
        ROOFER,
        assessed_on=date(2027, 1, 4),
        establishment=replace(ROOFER.establishment, headcount=12, headcount_on=date(2027, 1, 1)),
    )
    record(database, service, hired, establishment_id=key)
    record(database, service, hired, establishment_id=key)
    assert load(database, service, key, date(2027, 1, 4)) == said(hired)
    assert load(database, service, key, date(2027, 1, 3)).establishment.headcount == 9
    assert load(database, service, key, date(2020, 1, 1)).establishment.headcount == 9
    with database.read(service_id=service.id) as session:
        query = select(EstablishmentState.seq, EstablishmentState.stated_on).order_by(EstablishmentState.seq)
        assert session.execute(query).all() == [(1, DAY), (2, date(2027, 1, 4))]


def test_a_correction_of_the_same_day_prevails(database: Database, service: Service) -> None:
    key = record(database, service)
    corrected = replace(ROOFER, establishment=replace(ROOFER.establishment, headcount=10))
    record(database, service, corrected, establishment_id=key)
    assert load(database, service, key) == said(corrected)


def test_a_unit_that_goes_is_archived_and_may_come_back(database: Database, service: Service) -> None:
    key = record(database, service)
    alone = replace(
        ROOFER, establishment=replace(ROOFER.establishment, units=ROOFER.establishment.units[1:]), actions=()
    )
    record(database, service, alone, establishment_id=key)
    assert load(database, service, key) == said(alone)
    record(database, service, replace(alone, assessed_on=DAY + timedelta(days=30)), establishment_id=key)
    with database.read(service_id=service.id) as session:
        units = select(WorkUnitRow.key, WorkUnitRow.archived_on).order_by(WorkUnitRow.key)
        assert session.execute(units).all() == [("UT1", None), ("UT2", DAY)]
        assert list(session.scalars(select(ChosenActionRow.archived_on))) == [DAY, DAY]
    record(database, service, establishment_id=key)
    assert load(database, service, key) == said(ROOFER)
    with database.read(service_id=service.id) as session:
        assert session.scalar(select(func.count()).select_from(WorkUnitRow)) == 2
        assert session.scalar(select(func.count()).select_from(ChosenActionRow)) == 2


def test_actions_keep_their_identity_when_their_order_changes(database: Database, service: Service) -> None:
    twice = replace(ROOFER, actions=(*ROOFER.actions, ROOFER.actions[0]))
    key = record(database, service, twice)
    before = action_ids(database, service)
    turned = replace(ROOFER, actions=twice.actions[::-1])
    record(database, service, turned, establishment_id=key)
    assert load(database, service, key) == said(turned)
    assert action_ids(database, service) == before


def test_a_theme_that_is_no_longer_given_takes_its_answers_away(database: Database, service: Service) -> None:
    key = record(database, service)
    routier = AnswerBook(theme="routier", answers={("rr_x", "*"): Answer(value="oui")})
    record(database, service, replace(ROOFER, books=(routier,), overrides=()), establishment_id=key)
    assert load(database, service, key).books == (routier,)


def test_a_draft_keeps_its_state_and_follows_the_content(database: Database, service: Service) -> None:
    key = record(database, service)
    with database.unit_of_work(service_id=service.id) as uow:
        draft = uow.scalars(select(ThemeDraft).where(ThemeDraft.theme == "chaleur")).one()
        assert draft.state == State.IN_PROGRESS
        draft.state = State.SUBMITTED.value
    record(database, service, establishment_id=key, content={**CONTENT, "chaleur": content_of("chaleur", "2")})
    with database.read(service_id=service.id) as session:
        query = (
            select(ThemeDraft.state, ContentVersion.version, ContentVersion.source)
            .join(ContentVersion, ThemeDraft.content_version_id == ContentVersion.id)
            .where(ThemeDraft.theme == "chaleur")
        )
        assert session.execute(query).one() == ("soumis", "2", content_of("chaleur", "2")[2])
        assert session.scalar(select(func.count()).select_from(ContentVersion)) == 3


def test_the_establishment_is_found_by_its_siret(database: Database, service: Service) -> None:
    key = record(database, service)
    renamed = replace(ROOFER, establishment=replace(ROOFER.establishment, name="Autre nom"))
    assert record(database, service, renamed) == key
    second = replace(ROOFER, establishment=replace(ROOFER.establishment, siret="73282932000082"))
    assert record(database, service, second) != key
    with database.read(service_id=service.id) as session:
        assert list(session.scalars(select(Company.siren))) == ["732829320"]


def test_without_siret_the_establishment_is_found_by_its_name(database: Database, service: Service) -> None:
    nameless = replace(ROOFER, establishment=replace(ROOFER.establishment, siret=None))
    key = record(database, service, nameless)
    assert record(database, service, nameless) == key
    assert record(database, service, ROOFER) != key
    record(
        database,
        service,
        replace(ROOFER, establishment=replace(ROOFER.establishment, siret="73282932000082")),
        establishment_id=key,
    )
    with database.read(service_id=service.id) as session:
        row = session.scalars(select(EstablishmentRow).where(EstablishmentRow.id == key)).one()
        company = session.scalars(select(Company).where(Company.id == row.company_id)).one()
        assert (row.siret, company.siren) == ("73282932000082", "732829320")


@pytest.mark.parametrize("attachment", ["a_rattacher", "essai"])
def test_what_a_stranger_claims_receives_nothing_of_the_firm(
    database: Database, service: Service, attachment: str
) -> None:
    claimed = record(database, service, ROOFER)
    with database.unit_of_work(service_id=service.id) as uow:
        uow.get_one(EstablishmentRow, claimed).attachment = attachment
    assert record(database, service, ROOFER) != claimed


def test_two_claims_on_one_siret_are_not_mixed(database: Database, service: Service) -> None:
    other = replace(ROOFER, establishment=replace(ROOFER.establishment, siret=None))
    key = record(database, service, other)
    record(database, service)
    record(database, service, establishment_id=key)
    with pytest.raises(AmbiguousEstablishment, match="2 établissements répondent à 73282932000074"):
        record(database, service)


def test_an_establishment_of_another_service_does_not_exist(
    database: Database, service: Service, make_service: MakeService
) -> None:
    key = record(database, service)
    stranger = make_service("autre")
    for unknown in (key, uuid4()):
        with pytest.raises(UnknownEstablishment):
            load(database, stranger, unknown)
        with pytest.raises(UnknownEstablishment):
            record(database, stranger, establishment_id=unknown)
    assert record(database, stranger) != key
    with (
        pytest.raises(TenancyError, match="works for another service"),
        database.unit_of_work(service_id=stranger.id) as uow,
    ):
        record_assessment(uow, ROOFER, service=service, content=CONTENT, at=NOON)


TWICE = Override(theme="chaleur", situation="dehors", unit="UT1", field=OverrideField.FIRST, value=1)
IMPOSSIBLE: dict[str, tuple[FirmAssessment, str]] = {
    "override": (replace(ROOFER, overrides=(TWICE, TWICE)), "said twice"),
    "theme": (replace(ROOFER, books=(ROOFER.books[0],) * 2), "said twice"),
    "unit": (
        replace(ROOFER, establishment=replace(ROOFER.establishment, units=(ROOFER.establishment.units[0],) * 2)),
        "said twice",
    ),
    "content": (replace(ROOFER, books=(AnswerBook(theme="tms", answers={}),)), "no content given for tms"),
}


@pytest.mark.parametrize(("firm", "words"), IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_what_cannot_be_recorded_leaves_nothing(
    database: Database, service: Service, firm: FirmAssessment, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        record(database, service, firm)
    with database.read(service_id=service.id) as session:
        assert session.scalars(select(EstablishmentRow)).all() == []


def big_firm(size: int, value: str) -> FirmAssessment:
    """A firm where everything is `size` times there, and everything changes with `value`."""
    return replace(
        ROOFER,
        establishment=replace(
            ROOFER.establishment,
            units=tuple(replace(ROOFER.establishment.units[0], key=f"UT{n}", name=value) for n in range(size)),
        ),
        books=(
            AnswerBook(
                theme="chaleur",
                answers={(f"ch_{n}", "*"): Answer(value=value, reason=value if n % 2 else "") for n in range(size)},
                situations={f"s{n}": SituationFacts(words={"*": value}) for n in range(size)},
            ),
        ),
        actions=tuple(replace(ROOFER.actions[0], measure=f"m{n}", owner=value) for n in range(size)),
        overrides=tuple(replace(TWICE, situation=f"s{n}", reason=value) for n in range(size)),
    )


def test_the_number_of_statements_does_not_grow_with_the_answers(database: Database, service: Service) -> None:
    counts = {}
    record(database, service)  # keeps the texts of the content, once
    for size in (20, 200):
        firm = replace(
            big_firm(size, "a"), establishment=replace(big_firm(size, "a").establishment, siret=None, name=f"{size}")
        )
        changed = replace(big_firm(size, "b"), establishment=replace(firm.establishment, units=()))
        with counted(database) as inserting:
            key = record(database, service, firm)
        with counted(database) as updating:
            record(database, service, changed, establishment_id=key)
        with counted(database) as removing:
            record(
                database,
                service,
                replace(changed, books=(), actions=(), overrides=()),
                establishment_id=key,
            )
        with counted(database) as loading:
            load(database, service, key)
        counts[size] = [len(each) for each in (inserting, updating, removing, loading)]
    assert counts[20] == counts[200]
    assert all(count <= 30 for count in counts[200]), counts


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def versions(database: Database, service: Service) -> list[int]:
    with database.read(service_id=service.id) as session:
        return [
            version
            for table in (EstablishmentRow, WorkUnitRow, ThemeDraft, AnswerRow, ChosenActionRow)
            for version in session.scalars(select(table.row_version))
        ]


def action_ids(database: Database, service: Service) -> set[UUID]:
    with database.read(service_id=service.id) as session:
        return set(session.scalars(select(ChosenActionRow.id)))
