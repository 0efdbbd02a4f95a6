"""The register under random attacks: whatever byte changes, whatever goes, something shows."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.register import (
    line_hash,
)
from app.domain.register_check import (
    FindingKind,
    Severity,
)
from tests.domain.register_database import (
    FIRMS,
    WHOLE,
    body,
    chain,
)

firms = st.sampled_from(FIRMS)
places = st.tuples(firms, st.integers(1, 4))


def changed(data: st.DataObject, value: Any) -> Any:
    """The same value with one byte, digit or day changed somewhere."""
    if is_dataclass(value) and not isinstance(value, type):
        name = data.draw(st.sampled_from([field.name for field in fields(value) if getattr(value, field.name) != ()]))
        return replace(value, **{name: changed(data, getattr(value, name))})
    if isinstance(value, tuple):
        place = data.draw(st.integers(0, len(value) - 1))
        parts = [*value[:place], changed(data, value[place]), *value[place + 1 :]]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, date):
        return value + timedelta(days=data.draw(st.sampled_from([-1, 1, 365])))
    if isinstance(value, int) or value is None:
        return (value or 0) ^ (1 << data.draw(st.integers(0, 5)))
    if isinstance(value, str):
        return changed_bytes(data, value.encode()).decode("utf-8", "surrogateescape")
    return changed_bytes(data, value)


def changed_bytes(data: st.DataObject, value: bytes) -> bytes:
    place = data.draw(st.integers(0, len(value) - 1))
    return value[:place] + bytes([value[place] ^ data.draw(st.integers(1, 255))]) + value[place + 1 :]


@given(st.data(), st.sampled_from(["lines", "payloads", "files", "seals"]))
def test_any_change_of_one_byte_anywhere_is_found(data: st.DataObject, table: str) -> None:
    rows = getattr(WHOLE, table)
    place = data.draw(st.integers(0, len(rows) - 1))
    touched = replace(WHOLE, **{table: (*rows[:place], changed(data, rows[place]), *rows[place + 1 :])})
    assert any(finding.severity is Severity.GRAVE for finding in touched.findings())


@given(st.sets(places, min_size=1))
def test_any_documents_removed_are_found(gone: set[tuple[str, int]]) -> None:
    database = WHOLE
    for firm, seq in gone:
        database = database.without(firm, seq)
    found = {(f.establishment, f.seq) for f in database.findings() if f.kind is FindingKind.SEALED_REMOVED}
    assert found == gone


@given(firms, st.sets(st.integers(1, 4), min_size=1, max_size=4))
def test_documents_removed_and_the_rest_renumbered_and_rechained_are_found(firm: str, gone: set[int]) -> None:
    kept = [(seq, body(firm, seq)) for seq in range(1, 5) if seq not in gone]
    lines = tuple(line for line in WHOLE.lines if line.establishment != firm)
    forged = replace(WHOLE, lines=(*lines, *chain(firm, kept)), payloads=(), files=())
    assert forged.kinds() & {FindingKind.SEALED_REMOVED, FindingKind.RECOMPUTED}


@given(
    places,
    places,
    st.sampled_from(["seq", "content_sha256", "files", "drafted_on", "version", "previous"]),
    st.booleans(),
)
def test_any_exchange_between_two_lines_is_found(
    one: tuple[str, int], other: tuple[str, int], name: str, rehash: bool
) -> None:
    left, right = WHOLE.line(*one), WHOLE.line(*other)
    if getattr(left, name) == getattr(right, name):
        return
    pair = [replace(left, **{name: getattr(right, name)}), replace(right, **{name: getattr(left, name)})]
    if rehash:
        pair = [replace(line, line_sha256=line_hash(line)) for line in pair]
    rest = tuple(line for line in WHOLE.lines if line not in (left, right))
    assert replace(WHOLE, lines=(*rest, *pair)).findings()


@given(st.sets(st.integers(0, 4), min_size=1))
def test_any_seal_removed_before_one_that_stays_is_found(gone: set[int]) -> None:
    kept = tuple(seal for rank, seal in enumerate(WHOLE.seals) if rank not in gone)
    tail = gone == set(range(min(gone), 5))
    assert bool(replace(WHOLE, seals=kept).findings()) is not tail
