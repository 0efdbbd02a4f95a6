"""The document of the format: its blocks are read without fault, and it names every key the reader knows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from app.intake.answers_toml import read_answers
from questionnaires.catalogue import load

DOC = (Path(__file__).resolve().parents[2] / "docs" / "answers-format.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml( fragment)?\n(.*?)```", DOC, flags=re.DOTALL)
FRAGMENTS = [text for mark, text in BLOCKS if mark]

FIRST = """\
format = 1
assessed_on = 2026-11-21
"""
PARTS = {
    "establishment": 'name = "X"\nnaf = "43.91B"\nheadcount = 9\ncse = "aucun"\nemployer_role = "gérante"',
    "work_units": 'key = "UT1"\nname = "Toiture"\npeople = { total = 5 }\n\n[[work_units]]\nkey = "UT2"\n'
    'name = "Bureau"\npeople = { total = 2 }',
    "themes.chaleur.answers": 'ch_situations_exposantes = ["dehors"]',
}


def whole(fragment: str) -> bytes:
    """A fragment completed with what it lacks to be a file."""
    text = FIRST
    for name, words in PARTS.items():
        if not re.search(rf"^\[+{re.escape(name)}\]", fragment, flags=re.MULTILINE):
            text += f"\n[[{name}]]\n{words}\n" if name == "work_units" else f"\n[{name}]\n{words}\n"
    return (text + "\n" + fragment).encode()


def test_the_smallest_file_is_a_whole_file() -> None:
    (smallest,) = [text for mark, text in BLOCKS if not mark]
    firm = read_answers(smallest.encode(), catalogue=load(), file="doc.toml")
    assert firm.validation is None
    assert firm.establishment.headcount_on == firm.assessed_on


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=[text.splitlines()[0] for text in FRAGMENTS])
def test_each_block_of_the_document_is_read_without_fault(fragment: str) -> None:
    read_answers(whole(fragment), catalogue=load(), file="doc.toml")


def test_the_whole_document_makes_one_firm() -> None:
    kept = [
        text
        for text in FRAGMENTS
        if not text.startswith('[themes.chaleur.answers]\nch_situations_exposantes = ["dehors", "comb')
    ]
    firm = read_answers((FIRST + "\n".join(kept)).encode(), catalogue=load(), file="doc.toml")
    assert len(firm.actions) == 2
    assert len(firm.overrides) == 1
    assert firm.validation is not None
    assert len(firm.validation.participants) == 2
    assert firm.books[0].facts_of("local_calme").frequency == {"UT2": 3}


@pytest.mark.parametrize("broken", ["[establishment]", "[validation]", "[[actions]]", "[[work_units]]"])
def test_every_key_the_reader_accepts_is_in_the_document(broken: str) -> None:
    """An unknown key makes the reader list the keys it knows: each must be described."""
    bare = broken.strip("[]")
    lines = {"actions": 'text = "x"', "validation": 'trigger = "annuelle"\nreason = "x"', **PARTS}[bare]
    text = whole(f"{broken}\n{lines}\nzzz = 1\n").decode()
    tomllib.loads(text)
    with pytest.raises(Exception, match="clé inconnue") as refused:
        read_answers(text.encode(), catalogue=load(), file="doc.toml")
    known = next(fault.accepted for fault in refused.value.faults if fault.key.endswith(".zzz"))  # type: ignore[attr-defined]  # AnswersFaults
    missing = [key for key in known.split(", ") if f"`{key}`" not in DOC]
    assert not missing
