"""What every part of a section needs at hand, and the few phrases several parts print alike."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.dossier import ActionLine, Dossier, DutyFlag, RiskRow
from app.domain.establishment import EVERY_UNIT
from exports import style
from exports.paper import Paper
from exports.voice import Voice
from exports.wordml import cell, line, paragraph, run

PROJECT = "projet"
URGENT = ("P1", "P2")
_CODE_ARTICLE = re.compile(r"^(?:art\. )?([LRD]\. \d[^,]*?)(?: du code du travail)?$")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A dossier on its way to paper."""

    dossier: Dossier
    paper: Paper
    voice: Voice
    content_hash: str
    register_head: str

    @property
    def is_project(self) -> bool:
        """True until the employer has made a version of it."""
        return self.dossier.kind == PROJECT

    @functools.cached_property
    def chosen(self) -> tuple[ActionLine, ...]:
        """Actions the employer took on."""
        return tuple(action for action in self.dossier.actions if action.chosen)

    @functools.cached_property
    def proposed(self) -> tuple[ActionLine, ...]:
        """Proposals not taken on: printed in a project, absent from a version."""
        if not self.is_project:
            return ()
        return tuple(action for action in self.dossier.actions if not action.chosen)

    @functools.cached_property
    def printed_keys(self) -> frozenset[str]:
        """Keys of the actions this file prints, so that no reference points nowhere."""
        return frozenset(action.key for action in (*self.chosen, *self.proposed))

    @functools.cached_property
    def help_letters(self) -> dict[str, str]:
        """A letter for each help the printed actions name, in the order they are met: a to z, then numbers."""
        names = dict.fromkeys(name for action in (*self.chosen, *self.proposed) for name in action.helps)
        letters = string.ascii_lowercase
        return {name: letters[rank] if rank < len(letters) else str(rank + 1) for rank, name in enumerate(names)}

    @functools.cached_property
    def rows_of(self) -> dict[str, list[RiskRow]]:
        """Rows of each unit, in the order given."""
        found: dict[str, list[RiskRow]] = {}
        for row in self.dossier.rows:
            found.setdefault(row.unit, []).append(row)
        return found

    def action_keys(self, keys: Sequence[str]) -> str:
        """The references to actions this file prints."""
        return ", ".join(key for key in keys if key in self.printed_keys)

    def unit_name(self, key: str) -> str:
        """Name of a unit, the words for all of them, or the key of one nobody has described."""
        if key == EVERY_UNIT:
            return self.voice.say("Toutes les unités")
        return self.voice.tell(self.unit_names.get(key) or key)

    @functools.cached_property
    def unit_names(self) -> dict[str, str]:
        """Names of the units by key."""
        return {unit.key: unit.name for unit in self.dossier.units}

    def duty(self, flag: DutyFlag) -> str:
        """A duty found unmet, with its articles."""
        return self.voice.say(
            "Obligation non remplie : {text} ({articles}).",
            text=flag.text.rstrip("."),
            articles=self.articles(flag.articles),
        )

    def articles(self, articles: Sequence[str]) -> str:
        """Articles in a row, the name of their code said once."""
        grouped: list[str] = []
        others: list[str] = []
        for name in map(article, articles):
            found = _CODE_ARTICLE.match(name)
            (grouped if found else others).append(found[1] if found else name)
        if grouped:
            others.insert(0, f"art. {', '.join(grouped)} du code du travail")
        return self.voice.listed(others, missing="article à préciser")

    @functools.cached_property
    def ready(self) -> dict[tuple[object, ...], str]:
        """Cells that come back row after row, kept by what they say."""
        return {}

    def priority_run(self, code: str, words: str) -> str:
        """A priority: shape, then code and words, in the colour of its style; never colour alone."""
        mark = style.PRIORITY_STYLES.get(code, style.STRONG)
        return run(f"{style.PRIORITY_SHAPES.get(code, '')} {self.voice.tell(words or code)}".strip(), mark)

    def priority_cell(self, code: str, words: str, *, width: float, extra: str = "") -> str:
        """A cell that holds a priority, and a small line under it."""
        key = ("priority", code, words, width, extra)
        if key not in self.ready:
            below = line(extra, kind=style.CELL_SMALL) if extra else ""
            self.ready[key] = cell(paragraph(self.priority_run(code, words)) + below, width=width)
        return self.ready[key]


def article(code: str) -> str:
    """« R. 4121-1 » for `R4121-1`; a reference already written out comes back as it is."""
    return re.sub(r"^([LRD])(?=\d)", r"\1. ", code)


def stacked(*lines: str, small: Sequence[str] = (), strong: bool = False) -> str:
    """Paragraphs of a cell: plain lines, then small ones; empty texts are left out."""
    if strong:
        plain = [paragraph(run(text, style.STRONG)) for text in lines if text]
    else:
        plain = [line(text) for text in lines if text]
    return "".join(plain + [line(text, kind=style.CELL_SMALL) for text in small if text])


def lined(*lines: str) -> str:
    """Plain lines of a cell."""
    return stacked(*lines)


def too_long(*texts: str) -> bool:
    """True when a row of these texts may not fit a page, so that it has to break."""
    return sum(map(len, texts)) > style.LONG_CELL * 3 or max(map(len, texts), default=0) > style.LONG_CELL
