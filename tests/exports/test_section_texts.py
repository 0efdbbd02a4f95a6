"""No text breaks the files: controls, emoji, right-to-left, markup, cells of 5,000 characters; random dossiers too."""

from __future__ import annotations

import dataclasses
import io
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.domain.dossier import Dossier
from exports.plan_xlsx import write_plan
from tests.domain.dossier_strategy import dossiers
from tests.exports import sample
from tests.exports.opened import opened, reopened, tight, written

NASTY = (
    "&<>]]>",
    "<w:p/>",
    "<!--jalon:3-->",
    "{count} {0} %s {{ x }}",
    "\x00\x01\x08\x0b\x0c\x0e\x1f\ufffe\uffff\ud800\udfff",
    "😀👩🏽‍🚒é́",
    "שלום עולם مرحبا",
    "ligne 1\nligne 2\r\nligne 3\tfin",
    "\"guillemets\" et 'apostrophes'",
    "m" * 5000,
    "mot " * 1250,
    "=1+1",
)
UNPRINTED = {
    "format", "kind", "language", "key", "theme", "version", "sha256", "situation", "unit", "measure", "obligation",
    "code", "question", "cse", "trigger", "priority", "at_best", "at_worst", "status", "rank", "gross", "checked_on",
    "value", "siret", "naf_nomenclature", "short_title", "rows", "actions",
}  # fmt: skip
"""Fields that are codes, keys or numbers, not texts a person wrote."""


def poisoned(value: Any, poison: str, *, field: str = "") -> Any:
    """The dossier with the text added at the end of every field a person reads."""
    if isinstance(value, str):
        return value if field in UNPRINTED else f"{value}{poison}"
    if isinstance(value, tuple):
        return tuple(poisoned(each, poison, field=field) for each in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            held.name: poisoned(getattr(value, held.name), poison, field=held.name)
            for held in dataclasses.fields(value)
        }
        return replace(value, **changes)
    return value


@pytest.mark.parametrize("poison", NASTY, ids=lambda text: ascii(text)[:24])
@pytest.mark.parametrize("dossier", [sample.PROJECT, sample.PROGRAM], ids=["projet", "programme"])
def test_a_nasty_text_in_every_field_is_found_again(dossier: Dossier, poison: str) -> None:
    changed = poisoned(dossier, poison)
    assert isinstance(changed, Dossier)
    section = reopened(changed)
    printed = tight("".join(held.text for held in section.document.element.body.iter() if isinstance(held.text, str)))
    for text in (
        changed.rows[0].words,
        changed.rows[0].damage,
        changed.rows[0].sentence,
        changed.actions[0].text,
        changed.actions[0].indicator,
        changed.units[0].activities,
        changed.establishment.name,
        changed.blocks[0].lines[1].levels[1],
        changed.law_points[0].what,
        changed.answers[0].text,
        changed.laws[0].label,
        changed.size.actions_title,
        changed.themes[0].figures[0].fact,
    ):
        assert tight(text).rstrip(".") in printed


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_text_comes_back_from_a_cell_and_a_paragraph(text: str) -> None:
    row = replace(sample.ROWS[0], words=f"a{text}z")
    unit = replace(sample.UNITS[0], women_men=f"b{text}y")
    section = reopened(replace(sample.PROJECT, rows=(row,), units=(unit,), actions=()))
    assert tight(f"a{text}z") in tight(section.table("Unité de travail 1").rows[0][1])
    assert tight(f"b{text}y") in tight(section.part("Prise en compte de l'impact"))


@given(dossiers())
@settings(  # no shrinking: a whole dossier takes minutes to shrink, and the first failing one is telling enough
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_dossier_at_all_opens_again(dossier: Dossier) -> None:
    held = replace(dossier, assessed_on=max(dossier.assessed_on, date(1900, 1, 1)))
    content = written(held)
    section = opened(content)
    assert content == written(held)
    assert len(section.document.sections) == 3
    assert section.headings[0][1].startswith("1. Présentation") or not held.language.startswith("fr")
    out = io.BytesIO()
    write_plan(held, out)
    openpyxl.load_workbook(io.BytesIO(out.getvalue()))


def test_a_forged_marker_stays_a_text() -> None:
    section = reopened(replace(sample.PROJECT, title="<!--jalon:1-->"))
    assert section.document.paragraphs[0].text == "<!--jalon:1-->"


def test_a_title_longer_than_a_property_may_be() -> None:
    out = written(replace(sample.PROJECT, title="T" * 5000))
    assert len(docx.Document(io.BytesIO(out)).core_properties.title) == 255
