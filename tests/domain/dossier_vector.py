"""The test vector and the field list of docs/dossier-format.md.

`python -m tests.domain.dossier_vector` writes them again, which is right only while a format is not released. Once it
is, a change here means a new format number, not a new vector.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from app.domain.canonical import sha256_hex
from app.domain.dossier import Dossier
from app.domain.dossier_json import to_json
from app.domain.register import RegisterLine, Seal, heads_of, line_bytes, make_seal, next_line, seal_bytes
from tests.domain.dossier_example import example_dossier

DOCS = Path(__file__).resolve().parents[2] / "docs"
VECTOR = DOCS / "dossier-vector.json"
FORMAT_DOC = DOCS / "dossier-format.md"
SEAL_KEY = bytes(range(32))

_WORDS = {str: "text", int: "integer", bool: "boolean", date: "day"}


def register_line() -> RegisterLine:
    """The line of the vector: the second of its establishment."""
    first = next_line(
        None,
        service="service-exemple",
        establishment="etablissement-exemple",
        version=None,
        drafted_on=date(2026, 11, 20),
        content_sha256=sha256_hex(b"first dossier"),
        files=(),
    )
    return next_line(
        first,
        service="service-exemple",
        establishment="etablissement-exemple",
        version=1,
        drafted_on=date(2026, 11, 21),
        content_sha256=sha256_hex(to_json(example_dossier())),
        files=[("plan.xlsx", sha256_hex(b"plan")), ("duerp.docx", sha256_hex(b"word"))],
    )


def seal() -> Seal:
    """The seal of the vector, made over its line with the key 00 01 02 ... 1f."""
    heads = heads_of([register_line()])
    return make_seal(heads, service="service-exemple", sealed_on=date(2026, 11, 21), previous=None, key=SEAL_KEY)


def blocks() -> dict[str, str]:
    """What stands between the markers of the document, by name."""
    line, made = register_line(), seal()
    return {
        "content hash": sha256_hex(to_json(example_dossier())),
        "line": f"{line_bytes(line).decode()}\n\nline_sha256 = {line.line_sha256}",
        "seal": f"{seal_bytes(made).decode()}\n\nhmac = {made.hmac}",
        "fields": "\n".join(_field_lines()),
    }


def written(doc: str) -> str:
    """The document with its blocks written again."""
    for name, text in blocks().items():
        block = f"<!-- {name} -->\n```text\n{text}\n```\n<!-- end -->"
        pattern = rf"<!-- {name} -->\n.*?<!-- end -->"
        doc, count = re.subn(pattern, block.replace("\\", r"\\"), doc, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{FORMAT_DOC.name}: no block named « {name} »")
    return doc


def _field_lines() -> list[str]:
    lines, waiting, seen = [], [Dossier], {Dossier}
    for record in waiting:
        hints = get_type_hints(record)
        told = ", ".join(f"{field.name}: {_type_words(hints[field.name])}" for field in fields(record))
        lines += textwrap.wrap(f"{record.__name__} {{ {told} }}", 118, subsequent_indent="    ")
        for inner in (kind for field in fields(record) for kind in _records(hints[field.name])):
            if inner not in seen:
                seen.add(inner)
                waiting.append(inner)
    return lines


def _records(hint: Any) -> list[Any]:
    if isinstance(hint, type) and is_dataclass(hint):
        return [hint]
    return [record for inner in get_args(hint) for record in _records(inner)]


def _type_words(hint: Any) -> str:
    if hint in _WORDS:
        return _WORDS[hint]
    if get_origin(hint) is tuple:
        inner = [_type_words(kind) for kind in get_args(hint) if kind is not Ellipsis]
        return f"[{', '.join(inner)}...]" if Ellipsis in get_args(hint) else f"[{', '.join(inner)}]"
    if get_args(hint):
        return " or ".join("null" if kind is NoneType else _type_words(kind) for kind in get_args(hint))
    return str(hint.__name__)


def main() -> None:
    """Write the vector and the blocks of the document."""
    VECTOR.write_bytes(to_json(example_dossier()))
    FORMAT_DOC.write_text(written(FORMAT_DOC.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
