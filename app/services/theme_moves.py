"""The end of a theme: finished, or set aside with its reason, and counted once for each time it was."""

from __future__ import annotations

from app.domain.workflow import Move, Refusal, State, advance
from app.models.engine import Database
from app.services.attempts import again
from app.services.facts import Act, FactKind, note_fact
from app.services.row_changes import change
from app.services.row_values import rate_theme
from app.services.theme_drafts import MoveRefused, Seat, open_rows

ENDED = frozenset({State.FINISHED, State.SET_ASIDE})


def finish_theme(database: Database, seat: Seat) -> State:
    """Ends the theme as its answers say: finished, or set aside when nothing of it exists here.

    Ending what is ended already changes nothing. Raises MoveRefused, with the reason a theme stays open.
    """

    def finish() -> State:
        with database.unit_of_work(service_id=seat.service_id) as uow:
            draft = open_rows(uow, seat)
            workbook = draft.workbook()
            if workbook.state in ENDED:
                return workbook.state
            rated = rate_theme(workbook, seat).assessment
            move = Move.SET_ASIDE if rated.closed else Move.FINISH
            if rated.open_reason:
                raise MoveRefused(Refusal(workbook.state, move, rated.open_reason))
            after = advance(workbook.state, move, seat.author.actor)
            if isinstance(after, Refusal) or draft.draft is None:
                raise MoveRefused(
                    after if isinstance(after, Refusal) else Refusal(workbook.state, move, rated.open_reason)
                )
            change(draft.draft, {"state": after.value, "finished_on": seat.on})
            ended = Act(
                kind=FactKind.THEME_SET_ASIDE if move is Move.SET_ASIDE else FactKind.THEME_FINISHED,
                on=seat.on,
                at=seat.at,
                actor_role=seat.author.words,
                theme=seat.theme,
                content_version_id=draft.draft.content_version_id,
            )
            note_fact(uow, seat.establishment_id, ended)
        return after

    return again(finish)
