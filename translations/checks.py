"""What makes a translation unfit to be shown: missing words, lost values, broken tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter

from babel.messages.catalog import Catalog
from jinja2 import Environment, TemplateSyntaxError, nodes

from translations.runs import INLINE
from translations.sources import Message, Origin

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*>", flags=re.DOTALL)
_OUTSIDE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", flags=re.DOTALL)
_FIELD = re.compile(r"\{(\w+)")
_VOID = {"br", "wbr"}
_jinja = Environment(autoescape=True)


def faults(known: Catalog, message: Message) -> Iterator[str]:
    """What is wrong with the translation of a message, in words; nothing when it is good."""
    entry = known.get((message.one, message.several) if message.several else message.one)
    string = entry.string if entry is not None else ""
    written = [string] if isinstance(string, str) else list(string or [""])
    if entry is None or not all(written):
        yield "n'est pas traduit"
        return
    if entry.fuzzy:
        yield "est marqué comme incertain (fuzzy)"
    for text in written:
        yield from _of_text(message, text)


def _of_text(message: Message, text: str) -> Iterator[str]:
    if message.origin is Origin.PYTHON:
        lost = _fields(message.several or message.one) ^ _fields(text)
        if lost - {"n"}:
            yield f"n'a pas les mêmes valeurs : {', '.join(sorted(lost))}"
        elif _fields(text) and not _fills(text):
            yield "a une accolade mal fermée"
        return
    yield from _of_template(message.one, text)


def _of_template(source: str, text: str) -> Iterator[str]:
    try:
        lost = _names(source) ^ _names(text)
    except TemplateSyntaxError as error:
        yield f"ne se compile pas : {error.message}"
        return
    if lost:
        yield f"n'a pas les mêmes valeurs : {', '.join(sorted(lost))}"
    if _tags(source) != _tags(text):
        yield "n'a pas les mêmes balises"
    if not _balanced(text):
        yield "a des balises mal fermées"
    if '"' in _OUTSIDE.sub("", text):
        yield "contient un guillemet droit, qui fermerait un attribut : écrivez “ ”"


def _fields(text: str) -> set[str]:
    """Values a sentence takes; one that takes none may hold braces of its own."""
    return set(_FIELD.findall(text))


def _fills(text: str) -> bool:
    """Whether its values can be put in it."""
    try:
        return all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(text))
    except ValueError:
        return False


def _names(source: str) -> set[str]:
    """Values a template reads."""
    return {node.name for node in _jinja.parse(source).find_all(nodes.Name)} - {"_"}


def _tags(source: str) -> Counter[str]:
    return Counter(f"{slash}{name}" for slash, name in _TAG.findall(source))


def _balanced(source: str) -> bool:
    opened: list[str] = []
    for slash, name in _TAG.findall(source):
        if name in _VOID or name not in INLINE:
            continue
        if not slash:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened
