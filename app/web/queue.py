"""The queue of an adviser: who needs the service most, and why; taking a case, giving it back, handing it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.extensions import db
from app.models.engine import Conflict
from app.services import queue_views as views
from app.services.case_claims import (
    CaseAct,
    TakenMeanwhile,
    UnknownColleague,
    advisers_on,
    claim_case,
    holder_of,
    reassign_case,
    release_case,
)
from app.services.establishments import UnknownEstablishment
from app.services.queue_views import QueueFilter, queue_of
from app.services.staff_views import LONGEST_SEARCH
from app.web.case_words import MOTIVES, month_of, reason_words, waited_days
from app.web.desk import Desk
from app.web.doors import Door, access
from app.web.language import _
from app.web.pages import render
from app.web.scope import scope
from forms.words import say

CASE = "/<slug>/service/dossier/<uuid:firm_id>"
VISITS = (("", say("Toutes")), (views.NEVER, say("Jamais")), (views.OLD, say("Plus de 4 ans")))
PEOPLE = ((views.EVERYBODY, say("Tous")), (views.MINE, say("Moi")), (views.NOBODY, say("Personne")))
STATES = (
    (views.TO_LOOK_AT, say("À regarder")),
    (views.AWAITED, say("En attente de l'entreprise")),
    (views.EVERY, say("Tous les dossiers")),
)
OWN, ALL = "miens", "tous"
"""The member's own sectors, or every sector."""


def blueprint(desk: Desk) -> Blueprint:
    """The queue and who follows a case."""
    queue = Blueprint("queue", __name__)
    _reading(queue, desk)
    _giving(queue, desk)
    return queue


def _reading(queue: Blueprint, desk: Desk) -> None:
    @queue.get("/<slug>/service/file")
    @access(Door.ADVISE)
    def index(**_where: object) -> ResponseReturnValue:
        session, today = db.session(), desk.today()
        own = own_sectors()
        asked = _asked(desk, own)
        page = queue_of(session, asked, page=_number(request.args.get("page", "1")))
        titles = titles_of(desk)
        return render(
            "staff/queue.html",
            page=page,
            asked=asked,
            own_sectors=own,
            today=today,
            waiting=page.total if asked == _usual(desk, own) else 0,
            titles=titles,
            advisers=advisers_on(session, today),
            choices={"motifs": MOTIVES, "visites": VISITS, "qui": PEOPLE, "etats": STATES},
            reasons=lambda line: [words for each in line.reasons if (words := reason_words(each, titles))],
            waited=lambda line: waited_days(line.waiting_since, today, scope().face.zone),
            month_of=month_of,
            filtered=asked != _usual(desk, own),
            kept=_kept(),
        )


def _giving(queue: Blueprint, desk: Desk) -> None:
    @queue.post(f"{CASE}/prendre")
    @access(Door.ADVISE)
    def claim(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        return _given(desk, firm_id, claim_case, _("Vous suivez ce dossier."))

    @queue.post(f"{CASE}/rendre")
    @access(Door.ADVISE)
    def release(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        return _given(desk, firm_id, release_case, _("Dossier rendu : vos collègues peuvent le prendre."))

    @queue.get(f"{CASE}/confier")
    @access(Door.ADVISE)
    def handing(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        session = db.session()
        try:
            held = holder_of(session, firm_id)
        except UnknownEstablishment:
            abort(404)
        return render("staff/hand_on.html", held=held, advisers=advisers_on(session, desk.today()))

    @queue.post(f"{CASE}/confier")
    @access(Door.ADVISE)
    def reassign(firm_id: UUID, **_where: object) -> ResponseReturnValue:
        to = _identity(request.form.get("a", ""))
        seen = _identity(request.form.get("vu", ""))
        if to is None:
            flash(_("Choisissez un collègue dans la liste."), "warn")
            return redirect(url_for("queue.handing", slug=scope().slug, firm_id=firm_id), 303)
        done = _("Dossier confié à votre collègue.")
        return _given(desk, firm_id, lambda act: reassign_case(act, to=to, seen=seen), done)


def _given(desk: Desk, firm_id: UUID, do: Callable[[CaseAct], None], done: str) -> ResponseReturnValue:
    here = scope()
    if here.viewer is None:
        abort(404)
    act = CaseAct(
        database=desk.database,
        service_id=here.face.service_id,
        establishment_id=firm_id,
        account_id=here.viewer.account_id,
        at=desk.now(),
        on=desk.today(),
    )
    try:
        do(act)
    except UnknownEstablishment:
        abort(404)
    except TakenMeanwhile as taken:
        flash(_taken_words(desk, taken.holder), "warn")
    except UnknownColleague:
        flash(_("Cette personne n'est plus préventeur du service. Choisissez un autre collègue."), "warn")
    except Conflict:
        flash(_("Un collègue a agi au même instant. Rien n'a été changé : regardez qui suit le dossier."), "warn")
    else:
        flash(done, "done")
    return _back(firm_id)


def _taken_words(desk: Desk, holder: UUID | None) -> str:
    known = advisers_on(db.session(), desk.today()).get(holder) if holder else None
    if known is not None:
        return _("Ce dossier est suivi par {colleague}. Rien n'a été changé.", colleague=known.words)
    if holder is not None:
        return _("Ce dossier est suivi par un autre membre du service. Rien n'a été changé.")
    return _("Plus personne ne suit ce dossier. Rien n'a été changé : vous pouvez le prendre.")


def _back(firm_id: UUID) -> ResponseReturnValue:
    """Where the button was: the queue as it was filtered, or the case."""
    slug = scope().slug
    if request.form.get("retour") == "file":
        return redirect(url_for("queue.index", slug=slug, **_kept(request.form)), 303)
    return redirect(url_for("case.show", slug=slug, firm_id=firm_id), 303)


def own_sectors() -> tuple[str, ...]:
    """The sectors of the service that the member follows; none for all."""
    found = (sector for member in scope().members if member.role.value == "preventeur" for sector in member.sectors)
    return tuple(sorted(set(found)))


def titles_of(desk: Desk) -> dict[str, str]:
    """Short title of every theme, by code."""
    return {code: desk.catalogue.theme(code).short_title for code in desk.catalogue.codes}


def _usual(desk: Desk, own: tuple[str, ...]) -> QueueFilter:
    viewer = scope().viewer
    return QueueFilter(on=desk.today(), account_id=viewer.account_id if viewer else UUID(int=0), sectors=own)


def _asked(desk: Desk, own: tuple[str, ...]) -> QueueFilter:
    usual = _usual(desk, own)
    return QueueFilter(
        on=usual.on,
        account_id=usual.account_id,
        search=_typed("cherche"),
        theme=_chosen("theme", desk.catalogue.codes),
        motive=_chosen("motif", [code for code, _words in MOTIVES]),
        visit=_chosen("visite", [code for code, _words in VISITS]),
        who=_chosen("qui", [code for code, _words in PEOPLE], views.EVERYBODY),
        state=_chosen("etat", [code for code, _words in STATES], views.TO_LOOK_AT),
        sectors=() if request.args.get("secteurs") == ALL else own,
    )


_FILTERS = ("cherche", "theme", "motif", "visite", "qui", "etat", "secteurs", "page")


def _kept(said: object = None) -> dict[str, Any]:
    """The filters of the page as its addresses carry them."""
    source = request.form if said is not None else request.args
    found = {name: source.get(name, "").replace("\x00", "")[:LONGEST_SEARCH] for name in _FILTERS}
    return {name: value for name, value in found.items() if value}


def _typed(name: str) -> str:
    typed = request.args.get(name, "").replace("\x00", "")[:LONGEST_SEARCH]
    return typed.encode("utf-8", errors="replace").decode("utf-8")


def _chosen(name: str, known: object, otherwise: str = "") -> str:
    said = request.args.get(name, "")
    return said if isinstance(known, (list, tuple)) and said in known else otherwise


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
