"""The method of a section: scales, the two look-up tables, and what the rating is not."""

from __future__ import annotations

import itertools

from app.domain.dossier import ScaleStep
from exports import style
from exports.sheet import Sheet
from exports.voice import Voice
from exports.wordml import Table, cell, paragraph, plain_row, row, run

NOT_IMPOSED = "aucun texte ne l'impose"
"""No text asks for a rating: the method says so once, in its own notes or here."""
OWN_DELAYS = "Les délais attachés aux priorités sont ceux de cette méthode, non d'un texte."


def write_method(sheet: Sheet) -> None:
    """Scales, the two look-up tables, and what the rating is not."""
    paper, voice, method = sheet.paper, sheet.voice, sheet.dossier.method
    paper.heading(1, voice.say("Méthode d'évaluation"))
    paper.text(
        voice.say(
            "Pour chaque situation de travail et chaque unité, trois questions : la gravité, la fréquence et la"
            " maîtrise. Gravité et fréquence donnent le niveau brut ; niveau brut et maîtrise donnent la priorité."
            " La situation d'aujourd'hui est cotée : une mesure prévue ne change rien avant d'être en place."
        )
    )
    said = [note for note in method.notes if NOT_IMPOSED in note]
    aid = said[0] if said else voice.say(f"La cotation est une aide au classement des actions ; {NOT_IMPOSED}.")
    paper.text(f"{voice.tell(aid)} {voice.say(OWN_DELAYS)}" if "délais" not in aid else voice.tell(aid), style.NOTE)
    paper.table(_scales(sheet))
    _write_matrices(sheet)
    if method.priority:
        paper.table(_priorities(sheet))
    paper.bullets([voice.tell(note) for note in method.notes if note not in said])


def _scales(sheet: Sheet) -> Table:
    """The three scales side by side, one line per value."""
    voice, method = sheet.voice, sheet.dossier.method
    scales = (method.gravity, method.frequency, method.mastery)
    names = map(voice.say, ("Gravité", "Fréquence", "Maîtrise"))
    questions = (method.gravity_question, method.frequency_question, method.mastery_question)
    head = [f"{name}\n{voice.tell(question)}".rstrip() for name, question in zip(names, questions, strict=True)]
    rows = [
        plain_row((str(number), *(_step_words(voice, step) for step in steps)), style.SCALE_WIDTHS)
        for number, steps in enumerate(itertools.zip_longest(*scales), start=1)
    ]
    caption = voice.say("Échelles de la méthode")
    return Table(widths=style.SCALE_WIDTHS, head=(voice.say("Valeur"), *head), rows=rows, caption=caption)


def _priorities(sheet: Sheet) -> Table:
    """What each priority asks; a table of its own, since its order is not the one of the scales."""
    voice, steps = sheet.voice, sheet.dossier.method.priority
    head = [
        f"{style.PRIORITY_SHAPES.get(step.value, '')} {step.value} : {voice.tell(step.label)}".strip() for step in steps
    ]
    widths = (style.PORTRAIT_MM / max(len(steps), 1),) * len(steps)
    rows = [plain_row([voice.tell(step.words) for step in steps], widths)]
    return Table(widths=widths, head=head, rows=rows, caption=voice.say("Ce que demande chaque priorité"))


def _step_words(voice: Voice, step: ScaleStep | None) -> str:
    return "" if step is None else voice.tell(f"{step.label} : {step.words}")


def _write_matrices(sheet: Sheet) -> None:
    voice, method = sheet.voice, sheet.dossier.method
    for caption, corner, columns, rows, labels in (
        (
            voice.say("Niveau brut selon la gravité et la fréquence"),
            voice.say("Niveau brut"),
            [voice.say("Fréquence {value}", value=step.value) for step in method.frequency],
            method.gross_table,
            [voice.say("Gravité {value}", value=step.value) for step in method.gravity],
        ),
        (
            voice.say("Priorité selon le niveau brut et la maîtrise"),
            voice.say("Priorité"),
            [voice.say("Maîtrise {value}", value=step.value) for step in method.mastery],
            method.priority_table,
            [voice.say(level) for level in ("Brut faible", "Brut modéré", "Brut élevé", "Brut très élevé")],
        ),
    ):
        if not columns:
            continue
        widths = (style.MATRIX_WIDTHS[0], *[sum(style.MATRIX_WIDTHS[1:]) / len(columns)] * len(columns))
        body = [
            row(
                [
                    cell(paragraph(run(label), style=style.CELL_HEAD), width=widths[0], fill=style.BRAND_TINT),
                    *(
                        cell(paragraph(_level_run(sheet, value)), width=width)
                        for value, width in zip(values, widths[1:], strict=False)
                    ),
                ]
            )
            for label, values in zip(labels, rows, strict=False)
        ]
        sheet.paper.table(Table(widths=widths, head=(corner, *columns), rows=body, caption=caption))


def _level_run(sheet: Sheet, value: str) -> str:
    return sheet.priority_run(value, value) if value in style.PRIORITY_STYLES else run(sheet.voice.tell(value))
