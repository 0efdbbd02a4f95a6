"""The demonstration, from its files to the people who sign in, on both engines; and the shelf of the door page."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.closing import RiskChange
from app.domain.dossier_json import from_json
from app.domain.roles import Role
from app.domain.workflow import State
from app.intake.answers_faults import AnswersFaults
from app.intake.answers_toml import read_answers
from app.models.account import Account
from app.models.document import DocumentVersion
from app.models.draft import ChosenActionRow, ThemeDraft
from app.models.engine import Database
from app.models.establishment import EstablishmentRow, EstablishmentState
from app.models.exchange import Exchange, HelpRequest, Transmission
from app.models.fact import Fact
from app.models.membership import Membership
from app.models.service import Service
from app.services import demo
from app.services.demo import DEMO_SERVICE, EXAMPLES, DatabaseShelf, demo_files, load_demo
from app.services.demo_cast import Stage, firm_of
from app.services.demo_firms import DEMO_FIRMS, SHIPPED, DemoFirm
from app.services.demo_people import DEMO_ACCOUNTS, PASSWORD, STAFF, accounts_table, demo_accounts
from app.services.demo_story import Story, UnlikelyStory
from app.services.example_cards import FileKind
from app.services.facts import FactKind
from app.services.firms import NewFirm
from app.services.headless import refusals
from app.services.hubs import hub_view
from app.services.passwords import matches
from app.services.prevention_services import find_service
from app.services.verification import verify_database
from questionnaires import catalogue

FILES = demo_files()
AT = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
KEY = b"z" * 40
ANSWERS = sorted(name for name in FILES if name.endswith(".toml"))


def load(database: Database, files: dict[str, bytes] | None = None) -> int:
    chosen = FILES if files is None else files
    return load_demo(database, chosen, catalogue=catalogue.load(), seal_key=KEY, at=AT)


def home(database: Database) -> Service:
    with database.read() as session:
        service = find_service(session, DEMO_SERVICE)
    assert service is not None
    return service


def counts(database: Database) -> tuple[int, ...]:
    """Rows of the whole database, kind by kind."""
    tables = (Service, Account, EstablishmentRow, DocumentVersion, Fact, Membership, Exchange, Transmission)
    with database.across_services("count in a test") as session:
        return tuple(session.scalar(select(func.count(table.id))) or 0 for table in tables)


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_is_refused_of_an_answers_file(name: str) -> None:
    content = catalogue.load()
    assert refusals(read_answers(FILES[name], catalogue=content, file=name), content) == ()


def test_the_demonstration_is_loaded_once(database: Database) -> None:
    assert load(database) == len(DEMO_FIRMS) == 12
    after = counts(database)
    assert after[:4] == (1, len(DEMO_ACCOUNTS), 12, 10)
    assert load(database) == 0
    assert counts(database) == after


def test_one_firm_is_in_each_state(database: Database) -> None:
    load(database)
    with database.read(service_id=home(database).id) as session:
        states: dict[str, str | None] = dict(
            session.execute(
                select(EstablishmentRow.name, ThemeDraft.state).outerjoin(
                    ThemeDraft, ThemeDraft.establishment_id == EstablishmentRow.id
                )
            ).all()
        )
        attached = dict(session.execute(select(EstablishmentRow.name, EstablishmentRow.attachment)).all())
        closed = session.scalars(select(EstablishmentRow.name).where(EstablishmentRow.siret_state == "ferme")).all()
        sizes = session.scalars(select(EstablishmentState.headcount)).all()
        helped = session.scalars(select(HelpRequest)).all()
        waiting = session.scalars(select(Exchange).where(Exchange.kind == "demande")).one()
    assert states["Épicerie de Sauveclaire"] is None
    assert Counter(states.values()) == {
        None: 1,
        State.IN_PROGRESS: 2,
        State.FINISHED: 5,
        State.SUBMITTED: 1,
        State.CHANGE_REQUESTED: 1,
        State.SET_ASIDE: 1,
        State.REVIEWED: 1,
    }
    assert [name for name, kind in attached.items() if kind == "a_rattacher"] == ["Traiteur de la Combe"]
    assert closed == ["Bureau d'études Clairlogis"]
    assert (min(sizes), max(sizes)) == (1, 55)
    assert len(helped) == 1
    assert waiting.settled_at is None
    assert waiting.due_on is not None
    assert waiting.document_version_id is not None


def test_the_hub_shows_what_each_firm_is_there_for(database: Database) -> None:
    load(database)
    content = catalogue.load()
    with database.read(service_id=home(database).id) as session:
        rows = session.execute(select(EstablishmentRow.name, EstablishmentRow.id)).all()
        hubs = {name: hub_view(session, key, catalogue=content, on=AT.date()) for name, key in rows}
    assert hubs["Toitures de Sauveclaire"].requests
    assert hubs["Toitures de Sauveclaire"].plan.late
    assert len(hubs["Transports Sauveclairois"].plan.late) == 3
    assert hubs["Résidence des Deux Cyprès"].plan.program
    assert not hubs["Résidence des Deux Cyprès"].plan.missing
    twice = hubs["Menuiserie du Val Sauveclair"].version
    assert twice is not None
    assert twice.number == 2
    assert twice.transmitted_on is not None
    assert hubs["Épicerie de Sauveclaire"].units == 0
    assert hubs["Couverture d'exemple"].version is None


def test_two_versions_say_what_changed(database: Database) -> None:
    load(database)
    with database.read(service_id=home(database).id) as session:
        last = session.scalars(select(DocumentVersion).where(DocumentVersion.number == 2)).one()
        query = select(DocumentVersion).where(DocumentVersion.establishment_id == last.establishment_id)
        first = session.scalars(query.where(DocumentVersion.number == 1)).one()
    dossiers = [from_json(version.payload.encode()) for version in (first, last)]
    before, after = ({(row.situation, row.unit): row.priority for row in each.rows} for each in dossiers)
    assert set(before) - set(after) == {(row.situation, row.unit) for row in dossiers[1].former_rows}
    assert set(before) > set(after)
    assert any(before[place] != after[place] for place in after)


NEVER_PLAYED = {
    FactKind.THEME_WITHDRAWN,
    FactKind.ACTION_REOPENED,
    FactKind.INVITATION_FAILED,
}
"""What nobody does in the stories of the demonstration."""


def test_facts_spread_over_two_years_and_none_is_to_come(database: Database) -> None:
    load(database)
    with database.read(service_id=home(database).id) as session:
        facts = session.scalars(select(Fact)).all()
    assert {fact.source for fact in facts} == {"demo"}
    assert len({fact.external_id for fact in facts}) == len(facts)
    assert {f"{fact.happened_on:%Y-%m}" for fact in facts} >= {"2024-12", "2025-09", "2026-06", "2026-11"}
    assert all(fact.happened_on <= AT.date() and fact.recorded_at <= AT for fact in facts)
    assert {fact.kind for fact in facts} == set(FactKind) - NEVER_PLAYED
    placed = [fact for fact in facts if fact.establishment_id is not None]
    assert all(fact.headcount_on and fact.headcount_on <= fact.happened_on for fact in placed)
    assert all(fact.territory in {"34999", "30999"} and fact.section for fact in placed)


def test_facts_agree_with_the_rows(database: Database) -> None:
    load(database)
    with database.read(service_id=home(database).id) as session:
        told = Counter(session.scalars(select(Fact.kind)))
        subjects = {
            kind: set(session.scalars(select(Fact.subject).where(Fact.kind == kind.value)))
            for kind in (FactKind.ACTION_CHOSEN, FactKind.ACTION_DONE, FactKind.ACTION_DROPPED)
        }
        actions = session.scalars(select(ChosenActionRow)).all()
        versions = session.scalars(select(DocumentVersion.kind)).all()
        sent = session.scalar(select(func.count(Transmission.id)))
    assert subjects[FactKind.ACTION_CHOSEN] == {str(row.id) for row in actions}
    assert subjects[FactKind.ACTION_DONE] == {str(row.id) for row in actions if row.status == "fait"}
    assert subjects[FactKind.ACTION_DROPPED] == {str(row.id) for row in actions if row.status == "abandonne"}
    assert all(row.done_on and row.risk_change in set(RiskChange) for row in actions if row.status == "fait")
    assert told[FactKind.VERSION_MADE] == versions.count("version")
    assert told[FactKind.THEME_SUBMITTED] == versions.count("soumission")
    assert told[FactKind.TRANSMITTED] == sent


def test_the_register_of_the_demonstration_is_whole(database: Database) -> None:
    load(database)
    checked = verify_database(database, key=KEY, anchors=())
    assert checked.findings == ()
    assert checked.lines == 7


def test_every_role_signs_in_with_the_password_that_is_printed(database: Database) -> None:
    load(database)
    with database.read() as session:
        people = demo_accounts(session)
        accounts = {row.email: row for row in session.scalars(select(Account))}
    with database.read(service_id=home(database).id) as session:
        held = session.execute(select(Membership.account_id, Membership.role)).all()
    assert people == DEMO_ACCOUNTS
    assert {role for _, role in held} == set(Role)
    assert {account_id for account_id, _ in held} == {row.id for row in accounts.values()}
    assert len({row.password_hash for row in accounts.values()}) == 1
    assert matches(accounts["gerante@toitures.example"].password_hash, PASSWORD)
    staff = {email for email, _, _ in STAFF}
    assert {email for email, row in accounts.items() if row.totp_secret} == staff
    assert all(person.totp_seed == (accounts[person.email].totp_secret or "") for person in people)
    kept = Counter(account_id for account_id, _ in held)
    assert kept[accounts["cabinet@comptes.example"].id] == 3
    table = "\n".join(accounts_table(people))
    assert all(person.email in table and person.sees in table for person in people)
    assert table.count(PASSWORD) == 1


def test_no_account_means_no_table() -> None:
    assert accounts_table(()) == []


def test_a_load_that_was_interrupted_leaves_whole_firms_and_is_finished(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = DEMO_FIRMS[2]

    def stops(story: Story, stage: object) -> None:
        third.play(story, stage)  # type: ignore[arg-type]  # handed through as it came
        raise KeyboardInterrupt

    broken = tuple(replace(firm, play=stops) if firm is third else firm for firm in DEMO_FIRMS)
    monkeypatch.setattr(demo, "DEMO_FIRMS", broken)
    with pytest.raises(KeyboardInterrupt):
        load(database)
    assert counts(database)[2] == 2
    monkeypatch.undo()
    assert load(database) == 10
    assert counts(database)[2] == 12
    assert verify_database(database, key=KEY, anchors=()).findings == ()


def test_a_firm_that_a_visitor_changed_is_not_loaded_again(database: Database) -> None:
    load(database)
    with database.unit_of_work(service_id=home(database).id) as uow:
        row = uow.scalars(select(EstablishmentRow).where(EstablishmentRow.name == "Auberge du Gué")).one()
        row.name, row.siret = "Auberge du Pont", None
    assert load(database) == 0


def test_the_service_a_visitor_changed_stays_as_it_is(database: Database) -> None:
    load(database)
    with database.unit_of_work(service_id=None) as uow:
        uow.scalars(select(Service)).one().phone = "01"
    load(database)
    assert home(database).phone == "01"


def test_the_service_has_everything_people_see_of_it(database: Database) -> None:
    load(database)
    with database.read() as session:
        service = session.scalars(select(Service)).one()
        assert (service.logo_type, service.reception, service.phone) == ("image/png", True, "04 65 71 20 30")
        assert service.logo
        assert "inventé" in service.legal_words


def test_a_bad_file_loads_nothing(database: Database) -> None:
    with pytest.raises(AnswersFaults):
        load(database, {**FILES, "z.toml": b"format = 1\n"})
    assert counts(database)[0] == 0


def test_without_its_files_there_is_still_a_service_to_try(database: Database) -> None:
    assert load(database, {}) == 1
    assert counts(database)[2] == 1
    assert home(database).logo_sha256 is None
    assert load(database) == 11


def test_a_story_that_goes_back_in_time_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def backwards(story: Story, stage: Stage) -> None:
        firm = demo_firm(stage)
        story.opened(firm, AT.date())
        story.invited(AT.date().replace(day=1))

    monkeypatch.setattr(demo, "DEMO_FIRMS", (DemoFirm(code="retour", play=backwards),))
    with pytest.raises(UnlikelyStory):
        load(database)
    assert counts(database)[2] == 0


def demo_firm(stage: Stage) -> NewFirm:
    return firm_of(stage.firms["traiteur.toml"], service_name=stage.service.name, postal_code="34999", on=AT.date())


def test_an_empty_database_has_an_empty_shelf(database: Database) -> None:
    shelf = DatabaseShelf(database, catalogue.load())
    assert shelf.cards() == ()
    assert shelf.file("couverture-d-exemple", FileKind.SECTION) is None


def test_the_shelf_shows_the_shipped_examples_alone_the_least_prepared_first(database: Database) -> None:
    load(database)
    cards = DatabaseShelf(database, catalogue.load()).cards()
    assert [card.slug for card in cards] == [
        "couverture-d-exemple",
        "boulangerie-d-exemple",
        "association-d-aide-a-domicile-d-exemple",
    ]
    roofer = cards[0]
    assert roofer.state == "Projet"
    assert {found.code for found in roofer.counts} == {"P1", "a_evaluer"}
    assert all(sum(found.count for found in card.counts) == card.risks for card in cards)
    assert all(card.sheet_rows and card.chosen for card in cards)
    assert {card.state for card in cards[1:]} == {"Version 1"}


def test_the_shipped_examples_are_the_files_of_the_folder() -> None:
    content = catalogue.load()
    firms = [
        read_answers(path.read_bytes(), catalogue=content, file=path.name) for path in Path(EXAMPLES).glob("*.toml")
    ]
    assert sorted(firm.establishment.siret or "" for firm in firms) == sorted(SHIPPED)


def test_somebody_who_claims_the_siret_of_an_example_changes_nothing_on_the_shelf(database: Database) -> None:
    load(database)
    service = home(database)
    with database.unit_of_work(service_id=service.id) as uow:
        known = uow.scalars(select(EstablishmentRow).where(EstablishmentRow.siret == SHIPPED[0])).one()
        uow.add(
            EstablishmentRow(
                company_id=known.company_id,
                siret=SHIPPED[0],
                name="Une autre",
                address="",
                created_at=AT,
                attachment="a_rattacher",
            )
        )
    assert len(DatabaseShelf(database, catalogue.load()).cards()) == 3


def test_the_files_are_real_and_agree_with_one_another(database: Database) -> None:
    load(database)
    shelf = DatabaseShelf(database, catalogue.load())
    for card in shelf.cards():
        assert {file.kind for file in card.files} == set(FileKind)
        contents = {file.kind: shelf.file(card.slug, file.kind) for file in card.files}
        for file in card.files:
            assert len(contents[file.kind] or b"") == file.size
        assert from_json(contents[FileKind.DOSSIER] or b"").establishment.name == card.name
        head = sha256(contents[FileKind.DOSSIER] or b"").hexdigest()[:12]
        with zipfile.ZipFile(BytesIO(contents[FileKind.SECTION] or b"")) as word:
            footers = "".join(word.read(n).decode() for n in word.namelist() if "footer" in n)
            assert head in footers.replace(" ", "").replace("\u00a0", "")
        assert zipfile.is_zipfile(BytesIO(contents[FileKind.PLAN] or b""))


def test_a_version_is_handed_out_as_it_was_stored(database: Database) -> None:
    load(database)
    first, second = (DatabaseShelf(database, catalogue.load()) for _ in range(2))
    for card in first.cards():
        for kind in FileKind:
            if card.state != "Projet":
                assert first.file(card.slug, kind) == second.file(card.slug, kind)
