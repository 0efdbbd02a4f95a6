"""The inventory rows of a dossier, from rated rows: keys that last, words that need nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.domain import words
from app.domain.assessment import ControlReading, Row, ThemeAssessment, naming, sort_key
from app.domain.dossier import Dossier, DutyFlag, FormerRow, InPlace, OverrideCard, RiskRow
from app.domain.establishment import Establishment
from app.domain.inputs import OverrideField
from app.domain.overrides import AppliedOverride
from app.domain.reading import for_unit
from app.domain.sentences import unknown_names
from app.domain.typography import french_month
from questionnaires.nomenclature import FAMILIES
from questionnaires.schema import Level, Role, Theme

Label = Callable[[str], str]
"""From an article's key to its printed form."""

RowId = tuple[str, str, str]
"""(theme, situation, unit): what a row is, whatever its key."""

FIELD_WORDS = {
    OverrideField.GRAVITY: "gravité",
    OverrideField.MASTERY: "maîtrise",
    OverrideField.FIRST: "à traiter en premier",
}
"""What a value set by hand bears on, as printed."""


def risk_rows(
    assessments: Sequence[ThemeAssessment],
    establishment: Establishment,
    *,
    library: Label,
    previous: Dossier | None,
) -> tuple[RiskRow, ...]:
    """Every row of every theme, most urgent first, under keys that stay from one version to the next."""
    rows = [row for assessment in assessments for row in assessment.rows]
    keys = row_keys(rows, previous)
    ordered = sorted(rows, key=lambda row: sort_key(row, establishment))
    return tuple(_risk_row(row, keys[row_id(row)], library) for row in ordered)


def row_id(row: Row) -> RowId:
    """What a row is about."""
    return (row.theme.theme, row.situation.id, row.unit.key)


def row_keys(rows: Sequence[Row], previous: Dossier | None) -> dict[RowId, str]:
    """A key `UT1-R03` for each row: the one it had in any earlier version, else the unit's next free number."""
    kept = _known_keys(previous)
    highest: dict[str, int] = {}
    for (_, _, unit), key in kept.items():
        highest[unit] = max(highest.get(unit, 0), int(key.rpartition("R")[2]))
    keys: dict[RowId, str] = {}
    for row in sorted(rows, key=_content_order):
        known = kept.get(row_id(row))
        if known is None:
            highest[row.unit.key] = highest.get(row.unit.key, 0) + 1
            known = f"{row.unit.key}-R{highest[row.unit.key]:02d}"
        keys[row_id(row)] = known
    return keys


def former_rows(rows: Sequence[RiskRow], previous: Dossier | None) -> tuple[FormerRow, ...]:
    """The rows of every earlier version that this one no longer has, in the order of their keys."""
    present = {(row.theme, row.situation, row.unit) for row in rows}
    gone = [(key, row) for row, key in _known_keys(previous).items() if row not in present]
    return tuple(
        FormerRow(key=key, theme=theme, situation=situation, unit=unit)
        for key, (theme, situation, unit) in sorted(gone)
    )


def _known_keys(previous: Dossier | None) -> dict[RowId, str]:
    if previous is None:
        return {}
    known: tuple[FormerRow | RiskRow, ...] = (*previous.former_rows, *previous.rows)
    return {(row.theme, row.situation, row.unit): row.key for row in known}


def duty_flags(controls: Sequence[ControlReading], row: Row, label: Label) -> tuple[DutyFlag, ...]:
    """The legal statements behind unmet precise duties, each once."""
    found: dict[str, DutyFlag] = {}
    for control in controls:
        for obligation_id in control.question.obligations:
            obligation = row.theme.obligation(obligation_id)
            found.setdefault(
                obligation_id,
                DutyFlag(
                    obligation=obligation_id,
                    text=obligation.text,
                    articles=tuple(label(article) for article in obligation.articles),
                ),
            )
    return tuple(found.values())


def _content_order(row: Row) -> tuple[str, int]:
    return (row.theme.theme, row.theme.situations.index(row.situation))


def _risk_row(row: Row, key: str, label: Label) -> RiskRow:
    rated = row.rated
    unit = row.unit.key
    return RiskRow(
        key=key,
        theme=row.theme.theme,
        situation=row.situation.id,
        unit=unit,
        family=row.situation.family,
        family_label=FAMILIES[row.situation.family],
        label=row.situation.label,
        words=for_unit(row.said.words, unit) or "",
        examples=row.situation.examples,
        damage=row.situation.damage,
        people=row.people,
        people_words=people_words(row),
        in_place=_in_place(row),
        in_place_words=for_unit(row.said.in_place, unit) or "",
        checked_on=_checked_on(row),
        gravity=row.facts.gravity,
        gravity_reason=row.situation.gravity_reason if row.facts.gravity == row.situation.gravity else "",
        frequency=row.facts.frequency,
        gross=_gross(row),
        mastery=rated.best.mastery if rated.best.mastery == rated.worst.mastery else None,
        priority=rated.worst.priority.name if rated.firm else words.TO_ASSESS,
        at_best=rated.best.priority.name,
        at_worst=rated.worst.priority.name,
        priority_words=words.priority_words(rated.best.priority, rated.worst.priority),
        sentence=row.sentence,
        unknowns=tuple(unknown_names(row.facts, naming(row.controls))),
        duties=duty_flags(row.unmet_duties, row, label),
        overrides=tuple(_override(each, row.theme) for each in row.overrides),
        first=row.first,
        actions=(),
    )


def people_words(row: Row) -> str:
    """« 6 personnes, dont 1 intérimaire et 1 apprenti »."""
    people = row.unit.people
    count = words.counted(row.people, "personne")
    among = []
    if people.temps:
        among.append(words.counted(people.temps, "intérimaire"))
    if people.apprentices:
        among.append(words.counted(people.apprentices, "apprenti"))
    if not among or row.people != people.total:
        return count
    return f"{count}, dont {words.listed(among)}"


def _in_place(row: Row) -> tuple[InPlace, ...]:
    return tuple(
        InPlace(
            text=control.question.in_place,
            kind=words.RANK_NAMES[control.question.control] if control.question.control else "",
            partly=control.level is Level.PARTLY,
        )
        for control in row.controls
        if control.level in (Level.YES, Level.PARTLY) and control.question.in_place and control.role is not Role.PAPER
    )


def _checked_on(row: Row) -> str:
    month = for_unit(row.said.checked_on, row.unit.key)
    return "" if month is None or month == Level.UNKNOWN else month


def _gross(row: Row) -> str:
    best, worst = row.rated.best.gross, row.rated.worst.gross
    if best == worst:
        return words.GROSS_NAMES[best]
    return f"{words.GROSS_NAMES[best]} à {words.GROSS_NAMES[worst]}"


def _override(applied: AppliedOverride, theme: Theme) -> OverrideCard:
    override = applied.override
    reason = override.reason.strip()
    if override.measure:
        text = next((each.text for each in theme.measures if each.id == override.measure), override.measure)
        checked = f" (contrôle sur place : {french_month(override.checked_on)})" if override.checked_on else ""
        start = f"{reason.rstrip('.')}. " if reason else ""
        reason = f"{start}Mesure en place : {text}{checked}"
    return OverrideCard(
        field=FIELD_WORDS[override.field],
        computed=str(applied.computed),
        human=str(applied.human),
        reason=reason,
        author_role=override.author_role,
        made_on=override.made_on,
    )
