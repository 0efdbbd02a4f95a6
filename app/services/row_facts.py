"""Saves the cards: what is said of each situation in each unit, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.domain.answer_marks import Settled, settle, words_mark
from app.domain.establishment import EVERY_UNIT, WorkUnit
from app.models.engine import Database
from app.services.attempts import again
from app.services.said_facts import ACCIDENT, SaidFacts, situations_of
from app.services.saving import Saved, SettledFacts, clash_of, named
from app.services.screening import write_facts
from app.services.theme_drafts import DraftRows, Seat, Workbook, note_answer, open_rows
from forms.row_card import NO, UNKNOWN, YES, CardChange, CardForm, card_form
from questionnaires.schema import Situation

Place = tuple[str, str]
"""(situation, unit)."""

Cards = Mapping[Place, CardForm]

_FIELD_WORDS = {
    "mots": "chez vous",
    "effectif": "personnes exposées",
    "en_place": "en place",
    "vu": "vérification",
    "vu_mois": "vérification",
    "accident": "accident",
}
"""How the fields of a card are named in what is to correct."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCard:
    """What the fields of a card show, as text; empty is « nobody said »."""

    words: str
    people: str
    in_place: str
    checked_on: str
    """`2026-06`, `non`, `ne_sait_pas`."""
    accident: str
    """`oui`, `non`, `ne_sait_pas`."""

    def value(self, field: str) -> str:
        """The text of a field by its column."""
        return str(getattr(self, field))


def rows_of(workbook: Workbook) -> tuple[tuple[Situation, WorkUnit], ...]:
    """The rows of the theme: each situation in each unit where it exists, in the order of the content."""
    reader = workbook.reader
    present = {unit.key: reader.retained(unit) for unit in workbook.establishment.units}
    return tuple(
        (situation, unit)
        for situation in workbook.theme.situations
        for unit in workbook.establishment.units
        if situation.id in present[unit.key]
    )


def shown_card(workbook: Workbook, situation: str, unit: str) -> ShownCard:
    """What a card shows: the unit's own word, else the word for every unit."""
    own = workbook.said.get((situation, unit), SaidFacts())
    common = workbook.said.get((situation, EVERY_UNIT), SaidFacts())
    return ShownCard(
        words=_first(own.words, common.words),
        people="" if own.people is None else str(own.people),
        in_place=_first(own.in_place, common.in_place),
        checked_on=_first(own.checked_on, common.checked_on),
        accident=_text(own, "accident") or _text(common, "accident"),
    )


def save_cards(database: Database, seat: Seat, posted: Any) -> Saved[Cards]:
    """Stores what the cards posted; raises UnknownTheme, MoveRefused, Conflict."""

    def save() -> Saved[Cards]:
        with database.unit_of_work(service_id=seat.service_id) as uow:
            draft = open_rows(uow, seat)
            before = draft.workbook()
            cards = {
                (situation.id, unit.key): card_form(situation.id, unit.key, posted)
                for situation, unit in rows_of(before)
            }
            sorted_ = _settle(cards, before, draft)
            after = before
            if sorted_.written:
                state = note_answer(uow, draft)
                write_facts(uow, draft, sorted_.written)
                said = {**before.said, **sorted_.written}
                book = replace(before.book, situations=situations_of(said))
                after = replace(before, said=said, book=book, state=state, assessed_on=seat.on)
        return Saved(
            at=seat.at,
            form=cards,
            workbook=after,
            marks=sorted_.marks,
            clashes=tuple(sorted_.clashes),
            faults=tuple(sorted_.faults),
        )

    return again(save)


def _settle(cards: Cards, workbook: Workbook, draft: DraftRows) -> SettledFacts:
    sorted_ = SettledFacts()
    for (situation, unit), card in cards.items():
        shown = shown_card(workbook, situation, unit)
        most = workbook.establishment.unit(unit).people.total
        row = draft.facts.get((situation, unit)) or draft.facts.get((situation, EVERY_UNIT))
        for change in card.read(most=most, today=draft.seat.on):
            stored = words_mark(shown.value(change.field))
            settled = settle(words_mark(change.value), base=change.base, stored=stored, choice=change.choice)
            if settled is Settled.CLASH:
                sorted_.clashes.append(
                    clash_of(change.name, shown.value(change.field), change.value, mark=stored, row=row)
                )
            elif settled is not Settled.LEFT:
                sorted_.marks[change.name] = words_mark(change.value)
            if settled is Settled.WRITE:
                _write(change, (situation, unit), workbook, sorted_.written)
        about = f"{workbook.theme.situation(situation).label}, {workbook.establishment.unit(unit).name}"
        sorted_.faults += [
            replace(fault, words=named(f"{about}, {_FIELD_WORDS[fault.anchor.rpartition('.')[2]]}", fault.words))
            for fault in card.faults()
        ]
    return sorted_


def _write(change: CardChange, place: Place, workbook: Workbook, written: dict[Place, SaidFacts]) -> None:
    """The fact of one unit; a word for every unit is first written out, so that the others keep it."""
    situation = place[0]
    common = written.get((situation, EVERY_UNIT)) or workbook.said.get((situation, EVERY_UNIT), SaidFacts())
    told = _text(common, change.field)
    if told:
        for name, known in list({**workbook.said, **written}.items()):
            if name[0] == situation and name[1] != EVERY_UNIT and not _text(known, change.field):
                written[name] = _with(known, change.field, told)
        for other in (unit.key for row, unit in rows_of(workbook) if row.id == situation):
            if (situation, other) not in workbook.said:
                written[situation, other] = _with(_known(workbook, written, (situation, other)), change.field, told)
        written[situation, EVERY_UNIT] = _with(common, change.field, "")
    written[place] = _with(_known(workbook, written, place), change.field, change.value)


def _text(said: SaidFacts, field: str) -> str:
    """What a row says of a field, as a card would post it."""
    if field == "accident":
        return {True: YES, False: NO, None: UNKNOWN if ACCIDENT in said.unknowns else ""}[said.accident]
    value = {"words": said.words, "in_place": said.in_place, "checked_on": said.checked_on, "people": said.people}[
        field
    ]
    return "" if value is None else str(value)


def _known(workbook: Workbook, written: Mapping[Place, SaidFacts], place: Place) -> SaidFacts:
    known = written.get(place) or workbook.said.get(place)
    if known is not None:
        return known
    # The row is on the page because the unit counts as concerned: a situation nobody has placed stays so.
    placed = workbook.book.facts_of(place[0]).frequency
    return SaidFacts(concerned=bool(placed) and place[1] in placed)


def _with(said: SaidFacts, field: str, value: str) -> SaidFacts:
    """The row with another value of a field, as a card posts it; empty for nothing."""
    match field:
        case "people":
            return replace(said, people=int(value) if value else None)
        case "accident":
            unknowns = said.unknowns - {ACCIDENT} | ({ACCIDENT} if value == UNKNOWN else set())
            return replace(said, accident={YES: True, NO: False}.get(value), unknowns=frozenset(unknowns))
        case "checked_on":
            return replace(said, checked_on=value or None)
        case "words":
            return replace(said, words=value or None)
        case _:
            return replace(said, in_place=value or None)


def _first(own: str | None, common: str | None) -> str:
    return own if own is not None else common or ""
