"""The three example firms, from their answers to the printed file: what no sample made by hand can show."""

from __future__ import annotations

import functools
import re
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.dossier import Dossier
from app.domain.dossier_builder import Edition, build_dossier
from app.domain.library import Library
from app.domain.personal_words import personal_words
from app.intake.answers_toml import read_answers
from exports.section_back import READERS
from questionnaires import catalogue
from tests.exports.opened import Opened, plain, reopened

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
CODE_ARTICLE = re.compile(r"\b[LRD]\. ?\d{4}(?:-\d+)*")


@functools.cache
def example(path: Path) -> tuple[Dossier, Opened]:
    """The dossier of an example and its section, reopened."""
    content = catalogue.load()
    firm = read_answers(path.read_bytes(), catalogue=content, file=path.name)
    themes = {book.theme: content.theme(book.theme) for book in firm.books}
    library = Library(themes=themes, laws=content.laws, helps=content.helps)
    edition = Edition(number=1 if firm.validation else None, validation=firm.validation)
    dossier = build_dossier(firm, library, edition=edition)
    return dossier, reopened(dossier)


def articles(text: str) -> set[str]:
    """« L. 4121-3 » and the like, without spaces."""
    return {re.sub(r"\s", "", found) for found in CODE_ARTICLE.findall(plain(text))}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_d05_every_unit_is_rated_for_heat_or_says_why_not(path: Path) -> None:
    dossier, section = example(path)
    for unit in dossier.units:
        rated = any(row.unit == unit.key for row in dossier.rows)
        part = section.part(f"— {plain(unit.name)}")
        assert rated or "motif" in part
    assert any("travail au froid" in family for family in dossier.families_left)
    assert "travail au froid" in section.part("Familles de risques restant à évaluer")


def test_d05_a_unit_without_row_asks_for_its_reason() -> None:
    dossier, _ = example(EXAMPLES[0])
    bare = replace(dossier, rows=tuple(row for row in dossier.rows if row.unit != dossier.units[0].key))
    assert "motif à préciser" in reopened(bare).part(f"— {plain(dossier.units[0].name)}")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_d20_no_person_is_named(path: Path) -> None:
    _, section = example(path)
    # Versions of texts and fingerprints are long numbers, not telephones.
    words = {name: text for name, text in section.parts.items() if not re.search("Textes cités|Tenue|Annexes", name)}
    assert any("Réponses telles que données" in name for name in words)
    assert {name: personal_words(text) for name, text in words.items() if personal_words(text)} == {}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_d22_every_article_printed_has_its_version_in_the_table(path: Path) -> None:
    _, section = example(path)
    listed = articles(" ".join(row[0] for row in section.table("Textes cités").rows))
    assert len(listed) > 20
    assert articles(section.text) - listed == set()
    assert not articles(" ".join(READERS))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_texts_are_told_in_the_order_of_the_code(path: Path) -> None:
    _, section = example(path)
    told = [row[0] for row in section.table("Textes cités").rows]
    numbers = [[int(number) for number in re.findall(r"\d+", text)] for text in told if text.startswith("art. R. 4")]
    assert numbers == sorted(numbers)


def test_the_answer_on_women_and_men_is_said_in_the_units_it_holds_for() -> None:
    dossier, section = example(next(path for path in EXAMPLES if path.stem.startswith("aide")))
    said = {line.unit: plain(line.words) for line in dossier.answers if line.question == "ch_impact_femmes_hommes"}
    assert set(said) == {"*", "UT3"}
    for unit in dossier.units:
        part = section.part(f"— {plain(unit.name)}")
        assert f"Chaleur : {said.get(unit.key, said['*'])}" in part
        assert (said["*"] in part) is (unit.key not in said)
        assert plain(unit.women_men) in part
    mute = replace(dossier, units=tuple(replace(unit, women_men="") for unit in dossier.units))
    assert "Non renseigné à ce jour" not in reopened(mute).text
