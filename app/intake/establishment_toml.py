"""The `[establishment]` and `[[work_units]]` tables of an answers file."""

from __future__ import annotations

import re
from datetime import date

from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siret as siret_number

from app.domain.establishment import UNIT_FLAGS, Cse, Establishment, People, WorkUnit
from app.domain.plain_values import ValueFault, read_count, read_day, read_line, shown_raw
from app.intake.answers_catalogue import AnswersCatalogue
from app.intake.table_reader import TableReader, one_of, several
from questionnaires import naf as naf_code

NAF_NOMENCLATURE = "rev2"
"""Nomenclature of the codes of an answers file until NAF 2025 applies (2027-01-01)."""

SIRET_ACCEPTED = "14 chiffres, avec ou sans espaces, comme 732 829 320 00074"
NAF_ACCEPTED = "un code de la NAF rév. 2, comme 43.91B"

_FARMS = ("01", "02")
_UNIT_KEY = re.compile(r"UT[1-9][0-9]?", re.ASCII)


def read_establishment(
    table: TableReader, *, units: tuple[WorkUnit, ...], catalogue: AnswersCatalogue, assessed_on: date | None
) -> Establishment:
    """The establishment with its units; whatever is wrong is noted and replaced by nothing."""
    name = table.required_line("name", accepted="le nom de l'établissement")
    siret = table.optional("siret", read_siret)
    naf = table.required("naf", lambda raw: read_naf(raw, catalogue=catalogue), accepted=NAF_ACCEPTED) or ""
    headcount = table.required("headcount", read_count, accepted="un nombre de salariés")
    headcount_on = table.optional("headcount_on", read_day) or assessed_on
    cse = table.required("cse", one_of(Cse), accepted=", ".join(Cse))
    role = table.required_line("employer_role", accepted="une fonction, comme gérante, jamais un nom")
    service = table.line("service")
    if assessed_on and headcount_on and headcount_on > assessed_on:
        table.fault("headcount_on", "l'effectif est daté d'après l'évaluation", "un jour qui ne suit pas assessed_on")
    if naf.startswith(_FARMS) and not service:
        table.fault(
            "naf",
            f"{naf} est une activité agricole ou forestière : le suivi relève d'ordinaire de la MSA, pas d'un SPSTI",
            "si un SPSTI vous suit bien, son nom dans establishment.service ; sinon, adressez-vous à votre MSA",
        )
    address = table.text("address")
    table.close()
    return Establishment(
        name=name,
        siret=siret,
        naf=naf,
        naf_label=catalogue.naf_label(naf) or "" if naf else "",
        naf_nomenclature=NAF_NOMENCLATURE,
        sectors=catalogue.sectors_of(naf) if naf else frozenset(),
        headcount=headcount or 0,
        headcount_on=headcount_on or date.min,
        cse=Cse(cse or Cse.NONE),
        employer_role=role,
        address=address,
        service=service,
        units=units,
    )


def read_units(tables: list[TableReader]) -> tuple[WorkUnit, ...]:
    """The work units in the order of the file; each key is given once."""
    units: list[WorkUnit] = []
    for table in tables:
        unit = _unit(table)
        if unit.key and any(known.key == unit.key for known in units):
            table.fault(
                "key", f"la clé {unit.key} est donnée à deux unités", "une clé par unité : UT1, UT2 et ainsi de suite"
            )
        units.append(unit)
    return tuple(units)


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


def read_naf(raw: object, *, catalogue: AnswersCatalogue) -> str:
    """A NAF code with its dot, that exists in the nomenclature; raises `ValueFault`."""
    code = naf_code.normalise(raw) if isinstance(raw, str) else None
    if code is None:
        raise ValueFault(f"{shown_raw(raw)} n'est pas un code NAF", NAF_ACCEPTED)
    if not catalogue.naf_label(code):
        raise ValueFault(f"le code NAF {code} n'existe pas", NAF_ACCEPTED)
    return code


def _unit(table: TableReader) -> WorkUnit:
    key = table.required("key", _read_key, accepted="UT1, UT2 et ainsi de suite")
    unit = WorkUnit(
        key=key or "",
        name=table.required_line("name", accepted="le nom de l'unité, comme Équipe toiture"),
        activities=table.text("activities"),
        places=table.text("places"),
        people=_people(table.table("people")),
        flags=frozenset(table.optional("flags", several(one_of(UNIT_FLAGS))) or ()),
        women_men=table.text("women_men"),
    )
    table.close()
    return unit


def _people(table: TableReader) -> People:
    total = table.required("total", lambda raw: read_count(raw, minimum=1), accepted="un nombre de personnes")
    people = People(
        total=total or 0,
        women=table.optional("women", read_count),
        men=table.optional("men", read_count),
        temps=table.optional("temps", read_count) or 0,
        apprentices=table.optional("apprentices", read_count) or 0,
    )
    table.close()
    if total is not None:
        _check_people(table, people)
    return people


def _check_people(table: TableReader, people: People) -> None:
    counted = (people.women or 0) + (people.men or 0)
    if counted > people.total:
        table.fault("", f"femmes et hommes font {counted}, plus que le total de {people.total}", "women + men ≤ total")
    for key, words, number in (
        ("temps", "intérimaires", people.temps),
        ("apprentices", "apprentis", people.apprentices),
    ):
        if number > people.total:
            table.fault(key, f"{number} {words}, plus que le total de {people.total}", f"{key} ≤ total")


def _read_key(raw: object) -> str:
    key = read_line(raw)
    if not _UNIT_KEY.fullmatch(key):
        raise ValueFault(f"{shown_raw(raw)} n'est pas une clé d'unité", "UT1, UT2… jusqu'à UT99")
    return key
