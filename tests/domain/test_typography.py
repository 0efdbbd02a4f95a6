"""French typography: spaces and apostrophes, never a letter."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from app.domain.typography import french, french_date, french_month, french_siret, printable

N = "\u202f"
B = "\u00a0"


@pytest.mark.parametrize(
    ("plain", "printed"),
    [
        ("Existe-t-il de l'eau ?", f"Existe-t-il de l’eau{N}?"),
        ("Eau fraîche : non ; ombre : oui !", f"Eau fraîche{N}: non{N}; ombre{N}: oui{N}!"),
        ("Attention!", f"Attention{N}!"),
        ("dit « trop chaud » hier", f"dit «{N}trop chaud{N}» hier"),
        ("dit «trop chaud» hier", f"dit «{N}trop chaud{N}» hier"),
        ("d'« eau »", f"d’«{N}eau{N}»"),
        ("28 °C, 40 %, 300 €, 3 L", f"28{B}°C, 40{B}%, 300{B}€, 3{B}L"),
        ("40 ans, 12 mois, 9 salariés", f"40{B}ans, 12{B}mois, 9{B}salariés"),
        ("3 000 € et 1 250 000 km", f"3{N}000{B}€ et 1{N}250{N}000{B}km"),
        ("le 1er juin 2027, puis en mai 2028", f"le 1er{B}juin{B}2027, puis en mai{B}2028"),
        ("art. L. 4121-3-1 et R. 4463-3, n° 12", f"art.{B}L.{B}4121-3-1 et R.{B}4463-3, n°{B}12"),
        ("quoi ?!", f"quoi{N}?!"),
    ],
)
def test_french_spaces_and_apostrophes(plain: str, printed: str) -> None:
    assert french(plain) == printed


@pytest.mark.parametrize(
    "same",
    [
        "12:30",
        "http://exemple.fr/?q=a;b",
        "l’eau",
        "5'30",
        "en 2026 300 fois",
        "a:b",
        "",
        "\n\n",
        "&<>]]>",
        "rock 'n' roll",
    ],
)
def test_what_is_not_french_punctuation_is_left_alone(same: str) -> None:
    assert french(same) == same


@given(st.text())
def test_never_alters_a_letter_and_stays_put_the_second_time(text: str) -> None:
    def bare(value: str) -> str:
        return re.sub("[ \u00a0\u202f]", "", value).replace("'", "’")

    once = french(text)
    assert bare(once) == bare(text)
    assert french(once) == once


@given(st.text(alphabet="« »:;!?'aé1 \u202f\u00a0\n%", max_size=12))
def test_stays_put_the_second_time_on_dense_punctuation(text: str) -> None:
    assert french(french(text)) == french(text)


def test_printable_drops_only_what_xml_forbids() -> None:
    assert printable("a\x00b\x0bc\ud800d\ufffee\r\nf\rg\t😀\u200fח") == "abcde\nf\ng\t😀\u200fח"


def test_dates_months_and_siret() -> None:
    assert french_date(date(2027, 6, 1)) == "1er juin 2027"
    assert french_date(date(2026, 11, 21)) == "21 novembre 2026"
    assert french_month("2026-06") == "juin 2026"
    assert french_month("2026-13") == "2026-13"
    assert french_siret("73282932000074") == f"732{B}829{B}320{B}00074"
    assert french_siret("inconnu") == "inconnu"


def test_ready_markup_and_typed_words_are_never_taken_for_each_other() -> None:
    assert type(french(Markup("<b>ligne</b>"))) is Markup
    assert type(french("<b>ligne</b>")) is str  # typed: it must still be escaped
    assert type(french(Markup("<b>ligne</b>"))) is Markup


def test_a_long_text_is_set_like_a_short_one() -> None:
    assert french("Attention! " * 200) == f"Attention{N}! " * 200
