"""Canonical JSON: one value, one sequence of bytes."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.canonical import (
    MAX_DEPTH,
    MAX_INT,
    NotCanonicalError,
    clean_text,
    decimal_text,
    decode,
    encode,
    is_canonical_text,
    sha256_hex,
)
from tests.domain.dossier_strategy import any_text, clean_texts

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INT, MAX_INT) | clean_texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(clean_texts, inner, max_size=4),
    max_leaves=20,
)


class Colour(StrEnum):
    RED = "rouge"


def test_every_rule_of_the_form_in_one_value() -> None:
    value = {
        "z": [True, False, None, -3],
        "a": date(2026, 11, 21),
        "É": Decimal("1.50"),
        "e\u0301t\u0065\u0301": "l'« été »\n\t\"\\/",
        "code": Colour.RED,
    }
    assert encode(value).decode() == (
        '{"a":"2026-11-21","code":"rouge","z":[true,false,null,-3],"É":"1.5","été":"l\'« été »\\n\\t\\"\\\\/"}'
    )


def test_a_line_that_begins_with_a_combining_mark_keeps_its_line_feed() -> None:
    raw = encode("a\n\u0303b")
    assert raw.decode() == '"a\\n\u0303b"'
    assert decode(raw) == "a\n\u0303b"
    # Normalising the finished JSON, the short cut, would give another text.
    assert unicodedata.normalize("NFC", raw.decode()) != raw.decode()


def test_keys_are_sorted_by_code_point_like_their_utf8_bytes() -> None:
    keys = ["\U0001f525", "\uff5e", "é", "b", "B", "_"]
    assert list(json.loads(encode(dict.fromkeys(keys, 1)))) == sorted(keys, key=str.encode)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"rows": [{"people": 1.0}]}, r"rows\[0\]\.people : type float refusé"),
        (float("nan"), r"\(racine\) : type float refusé"),
        ({"made": datetime(2026, 1, 1, tzinfo=UTC)}, "made : il faut un jour, pas un instant"),
        ({1: "x"}, r"\(racine\) : clé de type int refusée"),
        ([{"a": b"x"}], r"\[0\]\.a : type bytes refusé"),
        ({"a": {"x"}}, "a : type set refusé"),
    ],
)
def test_a_type_without_form_is_named_with_its_path(value: object, words: str) -> None:
    with pytest.raises(TypeError, match=f"^{words}$"):
        encode(value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"a": ["x", "\ud83d"]}, r"a\[1\] : caractère U\+D83D refusé"),
        ({"a": "\x00"}, r"a : caractère U\+0000 refusé"),
        ({"a": "fin\r\n"}, r"a : caractère U\+000D refusé"),
        ({"a": "\x7f"}, r"a : caractère U\+007F refusé"),
        ({"a": "\uffff"}, r"a : caractère U\+FFFF refusé"),
        ({"b": {"a\x07": 1}}, r"b\.a\x07 : caractère U\+0007 refusé"),
        ({"\udc00": 1}, r"\\udc00 : caractère U\+DC00 refusé"),
        ({"n": MAX_INT + 1}, "n : entier au-delà de 9007199254740991"),
        ({"n": -MAX_INT - 1}, "n : entier au-delà de 9007199254740991"),
        ({"n": Decimal("Infinity")}, "n : Infinity n'est pas un nombre"),
        ({"n": Decimal("NaN")}, "n : NaN n'est pas un nombre"),
        ({"n": Decimal("1E+999999")}, "n : nombre de plus de 60 chiffres"),
        ({"é": 1, "e\u0301": 2}, "e\u0301 : clé présente deux fois"),
    ],
)
def test_a_value_out_of_bounds_is_named_with_its_path(value: object, words: str) -> None:
    with pytest.raises(NotCanonicalError, match=f"^{words}$"):
        encode(value)


def test_nesting_has_a_limit() -> None:
    deep: list[Any] = []
    for _ in range(MAX_DEPTH - 1):
        deep = [deep]
    assert decode(encode(deep)) == deep
    with pytest.raises(NotCanonicalError, match="plus de 64 niveaux"):
        encode([deep])
    nested: dict[str, Any] = {}
    for _ in range(MAX_DEPTH):
        nested = {"a": nested}
    with pytest.raises(NotCanonicalError, match=r"^a\.a\..* : plus de 64 niveaux"):
        encode(nested)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("1.50", "1.5"),
        ("100", "100"),
        ("1E+2", "100"),
        ("-0.00", "0"),
        ("0", "0"),
        ("-0.10", "-0.1"),
        ("1E-7", "0.0000001"),
    ],
)
def test_a_decimal_has_one_written_form(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text
    assert encode(Decimal(number)) == f'"{text}"'.encode()


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"a": 1}', "octet 5 : la forme n'est pas la forme canonique"),
        (b'{"b":1,"a":1}', "octet 2 : la forme n'est pas la forme canonique"),
        (b'{"a":1}\n', "octet 7 : la forme n'est pas la forme canonique"),
        ('"e\u0301"'.encode(), "octet 1 : la forme n'est pas la forme canonique"),
        (b'"\\u00e9"', "octet 1 : la forme n'est pas la forme canonique"),
        (b'"\\/"', "octet 1 : la forme n'est pas la forme canonique"),
        (b"-0", "octet 0 : la forme n'est pas la forme canonique"),
        (b'{"a":1,"a":1}', "a : clé présente deux fois dans le même objet"),
        (b'{"a":1.0}', "1.0 : nombre à virgule flottante refusé"),
        (b"[1e3]", "1e3 : nombre à virgule flottante refusé"),
        (b"[NaN]", "NaN : nombre à virgule flottante refusé"),
        (b"9" * 5000, "99999999999999999999… : entier au-delà de 9007199254740991"),
        (b'"\\ud800"', r"\(racine\) : caractère U\+D800 refusé"),
        (b'{"a":"\\u0000"}', r"a : caractère U\+0000 refusé"),
        (b'"\xff"', "octet 1 : ce n'est pas de l'UTF-8"),
        (b"\xef\xbb\xbf{}", "octet 0 : ce n'est pas du JSON"),
        ('{"é":'.encode(), "octet 6 : ce n'est pas du JSON"),
        (b"", "octet 0 : ce n'est pas du JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "plus de 64 niveaux imbriqués"),
    ],
)
def test_bytes_in_another_form_are_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(NotCanonicalError, match=f"{words}$"):
        decode(raw)


@given(json_values)
def test_decoding_gives_back_what_was_encoded(value: object) -> None:
    raw = encode(value)
    assert decode(raw) == value
    assert encode(decode(raw)) == raw


@given(json_values)
def test_the_bytes_are_those_of_the_standard_library(value: object) -> None:
    assert encode(value) == json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@given(st.binary(max_size=40) | any_text.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    try:
        value = decode(raw)
    except NotCanonicalError:
        return
    assert encode(value) == raw


@given(any_text)
def test_a_cleaned_text_is_always_accepted_and_stays_as_it_is(text: str) -> None:
    cleaned = clean_text(text)
    assert decode(encode(cleaned)) == cleaned
    assert clean_text(cleaned) == cleaned
    assert is_canonical_text(cleaned)
    assert is_canonical_text(text) == (cleaned == text)


def test_cleaning_keeps_lines_tabs_and_emoji() -> None:
    assert clean_text("a\r\nb\rc\x85d\te\x00\x1b\ud83d\ufffe 👩‍🚒 e\u0301") == "a\nb\nc\nd\te 👩‍🚒 é"


def test_the_hash_is_the_public_one() -> None:
    # FIPS 180-4, first example of SHA-256.
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
