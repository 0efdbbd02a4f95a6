"""The colour of a service: whether it can be read, and the shades the pages need, worked out from that one colour.

Contrasts follow WCAG 2.2 (relative luminance of sRGB, success criterion 1.4.3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

WHITE: Final = "#ffffff"
PAGE: Final = "#faf7f2"
"""Background of the pages: a link is read on it as well as on a card."""
BLACK: Final = "#000000"
LEAST_CONTRAST: Final = 4.5
"""Under it, text of ordinary size cannot be read by everybody."""
DARK_CONTRAST: Final = 7.0
"""What the darker shade reaches on white: titles, and words under the pointer."""

_WRITTEN = re.compile("#[0-9a-fA-F]{6}")
_DARKER: Final = (25, 30, 35, 40, 45, 50, 55, 60, 65, 70)
_TINTS: Final = (10, 8, 6, 4, 3, 2, 1)
_LINE: Final = 30
"""Shares in percent: black added to the colour, or colour left in white."""

Channels = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """The four shades of a service, each `#rrggbb`."""

    brand: str
    """Links, buttons, current tab."""
    brand_d: str
    """Titles, and what is under the pointer: darker."""
    brand_t: str
    """Ground of the chosen answer: a tint."""
    brand_l: str
    """Line around that ground."""


def is_colour(text: str) -> bool:
    """Whether a text is a colour written `#rrggbb`."""
    return _WRITTEN.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """Contrast of two colours written `#rrggbb`, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def refusal(colour: str) -> str:
    """Why a service cannot have that colour, in words that say how to mend it; empty when it can."""
    if not is_colour(colour):
        return "Écrivez la couleur avec un dièse et six signes de 0 à 9 ou de a à f, par exemple #0b4f6c."
    for ground, where in ((WHITE, "sur fond blanc"), (PAGE, "sur le fond des pages")):
        measured = contrast(colour, ground)
        if measured < LEAST_CONTRAST:
            return (
                f"La couleur {colour.lower()} est trop claire pour se lire {where} : son contraste est de "
                f"{_rounded_down(measured)} et il en faut au moins 4,5. Choisissez-la plus foncée."
            )
    return ""


def palette(colour: str) -> Palette:
    """The shades of a colour that `refusal` lets pass; raises ValueError for another."""
    if refusal(colour):
        raise ValueError(f"{colour} cannot be read")
    brand = colour.lower()
    tint = next(shade for share in _TINTS if contrast(brand, shade := _mixed(brand, WHITE, share)) >= LEAST_CONTRAST)
    darker = (_mixed(BLACK, brand, share) for share in _DARKER)
    return Palette(
        brand=brand,
        brand_d=next(shade for shade in darker if contrast(shade, tint) >= DARK_CONTRAST),
        brand_t=tint,
        brand_l=_mixed(brand, WHITE, _LINE),
    )


def css(shades: Palette) -> str:
    """The style sheet of a service: four custom properties and nothing else."""
    return (
        f":root{{--brand:{shades.brand};--brand-d:{shades.brand_d};"
        f"--brand-t:{shades.brand_t};--brand-l:{shades.brand_l}}}\n"
    )


def _channels(colour: str) -> Channels:
    if not is_colour(colour):
        raise ValueError(f"{colour} is not written #rrggbb")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _mixed(colour: str, into: str, percent: int) -> str:
    pairs = zip(_channels(colour), _channels(into), strict=True)
    return "#" + "".join(f"{(one * percent + other * (100 - percent) + 50) // 100:02x}" for one, other in pairs)


def _rounded_down(ratio: float) -> str:
    """One decimal, never rounded up to the bound it misses."""
    return f"{int(ratio * 10) / 10:.1f}".replace(".", ",")
