"""The `[[actions]]` and `[validation]` tables of an answers file."""

from __future__ import annotations

from datetime import date

from app.domain.inputs import ActionStatus, ChosenAction, Participation, Trigger, Validation
from app.domain.plain_values import ValueFault, read_day, read_line, shown_raw
from app.intake.per_unit import UnitKeys
from app.intake.table_reader import TableReader, listed, one_of, several
from questionnaires.schema import Rank, Theme

PARTICIPATION_FORMS = ("observation", "entretien", "réunion", "questionnaire")
"""Ways of taking part, as printed."""

_UNACCENTED = {"reunion": "réunion"}
_OWN_ONLY = ("situations", "rank")
_FIRST_DAY, _LAST_DAY = date(2020, 1, 1), date(2099, 12, 31)


def read_assessed_on(raw: object) -> date:
    """The day of the assessment; raises `ValueFault` outside 2020-2099."""
    day = read_day(raw)
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise ValueFault(f"{shown_raw(raw)} est hors des bornes", "un jour de 2020 à 2099")
    return day


def read_actions(tables: list[TableReader], *, themes: tuple[Theme, ...]) -> tuple[ChosenAction, ...]:
    """The actions taken on, in the order of the file; a measure is taken on once."""
    actions: list[ChosenAction] = []
    for table in tables:
        action = _action(table, themes)
        if action.measure and any(known.measure == action.measure for known in actions):
            table.fault("measure", f"{action.measure} est déjà dans la liste", "chaque mesure une seule fois")
        actions.append(action)
    return tuple(actions)


def read_validation(table: TableReader, *, units: UnitKeys, assessed_on: date | None) -> Validation:
    """The employer's decision; every day in it comes in its order."""
    validated_on = table.optional("validated_on", read_day)
    if validated_on and assessed_on and validated_on < assessed_on:
        table.fault("validated_on", "la décision précède l'évaluation", "assessed_on, ou un jour qui le suit")
    decided = validated_on or assessed_on
    trigger = table.required("trigger", one_of(Trigger), accepted=", ".join(Trigger))
    cse_on = table.optional("cse_on", read_day)
    _not_after(table, "cse_on", cse_on, decided)
    validation = Validation(
        trigger=Trigger(trigger or Trigger.YEARLY),
        reason=table.required_line("reason", accepted="une phrase : ce qui a conduit à cette version"),
        participants=tuple(_participation(item, units, decided) for item in table.tables("participants")),
        cse_on=cse_on,
        cse_words=table.text("cse_words"),
        validated_on=validated_on,
    )
    table.close()
    return validation


def _action(table: TableReader, themes: tuple[Theme, ...]) -> ChosenAction:
    measure = _measure(table, themes)
    theme = _theme_of(table, measure, themes)
    text = table.optional("text", lambda raw: read_line(raw, limit=500))
    if table.has("measure") == table.has("text"):
        table.fault("", "une action dit soit measure, soit text", 'measure = "…" ou text = "…", jamais les deux')
    situations = [situation.id for each in themes if theme in ("", each.theme) for situation in each.situations]
    action = ChosenAction(
        measure=measure,
        text=None if measure else text,
        theme=theme,
        situations=table.optional("situations", several(one_of(situations))) or (),
        rank=table.optional("rank", one_of(Rank)),
        owner=table.line("owner"),
        start=table.optional("start", read_day),
        due=table.optional("due", read_day),
        cost=table.line("cost"),
        indicator=table.text("indicator"),
        conditions=table.text("conditions"),
        resources=table.text("resources"),
        collective_sought=table.text("collective_sought"),
        status=ActionStatus(table.optional("status", one_of(ActionStatus)) or ActionStatus.PLANNED),
        done_on=table.optional("done_on", read_day),
    )
    _check_action(table, action)
    table.close()
    return action


def _measure(table: TableReader, themes: tuple[Theme, ...]) -> str | None:
    return table.optional("measure", one_of(measure.id for theme in themes for measure in theme.measures))


def _theme_of(table: TableReader, measure: str | None, themes: tuple[Theme, ...]) -> str:
    """Theme of an action: the measure's own, the one written, or the only one of the file."""
    written = table.optional("theme", one_of(theme.theme for theme in themes)) or ""
    if measure is not None:
        own = next(theme.theme for theme in themes if any(item.id == measure for item in theme.measures))
        if written and written != own:
            table.fault("theme", f"la mesure {measure} appartient au thème {own}", own)
        return own
    if not written and not table.has("theme") and len(themes) == 1:
        return themes[0].theme
    if not written and not table.has("measure"):
        table.fault("theme", "« theme » manque", listed(theme.theme for theme in themes))
    return written


def _check_action(table: TableReader, action: ChosenAction) -> None:
    if table.has("measure"):
        for key in _OWN_ONLY:
            if key in table.raw:
                table.fault(key, f"« {key} » ne s'écrit pas avec measure : la mesure le dit déjà", "text à la place")
    if action.start and action.due and action.start > action.due:
        table.fault("start", "le début suit l'échéance", "un jour qui ne suit pas due")
    if action.done_on and action.status is not ActionStatus.DONE:
        table.fault("done_on", "done_on ne s'écrit qu'avec status = \"fait\"", 'status = "fait", ou pas de done_on')


def _participation(table: TableReader, units: UnitKeys, decided: date | None) -> Participation:
    on = table.required("on", read_day, accepted="le jour, comme 2026-11-18")
    _not_after(table, "on", on, decided)
    roles = table.required("roles", several(read_line), accepted="une liste de fonctions, jamais de noms")
    if roles == ():
        table.fault("roles", "la liste est vide", "au moins une fonction")
    participation = Participation(
        on=on or date.min,
        form=table.required("form", _read_form, accepted=", ".join(PARTICIPATION_FORMS)) or "",
        roles=roles or (),
        units=table.optional("units", several(one_of(units.keys))) or (),
        contribution=table.text("contribution"),
    )
    table.close()
    return participation


def _read_form(raw: object) -> str:
    form = one_of((*PARTICIPATION_FORMS, *_UNACCENTED))(raw)
    return _UNACCENTED.get(form, form)


def _not_after(table: TableReader, key: str, day: date | None, decided: date | None) -> None:
    if day and decided and day > decided:
        table.fault(key, "ce jour suit la décision", "validated_on (ou assessed_on), ou un jour qui le précède")
