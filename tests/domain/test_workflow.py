"""The table of moves: every cell, who may, and what a refusal says."""

from __future__ import annotations

from itertools import product

import pytest

from app.domain.workflow import TRANSITIONS, Actor, Move, Refusal, State, advance, moves_from


@pytest.mark.parametrize(("state", "move", "actor"), list(product(State, Move, Actor)))
def test_every_cell_moves_or_refuses_in_words(state: State, move: Move, actor: Actor) -> None:
    after = advance(state, move, actor)
    known = TRANSITIONS.get((state, move))
    if known is None:
        assert isinstance(after, Refusal)
        assert after.words.startswith("Impossible d'écarter" if move is Move.SET_ASIDE else "Impossible de ")
    elif actor in known[1]:
        assert after is known[0]
        assert move in moves_from(state, actor)
    else:
        assert isinstance(after, Refusal)
        assert after.words.startswith(("Seul l'employeur ", "Seul le préventeur ", "Seule l'entreprise "))
        assert move not in moves_from(state, actor)


def test_every_state_is_reached_and_left() -> None:
    reached, seen = {State.TO_DO}, 0
    while len(reached) != seen:
        seen = len(reached)
        reached |= {after for (start, _), (after, _) in TRANSITIONS.items() if start in reached}
    assert reached == set(State)
    assert {start for start, _ in TRANSITIONS} == set(State)


def test_an_adviser_only_asks_and_closes() -> None:
    """The SPSTI advises: no move of an adviser answers, finishes, sets aside or submits for the employer."""
    allowed = {move for (_, move), (_, actors) in TRANSITIONS.items() if Actor.ADVISER in actors}
    assert allowed == {Move.REQUEST_CHANGE, Move.CLOSE_REVIEW}


def test_a_contributor_answers_but_does_not_submit() -> None:
    assert isinstance(advance(State.FINISHED, Move.SUBMIT, Actor.CONTRIBUTOR), Refusal)
    assert advance(State.FINISHED, Move.ANSWER, Actor.CONTRIBUTOR) is State.IN_PROGRESS
