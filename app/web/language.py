"""The language of a page: French, or English for who chose it; and the words that Python says in it."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal

from babel.dates import format_date
from flask import Blueprint, abort, current_app, has_request_context, redirect, request
from flask.typing import ResponseReturnValue

from app.domain.typography import french_month
from app.web.doors import Door, access
from app.web.safe_paths import path_here
from forms.words import Said, filled, grouped, say, say_many
from translations.catalogue import load

Language = Literal["fr", "en"]

FRENCH: Final = "fr"
ENGLISH: Final = "en"
NAMES: dict[Language, str] = {FRENCH: "Français", ENGLISH: "English"}
"""Each language in its own words."""

COOKIE = "jalon_langue"
ONE_YEAR = 365 * 24 * 3600
"""In seconds."""

blueprint = Blueprint("language", __name__)


def current() -> Language:
    """The language chosen on this browser; French when nothing was, and outside a request.

    What the browser says it prefers is not asked: a legal document must read the same for everybody who was sent its
    address.
    """
    if has_request_context() and request.cookies.get(_cookie()) == ENGLISH:
        return ENGLISH
    return FRENCH


@blueprint.get("/langue/<code>")
@access(Door.OPEN)
def choose(code: str) -> ResponseReturnValue:
    """Remember the language on this browser for a year, and go back to the page it was chosen on."""
    if code not in NAMES:
        abort(404)
    answer = redirect(path_here(request.args.get("suite", "")), 303)
    answer.set_cookie(
        _cookie(),
        code,
        max_age=ONE_YEAR,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return answer


def _cookie() -> str:
    """Name of the cookie; over https its prefix ties it to this very host."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def _(msgid: str, /, **values: object) -> str:
    """The sentence in the language of the request: `_("Le code part à {email}.", email=email)`."""
    return translated(say(msgid, **values), current())


def ngettext(one: str, several: str, count: int, /, **values: object) -> str:
    """The sentence that agrees with a number, called `{n}` in it, in the language of the request."""
    return translated(say_many(count, one, several, **values), current())


def translated(words: str, language: Language) -> str:
    """What a lower layer said, in that language; other words come back as they are."""
    if language == FRENCH or not isinstance(words, Said):
        return str(words)
    known = load(language)
    model = known.counted(words.msgid, words.several, words.number) if words.several else known.text(words.msgid)
    return filled(model, {name: _in_english(value) for name, value in words.values.items()})


def word(text: str, language: Language) -> str:
    """One of the product's own printed words, such as « à faire », in that language; to be used for nothing typed."""
    if isinstance(text, Said):
        return translated(text, language)
    return text if language == FRENCH else load(language).text(text)


def english_date(day: date) -> str:
    """« 3 March 2027 », with plain spaces."""
    return format_date(day, "d MMMM y", locale="en_GB")


def month_words(stored: str) -> str:
    """A month kept as « 2027-03 », in the language of the request: « mars 2027 », “March 2027”."""
    if current() == FRENCH:
        return french_month(stored)
    return format_date(date.fromisoformat(f"{stored}-01"), "MMMM y", locale="en_GB")


def month_short(stored: str) -> str:
    """A month kept as « 2027-03 » without its year, as short as the language of the request writes it: « mars »."""
    return format_date(date.fromisoformat(f"{stored}-01"), "LLL", locale="fr" if current() == FRENCH else "en_GB")


def _in_english(value: object) -> object:
    if isinstance(value, Said):
        return translated(value, ENGLISH)
    if isinstance(value, date):
        return english_date(value)
    return f"{value:,}" if grouped(value) else value
