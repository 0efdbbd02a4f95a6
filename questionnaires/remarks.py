"""Remarks that advisers make often, shipped with the content, and the reader that refuses a bad one in French."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from questionnaires.dated import read_table
from questionnaires.reader_faults import ContentFault, FaultList
from questionnaires.schema import ShippedRemark, Theme

VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "entreprise": "nom de l'entreprise",
        "unite": "unité de travail",
        "situation": "situation de travail",
        "question": "ce dont parle la question",
        "date": "date demandée",
    }
)
"""What a remark may hold between double braces, and what it stands for in words."""

VARIABLE: Final = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
"""A variable as it is written: `{{entreprise}}`, spaces allowed inside the braces."""


def unknown_variables(words: str) -> tuple[str, ...]:
    """What stands between double braces and is no variable, in the order of the text."""
    return tuple(dict.fromkeys(name for name in VARIABLE.findall(words) if name not in VARIABLES))


def read_remarks(text: bytes, *, file: str, themes: Collection[str]) -> tuple[ShippedRemark, ...]:
    """The `[[remarks]]` of a file, in order; raises `ContentFaults` with every fault at once.

    `themes` are the codes of the themes that exist.
    """

    def check(remark: ShippedRemark, faults: FaultList) -> None:
        _check(remark, themes, faults)

    return read_table(ShippedRemark, "remarks", text, file=file, check=check)


def check_remarks(remarks: Collection[ShippedRemark], themes: Mapping[str, Theme]) -> tuple[ContentFault, ...]:
    """The remarks that point at a question their theme does not have."""
    faults = FaultList(file="remarques.toml")
    for remark in remarks:
        if remark.question and remark.theme not in themes:
            faults.add(remark.id, f"question « {remark.question} » sans thème", "Écrivez aussi « theme »")
        elif remark.question and all(each.id != remark.question for each in themes[remark.theme].questions):
            faults.add(
                remark.id,
                f"le thème « {remark.theme} » n'a pas de question « {remark.question} »",
                "Écrivez l'identifiant d'une question de ce thème",
            )
    return tuple(faults.found)


def _check(remark: ShippedRemark, themes: Collection[str], faults: FaultList) -> None:
    for name in unknown_variables(remark.words):
        faults.doubt(
            remark.id, "words", f"emploie la variable inconnue « {name} »", f"Variables : {', '.join(VARIABLES)}"
        )
    if VARIABLE.search(remark.title):
        faults.doubt(remark.id, "title", "contient une variable", "Écrivez un titre sans accolades")
    if remark.theme and remark.theme not in themes:
        faults.add(remark.id, f"thème « {remark.theme} » inconnu", f"Thèmes : {', '.join(themes)}, ou rien pour tous")
