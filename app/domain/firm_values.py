"""The values a firm gives of itself, read and checked: SIRET, NAF code, postal code, persons of a unit.

The answers file and the pages read through here, so that one SIRET is right or wrong everywhere, in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siret as siret_number

from app.domain.establishment import People
from app.domain.plain_values import ValueFault, shown_raw
from questionnaires import naf as naf_code

SIRET_ACCEPTED = "14 chiffres, avec ou sans espaces, comme 732 829 320 00074"
NAF_ACCEPTED = "un code de la NAF rév. 2, comme 43.91B"
POSTAL_CODE_ACCEPTED = "5 chiffres, comme 34150"

_FARMS = ("01", "02")
_POSTAL_CODE = re.compile(r"(?!00)\d{5}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleFault:
    """Numbers of a unit that contradict each other."""

    field: str
    """`temps` or `apprentices`; empty when it is women and men together."""
    words: str
    accepted: str


def read_siret(raw: object) -> str:
    """The 14 digits of a SIRET whose key is right, La Poste's own rule included; raises `ValueFault`."""
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        raise ValueFault(f"{shown_raw(raw)} n'est pas un SIRET", SIRET_ACCEPTED)
    digits = "".join(str(raw).split()).replace(".", "")
    try:
        return str(siret_number.validate(digits))
    except InvalidLength:
        raise ValueFault(f"{shown_raw(raw)} a {len(digits)} chiffres au lieu de 14", SIRET_ACCEPTED) from None
    except InvalidChecksum:
        raise ValueFault(
            f"la clé du SIRET {shown_raw(raw)} est fausse : un chiffre au moins est mal recopié", SIRET_ACCEPTED
        ) from None
    except ValidationError:
        raise ValueFault(f"{shown_raw(raw)} n'est pas un SIRET", SIRET_ACCEPTED) from None


def read_naf(raw: object, *, label_of: Callable[[str], str | None]) -> str:
    """A NAF code with its dot, that exists in the nomenclature; raises `ValueFault`."""
    code = naf_code.normalise(raw) if isinstance(raw, str) else None
    if code is None:
        raise ValueFault(f"{shown_raw(raw)} n'est pas un code NAF", NAF_ACCEPTED)
    if not label_of(code):
        raise ValueFault(f"le code NAF {code} n'existe pas", NAF_ACCEPTED)
    return code


def read_postal_code(raw: object) -> str:
    """The 5 digits of a French postal code, spaces or not; raises `ValueFault`."""
    code = "".join(raw.split()) if isinstance(raw, str) else ""
    if not _POSTAL_CODE.fullmatch(code):
        raise ValueFault(f"{shown_raw(raw)} n'est pas un code postal", POSTAL_CODE_ACCEPTED)
    return code


def is_farm(naf: str) -> bool:
    """Whether an activity belongs to farming or forestry, which the MSA follows rather than an SPSTI."""
    return naf.startswith(_FARMS)


def people_faults(people: People) -> tuple[PeopleFault, ...]:
    """What contradicts itself in the numbers of a unit; everything is part of the total."""
    faults = []
    counted = (people.women or 0) + (people.men or 0)
    if counted > people.total:
        words = f"femmes et hommes font {counted}, plus que le total de {people.total}"
        faults.append(PeopleFault(field="", words=words, accepted="women + men ≤ total"))
    for field, name, number in (
        ("temps", "intérimaires", people.temps),
        ("apprentices", "apprentis", people.apprentices),
    ):
        if number > people.total:
            words = f"{number} {name}, plus que le total de {people.total}"
            faults.append(PeopleFault(field=field, words=words, accepted=f"{field} ≤ total"))
    return tuple(faults)
