"""The lines and the seals of the register: what they bind, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.canonical import decode, sha256_hex
from app.domain.register import (
    GENESIS,
    FileHash,
    Head,
    line_bytes,
    make_seal,
    next_line,
    seal_bytes,
    seal_hmac,
)
from tests.domain.register_database import (
    FIRST_DAY,
    KEY,
    SERVICE,
    WHOLE,
    facts,
)


def test_a_line_hashes_everything_but_itself() -> None:
    line = next_line(None, **facts())
    assert decode(line_bytes(line)) == {
        "content_sha256": "a" * 64,
        "drafted_on": "2026-11-21",
        "establishment": "E1",
        "files": [["duerp.docx", "b" * 64]],
        "format": 1,
        "previous": GENESIS,
        "seq": 1,
        "service": SERVICE,
        "version": 1,
        "what": "jalon register line",
    }
    assert line.line_sha256 == sha256_hex(line_bytes(line))
    second = next_line(line, **facts() | {"version": None})
    assert (second.seq, second.previous, second.version) == (2, line.line_sha256, None)


def test_files_may_come_in_any_order() -> None:
    two = [("b.docx", "b" * 64), ("a.xlsx", "a" * 64)]
    assert next_line(None, **facts() | {"files": two}) == next_line(None, **facts() | {"files": two[::-1]})
    assert next_line(None, **facts() | {"files": two}).files[0] == FileHash("a.xlsx", "a" * 64)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"files": [("a", "a" * 64), ("a", "b" * 64)]}, "deux fichiers du même nom"),
        ({"files": [("a", "A" * 64)]}, "64 chiffres"),
        ({"content_sha256": "a" * 63}, "64 chiffres"),
        ({"establishment": ""}, "texte vide"),
        ({"service": "e\u0301"}, "hors de la forme canonique"),
        ({"files": [("a\x00", "a" * 64)]}, "hors de la forme canonique"),
    ],
)
def test_a_line_that_could_not_be_checked_is_not_made(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        next_line(None, **facts() | changes)


def test_a_line_does_not_follow_another_register() -> None:
    line = next_line(None, **facts())
    for other in ({"establishment": "E2"}, {"service": "autre"}):
        with pytest.raises(ValueError, match="autre registre"):
            next_line(line, **facts() | other)


def test_a_seal_authenticates_everything_but_itself() -> None:
    head = Head("E1", 4, "c" * 64)
    seal = make_seal([head], service=SERVICE, sealed_on=FIRST_DAY, previous=None, key=KEY)
    assert decode(seal_bytes(seal)) == {
        "format": 1,
        "heads": [["E1", 4, "c" * 64]],
        "previous_hmac": GENESIS,
        "sealed_on": "2026-11-21",
        "service": SERVICE,
        "what": "jalon seal",
    }
    assert seal.hmac == seal_hmac(seal, KEY) != seal_hmac(seal, KEY[::-1])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"key": b"k" * 31}, "32 octets"),
        ({"heads": [("E1", 1, "a" * 64), ("E1", 2, "b" * 64)]}, "deux fois le même établissement"),
        ({"heads": [("E1", 1, "short")]}, "64 chiffres"),
        ({"service": "autre"}, "autre service"),
        ({"sealed_on": date(2026, 1, 1)}, "jour postérieur"),
    ],
)
def test_a_seal_that_could_not_be_checked_is_not_made(changes: dict[str, Any], words: str) -> None:
    sound: dict[str, Any] = {
        "heads": [],
        "service": SERVICE,
        "sealed_on": date(2026, 12, 1),
        "previous": WHOLE.seals[-1],
        "key": KEY,
    }
    with pytest.raises(ValueError, match=words):
        make_seal(**sound | changes)
