"""The `[establishment]` and `[[work_units]]` tables of an answers file."""

from __future__ import annotations

import re
from datetime import date

from app.domain.establishment import UNIT_FLAGS, Cse, Establishment, People, WorkUnit
from app.domain.firm_values import NAF_ACCEPTED, is_farm, people_faults, read_naf, read_siret
from app.domain.plain_values import ValueFault, read_count, read_day, read_line, shown_raw
from app.intake.answers_catalogue import AnswersCatalogue
from app.intake.table_reader import TableReader, one_of, several
from questionnaires.naf import NOMENCLATURE

_UNIT_KEY = re.compile(r"UT[1-9][0-9]?", re.ASCII)


def read_establishment(
    table: TableReader, *, units: tuple[WorkUnit, ...], catalogue: AnswersCatalogue, assessed_on: date | None
) -> Establishment:
    """The establishment with its units; whatever is wrong is noted and replaced by nothing."""
    name = table.required_line("name", accepted="le nom de l'établissement")
    siret = table.optional("siret", read_siret)
    naf = table.required("naf", lambda raw: read_naf(raw, label_of=catalogue.naf_label), accepted=NAF_ACCEPTED) or ""
    headcount = table.required("headcount", read_count, accepted="un nombre de salariés")
    headcount_on = table.optional("headcount_on", read_day) or assessed_on
    cse = table.required("cse", one_of(Cse), accepted=", ".join(Cse))
    role = table.required_line("employer_role", accepted="une fonction, comme gérante, jamais un nom")
    service = table.line("service")
    if assessed_on and headcount_on and headcount_on > assessed_on:
        table.fault("headcount_on", "l'effectif est daté d'après l'évaluation", "un jour qui ne suit pas assessed_on")
    if is_farm(naf) and not service:
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
        naf_nomenclature=NOMENCLATURE,
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
    for fault in people_faults(people):
        table.fault(fault.field, fault.words, fault.accepted)


def _read_key(raw: object) -> str:
    key = read_line(raw)
    if not _UNIT_KEY.fullmatch(key):
        raise ValueFault(f"{shown_raw(raw)} n'est pas une clé d'unité", "UT1, UT2… jusqu'à UT99")
    return key
