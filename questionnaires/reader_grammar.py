"""The keys of a content file: which ones must be there, and what an absent one means.

The keys themselves are the fields of `schema.py`; only what a dataclass cannot say stands here.
"""

from __future__ import annotations

from questionnaires.schema import (
    AggravatingFact,
    Block,
    BlockRow,
    Column,
    Condition,
    Duty,
    Figure,
    Help,
    Law,
    Level,
    LevelRule,
    Measure,
    Obligation,
    Option,
    PartlyCovered,
    Question,
    Reference,
    Section,
    Sector,
    ShippedRemark,
    Situation,
    Theme,
)

REQUIRED: dict[type, frozenset[str]] = {
    Theme: frozenset(
        [
            "theme",
            "version",
            "title",
            "short_title",
            "prefix",
            "families",
            "screening",
            "situations",
            "sections",
            "questions",
        ],
    ),
    Situation: frozenset(["id", "label", "family", "gravity", "gravity_reason", "damage", "frequency_prompt"]),
    AggravatingFact: frozenset({"id", "label"}),
    Section: frozenset({"id", "title"}),
    Question: frozenset({"id", "section", "kind", "text"}),
    Option: frozenset({"code", "label"}),
    Column: frozenset({"id", "label"}),
    LevelRule: frozenset({"level"}),
    Condition: frozenset(),
    Measure: frozenset(["id", "question", "text", "principles", "rank", "delay", "cost", "indicator"]),
    Obligation: frozenset({"id", "text", "articles"}),
    Figure: frozenset(["id", "fact", "value", "year", "perimeter", "source"]),
    Reference: frozenset(["id", "title", "publisher", "date"]),
    PartlyCovered: frozenset({"family", "left"}),
    Block: frozenset({"title", "table_question", "rows"}),
    BlockRow: frozenset({"id", "label", "article"}),
    Law: frozenset({"article", "label", "read_on"}),
    Help: frozenset(["code", "name", "who", "condition", "verified_on"]),
    Sector: frozenset({"id", "label", "prefixes"}),
    ShippedRemark: frozenset({"id", "title", "words", "kind"}),
}
"""Keys a table must have and fill, by class."""

DEFAULTS: dict[tuple[type, str], object] = {
    (Question, "duty"): Duty.NONE,
    (Measure, "answers"): (Level.NO, Level.PARTLY),
}
"""Meaning of an absent key where it is not simply empty, false or none."""

COMPUTED: dict[type, frozenset[str]] = {Theme: frozenset({"sha256", "source"})}
"""Fields the reader fills itself; they are not keys of the file."""

IDENTIFIERS = ("id", "code", "article")
"""Keys that name an item, in the order they are looked for when a fault must be placed."""
