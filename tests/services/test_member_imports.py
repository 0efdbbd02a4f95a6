"""Members brought in from a file: shown first, applied once, stable; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select

from app.intake.members_table import FileRefused
from app.models.affiliation import Affiliation, MemberImport
from app.models.engine import Database
from app.models.establishment import Company, EstablishmentRow, EstablishmentState
from app.models.service import Service
from app.services.member_imports import (
    BaseChanged,
    Importing,
    ImportSettled,
    UnknownImport,
    apply_import,
    give_up_import,
    preview_members,
    propose_import,
    read_import,
    waiting_import,
)
from app.services.member_report import ImportReport, read_report, store_report
from app.services.once import AlreadyDone
from questionnaires import catalogue
from tests.engines import NOON, MakeService, service_in
from tests.intake.members_file import Sample, members_file
from tests.web.people import establishment

TODAY = NOON.date()
SIRET = "73282932000074"
ROW = {
    "siret": SIRET,
    "raison_sociale": "Boulangerie du port",
    "code_naf": "10.71C",
    "effectif": "6",
    "date_effectif": "01/01/2026",
    "code_postal": "34150",
    "secteur": "Gignac",
    "email_contact": "contact@exemple.fr",
    "num_adherent": "A-1",
}


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("un")


@pytest.fixture
def importing(database: Database, service: Service) -> Importing:
    return importing_for(database, service)


def importing_for(database: Database, service: Service) -> Importing:
    return Importing(database=database, service_id=service.id, catalogue=catalogue.load(), on=TODAY, at=NOON)


def file_of(*rows: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join(";".join(line) for line in [names, *([row.get(n, "") for n in names] for row in rows)]).encode()


def bring_in(importing: Importing, content: bytes) -> ImportReport:
    import_id = propose_import(importing, content, file_name="adherents.csv", account_id=None)
    return apply_import(importing, import_id)


def numbers(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.rejected


def count(importing: Importing, table: type) -> int:
    with importing.database.read(service_id=importing.service_id) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def member(importing: Importing, siret: str = SIRET) -> EstablishmentRow:
    with importing.database.read(service_id=importing.service_id) as session:
        query = select(EstablishmentRow).where(
            EstablishmentRow.siret == siret, EstablishmentRow.attachment == "rattache"
        )
        return session.scalars(query).one()


def states(importing: Importing, firm: UUID) -> list[EstablishmentState]:
    with importing.database.read(service_id=importing.service_id) as session:
        query = select(EstablishmentState).where(EstablishmentState.establishment_id == firm)
        return list(session.scalars(query.order_by(EstablishmentState.seq)))


def affiliations(importing: Importing, firm: UUID) -> list[Affiliation]:
    with importing.database.read(service_id=importing.service_id) as session:
        query = select(Affiliation).where(Affiliation.establishment_id == firm)
        return list(session.scalars(query.order_by(Affiliation.seq)))


def test_five_hundred_members_with_twenty_bad_rows(importing: Importing) -> None:
    sample = members_file()
    import_id = propose_import(importing, sample.csv(), file_name="adherents.csv", account_id=None)
    with importing.database.read(service_id=importing.service_id) as session:
        seen = read_import(session, import_id)
    assert (numbers(seen.report), seen.state) == ((480, 0, 0, 20), "propose")
    assert {fault.line: fault.column for fault in seen.report.faults} == sample.bad
    assert count(importing, EstablishmentRow) == 0
    assert apply_import(importing, import_id) == seen.report
    assert count(importing, EstablishmentRow) == count(importing, EstablishmentState) == 480
    assert count(importing, Affiliation) == 480
    assert count(importing, Company) == len({row["siret"][:9] for row in sample.good})


def test_the_same_file_twice_changes_nothing(importing: Importing) -> None:
    sample = members_file(members=60, bad=5)
    bring_in(importing, sample.csv())
    before = [count(importing, table) for table in (Company, EstablishmentRow, EstablishmentState, Affiliation)]
    again = bring_in(importing, sample.xlsx())
    assert numbers(again) == (0, 0, 55, 5)
    assert (again.absent_count, again.claimed_count, again.kept_count) == (0, 0, 0)
    assert [count(importing, table) for table in (Company, EstablishmentRow, EstablishmentState, Affiliation)] == before


def test_a_member_is_made_with_what_the_file_says(importing: Importing, service: Service) -> None:
    bring_in(importing, file_of({**ROW, "date_adhesion": "01/09/1998", "idcc": "843"}))
    firm = member(importing)
    assert (firm.name, firm.postal_code, firm.sector, firm.contact_email, firm.siret_state) == (
        "Boulangerie du port",
        "34150",
        "Gignac",
        "contact@exemple.fr",
        "connu",
    )
    state = states(importing, firm.id)[0]
    assert (state.naf, state.naf_nomenclature, state.headcount, state.headcount_on, state.stated_on) == (
        "10.71C",
        "rev2",
        6,
        date(2026, 1, 1),
        date(2026, 1, 1),
    )
    assert "oulangerie" in state.naf_label
    assert state.service_name == service.name
    told = affiliations(importing, firm.id)[0]
    assert (told.member_number, told.sector, told.since, told.idcc, told.source, told.stated_on) == (
        "A-1",
        "Gignac",
        date(1998, 9, 1),
        "0843",
        "import",
        TODAY,
    )


def test_only_what_differs_is_written(importing: Importing) -> None:
    bring_in(importing, file_of(ROW))
    firm = member(importing).id
    report = bring_in(
        importing, file_of({**ROW, "raison_sociale": "Boulangerie du phare", "email_contact": "b@exemple.fr"})
    )
    assert numbers(report) == (0, 1, 0, 0)
    assert (member(importing).name, member(importing).contact_email) == ("Boulangerie du phare", "b@exemple.fr")
    assert (len(states(importing, firm)), len(affiliations(importing, firm))) == (1, 1)
    bring_in(importing, file_of({**ROW, "raison_sociale": "Boulangerie du phare", "effectif": "9"}))
    assert [state.headcount for state in states(importing, firm)] == [6, 9]
    assert len(affiliations(importing, firm)) == 1
    bring_in(importing, file_of({**ROW, "effectif": "9", "secteur": "Lodève"}))
    assert [told.sector for told in affiliations(importing, firm)] == ["Gignac", "Lodève"]
    assert member(importing).sector == "Lodève"
    assert len(states(importing, firm)) == 2


def test_an_empty_cell_or_a_missing_column_keeps_what_is_known(importing: Importing) -> None:
    bring_in(importing, file_of(ROW))
    bare = {
        name: ROW[name] for name in ("siret", "raison_sociale", "code_naf", "effectif", "date_effectif", "code_postal")
    }
    assert numbers(bring_in(importing, file_of(bare))) == (0, 0, 1, 0)
    assert numbers(bring_in(importing, file_of({**ROW, "secteur": "", "email_contact": ""}))) == (0, 0, 1, 0)
    assert member(importing).sector == "Gignac"


def test_a_day_of_leaving_ends_the_membership_and_an_empty_one_takes_it_back(importing: Importing) -> None:
    bring_in(importing, file_of(ROW))
    firm = member(importing).id
    report = bring_in(importing, file_of({**ROW, "date_radiation": "30/06/2026"}))
    assert (report.updated, report.ended) == (1, 1)
    assert affiliations(importing, firm)[-1].until == date(2026, 6, 30)
    other = {**ROW, "siret": members_file(members=1, bad=0).rows[0]["siret"]}
    assert bring_in(importing, file_of(other)).absent == (), "who left is not missed"
    bring_in(importing, file_of({**ROW, "date_radiation": ""}))
    assert affiliations(importing, firm)[-1].until is None


def test_who_left_and_was_never_here_is_not_brought_in(importing: Importing) -> None:
    report = bring_in(importing, file_of({**ROW, "date_radiation": "30/06/2020"}))
    assert (numbers(report), report.left_out) == ((0, 0, 0, 0), 1)
    assert count(importing, EstablishmentRow) == 0


def test_nothing_happens_to_who_is_absent_from_the_file(importing: Importing) -> None:
    sample = members_file(members=10, bad=0)
    bring_in(importing, sample.csv())
    report = bring_in(importing, Sample(rows=sample.rows[3:], bad={}).csv())
    assert {firm.siret for firm in report.absent} == {row["siret"] for row in sample.rows[:3]}
    assert report.absent_count == 3
    assert numbers(report) == (0, 0, 7, 0)
    assert count(importing, EstablishmentRow) == 10


def test_a_later_declaration_of_the_employer_is_kept_and_told(
    importing: Importing, database: Database, service: Service
) -> None:
    firm = establishment(database, service, "Boulangerie du port", at=NOON, siret=SIRET)
    report = bring_in(importing, file_of({**ROW, "effectif": "40", "raison_sociale": "BOULANGERIE PORT SARL"}))
    assert [(kept.line, "40 personnes" in kept.words, "10.71C" in kept.words) for kept in report.kept] == [
        (2, True, True)
    ]
    assert [state.headcount for state in states(importing, firm)] == [6]
    assert member(importing).name == "Boulangerie du port"
    assert affiliations(importing, firm)[0].member_number == "A-1"
    newer = bring_in(importing, file_of({**ROW, "effectif": "7", "date_effectif": TODAY.strftime("%d/%m/%Y")}))
    assert newer.kept == ()
    last = states(importing, firm)[-1]
    assert (last.headcount, last.seq, last.employer_role) == (7, 2, "gérante")


def test_a_claim_on_the_same_siret_is_left_to_its_own_page(
    importing: Importing, database: Database, service: Service
) -> None:
    claim = establishment(database, service, "Boulangerie", at=NOON, siret=SIRET)
    with database.unit_of_work(service_id=service.id) as uow:
        uow.get_one(EstablishmentRow, claim).attachment = "a_rattacher"
    report = bring_in(importing, file_of(ROW))
    assert numbers(report) == (1, 0, 0, 0)
    assert [(firm.name, firm.siret) for firm in report.claimed] == [("Boulangerie", SIRET)]
    assert member(importing).id != claim
    assert bring_in(importing, file_of(ROW)).claimed_count == 1


def test_try_outs_and_refused_claims_are_no_members(importing: Importing, database: Database, service: Service) -> None:
    for attachment, claim_state in (("essai", ""), ("a_rattacher", "refusee"), ("rattache", "double")):
        firm = establishment(database, service, "Autre", at=NOON, siret=SIRET)
        with database.unit_of_work(service_id=service.id) as uow:
            row = uow.get_one(EstablishmentRow, firm)
            row.attachment, row.claim_state = attachment, claim_state
    report = preview_members(importing, file_of(ROW))
    assert (numbers(report), report.absent_count, report.claimed_count) == ((1, 0, 0, 0), 0, 0)


def test_two_members_with_one_siret_are_left_alone(importing: Importing, database: Database, service: Service) -> None:
    for name in ("Une", "Deux"):
        establishment(database, service, name, at=NOON, siret=SIRET)
    report = preview_members(importing, file_of(ROW))
    assert (numbers(report), report.absent_count) == ((0, 0, 0, 1), 0)
    assert "2 adhérents" in report.faults[0].words


def test_the_members_of_another_service_are_neither_seen_nor_touched(
    importing: Importing, database: Database, make_service: MakeService
) -> None:
    away = make_service("deux")
    establishment(database, away, "Ailleurs", at=NOON, siret=SIRET)
    report = bring_in(importing, file_of(ROW))
    assert (numbers(report), report.absent_count) == ((1, 0, 0, 0), 0)
    with database.read(service_id=away.id) as session:
        assert session.scalars(select(EstablishmentRow)).one().name == "Ailleurs"


def test_the_file_is_erased_once_settled_and_nothing_is_done_twice(importing: Importing) -> None:
    import_id = propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None)
    assert content(importing, import_id) is not None
    apply_import(importing, import_id)
    assert content(importing, import_id) is None
    with pytest.raises(ImportSettled):
        apply_import(importing, import_id)
    with pytest.raises(ImportSettled):
        give_up_import(importing.database, import_id, service_id=importing.service_id, at=NOON)
    other = propose_import(importing, file_of(ROW), file_name="b.csv", account_id=None)
    give_up_import(importing.database, other, service_id=importing.service_id, at=NOON)
    assert content(importing, other) is None
    with importing.database.read(service_id=importing.service_id) as session:
        assert read_import(session, other).state == "abandonne"
        assert waiting_import(session) is None


def test_a_new_file_takes_the_place_of_the_one_that_waits(importing: Importing) -> None:
    first = propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None)
    second = propose_import(importing, file_of(ROW), file_name="b.csv", account_id=None)
    assert content(importing, first) is None
    with importing.database.read(service_id=importing.service_id) as session:
        waiting = waiting_import(session)
        assert read_import(session, first).state == "abandonne"
    assert waiting is not None
    assert waiting.import_id == second


def content(importing: Importing, import_id: UUID) -> bytes | None:
    with importing.database.read(service_id=importing.service_id) as session:
        return session.scalars(select(MemberImport.content).where(MemberImport.id == import_id)).one()


def test_a_base_that_changed_since_the_preview_stops_the_import_and_shows_it_anew(importing: Importing) -> None:
    import_id = propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None)
    establishment(importing.database, _service(importing), "Boulangerie du port", at=NOON, siret=SIRET)
    with pytest.raises(BaseChanged):
        apply_import(importing, import_id)
    assert count(importing, Affiliation) == 0
    with importing.database.read(service_id=importing.service_id) as session:
        seen = read_import(session, import_id)
    assert (numbers(seen.report), seen.state) == ((0, 1, 0, 0), "propose")
    assert numbers(apply_import(importing, import_id)) == (0, 1, 0, 0)


def _service(importing: Importing) -> Service:
    with importing.database.read(service_id=importing.service_id) as session:
        return session.get_one(Service, importing.service_id)


def test_a_second_tap_finds_the_first_proposal(importing: Importing) -> None:
    first = propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None, key="k" * 20)
    with pytest.raises(AlreadyDone) as done:
        propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None, key="k" * 20)
    assert done.value.outcome == str(first)


def test_another_file_sent_from_the_same_page_is_another_proposal(importing: Importing) -> None:
    first = propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None, key="k" * 20)
    second = propose_import(importing, file_of(ROW) + b"\n", file_name="b.csv", account_id=None, key="k" * 20)
    assert first != second


def test_a_file_that_cannot_be_read_leaves_nothing(importing: Importing) -> None:
    with pytest.raises(FileRefused):
        propose_import(importing, b"nom;prenom\nx;y", file_name="a.csv", account_id=None)
    assert count(importing, MemberImport) == 0


def test_an_import_of_another_service_does_not_exist(importing: Importing, make_service: MakeService) -> None:
    import_id = propose_import(importing, file_of(ROW), file_name="a.csv", account_id=None)
    away = replace(importing, service_id=make_service("deux").id)
    for stranger in (import_id, uuid4()):
        with pytest.raises(UnknownImport):
            apply_import(away, stranger)
        with importing.database.read(service_id=away.service_id) as session, pytest.raises(UnknownImport):
            read_import(session, stranger)


def test_a_report_comes_back_as_it_was_stored(importing: Importing) -> None:
    report = preview_members(importing, members_file(members=40, bad=15).csv())
    assert read_report(store_report(report)) == report


def test_an_import_sends_few_statements_whatever_its_size(sqlite_database: Database) -> None:
    importing = importing_for(sqlite_database, service_in(sqlite_database, "un"))
    sent: list[str] = []
    event.listen(sqlite_database.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))

    def statements(sample: Sample, *, days: int) -> int:
        later = replace(importing, on=TODAY + timedelta(days=days), at=NOON + timedelta(days=days))
        import_id = propose_import(later, sample.csv(), file_name="a.csv", account_id=None)
        sent.clear()
        apply_import(later, import_id)
        return len([each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))])

    sample = members_file(members=500, bad=20)
    assert statements(sample, days=0) <= 16
    changed = Sample(
        rows=tuple(
            {**row, "secteur": "Ailleurs", "effectif": "70", "date_effectif": "02/01/2026"} for row in sample.rows
        ),
        bad={},
    )
    assert statements(changed, days=1) <= 18
