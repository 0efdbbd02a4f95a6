"""Actions: the list of a firm under 50 (D13), the annual programme from 50 (D14), proposals, points of law."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.domain.dossier import ActionLine
from exports import style
from exports.sheet import URGENT, Sheet, lined, stacked, too_long
from exports.wordml import Table, cell, kept_with_next, plain_row, row
from questionnaires.schema import Rank

LIST_HEAD = (
    "N°",
    "Action",
    "Risque visé",
    "Type",
    "Priorité",
    "Responsable (fonction)",
    "Échéance",
    "Moyens et coût estimé",
    "Comment on saura que ça marche",
    "État",
)
PROGRAM_HEAD = (
    "N°",
    "Mesure",
    "Risque ou facteur de risque professionnel",
    "Priorité",
    "Conditions d'exécution",
    "Indicateur de résultat",
    "Estimation du coût",
    "Calendrier",
    "Responsable",
    "État",
)
PROPOSAL_HEAD = ("N°", "Mesure proposée", "Risque visé", "Type", "Priorité", "Échéance proposée", "Coût estimé")


RESERVE = " (sous réserve"
"""Start of what every name of a help ends with: the reserve and the day it was read."""


def write_actions(sheet: Sheet) -> None:
    """The actions taken on, in the form the head count asks, then what is only proposed."""
    paper, voice, size = sheet.paper, sheet.voice, sheet.dossier.size
    paper.heading(1, voice.tell(size.actions_title))
    if size.missing:
        paper.text(voice.say("INCOMPLET : {what}.", what=" ; ".join(size.missing)), style.STAMP)
    if sheet.chosen:
        paper.table(_program(sheet) if size.program else _list(sheet))
    else:
        paper.text(voice.say("Aucune action n'est retenue à ce jour."))
    if size.program:
        _write_resources(sheet)
    _write_rows_without(sheet)
    if sheet.proposed:
        paper.heading(2, voice.say("Mesures proposées, non retenues à ce jour"))
        paper.table(_proposals(sheet))
    _write_helps(sheet)


def _list(sheet: Sheet) -> Table:
    rows = [xml for action in sheet.chosen for xml in _with_note(sheet, action, _list_cells, style.ACTION_WIDTHS)]
    head = [sheet.voice.say(title) for title in LIST_HEAD]
    caption = sheet.voice.tell(sheet.dossier.size.actions_title)
    return Table(widths=style.ACTION_WIDTHS, head=head, rows=rows, caption=caption)


def _program(sheet: Sheet) -> Table:
    rows = [xml for action in sheet.chosen for xml in _with_note(sheet, action, _program_cells, style.PROGRAM_WIDTHS)]
    head = [sheet.voice.say(title) for title in PROGRAM_HEAD]
    caption = sheet.voice.tell(sheet.dossier.size.actions_title)
    return Table(widths=style.PROGRAM_WIDTHS, head=head, rows=rows, caption=caption)


def _proposals(sheet: Sheet) -> Table:
    rows = [
        xml for action in sheet.proposed for xml in _with_note(sheet, action, _proposal_cells, style.PROPOSAL_WIDTHS)
    ]
    head = [sheet.voice.say(title) for title in PROPOSAL_HEAD]
    caption = sheet.voice.say("Mesures proposées, non retenues à ce jour")
    return Table(widths=style.PROPOSAL_WIDTHS, head=head, rows=rows, caption=caption)


def _with_note(
    sheet: Sheet, action: ActionLine, cells: Callable[[Sheet, ActionLine], list[str]], widths: Sequence[int]
) -> tuple[str, ...]:
    """The row of an action, and under it what the law asks to see beside it."""
    ready = [
        sheet.priority_cell(action.priority, action.priority_words, width=width)
        if content == PRIORITY_PLACE
        else cell(content, width=width)
        for content, width in zip(cells(sheet, action), widths, strict=True)
    ]
    first = row(ready, breakable=too_long(action.text, action.conditions, action.indicator, action.owner))
    note = stacked(*_remarks(sheet, action))
    if not note:
        return (first,)
    below = cell(note, width=sum(widths), span=len(widths), fill=style.SUNK)
    return (kept_with_next(first), row((below,), breakable=too_long(action.collective_sought)))


PRIORITY_PLACE = "priority"
"""Stands for the cell of the priority in a list of cell contents."""


def _remarks(sheet: Sheet, action: ActionLine) -> list[str]:
    """The question of L4121-2 8° under an action that protects one person at a time (D15)."""
    if not (action.individual and action.chosen):
        return []
    voice = sheet.voice
    answer = voice.or_gap(action.collective_sought, "non renseignée à ce jour")
    kind = "Information ou formation" if action.rank == Rank.TRAINING else "Mesure individuelle"
    question = voice.say("une mesure collective a-t-elle été recherchée ?")
    return [voice.say("{kind} : {question} Réponse : {answer}", kind=voice.say(kind), question=question, answer=answer)]


def _measure(sheet: Sheet, action: ActionLine) -> str:
    voice = sheet.voice
    letters = ", ".join(sheet.help_letters[name] for name in action.helps)
    helps = voice.say("Aides : {letters}", letters=letters) if letters else ""
    small = [voice.listed((action.why, helps), mark=". ")]
    small += [
        voice.say("Obligation non remplie ({articles})", articles=sheet.articles(flag.articles))
        for flag in action.duties
    ]
    return stacked(voice.tell(action.text), small=small)


def _write_helps(sheet: Sheet) -> None:
    """Every help once, under the tables that name it by its letter."""
    letters = sheet.help_letters
    if letters:
        start, shared = "Aides citées", {name.partition(RESERVE)[2] for name in letters}
        if len(shared) == 1 and (said := shared.pop()):
            # What all the names end with is said once.
            start = f"{start}{RESERVE.replace(' (', ', ')}{said.rstrip(')')}"
            letters = {name.partition(RESERVE)[0]: letter for name, letter in letters.items()}
        words = " ; ".join(f"{letter}. {name}" for name, letter in letters.items())
        sheet.paper.text(sheet.voice.say("{start} : {words}.", start=start, words=words), style.SMALL)


def _targets(sheet: Sheet, action: ActionLine) -> str:
    return sheet.voice.listed(action.rows, missing="ensemble du thème", mark="\n")


def _list_cells(sheet: Sheet, action: ActionLine) -> list[str]:
    voice = sheet.voice
    means = voice.listed((action.resources, action.cost), missing="à préciser", mark=" ; ")
    return [
        lined(voice.tell(action.key)),
        _measure(sheet, action),
        lined(_targets(sheet, action)),
        lined(voice.or_gap(action.rank_words, "à préciser")),
        PRIORITY_PLACE,
        lined(voice.or_gap(action.owner, "à désigner")),
        lined(_due(sheet, action)),
        lined(means),
        lined(voice.or_gap(action.indicator, "à préciser")),
        lined(_status(sheet, action)),
    ]


def _program_cells(sheet: Sheet, action: ActionLine) -> list[str]:
    voice = sheet.voice
    calendar = voice.say("Début : {start}\nFin : {due}", start=voice.short_day(action.start), due=_due(sheet, action))
    return [
        lined(voice.tell(action.key)),
        _measure(sheet, action),
        stacked(_targets(sheet, action), voice.tell(action.factor)),
        PRIORITY_PLACE,
        lined(voice.or_gap(action.conditions, "à préciser")),
        lined(voice.or_gap(action.indicator, "à préciser")),
        lined(voice.or_gap(action.cost, "à préciser")),
        lined(calendar),
        lined(voice.or_gap(action.owner, "à désigner")),
        lined(_status(sheet, action)),
    ]


def _proposal_cells(sheet: Sheet, action: ActionLine) -> list[str]:
    voice = sheet.voice
    return [
        lined(voice.tell(action.key)),
        _measure(sheet, action),
        lined(_targets(sheet, action)),
        lined(voice.or_gap(action.rank_words, "à préciser")),
        PRIORITY_PLACE,
        stacked(voice.short_day(action.proposed_due), small=(voice.tell(action.delay_words),)),
        lined(voice.or_gap(action.cost, "à préciser")),
    ]


def _due(sheet: Sheet, action: ActionLine) -> str:
    if action.due and action.due > action.proposed_due and action.priority == "P1":
        # the method gives P1 a month at most: a later day must not look like an oversight of the document
        return sheet.voice.say(
            "{due}\n(méthode : {day})",
            due=sheet.voice.short_day(action.due),
            day=sheet.voice.short_day(action.proposed_due),
        )
    if action.due:
        return sheet.voice.short_day(action.due)
    return sheet.voice.say("à fixer\n(proposée : {day})", day=sheet.voice.short_day(action.proposed_due))


def _status(sheet: Sheet, action: ActionLine) -> str:
    words = sheet.voice.or_gap(action.status_words, "à faire")
    if action.done_on:
        return sheet.voice.say("{words} le {day}", words=words, day=sheet.voice.short_day(action.done_on))
    return words


def _write_resources(sheet: Sheet) -> None:
    resources = list(dict.fromkeys(action.resources for action in sheet.chosen if action.resources.strip()))
    sheet.paper.text(
        sheet.voice.listed(resources, missing="à préciser", mark=" ; "),
        label=sheet.voice.say("Ressources de l'entreprise pouvant être mobilisées :"),
    )


def _write_rows_without(sheet: Sheet) -> None:
    """Urgent rows nobody has answered yet are named, never passed over (D12)."""
    taken = {action.key for action in sheet.chosen}
    urgent = (row for row in sheet.dossier.rows if row.priority in URGENT or row.at_worst in URGENT)
    bare = [row.key for row in urgent if not taken.intersection(row.actions)]
    if bare:
        sheet.paper.text(
            sheet.voice.say("Lignes P1, P2 ou à évaluer sans action retenue à ce jour : {keys}.", keys=", ".join(bare)),
            style.NOTE,
        )


def write_law_points(sheet: Sheet) -> None:
    """Points of law to settle, dated, outside the priorities."""
    points = sheet.dossier.law_points
    if not points:
        return
    voice = sheet.voice
    sheet.paper.heading(1, voice.say("Points de droit à régler"))
    head = tuple(
        map(voice.say, ("Ce que demande le texte", "Ce qui manque et ce qu'il faut faire", "Articles", "Échéance"))
    )
    rows = [
        plain_row(
            (
                voice.tell(point.text),
                voice.or_gap(point.what, "à préciser"),
                sheet.articles(point.articles),
                voice.short_day(point.due),
            ),
            style.LAW_POINT_WIDTHS,
        )
        for point in points
    ]
    caption = voice.say("Points de droit à régler")
    sheet.paper.table(Table(widths=style.LAW_POINT_WIDTHS, head=head, rows=rows, caption=caption))


def write_open(sheet: Sheet) -> None:
    """Themes that nothing could be concluded of yet, each with its reason; never silence."""
    themes = sheet.dossier.open_themes
    if not themes:
        return
    sheet.paper.heading(1, sheet.voice.say("Thèmes sans conclusion à ce jour"))
    sheet.paper.bullets([sheet.voice.listed((theme.title, theme.reason), mark=" : ") for theme in themes])


def write_closed(sheet: Sheet) -> None:
    """What was closed as « sans objet », with its reason and the day it is looked at again."""
    closed = sheet.dossier.closed
    if not closed:
        return
    voice = sheet.voice
    sheet.paper.heading(1, voice.say("Risques sans objet et motifs"))
    head = tuple(map(voice.say, ("Thème ou question", "Motif", "Décidé par, le", "À revoir le")))
    rows = [
        plain_row(
            (
                voice.listed((theme.title, theme.words), mark=" : "),
                voice.or_gap(theme.reason, "motif à préciser"),
                voice.say(
                    "{role}, {day}",
                    role=voice.or_gap(theme.author_role, "fonction à préciser"),
                    day=voice.short_day(theme.closed_on),
                ),
                voice.short_day(theme.review_on),
            ),
            style.CLOSED_WIDTHS,
        )
        for theme in closed
    ]
    caption = voice.say("Risques sans objet et motifs")
    sheet.paper.table(Table(widths=style.CLOSED_WIDTHS, head=head, rows=rows, caption=caption))
