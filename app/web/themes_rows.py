"""One card per row: the real situation, what is in place, the priority; and the values its employer sets by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from app.domain.answer_marks import words_mark
from app.domain.assessment import Row
from app.domain.inputs import OverrideField
from app.domain.lawful import SetAside, set_aside_words
from app.domain.rating import Priority
from app.domain.words import GRAVITY_STEPS, MASTERY_STEPS, TO_ASSESS
from app.services.row_facts import Cards, ShownCard, rows_of, save_cards, shown_card
from app.services.row_values import override_mark, override_of, rate_theme, save_values
from app.services.saving import Saved, unnamed
from app.services.screening import retained
from app.services.theme_drafts import Workbook
from app.services.theme_views import PageKind
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _, month_words
from app.web.themes_frame import address, answer, by_name, draw, for_readers, opened, saving, seat_of
from forms.boxes import TwoValues
from forms.row_card import MONTH, NO, UNKNOWN, YES, CardForm, FieldBox, ValuesForm, card_name
from forms.words import say
from questionnaires.schema import NEVER_ESSENTIAL, Level, Theme

_COLUMNS = {"mots": "words", "effectif": "people", "en_place": "in_place", "vu": "checked_on", "accident": "accident"}
"""Field of a card -> column of the row."""

_PRIORITIES = {
    Priority.P1: say("agir sans attendre"),
    Priority.P2: say("à planifier en priorité"),
    Priority.P3: say("à améliorer"),
    Priority.P4: say("à maintenir et surveiller"),
}

_RADIOS = frozenset({"vu", "accident"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One row as drawn."""

    row: Row
    fields: Mapping[str, FieldBox]
    month: FieldBox
    """Month of the check, beside its button."""
    code: str
    """`P1` to `P4`, or `a_evaluer`."""
    priority: str
    in_place: tuple[str, ...]
    """What the « oui » and « en partie » say is there."""
    aside: tuple[str, ...]
    """Hand-set values that no longer hold, and why."""
    values_address: str


def add_pages(pages: Blueprint, desk: Desk) -> None:
    """The cards and the page of hand-set values."""

    @pages.get("/<theme>/situations")
    @access(Door.FIRM_READ)
    def rows(theme: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        if not retained(workbook):
            return redirect(address("themes.screening", theme=theme), 303)
        return for_readers(theme) or _page(desk, workbook)

    @pages.post("/<theme>/situations")
    @access(Door.FIRM_WRITE)
    def save_rows(theme: str, **_arguments: object) -> ResponseReturnValue:
        def act() -> ResponseReturnValue:
            saved = save_cards(desk.database, seat_of(desk, theme), request.form)
            return answer(saved, (PageKind.ROWS, ""), lambda: _page(desk, saved.workbook, saved))

        return saving(act)

    @pages.get("/<theme>/situations/<situation>/<unit>")
    @access(Door.FIRM_READ)
    def values(theme: str, situation: str, unit: str, **_arguments: object) -> ResponseReturnValue:
        workbook = opened(desk, theme)
        return for_readers(theme) or _values(desk, workbook, (situation, unit))

    @pages.post("/<theme>/situations/<situation>/<unit>")
    @access(Door.FIRM_WRITE)
    def save_by_hand(theme: str, situation: str, unit: str, **_arguments: object) -> ResponseReturnValue:
        def act() -> ResponseReturnValue:
            place = (situation, unit)
            saved = save_values(desk.database, seat_of(desk, theme), place, request.form)
            if not saved.whole:
                return _values(desk, saved.workbook, place, saved), 422 if saved.faults else 409
            return redirect(address("themes.rows", theme=theme, _anchor=f"{situation}.{unit}"), 303)

        return saving(act)


def card_anchor(situation: str, unit: str) -> str:
    """Id of a card."""
    return f"{situation}.{unit}"


def priority_code(row: Row) -> str:
    """Stored code of the priority of a row."""
    return row.rated.worst.priority.name if row.rated.firm else TO_ASSESS


def priority_said(row: Row) -> str:
    """What a page says of the priority of a row beside its mark; empty where the mark says it all."""
    if row.rated.firm:
        return ""
    best, worst = _PRIORITIES[row.rated.best.priority], _PRIORITIES[row.rated.worst.priority]
    return say("À évaluer : au mieux « {best} », au pire « {worst} »", best=best, worst=worst)


def said_words(name: str, value: str) -> str:
    """A stored value of a card in words: buttons by their labels, a month as it reads."""
    if name.endswith((".vu", ".accident")):
        known = {YES: _("Oui"), NO: _("Non"), UNKNOWN: _("Je ne sais pas")}
        return known.get(value) or month_words(value)
    return value


def _page(desk: Desk, workbook: Workbook, saved: Saved[Cards] | None = None) -> str:
    theme = workbook.theme.theme
    rated = rate_theme(workbook, seat_of(desk, theme))
    by_place = {(row.situation.id, row.unit.key): row for row in rated.assessment.rows}
    clashes = by_name(saved, said_words) if saved else {}
    return draw(
        desk,
        "themes/rows.html",
        workbook,
        (PageKind.ROWS, ""),
        cards=[
            _card(workbook, by_place[situation.id, unit.key], _Came(saved, clashes, rated.refused))
            for situation, unit in rows_of(workbook)
        ],
        faults=saved.faults if saved else (),
        clashes=saved.clashes if saved else (),
    )


@dataclass(frozen=True, slots=True)
class _Came:
    """What a page that comes back knows beside what is stored."""

    saved: Saved[Cards] | None
    clashes: Mapping[str, TwoValues]
    refused: tuple[SetAside, ...]


def _card(workbook: Workbook, row: Row, came: _Came) -> Card:
    situation, unit = row.situation.id, row.unit.key
    shown = shown_card(workbook, situation, unit)
    form = came.saved.form.get((situation, unit)) if came.saved else None
    month = FieldBox(name=card_name(situation, unit, "vu_mois"), value=_shown_month(shown.checked_on), mark="")
    if form is not None and form.vu__base.data is not None:
        month = replace(month, value=_typed(form, "vu_mois"), error=next(iter(form.vu_mois.errors), ""))
    return Card(
        row=row,
        fields={field: _field((situation, unit), field, shown, form, came) for field in _COLUMNS},
        month=month,
        code=priority_code(row),
        priority=priority_said(row),
        in_place=tuple(
            control.question.in_place
            for control in row.controls
            if control.level in (Level.YES, Level.PARTLY) and control.question.in_place
        ),
        aside=tuple(
            set_aside_words(each)
            for each in came.refused
            if (each.override.situation, each.override.unit) == (situation, unit)
        ),
        values_address=address("themes.values", theme=workbook.theme.theme, situation=situation, unit=unit),
    )


def _field(place: tuple[str, str], field: str, shown: ShownCard, form: CardForm | None, came: _Came) -> FieldBox:
    """A field of a card: as it is stored, or as it was just typed with what is wrong with it."""
    stored = shown.value(_COLUMNS[field])
    box = FieldBox(name=card_name(*place, field), value=_code(field, stored), mark=words_mark(stored))
    base = form[f"{field}__base"].data if form is not None else None
    if form is not None and base is not None and came.saved is not None:
        box = replace(
            box,
            value=_typed(form, field) or _left(form, field, box.value),
            mark=came.saved.marks.get(box.name, base),
            error=next(iter(form[field].errors), ""),
        )
    clash = came.clashes.get(box.name)
    if clash is None:
        return box
    return replace(box, value="" if field in _RADIOS else box.value, mark=clash.mark, clash=clash)


def _left(form: CardForm, field: str, stored: str) -> str:
    """What a field left alone shows: buttons as they are stored, a month typed beside its button with that button."""
    if field == "vu" and _typed(form, "vu_mois"):
        return MONTH
    return stored if field in _RADIOS else ""


def _typed(form: CardForm | ValuesForm, field: str) -> str:
    raw = form[field].raw_data
    return str(raw[0]) if raw else ""


def _code(field: str, stored: str) -> str:
    return MONTH if field == "vu" and stored not in ("", NO, UNKNOWN) else stored


def _shown_month(stored: str) -> str:
    year, _dash, month = stored.partition("-")
    return f"{month}/{year}" if month else ""


def _values(desk: Desk, workbook: Workbook, place: tuple[str, str], saved: Saved[ValuesForm] | None = None) -> str:
    theme = workbook.theme
    rated = rate_theme(workbook, seat_of(desk, theme.theme))
    row = next((each for each in rated.assessment.rows if (each.situation.id, each.unit.key) == place), None)
    if row is None:
        abort(404)
    return draw(
        desk,
        "themes/values.html",
        workbook,
        (PageKind.ROWS, ""),
        row=row,
        code=priority_code(row),
        priority_said=priority_said(row),
        boxes=value_boxes(workbook, place, saved),
        gravities=GRAVITY_STEPS,
        masteries=MASTERY_STEPS,
        computed_mastery=row.computed.worst.mastery,
        measures=_measures(theme, row),
        aside=[
            set_aside_words(each) for each in rated.refused if (each.override.situation, each.override.unit) == place
        ],
        cards_address=address("themes.rows", theme=theme.theme, _anchor=card_anchor(*place)),
        faults=saved.faults if saved else (),
        clashes=saved.clashes if saved else (),
    )


def value_boxes(workbook: Workbook, place: tuple[str, str], saved: Saved[ValuesForm] | None) -> dict[str, FieldBox]:
    """The fields of the page of hand-set values."""
    gravity = override_of(workbook, *place, OverrideField.GRAVITY)
    mastery = override_of(workbook, *place, OverrideField.MASTERY)
    first = override_of(workbook, *place, OverrideField.FIRST)
    stored = {
        "gravite": (str(gravity.value) if gravity else "", override_mark(gravity)),
        "gravite_motif": (gravity.reason if gravity else "", ""),
        "maitrise": (str(mastery.value) if mastery else "", override_mark(mastery)),
        "maitrise_motif": (mastery.reason if mastery else "", ""),
        "maitrise_mesure": (mastery.measure if mastery else "", ""),
        "maitrise_mois": (_shown_month(mastery.checked_on) if mastery else "", ""),
        "premier": ("1" if first else "", override_mark(first)),
    }
    boxes = {name: FieldBox(name=name, value=value, mark=mark) for name, (value, mark) in stored.items()}
    if saved is None:
        return boxes
    clashes = by_name(saved)
    errors = {fault.anchor: unnamed(fault.words) for fault in saved.faults}
    found = {}
    for name, box in boxes.items():
        clash = clashes.get(name)
        base = saved.form[f"{name}__base"].data if f"{name}__base" in saved.form else ""
        mark = clash.mark if clash else saved.marks.get(name) or base or box.mark
        found[name] = replace(box, value=_typed(saved.form, name), mark=mark, error=errors.get(name, ""), clash=clash)
    return found


def _measures(theme: Theme, row: Row) -> list[tuple[str, str]]:
    """The collective measures that bear on a row: what a better mastery may rest on."""
    asked = {control.question.id for control in row.controls}
    return [
        (measure.id, measure.text)
        for measure in theme.measures
        if measure.question in asked and measure.rank not in NEVER_ESSENTIAL
    ]
