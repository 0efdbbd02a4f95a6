"""Finds an activity of the NAF by the words people use, or by its code; pure, and fast enough to run at each page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from questionnaires import naf
from questionnaires.catalogue import Catalogue

LONGEST_QUERY = 100
"""Characters read of what was typed; a longer text is no search."""

_MOST_WORDS = 8
_WORD = re.compile(r"[a-z0-9]+")
_CODE_START = re.compile(r"\d{2}\.?\d{0,2}[A-Z]?")
_EMPTY = frozenset(
    {"au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "ou", "par", "pour", "sur", "un", "une"}
)
_AWAY = 9
_NOBODY: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity as an establishment declares it."""

    code: str
    label: str
    nomenclature: str
    """The one the code belongs to, kept with it."""
    sectors: frozenset[str]
    """Sectors of `sectors.toml`."""


@dataclass(frozen=True, slots=True)
class _Entry:
    code: str
    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    entries: tuple[_Entry, ...]
    trades: dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """Folded trade word -> its words, its codes."""


def activity(catalogue: Catalogue, code: str) -> Activity | None:
    """The activity of a code, however it is typed; None when the nomenclature has no such code."""
    dotted = naf.normalise(code)
    label = catalogue.naf_label(dotted) if dotted else None
    if dotted is None or label is None:
        return None
    return Activity(code=dotted, label=label, nomenclature=naf.NOMENCLATURE, sectors=catalogue.sectors_of(dotted))


def search(catalogue: Catalogue, words: str, limit: int = 12) -> tuple[Activity, ...]:
    """The activities that fit the words, or the start of a code, best first; empty when nothing does.

    Accents, plurals and capitals do not count, and each word may be unfinished. The trade itself comes first
    (« couvreur »), then labels that start so, then labels that hold the words, then other trades. When no activity
    holds every word, those that hold the most are given; a slip of the pen is read as the trade it resembles.
    """
    index = _index(catalogue)
    typed = words[:LONGEST_QUERY]
    compact = "".join(typed.split()).upper()
    if _CODE_START.fullmatch(compact):
        start = compact.replace(".", "")
        codes = [entry.code for entry in index.entries if entry.code.replace(".", "").startswith(start)]
    else:
        codes = _by_words(index, _words(typed)[:_MOST_WORDS])
    found = (activity(catalogue, code) for code in codes[:limit])
    return tuple(each for each in found if each is not None)


def _by_words(index: _Index, wanted: tuple[str, ...]) -> list[str]:
    if not wanted:
        return []
    ranks = dict(_ranked(index, wanted))
    if not ranks:
        ranks = dict(_partly(index, wanted))
    if not ranks:
        near = get_close_matches(" ".join(wanted), index.trades, n=1, cutoff=0.8)
        ranks = {code: (0, place, "") for trade in near for place, code in enumerate(index.trades[trade][1])}
    return sorted(ranks, key=ranks.__getitem__)


def _ranked(index: _Index, wanted: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, int, str]]]:
    """(code, rank) of what holds every word; a code may come twice, its best rank last."""
    phrase = " ".join(wanted)
    best: dict[str, tuple[int, int, str]] = {}
    for trade, (words, codes) in index.trades.items():
        if trade == phrase or _holds(words, wanted):
            for place, code in enumerate(codes):
                rank = (0 if trade == phrase else 4, place, code)
                best[code] = min(rank, best.get(code, rank))
    for entry in index.entries:
        if _holds(entry.words, wanted):
            rank = (_label_rank(entry, phrase, wanted), 0, entry.code)
            best[entry.code] = min(rank, best.get(entry.code, rank))
    yield from best.items()


def _label_rank(entry: _Entry, phrase: str, wanted: tuple[str, ...]) -> int:
    if " ".join(entry.words).startswith(phrase):
        return 1
    return 2 if set(wanted) <= set(entry.words) else 3


def _partly(index: _Index, wanted: tuple[str, ...]) -> Iterator[tuple[str, tuple[int, int, str]]]:
    """(code, rank) of what holds the most words; among equals, a trade that is one of the words comes first."""
    said = {code: place for word in reversed(wanted) for place, code in enumerate(index.trades.get(word, _NOBODY)[1])}
    held: dict[str, int] = {}
    for words, codes in (*index.trades.values(), *((entry.words, (entry.code,)) for entry in index.entries)):
        count = sum(_holds(words, (word,)) for word in wanted)
        if count:
            held.update((code, max(count, held.get(code, 0))) for code in codes)
    most = max(held.values(), default=0)
    for code, count in held.items():
        if count == most:
            yield code, (-count, said.get(code, _AWAY), code)


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether each wanted word starts one of the words."""
    return all(any(word.startswith(start) for word in words) for start in wanted)


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return tuple(_singular(word) for word in _WORD.findall(letters) if len(word) > 1 and word not in _EMPTY)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


@lru_cache(maxsize=4)
def _index(catalogue: Catalogue) -> _Index:
    return _Index(
        entries=tuple(_Entry(code, label, _words(label)) for code, label in catalogue.naf_labels.items()),
        trades={
            " ".join(words): (words, codes)
            for words, codes in ((_words(trade), codes) for trade, codes in catalogue.naf_trade_words.items())
        },
    )
