"""A dossier as canonical bytes and back."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import dossier_json
from app.domain.canonical import NotCanonicalError, decode, encode
from app.domain.dossier import FORMAT, Dossier
from app.domain.dossier_json import DossierFault, clean_dossier, from_json, to_json
from tests.domain.dossier_example import example_dossier
from tests.domain.dossier_strategy import any_text, dossiers

big_values = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def faults_of(value: object) -> tuple[str, ...]:
    with pytest.raises(DossierFault) as caught:
        from_json(value if isinstance(value, bytes) else encode(value))
    return caught.value.faults


def example() -> dict[str, Any]:
    value: dict[str, Any] = json.loads(to_json(example_dossier()))
    return value


@big_values
@given(dossiers())
def test_every_dossier_comes_back_equal_from_its_bytes(dossier: Dossier) -> None:
    raw = to_json(dossier)
    assert from_json(raw) == dossier
    assert to_json(from_json(raw)) == raw


@big_values
@given(dossiers(any_text))
def test_a_cleaned_dossier_can_always_be_written(dossier: Dossier) -> None:
    cleaned = clean_dossier(dossier)
    assert from_json(to_json(cleaned)) == cleaned
    assert clean_dossier(cleaned) == cleaned


def test_two_writings_of_one_text_give_the_same_bytes() -> None:
    composed = replace(example_dossier(), title="Évaluation")
    split = replace(example_dossier(), title="E\u0301valuation")
    assert to_json(composed) == to_json(split)


@big_values
@given(dossiers(), st.data())
def test_any_byte_changed_gives_another_hash_or_a_refusal(dossier: Dossier, data: st.DataObject) -> None:
    raw = to_json(dossier)
    place = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:place] + bytes([raw[place] ^ data.draw(st.integers(1, 255))]) + raw[place + 1 :]
    try:
        read = from_json(changed)
    except DossierFault:
        return
    assert read != dossier


def test_all_faults_come_at_once_with_their_paths() -> None:
    value = example()
    value["colour"] = "bleu"
    del value["title"]
    value["language"] = 4
    value["assessed_on"] = "2026-02-30"
    value["rows"][0]["people"] = True
    value["rows"][0]["frequency"] = "4"
    value["rows"][0]["examples"] = "toiture"
    value["rows"][0]["overrides"][0]["made_on"] = "20261121"
    value["units"] = [None]
    value["method"]["gross_table"][1][1] = []
    value["size"]["program"] = 0
    value["version"]["participants"][0]["extra"] = None
    del value["actions"][0]["due"]
    assert set(faults_of(value)) == {
        "colour : clé inconnue",
        "title : clé absente",
        "language : il faut un texte, on lit un entier",
        "assessed_on : « 2026-02-30 » n'est pas un jour (AAAA-MM-JJ)",
        "rows[0].people : il faut un entier, on lit vrai ou faux",
        "rows[0].frequency : il faut un entier, on lit un texte",
        "rows[0].examples : il faut une liste, on lit un texte",
        "rows[0].overrides[0].made_on : « 20261121 » n'est pas un jour (AAAA-MM-JJ)",
        "units[0] : il faut un objet, on lit null",
        "method.gross_table[1][1] : il faut un texte, on lit une liste",
        "size.program : il faut vrai ou faux, on lit un entier",
        "version.participants[0].extra : clé inconnue",
        "actions[0].due : clé absente",
    }


def test_each_field_is_required() -> None:
    for field in fields(Dossier):
        value = example()
        del value[field.name]
        assert f"{field.name} : clé absente" in faults_of(value)


def test_an_unknown_format_is_told_alone() -> None:
    value = example() | {"format": FORMAT + 1, "colour": "bleu"}
    assert faults_of(value) == (f"format : numéro {FORMAT + 1} inconnu, cette version de Jalon lit le format {FORMAT}",)
    assert faults_of(example() | {"format": "1"}) == ("format : il faut un entier, on lit un texte",)
    assert faults_of(example() | {"format": True}) == ("format : il faut un entier, on lit vrai ou faux",)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[]", "(racine) : il faut un objet, on lit une liste"),
        (b"null", "(racine) : il faut un objet, on lit null"),
        (b"{ }", "octet 1 : la forme n'est pas la forme canonique"),
        (b"\xff", "octet 0 : ce n'est pas de l'UTF-8"),
        (b"PK\x03\x04", "octet 0 : ce n'est pas du JSON"),
        (b'"' + b"x" * dossier_json.MAX_BYTES + b'"', "fichier : plus de 32 Mo"),
    ],
)
def test_what_is_no_dossier_at_all_says_so(raw: bytes, words: str) -> None:
    assert faults_of(raw) == (words,)


def test_indented_json_of_the_same_dossier_is_refused() -> None:
    (fault,) = faults_of(json.dumps(example(), ensure_ascii=False, indent=1, sort_keys=True).encode())
    assert fault == "octet 1 : la forme n'est pas la forme canonique"


def test_nothing_is_written_that_could_not_be_read() -> None:
    with pytest.raises(TypeError, match=r"^title : type float refusé$"):
        to_json(replace(example_dossier(), title=1.5))  # type: ignore[arg-type]  # a builder's mistake is the test
    with pytest.raises(NotCanonicalError, match=r"^title : caractère U\+000C refusé$"):
        to_json(replace(example_dossier(), title="a\fb"))
    with pytest.raises(DossierFault, match=r"^title : il faut un texte, on lit null$"):
        to_json(replace(example_dossier(), title=None))  # type: ignore[arg-type]  # a builder's mistake is the test
    with pytest.raises(DossierFault, match=r"^format : numéro 99 inconnu"):
        to_json(replace(example_dossier(), format=99))


class Colour(StrEnum):
    RED = "rouge"


@dataclass(frozen=True)
class Later:
    """Types that no field of the dossier has yet."""

    litres: Decimal
    colour: Colour
    pair: tuple[str, int]
    maybe: date | None


def test_types_that_a_later_field_may_have_are_read_too() -> None:
    faults: list[str] = []
    value = {"litres": "1.5", "colour": "rouge", "pair": ["a", 1], "maybe": None}
    read = dossier_json._reader(Later)(decode(encode(value)), "", faults)
    assert (read, faults) == (Later(Decimal("1.5"), Colour.RED, ("a", 1), None), [])
    bad = {"litres": "1.50", "colour": "bleu", "pair": ["a"], "maybe": None}
    dossier_json._reader(Later)(decode(encode(bad)), "", faults)
    assert faults == [
        "litres : « 1.50 » n'est pas un nombre dans son écriture unique",
        "colour : il faut un code parmi rouge",
        "pair : il faut 2 éléments, on en lit 1",
    ]


@pytest.mark.parametrize("hint", [float, dict[str, int], int | str | None, list[int], bytes, Any])
def test_a_field_of_a_type_the_format_lacks_is_refused_at_once(hint: Any) -> None:
    with pytest.raises(TypeError):
        dossier_json._reader(hint)


def test_a_day_keeps_its_four_digits_of_year() -> None:
    old = replace(example_dossier(), assessed_on=date(12, 1, 2))
    assert b'"assessed_on":"0012-01-02"' in to_json(old)
    assert from_json(to_json(old)) == old


def test_a_dossier_of_1500_rows_takes_seconds_not_minutes() -> None:
    small = example_dossier()
    big = replace(small, rows=small.rows * 1500)
    start = time.process_time()
    raw = to_json(big)
    assert time.process_time() - start < 5
    assert len(raw) < dossier_json.MAX_BYTES / 5
