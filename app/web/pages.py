"""Drawing a page in the language of the request."""

from __future__ import annotations

from flask import render_template

from app.web.language import current
from app.web.presentation import environment


def render(template: str, **values: object) -> str:
    """The page of that template; `lang` is among its values."""
    language = current()
    return render_template(environment(language).get_template(template), lang=language, **values)
