"""What the employer may change by hand, and what is refused in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.inputs import Override, OverrideField
from app.domain.overrides import OverrideRefused, apply_overrides
from app.domain.rating import Control, Priority, RowFacts, rate
from questionnaires.schema import Level, Situation
from tests.domain import firms
from tests.domain.firms import DAY

YES, PARTLY, NO, UNKNOWN = Level.YES, Level.PARTLY, Level.NO, Level.UNKNOWN


def situation(*, gravity: int, locked: bool = False) -> Situation:
    return replace(firms.heat().situations[0], gravity=gravity, gravity_locked=locked)


def facts(*essentials: Level, gravity: int = 3, checked: bool | None = False) -> RowFacts:
    controls = tuple(Control(question=f"e{number}", level=level) for number, level in enumerate(essentials))
    return RowFacts(gravity=gravity, frequency=3, essentials=controls, supports=(), checked=checked, accident=False)


def by_hand(field: OverrideField, value: int, **more: str) -> Override:
    return Override(theme="chaleur", situation="dehors", unit="UT1", field=field, value=value, **more)  # type: ignore[arg-type]  # the words given are all texts


MASTERY = {"reason": "Installation refaite", "measure": "Extraction d'air", "checked_on": "2026-10"}


def test_gravity_goes_up_freely_and_down_one_step_with_a_reason() -> None:
    row = facts(YES)
    higher, applied = apply_overrides(
        row, [by_hand(OverrideField.GRAVITY, 4)], situation=situation(gravity=3), as_of=DAY
    )
    assert (higher.gravity, applied[0].computed, applied[0].human) == (4, 3, 4)
    lower, _ = apply_overrides(
        row,
        [by_hand(OverrideField.GRAVITY, 2, reason="Chute de moins d'un mètre")],
        situation=situation(gravity=3),
        as_of=DAY,
    )
    assert lower.gravity == 2


@pytest.mark.parametrize(
    ("override", "place", "words"),
    [
        (by_hand(OverrideField.GRAVITY, 2), situation(gravity=3), "motif écrit"),
        (by_hand(OverrideField.GRAVITY, 1, reason="r"), situation(gravity=3), "un cran au plus"),
        (by_hand(OverrideField.GRAVITY, 3, reason="r"), situation(gravity=4, locked=True), "ne se baisse pas"),
        (by_hand(OverrideField.GRAVITY, 5), situation(gravity=3), "de 1 à 4"),
    ],
)
def test_a_gravity_beyond_its_limits_is_refused_in_words(override: Override, place: Situation, words: str) -> None:
    row = facts(YES)
    with pytest.raises(OverrideRefused, match=words):
        apply_overrides(row, [override], situation=place, as_of=DAY)


@pytest.mark.parametrize(
    ("row", "override", "words"),
    [
        (facts(NO, YES), by_hand(OverrideField.MASTERY, 1, **MASTERY), "un cran au plus"),
        (facts(NO, YES), by_hand(OverrideField.MASTERY, 2), "motif, la mesure collective"),
        (facts(NO, YES), by_hand(OverrideField.MASTERY, 2, **{**MASTERY, "checked_on": "2027-01"}), "avenir"),
        (facts(NO, YES), by_hand(OverrideField.MASTERY, 2, **{**MASTERY, "checked_on": "bientôt"}), "2026-06"),
        (facts(UNKNOWN, YES), by_hand(OverrideField.MASTERY, 2, **MASTERY), "répondez-y d'abord"),
        (facts(PARTLY), by_hand(OverrideField.MASTERY, 1, **MASTERY), "au moins une protection collective"),
        (facts(NO, YES, gravity=4), by_hand(OverrideField.MASTERY, 2, **MASTERY), "une protection essentielle manque"),
        (facts(PARTLY, PARTLY, gravity=4), by_hand(OverrideField.MASTERY, 2, **MASTERY), "à moitié en place"),
    ],
)
def test_a_better_mastery_beyond_its_limits_is_refused_in_words(row: RowFacts, override: Override, words: str) -> None:
    with pytest.raises(OverrideRefused, match=words):
        apply_overrides(row, [override], situation=situation(gravity=row.gravity), as_of=DAY)


def test_a_better_mastery_inside_its_limits_changes_the_priority_and_keeps_the_computed_value() -> None:
    row = facts(NO, YES)
    held, applied = apply_overrides(
        row,
        [by_hand(OverrideField.MASTERY, 2, **MASTERY)],
        situation=situation(gravity=3),
        as_of=DAY,
    )
    assert rate(row).priority is Priority.P1
    assert rate(held).priority is Priority.P2
    assert (applied[0].computed, applied[0].human) == (3, 2)


def test_a_worse_mastery_is_free() -> None:
    row = facts(YES, checked=True)
    held, _ = apply_overrides(row, [by_hand(OverrideField.MASTERY, 4)], situation=situation(gravity=3), as_of=DAY)
    assert rate(held).priority is Priority.P1


def test_no_hand_set_mastery_lifts_a_row_over_an_unmet_duty_or_an_accident() -> None:
    """The floors of the rating hold after every override that is accepted."""
    for floor in ("duty", "accident"):
        row = facts(PARTLY, YES, gravity=2, checked=True)
        if floor == "duty":
            row = replace(row, supports=(Control(question="d", level=NO, precise_duty=True),))
        else:
            row = replace(row, accident=True)
        held, _ = apply_overrides(
            row,
            [by_hand(OverrideField.MASTERY, 1, **MASTERY)],
            situation=situation(gravity=2),
            as_of=DAY,
        )
        assert rate(held).best.priority <= Priority.P2
