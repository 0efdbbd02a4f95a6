"""What can happen in a theme, compared with every establishment and every answer there can be."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.check_reach import can_be_seen, levels_of
from questionnaires.reader import read_theme
from questionnaires.schema import Condition, Level
from tests.questionnaires.good_theme import GOOD, SECTORS


def test_levels_count_unknown_only_when_there_are_rules() -> None:
    theme = read_theme(GOOD.encode(), file="froid.toml")

    assert levels_of(theme.question("fr_temperature")) == {Level.YES, Level.NO, Level.UNKNOWN}
    assert levels_of(theme.question("fr_mots")) == frozenset()
    assert Level.NOT_APPLICABLE in levels_of(theme.question("fr_gants"))
    assert Level.NOT_APPLICABLE not in levels_of(theme.question("fr_abri"))


CONDITIONS = st.one_of(
    st.lists(st.sampled_from(["dehors", "chambre", "seul", "aucune"]), min_size=1, max_size=2, unique=True).map(
        lambda codes: Condition(question="fr_situations", any_of=tuple(codes))
    ),
    st.sampled_from(["releves", "ne_sait_pas"]).map(
        lambda code: Condition(question="fr_confirmation", any_of=(code,)),
    ),
    st.sampled_from([("btp",), ("toiture",), ("vert",), ("vert", "toiture")]).map(lambda ids: Condition(sectors=ids)),
    st.integers(1, 4).map(lambda low: Condition(headcount_min=low)),
    st.integers(1, 4).map(lambda high: Condition(headcount_max=high)),
)


@settings(max_examples=200, deadline=None)
@given(conditions=st.lists(CONDITIONS, min_size=1, max_size=4))
def test_question_that_can_be_seen_is_seen_by_someone(conditions: list[Condition]) -> None:
    """`can_be_seen` against every establishment and every answer there can be, one by one."""
    theme = read_theme(GOOD.encode(), file="froid.toml")
    question = replace(theme.question("fr_mots"), visible_if=tuple(conditions))

    assert can_be_seen(theme, question, SECTORS) == any(
        all(_holds(condition, case) for condition in conditions) for case in _CASES
    )


_Case = tuple[frozenset[str], str, frozenset[str], int]
_TICKED = [frozenset(codes) for size in (1, 2, 3) for codes in combinations(("dehors", "chambre", "seul"), size)]
_CASES: list[_Case] = list(
    product(
        [*_TICKED, frozenset({"aucune"})],
        ["releves", "ne_sait_pas"],
        [frozenset(), frozenset({"btp"}), frozenset({"btp", "toiture"}), frozenset({"vert"})],
        range(1, 6),
    )
)


def _holds(condition: Condition, case: _Case) -> bool:
    ticked, ground, sectors, headcount = case
    if condition.question == "fr_situations":
        return bool(ticked & set(condition.any_of))
    if condition.question == "fr_confirmation":
        return ticked == {"aucune"} and ground in condition.any_of
    if condition.sectors:
        return bool(sectors & set(condition.sectors))
    return (condition.headcount_min or 1) <= headcount <= (condition.headcount_max or headcount)
