"""A version is one transaction: what it freezes, what it refuses, and what a change meanwhile does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from app.domain.canonical import sha256_hex
from app.domain.dossier_builder import assess_firm
from app.domain.dossier_json import from_json
from app.domain.inputs import ChosenAction, FirmAssessment, Override, OverrideField, Trigger, Validation
from app.domain.library import Library
from app.domain.obligations import ValidationRefused
from app.models.document import DocumentFile, DocumentVersion, RegisterLine
from app.models.engine import Conflict, Database
from app.models.fact import Fact
from app.models.rating import Rating
from app.models.service import Service
from app.services import documents
from app.services.documents import (
    Decision,
    UnknownTheme,
    decide_version,
    library_of,
    make_documents,
    project_documents,
)
from app.services.establishments import UnknownEstablishment
from app.services.once import AlreadyDone
from app.services.version_rows import Documents
from questionnaires import catalogue
from tests.engines import NOON, MakeService, service_in
from tests.services.issuing import VALID, example, issue, record

LATER = NOON + timedelta(days=40)


@pytest.fixture
def service(make_service: MakeService) -> Service:
    return make_service("ast")


@pytest.fixture(scope="module")
def roofer() -> FirmAssessment:
    return example("couverture-9")


def frozen(database: Database) -> dict[str, int]:
    tables = (DocumentVersion, DocumentFile, RegisterLine, Rating, Fact)
    with database.across_services("test") as session:
        return {each.__tablename__: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables}


def test_a_version_freezes_everything_at_once(database: Database, service: Service, roofer: FirmAssessment) -> None:
    place = record(database, service, roofer)
    issued = issue(database, service, place, roofer)
    with database.read(service_id=service.id) as session:
        version = session.scalars(select(DocumentVersion)).one()
        files = {each.kind: each for each in session.scalars(select(DocumentFile))}
        facts = {each.kind: each for each in session.scalars(select(Fact))}
        ratings = session.scalars(select(Rating)).all()
        bytes_kept = {kind: each.content for kind, each in files.items()}
    assert version.number == issued.number == 1
    assert version.payload.encode() == issued.documents.payload
    assert version.content_sha256 == sha256_hex(issued.documents.payload) == issued.line.content_sha256
    assert bytes_kept == {"docx": issued.documents.docx, "xlsx": issued.documents.xlsx}
    assert dict(issued.line.files) == {kind: sha256_hex(body) for kind, body in bytes_kept.items()}
    assert version.keep_until == date(version.drafted_on.year + 40, version.drafted_on.month, version.drafted_on.day)
    assert {(each.establishment_id, each.headcount, each.section) for each in facts.values()} == {
        (place, roofer.establishment.headcount, "F")
    }
    assert (facts["document_valide"].subject, facts["document_valide"].theme) == ("version 1", "chaleur")
    assert (facts["section_produite"].theme, facts["section_produite"].format) == ("chaleur", "docx")
    assert set(facts) == {"document_valide", "section_produite"}
    assert len(ratings) == len(from_json(version.payload.encode()).rows) == 4


def test_the_kept_files_open_and_carry_the_fingerprint(sqlite_database: Database, roofer: FirmAssessment) -> None:
    service = service_in(sqlite_database, "ast")
    place = record(sqlite_database, service, roofer)
    issued = issue(sqlite_database, service, place, roofer)
    opened = Document(BytesIO(issued.documents.docx))
    footers = "".join(p.text for section in opened.sections for p in section.footer.paragraphs)
    assert issued.documents.content_sha256[:12] in footers
    assert load_workbook(BytesIO(issued.documents.xlsx)).sheetnames


def test_a_second_version_follows_the_first(database: Database, service: Service, roofer: FirmAssessment) -> None:
    place = record(database, service, roofer)
    first = issue(database, service, place, roofer)
    second = issue(
        database,
        service,
        place,
        roofer,
        validation=Validation(trigger=Trigger.CHANGE, reason="Nouvel atelier"),
        at=LATER,
    )
    assert (second.number, second.line.seq, second.line.previous) == (2, 2, first.line.line_sha256)
    assert second.documents.dossier.version is not None
    assert second.documents.dossier.version.reason == "Nouvel atelier"
    assert [row.key for row in second.documents.dossier.rows] == [row.key for row in first.documents.dossier.rows]


def test_a_project_writes_nothing_and_says_so(database: Database, service: Service, roofer: FirmAssessment) -> None:
    place = record(database, service, roofer)
    made = project_documents(database, service, place, catalogue=catalogue.load(), assessed_on=roofer.assessed_on)
    assert made.dossier.kind == "projet"
    assert set(frozen(database).values()) == {0}


def test_a_refused_validation_writes_nothing(database: Database, service: Service, roofer: FirmAssessment) -> None:
    place = record(database, service, roofer)
    with pytest.raises(ValidationRefused):
        issue(database, service, place, roofer, validation=replace(VALID, reason=" "))
    assert set(frozen(database).values()) == {0}


def test_a_draft_changed_meanwhile_is_a_conflict_and_writes_nothing(
    database: Database, service: Service, roofer: FirmAssessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = record(database, service, roofer)
    changed = replace(roofer, establishment=replace(roofer.establishment, headcount=10))
    make = make_documents

    def slow(*args: Any, **options: Any) -> Documents:
        record(database, service, changed, at=LATER)
        return make(*args, **options)

    monkeypatch.setattr(documents, "make_documents", slow)
    with pytest.raises(Conflict):
        issue(database, service, place, roofer)
    assert set(frozen(database).values()) == {0}


def test_two_validations_at_once_make_two_versions_or_a_conflict_never_a_hole(
    database: Database, service: Service, roofer: FirmAssessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = record(database, service, roofer)
    make = make_documents

    def overtaken(*args: Any, **options: Any) -> Documents:
        monkeypatch.setattr(documents, "make_documents", make)
        issue(database, service, place, roofer)
        return make(*args, **options)

    monkeypatch.setattr(documents, "make_documents", overtaken)
    with pytest.raises(Conflict):
        issue(database, service, place, roofer)
    assert frozen(database)["document_version"] == frozen(database)["register_line"] == 1


def test_another_service_cannot_freeze_it(
    database: Database, make_service: MakeService, roofer: FirmAssessment
) -> None:
    mine, other = make_service("mine"), make_service("other")
    place = record(database, mine, roofer)
    with pytest.raises(UnknownEstablishment):
        issue(database, other, place, roofer)
    assert set(frozen(database).values()) == {0}


def test_a_theme_whose_file_is_gone_is_read_from_the_database(
    database: Database, service: Service, roofer: FirmAssessment, tmp_path: Any
) -> None:
    place = record(database, service, roofer)
    content = catalogue.load()
    newer = tmp_path / "themes"
    newer.mkdir()
    source = content.theme("chaleur").source.replace('version = "', 'version = "9.', 1)
    (newer / "chaleur.toml").write_text(source, encoding="utf-8")
    for name in ("laws.toml", "help.toml", "sectors.toml", "naf_rev2.tsv"):
        (tmp_path / name).write_bytes(content.root.joinpath(name).read_bytes())
    later = catalogue.Catalogue(root=tmp_path)
    assert later.theme("chaleur").version.startswith("9.")
    with database.read(service_id=service.id) as session:
        library = library_of(session, place, later)
    assert library.themes["chaleur"] == content.theme("chaleur")


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_a_version_takes_a_bounded_number_of_statements(
    database: Database, service: Service, statements: list[str]
) -> None:
    """The number does not grow with the rows of the document."""
    counts = []
    for name in ("couverture-9", "aide-a-domicile-38"):
        firm = example(name)
        place = record(database, service, firm)
        statements.clear()
        issue(database, service, place, firm)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 40


KEY = "one-use-key-of-a-form"


def decide(database: Database, service: Service, place: Any, **more: Any) -> int:
    decision = Decision(**{"validation": VALID, "assessed_on": NOON.date(), "at": NOON, **more})
    return decide_version(database, service, place, decision, catalogue=catalogue.load()).number


def test_a_form_sent_again_gives_the_version_it_made(
    database: Database, service: Service, roofer: FirmAssessment
) -> None:
    place = record(database, service, roofer)
    assert decide(database, service, place, key=KEY) == 1
    with pytest.raises(AlreadyDone) as done:
        decide(database, service, place, key=KEY)
    assert (done.value.outcome, frozen(database)["document_version"]) == ("1", 1)
    assert decide(database, service, place, key=f"{KEY}-2") == 2


def test_two_taps_at_once_make_one_version(database: Database, service: Service, roofer: FirmAssessment) -> None:
    place = record(database, service, roofer)

    def tap(_: int) -> str:
        try:
            return str(decide(database, service, place, key=KEY))
        except AlreadyDone as done:
            return f"déjà {done.outcome}"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(tap, range(2))) == ["1", "déjà 1"]
    assert frozen(database)["document_version"] == frozen(database)["register_line"] == 1


def test_a_decision_is_dated_neither_ahead_nor_before_the_last_one(
    database: Database, service: Service, roofer: FirmAssessment
) -> None:
    place = record(database, service, roofer)
    today = NOON.date()
    ahead = replace(VALID, validated_on=today + timedelta(days=1))
    with pytest.raises(ValidationRefused, match="au plus tard aujourd'hui"):
        decide(database, service, place, validation=ahead, latest=today)
    assert decide(database, service, place, validation=replace(VALID, validated_on=today), latest=today) == 1
    before = replace(VALID, validated_on=today - timedelta(days=1))
    with pytest.raises(ValidationRefused, match="ne peut pas être avant"):
        decide(database, service, place, validation=before, latest=today)


def test_a_value_that_an_answer_made_illegal_never_stops_a_version(
    database: Database, service: Service, roofer: FirmAssessment
) -> None:
    row = assess(roofer)[0].rows[0]
    illegal = Override(
        theme="chaleur", situation=row.situation.id, unit=row.unit.key, field=OverrideField.MASTERY, value=1
    )
    place = record(database, service, replace(roofer, overrides=(illegal,)))
    issued = issue(database, service, place, roofer)
    assert "mise de côté" in next(
        each.sentence
        for each in issued.documents.dossier.rows
        if (each.situation, each.unit) == (illegal.situation, illegal.unit)
    )


def test_a_measure_that_no_theme_has_any_more_is_printed_and_stops_nothing(
    sqlite_database: Database, roofer: FirmAssessment
) -> None:
    service = service_in(sqlite_database, "ast")
    gone = ChosenAction(measure="ch_m_disparue", theme="chaleur", owner="gérante")
    place = record(sqlite_database, service, replace(roofer, actions=(*roofer.actions, gone)))
    issued = issue(sqlite_database, service, place, roofer)
    assert any("ch_m_disparue" in action.text for action in issued.documents.dossier.actions)


def test_one_theme_alone_says_nothing_of_the_others(sqlite_database: Database, roofer: FirmAssessment) -> None:
    service = service_in(sqlite_database, "ast")
    place = record(sqlite_database, service, roofer)
    options: Any = {"catalogue": catalogue.load(), "assessed_on": roofer.assessed_on}
    alone = project_documents(sqlite_database, service, place, **options, theme="chaleur")
    assert [theme.theme for theme in alone.dossier.themes] == ["chaleur"]
    with pytest.raises(UnknownTheme):
        project_documents(sqlite_database, service, place, **options, theme="routier")


def assess(firm: FirmAssessment) -> Any:
    content = catalogue.load()
    themes = {book.theme: content.theme(book.theme) for book in firm.books}
    return assess_firm(firm, Library(themes=themes, laws=content.laws, helps=content.helps))
