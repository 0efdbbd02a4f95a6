"""The life of a theme's draft: states, moves, who may make them. One table, one function.

The SPSTI advises and never validates: no move of an adviser stands between the employer and his document.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who acts."""

    EMPLOYER = "employeur"
    CONTRIBUTOR = "contributeur"
    ADVISER = "preventeur"


class State(StrEnum):
    """Where the draft of a theme stands."""

    TO_DO = "a_faire"
    IN_PROGRESS = "en_cours"
    FINISHED = "termine"
    SET_ASIDE = "sans_objet"
    SUBMITTED = "soumis"
    CHANGE_REQUESTED = "modification_demandee"
    REVIEWED = "relu"


class Move(StrEnum):
    """What can be done to it."""

    ANSWER = "repondre"
    FINISH = "terminer"
    SET_ASIDE = "ecarter"
    SUBMIT = "soumettre"
    WITHDRAW = "retirer"
    REQUEST_CHANGE = "demander_modification"
    CLOSE_REVIEW = "clore_relecture"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a move is refused, in words for the person who tried it."""

    state: State
    move: Move
    words: str


_OWNERS = frozenset({Actor.EMPLOYER, Actor.CONTRIBUTOR})
_EMPLOYER = frozenset({Actor.EMPLOYER})
_ADVISER = frozenset({Actor.ADVISER})

_S, _M = State, Move

TRANSITIONS: dict[tuple[State, Move], tuple[State, frozenset[Actor]]] = {
    (_S.TO_DO, _M.ANSWER): (_S.IN_PROGRESS, _OWNERS),
    (_S.TO_DO, _M.SET_ASIDE): (_S.SET_ASIDE, _OWNERS),
    (_S.IN_PROGRESS, _M.ANSWER): (_S.IN_PROGRESS, _OWNERS),
    (_S.IN_PROGRESS, _M.FINISH): (_S.FINISHED, _OWNERS),
    (_S.IN_PROGRESS, _M.SET_ASIDE): (_S.SET_ASIDE, _OWNERS),
    (_S.FINISHED, _M.ANSWER): (_S.IN_PROGRESS, _OWNERS),
    (_S.FINISHED, _M.SUBMIT): (_S.SUBMITTED, _EMPLOYER),
    (_S.SET_ASIDE, _M.ANSWER): (_S.IN_PROGRESS, _OWNERS),
    (_S.SET_ASIDE, _M.SUBMIT): (_S.SUBMITTED, _EMPLOYER),
    (_S.SUBMITTED, _M.WITHDRAW): (_S.IN_PROGRESS, _EMPLOYER),
    (_S.SUBMITTED, _M.ANSWER): (_S.IN_PROGRESS, _OWNERS),
    (_S.SUBMITTED, _M.REQUEST_CHANGE): (_S.CHANGE_REQUESTED, _ADVISER),
    (_S.SUBMITTED, _M.CLOSE_REVIEW): (_S.REVIEWED, _ADVISER),
    (_S.CHANGE_REQUESTED, _M.ANSWER): (_S.CHANGE_REQUESTED, _OWNERS),
    (_S.CHANGE_REQUESTED, _M.SUBMIT): (_S.SUBMITTED, _EMPLOYER),
    (_S.CHANGE_REQUESTED, _M.WITHDRAW): (_S.IN_PROGRESS, _EMPLOYER),
    (_S.CHANGE_REQUESTED, _M.REQUEST_CHANGE): (_S.CHANGE_REQUESTED, _ADVISER),
    (_S.CHANGE_REQUESTED, _M.CLOSE_REVIEW): (_S.REVIEWED, _ADVISER),
    (_S.REVIEWED, _M.ANSWER): (_S.IN_PROGRESS, _OWNERS),
    (_S.REVIEWED, _M.SUBMIT): (_S.SUBMITTED, _EMPLOYER),
}
"""(state, move) -> (next state, who may). A validated version is no state: it freezes a copy, the draft stays free."""

_MOVE_WORDS: dict[Move, str] = {
    Move.ANSWER: "répondre",
    Move.FINISH: "terminer le thème",
    Move.SET_ASIDE: "écarter le thème",
    Move.SUBMIT: "demander un avis",
    Move.WITHDRAW: "retirer la demande d'avis",
    Move.REQUEST_CHANGE: "demander une modification",
    Move.CLOSE_REVIEW: "clore la relecture",
}

_STATE_WORDS: dict[State, str] = {
    State.TO_DO: "à faire",
    State.IN_PROGRESS: "en cours",
    State.FINISHED: "terminé",
    State.SET_ASIDE: "écarté, motif noté",
    State.SUBMITTED: "soumis pour avis",
    State.CHANGE_REQUESTED: "modification demandée",
    State.REVIEWED: "relu",
}


def advance(state: State, move: Move, actor: Actor) -> State | Refusal:
    """The state after a move, or the refusal to show."""
    known = TRANSITIONS.get((state, move))
    if known is None:
        verb = _MOVE_WORDS[move]
        link = "d'" if verb[0] in "aeiouyéh" else "de "
        words = f"Impossible {link}{verb} : le thème est « {_STATE_WORDS[state]} »."
        return Refusal(state, move, words)
    after, allowed = known
    if actor not in allowed:
        who = (
            "Seul l'employeur"
            if allowed == _EMPLOYER
            else "Seul le préventeur"
            if allowed == _ADVISER
            else "Seule l'entreprise"
        )
        return Refusal(state, move, f"{who} peut {_MOVE_WORDS[move]}.")
    return after


def moves_from(state: State, actor: Actor) -> tuple[Move, ...]:
    """The moves an actor may make, in the order of the table."""
    return tuple(move for (start, move), (_, allowed) in TRANSITIONS.items() if start is state and actor in allowed)
