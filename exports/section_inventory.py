"""The inventory: one landscape table per work unit (R4121-1), then what the unit asks beside its rows.

Twelve columns on one line of a page leave single letters under each other. « G », « F », « Niveau brut » and
« Maîtrise » are one column of four short lines, the family is said once per unit, and the sentence that explains a
row stands under it over the whole width with the numbers of its actions (docs/decisions/word-builder.md).
"""

from __future__ import annotations

import re

from app.domain.dossier import InPlace, OverrideCard, RiskRow, UnitCard
from app.domain.establishment import EVERY_UNIT, SEX_COUNTS_FROM
from app.domain.typography import french_month
from exports import style
from exports.sheet import URGENT, Sheet, lined, stacked, too_long
from exports.wordml import Table, cell, kept_with_next, row

DIFFERENCE_QUESTION = "_impact_femmes_hommes"
"""End of the id every theme gives to its question on women and men (L4121-3)."""

HEAD = (
    "N°",
    "Situation de travail réelle (tâche, lieu, moment)",
    "Dommages possibles",
    "Personnes exposées",
    "Mesures existantes",
    "Cotation",
    "Priorité",
)


def write_inventory(sheet: Sheet) -> None:
    """All units, their rows, and the effect of the work on women and men (D03, D04, D07)."""
    paper, voice = sheet.paper, sheet.voice
    paper.heading(1, voice.say("Inventaire des risques par unité de travail"))
    if not sheet.dossier.units:
        paper.text(voice.say("Unités de travail : à décrire. Le document en demande au moins une (article R. 4121-1)."))
    for unit in (*sheet.dossier.units, *_undescribed(sheet)):
        _write_unit(sheet, unit)


def _undescribed(sheet: Sheet) -> list[UnitCard]:
    """Units that have rows and no card: no row is ever lost for want of a description."""
    return [
        UnitCard(
            key=key,
            name=sheet.voice.say("à décrire"),
            activities="",
            places="",
            total=0,
            women=None,
            men=None,
            temps=0,
            apprentices=0,
            flags=(),
            women_men="",
        )
        for key in sheet.rows_of
        if key not in sheet.unit_names
    ]


def unit_title(sheet: Sheet, unit: UnitCard) -> str:
    """« Unité de travail 1 — Couvreurs »."""
    number = re.fullmatch(r"UT(\d+)", unit.key)
    return sheet.voice.say(
        "Unité de travail {number} — {name}", number=number[1] if number else unit.key, name=unit.name
    )


def _write_unit(sheet: Sheet, unit: UnitCard) -> None:
    paper, voice = sheet.paper, sheet.voice
    rows = sheet.rows_of.get(unit.key, [])
    paper.heading(2, unit_title(sheet, unit))
    words = _unit_words(sheet, unit)
    families = {(line.family, line.family_label) for line in rows}
    if len(families) == 1:
        number, label = families.pop()
        words += " " + voice.say("Famille de risque {number} : {label}.", number=number, label=label)
    paper.text(words, style.LEAD if rows else style.BODY)
    if rows:
        head = [voice.say(title) for title in HEAD]
        said: dict[tuple[InPlace, ...], str] = {}
        body = [xml for line in rows for xml in _row_xml(sheet, line, said=said, with_family=len(families) > 0)]
        paper.table(Table(widths=style.INVENTORY_WIDTHS, head=head, rows=body, caption=unit_title(sheet, unit)))
    else:
        paper.text(_nothing_here(sheet))
    paper.heading(3, voice.say("Prise en compte de l'impact différencié selon le sexe"))
    paper.text(
        voice.or_gap(
            _difference(sheet, unit), "Non renseigné à ce jour : à décrire par l'employeur (article L. 4121-3)."
        )
    )


def _nothing_here(sheet: Sheet) -> str:
    """Why a unit has no row: the reason given for the theme, or the gap (D05)."""
    if sheet.dossier.closed and not sheet.dossier.open_themes:
        return sheet.voice.say("Aucune situation retenue : le motif est donné dans « Risques sans objet et motifs ».")
    return sheet.voice.say("Aucune situation du thème n'est retenue dans cette unité : motif à préciser.")


def _difference(sheet: Sheet, unit: UnitCard) -> str:
    """What the work changes for women and men: said of the unit, then in the answers of the themes."""
    titles = {theme.theme: theme.short_title for theme in sheet.dossier.themes}
    asked = [line for line in sheet.dossier.answers if line.question.endswith(DIFFERENCE_QUESTION)]
    # The answer of the unit takes the place of the one given for all.
    held = {line.question: line for key in (EVERY_UNIT, unit.key) for line in asked if line.unit == key}
    said = [unit.women_men.strip()]
    for line in held.values():
        if line.words.strip():
            said.append(sheet.voice.listed((titles.get(line.theme, ""), line.words.strip()), mark=" : "))
    return sheet.voice.listed(dict.fromkeys(said), mark="\n")


def _unit_words(sheet: Sheet, unit: UnitCard) -> str:
    voice = sheet.voice
    people = [voice.count(unit.total, "{count} personne", "{count} personnes")]
    if unit.temps:
        people.append(voice.say("dont intérimaires : {count}", count=unit.temps))
    if unit.apprentices:
        people.append(voice.say("dont apprentis et stagiaires : {count}", count=unit.apprentices))
    if unit.total >= SEX_COUNTS_FROM and unit.women is not None and unit.men is not None:
        people.append(voice.say("femmes : {women}, hommes : {men}", women=unit.women, men=unit.men))
    parts = [
        voice.say("Activités : {words}.", words=voice.or_gap(unit.activities.rstrip("."), "à préciser")),
        voice.say("Lieux : {words}.", words=voice.or_gap(unit.places.rstrip("."), "à préciser")),
        voice.say(
            "Effectif : {words}.", words=voice.tell(" ; ".join(people)) if unit.total else voice.say("à préciser")
        ),
    ]
    if unit.flags:
        parts.append(voice.say("Particularités : {words}.", words=", ".join(unit.flags)))
    return " ".join(parts)


def _row_xml(
    sheet: Sheet, line: RiskRow, *, said: dict[tuple[InPlace, ...], str], with_family: bool
) -> tuple[str, ...]:
    widths = style.INVENTORY_WIDTHS
    contents = (
        stacked(sheet.voice.tell(line.key)),
        _situation(sheet, line, with_family=with_family),
        _damage(sheet, line),
        lined(_people(sheet, line)),
        _existing(sheet, line, same_as=said.setdefault(line.in_place, line.key)),
        _rating(sheet, line),
    )
    extra = sheet.voice.say("à traiter d'abord") if line.first else ""
    cells = [cell(content, width=width) for content, width in zip(contents, widths, strict=False)]
    cells.append(sheet.priority_cell(line.priority, line.priority_words, width=widths[6], extra=extra))
    breakable = too_long(line.words, line.damage, line.in_place_words, *(held.text for held in line.in_place))
    note = _explanation(sheet, line)
    below = cell(note, width=sum(widths), span=len(widths), fill=style.SUNK)
    return (
        kept_with_next(row(cells, breakable=breakable)),
        row((below,), breakable=len(note) > style.LONG_CELL * 4),
    )


def _situation(sheet: Sheet, line: RiskRow, *, with_family: bool) -> str:
    voice = sheet.voice
    family = voice.say("Famille {number} : {label}", number=line.family, label=line.family_label) if with_family else ""
    if line.words.strip():
        return stacked(voice.tell(line.words), small=(voice.tell(line.label), family))
    gap = voice.say("Situation réelle à décrire avec une personne qui fait le travail.")
    examples = voice.say("Par exemple : {words}", words=", ".join(line.examples)) if line.examples else ""
    return stacked(voice.tell(line.label), small=(gap, examples, family))


def _damage(sheet: Sheet, line: RiskRow) -> str:
    voice = sheet.voice
    reason = voice.say("Gravité : {reason}", reason=line.gravity_reason) if line.gravity_reason else ""
    return stacked(voice.or_gap(line.damage, "à préciser"), small=(reason,))


def _people(sheet: Sheet, line: RiskRow) -> str:
    if line.people_words.strip():
        return sheet.voice.tell(line.people_words)
    return str(line.people) if line.people else sheet.voice.say("nombre à préciser")


def _existing(sheet: Sheet, line: RiskRow, *, same_as: str) -> str:
    """Measures in place today, by type; a row with those of a row above names it instead of saying them again."""
    voice = sheet.voice
    groups: dict[tuple[str, bool], list[str]] = {}
    for held in line.in_place:
        groups.setdefault((held.kind, held.partly), []).append(held.text.rstrip("."))
    if len(groups) > 1 and same_as != line.key:
        measures = [voice.say("Les mêmes que pour {key}.", key=same_as)]
    else:
        measures = [_group(sheet, kind, texts, partly=partly) for (kind, partly), texts in groups.items()]
    if line.in_place_words.strip():
        measures.append(voice.tell(line.in_place_words))
    if not measures:
        measures = [voice.say("aucune mesure déclarée")]
    return stacked(*measures, small=(_checked(sheet, line.checked_on),))


def _group(sheet: Sheet, kind: str, texts: list[str], *, partly: bool) -> str:
    sentence = "{kind}, en partie : {texts}." if partly else "{kind} : {texts}."
    words = kind[:1].upper() + kind[1:] or sheet.voice.say("Type à préciser")
    return sheet.voice.say(sentence, kind=words, texts=" ; ".join(texts))


def _checked(sheet: Sheet, checked_on: str) -> str:
    voice = sheet.voice
    if not checked_on:
        return voice.say("contrôle sur place : non connu")
    if checked_on == "non":
        return voice.say("contrôle sur place : pas encore fait")
    return voice.say("contrôle sur place : {month}", month=french_month(checked_on))


def _rating(sheet: Sheet, line: RiskRow) -> str:
    key = ("rating", line.gravity, line.frequency, line.gross, line.mastery)
    if key not in sheet.ready:
        voice = sheet.voice
        known = line.frequency, line.mastery
        frequency, mastery = (str(value) if value else voice.say("à préciser") for value in known)
        sheet.ready[key] = lined(
            voice.say("Gravité {value}", value=line.gravity),
            voice.say("Fréquence {value}", value=frequency),
            voice.say("Brut : {level}", level=line.gross or voice.say("à évaluer")),
            voice.say("Maîtrise {value}", value=mastery),
        )
    return sheet.ready[key]


def _actions(sheet: Sheet, line: RiskRow) -> str:
    """Actions taken on, then those only proposed: a reader must never take one for the other."""
    taken = {action.key for action in sheet.chosen}
    kept = sheet.action_keys([key for key in line.actions if key in taken])
    offered = sheet.action_keys([key for key in line.actions if key not in taken])
    urgent = line.priority in URGENT or line.at_worst in URGENT
    words = []
    if kept:
        words.append(sheet.voice.say("Actions n° : {keys}.", keys=kept))
    elif urgent:
        words.append(sheet.voice.say("Aucune action retenue à ce jour."))
    if offered:
        words.append(sheet.voice.say("Proposées : {keys}.", keys=offered))
    return " ".join(words)


def _explanation(sheet: Sheet, line: RiskRow) -> str:
    """What stands under a row: sentence, answers left, actions, duties unmet, values set by hand."""
    voice = sheet.voice
    first = [voice.tell(line.sentence)] if line.sentence else []
    if line.unknowns:
        first.append(_left(sheet, line))
    first.append(_actions(sheet, line))
    lines = [" ".join(filter(None, first)), *(sheet.duty(flag) for flag in line.duties)]
    lines += [_override(sheet, held) for held in line.overrides]
    return stacked(*lines)


def _left(sheet: Sheet, line: RiskRow) -> str:
    start = sheet.voice.count(len(line.unknowns), "{count} réponse à compléter", "{count} réponses à compléter")
    if all(name in line.sentence for name in line.unknowns):
        return f"{start}."
    return sheet.voice.say("{start} : {names}.", start=start, names=", ".join(line.unknowns))


def _override(sheet: Sheet, held: OverrideCard) -> str:
    voice = sheet.voice
    return voice.say(
        "Valeur fixée par l'employeur ({field}) : {human}, calculé : {computed}. Motif : {reason} ({role}, {day}).",
        field=held.field,
        human=held.human,
        computed=held.computed,
        reason=voice.or_gap(held.reason.rstrip("."), "non donné"),
        role=voice.or_gap(held.author_role, "fonction à préciser"),
        day=voice.day(held.made_on, missing="date non connue"),
    )
