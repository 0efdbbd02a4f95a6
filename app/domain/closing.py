"""How an action ends: what became of the risk, or why it was given up."""

from __future__ import annotations

from enum import StrEnum


class RiskChange(StrEnum):
    """What closing an action did to the risk."""

    LOWER = "baisse"
    SAME = "inchange"
    HIGHER = "hausse"


RISK_CHANGE_NAMES: dict[RiskChange, str] = {
    RiskChange.LOWER: "Oui, il a baissé",
    RiskChange.SAME: "Non, il est le même",
    RiskChange.HIGHER: "Il a augmenté",
}

RISK_CHANGE_WORDS: dict[RiskChange, str] = {
    RiskChange.LOWER: "risque en baisse",
    RiskChange.SAME: "risque inchangé",
    RiskChange.HIGHER: "risque en hausse",
}


class DropReason(StrEnum):
    """Why an action is given up."""

    COST = "cout"
    TIME = "temps"
    SKILL = "competence"
    LANDLORD = "bailleur"
    CLIENT = "client"
    OTHER = "autre"


DROP_NAMES: dict[DropReason, str] = {
    DropReason.COST: "Trop cher pour l'entreprise",
    DropReason.TIME: "Pas le temps de le faire",
    DropReason.SKILL: "Personne ne sait le faire ici",
    DropReason.LANDLORD: "Cela dépend du bailleur",
    DropReason.CLIENT: "Cela dépend du client",
    DropReason.OTHER: "Une autre raison",
}

_BETWEEN = " : "


def store_drop(reason: DropReason, words: str) -> str:
    """The reason and its words as one text: « cout : devis à 12 000 euros »."""
    return f"{reason.value}{_BETWEEN}{words}" if words else reason.value


def read_drop(stored: str) -> tuple[DropReason | None, str]:
    """The reason and its words back; a text that was stored otherwise is all words."""
    code, _, words = stored.partition(_BETWEEN)
    if code in set(DropReason):
        return DropReason(code), words
    return None, stored
