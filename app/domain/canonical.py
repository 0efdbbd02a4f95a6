"""Canonical JSON: one value gives one sequence of bytes, so that a hash can be redone by anybody, anywhere.

The rules are in docs/dossier-format.md. Texts are normalised one by one and before they are escaped: normalising the
finished JSON would join the `n` of an escaped line feed with a combining mark that follows it.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Json = bool | int | str | None | list["Json"] | dict[str, "Json"]
"""What canonical JSON can hold: no floating-point number."""

MAX_INT = 2**53 - 1
"""Largest integer, in absolute value: the largest that every JSON reader keeps exactly."""

MAX_DEPTH = 64
"""Deepest nesting of lists and objects."""

_MAX_DIGITS = 60
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters but line feed and tabulation, lone surrogates, and the two that XML, thus Word, cannot hold."""
_LINE_ENDS = re.compile("\r\n|\r|\x85")


class NotCanonicalError(ValueError):
    """A value or bytes without canonical form; the message (French) begins with the path or the byte at fault."""


def encode(value: object) -> bytes:
    """The canonical bytes of a value made of None, bool, int, str, date, Decimal, mappings, lists and tuples.

    Raises TypeError for any other type (a float, an instant) and NotCanonicalError for a value out of bounds, both
    naming the path of what is at fault (`rows[3].words`).
    """
    plain = _plain(value, "", 0)
    return json.dumps(plain, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


def decode(raw: bytes) -> Json:
    """The value of canonical bytes; raises NotCanonicalError unless `encode` gives these very bytes back."""
    try:
        value: Json = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError as error:
        raise NotCanonicalError(f"octet {error.start} : ce n'est pas de l'UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotCanonicalError(f"octet {_byte_of(error)} : ce n'est pas du JSON") from error
    except RecursionError as error:
        raise NotCanonicalError(f"plus de {MAX_DEPTH} niveaux imbriqués") from error
    again = encode(value)
    if again != raw:
        raise NotCanonicalError(f"octet {_first_difference(again, raw)} : la forme n'est pas la forme canonique")
    return value


def sha256_hex(raw: bytes) -> str:
    """SHA-256 of bytes, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(raw).hexdigest()


def clean_text(text: str) -> str:
    """A text as it may enter a dossier: NFC, line ends as line feeds, nothing that `encode` refuses."""
    return unicodedata.normalize("NFC", _REFUSED.sub("", _LINE_ENDS.sub("\n", text)))


def is_canonical_text(text: str) -> bool:
    """True when a text is already what `clean_text` would make of it."""
    return text == clean_text(text)


def decimal_text(number: Decimal) -> str:
    """A decimal number in its one written form: no exponent, no useless zero, a point, `0` for any zero."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _plain(value: object, path: str, depth: int) -> Json:
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(value, path, depth)
    raise TypeError(f"{_named(path)} : type {type(value).__name__} refusé")


def _write_as_is(value: Any, _path: str, _depth: int) -> Json:
    kept: bool | None = value
    return kept


def _write_text(value: Any, path: str, _depth: int) -> Json:
    found = _REFUSED.search(value)
    if found:
        raise NotCanonicalError(f"{_named(path)} : caractère U+{ord(found[0]):04X} refusé")
    return unicodedata.normalize("NFC", value)


def _write_int(value: Any, path: str, _depth: int) -> Json:
    if abs(value) > MAX_INT:
        raise NotCanonicalError(f"{_named(path)} : entier au-delà de {MAX_INT}")
    return int(value)


def _write_instant(_value: Any, path: str, _depth: int) -> Json:
    raise TypeError(f"{_named(path)} : il faut un jour, pas un instant")


def _write_day(value: Any, _path: str, _depth: int) -> Json:
    day: date = value
    return day.isoformat()


def _write_decimal(value: Any, path: str, _depth: int) -> Json:
    number: Decimal = value
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise NotCanonicalError(f"{_named(path)} : {number} n'est pas un nombre")
    if abs(exponent) + len(number.as_tuple().digits) > _MAX_DIGITS:
        raise NotCanonicalError(f"{_named(path)} : nombre de plus de {_MAX_DIGITS} chiffres")
    return decimal_text(number)


def _write_object(value: Any, path: str, depth: int) -> Json:
    _check_depth(path, depth)
    done: dict[str, Json] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise TypeError(f"{_named(path)} : clé de type {type(key).__name__} refusée")
        where = f"{path}.{key}" if path else key
        name = str(_write_text(key, where, depth))
        if name in done:
            raise NotCanonicalError(f"{_named(where)} : clé présente deux fois")
        done[name] = _plain(item, where, depth + 1)
    return done


def _write_list(value: Any, path: str, depth: int) -> Json:
    _check_depth(path, depth)
    return [_plain(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any, str, int], Json]], ...] = (
    (str, _write_text),
    ((bool, type(None)), _write_as_is),  # before int: a bool is one
    (int, _write_int),
    (datetime, _write_instant),  # before date: an instant is one
    (date, _write_day),
    (Decimal, _write_decimal),
    (Mapping, _write_object),
    ((list, tuple), _write_list),
)


def _check_depth(path: str, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise NotCanonicalError(f"{_named(path)} : plus de {MAX_DEPTH} niveaux imbriqués")


def _named(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode() or "(racine)"


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    done = dict(pairs)
    if len(done) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotCanonicalError(f"{_named(twice)} : clé présente deux fois dans le même objet")
    return done


def _integer(text: str) -> int:
    # The length is looked at first: converting a million digits takes minutes.
    if len(text) > len(str(-MAX_INT)):
        raise NotCanonicalError(f"{text[:20]}… : entier au-delà de {MAX_INT}")
    return int(text)


def _no_float(text: str) -> Json:
    raise NotCanonicalError(f"{text[:20]} : nombre à virgule flottante refusé")


def _byte_of(error: json.JSONDecodeError) -> int:
    return len(error.doc[: error.pos].encode("utf-8", "surrogatepass"))


def _first_difference(one: bytes, other: bytes) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (left, right) in pairs if left != right), min(len(one), len(other)))
