"""The pages of the pilot: the dashboard, one indicator, the rows behind it; numbers and names, never an answer."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app.domain.activity import ATTENDEES
from app.domain.indicator_specs import SPECS
from app.domain.indicators import Axis, Counted, IndicatorQuery, Part, Spec
from app.extensions import db
from app.services.funnels import funnel
from app.services.indicator_doubts import doubts
from app.services.indicator_months import monthly
from app.services.indicators import breakdown, count_indicator, count_indicators, rows_behind
from app.web import pilot_files
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import month_short, month_words
from app.web.pages import render
from app.web.pilot_asked import Asked, ask, frame, opening, refused, spec_of
from app.web.pilot_words import AXES, BIG, GRAINS, GROUPS, LOG, PORTAL, figure, lines, number, unit_words


def blueprint(desk: Desk) -> Blueprint:
    """The pages of the pilot."""
    pilot = Blueprint("pilot", __name__)

    @pilot.get("/<slug>/service/pilotage")
    @access(Door.COUNT)
    def index(**_where: object) -> ResponseReturnValue:
        asked = ask(desk)
        return refused(desk, asked) if asked.query is None else _dashboard(desk, asked, asked.query)

    @pilot.get("/<slug>/service/pilotage/dictionnaire")
    @access(Door.COUNT)
    def dictionary(**_where: object) -> ResponseReturnValue:
        blocks = [[spec for spec in SPECS if spec.code in codes] for codes in (PORTAL, LOG)]
        return render("staff/pilot/dictionary.html", blocks=blocks, grains=GRAINS, unit_words=unit_words)

    @pilot.get("/<slug>/service/pilotage/qualite")
    @access(Door.COUNT)
    def quality(**_where: object) -> ResponseReturnValue:
        asked = ask(desk)
        return refused(desk, asked) if asked.query is None else _quality(desk, asked, asked.query)

    @pilot.get("/<slug>/service/pilotage/<indicator>")
    @access(Door.COUNT)
    def indicator(indicator: str, **_where: object) -> ResponseReturnValue:
        spec, asked = spec_of(indicator), ask(desk)
        return refused(desk, asked) if asked.query is None else _one(desk, asked, asked.query, spec)

    @pilot.get("/<slug>/service/pilotage/<indicator>/lignes")
    @access(Door.COUNT)
    def rows(indicator: str, **_where: object) -> ResponseReturnValue:
        spec, asked = spec_of(indicator), ask(desk)
        return refused(desk, asked) if asked.query is None else _rows(desk, asked, asked.query, spec)

    pilot_files.add_pages(pilot, desk)
    return pilot


def _dashboard(desk: Desk, asked: Asked, query: IndicatorQuery) -> str:
    session = db.session()
    counted = count_indicators(session, query)
    figures = {each.spec.code: figure(each) for each in counted}
    return render(
        "staff/pilot/index.html",
        big=[figures[code] for code in BIG],
        blocks=[[figures[code] for code in codes if code in figures] for codes in (PORTAL, LOG)],
        empty=not any(each.value or each.denominator for each in counted),
        sections=_spread(counted),
        steps=funnel(session, query),
        number=number,
        **frame(desk, asked),
    )


def _spread(counted: tuple[Counted, ...]) -> list[Part]:
    """Engaged establishments by section of activity."""
    found = next((each for each in counted if each.spec.code == "POR-24"), None)
    return [part for part in found.parts if part.group == Axis.SECTION.value] if found else []


def _one(desk: Desk, asked: Asked, query: IndicatorQuery, spec: Spec) -> str:
    session = db.session()
    counted = count_indicator(session, spec.code, query)
    said = frame(desk, asked)
    tables = [
        (axis, words, lines(spec, cells, asked.titles))
        for axis, words in AXES.items()
        if (cells := breakdown(session, spec.code, query, axis, weigh=False))
    ]
    return render(
        "staff/pilot/indicator.html",
        shown=figure(counted),
        parts=_grouped(counted.parts),
        groups=GROUPS,
        unit=unit_words(spec),
        tables=tables,
        months=[
            (month_short(each.month), month_words(each.month), each.value)
            for each in monthly(session, spec, query, today=desk.today())
        ],
        number=number,
        **said,
    )


def _grouped(parts: tuple[Part, ...]) -> list[tuple[str, list[Part]]]:
    """The parts of a number by group, in the order they come."""
    groups = dict.fromkeys(part.group for part in parts)
    return [(group, [part for part in parts if part.group == group]) for group in groups]


def _quality(desk: Desk, asked: Asked, query: IndicatorQuery) -> str:
    found = doubts(db.session(), first=query.first, last=query.last, today=desk.today())
    return render("staff/pilot/quality.html", doubts=found, number=number, **frame(desk, asked))


def _rows(desk: Desk, asked: Asked, query: IndicatorQuery, spec: Spec) -> str:
    page = _number(request.args.get("page", "1"))
    said = frame(desk, asked)
    opening(desk, asked, spec, what="lignes_indicateur", page=page)
    return render(
        "staff/pilot/rows.html",
        spec=spec,
        people=frozenset(ATTENDEES.values()),
        page=rows_behind(db.session(), spec.code, query, page=page),
        number=number,
        **said,
    )


def _number(text: str) -> int:
    """The page asked for; the first one for anything that is no page."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1
