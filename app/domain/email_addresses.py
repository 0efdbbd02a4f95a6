"""An e-mail address as a person types it: read once, the same way everywhere."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from app.domain.plain_values import ValueFault

LONGEST: Final = 254
ACCEPTED: Final = "une adresse comme prenom.nom@exemple.fr"

_LOCAL: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN: Final = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}")


def read_email(raw: object) -> str:
    """The address without the spaces around it; raises ValueFault when no mail could reach it."""
    if not isinstance(raw, str):
        raise ValueFault("l'adresse manque", ACCEPTED)
    address = unicodedata.normalize("NFC", raw).strip()
    if not address:
        raise ValueFault("l'adresse manque", ACCEPTED)
    if len(address) > LONGEST:
        raise ValueFault(f"l'adresse fait {len(address)} caractères", f"au plus {LONGEST} caractères")
    local, at, domain = address.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise ValueFault("l'adresse est incomplète ou mal écrite", ACCEPTED)
    return address


def email_key(address: str) -> str:
    """What an account is found by: the address whatever its capitals.

    Not `casefold`, which takes « ß » for « ss »: the code sent to one mailbox would open the account of another.
    """
    return address.lower()
