"""What every page of a theme shares: who sits there, where its pages are, how a save is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.answer_marks import UNDECIDED
from app.extensions import db
from app.models.engine import Conflict
from app.services.clock import local_day
from app.services.saving import Clash, Saved
from app.services.theme_drafts import MoveRefused, Seat, UnknownTheme, Workbook, open_workbook
from app.services.theme_views import PageKind, ThemePage, next_page, pages_of
from app.web.desk import Desk
from app.web.language import _, current, ngettext, translated
from app.web.pages import render
from app.web.presentation import content, environment
from app.web.replay import AUTOSAVE_HEADER
from app.web.scope import scope
from forms.boxes import TwoValues

_ENDPOINTS = {
    PageKind.SCREENING: "themes.screening",
    PageKind.FREQUENCY: "themes.frequency",
    PageKind.SECTION: "themes.section",
    PageKind.ROWS: "themes.rows",
    PageKind.REVIEW: "themes.review",
}

LATER = "plus_tard"
"""Name of the button « Enregistrer et finir plus tard »."""


def seat_of(desk: Desk, theme: str) -> Seat:
    """Who answers, in the present request."""
    here = scope()
    return Seat(
        service_id=here.face.service_id,
        establishment_id=here.establishment_id,
        theme=theme,
        catalogue=desk.catalogue,
        author=here.author,
        on=desk.today(),
        at=desk.now(),
    )


def opened(desk: Desk, theme: str) -> Workbook:
    """The draft the page reads; an unknown theme is a page that is not there."""
    try:
        return open_workbook(db.session(), seat_of(desk, theme))
    except UnknownTheme:
        abort(404)


def for_readers(theme: str) -> ResponseReturnValue | None:
    """Where who may only read is sent: the answers, all on one page; None for who may write."""
    return None if scope().may_write else redirect(address("themes.review", theme=theme), 303)


def address(endpoint: str, **values: Any) -> str:
    """Address of a page of the establishment."""
    here = scope()
    return url_for(endpoint, slug=here.slug, establishment_id=here.establishment_id, **values)


def way(endpoint: str, fallback: str) -> str:
    """Address of a page of the establishment, or of another one while that page does not exist."""
    return address(endpoint if endpoint in current_app.view_functions else fallback)


def page_address(theme: str, page: ThemePage, anchor: str = "") -> str:
    """Address of a page of a theme."""
    values = {"section": page.section} if page.kind is PageKind.SECTION else {}
    return address(_ENDPOINTS[page.kind], theme=theme, **values) + (f"#{anchor}" if anchor else "")


def page_title(page: ThemePage) -> str:
    """Title of a page: the content's own, or ours for the pages every theme has."""
    if page.kind is PageKind.FREQUENCY:
        return _("Qui, et à quelle fréquence ?")
    if page.kind is PageKind.ROWS:
        return _("Situation par situation")
    if page.kind is PageKind.REVIEW:
        return _("Vérifier vos réponses")
    return content(page.title)


def draw(desk: Desk, template: str, workbook: Workbook, here: tuple[PageKind, str], **values: Any) -> str:
    """A page of a theme in its frame: the list of its pages, and where one is."""
    pages = pages_of(workbook)
    page = next((page for page in pages if (page.kind, page.section) == here), None)
    number = pages.index(page) + 1 if page else 0
    theme = workbook.theme.theme
    return render(
        template,
        **{"faults": (), "clashes": (), **values},
        workbook=workbook,
        theme=workbook.theme,
        trail_lines=[(each, page_title(each), page_address(theme, each)) for each in pages],
        here=page,
        number=number,
        back_address=page_address(theme, pages[number - 2]) if number > 1 else address("themes.show", theme=theme),
        saved_at=_saved_words(workbook, desk.today()),
        help_address=_help_address(theme),
        may_write=scope().may_write,
        autosave=scope().may_write,
        later=LATER,
    )


def _help_address(theme: str) -> str:
    """Where help on a theme is asked for: by who may open its answers to the service."""
    there = "help.ask" in current_app.view_functions and scope().may_decide
    return address("help.ask", theme=theme) if there else ""


def answer(saved: Saved[Any], here: tuple[PageKind, str], again: Callable[[], str]) -> ResponseReturnValue:
    """What follows a save: JSON for the script; the same page when something is left to do on it; else the next one."""
    if request.headers.get(AUTOSAVE_HEADER):
        return _in_json(saved)
    if not saved.whole:
        return again(), 422 if saved.faults else 409
    theme = saved.workbook.theme.theme
    pages = pages_of(saved.workbook)
    if saved.opened:
        flash(
            ngettext(
                "Votre réponse en appelle une autre, plus bas sur cette page.",
                "Votre réponse en appelle {n} autres, sur cette page.",
                saved.opened,
            )
        )
        found = next(page for page in pages if (page.kind, page.section) == here)
        return redirect(page_address(theme, found), 303)
    if LATER in request.form:
        flash(_("Vos réponses sont enregistrées. Reprenez quand vous voulez."))
        return redirect(way("hub.index", "themes.index"), 303)
    return redirect(page_address(theme, next_page(pages, *here)), 303)


def saving(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """A save and its answer; what nobody can type is 404, what is refused or busy is said, with nothing lost."""
    try:
        return act()
    except LookupError:
        abort(404)
    except MoveRefused as refused:
        if request.headers.get(AUTOSAVE_HEADER):
            return jsonify(refused=refused.words), 403
        flash(refused.words, "warn")
        return redirect(address("themes.index"), 303)
    except Conflict:
        if request.headers.get(AUTOSAVE_HEADER):
            return jsonify(), 503
        fields = [(name, value) for name in request.form for value in request.form.getlist(name)]
        kept = [(name, value) for name, value in fields if name != "csrf_token"]
        return render("themes/busy.html", fields=kept, action=request.path), 503


def by_name(saved: Saved[Any], words: Callable[[str, str], str] | None = None) -> dict[str, TwoValues]:
    """The two values of every clashing field, by its name; `words` says a stored code of a field in words."""

    def said(name: str, value: str) -> str:
        if not value:
            return _("Sans réponse")
        return words(name, value) if words else value

    now = saved.at

    def both(clash: Clash) -> TwoValues:
        stored = (said(clash.name, clash.stored), clash.role or _("quelqu'un d'autre"), _when(clash.at, now))
        own = (said(clash.name, clash.mine), scope().author.words, _hour(now))
        return TwoValues(lines=(stored, own), mark=UNDECIDED + clash.mark)

    return {clash.name: both(clash) for clash in saved.clashes}


def _in_json(saved: Saved[Any]) -> ResponseReturnValue:
    return jsonify(
        saved=_hour(saved.at),
        marks=dict(saved.marks),
        conflicts=[clash.name for clash in saved.clashes],
        faults={fault.anchor: translated(fault.words, current()) for fault in saved.faults},
    )


def _hour(instant: datetime) -> str:
    return str(environment(current()).filters["hour"](instant, scope().face.zone))


def _when(instant: datetime | None, now: datetime) -> str:
    """The time of a stored answer, with its day when it is not of today."""
    if instant is None:
        return _("une heure inconnue")
    zone = scope().face.zone
    day = local_day(instant, zone)
    if day == local_day(now, zone):
        return _hour(instant)
    return _("{hour}, le {day}", hour=_hour(instant), day=day)


def _saved_words(workbook: Workbook, today: date) -> str:
    """The time of the last answer, when it was given today; else nothing."""
    last = workbook.saved_at
    return _hour(last) if last and local_day(last, scope().face.zone) == today else ""
