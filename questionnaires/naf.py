"""NAF rév. 2 codes (INSEE): their spelling and their labels."""

from __future__ import annotations

import re

NOMENCLATURE = "rev2"
"""Nomenclature of the codes read here, kept beside each of them; NAF 2025 applies from 2027-01-01."""

_CODE = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")


def normalise(code: str) -> str | None:
    """The code with its dot and capital (`43.91B`), from `4391b`, `43.91 b`...; None when it cannot be a code."""
    found = _CODE.fullmatch("".join(code.split()).upper())
    return f"{found[1]}.{found[2]}{found[3]}" if found else None


def bare(code: str) -> str | None:
    """The code as sector prefixes are written, without its dot (`4391B`); None when it cannot be a code."""
    dotted = normalise(code)
    return dotted.replace(".", "") if dotted else None


_SECTIONS: tuple[tuple[int, int, str], ...] = (
    (1, 3, "A"),
    (5, 9, "B"),
    (10, 33, "C"),
    (35, 35, "D"),
    (36, 39, "E"),
    (41, 43, "F"),
    (45, 47, "G"),
    (49, 53, "H"),
    (55, 56, "I"),
    (58, 63, "J"),
    (64, 66, "K"),
    (68, 68, "L"),
    (69, 75, "M"),
    (77, 82, "N"),
    (84, 84, "O"),
    (85, 85, "P"),
    (86, 88, "Q"),
    (90, 93, "R"),
    (94, 96, "S"),
    (97, 98, "T"),
    (99, 99, "U"),
)
"""First and last division of each section of the NAF rév. 2."""


def section_of(code: str) -> str | None:
    """Letter of the section of a NAF rév. 2 code; None when it cannot be a code or its division is in no section."""
    dotted = normalise(code)
    if dotted is None:
        return None
    division = int(dotted[:2])
    return next((letter for first, last, letter in _SECTIONS if first <= division <= last), None)


SECTION_WORDS: dict[str, str] = {
    "A": "Agriculture, sylviculture et pêche",
    "B": "Industries extractives",
    "C": "Industrie manufacturière",
    "D": "Électricité, gaz, vapeur et air conditionné",
    "E": "Eau, assainissement, déchets et dépollution",
    "F": "Construction",
    "G": "Commerce, réparation d'automobiles et de motocycles",
    "H": "Transports et entreposage",
    "I": "Hébergement et restauration",
    "J": "Information et communication",
    "K": "Activités financières et d'assurance",
    "L": "Activités immobilières",
    "M": "Activités spécialisées, scientifiques et techniques",
    "N": "Services administratifs et de soutien",
    "O": "Administration publique",
    "P": "Enseignement",
    "Q": "Santé humaine et action sociale",
    "R": "Arts, spectacles et activités récréatives",
    "S": "Autres activités de services",
    "T": "Activités des ménages employeurs",
    "U": "Activités extra-territoriales",
}
"""Letter of a section of the NAF rév. 2 -> its words."""


def section_words(letter: str) -> str:
    """« F : Construction »; the letter alone when it is no section."""
    words = SECTION_WORDS.get(letter)
    return f"{letter} : {words}" if words else letter


def read_labels(text: str) -> dict[str, str]:
    """Labels by code, from the lines `code, label, section` of `naf_rev2.tsv`; lines in # say where they come from."""
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {code: label for code, label, _section in lines}


def read_trade_words(text: str) -> dict[str, tuple[str, ...]]:
    """Codes by everyday word of a trade, from the lines `word, codes` of `naf_words.tsv`; lines in # are remarks."""
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {word: tuple(codes.split()) for word, codes in lines}
