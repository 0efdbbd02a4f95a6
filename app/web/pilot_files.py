"""The figures as files: the tables that may leave the service, and apart from them the rows that may not."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from flask import Blueprint, Response, abort, send_file
from flask.typing import ResponseReturnValue

from app.domain.indicators import IndicatorQuery, Spec
from app.domain.suppression import Rule
from app.extensions import db
from app.services.indicator_reports import internal_rows, make_report
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.pilot_asked import ask, opening, refused, spec_of
from app.web.pilot_words import perimeter
from app.web.scope import scope
from exports.indicators_csv import csv_bytes
from exports.indicators_sheets import Table, internal_sheet, sheets_of
from exports.indicators_xlsx import write_tables

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Final = {"xlsx": XLSX, "zip": "application/zip"}


def add_pages(pilot: Blueprint, desk: Desk) -> None:
    """The files of the pilot."""

    @pilot.get("/<slug>/service/pilotage/fichier/<ending>")
    @access(Door.COUNT)
    def export(ending: str, **_where: object) -> ResponseReturnValue:
        if ending not in KINDS:
            abort(404)
        asked = ask(desk)
        if asked.query is None:
            return refused(desk, asked)
        opening(desk, asked, None, what="export_indicateurs")
        report = make_report(
            db.session(),
            asked.query,
            service=scope().face.name,
            rule=Rule(),
            made_on=desk.today(),
            perimeter=", ".join(perimeter(asked.query, asked.choices, asked.titles)),
        )
        tables = sheets_of(report)
        body = _book(desk, tables) if ending == "xlsx" else _folder(desk, tables)
        return _file(body, ending, f"indicateurs-{_days(asked.query)}")

    @pilot.get("/<slug>/service/pilotage/<indicator>/lignes.xlsx")
    @access(Door.COUNT)
    def export_rows(indicator: str, **_where: object) -> ResponseReturnValue:
        spec, asked = spec_of(indicator), ask(desk)
        if asked.query is None:
            return refused(desk, asked)
        opening(desk, asked, spec, what="export_lignes")
        return _internal(desk, asked.query, spec)


def _internal(desk: Desk, query: IndicatorQuery, spec: Spec) -> Response:
    table = internal_sheet(internal_rows(db.session(), query, specs=(spec,)))
    return _file(_book(desk, (table,)), "xlsx", f"interne-{spec.code.lower()}-{_days(query)}")


def _book(desk: Desk, tables: tuple[Table, ...]) -> bytes:
    out = BytesIO()
    write_tables(tables, out, title=f"{scope().face.name} : indicateurs", made_on=desk.today())
    return out.getvalue()


def _folder(desk: Desk, tables: tuple[Table, ...]) -> bytes:
    out, today = BytesIO(), desk.today()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for table in tables:
            name = f"{table.name.lower().replace(' ', '_')}.csv"
            entry = ZipInfo(name, date_time=(today.year, today.month, today.day, 0, 0, 0))
            archive.writestr(entry, csv_bytes(table), ZIP_DEFLATED)
    return out.getvalue()


def _days(query: IndicatorQuery) -> str:
    """The period in the name of a file: `2026`, or its two days."""
    first, last = query.first, query.last
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return str(first.year)
    return f"{first.isoformat()}-{last.isoformat()}"


def _file(body: bytes, ending: str, name: str) -> Response:
    return send_file(
        BytesIO(body),
        mimetype=KINDS[ending],
        as_attachment=True,
        download_name=f"{name}.{ending}",
        etag=False,
        max_age=0,
    )
