"""Every colour, size, width and style name of the printed files; no other module holds such a literal.

The palette is the one of the pages. Nothing relies on it: a priority is a code, words and a shape, so a black and
white print says the same. Arial is on every machine that has Word, and its usual stand-ins (Liberation Sans, Arimo,
Helvetica) have the same widths: the pages break at the same places.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FONT: Final = "Arial"
LANGUAGE: Final = "fr-FR"

INK: Final = "1D2A30"
INK_SOFT: Final = "4A565C"
BRAND: Final = "0B4F6C"
BRAND_DARK: Final = "073B52"
BRAND_TINT: Final = "E6EFF3"
SUNK: Final = "F1EBE1"
OCHRE: Final = "774800"
OCHRE_TINT: Final = "FDF1DC"
LINE: Final = "8B867C"
PRIORITY_1: Final = "8F1D21"
PRIORITY_2: Final = "8A4B00"
PRIORITY_3: Final = "24607A"
PRIORITY_4: Final = "2C6A45"
PRIORITY_OPEN: Final = "5B4A78"

PAGE_SHORT_MM: Final = 210
PAGE_LONG_MM: Final = 297
MARGIN_SIDE_MM: Final = 15
MARGIN_TOP_MM: Final = 20
MARGIN_BOTTOM_MM: Final = 17
HEADER_MM: Final = 9
PORTRAIT_MM: Final = PAGE_SHORT_MM - 2 * MARGIN_SIDE_MM
LANDSCAPE_MM: Final = PAGE_LONG_MM - 2 * MARGIN_SIDE_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """One named Word style; sizes and spaces in points, colours as RRGGBB, empty fields are left to the base."""

    name: str
    id: str
    base: str = "Normal"
    size: float = 0
    colour: str = ""
    bold: bool | None = None
    before: float = 0
    after: float = 0
    keep_next: bool = False
    level: int = 0
    """Heading level, 0 for a text that is not a heading."""
    fill: str = ""
    border: str = ""
    bullet: bool = False
    character: bool = False


BODY: Final = TextStyle(name="Normal", id="Normal", base="", size=10, colour=INK, after=5)
TITLE: Final = TextStyle(name="Title", id="Title", size=22, colour=BRAND_DARK, bold=True, before=6, after=4)
SUBTITLE: Final = TextStyle(name="Subtitle", id="Subtitle", size=14, colour=INK, bold=True, after=8)
HEADING_1: Final = TextStyle(
    name="Heading 1", id="Heading1", size=15, colour=BRAND_DARK, bold=True, before=14, after=5, keep_next=True, level=1
)
HEADING_2: Final = TextStyle(
    name="Heading 2", id="Heading2", size=12, colour=BRAND, bold=True, before=12, after=4, keep_next=True, level=2
)
HEADING_3: Final = TextStyle(
    name="Heading 3", id="Heading3", size=10.5, colour=INK, bold=True, before=8, after=3, keep_next=True, level=3
)
BULLET: Final = TextStyle(name="List Bullet", id="ListBullet", after=2, bullet=True)
CONTENTS: Final = TextStyle(name="toc 1", id="TOC1", size=9)
HEADER: Final = TextStyle(name="Header", id="Header", size=8, colour=INK_SOFT)
FOOTER: Final = TextStyle(name="Footer", id="Footer", size=7.5, colour=INK_SOFT)
LEAD: Final = TextStyle(name="Jalon Avant tableau", id="JalonLead", after=4, keep_next=True)
SMALL: Final = TextStyle(name="Jalon Petit", id="JalonPetit", size=8, colour=INK_SOFT, after=3)
NOTE: Final = TextStyle(name="Jalon Note", id="JalonNote", size=9, before=5, after=8, fill=SUNK, border=SUNK)
STAMP: Final = TextStyle(
    name="Jalon Projet", id="JalonProjet", size=12, colour=OCHRE, bold=True, before=4, after=8, fill=OCHRE_TINT,
    border=OCHRE,
)  # fmt: skip
CELL: Final = TextStyle(name="Jalon Cellule", id="JalonCellule", size=8.5, after=1)
CELL_HEAD: Final = TextStyle(name="Jalon En-tête de tableau", id="JalonEntete", size=8.5, colour=BRAND_DARK, bold=True)
CELL_SMALL: Final = TextStyle(name="Jalon Cellule petite", id="JalonCellulePetite", size=7.5, colour=INK_SOFT)
AFTER_TABLE: Final = TextStyle(name="Jalon Après tableau", id="JalonApres", size=4)

STRONG: Final = TextStyle(name="Strong", id="Strong", bold=True, character=True)
STAMP_WORD: Final = TextStyle(name="Jalon Mot projet", id="JalonMotProjet", bold=True, colour=OCHRE, character=True)
PRIORITY_STYLES: Final = {
    "P1": TextStyle(name="Jalon Priorité 1", id="JalonP1", bold=True, colour=PRIORITY_1, character=True),
    "P2": TextStyle(name="Jalon Priorité 2", id="JalonP2", bold=True, colour=PRIORITY_2, character=True),
    "P3": TextStyle(name="Jalon Priorité 3", id="JalonP3", bold=True, colour=PRIORITY_3, character=True),
    "P4": TextStyle(name="Jalon Priorité 4", id="JalonP4", bold=True, colour=PRIORITY_4, character=True),
    "a_evaluer": TextStyle(name="Jalon À évaluer", id="JalonPQ", bold=True, colour=PRIORITY_OPEN, character=True),
}
PRIORITY_SHAPES: Final = {"P1": "♦", "P2": "▲", "P3": "■", "P4": "○", "a_evaluer": "?"}
"""Characters of WGL4, the set every common font holds."""

TABLE_STYLE_NAME: Final = "Jalon Tableau"
TABLE_STYLE_ID: Final = "JalonTableau"

STYLES: Final = (
    BODY,
    TITLE,
    SUBTITLE,
    HEADING_1,
    HEADING_2,
    HEADING_3,
    BULLET,
    CONTENTS,
    HEADER,
    FOOTER,
    LEAD,
    SMALL,
    NOTE,
    STAMP,
    CELL,
    CELL_HEAD,
    CELL_SMALL,
    AFTER_TABLE,
    STRONG,
    STAMP_WORD,
    *PRIORITY_STYLES.values(),
)

COVER_WIDTHS: Final = (52, 128)
SCALE_WIDTHS: Final = (14, 50, 58, 58)
MATRIX_WIDTHS: Final = (60, 30, 30, 30, 30)
PARTICIPATION_WIDTHS: Final = (28, 26, 26, 40, 60)
COUNT_WIDTHS: Final = (36, 36, 36, 36, 36)
SYNTHESIS_WIDTHS: Final = (18, 60, 32, 70)
INVENTORY_WIDTHS: Final = (17, 48, 44, 22, 83, 28, 25)
BLOCK_USUAL_MM: Final = 62
BLOCK_LABEL_MM: Final = 48
BLOCK_ACTIONS_MM: Final = 18
ACTION_WIDTHS: Final = (12, 66, 19, 24, 24, 25, 21, 26, 30, 20)
PROGRAM_WIDTHS: Final = (12, 46, 30, 24, 35, 36, 20, 24, 24, 16)
PROPOSAL_WIDTHS: Final = (12, 110, 20, 32, 38, 25, 30)
LAW_POINT_WIDTHS: Final = (50, 70, 38, 22)
CLOSED_WIDTHS: Final = (48, 72, 36, 24)
LAW_WIDTHS: Final = (82, 40, 24, 22, 12)
FIGURE_WIDTHS: Final = (60, 36, 14, 34, 36)
ANSWER_WIDTHS: Final = (92, 28, 60)

LONG_CELL: Final = 700
"""Characters over which a row may break across pages: a row taller than a page must not be kept whole."""

SHEET_HEAD_FILL: Final = f"#{BRAND_TINT}"
SHEET_HEAD_INK: Final = f"#{BRAND_DARK}"
SHEET_LINE: Final = f"#{LINE}"
