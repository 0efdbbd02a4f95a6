"""Draws questions in a bare Jinja environment and checks the page as strictly as an accessibility audit would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import jinja2
import lxml.html
from lxml.html import HtmlElement

from app.domain.typography import french, french_date
from app.web.presentation import rows
from forms.boxes import AnswerBox

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"

_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.filters.update(fr=french, content=french, day=french_date, rows=rows)
_environment.globals["_"] = str


@dataclass(frozen=True)
class Law:
    """What a text says, as the page takes it."""

    words: str
    articles: str
    read_on: date
    to_check: bool = False


def draw(*boxes: AnswerBox, laws: tuple[Law, ...] = ()) -> HtmlElement:
    """The questions as a parsed page, after every strict check."""
    macro = _environment.get_template("questions/question.html").module.question  # type: ignore[attr-defined]  # a macro
    drawn = "".join(str(macro(box, laws)) for box in boxes)
    page = lxml.html.fromstring(f"<form>{drawn}</form>")
    check(page)
    return page


def check(page: HtmlElement) -> None:
    """Fail on a control without its label, a dangling reference, a double id, or a box one is forced to tick."""
    ids = [str(found) for found in page.xpath("//@id")]
    assert len(ids) == len(set(ids)), f"double ids: {sorted({found for found in ids if ids.count(found) > 1})}"
    labels = [str(found) for found in page.xpath("//label/@for")]
    for control in page.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        assert labels.count(control.get("id")) == 1, f"{control.get('name')} has no label of its own"
        assert control.get("required") is None
    assert set(labels) <= set(ids), "a label points nowhere"
    for described in page.xpath("//@aria-describedby"):
        assert described.strip(), "an empty aria-describedby"
        assert set(described.split()) <= set(ids), f"{described} points nowhere"
    for group in page.xpath("//fieldset"):
        (legend,) = group.xpath("./legend")
        assert legend.text_content().strip()
    for error in page.xpath("//*[contains(@class, 'govuk-error-message')]"):
        assert page.xpath(f"//*[contains(concat(' ', @aria-describedby, ' '), ' {error.get('id')} ')]"), (
            "an orphan error"
        )


def posted_by(page: HtmlElement) -> list[tuple[str, str]]:
    """The fields a browser would post; lxml gives `on` to a ticked radio whose value is empty, a browser does not."""
    return [(str(name), "" if value == "on" else str(value)) for name, value in page.form_values()]
