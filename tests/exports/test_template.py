"""The committed template: every named style, no more than what we use, and what its builder makes."""

from __future__ import annotations

import io
import re
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from exports import style, template_builder
from exports.package_bytes import read_parts
from exports.paper import TEMPLATE

EXPORTS = Path(style.__file__).parent


def test_the_committed_template_is_what_its_builder_makes() -> None:
    built = io.BytesIO()
    template_builder.build(built)
    assert dict(read_parts(built.getvalue())) == dict(read_parts(TEMPLATE.read_bytes())), "run `make assets`"


def test_make_assets_writes_the_template(tmp_path: Path) -> None:
    assert template_builder.main(tmp_path / "new" / "section.docx") == 0
    assert dict(read_parts((tmp_path / "new" / "section.docx").read_bytes())) == dict(read_parts(TEMPLATE.read_bytes()))


@pytest.mark.parametrize("spec", style.STYLES, ids=lambda spec: spec.id)
def test_every_named_style_is_there_as_described(spec: style.TextStyle) -> None:
    held = docx.Document(str(TEMPLATE)).styles[spec.name]
    assert held.style_id == spec.id
    assert held.font.size is None if not spec.size else held.font.size.pt == spec.size
    assert spec.colour in {"", str(held.font.color.rgb)}


def test_it_holds_no_other_style_no_picture_and_no_text() -> None:
    document = docx.Document(str(TEMPLATE))
    assert {held.style_id for held in document.styles} == {spec.id for spec in style.STYLES} | {style.TABLE_STYLE_ID}
    assert "".join(paragraph.text for paragraph in document.paragraphs) == ""
    names = [name for name, _ in read_parts(TEMPLATE.read_bytes())]
    assert not [name for name in names if "thumbnail" in name or "custom" in name or "theme" in name]


def test_header_and_footer_texts_end_at_the_margin_of_their_page() -> None:
    for section in docx.Document(str(TEMPLATE)).sections:
        sides = (section.page_width, section.left_margin, section.right_margin)
        page, left, right = (round(side.mm) for side in sides if side is not None)
        room = page - left - right
        for part in (section.header, section.footer):
            (stop,) = part.paragraphs[0].paragraph_format.tab_stops
            assert round(stop.position.mm) == room
            assert not part.is_linked_to_previous


def test_table_widths_fill_their_page() -> None:
    for name, widths in vars(style).items():
        if name.endswith("_WIDTHS"):
            assert sum(widths) in {style.PORTRAIT_MM, style.LANDSCAPE_MM}, name
            assert min(widths) >= 12, name


def test_colours_of_text_are_dark_enough_on_white() -> None:
    def channel(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    for spec in style.STYLES:
        if spec.colour:
            red, green, blue = (channel(int(spec.colour[at : at + 2], 16)) for at in (0, 2, 4))
            contrast = 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
            assert contrast >= 4.5, spec.name


def test_colours_and_fonts_are_written_nowhere_else() -> None:
    for path in EXPORTS.glob("*.py"):
        if path.name != "style.py":
            assert not re.findall(r"[\"'#][0-9A-Fa-f]{6}[\"']", path.read_text("utf-8")), path.name
            assert style.FONT not in path.read_text("utf-8"), path.name


def test_the_headings_are_those_word_knows() -> None:
    document = docx.Document(str(TEMPLATE))
    for level in (1, 2, 3):
        held = document.styles[f"Heading {level}"].element
        assert held.get(qn("w:customStyle")) is None
        assert held.pPr.find(qn("w:keepNext")) is not None
