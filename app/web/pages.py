"""Drawing a page in the language of the request."""

from __future__ import annotations

from flask import render_template

from app.web.language import FRENCH, current
from app.web.presentation import environment


def render(template: str, **values: object) -> str:
    """The page of that template; `lang` is among its values."""
    language = current()
    return render_template(environment(language).get_template(template), lang=language, **values)


def render_french(template: str, **values: object) -> str:
    """The page of that template in French whoever reads it: a letter to a firm."""
    return render_template(environment(FRENCH).get_template(template), lang=FRENCH, **values)
