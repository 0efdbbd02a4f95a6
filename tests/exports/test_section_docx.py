"""The Word section as a file: outline, headers and footers, properties, tables, same bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx.oxml.ns import qn
from lxml import etree

from app.domain.dossier import Dossier
from exports import style
from exports.section_docx import write_section
from tests.exports import sample
from tests.exports.opened import Opened, opened, plain, reopened, written

GOLDEN = Path(__file__).parent / "golden"
ALL = {
    "projet": sample.PROJECT,
    "version": sample.AS_VERSION,
    "programme": sample.PROGRAM,
    "vide": sample.EMPTY,
    "inconnu": sample.UNKNOWN,
}


@pytest.fixture(scope="module", params=list(ALL))
def case(request: pytest.FixtureRequest) -> tuple[Dossier, Opened]:
    dossier = ALL[request.param]
    return dossier, reopened(dossier)


def outline(section: Opened) -> str:
    """Headings, then under each the captions and columns of its tables: what a reader would tell of the file."""
    lines = []
    for level, heading in section.headings:
        lines.append(f"{'#' * level} {heading}")
        lines += [
            f"    table « {table.caption} » : {' | '.join(table.head)} ({len(table.rows)})"
            for table in section.tables
            if table.heading == heading
        ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", list(ALL))
def test_outline_is_the_golden_one(name: str) -> None:
    assert outline(reopened(ALL[name])) == (GOLDEN / f"{name}.txt").read_text("utf-8")


def test_headings_are_real_styles_with_levels(case: tuple[Dossier, Opened]) -> None:
    _, section = case
    for level in (1, 2, 3):
        held = section.document.styles[f"Heading {level}"].element.pPr.find(qn("w:outlineLvl"))
        assert held.get(qn("w:val")) == str(level - 1)
    assert section.headings[0][1].startswith("1. Présentation de l'entreprise")
    numbers = [int(text.split(".")[0]) for level, text in section.headings if level == 1]
    assert numbers == list(range(1, len(numbers) + 1))


def test_contents_list_every_first_heading_and_link_to_it(case: tuple[Dossier, Opened]) -> None:
    _, section = case
    body = section.document.element.body
    links = body.findall(f".//{qn('w:hyperlink')}")
    named = {mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))}
    texts = [plain("".join(node.text for node in link.iter(qn("w:t")))) for link in links]
    assert texts == [text for level, text in section.headings if level == 1]
    assert {link.get(qn("w:anchor")) for link in links} == named
    kinds = [mark.get(qn("w:fldCharType")) for mark in body.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "separate", "end"]


def test_every_table_has_fixed_widths_that_fit_its_page_and_a_paragraph_after(case: tuple[Dossier, Opened]) -> None:
    _, section = case
    room = {style.PORTRAIT_MM, style.LANDSCAPE_MM}
    for table in section.tables:
        assert round(sum(table.widths) / 1440 * 25.4) in room, table.caption
        layout = table.element.tblPr.find(qn("w:tblLayout"))
        assert layout.get(qn("w:type")) == "fixed"
        assert table.element.getnext().tag == qn("w:p")
        assert table.caption


def test_header_rows_repeat_and_rows_stay_whole(case: tuple[Dossier, Opened]) -> None:
    _, section = case
    for table in section.tables:
        rows = table.element.findall(qn("w:tr"))
        if "Identité" not in table.caption:
            assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None, table.caption
        for row in rows:
            assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None


def test_a_row_that_may_be_taller_than_a_page_is_allowed_to_break() -> None:
    long = replace(sample.PROJECT.rows[0], words="mot " * 1250)
    section = reopened(replace(sample.PROJECT, rows=(long,)))
    row = section.table("Unité de travail 1").element.findall(qn("w:tr"))[1]
    assert row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is None


def test_every_paragraph_and_run_style_exists_in_the_file(case: tuple[Dossier, Opened]) -> None:
    _, section = case
    known = {held.get(qn("w:styleId")) for held in section.document.styles.element.iter(qn("w:style"))}
    body = section.document.element.body
    used = {held.get(qn("w:val")) for tag in ("w:pStyle", "w:rStyle", "w:tblStyle") for held in body.iter(qn(tag))}
    assert used <= known


def test_pages_turn_to_landscape_for_the_inventory_and_back(case: tuple[Dossier, Opened]) -> None:
    _, section = case
    assert [held.orientation for held in section.document.sections] == [0, 1, 0]
    for held in section.document.sections:
        assert sorted((round(held.page_width.mm), round(held.page_height.mm))) == [210, 297]


def test_core_properties_come_from_the_dossier(case: tuple[Dossier, Opened]) -> None:
    dossier, section = case
    core = section.document.core_properties
    assert plain(core.title) == plain(dossier.title)
    assert plain(core.author) == f"Couverture d'exemple, {dossier.establishment.employer_role}"
    assert core.language == "fr-FR"
    assert (core.created.date(), core.modified.date()) == (date(2026, 11, 21), date(2026, 11, 21))
    lang = section.document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert lang.get(qn("w:val")) == "fr-FR"


def test_a_language_other_than_french_is_said_translated_and_keeps_its_own_spaces() -> None:
    english = {"Synthèse": "Summary: first", "PROJET": "DRAFT"}
    out = io.BytesIO()
    write_section(
        replace(sample.PROJECT, language="en"),
        out,
        content_hash=sample.CONTENT_HASH,
        translate=lambda text: english.get(text, text),
    )
    section = opened(out.getvalue())
    assert section.document.core_properties.language == "en"
    assert (1, "2. Summary: first") in section.headings
    assert section.headers[0].endswith("— DRAFT")
    assert "\u202f" not in "".join(held.text for held in section.document.paragraphs)


def test_project_is_said_on_every_page_and_nowhere_in_a_version(case: tuple[Dossier, Opened]) -> None:
    dossier, section = case
    for header in section.headers:
        assert header.startswith("Couverture d'exemple")
        assert header.endswith("— PROJET") is (dossier.kind == "projet")
        assert ("version" in header) is (dossier.kind == "version")
    if dossier.kind == "version":
        assert "PROJET" not in section.text + "".join(section.footers)


def test_footer_tells_version_hash_register_day_and_pages() -> None:
    section = opened(written(sample.AS_VERSION, footer="dans la mise en page actuelle"))
    for held, text in zip(section.document.sections, section.footers, strict=True):
        assert text.startswith("Version 1 · empreinte 0123456789ab · registre fedcba987654 · 21 novembre 2026")
        assert "dans la mise en page actuelle" in text
        fields = [field.get(qn("w:instr")).strip() for field in held.footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]
    assert "registre" not in opened(written(sample.PROJECT, register_head="")).footers[0]


def test_same_dossier_same_bytes_and_another_dossier_other_bytes() -> None:
    assert written(sample.PROJECT) == written(sample.PROJECT)
    assert written(sample.PROJECT) != written(sample.AS_VERSION)
    with zipfile.ZipFile(io.BytesIO(written(sample.PROJECT))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in archive.namelist():
            etree.fromstring(archive.read(name))


def test_a_huge_dossier_keeps_every_row_and_action() -> None:
    dossier = sample.huge(300)
    section = reopened(dossier)
    keys = {row[0] for table in section.tables for row in table.rows}
    assert {row.key for row in dossier.rows} <= keys
    assert {action.key for action in dossier.actions} <= keys
    assert len([table for table in section.tables if "Unité de travail" in table.caption]) == len(dossier.units)
