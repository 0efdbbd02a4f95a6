"""Random values of any frozen dataclass of `app/domain/dossier.py`, from its type hints alone."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from app.domain.canonical import MAX_INT, clean_text
from app.domain.dossier import FORMAT, Dossier

_MARKS = 'é’«»\u202f\u00a0\n\t"\\/<>&]\u0303\u0338🔥ﬁ\u2028²e\u0301n'
any_text = st.text(alphabet=st.one_of(st.sampled_from(_MARKS), st.characters()), max_size=12)
"""Texts as people, phones and attackers send them: controls, lone surrogates, combining marks."""

clean_texts = any_text.map(clean_text)

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: clean_texts,
    int: st.integers(-MAX_INT, MAX_INT),
    bool: st.booleans(),
    date: st.dates(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9),
}


def values_of(hint: Any, texts: st.SearchStrategy[str] = clean_texts) -> st.SearchStrategy[Any]:
    """Values of a type hint; repeated ones come at most twice so that a whole dossier stays small."""
    origin = get_origin(hint)
    if hint in _PLAIN:
        return texts if hint is str else _PLAIN[hint]
    if origin in (Union, UnionType):
        return st.one_of(*(st.none() if kind is NoneType else values_of(kind, texts) for kind in get_args(hint)))
    if origin is tuple:
        return _tuples(get_args(hint), texts)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{field.name: values_of(hints[field.name], texts) for field in fields(hint)})
    return st.from_type(hint)


def _tuples(kinds: tuple[Any, ...], texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    if kinds[-1] is Ellipsis:
        return st.lists(values_of(kinds[0], texts), max_size=2).map(tuple)
    return st.tuples(*(values_of(kind, texts) for kind in kinds))


def dossiers(texts: st.SearchStrategy[str] = clean_texts) -> st.SearchStrategy[Dossier]:
    """Whole dossiers of the format in force."""
    hints = get_type_hints(Dossier)
    parts = {field.name: values_of(hints[field.name], texts) for field in fields(Dossier)}
    return st.builds(Dossier, **(parts | {"format": st.just(FORMAT)}))
