"""A Word file being written: python-docx opens the template and builds everything but tables.

Where a table goes, a comment stands in the body; the ready XML replaces it in the saved part. A text can never forge
such a comment: its angle brackets are escaped.
"""

from __future__ import annotations

import functools
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, Final

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from exports import style
from exports.package_bytes import read_parts, write_parts
from exports.wordml import Table, paragraph, run, table

TEMPLATE: Final = Path(__file__).parent / "templates" / "section.docx"

_BODY_PART: Final = "word/document.xml"
_MARKER: Final = re.compile(rb"<!--jalon:(\d+)-->")
_CONTENTS: Final = 0
_CORE_LIMIT: Final = 255
"""Longest core property python-docx writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the file says of itself: core properties, header and footer."""

    title: str
    author: str
    subject: str
    language: str
    """Such as `fr-FR`."""
    day: date
    company: str
    document: str
    stamp: str
    """« PROJET », or nothing for a version."""
    footer: str


@functools.cache
def _template() -> bytes:
    """The bytes of the template, read once per process."""
    return TEMPLATE.read_bytes()


class Paper:
    """The file being written, from its cover to its bytes."""

    def __init__(self) -> None:
        self._document = docx.Document(io.BytesIO(_template()))
        self._body = self._document.element.body
        self._breaks = [self._taken(held) for held in self._body.findall(qn("w:p"))]
        self._inserts: list[str] = [""]
        self._headings: list[str] = []
        self._contents_title = ""

    def _taken(self, held: Any) -> Any:
        """The section properties of a paragraph of the template, taken out of its body."""
        self._body.remove(held)
        return held.pPr.sectPr

    def heading(self, level: int, text: str, *, new_page: bool = False) -> None:
        """A heading; those of level 1 are numbered and listed in the contents, and may open a page."""
        if level > 1:
            self.text(text, style.HEADING_2 if level == 2 else style.HEADING_3)
            return
        self._headings.append(f"{len(self._headings) + 1}. {text}")
        added = self.text(self._headings[-1], style.HEADING_1)
        if new_page:
            added.pPr.get_or_add_pageBreakBefore()
        name = f"_Toc{len(self._headings)}"
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(len(self._headings)))
        start.set(qn("w:name"), name)
        added.pPr.addnext(start)
        added.append(end)

    def text(self, text: str, kind: style.TextStyle = style.BODY, *, label: str = "") -> Any:
        """A paragraph, its label in strong words; gives its XML element."""
        added = self._document.add_paragraph()._p
        added.get_or_add_pPr().style = kind.id
        if label:
            named = added.add_r()
            named.style = style.STRONG.id
            named.add_t(f"{label} ")
        self._add_text(added.add_r(), text)
        return added

    @staticmethod
    def _add_text(held: Any, text: str) -> None:
        """The text of a run; only one with line breaks or tabs needs the slower way, a character at a time."""
        if "\n" in text or "\t" in text:
            held.text = text
        else:
            held.add_t(text)

    def bullets(self, texts: list[str]) -> None:
        """A list with bullets."""
        for text in texts:
            self.text(text, style.BULLET)

    def table(self, spec: Table) -> None:
        """A table and the small paragraph Word wants after it; nothing when it has no row."""
        if not spec.rows:
            return
        self._insert(table(spec))
        self.text("", style.AFTER_TABLE)

    def contents(self, title: str) -> None:
        """The place of the contents: a real field, without page numbers, so right before anyone updates it."""
        self._contents_title = title
        self._mark(_CONTENTS)

    def next_part(self) -> None:
        """Ends the present part of the template: upright, then landscape, then upright again."""
        last = self._body.sectPr.getprevious()
        last.get_or_add_pPr().append(self._breaks.pop(0))

    def finish(self, identity: Identity, out: BinaryIO) -> None:
        """Write the file: same content, same bytes."""
        self._inserts[_CONTENTS] = self._contents_xml()
        self._name(identity)
        self._furnish(identity)
        raw = io.BytesIO()
        self._document.save(raw)
        write_parts(
            (
                (name, self._filled(content) if name == _BODY_PART else content)
                for name, content in read_parts(raw.getvalue())
            ),
            out,
        )

    def _insert(self, xml: str) -> None:
        self._inserts.append(xml)
        self._mark(len(self._inserts) - 1)

    def _mark(self, number: int) -> None:
        self._body.sectPr.addprevious(etree.Comment(f"jalon:{number}"))

    def _filled(self, body: bytes) -> bytes:
        return _MARKER.sub(lambda found: self._inserts[int(found[1])].encode(), body)

    def _contents_xml(self) -> str:
        if not self._contents_title:
            return ""
        lines = [paragraph(run(self._contents_title, style.STRONG), style=style.CONTENTS, keep_next=True)]
        begin = (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">'
            ' TOC \\o "1-1" \\n \\h \\z </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        )
        end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        for number, text in enumerate(self._headings, start=1):
            link = f'<w:hyperlink w:anchor="_Toc{number}" w:history="1">{run(text)}</w:hyperlink>'
            opening = begin if number == 1 else ""
            closing = end if number == len(self._headings) else ""
            lines.append(paragraph(opening, link, closing, style=style.CONTENTS))
        return "".join(lines)

    def _name(self, identity: Identity) -> None:
        core = self._document.core_properties
        moment = datetime.combine(identity.day, time(), tzinfo=UTC)
        core.title = identity.title[:_CORE_LIMIT]
        core.author = core.last_modified_by = identity.author[:_CORE_LIMIT]
        core.subject = identity.subject[:_CORE_LIMIT]
        core.language = identity.language
        core.created = core.modified = moment
        core.revision = 1

    def _furnish(self, identity: Identity) -> None:
        """Fill the runs the template left in its headers and footers."""
        for section in self._document.sections:
            company, _, document, stamp = section.header.paragraphs[0].runs
            company.text = identity.company
            document.text = identity.document
            stamp.text = f" — {identity.stamp}" if identity.stamp else ""
            section.footer.paragraphs[0].runs[0].text = identity.footer
