"""A small database of frozen documents, sealed day by day, to be attacked by tests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.domain.canonical import sha256_hex
from app.domain.register import (
    RegisterLine,
    Seal,
    heads_of,
    make_seal,
    next_line,
)
from app.domain.register_check import (
    Finding,
    FindingKind,
    StoredFile,
    StoredPayload,
    check_register,
)

KEY = bytes(range(32))
SERVICE = "sante-travail-exemple"
FIRMS = ("E1", "E2", "E3")
FIRST_DAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Database:
    """What `jalon verify` reads."""

    lines: tuple[RegisterLine, ...]
    payloads: tuple[StoredPayload, ...]
    files: tuple[StoredFile, ...]
    seals: tuple[Seal, ...]

    def findings(self, key: bytes | None = KEY, anchors: Iterable[str] = ()) -> tuple[Finding, ...]:
        return check_register(
            self.lines, payloads=self.payloads, files=self.files, seals=self.seals, key=key, anchors=anchors
        )

    def kinds(self, key: bytes | None = KEY, anchors: Iterable[str] = ()) -> set[FindingKind]:
        return {finding.kind for finding in self.findings(key, anchors)}

    def line(self, firm: str, seq: int) -> RegisterLine:
        return next(line for line in self.lines if (line.establishment, line.seq) == (firm, seq))

    def with_line(self, firm: str, rank: int, /, **changes: Any) -> Database:
        old = self.line(firm, rank)
        return replace(self, lines=tuple(replace(one, **changes) if one is old else one for one in self.lines))

    def without(self, firm: str, seq: int) -> Database:
        """Every trace of one document removed from the three tables."""

        def kept(rows: Iterable[Any]) -> tuple[Any, ...]:
            return tuple(row for row in rows if (row.establishment, row.seq) != (firm, seq))

        return replace(self, lines=kept(self.lines), payloads=kept(self.payloads), files=kept(self.files))


def body(firm: str, seq: int) -> bytes:
    return f'{{"firm":"{firm}","seq":{seq}}}'.encode()


def word(firm: str, seq: int) -> bytes:
    return b"PK\x03\x04" + body(firm, seq)


def chain(firm: str, bodies: Iterable[tuple[int, bytes]]) -> list[RegisterLine]:
    """The lines an honest or a dishonest hand writes for these contents, in order."""
    lines: list[RegisterLine] = []
    for rank, (seq, content) in enumerate(bodies):
        line = next_line(
            lines[-1] if lines else None,
            service=SERVICE,
            establishment=firm,
            version=None if rank == 1 else rank + 1,
            drafted_on=FIRST_DAY + timedelta(days=rank),
            content_sha256=sha256_hex(content),
            files=[("plan.xlsx", sha256_hex(b"plan" + content)), ("duerp.docx", sha256_hex(word(firm, seq)))],
        )
        lines.append(line)
    return lines


def seal_days(lines: Iterable[RegisterLine], key: bytes = KEY) -> tuple[Seal, ...]:
    """One seal a day for four days, and one for a fifth day when nothing happened."""
    seals: list[Seal] = []
    known = tuple(lines)
    for rank in range(5):
        day = FIRST_DAY + timedelta(days=rank)
        heads = heads_of((line for line in known if line.drafted_on <= day), sealed=seals)
        previous = seals[-1] if seals else None
        seals.append(make_seal(heads, service=SERVICE, sealed_on=day, previous=previous, key=key))
    return tuple(seals)


def untouched() -> Database:
    """3 establishments with 4 frozen documents each, sealed every day."""
    lines = [line for firm in FIRMS for line in chain(firm, [(seq, body(firm, seq)) for seq in range(1, 5)])]
    places = [(line.establishment, line.seq) for line in lines]
    files = [StoredFile(establishment=f, seq=s, name="duerp.docx", body=word(f, s)) for f, s in places]
    files += [StoredFile(establishment=f, seq=s, name="plan.xlsx", body=b"plan" + body(f, s)) for f, s in places]
    payloads = tuple(StoredPayload(establishment=f, seq=s, body=body(f, s)) for f, s in places)
    return Database(lines=tuple(lines), payloads=payloads, files=tuple(files), seals=seal_days(lines))


WHOLE = untouched()


def facts() -> dict[str, Any]:
    return {
        "service": SERVICE,
        "establishment": "E1",
        "version": 1,
        "drafted_on": FIRST_DAY,
        "content_sha256": "a" * 64,
        "files": [("duerp.docx", "b" * 64)],
    }
