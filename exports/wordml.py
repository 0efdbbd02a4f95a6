"""Strings of WordprocessingML: paragraphs, cells, rows and tables, every text escaped.

Rows are written as text because a table built cell by cell through python-docx costs up to a thousand times more
(docs/decisions/word-builder.md). Texts come in already cleaned of what XML forbids (`app.domain.typography.printable`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from exports import style

_TWIPS_IN_MM: Final = 1440 / 25.4
_LINE_OPENINGS: Final = {
    kind.id: f'<w:p><w:pPr><w:pStyle w:val="{kind.id}"/></w:pPr><w:r><w:t xml:space="preserve">'
    for kind in style.STYLES
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table to be: widths in millimetres, header texts, rows of ready XML, and a title for screen readers."""

    widths: Sequence[float]
    head: Sequence[str]
    rows: Sequence[str]
    caption: str


def twips(millimetres: float) -> int:
    """Millimetres in twentieths of a point."""
    return round(millimetres * _TWIPS_IN_MM)


def escape(text: str) -> str:
    """The text as XML content or attribute value."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def run(text: str, mark: style.TextStyle | None = None) -> str:
    """A run of text; a newline becomes a line break, a tab a tab."""
    inside = f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    if "\n" in text:
        inside = inside.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    if "\t" in text:
        inside = inside.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    if mark is None:
        return f"<w:r>{inside}</w:r>"
    return f'<w:r><w:rPr><w:rStyle w:val="{mark.id}"/></w:rPr>{inside}</w:r>'


def paragraph(*runs: str, style: style.TextStyle = style.CELL, keep_next: bool = False) -> str:
    """A paragraph of ready runs."""
    keep = "<w:keepNext/>" if keep_next else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style.id}"/>{keep}</w:pPr>{"".join(runs)}</w:p>'


def line(text: str, *, kind: style.TextStyle = style.CELL) -> str:
    """A paragraph of one plain run: `paragraph(run(text))`, written at once because a section holds thousands."""
    if "\n" in text or "\t" in text:
        return paragraph(run(text), style=kind)
    return f"{_LINE_OPENINGS[kind.id]}{escape(text)}</w:t></w:r></w:p>"


@functools.cache
def _cell_opening(width: float, span: int, fill: str) -> str:
    properties = f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>'
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    if fill:
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>"


def cell(content: str, *, width: float, span: int = 1, fill: str = "") -> str:
    """A cell of ready paragraphs."""
    return f"{_cell_opening(width, span, fill)}{content or paragraph()}</w:tc>"


def row(cells: Iterable[str], *, header: bool = False, breakable: bool = False) -> str:
    """A row; it stays on one page unless it may be taller than one."""
    properties = ("" if breakable else "<w:cantSplit/>") + ("<w:tblHeader/>" if header else "")
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{''.join(cells)}</w:tr>"


def kept_with_next(row_xml: str) -> str:
    """The row, on the page of the one that follows it."""
    return row_xml.replace('"/></w:pPr>', '"/><w:keepNext/></w:pPr>')


def plain_row(texts: Sequence[str], widths: Sequence[float], *, kind: style.TextStyle = style.CELL) -> str:
    """A row of one paragraph per cell."""
    cells = (cell(paragraph(run(text), style=kind), width=width) for text, width in zip(texts, widths, strict=True))
    return row(cells, breakable=max(map(len, texts)) > style.LONG_CELL)


def header_row(titles: Sequence[str], widths: Sequence[float]) -> str:
    """The row repeated at the top of every page of the table."""
    return row(
        (cell(_title(title), width=width, fill=style.BRAND_TINT) for title, width in zip(titles, widths, strict=True)),
        header=True,
    )


def _title(title: str) -> str:
    """The title of a column; what follows a line break is said in a smaller voice."""
    first, _, rest = title.partition("\n")
    below = paragraph(run(rest), style=style.CELL_SMALL, keep_next=True) if rest else ""
    return paragraph(run(first), style=style.CELL_HEAD, keep_next=True) + below


def table(spec: Table) -> str:
    """A whole table, its widths fixed: a table that sizes itself is unreadable in one office suite or the other."""
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in spec.widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style.TABLE_STYLE_ID}"/>'
        f'<w:tblW w:w="{sum(map(twips, spec.widths))}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
        f'<w:tblLook w:val="{"0620" if spec.head else "0600"}" w:firstRow="{int(bool(spec.head))}" w:lastRow="0"'
        ' w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
        f'<w:tblCaption w:val="{escape(spec.caption)}"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{header_row(spec.head, spec.widths) if spec.head else ''}{''.join(spec.rows)}</w:tbl>"
    )
