"""A Word file reopened by python-docx and laid flat, so that tests read it as a person does."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from app.domain.dossier import Dossier
from app.domain.typography import printable
from exports.section_docx import write_section
from tests.exports.sample import CONTENT_HASH, REGISTER_HEAD


def plain(text: str) -> str:
    """The text with plain spaces and straight apostrophes, to be compared with what was typed."""
    return re.sub(r"\s+", " ", printable(text).replace("’", "'")).strip()


def tight(text: str) -> str:
    """The text without any space at all: where typography may have put one."""
    return re.sub(r"\s+", "", printable(text).replace("’", "'"))


def written(dossier: Dossier, *, register_head: str = REGISTER_HEAD, footer: str = "") -> bytes:
    """The bytes of the section of a dossier."""
    out = io.BytesIO()
    write_section(dossier, out, content_hash=CONTENT_HASH, register_head=register_head, footer=footer)
    return out.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatTable:
    """A table as rows of cell texts, under the headings it stands below."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    heading: str
    widths: list[int]
    element: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A section laid flat."""

    document: Any
    headings: list[tuple[int, str]]
    parts: dict[str, str]
    """Heading (of any level) -> all the text under it, tables included, up to the next heading of its rank."""
    tables: list[FlatTable]
    headers: list[str]
    footers: list[str]
    text: str

    def part(self, heading: str) -> str:
        """The text under the heading that holds those words; empty when there is none."""
        return next((text for name, text in self.parts.items() if heading in name), "")

    def table(self, caption: str) -> FlatTable:
        """The table of that caption."""
        return next(table for table in self.tables if caption in table.caption)


def opened(content: bytes) -> Opened:
    """Reopen a section."""
    document = docx.Document(io.BytesIO(content))
    headings: list[tuple[int, str]] = []
    parts: dict[str, str] = {}
    path: list[str] = []
    tables: list[FlatTable] = []
    for child in document.element.body:
        text = ""
        if child.tag == qn("w:p"):
            paragraph = Paragraph(child, document)
            text = plain(paragraph.text)
            name = paragraph.style.name if paragraph.style is not None else ""
            if name.startswith("Heading"):
                level = int(name.removeprefix("Heading "))
                headings.append((level, text))
                path = [*path[: level - 1], text]
                parts.setdefault(text, "")
                continue
        elif child.tag == qn("w:tbl"):
            tables.append(_flat(Table(child, document), path[-1] if path else ""))
            text = " ".join(" ".join(row) for row in [tables[-1].head, *tables[-1].rows])
        for name in path:
            parts[name] = f"{parts[name]} {text}".strip()
    return Opened(
        document=document,
        headings=headings,
        parts=parts,
        tables=tables,
        headers=[plain(section.header.paragraphs[0].text) for section in document.sections],
        footers=[plain(section.footer.paragraphs[0].text) for section in document.sections],
        text=plain(" ".join(node.text or "" for node in document.element.body.iter(qn("w:t")))),
    )


def _flat(table: Table, heading: str) -> FlatTable:
    rows = [[_cell_text(cell) for cell in row.findall(qn("w:tc"))] for row in table._tbl.findall(qn("w:tr"))]
    caption = table._tbl.tblPr.find(qn("w:tblCaption"))
    first = table._tbl.find(qn("w:tr"))
    has_head = first is not None and first.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    return FlatTable(
        caption=plain(caption.get(qn("w:val")) or "") if caption is not None else "",
        head=rows[0] if has_head else [],
        rows=rows[1:] if has_head else rows,
        heading=heading,
        widths=[int(column.get(qn("w:w")) or 0) for column in table._tbl.tblGrid],
        element=table._tbl,
    )


def _cell_text(cell: Any) -> str:
    return plain(" ".join("".join(node.text or "" for node in held.iter(qn("w:t"))) for held in cell.iter(qn("w:p"))))


def reopened(dossier: Dossier) -> Opened:
    """Write and reopen the section of a dossier."""
    return opened(written(dossier))
