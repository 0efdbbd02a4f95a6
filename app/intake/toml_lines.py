"""On which line a key of a TOML file stands: the parser of the standard library does not say.

A best effort: headers and `key =` lines are followed, texts and lists over several lines are skipped. A key inside
braces gets the line of the key that opens the braces, or its own when the braces span several lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_PAIR = re.compile(rf"\s*({_DOTTED})\s*=(.*)")
_TEXT_OR_COMMENT = re.compile(r""""(?:\\.|[^"\\])*(?:"|$)|'[^']*(?:'|$)|#.*""")
"""An unclosed text runs to the end of the line: looking for its end from each quote again would cost a square."""
_LONG_TEXT = ('"' * 3, "'" * 3)


@dataclass(frozen=True, slots=True)
class LineIndex:
    """Lines of the keys of one file, by path (`work_units[2].people.women`); blocks are counted from 1."""

    known: dict[str, int] = field(default_factory=dict)

    def line_of(self, path: str) -> int | None:
        """Line of the key, or of the nearest key that holds it; None when nothing near is known."""
        while path:
            if path in self.known:
                return self.known[path]
            path = path[: path.rfind("[")] if path.endswith("]") else path.rpartition(".")[0]
        return None


def index_lines(words: str) -> LineIndex:
    """The lines of the keys of a TOML text."""
    known: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, closing, depth, opened = "", "", 0, ""
    for number, line in enumerate(words.splitlines(), start=1):
        if closing:
            closing = "" if closing in line else closing
            continue
        if depth <= 0 and (header := _HEADER.match(line)):
            table = _table_path(header[2], counts, repeated=header[1] == "[[")
            known.setdefault(table, number)
            continue
        if pair := _PAIR.match(line):
            path = _joined(opened if depth > 0 else table, _plain_key(pair[1]))
            known.setdefault(path, number)
            opened = path if depth <= 0 else opened
            closing = next((mark for mark in _LONG_TEXT if pair[2].count(mark) == 1), "")
        depth = max(0, depth + _opened_in(line))
    return LineIndex(known)


def _table_path(header: str, counts: dict[str, int], *, repeated: bool) -> str:
    """Path of a header, with the number of the current block for each repeated table on the way."""
    path = ""
    parts = _plain_key(header).split(".")
    for rank, part in enumerate(parts):
        path = _joined(path, part)
        if repeated and rank == len(parts) - 1:
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _opened_in(line: str) -> int:
    """Braces and brackets opened minus closed on a line, outside texts and comments."""
    bare = _TEXT_OR_COMMENT.sub("", line)
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")


def _plain_key(dotted: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in re.findall(_PART, dotted))


def _joined(table: str, key: str) -> str:
    return f"{table}.{key}" if table else key
