"""The two bodies of a mail: text, and an HTML that adds nothing to it."""

from __future__ import annotations

from html import escape
from itertools import chain

from app.domain.typography import french
from app.services.mail import Mail


def compose(mail: Mail) -> tuple[str, str]:
    """The text and the HTML of a mail."""
    first, *others = mail.paragraphs
    return _text(mail, first, others), _html(mail, first, others)


def _text(mail: Mail, first: str, others: list[str]) -> str:
    middle = [_spaced(mail.code)] if mail.code else []
    if mail.button:
        middle.append(f"{french(mail.button[0])}\n{mail.button[1]}")
    return "\n\n".join(chain([french(first)], middle, map(french, others))) + "\n"


def _html(mail: Mail, first: str, others: list[str]) -> str:
    middle = [f"<p><strong>{_spaced(mail.code)}</strong></p>"] if mail.code else []
    if mail.button:
        middle.append(f'<p><a href="{escape(mail.button[1])}">{_words(mail.button[0])}</a></p>')
    paragraphs = chain([f"<p>{_words(first)}</p>"], middle, (f"<p>{_words(each)}</p>" for each in others))
    title = _words(mail.subject)
    return f'<!doctype html>\n<html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head><body>\n' + (
        "\n".join(paragraphs) + "\n</body></html>\n"
    )


def _spaced(code: str) -> str:
    """« 123 456 »: read and copied in two halves."""
    return f"{code[:3]} {code[3:]}"


def _words(text: str) -> str:
    return escape(french(text))
