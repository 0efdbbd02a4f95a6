"""The table of a theme: for heat, the eight headings of R4463-3, what is in place and what changes at each level."""

from __future__ import annotations

from app.domain.dossier import BlockCard, BlockLine
from exports import style
from exports.sheet import Sheet, article, lined, stacked, too_long
from exports.wordml import Table, cell, row


def write_blocks(sheet: Sheet) -> None:
    """Every block of the dossier: its table, then its notes (D06)."""
    for block in sheet.dossier.blocks:
        # A page of its own: it is the one that hangs at the work place.
        sheet.paper.heading(1, sheet.voice.tell(block.title), new_page=True)
        if block.intro.strip():
            sheet.paper.text(sheet.voice.tell(block.intro), style.LEAD)
        sheet.paper.table(_levels_table(sheet, block))
        sheet.paper.table(_notes_table(sheet, block))
        _write_elsewhere(sheet, block)


def _write_elsewhere(sheet: Sheet, block: BlockCard) -> None:
    """Chosen actions no heading names: the employer's own words belong to none, and « — » must not hide them."""
    named = {key for line in (*block.lines, *block.notes) for key in line.actions}
    others = [action.key for action in sheet.chosen if action.theme == block.theme and action.key not in named]
    if others:
        words = sheet.voice.say(
            "Autres actions retenues, détaillées dans la partie suivante : {keys}.", keys=", ".join(others)
        )
        sheet.paper.text(words, style.SMALL)


def _shared_article(block: BlockCard) -> str:
    """The article all the headings come from, so that it is said once; empty when they differ."""
    articles = {line.article for line in block.lines}
    return articles.pop() if len(articles) == 1 else ""


def _levels_table(sheet: Sheet, block: BlockCard) -> Table:
    voice, levels = sheet.voice, block.level_labels
    room = style.LANDSCAPE_MM - style.BLOCK_LABEL_MM - style.BLOCK_USUAL_MM - style.BLOCK_ACTIONS_MM
    each = [room / len(levels)] * len(levels) if levels else []
    usual = style.BLOCK_USUAL_MM if levels else style.BLOCK_USUAL_MM + room
    widths = (style.BLOCK_LABEL_MM, usual, *each, style.BLOCK_ACTIONS_MM)
    shared = _shared_article(block)
    title = voice.say("Rubrique")
    head = (
        f"{title}\n{sheet.articles((shared,))}" if shared else title,
        voice.say("En place toute l'année"),
        *map(voice.tell, levels),
        voice.say("Actions"),
    )
    rows = [_line_xml(sheet, line, widths, with_article=not shared) for line in block.lines]
    return Table(widths=widths, head=head, rows=rows, caption=voice.tell(block.title))


def _line_xml(sheet: Sheet, line: BlockLine, widths: tuple[float, ...], *, with_article: bool) -> str:
    voice = sheet.voice
    count = len(widths) - 3
    small = (voice.tell(article(line.article)),) if with_article else ()
    levels = [*line.levels, *[""] * count][:count]
    cells = [
        cell(stacked(voice.tell(line.label), small=small, strong=True), width=widths[0]),
        cell(_usual(sheet, line), width=widths[1]),
    ]
    if count and not any(level.strip() for level in levels):
        words = lined(voice.say("à préciser"))
        cells.append(cell(words, width=sum(widths[2:-1]), span=count))
    else:
        cells += [
            cell(lined(voice.or_gap(level, "à préciser")), width=width)
            for level, width in zip(levels, widths[2:-1], strict=True)
        ]
    cells.append(cell(lined(sheet.action_keys(line.actions) or "—"), width=widths[-1]))
    return row(cells, breakable=too_long(*levels, *line.usual))


def _usual(sheet: Sheet, line: BlockLine) -> str:
    return stacked(*map(sheet.voice.tell, line.usual)) or lined(sheet.voice.say("rien de déclaré"))


def _notes_table(sheet: Sheet, block: BlockCard) -> Table:
    voice = sheet.voice
    widths = (style.BLOCK_LABEL_MM * 2, style.LANDSCAPE_MM - style.BLOCK_LABEL_MM * 2 - style.BLOCK_ACTIONS_MM,
              style.BLOCK_ACTIONS_MM)  # fmt: skip
    rows = [
        row(
            (
                cell(
                    stacked(voice.tell(note.label), small=(voice.tell(article(note.article)),), strong=True),
                    width=widths[0],
                ),
                cell(_usual(sheet, note) + stacked(*map(voice.tell, filter(str.strip, note.levels))), width=widths[1]),
                cell(lined(sheet.action_keys(note.actions) or "—"), width=widths[2]),
            ),
            breakable=too_long(*note.usual, *note.levels),
        )
        for note in block.notes
    ]
    head = tuple(map(voice.say, ("Aussi", "En place", "Actions")))
    return Table(widths=widths, head=head, rows=rows, caption=voice.say("Autres points du thème"))
