"""`python -m translations.messages`: bring `en.po` up to date with the sources, or say what it lacks (`--check`)."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import write_po

from translations.catalogue import TRANSLATED, po_file, read_catalog
from translations.checks import faults
from translations.sources import Message, Unreadable, found, unmarked

_IDLE = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To): .*\n',
    flags=re.MULTILINE,
)
"""Header lines that would change at each run, or say nothing."""


def main(arguments: Sequence[str]) -> int:
    """Update the files, or check them; 1 when something is missing."""
    try:
        known = list(found())
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 1
    check = "--check" in arguments
    wrong = [f'{place} : « {words} » n\'est pas entre _("…")' for place, words in unmarked()]
    for language in TRANSLATED:
        if not check:
            for message in update(language, known):
                print(f"{language} : n'est plus dit nulle part, retiré : {message}")
        wrong += lacks(language, known)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(known)} messages, {len(wrong)} à reprendre.")
    return 1 if wrong and check else 0


def update(language: str, known: Iterable[Message]) -> list[str]:
    """Write the file of a language with every message, its translation kept; gives those that are said no more."""
    text, gone = _renewed(language, known)
    po_file(language).write_text(text, encoding="utf-8")
    return gone


def pending(language: str, known: Iterable[Message]) -> str:
    """What `update` would write, when the file of a language is not as it would leave it."""
    text, _ = _renewed(language, known)
    return "" if text == po_file(language).read_text(encoding="utf-8") else text


def _renewed(language: str, known: Iterable[Message]) -> tuple[str, list[str]]:
    before = read_catalog(language)
    after = Catalog(locale=language, project="Jalon", version="1", fuzzy=False)
    for message in known:
        after.add(_key(message), locations=[(message.place, 0)])
    gone = {str(entry.id): entry for entry in before if entry.id and entry.id not in after}
    for entry in after:
        old = before.get(entry.id) if entry.id else None
        if old is not None:
            entry.string, entry.user_comments = old.string, old.user_comments
        elif entry.id:
            old = _nearly(gone, entry.id)
            entry.string = old.string if old is not None else entry.string
        entry.flags = {"fuzzy"} if old is not None and (old.fuzzy or old.id != entry.id) else set()
        entry.locations = sorted(set(entry.locations))
    return text_of(after), sorted(gone)


def text_of(catalog: Catalog) -> str:
    """The file of a catalogue: sorted, one line a message, without the day it was written."""
    written = io.BytesIO()
    write_po(written, catalog, width=0, sort_output=True, omit_header=False, include_lineno=False)
    text = written.getvalue().decode()
    return _IDLE.sub("", text[text.index('msgid ""') :])


def lacks(language: str, known: Iterable[Message]) -> list[str]:
    """What is wrong in the file of a language, one line a fault, each message once."""
    catalog = read_catalog(language)
    told = {
        f"{language} : « {message.one} » ({message.place}) {fault}"
        for message in known
        for fault in faults(catalog, message)
    }
    return sorted(told)


def _nearly(gone: Mapping[str, Entry], words: object) -> Entry | None:
    """The message that was reworded into this one: its translation is kept as uncertain, to be read again."""
    close = get_close_matches(str(words), gone, n=1, cutoff=0.8)
    return gone[close[0]] if close and isinstance(gone[close[0]].id, type(words)) else None


def _key(message: Message) -> str | tuple[str, str]:
    return (message.one, message.several) if message.several else message.one


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
