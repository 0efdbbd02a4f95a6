"""LibreOffice opens the sections: page count, no blank page, same text at the foot and head of every page."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.dossier import Dossier
from tests import needs
from tests.exports import sample
from tests.exports.opened import plain, written

LONGEST_SECONDS = 100
CASES: dict[str, tuple[Dossier, range]] = {
    "projet": (sample.PROJECT, range(7, 11)),
    "version": (sample.AS_VERSION, range(7, 11)),
    "vide": (sample.EMPTY, range(3, 7)),
    "inconnu": (sample.UNKNOWN, range(5, 9)),
    "pleine": (
        replace(
            sample.PROGRAM,
            rows=tuple(replace(row, words="mot " * 1250, damage="m" * 5000) for row in sample.ROWS),
        ),
        range(8, 60),
    ),
    "trois cents": (sample.huge(300), range(20, 90)),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Text of every page of every case, converted in one run with a profile of its own."""
    office, reader = shutil.which("soffice"), shutil.which("pdftotext")
    if office is None or reader is None:
        needs.missing("LibreOffice (soffice) with pdftotext")
    folder = tmp_path_factory.mktemp("office")
    files = []
    for name, (dossier, _) in CASES.items():
        files.append(folder / f"{name.replace(' ', '-')}.docx")
        files[-1].write_bytes(written(dossier))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, "--headless", profile, "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=LONGEST_SECONDS)
    return {name: _pages(reader, file.with_suffix(".pdf")) for name, file in zip(CASES, files, strict=True)}


def _pages(reader: str, printed: Path) -> list[str]:
    told = subprocess.run(
        [reader, "-layout", str(printed), "-"], check=True, capture_output=True, timeout=LONGEST_SECONDS
    )
    return [plain(page) for page in told.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize("name", CASES)
def test_a_section_opens_with_a_sane_number_of_pages_none_blank(pages: dict[str, list[str]], name: str) -> None:
    dossier, sane = CASES[name]
    assert len(pages[name]) in sane
    for number, page in enumerate(pages[name], start=1):
        assert "Couverture d'exemple" in page
        assert f"page {number} / {len(pages[name])}" in page
        assert ("— PROJET" in page) is (dossier.kind == "projet")
        body = re.sub(r"^.*?(— PROJET|version \d+|section Chaleur)", "", page)
        assert len(body) > 150, f"page {number} is nearly blank: {page}"


def test_a_cell_longer_than_a_page_loses_nothing(pages: dict[str, list[str]]) -> None:
    printed = "".join(pages["pleine"])
    assert printed.count("mot") >= 1250 * len(sample.ROWS)
    assert re.sub(r"[^m]", "", printed).count("m") >= 5000 * len(sample.ROWS)
