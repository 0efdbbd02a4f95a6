"""One TOML value into one typed value, or a refusal in plain French."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from questionnaires.schema import Role


class RefusedError(Exception):
    """A value that cannot be read: what is wrong with it, and what to write."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_MONTH_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2024


def words(raw: object) -> str:
    """A text, without the blanks around it."""
    if not isinstance(raw, str):
        raise RefusedError("n'est pas un texte", 'Écrivez un texte entre guillemets : "..."')
    if _CONTROL.search(raw):
        raise RefusedError("contient un caractère invisible interdit", "Retapez ce texte au clavier")
    return raw.strip()


def whole(raw: object) -> int:
    """A whole number."""
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise RefusedError("n'est pas un nombre entier", "Écrivez un nombre sans guillemets ni virgule : 4")
    return raw


def number(raw: object) -> Decimal:
    """A finite number, whole or with decimals."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal) or not Decimal(raw).is_finite():
        raise RefusedError("n'est pas un nombre", "Écrivez un nombre sans guillemets : 3 ou 1.5")
    return Decimal(raw)


def yes_no(raw: object) -> bool:
    """A boolean."""
    if not isinstance(raw, bool):
        raise RefusedError("n'est ni true ni false", "Écrivez true ou false, sans guillemets")
    return raw


def day(raw: object) -> date:
    """A calendar day, without an hour."""
    if isinstance(raw, datetime) or not isinstance(raw, date):
        raise RefusedError("n'est pas une date", "Écrivez AAAA-MM-JJ sans guillemets : 2026-11-21")
    return raw


def code_of(codes: type[StrEnum]) -> Callable[[object], StrEnum]:
    """Reader of one of the codes of an enumeration."""

    def read(raw: object) -> StrEnum:
        for code in codes:
            if isinstance(raw, str) and raw == code.value:
                return code
        shown = raw if isinstance(raw, str) else "cette valeur"
        raise RefusedError(f"ne peut pas être « {shown} »", f"Codes acceptés : {', '.join(codes)}")

    return read


def roles(raw: object) -> tuple[tuple[str, Role], ...]:
    """Roles by situation, written `{ dehors = "essentiel" }`."""
    if not isinstance(raw, dict):
        raise RefusedError("n'est pas une table de rôles", 'Écrivez roles = { situation = "essentiel" }')
    read = code_of(Role)
    return tuple((str(situation), Role(read(role))) for situation, role in raw.items())


def month_day(raw: object) -> tuple[int, int]:
    """A day of every year, written `"06-01"`."""
    found = _MONTH_DAY.fullmatch(raw) if isinstance(raw, str) else None
    if found:
        month, of_month = int(found[1]), int(found[2])
        try:
            date(_LEAP_YEAR, month, of_month)
        except ValueError:
            found = None
        else:
            return month, of_month
    raise RefusedError("n'est pas un jour de l'année", 'Écrivez mois-jour entre guillemets : "06-01"')
