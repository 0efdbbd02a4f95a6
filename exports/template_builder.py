"""Builds `templates/section.docx`: named styles, page set-up, headers and footers, no text.

Run by `make assets` (`python -m exports.template_builder`); the result is committed, so that nobody needs to run it to
print a document. A test rebuilds it and compares.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from exports import style
from exports.package_bytes import read_parts, write_parts
from exports.paper import TEMPLATE

_UNUSED_RELATIONS: Final = ("thumbnail", "stylesWithEffects", "customXml", "webSettings", "fontTable", "theme")
_KEPT_PACKAGE: Final = ("officeDocument", "core-properties")


def build(out: BinaryIO) -> None:
    """Write the template to `out`."""
    document = docx.Document()
    _drop_unused(document)
    _write_settings(document)
    _write_numbering(document)
    _write_styles(document)
    _write_sections(document)
    _blank_properties(document)
    raw = io.BytesIO()
    document.save(raw)
    write_parts(read_parts(raw.getvalue()), out)


def _drop_unused(document: Any) -> None:
    """Remove what the default template of the library brings and we never use (a picture, a theme, 400 kB)."""
    relations = document.part.rels
    for key in [key for key, rel in relations.items() if rel.reltype.endswith(_UNUSED_RELATIONS)]:
        del relations[key]
    package = document.part.package.rels
    for key in [key for key, rel in package.items() if not rel.reltype.endswith(_KEPT_PACKAGE)]:
        del package[key]


def _write_settings(document: Any) -> None:
    settings = document.settings.element
    for child in list(settings):
        settings.remove(child)
    for xml in (
        f'<w:zoom {nsdecls("w")} w:percent="100"/>',
        f'<w:defaultTabStop {nsdecls("w")} w:val="708"/>',
        f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode"'
        ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>',
        f'<w:themeFontLang {nsdecls("w")} w:val="{style.LANGUAGE}"/>',
        f'<w:decimalSymbol {nsdecls("w")} w:val=","/>',
        f'<w:listSeparator {nsdecls("w")} w:val=";"/>',
    ):
        settings.append(parse_xml(xml))


def _write_numbering(document: Any) -> None:
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    numbering.append(
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/>'
            '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="340" w:hanging="227"/></w:pPr></w:lvl></w:abstractNum>'
        )
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="1"><w:abstractNumId w:val="0"/></w:num>'))


def _write_styles(document: Any) -> None:
    element = document.styles.element
    for child in list(element):
        element.remove(child)
    element.append(_defaults())
    for text_style in style.STYLES:
        _add_style(document, text_style)
    element.append(_table_style())


def _defaults() -> Any:
    fonts = " ".join(f'w:{kind}="{style.FONT}"' for kind in ("ascii", "hAnsi", "cs", "eastAsia"))
    return parse_xml(
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr><w:rFonts {fonts}/>"
        f'<w:lang w:val="{style.LANGUAGE}" w:eastAsia="{style.LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )


def _add_style(document: Any, spec: style.TextStyle) -> None:
    kind = WD_STYLE_TYPE.CHARACTER if spec.character else WD_STYLE_TYPE.PARAGRAPH
    made = document.styles.add_style(spec.name, kind, builtin=not spec.name.startswith("Jalon"))
    made.element.styleId = spec.id
    made.quick_style = True
    if not spec.base:
        made.element.set(qn("w:default"), "1")
    elif not spec.character:
        made.base_style = document.styles["Normal"]
    font = made.font
    if spec.size:
        font.size = Pt(spec.size)
    if spec.bold is not None:
        font.bold = spec.bold
    if spec.colour:
        font.color.rgb = RGBColor.from_string(spec.colour)
    if not spec.character:
        _paragraph_format(made, spec)


def _paragraph_format(made: Any, spec: style.TextStyle) -> None:
    form = made.paragraph_format
    form.space_before = Pt(spec.before)
    form.space_after = Pt(spec.after)
    form.keep_with_next = spec.keep_next or None
    form.widow_control = True
    properties = made.element.get_or_add_pPr()
    if spec.border:
        form.left_indent = form.right_indent = Pt(5)
    if spec.bullet:
        properties.get_or_add_numPr().get_or_add_numId().val = 1
    if spec.border:
        edges = "".join(
            f'<w:{edge} w:val="{"single" if spec.border == spec.fill else "dashed"}" w:sz="8" w:space="3"'
            f' w:color="{spec.border}"/>'
            for edge in ("top", "left", "bottom", "right")
        )
        properties.insert_element_before(
            parse_xml(f"<w:pBdr {nsdecls('w')}>{edges}</w:pBdr>"), "w:shd", "w:tabs", "w:spacing", "w:outlineLvl"
        )
    if spec.fill:
        properties.insert_element_before(
            parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{spec.fill}"/>'),
            "w:tabs", "w:spacing", "w:outlineLvl",
        )  # fmt: skip
    if spec.level:
        properties.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="{spec.level - 1}"/>'))


def _table_style() -> Any:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{style.LINE}"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return parse_xml(
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{style.TABLE_STYLE_ID}">'
        f'<w:name w:val="{style.TABLE_STYLE_NAME}"/><w:uiPriority w:val="59"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders><w:tblCellMar>"
        '<w:top w:w="23" w:type="dxa"/><w:left w:w="68" w:type="dxa"/>'
        '<w:bottom w:w="23" w:type="dxa"/><w:right w:w="68" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        '<w:tblStylePr w:type="firstRow"><w:tcPr>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{style.BRAND_TINT}"/></w:tcPr></w:tblStylePr></w:style>'
    )


def _write_sections(document: Any) -> None:
    """Three sections: upright, landscape, upright again, each with its header and footer.

    The last could share the parts of the first, but LibreOffice then prints them without their fields.
    """
    _page(document.sections[0], landscape=False)
    _page(document.add_section(WD_SECTION.NEW_PAGE), landscape=True)
    _page(document.add_section(WD_SECTION.NEW_PAGE), landscape=False)


def _page(section: Any, *, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width = Mm(style.PAGE_LONG_MM if landscape else style.PAGE_SHORT_MM)
    section.page_height = Mm(style.PAGE_SHORT_MM if landscape else style.PAGE_LONG_MM)
    section.left_margin = section.right_margin = Mm(style.MARGIN_SIDE_MM)
    section.top_margin, section.bottom_margin = Mm(style.MARGIN_TOP_MM), Mm(style.MARGIN_BOTTOM_MM)
    section.header_distance = section.footer_distance = Mm(style.HEADER_MM)
    width = style.LANDSCAPE_MM if landscape else style.PORTRAIT_MM
    _fill_header(section, width)
    _fill_footer(section, width)


def _fill_header(section: Any, width: int) -> None:
    """Runs: company, tab, name of the document, word of a draft; `section_docx` fills them."""
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run("").bold = True
    paragraph.add_run("\t")
    paragraph.add_run("")
    paragraph.add_run("").style = style.STAMP_WORD.name


def _fill_footer(section: Any, width: int) -> None:
    """Runs: identity of the file, tab, page number, number of pages."""
    section.footer.is_linked_to_previous = False
    paragraph = section.footer.paragraphs[0]
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), WD_TAB_ALIGNMENT.RIGHT)
    paragraph.add_run("")
    paragraph.add_run("\tpage ")
    _add_field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _add_field(paragraph, "NUMPAGES")


def _add_field(paragraph: Any, name: str) -> None:
    paragraph._p.append(
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )


def _blank_properties(document: Any) -> None:
    core = document.core_properties._element
    for child in list(core):
        core.remove(child)


def main(path: Path = TEMPLATE) -> int:
    """Write the template to its place in the repository."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        build(out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
