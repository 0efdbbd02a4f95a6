"""One to one between the engine's values and the rows of the draft; no query here."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.answers import Answer, SituationFacts
from app.domain.establishment import EVERY_UNIT, NO_ROW, Cse, Establishment, People, WorkUnit
from app.domain.inputs import ActionStatus, ChosenAction, Override, OverrideField
from app.models.draft import AnswerRow, ChosenActionRow, RatingOverride, SituationFactRow
from app.models.establishment import EstablishmentRow, EstablishmentState, WorkUnitRow
from app.models.stored_values import read_list, read_value, store_list, store_set, store_value
from app.services.row_changes import Fields


def state_fields(establishment: Establishment) -> Fields:
    """What the establishment declares, without the day."""
    return {
        "naf": establishment.naf,
        "naf_label": establishment.naf_label,
        "naf_nomenclature": establishment.naf_nomenclature,
        "sectors": store_set(establishment.sectors),
        "headcount": establishment.headcount,
        "headcount_on": establishment.headcount_on,
        "cse": establishment.cse.value,
        "employer_role": establishment.employer_role,
        "service_name": establishment.service,
    }


def read_establishment(row: EstablishmentRow, state: EstablishmentState, units: Iterable[WorkUnitRow]) -> Establishment:
    """The establishment in one of its states, with the units given, in their order."""
    return Establishment(
        name=row.name,
        siret=row.siret,
        naf=state.naf,
        naf_label=state.naf_label,
        naf_nomenclature=state.naf_nomenclature,
        sectors=frozenset(read_list(state.sectors)),
        headcount=state.headcount,
        headcount_on=state.headcount_on,
        cse=Cse(state.cse),
        employer_role=state.employer_role,
        address=row.address,
        service=state.service_name,
        units=tuple(map(_read_unit, units)),
    )


def unit_fields(unit: WorkUnit, position: int) -> Fields:
    """A work unit as a row, in use."""
    return {
        "key": unit.key,
        "position": position,
        "name": unit.name,
        "activities": unit.activities,
        "places": unit.places,
        "total": unit.people.total,
        "women": unit.people.women,
        "men": unit.people.men,
        "temps": unit.people.temps,
        "apprentices": unit.people.apprentices,
        "flags": store_set(unit.flags),
        "women_men": unit.women_men,
        "archived_on": None,
    }


def _read_unit(row: WorkUnitRow) -> WorkUnit:
    return WorkUnit(
        key=row.key,
        name=row.name,
        activities=row.activities,
        places=row.places,
        people=People(total=row.total, women=row.women, men=row.men, temps=row.temps, apprentices=row.apprentices),
        flags=frozenset(read_list(row.flags)),
        women_men=row.women_men,
    )


def answer_fields(theme: str, question: str, unit: str, answer: Answer) -> Fields:
    """An answer as a row; a table is one answer, whole."""
    return {
        "theme": theme,
        "question": question,
        "unit": unit,
        "row": NO_ROW,
        "value": store_value(answer.value),
        "reason": answer.reason,
    }


def read_answer(row: AnswerRow) -> Answer:
    """The answer a row holds."""
    return Answer(value=read_value(row.value), reason=row.reason)


def situation_fields(theme: str, situation: str, facts: SituationFacts, *, units: Iterable[str] = ()) -> list[Fields]:
    """One row per unit that something was said of; one empty row when the situation is only retained.

    Once it was said who is concerned, each of `units` has a row: one without would be a unit nobody spoke of.
    """
    said = (facts.frequency, facts.people, facts.words, facts.in_place, facts.checked_on, facts.accident)
    told = {unit for mapping in said for unit in mapping}.union(units if facts.frequency else ())
    named = sorted(told) or [EVERY_UNIT]
    return [
        {
            "theme": theme,
            "situation": situation,
            "unit": unit,
            "concerned": unit in facts.frequency,
            "frequency": facts.frequency.get(unit),
            "people": facts.people.get(unit),
            "words": facts.words.get(unit),
            "in_place": facts.in_place.get(unit),
            "checked_on": facts.checked_on.get(unit),
            "accident": facts.accident.get(unit),
            "unknowns": "frequency" if unit in facts.frequency and facts.frequency[unit] is None else "",
        }
        for unit in named
    ]


def read_situation(rows: Iterable[SituationFactRow]) -> SituationFacts:
    """The facts of one situation from its rows; NULL is « nobody said »."""
    known = tuple(rows)
    return SituationFacts(
        frequency={row.unit: row.frequency for row in known if row.concerned},
        people={row.unit: row.people for row in known if row.people is not None},
        words={row.unit: row.words for row in known if row.words is not None},
        in_place={row.unit: row.in_place for row in known if row.in_place is not None},
        checked_on={row.unit: row.checked_on for row in known if row.checked_on is not None},
        accident={row.unit: row.accident for row in known if row.accident is not None},
    )


def override_fields(override: Override, position: int) -> Fields:
    """A value set by hand as a row."""
    return {
        "position": position,
        "theme": override.theme,
        "situation": override.situation,
        "unit": override.unit,
        "field": override.field.value,
        "value": override.value,
        "reason": override.reason,
        "measure": override.measure,
        "checked_on": override.checked_on,
        "author_role": override.author_role,
        "made_on": override.made_on,
    }


def read_override(row: RatingOverride) -> Override:
    """The value set by hand that a row holds."""
    return Override(
        theme=row.theme,
        situation=row.situation,
        unit=row.unit,
        field=OverrideField(row.field),
        value=row.value,
        reason=row.reason,
        measure=row.measure,
        checked_on=row.checked_on,
        author_role=row.author_role,
        made_on=row.made_on,
    )


def action_fields(action: ChosenAction, position: int) -> Fields:
    """A chosen action as a row, in use."""
    return {
        "position": position,
        "measure": action.measure,
        "words": action.text,
        "theme": action.theme,
        "situations": store_list(action.situations),
        "rank": action.rank,
        "owner": action.owner,
        "start": action.start,
        "due": action.due,
        "cost": action.cost,
        "indicator": action.indicator,
        "conditions": action.conditions,
        "resources": action.resources,
        "collective_sought": action.collective_sought,
        "status": action.status.value,
        "done_on": action.done_on,
        "archived_on": None,
    }


def read_action(row: ChosenActionRow) -> ChosenAction:
    """The chosen action a row holds."""
    return ChosenAction(
        measure=row.measure,
        text=row.words,
        theme=row.theme,
        situations=read_list(row.situations),
        rank=row.rank,
        owner=row.owner,
        start=row.start,
        due=row.due,
        cost=row.cost,
        indicator=row.indicator,
        conditions=row.conditions,
        resources=row.resources,
        collective_sought=row.collective_sought,
        status=ActionStatus(row.status),
        done_on=row.done_on,
    )
