"""The sentence that explains a rating: it names what is really weak, never what nobody answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.rating import DEADLY, HALF_DONE_LIMIT, Control, Rated, RowFacts, priority_of
from app.domain.typography import french_month
from app.domain.words import listed
from questionnaires.schema import Level

NUMBERS = {2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six"}
"""Small numbers are written in words inside a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How the controls of a row are named in a sentence."""

    names: Mapping[str, str]
    """Question id -> short noun phrase."""
    soft: frozenset[str] = frozenset()
    """Questions about personal equipment, instructions or training."""
    month: str = ""
    """Month of the check on site, `2026-06`."""


def explain(facts: RowFacts, *, computed: Rated, naming: Naming) -> str:
    """The explanation of a row, from its facts, its computed rating and the names of its controls."""
    missing = unknown_names(facts, naming)
    if facts.mastery_by_hand is not None:
        left = f"Reste à préciser : {listed(missing)}." if missing else ""
        parts = ("Maîtrise fixée par l'employeur ; la valeur calculée est conservée.", _said(facts, naming), left)
        return " ".join(part for part in parts if part)
    if not computed.firm:
        known = _weak(facts, naming)
        start = f"À compléter pour conclure : {listed(missing)}." if missing else ""
        return " ".join(part for part in (start, known) if part)
    if computed.best.mastery == computed.worst.mastery:
        return _by_mastery(facts, computed.best.mastery, naming=naming)
    weak = _weak(facts, naming)
    left = f"Reste à préciser, sans effet sur la priorité : {listed(missing)}." if missing else ""
    return " ".join(part for part in (weak, left) if part)


def floor_words(facts: RowFacts, rated: Rated, *, openly: bool) -> str:
    """Why a row is more urgent than its table says, and what happened there; `openly` may name the accident."""
    happened = facts.accident is True and openly
    if rated.best.priority == priority_of(rated.best.gross, rated.best.mastery):
        return "C'est déjà arrivé, ou presque, en trois ans." if happened else ""
    unmet = any(each.precise_duty and each.level is Level.NO for each in (*facts.essentials, *facts.supports))
    if unmet:
        return "Une obligation précise n'est pas remplie : la ligne reste au moins en P2."
    if openly:
        return "C'est déjà arrivé, ou presque, en trois ans : la ligne reste au moins en P2."
    return "Par précaution, la ligne reste au moins en P2."


def unknown_names(facts: RowFacts, naming: Naming) -> list[str]:
    """Short names of everything nobody has answered on a row."""
    missing = [naming.names[control.question] for control in _at(facts, Level.UNKNOWN)]
    if facts.frequency is None:
        missing.append("fréquence")
    if facts.checked is None:
        missing.append("vérification sur place")
    if facts.accident is None:
        missing.append("accident ou presque en trois ans")
    return missing


def _by_mastery(facts: RowFacts, mastery: int, *, naming: Naming) -> str:
    if mastery == 1:
        return f"Tout l'essentiel est en place et vérifié sur place ({french_month(naming.month)})."
    if mastery == 4:
        return "Rien de ce qui protège vraiment n'est en place."
    return _weak(facts, naming) or "Une protection essentielle manque."


def _said(facts: RowFacts, naming: Naming) -> str:
    """What the answers say, beside a mastery set by hand that may say otherwise."""
    weak = _weak(facts, naming)
    return f"D'après les réponses, {weak[:1].lower()}{weak[1:]}" if weak else ""


def _weak(facts: RowFacts, naming: Naming) -> str:
    """What is known to be weak, strongest first; empty when nothing known is."""
    if not facts.essentials:
        return "Aucune protection essentielle ne compte ici à ce jour : la ligne est cotée par prudence."
    absent = _named(facts.essentials, Level.NO, naming)
    if absent:
        return _absent(facts, absent, naming)
    halves = _named(facts.essentials, Level.PARTLY, naming)
    if facts.gravity >= DEADLY and len(halves) >= HALF_DONE_LIMIT:
        count = f"{NUMBERS.get(len(halves), len(halves))} protections essentielles"
        return f"On peut en mourir, et {count} ne sont qu'en partie en place : {listed(halves)}."
    if halves:
        verb = "Une protection essentielle n'est" if len(halves) == 1 else "Des protections essentielles ne sont"
        return f"{verb} qu'en partie en place : {listed(halves)}."
    return _softer(facts, naming)


def _absent(facts: RowFacts, absent: list[str], naming: Naming) -> str:
    good = [*_at(facts, Level.YES), *_at(facts, Level.PARTLY)]
    if not good and not _at(facts, Level.UNKNOWN):
        return "Rien de ce qui protège vraiment n'est en place."
    soft = all(control.question in naming.soft for control in good)
    if good and soft and not _at(facts, Level.UNKNOWN):
        start = "Seulement des équipements individuels, des consignes ou de la formation"
        return f"{start} ; il manque : {listed(absent)}."
    if len(absent) == 1:
        return f"Une protection essentielle manque : {absent[0]}."
    return f"Des protections essentielles manquent : {listed(absent)}."


def _softer(facts: RowFacts, naming: Naming) -> str:
    lacking = _named(facts.supports, Level.NO, naming)
    if facts.checked is False:
        lacking = ["vérification sur place depuis moins d'un an", *lacking]
    if not lacking:
        return ""
    if any(control.level is Level.UNKNOWN for control in facts.essentials):
        return f"Il manque déjà : {listed(lacking)}."
    return f"L'essentiel est là ; il manque : {listed(lacking)}."


def _at(facts: RowFacts, level: Level) -> list[Control]:
    return [control for control in (*facts.essentials, *facts.supports) if control.level is level]


def _named(controls: Sequence[Control], level: Level, naming: Naming) -> list[str]:
    return [naming.names[control.question] for control in controls if control.level is level]
