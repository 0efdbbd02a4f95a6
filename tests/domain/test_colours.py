"""The colour of a service: read by everybody, or refused with its measure."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.domain.colours import PAGE, WHITE, contrast, css, palette, refusal

COLOURS = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast(WHITE, WHITE) == 1
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.005)
    assert contrast(WHITE, "#0b4f6c") == contrast("#0b4f6c", WHITE) == pytest.approx(8.9, abs=0.05)


@pytest.mark.parametrize("written", ["", "0b4f6c", "#0b4f6", "#0b4f6cc", "bleu", "#0b4f6g", "#0b4f6c\n", "#０b4f6c"])
def test_what_is_not_a_colour_is_refused_with_an_example(written: str) -> None:
    assert "par exemple #0b4f6c" in refusal(written)


def test_a_pale_colour_is_refused_with_its_measure() -> None:
    assert "#f2b035 est trop claire pour se lire sur fond blanc : son contraste est de 1,9" in refusal("#F2B035")
    assert "son contraste est de 4,4" in refusal("#777777"), "4.48 must not be told as 4.5"


def test_a_colour_read_on_white_but_not_on_the_page_is_refused() -> None:
    assert contrast("#757575", WHITE) > 4.5 > contrast("#757575", PAGE)
    assert "sur le fond des pages" in refusal("#757575")


def test_a_refused_colour_has_no_palette() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        palette("#ffff00")


@given(COLOURS)
def test_every_accepted_colour_gives_shades_that_can_be_read(colour: str) -> None:
    assume(not refusal(colour))
    shades = palette(colour)
    assert contrast(shades.brand, WHITE) >= 4.5
    assert contrast(shades.brand, PAGE) >= 4.5
    assert contrast(shades.brand, shades.brand_t) >= 4.5, "the chosen answer is written in the colour on its tint"
    assert contrast(shades.brand_d, shades.brand_t) >= 7
    assert contrast(shades.brand_d, WHITE) >= 7
    assert contrast("#cfe0e8", shades.brand_d) >= 4.5, "the small line of the dark header"
    assert contrast("#1d2a30", shades.brand_t) >= 7, "text on the tint"


@given(COLOURS)
def test_a_colour_is_accepted_exactly_when_it_reads_on_both_grounds(colour: str) -> None:
    reads = min(contrast(colour, WHITE), contrast(colour, PAGE)) >= 4.5
    assert (refusal(colour) == "") is reads


def test_the_petrol_of_the_portal_comes_back_near_the_shades_drawn_by_hand() -> None:
    shades = palette("#0B4F6C")
    assert (shades.brand, shades.brand_d, shades.brand_t) == ("#0b4f6c", "#083b51", "#e7edf0")


def test_the_style_sheet_holds_four_properties_and_nothing_else() -> None:
    written = css(palette("#7a1f4b"))
    assert re.fullmatch(r":root\{(--brand(-[dtl])?:#[0-9a-f]{6};?){4}\}\n", written)
    assert "--brand:#7a1f4b" in written
