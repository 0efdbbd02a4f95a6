"""A remark of the library made into words to send: its variables replaced, what is not known left to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from re import Match

from questionnaires.remarks import VARIABLE, VARIABLES

_LEFT = re.compile(r"\[[^\[\]]{1,80} à compléter\]")


def filled(words: str, values: Mapping[str, str]) -> str:
    """The words with each variable replaced; one that has no value reads « [unité de travail à compléter] »."""

    def value(found: Match[str]) -> str:
        name = found.group(1)
        return values.get(name, "").strip() or f"[{VARIABLES.get(name, name) or 'mot'} à compléter]"

    return VARIABLE.sub(value, words)


def left_to_fill(words: str) -> bool:
    """Whether something of a remark is still to be written: a mark of `filled`, or a variable never replaced."""
    plain = " ".join(words.split())
    return _LEFT.search(plain) is not None or VARIABLE.search(words) is not None
