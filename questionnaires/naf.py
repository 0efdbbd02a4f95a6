"""NAF rév. 2 codes (INSEE): their spelling and their labels."""

from __future__ import annotations

import re

_CODE = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")


def normalise(code: str) -> str | None:
    """The code with its dot and capital (`43.91B`), from `4391b`, `43.91 b`...; None when it cannot be a code."""
    found = _CODE.fullmatch("".join(code.split()).upper())
    return f"{found[1]}.{found[2]}{found[3]}" if found else None


def bare(code: str) -> str | None:
    """The code as sector prefixes are written, without its dot (`4391B`); None when it cannot be a code."""
    dotted = normalise(code)
    return dotted.replace(".", "") if dotted else None


def read_labels(text: str) -> dict[str, str]:
    """Labels by code, from the lines `code, label, section` of `naf_rev2.tsv`; lines in # say where they come from."""
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {code: label for code, label, _section in lines}
