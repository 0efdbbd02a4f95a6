"""Cuts the source of a template into messages, and writes it again with their translations.

The French template is the source text. A run is a stretch of words between two block tags or template statements, with
the inline tags and the `{{ values }}` it holds; it is one message, so that a translation may reorder all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

Translate = Callable[[str], str]
"""French message -> what stands in its place."""

INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "dfn", "em", "i", "kbd", "mark", "q", "s", "samp", "small"}
    | {"span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)
"""Tags that belong to a sentence; any other bounds it."""
_VOID: Final = frozenset({"br", "wbr"})

_INSIDE_TAG = r"(?:\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|[^>{]|\{(?![{%#]))*"
_TOKEN = re.compile(
    r"(?P<comment>\{#.*?#\}|<!--.*?-->)"
    r"|(?P<statement>\{%.*?%\})"
    r"|(?P<value>\{\{.*?\}\})"
    rf"|(?P<raw><(?P<rawname>script|style|pre|textarea)\b{_INSIDE_TAG}>.*?</(?P=rawname)>)"
    rf"|(?P<tag></?(?P<name>[a-zA-Z!][\w-]*){_INSIDE_TAG}>)",
    flags=re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?<=\s)(?P<name>aria-label|aria-description|title|alt|placeholder|content|data-l|data-say-[\w-]+)"
    r'="(?P<words>(?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"',
    flags=re.DOTALL,
)
"""Attributes that people read or hear."""
_IN_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", flags=re.DOTALL)
_STATEMENT = re.compile(r"(\{%.*?%\}|\{#.*?#\})", flags=re.DOTALL)
_LITERAL = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\s*\)""", flags=re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", flags=re.DOTALL)
_STRING = re.compile(r""""([^"]*)"|'([^']*)'""")
_MANY_WORDS = re.compile(r"""\|\s*many\((?:\s*,?\s*(?:"[^"]*"|'[^']*'))*\s*\)""")
_WORDS = re.compile(r"[^\W\d_] [^\W\d_]|[À-ÿ]|^[A-Z][a-z]|\b[a-z]+'[a-z]")
_CODE = re.compile(r"[<=]|^[a-z0-9_ -]*(?:jl|govuk)-|\.html$")
_LETTER = re.compile(r"[^\W\d_]")
_ENTITY = re.compile(r"&#?\w+;")
_COUNTED = re.compile(r"\|\s*many\s*\(")
_PICTURE = re.compile(r"\{\{-?\s*(?:icon|logo)\s*\(")
"""A pictogram says nothing: it stays out of the sentence it stands beside."""
_NAME = re.compile(
    r"""[\w-]+=["'](?:\{\{.*?\}\}|[^"'])*["']?"""
    r"""|(?=.*\{\{)(?=.*[-_.#])(?:\{\{(?:(?!\}\}).)*\}\}|[\w.#-])*["']?"""
    r"|(?:(?:jl|govuk)-[\w-]+ ?)+"
)
"""An attribute, an identifier such as `{{ box.name }}-hint`, or classes, that a macro writes outside a tag."""
_OTHER_LANGUAGE = re.compile(r'\slang="')
"""Words said to be in a language, such as the name of that language, are the same on every page."""
_BETWEEN = re.compile(r"[\s·|/()–—,-]*")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`text`, `value`, `open`, `close` or `void` inside a run; `bound` around it."""
    source: str
    tag: str = ""


def rewrite(source: str, translate: Translate) -> str:
    """The template with every message and every `_("…")` replaced by what `translate` gives."""
    written: list[str] = []
    run: list[_Token] = []
    for token in _tokens(source):
        if token.kind == "bound":
            written += [_run(run, translate), _spoken(token, translate)]
            run = []
        else:
            run.append(token)
    written.append(_run(run, translate))
    return literals("".join(written), translate)


def literals(source: str, translate: Translate) -> str:
    """The template with every `_("…")` of its expressions replaced by the bare literal, translated."""

    def literal(found: re.Match[str]) -> str:
        quote = found[1][0]
        words = re.sub(r"\\(.)", r"\1", found[1][1:-1])
        return quote + translate(words).replace("\\", "\\\\").replace(quote, f"\\{quote}") + quote

    return _IN_EXPRESSION.sub(lambda found: _LITERAL.sub(literal, found[0]), source)


def messages(source: str) -> list[str]:
    """Every message of a template, in the order of its source."""
    found: list[str] = []

    def note(message: str) -> str:
        found.append(message)
        return message

    rewrite(source, note)
    return found


def loose_literals(source: str) -> list[str]:
    """Literals of expressions that look like words for people and are neither `_("…")` nor counted by `many`."""
    found: list[str] = []
    for expression in _IN_EXPRESSION.findall(_COMMENT.sub("", source)):
        bare = _MANY_WORDS.sub("|many()", _LITERAL.sub("", expression))
        found += [words for pair in _STRING.findall(bare) for words in pair if words and _WORDS.search(words)]
    return [words for words in found if not _CODE.search(words)]


def folded(text: str) -> str:
    """The text with runs of ordinary spaces and line ends made one space."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def _tokens(source: str) -> Iterator[_Token]:
    done = 0
    for found in _TOKEN.finditer(source):
        if found.start() > done:
            yield _Token("text", source[done : found.start()])
        yield _token(found)
        done = found.end()
    if done < len(source):
        yield _Token("text", source[done:])


def _token(found: re.Match[str]) -> _Token:
    if found["value"]:
        return _Token("bound" if _PICTURE.match(found[0]) else "value", found[0])
    name = (found["name"] or "").lower()
    if name not in INLINE:
        return _Token("bound", found[0], name or found["rawname"] or "")
    if name in _VOID:
        return _Token("void", found[0], name)
    return _Token("close" if found[0].startswith("</") else "open", found[0], name)


def _run(tokens: Sequence[_Token], translate: Translate) -> str:
    """The run, translated; tags around it, or left open in it, are not part of the message."""
    source = "".join(token.source for token in tokens)
    if not _speaks(source, tokens):
        return "".join(_spoken(token, translate) for token in tokens)
    pairs = _pairs(tokens)
    parts = _parts(tokens, pairs)
    if len(parts) > 1:
        return "".join(_run(part, translate) for part in parts)
    if pairs.get(0) == len(tokens) - 1 and _OTHER_LANGUAGE.search(tokens[0].source):
        return source
    if pairs.get(0) == len(tokens) - 1:
        inside = _run(tokens[1:-1], translate)
        return _spoken(tokens[0], translate) + inside + tokens[-1].source
    before = source[: len(source) - len(source.lstrip(" \t\r\n"))]
    after = source[len(source.rstrip(" \t\r\n")) :]
    return before + translate(folded(source)) + after


def _speaks(source: str, tokens: Sequence[_Token]) -> bool:
    """Whether a run has a letter of its own, or counts something by its name."""
    text = "".join(token.source for token in tokens if token.kind == "text")
    if _COUNTED.search(source):
        return True
    return bool(_LETTER.search(_ENTITY.sub("", text))) and not _NAME.fullmatch(folded(source))


def _pairs(tokens: Sequence[_Token]) -> dict[int, int]:
    """Position of an opening tag -> position of the tag that closes it in this run."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for position, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(position)
        elif token.kind == "close" and any(tokens[start].tag == token.tag for start in opened):
            while tokens[start := opened.pop()].tag != token.tag:
                pass
            pairs[start] = position
    return pairs


def _parts(tokens: Sequence[_Token], pairs: dict[int, int]) -> list[Sequence[_Token]]:
    """The run cut at the tags it leaves open, and between elements that stand side by side without a word.

    « <b>Name</b> <small>trade</small> » is two messages; « <b>Note</b> : words » is one.
    """
    pieces: list[Sequence[_Token]] = []
    loose = False
    position = 0
    while position < len(tokens):
        last = pairs.get(position, position)
        piece = tokens[position : last + 1]
        loose = loose or (len(piece) == 1 and piece[0].kind in {"open", "close"})
        pieces.append(piece)
        position = last + 1
    if loose:
        return _cut_at_loose_tags(pieces)
    joined = any(len(piece) == 1 and not _between(piece[0]) for piece in pieces)
    return [tokens] if joined else pieces


def _between(token: _Token) -> bool:
    if token.kind == "text":
        return bool(_BETWEEN.fullmatch(token.source))
    return token.kind == "value" and not _COUNTED.search(token.source)


def _cut_at_loose_tags(pieces: list[Sequence[_Token]]) -> list[Sequence[_Token]]:
    parts: list[Sequence[_Token]] = []
    kept: list[_Token] = []
    for piece in pieces:
        if len(piece) == 1 and piece[0].kind in {"open", "close"}:
            parts += [kept, piece] if kept else [piece]
            kept = []
        else:
            kept = [*kept, *piece]
    return [*parts, kept] if kept else parts


def _spoken(token: _Token, translate: Translate) -> str:
    """The tag with the attributes that people read translated."""
    if not token.tag or "=" not in token.source:
        return token.source

    def attribute(found: re.Match[str]) -> str:
        if found["name"] == "content" and 'name="description"' not in token.source:
            return found[0]
        pieces = _STATEMENT.split(found["words"])
        words = "".join(
            piece if index % 2 else _attribute_words(piece, translate) for index, piece in enumerate(pieces)
        )
        return f'{found["name"]}="{words}"'

    return _ATTRIBUTE.sub(attribute, token.source)


def _attribute_words(piece: str, translate: Translate) -> str:
    bare = _ENTITY.sub("", _IN_EXPRESSION.sub("", piece))
    if not _LETTER.search(bare) and not _COUNTED.search(piece):
        return piece
    before = piece[: len(piece) - len(piece.lstrip())]
    after = piece[len(piece.rstrip()) :]
    return before + translate(folded(piece)) + after
