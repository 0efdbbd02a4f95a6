"""The two bodies of a mail: text, and an HTML that adds nothing to it. Nothing is fetched from anywhere.

Styles stand on each element, because many mail programs drop everything else; there is no table and no picture, so that
the mail reads the same aloud, on a phone and where pictures are off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import chain

from app.domain.typography import french
from app.services.mail import Mail

_PAGE, _INK, _MUTED, _LINE = "#faf7f2", "#22292d", "#515c62", "#ddd6ca"
_FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")
_CODE_FIRST = re.compile(r"\A\d{6} · ")
_COPY = "Le bouton ne s'ouvre pas ? Copiez cette adresse dans votre navigateur :"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The service that speaks in a mail."""

    name: str
    phone: str
    phone_hours: str
    colour: str
    """`#rrggbb`, dark enough for white words on it (app.domain.colours)."""


def subject_of(mail: Mail) -> str:
    """The subject as it is sent: a code comes first, to be read without opening the mail."""
    subject = french(_BREAKS.sub(" ", mail.subject))
    return f"{mail.code} · {subject}" if mail.code else subject


def without_code(subject: str) -> str:
    """The subject once the code has been sent: what is kept, and what an administrator may see."""
    return _CODE_FIRST.sub("", subject)


def compose(mail: Mail, sender: Sender) -> tuple[str, str]:
    """The text and the HTML of a mail; raises ValueError when its button leads nowhere a browser goes."""
    if mail.button and not mail.button[1].startswith(("https://", "http://")):
        raise ValueError("the button of a mail takes a whole address")
    first, *others = mail.paragraphs
    return _text(mail, first, others, sender), _html(mail, first, others, sender)


def _text(mail: Mail, first: str, others: list[str], sender: Sender) -> str:
    middle = [f"    {mail.code[:3]} {mail.code[3:]}"] if mail.code else []
    if mail.button:
        middle.append(f"{french(mail.button[0] + ' :')}\n{mail.button[1]}")
    foot = "\n".join(french(line) for line in _foot(sender))
    return "\n\n".join(chain([french(first)], middle, map(french, others), [foot])) + "\n"


def _html(mail: Mail, first: str, others: list[str], sender: Sender) -> str:
    middle = [_code(mail.code)] if mail.code else []
    if mail.button:
        middle += _button(mail.button, sender.colour)
    body = chain([_paragraph(first)], middle, map(_paragraph, others))
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="fr"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light"><meta name="format-detection" content="telephone=no">',
            f"<title>{_words(mail.subject)}</title></head>",
            f'<body style="margin:0;padding:0;background:{_PAGE};color:{_INK}">',
            # What lists of mails show beside the subject: the first sentence, not the name of the service.
            f'<div style="display:none;max-height:0;overflow:hidden">{_words(first)}</div>',
            f'<div style="max-width:560px;margin:0 auto;padding:24px 16px;font:17px/1.5 {_FONT}">',
            f'<p style="margin:0 0 16px;padding:0 0 12px;border-bottom:3px solid {sender.colour};'
            f'color:{sender.colour};font-weight:700">{_words(sender.name)}</p>',
            f'<h1 style="margin:0 0 16px;font-size:22px;line-height:1.3">{_words(mail.subject)}</h1>',
            *body,
            f'<div style="margin:32px 0 0;padding:12px 0 0;border-top:1px solid {_LINE};color:{_MUTED};'
            'font-size:14px">',
            *(f'<p style="margin:0 0 4px">{_words(line)}</p>' for line in _foot(sender)),
            "</div></div></body></html>",
            "",
        ]
    )


def _paragraph(words: str) -> str:
    return f'<p style="margin:0 0 16px">{_words(words)}</p>'


def _code(code: str) -> str:
    """Two halves to the eye, one number to who copies it."""
    return (
        f'<p style="margin:0 0 16px;padding:16px;background:#fff;border:1px solid {_LINE};border-radius:6px;'
        'font-size:34px;line-height:1.2;font-weight:700;letter-spacing:2px;text-align:center">'
        f'<span>{code[:3]}</span><span style="padding-left:12px">{code[3:]}</span></p>'
    )


def _button(button: tuple[str, str], colour: str) -> list[str]:
    words, address = button[0], escape(button[1])
    return [
        f'<p style="margin:0 0 12px"><a href="{address}" style="display:inline-block;padding:12px 20px;'
        f"background:{colour};color:#fff;border-radius:6px;font-weight:700;text-decoration:none"
        f'">{_words(words)}</a></p>',
        f'<p style="margin:0 0 16px;color:{_MUTED};font-size:14px">{_words(_COPY)}<br>'
        f'<a href="{address}" style="color:{colour};word-break:break-all">{address}</a></p>',
    ]


def _foot(sender: Sender) -> list[str]:
    """Who to ask, and who lends the program."""
    reached = [part for part in (sender.name, sender.phone, sender.phone and sender.phone_hours) if part]
    return [
        f"Une question ? {', '.join(reached)}.",
        f"Jalon, logiciel libre mis à disposition par {sender.name}.",
    ]


def _words(text: str) -> str:
    return escape(french(text))
