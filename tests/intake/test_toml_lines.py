"""Lines of keys: headers, dotted keys, braces over lines, and texts that only look like keys."""

from __future__ import annotations

import time

import pytest

from app.intake.toml_lines import index_lines

WORDS = '''\
# cle = 1
format = 1
"entre guillemets" = 2

[a]
b.c = 3
texte = """
faux = 4
[faux]
"""
liste = [
  "x = 1",
  { on = 1 },
]
table = {
  dedans = 5,
}
apres = 6 # "

[[blocs]]
cle = 7
[blocs.sous]
cle = 8
[[blocs]]
cle = 9
[[blocs.rangs]]
cle = 10
[[blocs.rangs]]
cle = 11
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("format", 2),
        ("entre guillemets", 3),
        ("a", 5),
        ("a.b.c", 6),
        ("a.texte", 7),
        ("a.liste", 11),
        ("a.liste[2].on", 11),
        ("a.table.dedans", 16),
        ("a.apres", 18),
        ("blocs[1].cle", 21),
        ("blocs[1].sous.cle", 23),
        ("blocs[2].cle", 25),
        ("blocs[2].rangs[2].cle", 29),
        ("blocs[2].absente", 24),
        ("a.absente", 5),
        ("absente", None),
        ("faux", None),
    ],
)
def test_a_key_is_found_on_its_line_or_on_the_nearest_one(path: str, line: int | None) -> None:
    assert index_lines(WORDS).line_of(path) == line


@pytest.mark.parametrize(
    "words", ['a = """ ' + '\\"' * 300_000, "a" * 800_000, "a" + " " * 800_000, "x = '" + '"\\' * 300_000]
)
def test_a_hostile_text_costs_no_more_than_its_length(words: str) -> None:
    before = time.process_time()
    index_lines(words)
    assert time.process_time() - before < 5
