"""What a page of the pilot was asked: the perimeter of its address, read once, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, request
from flask.typing import ResponseReturnValue

from app.domain.activity import SIZE_BANDS
from app.domain.indicator_specs import BY_CODE
from app.domain.indicators import NOT_SAID, IndicatorQuery, Spec
from app.extensions import db
from app.services.pilot_choices import PilotChoices, pilot_choices
from app.services.pilot_openings import Opened, PilotSeat, note_opening
from app.web.desk import Desk
from app.web.language import _
from app.web.log_words import themes_of
from app.web.pages import render
from app.web.pilot_words import is_over, perimeter, period_words
from app.web.scope import scope
from forms.pilot import FREE, YEARS_OFFERED, Known, PerimeterForm
from questionnaires.naf import SECTION_WORDS, section_words

Options = list[tuple[str, str]]
LONGEST_ADDRESS = 4_000
"""Bytes of a query that are read; no perimeter of ours is as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A perimeter and everything a page says of it."""

    form: PerimeterForm
    choices: PilotChoices
    query: IndicatorQuery | None
    """None when the address cannot be counted: the form says why."""
    titles: Mapping[str, str]
    """Themes by their code."""

    def args(self) -> dict[str, str]:
        """The perimeter as arguments of an address."""
        return self.form.args()


def ask(desk: Desk) -> Asked:
    """Reads the perimeter of the address, in two statements."""
    choices, titles = pilot_choices(db.session()), themes_of(desk)
    readable = request.args if len(request.query_string) <= LONGEST_ADDRESS else None
    form = PerimeterForm(readable)
    known = Known(themes=titles, sectors=choices.sectors, campaigns=[campaign.code for campaign in choices.campaigns])
    right = form.check(desk.today(), known)
    return Asked(form=form, choices=choices, query=form.query(desk.today()) if right else None, titles=titles)


def frame(desk: Desk, asked: Asked) -> dict[str, object]:
    """What every page of the pilot is drawn with."""
    today, query = desk.today(), asked.query
    return {
        "form": asked.form,
        "faults": asked.form.faults(),
        "options": _options(desk, asked),
        "args": {} if query is None else asked.args(),
        "query": query,
        "titles": asked.titles,
        "counted_at": desk.now(),
        "zone": scope().face.zone,
        "period": period_words(query) if query else "",
        "over": bool(query and is_over(query, today)),
        "perimeter": perimeter(query, asked.choices, asked.titles) if query else [],
        "not_said": NOT_SAID,
    }


def _options(desk: Desk, asked: Asked) -> dict[str, Options]:
    this_year = desk.today().year
    years = [str(this_year - back) for back in range(YEARS_OFFERED)]
    typed = asked.form.annee.data
    if typed and typed not in {*years, FREE} and not asked.form.annee.errors:
        years.append(typed)
    unsaid = (NOT_SAID, _("Non renseigné"))
    return {
        "annee": [*((year, year) for year in years), (FREE, _("Autre période"))],
        "theme": [*asked.titles.items(), unsaid],
        "section": [*((code, section_words(code)) for code in SECTION_WORDS), unsaid],
        "tranche": [*((code, words) for code, _first, _last, words in SIZE_BANDS), unsaid],
        "secteur": [*((name, name) for name in asked.choices.sectors), unsaid],
        "campagne": [(campaign.code, campaign.name) for campaign in asked.choices.campaigns],
    }


def spec_of(code: str) -> Spec:
    """The indicator of an address; the page does not exist when there is none."""
    found = BY_CODE.get(code)
    if found is None:
        abort(404)
    return found


def refused(desk: Desk, asked: Asked) -> ResponseReturnValue:
    """The dashboard without a figure: its form says what to mend."""
    return render("staff/pilot/index.html", **frame(desk, asked)), 422


def opening(desk: Desk, asked: Asked, spec: Spec | None, *, what: Opened, page: int = 1) -> None:
    """Keeps who opens what, before anything is shown; no indicator means all of them."""
    here, query = scope(), asked.query
    if query is None:
        raise LookupError("the perimeter was not checked")
    said = [spec.code if spec else "tous les indicateurs", f"du {query.first:%d/%m/%Y} au {query.last:%d/%m/%Y}"]
    said += [f"{name} {value}" for name, value in asked.args().items() if name not in {"annee", "du", "au"}]
    said += [f"page {page}"] if page > 1 else []
    seat = PilotSeat(database=desk.database, service_id=here.face.service_id, author=here.author, at=desk.now())
    note_opening(seat, what=what, subject=", ".join(said))
