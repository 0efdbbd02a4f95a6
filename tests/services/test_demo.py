"""The shipped examples, from their answers files to the shelf, on both engines."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.domain.dossier_json import from_json
from app.intake.answers_faults import AnswersFaults
from app.models.document import DocumentVersion
from app.models.engine import Database
from app.models.establishment import EstablishmentRow
from app.services import demo, headless
from app.services.demo import DatabaseShelf, load_examples
from app.services.example_cards import FileKind
from questionnaires import catalogue

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEXTS = {path.name: path.read_bytes() for path in EXAMPLES.glob("*.toml")}
AT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
KEY = b"z" * 40


def load(database: Database, texts: dict[str, bytes] | None = None) -> int:
    return load_examples(database, TEXTS if texts is None else texts, catalogue=catalogue.load(), seal_key=KEY, at=AT)


def counts(database: Database) -> tuple[int, int]:
    """Establishments and versions in the whole database."""
    with database.across_services("count in a test") as session:
        return (
            session.scalar(select(func.count(EstablishmentRow.id))) or 0,
            session.scalar(select(func.count(DocumentVersion.id))) or 0,
        )


def test_an_empty_database_has_an_empty_shelf(database: Database) -> None:
    shelf = DatabaseShelf(database, catalogue.load())
    assert shelf.cards() == ()
    assert shelf.file("couverture-d-exemple", FileKind.SECTION) is None


def test_the_three_examples_are_loaded_once(database: Database) -> None:
    assert load(database) == 3
    after = counts(database)
    assert after[0] == 3
    assert load(database) == 0
    assert counts(database) == after


def test_a_load_that_was_interrupted_is_finished(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = headless.assess_firm_file
    done: list[str] = []

    def stops_after_one(*arguments: object, **options: object) -> object:
        if done:
            raise KeyboardInterrupt
        done.append("one")
        return whole(*arguments, **options)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr(demo, "assess_firm_file", stops_after_one)
    with pytest.raises(KeyboardInterrupt):
        load(database)
    monkeypatch.undo()
    assert load(database) == 2
    assert counts(database)[0] == 3


def test_a_bad_example_loads_nothing(database: Database) -> None:
    with pytest.raises(AnswersFaults):
        load(database, {**TEXTS, "z.toml": b"format = 1\n"})
    assert counts(database) == (0, 0)


def test_the_shelf_shows_the_least_prepared_first(database: Database) -> None:
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
