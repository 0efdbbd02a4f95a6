"""« Firefox sur Android »: a browser in words its owner recognises, so that the right session is ended."""

from __future__ import annotations

import re

_BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Samsung Internet", "SamsungBrowser"),
    ("Firefox", "Firefox/|FxiOS"),
    ("Chrome", "Chrome/|CriOS|Chromium"),
    ("Safari", "Safari/"),
)
"""Words, and what the browser says of itself; each one also says the names of those below it."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh|Mac OS"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux|X11"),
)


def device_words(user_agent: str) -> str:
    """The browser and its system; « Navigateur inconnu » when nothing is recognised."""
    said = user_agent[:500]
    browser = _first(_BROWSERS, said) or "Navigateur inconnu"
    system = _first(_SYSTEMS, said)
    return f"{browser} sur {system}" if system else browser


def _first(known: tuple[tuple[str, str], ...], said: str) -> str:
    return next((words for words, pattern in known if re.search(pattern, said)), "")
