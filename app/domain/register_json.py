"""`register.json`: the register of one establishment as a file, for whoever checks a document outside Jalon."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from app.domain.canonical import encode
from app.domain.register import FileHash, RegisterLine, line_bytes

_FIELDS = frozenset(
    {"content_sha256", "drafted_on", "establishment", "files", "line_sha256", "previous", "seq", "service", "version"}
)


class RegisterFault(ValueError):
    """A text that is not a register; the message says in French what is wrong."""


def register_to_json(lines: Sequence[RegisterLine]) -> bytes:
    """The lines, first one first, each as the object that is hashed and its `line_sha256`; canonical JSON."""
    return encode([{**json.loads(line_bytes(line)), "line_sha256": line.line_sha256} for line in lines])


def register_from_json(raw: bytes) -> tuple[RegisterLine, ...]:
    """The lines of a `register.json`; raises RegisterFault when it is none."""
    try:
        read = json.loads(raw.decode("utf-8"))
    except ValueError as error:
        raise RegisterFault("ce n'est pas du JSON en UTF-8") from error
    if not isinstance(read, list):
        raise RegisterFault("une liste de lignes est attendue")
    return tuple(_line(item, number) for number, item in enumerate(_objects(read), 1))


def _objects(items: list[object]) -> Iterable[dict[str, Any]]:
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict) or not set(item) >= _FIELDS:
            raise RegisterFault(f"ligne {number} : il manque un champ du registre")
        yield item


def _line(item: dict[str, Any], number: int) -> RegisterLine:
    try:
        return RegisterLine(
            service=str(item["service"]),
            establishment=str(item["establishment"]),
            seq=int(item["seq"]),
            version=None if item["version"] is None else int(item["version"]),
            drafted_on=date.fromisoformat(item["drafted_on"]),
            content_sha256=str(item["content_sha256"]),
            files=tuple(FileHash(str(name), str(digest)) for name, digest in item["files"]),
            previous=str(item["previous"]),
            line_sha256=str(item["line_sha256"]),
        )
    except (TypeError, ValueError) as error:
        raise RegisterFault(f"ligne {number} : une valeur n'a pas la forme attendue") from error
