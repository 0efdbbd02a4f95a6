"""A measure that the service proposed, decided by the firm: taken into its plan, or declined with a word."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.exchange import Exchange
from app.services.action_plans import PlanWriter, take_measure
from app.services.cases import refresh_case
from app.services.establishments import known_establishment
from app.services.exchanges import UnknownExchange
from app.services.facts import Act, FactKind, note_fact
from app.services.once import mark_done, refuse_twice

ACCEPT, DECLINE = "echange.retenir", "echange.decliner"
"""Purposes of the one-use keys."""


class AlreadyDecided(Exception):
    """The measure was decided before; `outcome` says how. Nothing was changed."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def accept_measure(by: PlanWriter, exchange_id: UUID, *, key: str) -> UUID:
    """Takes the measure into the plan, and returns its action.

    Raises UnknownExchange, AlreadyDecided, AlreadyDone.
    """
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        proposed = _proposed(uow, by, exchange_id, purpose=ACCEPT, key=key)
        action = take_measure(uow, by, theme=proposed.theme, measure=proposed.measure, words=proposed.words)
        proposed.outcome, proposed.settled_at = "acceptee", by.at
        _decided(uow, by, proposed, FactKind.MEASURE_ACCEPTED)
        mark_done(uow, key, purpose=ACCEPT, outcome=str(action.id), at=by.at)
        return action.id


def decline_measure(by: PlanWriter, exchange_id: UUID, *, words: str, key: str) -> None:
    """Declines the measure, with the word that says why.

    Raises UnknownExchange, AlreadyDecided, AlreadyDone.
    """
    with by.database.unit_of_work(service_id=by.service_id) as uow:
        proposed = _proposed(uow, by, exchange_id, purpose=DECLINE, key=key)
        uow.add(
            Exchange(
                establishment_id=by.establishment_id,
                document_version_id=proposed.document_version_id,
                answers_id=proposed.id,
                kind="reponse",
                theme=proposed.theme,
                question=proposed.question,
                unit=proposed.unit,
                words=words,
                due_on=None,
                actor=by.author.actor.value,
                author_role=by.author.words,
                account_id=by.author.account_id,
                created_at=by.at,
                settled_at=None,
            )
        )
        proposed.outcome, proposed.settled_at = "declinee", by.at
        _decided(uow, by, proposed, FactKind.MEASURE_DECLINED)
        mark_done(uow, key, purpose=DECLINE, outcome=str(proposed.id), at=by.at)


def _proposed(uow: Session, by: PlanWriter, exchange_id: UUID, *, purpose: str, key: str) -> Exchange:
    # Locked before the key is looked for: of two taps at once, the second one waits here, then finds the key.
    known_establishment(uow, by.establishment_id, lock=True)
    refuse_twice(uow, key, purpose=purpose)
    found = uow.scalar(
        select(Exchange).where(
            Exchange.id == exchange_id,
            Exchange.establishment_id == by.establishment_id,
            Exchange.kind == "proposition",
        )
    )
    if found is None:
        raise UnknownExchange(str(exchange_id))
    if found.outcome:
        raise AlreadyDecided(found.outcome)
    return found


def _decided(uow: Session, by: PlanWriter, proposed: Exchange, kind: FactKind) -> None:
    act = Act(
        kind=kind,
        on=by.on,
        at=by.at,
        actor_role=by.author.words,
        subject=str(proposed.id),
        theme=proposed.theme,
    )
    note_fact(uow, by.establishment_id, act)
    refresh_case(uow, by.establishment_id, on=by.on)
