"""docs/security.md says one thing of each requirement, cites what exists, and counts what it says."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOC = ROOT / "docs" / "security.md"
LEVELS = dict(
    line.split("\t") for line in (ROOT / "tests" / "asvs_ids.tsv").read_text(encoding="ascii").splitlines() if line
)
"""Requirement -> level, of ASVS 5.0 levels 1 and 2."""

_ROW = re.compile(r"\| (V\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|")
_CITED = re.compile(r"`((?:app|assets|docs|exports|forms|questionnaires|requirements|tests|translations)/[^`]+)`")
_STATUS = {"met by ": "met", "not applicable because ": "not applicable", "open: ": "open"}


def rows(text: str) -> list[tuple[str, str, str, str]]:
    return [(row[1], row[2], row[3].strip(), row[4].strip()) for row in map(_ROW.fullmatch, text.splitlines()) if row]


def faults(text: str) -> list[str]:
    """What is wrong with a document."""
    found, said = [], rows(text)
    counts = Counter(name for name, *_ in said)
    found += [f"{name}: {counts[name]} lines" for name in sorted({*LEVELS, *counts}) if counts[name] != 1]
    found += [f"{name}: no requirement of levels 1 and 2" for name in counts if name not in LEVELS]
    for name, level, words, status in said:
        kind = kind_of(status)
        if level != LEVELS.get(name) or not words:
            found.append(f"{name}: level {level}, « {words} »")
        if not kind or len(status) < len("open: x"):
            found.append(f"{name}: « {status} » is no status")
        cited = _CITED.findall(status)
        if kind == "met" and not cited:
            found.append(f"{name}: met by nothing")
        found += [f"{name}: {each} does not exist" for each in cited if not exists(each)]
    return found


def kind_of(status: str) -> str:
    return next((kind for start, kind in _STATUS.items() if status.startswith(start)), "")


def exists(cited: str) -> bool:
    path, _, name = cited.partition("::")
    return (ROOT / path).is_file() and (not name or name in functions(path))


@lru_cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_has_one_status_and_what_is_cited_exists() -> None:
    assert len(LEVELS) == 253
    assert faults(DOC.read_text(encoding="utf-8")) == []


def test_the_counts_at_the_top_are_those_of_the_table() -> None:
    text = DOC.read_text(encoding="utf-8")
    counts = Counter((kind_of(status), level) for _, level, _, status in rows(text))
    for kind in (*_STATUS.values(), "all"):
        one, two = (sum(n for (k, at), n in counts.items() if at == level and kind in {k, "all"}) for level in "12")
        assert f"| {kind} | {one} | {two} | {one + two} |" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| V1.2.4 | 1 |", "| V1.2.4 | 2 |"),
        ("| V1.2.4 |", "| V1.2.3 |"),
        ("| V1.2.4 |", "| V99.1.1 |"),
        ("test_no_module_goes_around`", "test_nobody_wrote_this`"),
        ("`app/web/access.py`", "`app/web/nowhere.py`"),
        ("open: ", "later: "),
        ("not applicable because there is no LDAP", "met by good will"),
    ],
)
def test_a_wrong_line_is_found(old: str, new: str) -> None:
    text = DOC.read_text(encoding="utf-8")
    table = text[text.index("## The table") :]
    assert old in table
    assert faults(text.replace(table, table.replace(old, new))) != []
