"""Values set by hand on one row: kept beside the computed ones, and refused in the words of the rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.domain.answer_marks import NO_ANSWER, Settled, settle, words_mark
from app.domain.assessment import ThemeAssessment
from app.domain.inputs import FirmAssessment, Override, OverrideField
from app.domain.lawful import SetAside
from app.domain.library import Library
from app.domain.mending import MendedFirm, mend
from app.models.draft import RatingOverride
from app.models.engine import Database
from app.models.stored_values import canonical
from app.services import assessment_rows as rows
from app.services.attempts import again
from app.services.row_changes import remove, replace_rows
from app.services.saving import Clash, Saved, named
from app.services.theme_drafts import DraftRows, Seat, Workbook, note_answer, open_rows
from forms.base import FieldFault
from forms.row_card import ValuesForm

_NAMES = {
    OverrideField.GRAVITY: "gravite",
    OverrideField.MASTERY: "maitrise",
    OverrideField.FIRST: "premier",
}
"""Field -> name in the form."""


_ABOUT = {
    "gravite": "gravité",
    "gravite_motif": "motif de la gravité",
    "maitrise": "maîtrise",
    "maitrise_motif": "motif de la maîtrise",
    "maitrise_mesure": "mesure en place",
    "maitrise_mois": "mois du contrôle",
    "premier": "ordre",
}
"""How the fields are named in what is to correct."""


class UnknownRow(LookupError):
    """The theme has no such row here: the situation is not retained in that unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RatedTheme:
    """The theme as it is rated today, and the hand-set values that no longer hold."""

    assessment: ThemeAssessment
    refused: tuple[SetAside, ...]


def rate_theme(workbook: Workbook, seat: Seat) -> RatedTheme:
    """The rating of today; a value set by hand that became illegal gives way to the computed one."""
    mended = _mended(workbook, seat, workbook.overrides)
    return RatedTheme(assessment=mended.assessments[0], refused=mended.refused)


def override_of(workbook: Workbook, situation: str, unit: str, field: OverrideField) -> Override | None:
    """The value set by hand on a row, None when there is none."""
    mine = (each for each in workbook.overrides if (each.situation, each.unit, each.field) == (situation, unit, field))
    return next(mine, None)


def override_mark(override: Override | None) -> str:
    """The mark of a hand-set value with what justifies it."""
    if override is None:
        return NO_ANSWER
    return words_mark(canonical([override.value, override.reason, override.measure, override.checked_on]))


def save_values(database: Database, seat: Seat, place: tuple[str, str], posted: Any) -> Saved[ValuesForm]:
    """Stores what was set by hand on the row of (situation, unit).

    Raises UnknownTheme, UnknownRow, MoveRefused, Conflict.
    """

    def save() -> Saved[ValuesForm]:
        with database.unit_of_work(service_id=seat.service_id) as uow:
            draft = open_rows(uow, seat)
            before = draft.workbook()
            _check_place(before, place)
            form = ValuesForm(posted)
            form.validate()
            sorted_ = _settle(form, before, draft, place)
            after = before
            if sorted_.written:
                state = note_answer(uow, draft)
                _write(uow, draft, place, sorted_.written)
                after = replace(
                    before, overrides=_merged(before, place, sorted_.written), state=state, assessed_on=seat.on
                )
        return Saved(
            at=seat.at,
            form=form,
            workbook=after,
            marks=sorted_.marks,
            clashes=tuple(sorted_.clashes),
            faults=tuple(
                replace(fault, words=named(_ABOUT[fault.anchor], fault.words))
                for fault in (*form.faults(), *sorted_.faults)
            ),
        )

    return again(save)


class _Sorted:
    """What became of each value."""

    def __init__(self) -> None:
        self.written: dict[OverrideField, Override | None] = {}
        self.marks: dict[str, str] = {}
        self.clashes: list[Clash] = []
        self.faults: list[FieldFault] = []


def _settle(form: ValuesForm, workbook: Workbook, draft: DraftRows, place: tuple[str, str]) -> _Sorted:
    sorted_ = _Sorted()
    for field, given in _given(form, draft.seat, place).items():
        name = _NAMES[field]
        known = override_of(workbook, *place, field)
        new, stored = override_mark(given), override_mark(known)
        base, choice = form[f"{name}__base"].data or "", form[f"{name}__choix"].data or ""
        settled = settle(new, base=base, stored=stored, choice=choice)
        if settled is Settled.CLASH:
            sorted_.clashes.append(_clash(name, known, given, draft.overrides.get((*place, field.value))))
        elif settled is not Settled.LEFT:
            sorted_.marks[name] = new
        if settled is not Settled.WRITE:
            continue
        refusal = _refusal(workbook, draft.seat, place, {**sorted_.written, field: given}) if given else ""
        if refusal:
            sorted_.marks.pop(name, None)
            sorted_.faults.append(FieldFault(anchor=name, words=refusal))
        else:
            sorted_.written[field] = given
    return sorted_


def _given(form: ValuesForm, seat: Seat, place: tuple[str, str]) -> dict[OverrideField, Override | None]:
    """The values that were on the page and can be read; None is « the computed value »."""
    month = form.month(seat.on)
    blank = Override(
        theme=seat.theme,
        situation=place[0],
        unit=place[1],
        field=OverrideField.FIRST,
        value=1,
        author_role=seat.author.words,
        made_on=seat.on,
    )
    found: dict[OverrideField, Override | None] = {}
    if form.gravite__base.data is not None and not (form.gravite.errors or form.gravite_motif.errors):
        gravity = replace(
            blank, field=OverrideField.GRAVITY, value=int(form.gravite.data or 0), reason=form.gravite_motif.data
        )
        found[OverrideField.GRAVITY] = gravity if form.gravite.data else None
    justified = (form.maitrise, form.maitrise_motif, form.maitrise_mesure, form.maitrise_mois)
    if form.maitrise__base.data is not None and not any(each.errors for each in justified):
        mastery = replace(
            blank,
            field=OverrideField.MASTERY,
            value=int(form.maitrise.data or 0),
            reason=form.maitrise_motif.data,
            measure=form.maitrise_mesure.data,
            checked_on=month,
        )
        found[OverrideField.MASTERY] = mastery if form.maitrise.data else None
    if form.premier__base.data is not None:
        found[OverrideField.FIRST] = blank if form.premier.data else None
    return found


def _refusal(
    workbook: Workbook, seat: Seat, place: tuple[str, str], written: Mapping[OverrideField, Override | None]
) -> str:
    """Why the last of these values breaks a limit beside the others; empty when it holds."""
    *_, tried = written.values()
    mended = _mended(workbook, seat, _merged(workbook, place, written))
    return next((refused.words for refused in mended.refused if refused.override is tried), "")


def _merged(
    workbook: Workbook, place: tuple[str, str], written: Mapping[OverrideField, Override | None]
) -> tuple[Override, ...]:
    kept = [each for each in workbook.overrides if (each.situation, each.unit) != place or each.field not in written]
    return (*kept, *(each for each in written.values() if each is not None))


def _mended(workbook: Workbook, seat: Seat, overrides: tuple[Override, ...]) -> MendedFirm:
    theme = workbook.theme
    firm = FirmAssessment(
        assessed_on=seat.on,
        establishment=workbook.establishment,
        books=(workbook.book,),
        actions=(),
        overrides=overrides,
        validation=None,
    )
    library = Library(themes={theme.theme: theme}, laws=seat.catalogue.laws, helps=seat.catalogue.helps)
    return mend(firm, library)


def _check_place(workbook: Workbook, place: tuple[str, str]) -> None:
    situation, key = place
    for unit in workbook.establishment.units:
        if unit.key == key and situation in workbook.reader.retained(unit):
            return
    raise UnknownRow(f"{situation} {key}")


def _write(
    uow: Session, draft: DraftRows, place: tuple[str, str], written: Mapping[OverrideField, Override | None]
) -> None:
    seat = draft.seat
    last = max((row.position for row in draft.overrides.values()), default=-1)
    keys = {field: (*place, field.value) for field in written}
    wanted = {}
    for number, (field, override) in enumerate(written.items(), start=1):
        known = draft.overrides.get(keys[field])
        if override is not None:
            wanted[keys[field]] = rows.override_fields(override, known.position if known else last + number)
    gone = replace_rows(
        uow,
        RatingOverride,
        known={key: row for key, row in draft.overrides.items() if key in keys.values()},
        wanted=wanted,
        shared={"service_id": seat.service_id, "establishment_id": seat.establishment_id},
        stamps={},
    )
    remove(uow, gone)


def _clash(name: str, known: Override | None, given: Override | None, row: RatingOverride | None) -> Clash:
    return Clash(
        name=name,
        stored=_words(known),
        role=row.author_role if row is not None else "",
        at=None,
        mine=_words(given),
        mark=override_mark(known),
    )


def _words(override: Override | None) -> str:
    if override is None:
        return ""
    return f"{override.value} : {override.reason}" if override.reason else str(override.value)
