"""Every message of the product: those of the templates, those said in Python, and its own printed words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from app.domain import activity, closing, words
from app.domain.rating import Priority
from translations.catalogue import FOLDER
from translations.runs import loose_literals, messages

ROOT = FOLDER.parent
TEMPLATES = ROOT / "app" / "templates"
SPEAKING = ("app/web", "app/services", "forms")
"""Folders of Python that say things to people on a page."""
_DEFINED = {"app/web/language.py", "forms/words.py"}
"""Where the calls are defined: what they pass on is no literal."""
_CALLS: dict[str, tuple[int, ...]] = {"_": (0,), "say": (0,), "ngettext": (0, 1), "say_many": (1, 2)}
"""Positions of the words among the arguments of a call."""

_ACTIVITY = (
    activity.CATEGORIES,
    activity.FORMATS,
    activity.PROFESSIONS,
    activity.ORIGINS,
    activity.PARTNERS,
    activity.ATTENDEES,
    {code: label for code, _, _, label in activity.SIZE_BANDS},
)
"""Lists of the acts of the service, whose words pages print."""


class Origin(Enum):
    """How the values of a message are written."""

    TEMPLATE = "template"
    PYTHON = "python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and one place where it stands."""

    one: str
    several: str = ""
    """The form for several things, for a message said in Python that counts."""
    place: str
    """Path of the file from the root of the project."""
    origin: Origin


class Unreadable(ValueError):
    """A call whose words cannot be read without running it: `_(f"…")`, `say(words)`."""


def found() -> Iterator[Message]:
    """Every message of the product, in the order of its files; raises Unreadable."""
    yield from in_templates()
    yield from in_python()
    yield from vocabulary()
    yield from activity_words()


def in_templates(folder: Path = TEMPLATES) -> Iterator[Message]:
    """Messages of the templates."""
    for path in sorted(folder.rglob("*.html")):
        for message in messages(path.read_text(encoding="utf-8")):
            yield Message(one=message, place=_short(path), origin=Origin.TEMPLATE)


def unmarked(folder: Path = TEMPLATES) -> Iterator[tuple[str, str]]:
    """(file, literal) for the words of templates that nobody can translate: `_("…")` is missing around them."""
    for path in sorted(folder.rglob("*.html")):
        for literal in loose_literals(path.read_text(encoding="utf-8")):
            yield _short(path), literal


def in_python() -> Iterator[Message]:
    """Messages said in Python by `_`, `ngettext`, `say` and `say_many`; raises Unreadable."""
    for folder in SPEAKING:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if _short(path) not in _DEFINED:
                yield from of_module(path.read_text(encoding="utf-8"), place=_short(path))


def of_module(source: str, *, place: str) -> Iterator[Message]:
    """Messages of one module; raises Unreadable."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            positions = _CALLS.get(name, ())
            if positions and len(node.args) > positions[-1]:
                where = f"{place}:{node.lineno}"
                yield from _of_call([_texts(node.args[position], where) for position in positions], place)


def vocabulary() -> Iterator[Message]:
    """The words the engine prints for its codes, which the `word` filter translates."""
    place = "app/domain/words.py"
    for module, file in ((words, place), (closing, "app/domain/closing.py")):
        for name, value in vars(module).items():
            if name.isupper() and name[0] != "_" and name != "TO_ASSESS":
                for text in _strings(value):
                    yield Message(one=text, place=file, origin=Origin.PYTHON)
    for text in words.RANK_NAMES.values():
        yield Message(one=f"{text[:1].upper()}{text[1:]}", place=place, origin=Origin.PYTHON)
    for best in Priority:
        for worst in Priority:
            if best >= worst:
                yield Message(one=words.priority_words(best, worst), place=place, origin=Origin.PYTHON)


def activity_words() -> Iterator[Message]:
    """The words of the acts of the service, which the `word` filter translates."""
    for listed in _ACTIVITY:
        for text in listed.values():
            yield Message(one=text, place="app/domain/activity.py", origin=Origin.PYTHON)


def _of_call(texts: list[list[str]], place: str) -> Iterator[Message]:
    if len(texts) == 1:
        for text in texts[0]:
            yield Message(one=text, place=place, origin=Origin.PYTHON)
        return
    for one, several in zip(*texts, strict=True):
        yield Message(one=one, several=several, place=place, origin=Origin.PYTHON)


def _texts(node: ast.expr, where: str) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body, where), *_texts(node.orelse, where)]
    raise Unreadable(f"{where} : écrivez la phrase en toutes lettres, ses valeurs entre accolades")


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _strings(item)


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name
