"""A theme file into a `Theme`, or into the list of all its faults."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from questionnaires.reader_decode import decode
from questionnaires.reader_faults import ContentFault, ContentFaults, FaultList
from questionnaires.reader_ids import HEAD, check_ids
from questionnaires.reader_links import check_links
from questionnaires.reader_questions import check_kinds
from questionnaires.reader_toml import toml_tables
from questionnaires.schema import Theme

__all__ = ["ContentFault", "ContentFaults", "read_theme"]


def read_theme(text: bytes, *, file: str) -> Theme:
    """The theme written in a TOML file (docs/content-guide.md); raises `ContentFaults` with every fault at once.

    `file` is the name shown in the faults. What the law and the rating ask of a theme is `check.check_theme`.
    """
    tables, words = toml_tables(text, file=file)
    faults = FaultList(file=file)
    theme = decode(Theme, tables, place=HEAD, faults=faults, top=True)
    check_ids(theme, faults)
    check_kinds(theme, faults)
    check_links(theme, faults)
    faults.raise_if_any()
    return replace(theme, sha256=hashlib.sha256(text).hexdigest(), source=words)
