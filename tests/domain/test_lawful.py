"""A value set by hand that a later answer made illegal: the row is computed and says so, the document is made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.dossier_builder import build_dossier
from app.domain.inputs import FirmAssessment, Override, OverrideField
from app.domain.lawful import build_lawful, lawful_overrides, set_aside_words
from app.domain.overrides import OverrideRefused
from tests.domain import firms
from tests.domain.firms import seen
from tests.domain.sound_firms import GROUND, OFFICE, by_hand, ticked


def firm(*overrides: Override, **answers: str) -> FirmAssessment:
    book = firms.book(ticked("chez_client", **answers), {"chez_client": seen({"UT1": 4})})
    return replace(firms.firm(OFFICE, book), overrides=overrides)


LOWER = by_hand(OverrideField.GRAVITY, 3, "chez_client", reason="Trajets courts")
BETTER = by_hand(OverrideField.MASTERY, 2, "chez_client", **GROUND)
GONE = by_hand(OverrideField.FIRST, 1, "dehors")


def test_a_value_that_a_later_answer_made_illegal_is_set_aside_on_its_row() -> None:
    now = firm(LOWER, BETTER, ch_horaires_rythme="non")
    with pytest.raises(OverrideRefused):
        build_dossier(now, firms.library())
    dossier, refused = build_lawful(now, firms.library())
    assert [each.override for each in refused] == [BETTER]
    (row,) = dossier.rows
    assert [held.field for held in row.overrides] == ["gravité"]
    assert row.sentence.endswith(set_aside_words(refused[0]))
    assert "mise de côté (maîtrise 2) : " in row.sentence
    assert "La valeur calculée s'applique." in row.sentence


def test_lawful_values_change_nothing_of_the_document() -> None:
    now = firm(LOWER)
    assert build_lawful(now, firms.library()) == (build_dossier(now, firms.library()), ())


def test_a_value_without_a_row_is_set_aside_and_printed_nowhere() -> None:
    now = firm(GONE)
    (refused,) = lawful_overrides(now, firms.library().themes).refused
    assert (refused.override, refused.has_row) == (GONE, False)
    assert build_lawful(now, firms.library())[0] == build_dossier(firm(), firms.library())


def test_a_value_of_a_theme_that_is_gone_is_set_aside() -> None:
    gone = replace(LOWER, theme="routier")
    assert [each.override for each in lawful_overrides(firm(gone), firms.library().themes).refused] == [gone]
